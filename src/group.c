/* The loop of a group fit over all of its tasks. */
#include "group.h"

#include <math.h>
#include <string.h>

#include "data_ops.h"
#include "group_state.h"
#include "precision.h"
#include "settle.h"
#include "subproblem.h"
#include "sweep.h"

/* New S_i for V_i, with its sums. */
static void coef_step(const group *g, group_task *t)
{
  fit_state s;
  group_start_task(g, t, &s, g->measures || group_penalised(g));
  sums_clear(&t->total);
  sweep(&s.p, &s.from, &s.space, &t->total);
  t->loss = t->total.value;
}

/* What W's step reads, from all tasks, in their order as a pass adds its blocks. */
static void sum_shared(group *g)
{
  sums_clear(&g->total);
  for (size_t i = 0; i < g->count; ++i) g->parts->add_shared(g, g->tasks + i);
}

/* Adds alpha_i alpha_j S (h_i - h_j)^2 of the edges to other tasks, each half from either end. */
static void add_across(group *g, const group_task *t)
{
  const size_t r = g->set.rank;
  for (size_t j = 0; j < t->across.n; ++j) {
    const double *here = t->coef + j * t->set.rank;
    for (int e = t->across.start[j]; e < t->across.start[j + 1]; ++e) {
      const double *there = g->sample[t->across.row[e]], half = t->alpha * t->across.weight[e] / 2;
      for (size_t k = 0; k < r; ++k)
        g->laplacian[k] += half * (there[k] - here[k]) * (there[k] - here[k]);
    }
  }
}

/* q of all H_i, by task. */
static void sum_laplacians(group *g)
{
  const size_t r = g->set.rank;
  memset(g->laplacian, 0, r * sizeof *g->laplacian);
  for (size_t i = 0; i < g->count; ++i) {
    const group_task *t = g->tasks + i;
    const factor u = {t->coef, t->set.rank, t->x.n, 1, t->set.rank};
    if (t->pen.coef.edges == NULL) continue;
    graph_laplacian(&u, t->pen.coef.edges, g->scratch);
    for (size_t k = 0; k < r; ++k) g->laplacian[k] += t->alpha * g->scratch[k];
    add_across(g, t);
  }
}

static void coef_pass(group *g)
{
  for (size_t i = 0; i < g->count; ++i) coef_step(g, g->tasks + i);
  g->swept = 1;
  /* Small passes end before their own count of work is due. */
  if (g->set.poll != NULL) g->set.poll();
}

static void share_facts(group *g)
{
  sum_shared(g);
  sum_laplacians(g);
}

static void shared_step(group *g)
{
  fit_state s;
  if (g->set.hold_basis) return;
  group_start_shared(g, &s);
  basis_step(&s.p, &g->total, s.space.thread);
}

/* Each task's own part from its own sums, with W held. */
static void own_step(group *g, group_task *t)
{
  fit_state s;
  const sums *from;
  if (t->columns == 0) return;
  group_start_own(g, t, &s, &from);
  basis_step(&s.p, from, s.space.thread);
  g->parts->keep(g, t);
}

/* The violations of the conditions for a minimum of F, of all factors that move. */
static double violations(group *g)
{
  fit_state s;
  const sums *from;
  double sum = 0;
  for (size_t i = 0; i < g->count; ++i) {
    group_task *t = g->tasks + i;
    sum += t->alpha * t->total.kkt;
    if (t->columns == 0) continue;
    group_start_own(g, t, &s, &from);
    sum += t->alpha * basis_kkt(&s.p, from, s.space.thread);
  }
  if (g->set.hold_basis) return sum;
  group_start_shared(g, &s);
  return sum + basis_kkt(&s.p, &g->total, s.space.thread);
}

static double whole_penalty(group *g)
{
  fit_state s;
  if (!group_penalised(g)) return 0;
  group_start_shared(g, &s);
  return penalty_value(&s.p.coef, &s.p.basis) + penalty_value(&s.p.basis, &s.p.coef);
}

/* The loss of the present pair: of least squares from the sums, but near an exact fit, where they
 * cancel; else by a pass. */
static void find_loss(group *g, group_task *t)
{
  fit_state s;
  group_start_task(g, t, &s, 0);
  t->cost = g->parts->cost(g, t);
  double loss = g->lags || !g->swept ? 0 : quadratic_loss(&s.p, &t->total, t->x.x_norm2);
  if (!(loss > DIRECT_SUM_BELOW * t->x.x_norm2)) loss = sweep_loss(&s.p, &s.from, &s.space);
  t->loss = loss + t->cost;
}

static double value_of_losses(const group *g, double penalties)
{
  double sum = penalties;
  for (size_t i = 0; i < g->count; ++i) sum += g->tasks[i].alpha * g->tasks[i].loss;
  return sum;
}

static void record(group *g, double value)
{
  const double kkt = g->measures ? relative_kkt(&g->set, g->x_size, g->violations, value) : NAN;
  g->trace[g->traced++] = value;
  if (has_settled(&g->set, g->x_size, g->value, value, kkt)) g->status = FIT_CONVERGED;
  g->value = value;
}

static void check_stop(group *g)
{
  ++g->iteration;
  if (!g->lags) {
    g->penalty = whole_penalty(g);
    for (size_t i = 0; i < g->count; ++i) find_loss(g, g->tasks + i);
    record(g, value_of_losses(g, g->penalty));
  } else {
    if (g->pending) record(g, value_of_losses(g, g->penalty));
    g->penalty = whole_penalty(g);
    g->pending = 1;
  }
  if (g->status == FIT_RUNNING && g->iteration >= g->set.max_iter) g->status = FIT_EXHAUSTED;
}

void group_start(group *g, double *memory)
{
  fit_state s;
  const loss_terms l = terms_of(&g->set);
  group_lay_out(g, memory);
  g->x_size = 0;
  for (size_t i = 0; i < g->count; ++i)
    g->x_size += g->tasks[i].alpha * data_size(&g->tasks[i].x, &l);
  g->status = FIT_RUNNING;
  g->kkt = NAN;
  sums_clear(&g->total);
  if (!group_penalised(g)) return;
  for (size_t i = 0; i < g->count; ++i) {
    group_task *t = g->tasks + i;
    group_start_task(g, t, &s, 0);
    sums_clear(&t->total);
    sweep_coef(&s.p, &s.from, &s.space, &t->total);
  }
  share_facts(g);
  g->penalty = whole_penalty(g);
}

void group_settle(group *g, size_t passes)
{
  for (size_t pass = 0; pass < passes; ++pass) coef_pass(g);
}

/*     for each task i:
 *         S_i <- step for V_i = [W B_i]
 *         P_i = X_i S_i' ;  A_i = S_i S_i'
 *     W   <- step(sum_i alpha_i (P_i^H - B_i A_i^GH), sum_i alpha_i A_i^HH)
 *     B_i <- step(P_i^G - W A_i^HG, A_i^GG)
 *     F = sum_i alpha_i (||X_i||^2 - 2<V_i, P_i> + <V_i'V_i, A_i>) */
void group_steps(group *g, size_t budget)
{
  for (; budget > 0 && g->status == FIT_RUNNING; --budget) {
    g->measures = g->set.stationary > 0 && (g->iteration + 1) % ITERATIONS_PER_MEASURE == 0;
    coef_pass(g);
    share_facts(g);
    if (g->measures) g->violations = violations(g);
    shared_step(g);
    for (size_t i = 0; i < g->count; ++i) own_step(g, g->tasks + i);
    check_stop(g);
  }
  g->measures = 0;
}

/* The KKT residual of a task's coefficients, which stay; the pass that finds it tells the loss of
 * divergences and masked X too. */
static void look_at_task(group *g, group_task *t)
{
  fit_state s;
  const int keep = g->swept && !g->lags;
  group_start_task(g, t, &s, 1);
  if (!keep) sums_clear(&t->total);
  t->total.kkt = 0;
  sweep_kkt(&s.p, &s.from, &s.space, keep, &t->total);
  if (g->lags) t->loss = t->total.value;
}

void group_complete(group *g, int look)
{
  const int behind = g->lags || !g->swept;
  if (look) {
    for (size_t i = 0; i < g->count; ++i) look_at_task(g, g->tasks + i);
    sum_shared(g);
    g->violations = violations(g);
  }
  for (size_t i = 0; behind && i < g->count; ++i)
    if (!look || !g->lags) find_loss(g, g->tasks + i);
  if (behind) g->value = value_of_losses(g, g->penalty);
  if (g->pending) g->trace[g->traced++] = g->value;
  g->pending = 0;
  g->kkt = look ? relative_kkt(&g->set, g->x_size, g->violations, g->value) : NAN;
}

void group_costs(group *g, double *cost)
{
  fit_state s;
  group_start_shared(g, &s);
  subproblem_share(&g->set, &s.p.coef, &s.p.basis);
  penalty_costs(&s.p.coef, &s.p.basis, g->set.loss, cost);
}
