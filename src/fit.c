/* The loop of a fit: sweep, W step, trace, stop rules. */
#include "fit.h"

#include <math.h>
#include <string.h>

#include "data_ops.h"
#include "dense.h"
#include "precision.h"
#include "settle.h"
#include "subproblem.h"
#include "sweep.h"

/* Iterations from one look at the KKT residual by a pass of its own to the next, and from one
 * revival to the next. */
enum { ITERATIONS_PER_LOOK = 10, ITERATIONS_PER_REVIVAL = 10 };

static double whole_penalty(const fit_state *s)
{
  return penalty_value(&s->p.coef, &s->p.basis) + penalty_value(&s->p.basis, &s->p.coef);
}

/* All that is kept of the present pair. */
static void refresh_pair(fit_state *s, int coef)
{
  shared *p = &s->p;
  if (coef) {
    sums_clear(&s->total);
    sweep_coef(p, &s->from, &s->space, &s->total);
    refresh_coef(p, &s->total);
  }
  refresh_basis(p);
  s->penalty = p->wants_value ? whole_penalty(s) : 0;
}

void fit_prepare(fit_state *s, size_t iteration, double value)
{
  shared *p = &s->p;
  s->iteration = iteration;
  s->value = value;
  s->status = FIT_RUNNING;
  s->kkt = s->loss = NAN;
  const loss_terms l = terms_of(p->set);
  s->x_size = data_size(&s->x, &l);
  refresh_pair(s, penalty_any(&p->pen) || p->set->stationary > 0 || p->can_revive);
}

static double direct_loss(fit_state *s) { return sweep_loss(&s->p, &s->from, &s->space); }

static double frobenius_loss(fit_state *s)
{
  const double loss = quadratic_loss(&s->p, &s->total, s->x_size);
  return loss > DIRECT_SUM_BELOW * s->x_size ? loss : direct_loss(s);
}

double fit_value(fit_state *s)
{
  const side *w = &s->p.basis, *h = &s->p.coef;
  if (h->pen->edges != NULL) graph_laplacian(&h->u, h->pen->edges, h->laplacian);
  if (w->pen->edges != NULL) graph_laplacian(&w->u, w->pen->edges, w->laplacian);
  s->loss = s->p.forms_wh || s->iteration == 0 ? direct_loss(s) : frobenius_loss(s);
  return s->loss + whole_penalty(s);
}

static double kkt_of_sums(const fit_state *s, double value)
{
  return relative_kkt(s->p.set, s->x_size, s->total.kkt, value);
}

/* What W adds to it, unless W was given and stays. */
static double kkt_of_basis(fit_state *s)
{
  if (s->p.set->hold_basis) return 0;
  return s->p.partial ? basis_kkt_rows(&s->p, &s->space)
                      : basis_kkt(&s->p, &s->total, s->space.thread);
}

/* The last sweep's B and A are those of the present H; where Y depends on W as well, B has to
 * be formed anew, and the pass gives the loss too. */
double fit_kkt(fit_state *s)
{
  if (!isnan(s->kkt)) return s->kkt;
  const int keep = s->swept && !s->p.forms_wh;
  if (!keep) sums_clear(&s->total);
  s->total.kkt = 0;
  sweep_kkt(&s->p, &s->from, &s->space, keep, &s->total);
  const int found = s->p.forms_wh && s->p.wants_value;
  if (found) s->loss = s->total.value;
  s->total.kkt += kkt_of_basis(s);
  return s->kkt = kkt_of_sums(s, found ? s->loss + whole_penalty(s) : s->value);
}

/* One more value of the trace, and the rule of `tol`. The sweep gave H's part of the KKT residual
 * and the W step W's. */
static void record(fit_state *s, double value)
{
  const double kkt = s->p.measures ? kkt_of_sums(s, value) : NAN;
  if (s->trace != NULL) s->trace[s->traced++] = value;
  if (has_settled(s->p.set, s->x_size, s->value, value, kkt)) s->status = FIT_CONVERGED;
  s->value = value;
}

/* Where a sweep finds F of the pair it began with, the trace and the stop rule lag by one
 * iteration. */
static void check_tol(fit_state *s)
{
  if (!s->p.wants_value) return;
  if (!s->p.forms_wh) {
    s->loss = frobenius_loss(s);
    record(s, s->loss + s->penalty);
  } else if (s->iteration > 1) record(s, s->total.value + s->penalty_before);
}

/* The KKT residual costs a pass over X, so it is looked at now and then. */
static void check_kkt(fit_state *s)
{
  const double limit = s->p.set->kkt;
  if (!(limit > 0) || s->iteration % ITERATIONS_PER_LOOK != 0) return;
  if (fit_kkt(s) <= limit) s->status = FIT_CONVERGED;
}

static void save_previous(fit_state *s)
{
  const shared *p = &s->p;
  if (s->old_w == NULL) return;
  memcpy(s->old_w, p->basis.u.value, p->m * p->r * sizeof(double));
  memcpy(s->old_h, p->coef.u.value, p->r * p->n * sizeof(double));
}

/* ||W - W~||_2 and ||H - H~||_2 both below step_tol: the thesis author's rule. */
static void check_step(fit_state *s)
{
  const shared *p = &s->p;
  const kernels *k = &p->set->table;
  const size_t m = p->m, n = p->n, r = p->r;
  const double limit = p->set->step_tol * p->set->step_tol;
  const double limit_coef = p->set->step_tol_coef * p->set->step_tol_coef;
  if (s->old_w == NULL) return;
  for (size_t i = 0; i < m * r; ++i) s->old_w[i] -= p->basis.u.value[i];
  for (size_t i = 0; i < r * n; ++i) s->old_h[i] -= p->coef.u.value[i];
  k->inner(m, r, r, s->old_w, m, s->old_w, m, s->step_gram, r);
  if (!(dense_largest_eigenvalue(r, s->step_gram, s->eigen) < limit)) return;
  memset(s->step_gram, 0, r * r * sizeof *s->step_gram);
  k->outer(r, n, r, s->old_h, r, s->old_h, r, 1, s->step_gram, r);
  if (dense_largest_eigenvalue(r, s->step_gram, s->eigen) < limit_coef)
    s->status = FIT_CONVERGED;
}

static void check_stop(fit_state *s)
{
  s->penalty_before = s->penalty;
  s->penalty = s->p.wants_value ? whole_penalty(s) : 0;
  ++s->iteration;
  check_tol(s);
  check_kkt(s);
  check_step(s);
  if (s->p.coef.step == STEP_EXACT && s->total.unfinished == 0) s->status = FIT_CONVERGED;
  if (s->status == FIT_RUNNING && s->iteration >= s->p.set->max_iter)
    s->status = FIT_EXHAUSTED;
}

static void take_sweep(fit_state *s)
{
  s->kkt = NAN;
  sums_clear(&s->total);
  sweep(&s->p, &s->from, &s->space, &s->total);
  s->swept = 1;
}

/* If the pair was extrapolated too far, the sweep that found its F is repeated from the pair it
 * came from, whose F is no higher than that of the last. */
static void restart_sweep(fit_state *s)
{
  shared *p = &s->p;
  const double limit = s->carried.reached + VALUE_ROUNDING * s->x_size;
  if (s->carried.w == NULL) return;
  if (!isnan(limit) && !(s->total.value + s->penalty <= limit)) {
    memcpy(p->basis.u.value, s->carried.w, p->m * p->r * sizeof(double));
    memcpy(p->coef.u.value, s->carried.h, p->r * p->n * sizeof(double));
    momentum_shrink(&s->carried);
    refresh_pair(s, 1);
    take_sweep(s);
  } else momentum_grow(&s->carried);
  s->carried.reached = s->total.value + s->penalty;
}

/* The pair the next iteration begins with. */
static void carry(fit_state *s)
{
  side *w = &s->p.basis, *h = &s->p.coef;
  if (s->carried.w == NULL || s->status != FIT_RUNNING) return;
  momentum_carry(&s->carried, &w->u, w->held, w->upper, s->carried.w);
  momentum_carry(&s->carried, &h->u, h->held, h->upper, s->carried.h);
  s->swept = 0;
  refresh_pair(s, 1);
}

/*     for each block b of columns:
 *         P = W' Y_b
 *         H_b <- step(P, G, penalties)
 *         B += Y_b H_b' ;  A += H_b H_b'
 *     H S and q from the new H
 *     W <- step(B, A, penalties)
 *     G = W'W
 *     F = ||X||^2 - 2<W, B> + <G, A> + penalties */
void fit_steps(fit_state *s, size_t budget)
{
  shared *p = &s->p;
  for (; budget > 0 && s->status == FIT_RUNNING; --budget) {
    const size_t next = s->iteration + 1;
    p->measures = p->set->stationary > 0 && next % ITERATIONS_PER_MEASURE == 0;
    p->revives = p->can_revive && next >= p->set->revive_from &&
                 next % ITERATIONS_PER_REVIVAL == 0;
    save_previous(s);
    take_sweep(s);
    restart_sweep(s);
    refresh_coef(p, &s->total);
    if (p->coef.pen->edges != NULL && p->set->poll != NULL) p->set->poll(); /* may be long */
    if (p->rows != NULL) s->total.kkt += basis_step_rows(p, &s->space);
    else {
      if (p->measures) s->total.kkt += kkt_of_basis(s);
      basis_step(p, &s->total, s->space.thread);
    }
    p->revives = 0; /* a look at the pair that follows needs no second derivatives */
    refresh_basis(p);
    check_stop(s);
    carry(s);
  }
}

void fit_complete(fit_state *s, int look)
{
  if (s->status == FIT_RUNNING) return;
  if (look) fit_kkt(s);
  if (!s->p.forms_wh || !s->p.wants_value) return;
  s->value = isnan(s->kkt) ? fit_value(s) : s->loss + whole_penalty(s);
  if (s->trace != NULL) s->trace[s->traced++] = s->value;
}

void fit_costs(fit_state *s, double *cost)
{
  side *h = &s->p.coef, *w = &s->p.basis;
  subproblem_share(s->p.set, h, w);
  penalty_costs(h, w, s->p.set->loss, cost);
}
