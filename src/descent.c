/* Coordinate descent on counts: Newton's step for one entry after the other. */
#include "descent.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "constraint.h"
#include "data_ops.h"
#include "kl_column.h"
#include "subproblem.h"

/* One column, its model z, and what its problem has beside its entries. */
typedef struct {
  kl_column of;
  problem limits;
  double *u;    /* r: the column itself */
  double *z;    /* of the listed entries */
  double *rows, *values, *slope;
  double *gain; /* r: P */
} column;

static size_t lay_out(size_t r, size_t longest, double *memory, column *c)
{
  arena from = {memory, 0};
  c->u = carve(&from, r);
  c->slope = carve(&from, r);
  c->gain = carve(&from, r);
  c->z = carve(&from, longest);
  c->values = carve(&from, longest);
  c->rows = carve(&from, longest * r);
  return from.used;
}

size_t descent_work(size_t r, size_t longest)
{
  column measured;
  return lay_out(r, longest, NULL, &measured);
}

size_t descent_longest(const data_matrix *x)
{
  size_t most = 1;
  for (; x != NULL; x = x->rows)
    for (size_t j = 0; j < x->n; ++j) most = larger(most, entries_of(x, j));
  return most;
}

static void open_column(const shared *p, const partial_side *of, const kl_side *other, size_t j,
                        column *c)
{
  const size_t r = p->r;
  const factor linear = {c->gain, r, 1, 1, r};
  for (size_t k = 0; k < r; ++k) c->u[k] = of->u.value[k * of->u.step_k + j * of->u.step_j];
  c->of = kl_stored(&p->set->table, other, of->x, j, c->rows, c->values, c->slope);
  c->limits = subproblem_build(p->set, of->own, STEP_MU, of->first + j, &linear, NULL, of->held);
  c->limits.l1 = c->slope;
  memset(c->z, 0, c->of.m * sizeof *c->z);
  p->set->table.outer(c->of.m, r, 1, c->rows, c->of.m, c->u, 1, r, c->z, c->of.m);
}

/* What the column as it is adds to the KKT residual. */
static double measure(const shared *p, const scratch *t, const column *c)
{
  const factor u = {c->u, p->r, 1, 1, p->r};
  for (size_t k = 0; k < p->r; ++k) {
    double found[3];
    const double *w = c->rows + k * c->of.m;
    p->set->table.kl.slopes(c->of.m, c->of.x, w, 0, w, c->z, found);
    c->gain[k] = found[0];
  }
  return kkt_residual(&p->set->table, &c->limits, &u, t->denominator);
}

/* An entry's new value, from what kl_slopes() found. */
static double newton_entry(const column *c, size_t k, const double *found)
{
  const double old = c->u[k], curve = c->of.curvature[k], floor = c->limits.floor;
  const double slope = c->slope[k] + 2 * curve * old - found[0], bend = found[1] + 2 * curve;
  double moved = bend > 0 ? -slope / bend : slope > 0 ? -old : 0;
  /* Where squares of shares overflow the multiplicative step is left. */
  if (!(bend <= DBL_MAX)) moved = c->slope[k] > 0 ? old * (found[0] / c->slope[k] - 1) : 0;
  if (moved < floor - old) moved = floor - old;
  if (moved * found[2] < -0.5) moved = -0.5 / found[2];
  const double fresh = old + moved;
  if (!(fresh <= DBL_MAX)) return old;
  return fmin(fresh > DBL_MIN ? fresh : floor, limit_at(&c->limits, k, 0));
}

/* One turn over the entries. An entry's move reaches z when the next one looks at it; the last
 * entry that moved, and by how much, are kept in *last and *by. */
static void turn(const kernels *k, const column *c, size_t *last, double *by)
{
  for (size_t l = 0; l < c->of.r; ++l) {
    double found[3];
    const size_t m = c->of.m;
    if (c->limits.held != NULL && c->limits.held[l]) continue;
    k->kl.slopes(m, c->of.x, c->rows + l * m, *by, c->rows + *last * m, c->z, found);
    const double fresh = newton_entry(c, l, found);
    *by = fresh - c->u[l];
    *last = l;
    c->u[l] = fresh;
  }
}

void descent_step(const shared *p, const scratch *t, const partial_side *of, double *kkt)
{
  const kl_side other = {of->other_rows, p->r, p->pad, of->other->l1, of->own->problem.l1,
                         of->own->problem.curvature, p->partial};
  column c;
  lay_out(p->r, p->longest, t->descent, &c);
  for (size_t j = 0; j < of->u.count; ++j) {
    size_t last = 0;
    double by = 0;
    open_column(p, of, &other, j, &c);
    if (p->measures) *kkt += measure(p, t, &c);
    for (size_t i = 0; i < of->own->cycles; ++i) turn(&p->set->table, &c, &last, &by);
    for (size_t k = 0; k < p->r; ++k) of->u.value[k * of->u.step_k + j * of->u.step_j] = c.u[k];
  }
}
