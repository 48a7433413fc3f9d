/* The W step, from the sums of a pass alone, and the facts about a side that follow from its
 * move. */
#include <math.h>
#include <string.h>

#include "data_ops.h"
#include "descent.h"
#include "partial.h"
#include "subproblem.h"
#include "sweep.h"

static problem build(shared *p, const sums *from, step_kind step)
{
  side *own = &p->basis;
  const size_t m = p->m, r = p->r;
  factor linear = {from->xht, r, m, m, 1};
  subproblem_share(p->set, own, &p->coef);
  if (step == STEP_CHOI)
    p->set->table.inner(m, r, r, from->xht, m, own->u.value, m, own->problem.gram, r);
  /* Penalties edit a copy, so that the sums stay as they are. */
  if (own->linear != NULL) {
    linear.value = own->linear;
    memcpy(linear.value, from->xht, m * r * sizeof *linear.value);
  }
  return subproblem_build(p->set, own, step, 0, &linear, from->denominator, own->problem.held);
}

void basis_step(shared *p, const sums *from, const scratch *t)
{
  if (p->set->hold_basis) return;
  const problem q = build(p, from, p->basis.step);
  double *second = p->revives ? from->second : NULL;
  subproblem_solve(&p->set->table, &p->basis, &q, &p->basis.u, second, t);
}

double quadratic_loss(const shared *p, const sums *from, double x_norm2)
{
  const double *w = p->basis.u.value;
  double loss = x_norm2;
  for (size_t i = 0; i < p->m * p->r; ++i) loss -= 2 * w[i] * from->xht[i];
  for (size_t i = 0; i < p->r * p->r; ++i) loss += p->basis.gram[i] * from->hht[i];
  return loss;
}

double basis_kkt(shared *p, const sums *from, const scratch *t)
{
  const problem q = build(p, from, STEP_MU);
  return subproblem_kkt(&p->set->table, &q, &p->basis.u, &p->basis.u, t);
}

typedef double (*rows_act)(const shared *p, const scratch *t, const partial_side *of);

static double step_rows(const shared *p, const scratch *t, const partial_side *of)
{
  double kkt = 0;
  if (of->own->step == STEP_CCD) descent_step(p, t, of, &kkt);
  else partial_step(p, t, of, NULL, &kkt);
  return kkt;
}

static double look_at_rows(const shared *p, const scratch *t, const partial_side *of)
{
  return partial_kkt(p, t, of, NULL);
}

/* The rows first .. last - 1 of W, as columns of W' and X'. */
static double act_on_rows(const shared *p, const scratch *t, size_t first, size_t last,
                          rows_act act)
{
  const data_matrix x = p->ops->part(p->rows, first, last - first);
  const partial_side rows = {&p->basis, &p->coef,
                             {p->basis.u.value + first, p->r, x.n, p->m, 1}, &x,
                             p->coef_rows, first, p->basis.problem.held};
  return act(p, t, &rows);
}

/* H by rows of X', and what the problems of all rows of W share. */
static void prepare_rows(shared *p)
{
  const double *h = p->coef.u.value;
  memset(p->coef_rows, 0, p->pad * p->n * sizeof *p->coef_rows);
  for (size_t j = 0; j < p->n; ++j)
    memcpy(p->coef_rows + j * p->pad, h + j * p->r, p->r * sizeof *h);
  subproblem_share(p->set, &p->basis, &p->coef);
}

/* All rows of W, in groups that take about the work between two polls at most. Every row is a
 * problem of its own, and the results of groups are added in order, so it does not matter which
 * thread works on which group. */
static double pass_rows(shared *p, workspace *space, rows_act act)
{
  const size_t threads = space->threads, entries = (size_t)p->rows->start[p->m];
  const size_t work = entries * p->r * p->pad + p->m * p->r * p->r;
  const size_t parts = smaller(work / WORK_BETWEEN_POLLS + MOST_CHUNKS, p->m);
  double sum = 0;
  prepare_rows(p);
  for (size_t done = 0; done < parts; done += threads) {
    double found[MOST_CHUNKS] = {0};
#ifdef _OPENMP
#pragma omp parallel for num_threads((int)threads) schedule(static, 1) if (threads > 1)
#endif
    for (size_t t = 0; t < threads; ++t) {
      const size_t i = smaller(done + t, parts), next = smaller(i + 1, parts);
      found[t] = act_on_rows(p, space->thread + t, p->m * i / parts, p->m * next / parts, act);
    }
    for (size_t t = 0; t < threads; ++t) sum += found[t];
    space->work += work / parts * threads;
    poll_when_due(p, space);
    space->work %= WORK_BETWEEN_POLLS;
  }
  return sum;
}

double basis_step_rows(shared *p, workspace *space)
{
  return p->set->hold_basis ? 0 : pass_rows(p, space, step_rows);
}

double basis_kkt_rows(shared *p, workspace *space)
{
  return pass_rows(p, space, look_at_rows);
}

static void refresh(const shared *p, side *one)
{
  const side_penalty *own = one->pen;
  const double count = one->u.count > 0 ? (double)one->u.count : 1;
  for (size_t k = 0; k < p->r; ++k) {
    one->norm[k] = sqrt(one->gram[k + k * p->r]);
    one->mean[k] = one->l1[k] / count;
  }
  if (own->edges == NULL) return;
  graph_times(&one->u, own->edges, one->us);
  if (own->smooth.scale_invariant || p->wants_value)
    graph_laplacian(&one->u, own->edges, one->laplacian);
}

void refresh_basis(shared *p)
{
  const size_t m = p->m, r = p->r;
  const double *w = p->basis.u.value;
  p->set->table.inner(m, r, r, w, m, w, m, p->basis.gram, r);
  for (size_t k = 0; k < r; ++k) {
    p->basis.l1[k] = 0;
    for (size_t i = 0; i < m; ++i) p->basis.l1[k] += w[i + k * m];
  }
  refresh(p, &p->basis);
}

void refresh_coef(shared *p, const sums *from)
{
  memcpy(p->coef.gram, from->hht, p->r * p->r * sizeof *p->coef.gram);
  memcpy(p->coef.l1, from->h_sum, p->r * sizeof *p->coef.l1);
  refresh(p, &p->coef);
}
