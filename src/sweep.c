#include "sweep.h"

#include <string.h>

#include "data_ops.h"
#include "descent.h"
#include "exact.h"
#include "partial.h"
#include "subproblem.h"

/* What a pass does with columns it has come to. */
typedef void (*block_act)(const shared *p, scratch *t, const block *b, sums *s);

/* The columns first .. first + count - 1 of a block, as a block. */
static block block_part(const shared *p, const block *b, size_t first, size_t count)
{
  block columns = *b;
  columns.first += first;
  columns.x = p->ops->part(&b->x, first, count);
  columns.h += first * p->r;
  return columns;
}

/* A += H_b H_b' and the sums of H's rows. */
static void add_coef(const shared *p, scratch *t, const block *b, sums *s)
{
  const size_t r = p->r, count = b->x.n;
  (void)t;
  p->set->table.outer(r, count, r, b->h, r, b->h, r, 1, s->hht, r);
  for (size_t j = 0; j < count; ++j)
    for (size_t k = 0; k < r; ++k) s->h_sum[k] += b->h[k + j * r];
  s->columns += count;
}

/* P of a block; coordinate descent wants columns of components. */
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

/* P of a block where the columns of H move together, kept for all of them. */
static void keep_linear(const shared *p, scratch *t, const block *b, sums *s)
{
  const factor h = {b->h, p->r, b->x.n, 1, p->r}, linear = linear_of(p, t, b->x.n);
  p->ops->linear(p, t, b, s);
  memcpy(p->coef.linear + b->first * p->r, t->linear, p->r * b->x.n * sizeof *t->linear);
  if (!p->measures) return;
  const problem q = build(p, t, b, STEP_MU, &linear);
  s->kkt += subproblem_kkt(&p->set->table, &q, &h, &linear, t);
}

/* What W's step needs of the H that moved; masked entries are filled with its model. */
static void add_moved(const shared *p, scratch *t, const block *b, sums *s)
{
  const double value = s->value;
  if (p->masked) p->ops->linear(p, t, b, s);
  s->value = value;
  add_coef(p, t, b, s);
  p->ops->xht(p, t, b, s);
}

/* H of a block solved to the end, for a W that stays: no B is needed, and P only where all
 * columns share the problem's matrix. */
static void solve(const shared *p, scratch *t, const block *b, sums *s)
{
  if (p->set->loss == LOSS_FROBENIUS && !p->masked) p->ops->linear(p, t, b, s);
  s->unfinished += exact_solve(p, t, b);
  add_coef(p, t, b, s);
}

/* The KKT residual of a block of H, which stays. */
static void look_at_coef(const shared *p, scratch *t, const block *b, sums *s)
{
  const factor h = {b->h, p->r, b->x.n, 1, p->r}, linear = linear_of(p, t, b->x.n);
  p->ops->linear(p, t, b, s);
  const problem q = build(p, t, b, STEP_MU, &linear);
  s->kkt += subproblem_kkt(&p->set->table, &q, &h, &linear, t);
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

/* About the multiplications of one column. */
static size_t column_work(const shared *p)
{
  const size_t r = p->r, once = 4 * p->m * r;
  if (p->rows != NULL) return ((size_t)p->rows->start[p->m] / p->n + 1) * (r * p->pad + 2 * r);
  if (p->set->coef_step != STEP_EXACT) return once;
  return p->set->loss != LOSS_FROBENIUS ? 200 * p->m * r
         : p->masked                    ? once + p->m * r * r + 20 * r * r * r
                                        : once + 20 * r * r * r;
}

/* Columns that are worked on before one can be interrupted. */
static size_t columns_at_once(const shared *p)
{
  const size_t most = WORK_BETWEEN_POLLS / column_work(p) + 1;
  const int slow = p->set->coef_step == STEP_EXACT || p->rows != NULL;
  return slow && most < p->block ? most : p->block;
}

/* A block that is worked on, and the columns of it that are done. */
typedef struct {
  block now;
  size_t done;
} chunk;

/* Goes on with a block until its columns or the work between two polls are done. Returns the
 * work so far. */
static size_t work_on(const shared *p, scratch *t, chunk *c, block_act act, sums *s, size_t work)
{
  const size_t most = columns_at_once(p);
  while (c->done < c->now.x.n && work < WORK_BETWEEN_POLLS) {
    const size_t left = c->now.x.n - c->done, count = left < most ? left : most;
    const block columns = block_part(p, &c->now, c->done, count);
    act(p, t, &columns, s);
    c->done += count;
    work += count * column_work(p);
  }
  return work;
}

/* The next `count` blocks, each for sums of its own. On the main thread: a source may run R. */
static void get_blocks(const block_source *from, size_t first, size_t count, block_act act,
                       workspace *space, chunk *chunks)
{
  for (size_t c = 0; c < count; ++c) {
    (act == add_coef ? from->place : from->get)(from->from, first + c, c, &chunks[c].now);
    chunks[c].done = 0;
    sums_clear(space->chunk + c);
  }
}

static int any_left(const chunk *chunks, size_t count)
{
  for (size_t c = 0; c < count; ++c)
    if (chunks[c].done < chunks[c].now.x.n) return 1;
  return 0;
}

void poll_when_due(const shared *p, workspace *space)
{
  if (space->work >= WORK_BETWEEN_POLLS && p->set->poll != NULL) p->set->poll();
}

/* As many blocks as there is room for, in turns, `threads` of them at a time. */
static void pass_some(const shared *p, workspace *space, chunk *chunks, size_t count,
                      block_act act)
{
  const size_t threads = space->threads;
  while (any_left(chunks, count)) {
#ifdef _OPENMP
#pragma omp parallel for num_threads((int)threads) schedule(static, 1) if (threads > 1)
#endif
    for (size_t t = 0; t < threads; ++t) {
      size_t work = 0;
      for (size_t c = t; c < count; c += threads)
        work = work_on(p, space->thread + t, chunks + c, act, space->chunk + c, work);
    }
    poll_when_due(p, space);
  }
}

/* All blocks. Each has sums of its own, which are added in order: the result depends on the blocks
 * and neither on who worked on them nor on how many are in memory at a time. Polling happens
 * between the turns, outside of the parallel part, because it may jump out. */
static void pass(const shared *p, const block_source *from, workspace *space, block_act act,
                 sums *to)
{
  chunk chunks[MOST_CHUNKS];
  space->work += p->n * column_work(p);
  p->ops->prepare(p);
  for (size_t first = 0; first < from->count; first += space->chunks) {
    const size_t count = smaller(space->chunks, from->count - first);
    get_blocks(from, first, count, act, space, chunks);
    pass_some(p, space, chunks, count, act);
    for (size_t c = 0; c < count; ++c) {
      sums_add(space->chunk + c, to);
      p->ops->add_xht(p, space->chunk + c, to);
    }
  }
  space->work %= WORK_BETWEEN_POLLS;
}

/* Two passes over X, and between them, on one thread, the step that moves all columns of H. */
static void sweep_together(shared *p, const block_source *from, workspace *space, sums *to)
{
  const factor linear = {p->coef.linear, p->r, p->n, 1, p->r};
  pass(p, from, space, keep_linear, to);
  const problem q = subproblem_build(p->set, &p->coef, STEP_CONJUGATE, 0, &linear, NULL,
                                     p->coef.problem.held);
  subproblem_solve(&p->set->table, &p->coef, &q, &p->coef.u, NULL, space->thread);
  if (p->set->poll != NULL) p->set->poll(); /* the step may be long */
  pass(p, from, space, add_moved, to);
}

void sweep(shared *p, const block_source *from, workspace *space, sums *to)
{
  subproblem_share(p->set, &p->coef, &p->basis);
  const int exact = p->coef.step == STEP_EXACT, quadratic = p->set->loss == LOSS_FROBENIUS;
  const int partial = p->partial && (quadratic || !exact);
  if (p->coef.step == STEP_CONJUGATE) {
    sweep_together(p, from, space, to);
    return;
  }
  pass(p, from, space,
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

double sweep_loss(shared *p, const block_source *from, workspace *space)
{
  const size_t most = p->block < BLOCK_COLUMNS ? p->block : BLOCK_COLUMNS;
  double sum = 0;
  p->ops->prepare(p);
  for (size_t i = 0; i < from->count; ++i) {
    block whole;
    from->get(from->from, i, 0, &whole);
    for (size_t first = 0; first < whole.x.n; first += most) {
      const size_t left = whole.x.n - first, count = left < most ? left : most;
      const block columns = block_part(p, &whole, first, count);
      sum += p->ops->loss(p, space->thread, &columns);
      space->work += count * p->m * p->r;
      poll_when_due(p, space);
      space->work %= WORK_BETWEEN_POLLS;
    }
  }
  return sum;
}
