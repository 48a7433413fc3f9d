/* A pass over the blocks of a source: which thread works on which, and when it may be polled. */
#include "pass.h"

#include "acts.h"
#include "data_ops.h"

block block_part(const shared *p, const block *b, size_t first, size_t count)
{
  block columns = *b;
  columns.first += first;
  columns.x = p->ops->part(&b->x, first, count);
  columns.h += first * p->r;
  return columns;
}

void add_coef(const shared *p, scratch *t, const block *b, sums *s)
{
  const size_t r = p->r, count = b->x.n;
  (void)t;
  p->set->table.outer(r, count, r, b->h, r, b->h, r, 1, s->hht, r);
  for (size_t j = 0; j < count; ++j)
    for (size_t k = 0; k < r; ++k) s->h_sum[k] += b->h[k + j * r];
  s->columns += count;
}

/* About how many multiplications a column takes. */
static size_t column_work(const shared *p)
{
  const size_t r = p->r, once = 4 * p->m * r;
  if (p->rows != NULL) return ((size_t)p->rows->start[p->m] / p->n + 1) * (r * p->pad + 2 * r);
  if (p->set->coef_step != STEP_EXACT) return once;
  return p->set->loss != LOSS_FROBENIUS ? 200 * p->m * r
         : p->masked                    ? once + p->m * r * r + 20 * r * r * r
                                        : once + 20 * r * r * r;
}

/* Columns that are worked on between two polls for an interrupt. */
static size_t columns_at_once(const shared *p)
{
  const size_t most = WORK_BETWEEN_POLLS / column_work(p) + 1;
  const int slow = p->set->coef_step == STEP_EXACT || p->rows != NULL;
  return slow && most < p->block ? most : p->block;
}

/* A block that is worked on, and how many of its columns are done. */
typedef struct {
  block now;
  size_t done;
} chunk;

/* Continues with a block until all its columns, or the work between two polls, are done. Returns
 * the work so far. */
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

/* The next `count` blocks, each with sums of its own. This runs on the main thread, since a source
 * may run R. */
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

/* Works on as many blocks as there is room for, in turns, `threads` of them at a time. */
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

void pass(const shared *p, const block_source *from, workspace *space, block_act act, sums *to)
{
  chunk chunks[MOST_CHUNKS];
  if (from->elsewhere != NULL && act != add_coef) {
    from->elsewhere->spread(from->elsewhere->from, p, act_number(act), to);
    return;
  }
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
