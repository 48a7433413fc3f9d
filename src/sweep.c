/* One pass over X: products, the H step and the sums of every block. */
#include "sweep.h"

#include <string.h>

#include "acts.h"
#include "data_ops.h"
#include "descent.h"
#include "exact.h"
#include "partial.h"
#include "subproblem.h"

/* P of a block. Coordinate descent needs it by columns of components. */
static factor linear_of(const shared *p, const scratch *t, size_t count)
{
  return p->coef.step == STEP_HALS ? (factor){t->linear, p->r, count, count, 1}
                                   : (factor){t->linear, p->r, count, 1, p->r};
}

static const int *held_in(const shared *p, const scratch *t, const block *b)
{
  const int *held = p->coef.problem.held;
  if (b->fixed == NULL) return held;
  for (size_t k = 0; k < p->r; ++k) t->held[k] = held[k] || b->fixed[k];
  return t->held;
}

static problem build(const shared *p, const scratch *t, const block *b, step_kind step,
                     const factor *linear)
{
  return subproblem_build(p->set, &p->coef, step, b->first, linear, t->cost,
                          held_in(p, t, b));
}

static partial_side partial_block(const shared *p, const scratch *t, const block *b)
{
  return (partial_side){&p->coef, &p->basis, {b->h, p->r, b->x.n, 1, p->r}, &b->x,
                        p->w_transposed, b->first, held_in(p, t, b)};
}

/* The H step of a block of partial data, where W needs no sums of X. */
static void update_partial(const shared *p, scratch *t, const block *b, sums *s)
{
  const partial_side h = partial_block(p, t, b);
  partial_step(p, t, &h, p->wants_value ? &s->value : NULL, &s->kkt);
  add_coef(p, t, b, s);
}

/* The H step of a block by coordinate descent: W needs no sums of X either. */
static void update_descent(const shared *p, scratch *t, const block *b, sums *s)
{
  const partial_side h = partial_block(p, t, b);
  if (p->wants_value) s->value += p->ops->loss(p, t, b);
  descent_step(p, t, &h, &s->kkt);
  add_coef(p, t, b, s);
}

/* The H step of a block. */
static void update(const shared *p, scratch *t, const block *b, sums *s)
{
  const factor h = {b->h, p->r, b->x.n, 1, p->r}, linear = linear_of(p, t, b->x.n);
  p->ops->linear(p, t, b, s);
  const problem q = build(p, t, b, p->coef.step, &linear);
  if (p->measures) s->kkt += subproblem_kkt(&p->set->table, &q, &h, &linear, t);
  subproblem_solve(&p->set->table, &p->coef, &q, &h, p->revives ? t->second : NULL, t);
  add_coef(p, t, b, s);
  p->ops->xht(p, t, b, s);
}

/* The KKT residual of a block of H whose P is in the scratch. */
static double kkt_of_block(const shared *p, scratch *t, const block *b)
{
  const factor h = {b->h, p->r, b->x.n, 1, p->r}, linear = linear_of(p, t, b->x.n);
  const problem q = build(p, t, b, STEP_MU, &linear);
  return subproblem_kkt(&p->set->table, &q, &h, &linear, t);
}

/* P of a block where the columns of H move together, kept for all of them. */
static void keep_linear(const shared *p, scratch *t, const block *b, sums *s)
{
  p->ops->linear(p, t, b, s);
  memcpy(p->coef.linear + b->first * p->r, t->linear, p->r * b->x.n * sizeof *t->linear);
  if (p->measures) s->kkt += kkt_of_block(p, t, b);
}

/* What the W step needs of the H that moved; masked entries are filled with its model. */
static void add_moved(const shared *p, scratch *t, const block *b, sums *s)
{
  const double value = s->value;
  if (p->masked) p->ops->linear(p, t, b, s);
  s->value = value;
  add_coef(p, t, b, s);
  p->ops->xht(p, t, b, s);
}

/* H of a block solved to the end, with W fixed. No B is needed, and P only if all columns share the
 * problem's matrix. */
static void solve(const shared *p, scratch *t, const block *b, sums *s)
{
  if (p->set->loss == LOSS_FROBENIUS && !p->masked) p->ops->linear(p, t, b, s);
  s->unfinished += exact_solve(p, t, b);
  add_coef(p, t, b, s);
}

/* The KKT residual of a block of H, which is not changed. */
static void look_at_coef(const shared *p, scratch *t, const block *b, sums *s)
{
  p->ops->linear(p, t, b, s);
  s->kkt += kkt_of_block(p, t, b);
}

static void look_at_partial(const shared *p, scratch *t, const block *b, sums *s)
{
  const partial_side h = partial_block(p, t, b);
  s->kkt += partial_kkt(p, t, &h, p->wants_value ? &s->value : NULL);
  add_coef(p, t, b, s);
}

/* The same with the sums of the present pair, for the residual of W. */
static void look_at(const shared *p, scratch *t, const block *b, sums *s)
{
  look_at_coef(p, t, b, s);
  add_coef(p, t, b, s);
  p->ops->xht(p, t, b, s);
}

/* Two passes over X, and between them, on one thread, the step that moves all columns of H. */
static void sweep_together(shared *p, const block_source *from, workspace *space, sums *to)
{
  const factor linear = {p->coef.linear, p->r, p->n, 1, p->r};
  pass(p, from, space, keep_linear, to);
  const problem q = subproblem_build(p->set, &p->coef, STEP_CONJUGATE, 0, &linear, NULL,
                                     p->coef.problem.held);
  subproblem_solve(&p->set->table, &p->coef, &q, &p->coef.u, NULL, space->thread);
  pass(p, from, space, add_moved, to);
}

void sweep(shared *p, const block_source *from, workspace *space, sums *to)
{
  subproblem_share(p->set, &p->coef, &p->basis);
  const int exact = p->coef.step == STEP_EXACT, quadratic = p->set->loss == LOSS_FROBENIUS;
  const int partial = p->partial && (quadratic || !exact);
  if (p->coef.step == STEP_CONJUGATE) sweep_together(p, from, space, to);
  else pass(p, from, space,
       p->coef.step == STEP_CCD ? update_descent
       : partial                ? update_partial
       : exact                  ? solve
                                : update,
       to);
}

void sweep_kkt(shared *p, const block_source *from, workspace *space, int keep, sums *to)
{
  subproblem_share(p->set, &p->coef, &p->basis);
  pass(p, from, space, p->partial ? look_at_partial : keep ? look_at_coef : look_at, to);
}

void sweep_coef(shared *p, const block_source *from, workspace *space, sums *to)
{
  pass(p, from, space, add_coef, to);
}

/* The acts by their numbers. Workers know an act by its number, so none may change. */
static const block_act acts[] = {update, solve, look_at_coef, look_at};
enum { ACTS = sizeof acts / sizeof *acts };

int act_number(block_act act)
{
  int number = 0;
  while (number < ACTS && acts[number] != act) ++number;
  return number;
}

block_act act_numbered(int number)
{
  return number >= 0 && number < ACTS ? acts[number] : NULL;
}

int act_moves(int number) { return number == 0 || number == 1; }

int act_sums_data(int number) { return number == 0 || number == 3; }

static size_t loss_columns(const shared *p)
{
  return p->block < BLOCK_COLUMNS ? p->block : BLOCK_COLUMNS;
}

size_t loss_count(const shared *p, size_t columns)
{
  return (columns + loss_columns(p) - 1) / loss_columns(p);
}

void loss_values(shared *p, workspace *space, const block *whole, double *values)
{
  const size_t most = loss_columns(p);
  for (size_t first = 0; first < whole->x.n; first += most) {
    const size_t left = whole->x.n - first, count = left < most ? left : most;
    const block columns = block_part(p, whole, first, count);
    *values++ = p->ops->loss(p, space->thread, &columns);
    space->work += count * p->m * p->r;
    poll_when_due(p, space);
    space->work %= WORK_BETWEEN_POLLS;
  }
}

double sweep_loss(shared *p, const block_source *from, workspace *space)
{
  if (from->elsewhere != NULL) {
    sums only = {0};
    from->elsewhere->spread(from->elsewhere->from, p, ACT_LOSS, &only);
    return only.value;
  }
  double sum = 0;
  p->ops->prepare(p);
  for (size_t i = 0; i < from->count; ++i) {
    block whole;
    from->get(from->from, i, 0, &whole);
    for (size_t first = 0; first < whole.x.n; first += loss_columns(p)) {
      const size_t left = whole.x.n - first;
      const block columns = block_part(p, &whole, first, smaller(left, loss_columns(p)));
      double value = 0;
      loss_values(p, space, &columns, &value);
      sum += value;
    }
  }
  return sum;
}
