#include "fit.h"

#include <math.h>
#include <string.h>

#include "basis.h"
#include "dense.h"
#include "precision.h"
#include "products.h"
#include "sweep.h"

enum { ITERATIONS_PER_LOOK = 10 };

/* What a side's newest values mean for the other side and for the penalties; its Gram
 * matrix and sums are there already. The roughness only where something reads it. */
static void refresh_side(fit_state *s, side_state *one, const side_penalty *own)
{
  for (size_t k = 0; k < s->r; ++k) one->norm[k] = sqrt(one->gram[k + k * s->r]);
  if (own->edges == NULL) return;
  graph_times(&one->u, own->edges, one->us);
  if (own->smooth.scale_invariant || state_wants_value(s))
    graph_laplacian(&one->u, own->edges, one->laplacian);
}

static void refresh_coef(fit_state *s) { refresh_side(s, &s->coef, &s->pen.coef); }

/* G = W'W and the column sums. */
static void refresh_basis(fit_state *s)
{
  const size_t m = s->m;
  const double *w = s->basis.u.value;
  s->set->table.inner(m, s->r, s->r, w, m, w, m, s->basis.gram, s->r);
  for (size_t k = 0; k < s->r; ++k) {
    s->basis.l1[k] = 0;
    for (size_t i = 0; i < m; ++i) s->basis.l1[k] += w[i + k * m];
  }
  refresh_side(s, &s->basis, &s->pen.basis);
}

static double whole_penalty(const fit_state *s)
{
  return penalty_value(&s->pen.coef, &s->coef, &s->basis) +
         penalty_value(&s->pen.basis, &s->basis, &s->coef);
}

void fit_prepare(fit_state *s, size_t iteration, double value)
{
  s->iteration = iteration;
  s->value = value;
  s->status = FIT_RUNNING;
  s->kkt = s->loss = NAN;
  s->x_norm2 = s->x.x_norm2;
  if (s->set->loss == LOSS_FROBENIUS && !(s->x_norm2 >= 0)) s->x_norm2 = data_norm2(&s->x);
  if (penalty_any(&s->pen)) {
    sweep_coef(s);
    refresh_coef(s);
  }
  refresh_basis(s);
  s->penalty = whole_penalty(s);
}

/* F = ||X||^2 - 2<W, B> + <G, A>, of the new W and H. */
static double frobenius_value(fit_state *s)
{
  const double *w = s->basis.u.value;
  double fit = s->x_norm2;
  for (size_t i = 0; i < s->m * s->r; ++i) fit -= 2 * w[i] * s->xht[i];
  for (size_t i = 0; i < s->r * s->r; ++i) fit += s->basis.gram[i] * s->coef.gram[i];
  if (!(fit > DIRECT_SUM_BELOW * s->x_norm2)) fit = sweep_loss(s);
  return fit;
}

double fit_value(fit_state *s)
{
  if (s->pen.coef.edges != NULL)
    graph_laplacian(&s->coef.u, s->pen.coef.edges, s->coef.laplacian);
  if (s->pen.basis.edges != NULL)
    graph_laplacian(&s->basis.u, s->pen.basis.edges, s->basis.laplacian);
  s->loss = state_value_lags(s) || s->iteration == 0 ? sweep_loss(s) : frobenius_value(s);
  return s->loss + whole_penalty(s);
}

double fit_kkt(fit_state *s)
{
  sweep_kkt(s);
  if (!s->set->hold_basis) {
    const double basis = kkt_basis(s);
    if (basis > s->kkt) s->kkt = basis;
  }
  return s->kkt;
}

/* Notes one more value of the trace; stops when it fell by less than the tolerance. */
static void record(fit_state *s, double value)
{
  const double before = s->value;
  s->value = value;
  if (s->trace != NULL) s->trace[s->traced++] = value;
  if (s->set->tol > 0 && before - value <= s->set->tol * fabs(before))
    s->status = FIT_CONVERGED;
}

/* Where a sweep finds F of the pair it began with, the trace and the stop rule lag by
 * one iteration. */
static void check_tol(fit_state *s)
{
  if (!state_wants_value(s)) return;
  if (!state_value_lags(s)) {
    s->loss = frobenius_value(s);
    record(s, s->loss + s->penalty);
  } else if (s->iteration > 1) record(s, s->loss_before + s->penalty_before);
}

/* The KKT residual costs a pass over X, so it is looked at now and then. */
static void check_kkt(fit_state *s)
{
  if (!(s->set->kkt > 0) || s->iteration % ITERATIONS_PER_LOOK != 0) return;
  if (fit_kkt(s) <= s->set->kkt) s->status = FIT_CONVERGED;
}

static void save_previous(fit_state *s)
{
  if (s->old_w == NULL) return;
  memcpy(s->old_w, s->basis.u.value, s->m * s->r * sizeof(double));
  memcpy(s->old_h, s->coef.u.value, s->r * s->n * sizeof(double));
}

/* ||W - W~||_2 and ||H - H~||_2 both below change: the thesis author's rule. */
static void check_step(fit_state *s)
{
  const kernels *k = &s->set->table;
  const size_t m = s->m, n = s->n, r = s->r;
  const double limit = s->set->step_tol * s->set->step_tol;
  const double limit_coef = s->set->step_tol_coef * s->set->step_tol_coef;
  if (s->old_w == NULL) return;
  for (size_t i = 0; i < m * r; ++i) s->old_w[i] -= s->basis.u.value[i];
  for (size_t i = 0; i < r * n; ++i) s->old_h[i] -= s->coef.u.value[i];
  k->inner(m, r, r, s->old_w, m, s->old_w, m, s->basis_edit.gram, r);
  if (!(dense_largest_eigenvalue(r, s->basis_edit.gram, s->eigen) < limit)) return;
  memset(s->basis_edit.gram, 0, r * r * sizeof *s->basis_edit.gram);
  k->outer(r, n, r, s->old_h, r, s->old_h, r, 1, s->basis_edit.gram, r);
  if (dense_largest_eigenvalue(r, s->basis_edit.gram, s->eigen) < limit_coef)
    s->status = FIT_CONVERGED;
}

/* Ends the fit when its iterations are used up; the trace may lack its last value. */
static void finish(fit_state *s)
{
  if (s->status == FIT_RUNNING && s->iteration >= s->set->max_iter) s->status = FIT_EXHAUSTED;
  if (s->status == FIT_RUNNING || !state_value_lags(s) || !state_wants_value(s)) return;
  s->value = fit_value(s);
  if (s->trace != NULL) s->trace[s->traced++] = s->value;
}

void fit_steps(fit_state *s, size_t budget)
{
  for (; budget > 0 && s->status == FIT_RUNNING; --budget) {
    save_previous(s);
    sweep(s);
    refresh_coef(s);
    if (s->pen.coef.edges != NULL && s->set->poll != NULL) s->set->poll(); /* may be long */
    update_basis(s);
    refresh_basis(s);
    s->penalty_before = s->penalty;
    s->penalty = state_wants_value(s) ? whole_penalty(s) : 0;
    ++s->iteration;
    check_tol(s);
    check_kkt(s);
    check_step(s);
    finish(s);
  }
}

void fit_scale(scale_kind kind, size_t m, size_t n, size_t r, double *w, double *h,
               double *divisor)
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
    divisor[k] = by;
    if (by == 1) continue;
    for (size_t i = 0; i < m; ++i) column[i] /= by;
    for (size_t j = 0; j < n; ++j) h[k + j * r] *= by;
  }
}
