#include "sweep.h"

#include <string.h>

#include "coef.h"
#include "products.h"

enum { WORK_BETWEEN_POLLS = 1 << 25 };

/* What a pass does with a block whose products are there. */
typedef void (*block_act)(fit_state *s, scratch *t, chunk *c, size_t first, size_t count);

static size_t columns_at(const fit_state *s, const chunk *c, size_t last)
{
  return last - c->next < s->block ? last - c->next : s->block;
}

/* A += H_b H_b' and the sums of H's rows. */
static void add_coef(fit_state *s, chunk *c, size_t first, size_t count)
{
  const size_t r = s->r;
  const double *h = s->coef.u.value + first * r;
  s->set->table.outer(r, count, r, h, r, h, r, 1, c->hht, r);
  for (size_t j = 0; j < count; ++j)
    for (size_t k = 0; k < r; ++k) c->h_sum[k] += h[k + j * r];
}

static void work_on_block(fit_state *s, scratch *t, chunk *c, size_t count, block_act act)
{
  const int exact = s->set->coef_step == STEP_EXACT;
  if (!exact || s->set->loss == LOSS_FROBENIUS) block_linear(s, t, c, c->next, count);
  act(s, t, c, c->next, count);
  add_coef(s, c, c->next, count);
  if (!exact) block_xht(s, t, c, c->next, count);
}

/* About the multiplications of one column. */
static size_t column_work(const fit_state *s)
{
  const size_t r = s->r, once = 4 * s->m * r;
  if (s->set->coef_step == STEP_EXACT)
    return s->set->loss == LOSS_KL ? 200 * s->m * r : once + 20 * r * r * r;
  return once;
}

/* Goes on with chunk c until its columns or the work between two polls are done. Returns the
 * work so far. */
static size_t work_on_chunk(fit_state *s, size_t c, scratch *t, block_act act, size_t work)
{
  chunk *one = s->sums + c;
  const size_t last = state_chunk_start(s, c + 1);
  while (one->next < last && work < WORK_BETWEEN_POLLS) {
    const size_t count = columns_at(s, one, last);
    work_on_block(s, t, one, count, act);
    one->next += count;
    work += count * column_work(s);
  }
  return work;
}

static void start_chunks(fit_state *s)
{
  const size_t r = s->r;
  for (size_t c = 0; c < s->chunks; ++c) {
    chunk *one = s->sums + c;
    one->next = state_chunk_start(s, c);
    one->value = one->kkt = 0;
    memset(one->hht, 0, r * r * sizeof(double));
    memset(one->h_sum, 0, r * sizeof(double));
    if (s->x.dense != NULL) memset(one->xht, 0, s->m * r * sizeof(double));
    if (one->denominator != NULL) memset(one->denominator, 0, s->m * r * sizeof(double));
  }
  if (s->x.dense == NULL) sparse_prepare(s);
}

static void add_chunk_sums(fit_state *s)
{
  chunk *first = s->sums;
  for (size_t c = 1; c < s->chunks; ++c) {
    const chunk *one = s->sums + c;
    for (size_t i = 0; i < s->r * s->r; ++i) first->hht[i] += one->hht[i];
    for (size_t k = 0; k < s->r; ++k) first->h_sum[k] += one->h_sum[k];
    first->value += one->value;
    if (one->kkt > first->kkt) first->kkt = one->kkt;
  }
  memcpy(s->coef.gram, first->hht, s->r * s->r * sizeof(double));
  memcpy(s->coef.l1, first->h_sum, s->r * sizeof(double));
}

static int chunks_done(const fit_state *s)
{
  for (size_t c = 0; c < s->chunks; ++c)
    if (s->sums[c].next < state_chunk_start(s, c + 1)) return 0;
  return 1;
}

/* All chunks in turns, `threads` at a time. Polling happens between the turns, outside
 * of the parallel part: it may jump out. */
static void pass(fit_state *s, block_act act)
{
  const size_t chunks = s->chunks;
  const size_t threads = s->set->threads < chunks ? s->set->threads : chunks;
  s->work += s->n * column_work(s);
  start_chunks(s);
  while (!chunks_done(s)) {
#ifdef _OPENMP
#pragma omp parallel for num_threads((int)threads) schedule(static, 1) if (threads > 1)
#endif
    for (size_t t = 0; t < threads; ++t) {
      size_t work = 0;
      for (size_t c = t; c < chunks; c += threads)
        work = work_on_chunk(s, c, s->scratch + t, act, work);
    }
    if (s->work >= WORK_BETWEEN_POLLS && s->set->poll != NULL) s->set->poll();
  }
  s->work %= WORK_BETWEEN_POLLS;
  add_chunk_sums(s);
}

void sweep(fit_state *s)
{
  build_coef(s);
  pass(s, update_coef);
  if (s->set->coef_step != STEP_EXACT) gather_xht(s);
  s->loss_before = s->sums->value;
}

void sweep_kkt(fit_state *s)
{
  const size_t r = s->r;
  memset(s->row_max, 0, r * sizeof *s->row_max);
  for (size_t j = 0; j < s->n; ++j)
    for (size_t k = 0; k < r; ++k)
      if (s->coef.u.value[k + j * r] > s->row_max[k]) s->row_max[k] = s->coef.u.value[k + j * r];
  build_coef(s);
  pass(s, kkt_coef);
  gather_xht(s);
  s->kkt = s->sums->kkt;
}

double sweep_loss(fit_state *s)
{
  double sum = 0;
  const size_t step = s->block < 64 ? s->block : 64;
  if (s->x.dense == NULL) sparse_prepare(s);
  for (size_t first = 0; first < s->n; first += step) {
    const size_t count = s->n - first < step ? s->n - first : step;
    sum += block_loss(s, s->scratch, first, count);
    s->work += count * s->m * s->r;
    if (s->work >= WORK_BETWEEN_POLLS && s->set->poll != NULL) s->set->poll();
    s->work %= WORK_BETWEEN_POLLS;
  }
  return sum;
}

void sweep_coef(fit_state *s)
{
  start_chunks(s);
  for (size_t c = 0; c < s->chunks; ++c)
    for (chunk *one = s->sums + c; one->next < state_chunk_start(s, c + 1);) {
      const size_t count = columns_at(s, one, state_chunk_start(s, c + 1));
      add_coef(s, one, one->next, count);
      one->next += count;
    }
  add_chunk_sums(s);
}
