/* The steps of H and W for ratings, from the stored entries alone. */
#include "partial.h"

#include <string.h>

#include "data_ops.h"
#include "subproblem.h"
#include "terms.h"

/* The problem of one column. */
typedef struct {
  double *u;           /* r: the column itself */
  double *linear;      /* r: P */
  double *l1;          /* r: M (KL) */
  double *denominator; /* r: N (losses of two terms) */
  double *second;      /* r: second derivatives, where the step revives */
  double *gram;        /* r x r: K (Frobenius) */
} column_problem;

static size_t lay_out(size_t r, double *memory, column_problem *c)
{
  arena from = {memory, 0};
  c->u = carve(&from, r);
  c->linear = carve(&from, r);
  c->l1 = carve(&from, r);
  c->denominator = carve(&from, r);
  c->second = carve(&from, r);
  c->gram = carve(&from, r * r);
  return from.used;
}

size_t partial_work(size_t r)
{
  column_problem measured;
  return lay_out(r, NULL, &measured);
}

/* The stored entries of a column. */
typedef struct {
  size_t count;
  const int *row;
  const double *x, *weight; /* weight: NULL, or one for each */
} entries;

static entries entries_at(const data_matrix *x, size_t j)
{
  const size_t at = (size_t)x->start[j];
  return (entries){entries_of(x, j), x->row + at, x->value + at,
                   x->weight == NULL ? NULL : x->weight + at};
}

static double weight_at(const entries *e, size_t i) { return e->weight == NULL ? 1 : e->weight[i]; }

/* out (r) <- sum_i weight_i y_i row_i over the other factor's rows; y NULL: 1. */
static void sum_rows(const shared *p, const scratch *t, const partial_side *of, const entries *e,
                     const double *y, double *out)
{
  double *sum = t->column + p->pad;
  for (size_t i = 0; i < e->count; ++i) t->target[i] = weight_at(e, i) * (y == NULL ? 1 : y[i]);
  memset(sum, 0, p->pad * sizeof *sum);
  p->set->table.gather(p->pad, e->count, e->row, t->target, of->other_rows, sum);
  memcpy(out, sum, p->r * sizeof *out);
}

/* K = sum_i weight_i row_i row_i', and what the penalties add to the Gram matrix of all rows. One
 * triangle counts, because rounding differs between the two. */
static void build_gram(const shared *p, const scratch *t, const partial_side *of, const entries *e,
                       double *gram)
{
  const size_t r = p->r;
  const double *penalised = of->own->problem.gram, *plain = of->other->gram;
  for (size_t k = 0; k < r; ++k) {
    for (size_t i = 0; i < e->count; ++i)
      t->model[i] = of->other_rows[(size_t)e->row[i] * p->pad + k];
    sum_rows(p, t, of, e, t->model, gram + k * r);
  }
  for (size_t k = 0; k < r; ++k)
    for (size_t l = k; l < r; ++l) {
      gram[l + k * r] += penalised[l + k * r] - plain[l + k * r];
      gram[k + l * r] = gram[l + k * r];
    }
}

/* second_k = sum_i weight_i bend_i row_ik^2 */
static void sum_squares(const shared *p, const partial_side *of, const entries *e,
                        const double *bend, double *second)
{
  memset(second, 0, p->r * sizeof *second);
  for (size_t i = 0; i < e->count; ++i) {
    const double *row = of->other_rows + (size_t)e->row[i] * p->pad;
    const double by = weight_at(e, i) * bend[i];
    for (size_t k = 0; k < p->r; ++k) second[k] += by * row[k] * row[k];
  }
}

/* The loss of the entries of column j of H's problem, whose rows they have, or of row j of W's. */
static loss_terms terms_here(const shared *p, const partial_side *of, const entries *e, size_t j)
{
  const loss_terms l = terms_of(p->set);
  return of->own == &p->coef ? terms_at(l, e->row) : terms_in(l, of->first + j);
}

/* P, and N or the share of M that the loss has, from the model in the scratch. */
static void build_divergence(const shared *p, const scratch *t, const partial_side *of,
                             const entries *e, loss_terms of_loss, const column_problem *c)
{
  const kernels *k = &p->set->table;
  if (p->revives) {
    second_slopes(&of_loss, e->count, e->x, t->model, t->other);
    sum_squares(p, of, e, t->other, c->second);
  }
  if (p->set->loss == LOSS_KL) {
    k->quotient(e->count, e->x, t->model, 0, t->model);
    sum_rows(p, t, of, e, t->model, c->linear);
    sum_rows(p, t, of, e, NULL, c->l1);
    for (size_t l = 0; l < p->r; ++l) c->l1[l] += of->own->problem.l1[l] - of->other->l1[l];
    return;
  }
  form_slopes(k, &of_loss, e->count, e->x, t->model, t->other, t->model);
  sum_rows(p, t, of, e, t->other, c->linear);
  sum_rows(p, t, of, e, t->model, c->denominator);
}

static double loss_of(const scratch *t, const entries *e, const loss_terms *l)
{
  double sum = 0;
  for (size_t i = 0; i < e->count; ++i)
    sum += weight_at(e, i) * loss_term(l, i, e->x[i], t->model[i]);
  return sum;
}

/* The problem of column j, whose present values go to c->u. */
static problem build(const shared *p, const scratch *t, const partial_side *of, size_t j,
                     step_kind step, const column_problem *c, double *loss)
{
  const size_t r = p->r;
  const entries e = entries_at(of->x, j);
  const loss_terms l = terms_here(p, of, &e, j);
  const int quadratic = p->set->loss == LOSS_FROBENIUS;
  const factor linear = {c->linear, r, 1, 1, r};
  for (size_t k = 0; k < r; ++k) c->u[k] = of->u.value[k * of->u.step_k + j * of->u.step_j];
  memset(t->column, 0, p->pad * sizeof *t->column);
  memcpy(t->column, c->u, r * sizeof *c->u);
  if (!quadratic || loss != NULL)
    p->set->table.dot_rows(p->pad, e.count, e.row, of->other_rows, t->column, t->model);
  if (loss != NULL) *loss += loss_of(t, &e, &l);
  if (!quadratic) build_divergence(p, t, of, &e, l, c);
  else {
    sum_rows(p, t, of, &e, e.x, c->linear);
    build_gram(p, t, of, &e, c->gram);
  }
  problem q = subproblem_build(p->set, of->own, step, of->first + j, &linear,
                               has_two_terms(p->set->loss) ? c->denominator : NULL, of->held);
  if (quadratic) q.gram = c->gram;
  if (p->set->loss == LOSS_KL) q.l1 = c->l1;
  return q;
}

void partial_step(const shared *p, const scratch *t, const partial_side *of, double *loss,
                  double *kkt)
{
  column_problem c;
  lay_out(p->r, t->partial, &c);
  const factor u = {c.u, p->r, 1, 1, p->r};
  for (size_t j = 0; j < of->u.count; ++j) {
    const problem q = build(p, t, of, j, of->own->step, &c, loss);
    if (p->measures) *kkt += kkt_residual(&p->set->table, &q, &u, t->denominator);
    subproblem_solve(&p->set->table, of->own, &q, &u, p->revives ? c.second : NULL, t);
    for (size_t k = 0; k < p->r; ++k) of->u.value[k * of->u.step_k + j * of->u.step_j] = c.u[k];
  }
}

double partial_kkt(const shared *p, const scratch *t, const partial_side *of, double *loss)
{
  column_problem c;
  double sum = 0;
  lay_out(p->r, t->partial, &c);
  const factor u = {c.u, p->r, 1, 1, p->r};
  for (size_t j = 0; j < of->u.count; ++j) {
    const problem q = build(p, t, of, j, STEP_MU, &c, loss);
    sum += kkt_residual(&p->set->table, &q, &u, t->denominator);
  }
  return sum;
}
