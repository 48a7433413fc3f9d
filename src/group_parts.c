/* The parts of a task's basis: columns of its own beside W (group NMF), or a change of W itself
 * (integrative NMF), and what the steps read of a task's sums. */
#include <string.h>

#include "group.h"

static void add(size_t count, double by, const double *from, double *to)
{
  for (size_t i = 0; i < count; ++i) to[i] += by * from[i];
}

/* Ratios must stay above 0: what other columns explain stands in their denominators. */
static int is_ratio(const group *g) { return g->set.basis_step == STEP_MU; }

/* out <- U A, m x r, of a part U of `columns` columns; the columns of A are `step` apart. */
static void explain(const group *g, const double *u, size_t columns, const double *a, size_t step,
                    double *out)
{
  const size_t r = g->set.rank;
  memset(out, 0, g->m * r * sizeof *out);
  g->set.table.outer(g->m, columns, r, u, g->m, a, 1, step, out, g->m);
}

/* V_i = [W B_i] with S_i = [H_i; G_i]. */
static void join_private(const group *g, const group_task *t)
{
  const size_t of_w = g->m * g->set.rank;
  memcpy(t->basis, g->w, of_w * sizeof *g->w);
  if (t->columns > 0) memcpy(t->basis + of_w, t->own, g->m * t->columns * sizeof *t->own);
}

/* N += alpha (P_i^H - B_i A_i^GH), K += alpha A_i^HH. What B_i explains is taken off P_i^H or, for
 * a ratio, stands in its denominator: without it F rises. */
static void add_private(group *g, const group_task *t)
{
  const sums *from = &t->total;
  sums *to = &g->total;
  const size_t m = g->m, r = g->set.rank, all = from->r;
  add(m * r, t->alpha, from->xht, to->xht);
  for (size_t k = 0; k < r; ++k) add(r, t->alpha, from->hht + k * all, to->hht + k * r);
  add(r, t->alpha, from->h_sum, to->h_sum);
  to->columns += from->columns;
  if (from->denominator != NULL) add(m * r, t->alpha, from->denominator, to->denominator);
  if (g->set.loss != LOSS_FROBENIUS || t->columns == 0) return;
  explain(g, t->own, t->columns, from->hht + r, all, g->apart.xht);
  if (is_ratio(g)) add(m * r, t->alpha, g->apart.xht, to->denominator);
  else add(m * r, -t->alpha, g->apart.xht, to->xht);
}

/* B_i from P_i and A_i, with W held: what W explains is in the step. */
static void own_private(group *g, group_task *t, double **basis, const int **held,
                        const sums **from)
{
  join_private(g, t);
  *basis = t->basis;
  *held = g->held;
  *from = &t->total;
}

static void keep_private(const group *g, const group_task *t)
{
  memcpy(t->own, t->basis + g->m * g->set.rank, g->m * t->columns * sizeof *t->own);
}

static double no_cost(group *g, const group_task *t)
{
  (void)g;
  (void)t;
  return 0;
}

const group_parts private_parts = {0, join_private, add_private, own_private, keep_private,
                                   no_cost};

/* U_i = W + V_i with H_i, and lambda |V_i H_i|^2 beside; its own part is V_i. */
static void join_tied(const group *g, const group_task *t)
{
  const size_t r = g->set.rank;
  for (size_t i = 0; i < g->m * r; ++i) t->basis[i] = g->w[i] + t->own[i];
  g->set.table.inner(g->m, r, r, t->own, g->m, t->own, g->m, g->gram, r);
  for (size_t i = 0; i < r * r; ++i) g->gram[i] *= g->lambda;
}

/* The sums for a step of one part of the basis, beside what `other` explains: g->apart. */
static void set_apart(group *g, const group_task *t, const double *other, double by)
{
  const sums *from = &t->total;
  sums *to = &g->apart;
  const size_t count = g->m * g->set.rank;
  double *explained = is_ratio(g) ? to->denominator : to->xht;
  explain(g, other, g->set.rank, from->hht, from->r, explained);
  if (is_ratio(g)) memcpy(to->xht, from->xht, count * sizeof *to->xht);
  else
    for (size_t i = 0; i < count; ++i) to->xht[i] = from->xht[i] - explained[i];
  for (size_t i = 0; i < from->r * from->r; ++i) to->hht[i] = by * from->hht[i];
  memcpy(to->h_sum, from->h_sum, from->r * sizeof *to->h_sum);
  to->columns = from->columns;
}

/* N += alpha (P_i - V_i A_i), K += alpha A_i. */
static void add_tied(group *g, const group_task *t)
{
  const size_t r = g->set.rank, count = g->m * r;
  sums *to = &g->total;
  set_apart(g, t, t->own, 1);
  add(count, t->alpha, g->apart.xht, to->xht);
  if (is_ratio(g)) add(count, t->alpha, g->apart.denominator, to->denominator);
  add(r * r, t->alpha, g->apart.hht, to->hht);
  add(r, t->alpha, g->apart.h_sum, to->h_sum);
  to->columns += g->apart.columns;
}

/* V_i from P_i - W A_i and (1 + lambda) A_i. */
static void own_tied(group *g, group_task *t, double **basis, const int **held, const sums **from)
{
  set_apart(g, t, g->w, 1 + g->lambda);
  *basis = t->own;
  *held = NULL;
  *from = &g->apart;
}

static void keep_tied(const group *g, const group_task *t)
{
  (void)g;
  (void)t;
}

/* lambda |V_i H_i|^2, after join_tied(). */
static double cost_tied(group *g, const group_task *t)
{
  double sum = 0;
  for (size_t i = 0; i < g->set.rank * g->set.rank; ++i) sum += g->gram[i] * t->total.hht[i];
  return sum;
}

const group_parts tied_parts = {1, join_tied, add_tied, own_tied, keep_tied, cost_tied};
