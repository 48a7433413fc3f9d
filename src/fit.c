#include "fit.h"

#include <math.h>
#include <string.h>

#include "dense.h"
#include "steps.h"
#include "sweep.h"

/* Below this share of ||X||^2 the sums no longer give F to the digits a tolerance
 * needs, and the residual is summed directly. */
static const double near_exact = 1e-6;

/* ||X||^2, in four sums so that they do not wait for one another. */
static double square_norm(size_t count, const double *x)
{
  double sum[4] = {0, 0, 0, 0};
  size_t i = 0;
  for (; i + 4 <= count; i += 4)
    for (size_t l = 0; l < 4; ++l) sum[l] += x[i + l] * x[i + l];
  for (; i < count; ++i) sum[0] += x[i] * x[i];
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* What depends on H: H S for the next sweep, q for the W step and the objective. */
static void refresh_coef(fit_state *s)
{
  if (s->pen.graph == NULL) return;
  sparse_times(s->r, s->h, s->pen.graph, s->neighbours);
  sparse_roughness(s->r, s->h, s->pen.graph, s->roughness);
}

/* What depends on W: G = W'W, the column sums, the rows' weights in the penalty. */
static void refresh_basis(fit_state *s)
{
  s->set->table.inner(s->m, s->r, s->r, s->w, s->m, s->w, s->m, s->gram, s->r);
  if (s->set->loss == LOSS_KL)
    for (size_t k = 0; k < s->r; ++k) {
      s->col_sum[k] = 0;
      for (size_t i = 0; i < s->m; ++i) s->col_sum[k] += s->w[i + k * s->m];
    }
  s->penalty_before = s->penalty;
  if (s->pen.graph == NULL) return;
  penalty_weights(&s->pen, s->r, s->gram, s->weight);
  s->penalty = penalty_value(&s->pen, s->r, s->weight, s->roughness);
}

void fit_prepare(fit_state *s, size_t iteration, double value)
{
  s->iteration = iteration;
  s->value = value;
  s->status = FIT_RUNNING;
  if (s->set->loss == LOSS_FROBENIUS) s->square = square_norm(s->m * s->n, s->x);
  refresh_coef(s);
  refresh_basis(s);
}

static void sweep(fit_state *s)
{
  if (s->set->solver == SOLVER_EXACT) sweep_exact(s);
  else if (s->set->loss == LOSS_KL) sweep_kl(s);
  else sweep_frobenius(s);
}

/* W <- W o B / (W A), (2.33); KL: W o B / row sums. The penalty edits A. */
static void step_basis(fit_state *s)
{
  const int graph_in_basis = s->pen.graph != NULL && s->pen.scale_free;
  problem p = {0};
  if (s->set->hold_basis) return;
  p.r = s->r;
  p.count = s->m;
  p.gain = s->product;
  p.add = s->set->add_ratio;
  p.floor = s->set->floor;
  if (s->set->loss == LOSS_FROBENIUS) {
    memcpy(s->edited, s->cross, s->r * s->r * sizeof *s->edited);
    if (graph_in_basis) penalty_edit_basis(&s->pen, s->r, s->roughness, s->edited);
    p.gram = s->edited;
    step_ratio_basis(&s->set->table, &p, s->w, s->down);
    return;
  }
  p.cost = s->row_sum;
  if (graph_in_basis) {
    for (size_t k = 0; k < s->r; ++k) s->edited[k] = s->pen.lambda * s->roughness[k];
    p.curve = s->edited;
    step_root_basis(&p, s->w);
  } else step_ratio_basis(&s->set->table, &p, s->w, s->down);
}

/* F = ||X||^2 - 2<W, B> + <G, A> + penalty, of the new W and H. */
static double frobenius_value(fit_state *s)
{
  double fit = s->square;
  for (size_t i = 0; i < s->m * s->r; ++i) fit -= 2 * s->w[i] * s->product[i];
  for (size_t i = 0; i < s->r * s->r; ++i) fit += s->gram[i] * s->cross[i];
  if (!(fit > near_exact * s->square)) fit = sweep_residual(s);
  return fit + s->penalty;
}

double fit_value(fit_state *s)
{
  if (s->set->loss == LOSS_KL) return sweep_divergence(s) + s->penalty;
  return s->iteration > 0 ? frobenius_value(s) : sweep_residual(s) + s->penalty;
}

/* Notes one more value of the trace; stops when it fell by less than the tolerance. */
static void note_value(fit_state *s, double value)
{
  const double before = s->value;
  s->value = value;
  if (s->trace != NULL) s->trace[s->known++] = value;
  if (s->set->tol > 0 && before - value <= s->set->tol * fabs(before))
    s->status = FIT_CONVERGED;
}

/* The sweep of KL finds F of the pair it began with, so there the trace and the
 * stop rule lag by one iteration. */
static void follow_value(fit_state *s)
{
  if (!state_wants_value(s)) return;
  if (s->set->loss == LOSS_FROBENIUS) note_value(s, frobenius_value(s));
  else if (s->iteration > 1) note_value(s, s->divergence + s->penalty_before);
}

static void keep_old(fit_state *s)
{
  if (s->old_w == NULL) return;
  memcpy(s->old_w, s->w, s->m * s->r * sizeof *s->w);
  memcpy(s->old_h, s->h, s->r * s->n * sizeof *s->h);
}

/* ||W - W~||_2 and ||H - H~||_2 both below change: the thesis author's rule. */
static void follow_change(fit_state *s)
{
  const kernels *k = &s->set->table;
  const size_t m = s->m, n = s->n, r = s->r;
  const double limit = s->set->change * s->set->change;
  const double limit_coef = s->set->change_coef * s->set->change_coef;
  if (s->old_w == NULL) return;
  for (size_t i = 0; i < m * r; ++i) s->old_w[i] -= s->w[i];
  for (size_t i = 0; i < r * n; ++i) s->old_h[i] -= s->h[i];
  k->inner(m, r, r, s->old_w, m, s->old_w, m, s->edited, r);
  if (!(dense_largest_eigenvalue(r, s->edited, s->eigen) < limit)) return;
  memset(s->edited, 0, r * r * sizeof *s->edited);
  k->outer(r, n, r, s->old_h, r, s->old_h, r, 1, s->edited, r);
  if (dense_largest_eigenvalue(r, s->edited, s->eigen) < limit_coef)
    s->status = FIT_CONVERGED;
}

/* Ends the fit when its iterations are used up; KL owes the trace its last value. */
static void finish(fit_state *s)
{
  if (s->status == FIT_RUNNING && s->iteration >= s->set->max_iter) s->status = FIT_EXHAUSTED;
  if (s->status == FIT_RUNNING || s->set->loss != LOSS_KL || !state_wants_value(s)) return;
  s->value = fit_value(s);
  if (s->trace != NULL) s->trace[s->known++] = s->value;
}

void fit_steps(fit_state *s, size_t budget)
{
  for (; budget > 0 && s->status == FIT_RUNNING; --budget) {
    keep_old(s);
    sweep(s);
    refresh_coef(s);
    if (s->pen.graph != NULL && s->set->poll != NULL) s->set->poll(); /* H S can be long */
    step_basis(s);
    refresh_basis(s);
    ++s->iteration;
    follow_value(s);
    follow_change(s);
    finish(s);
  }
}

void fit_scale(scale_kind kind, size_t m, size_t n, size_t r, double *w, double *h,
               double *factor)
{
  for (size_t k = 0; k < r; ++k) {
    double *column = w + k * m, largest = 0, square = 0, by = 1;
    for (size_t i = 0; i < m; ++i)
      if (column[i] > largest) largest = column[i];
    if (kind != SCALE_NONE && largest > 0) by = largest;
    if (kind == SCALE_L2 && largest > 0) {
      /* relative to the maximum, so that squares neither overflow nor vanish */
      for (size_t i = 0; i < m; ++i) square += (column[i] / largest) * (column[i] / largest);
      by *= sqrt(square);
    }
    factor[k] = by;
    if (by == 1) continue;
    for (size_t i = 0; i < m; ++i) column[i] /= by;
    for (size_t j = 0; j < n; ++j) h[k + j * r] *= by;
  }
}
