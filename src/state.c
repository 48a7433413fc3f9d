#include "state.h"

#include <string.h>

#include "dense.h"
#include "exact.h"

enum { CACHE_DOUBLES = 65536, BLOCK_COLUMNS = 64 };

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

size_t state_block(const settings *set, size_t m, size_t n)
{
  size_t block = set->block;
  if (block == 0) block = m <= CACHE_DOUBLES / larger(n, 1) ? n : BLOCK_COLUMNS;
  /* A quotient needs room for the whole block, so its block stays small. */
  if (set->loss == LOSS_KL) block = smaller(block, BLOCK_COLUMNS);
  return larger(smaller(block, n), 1);
}

/* The next `count` doubles of the block; NULL for none, and while only measuring. */
static double *carve(double *memory, size_t *used, size_t count)
{
  double *here = memory == NULL || count == 0 ? NULL : memory + *used;
  *used += count;
  return here;
}

/* One walk over the parts serves both the layout and its size. */
static size_t lay_out(fit_state *s, int with_graph, double *memory)
{
  const size_t m = s->m, n = s->n, r = s->r, b = s->block;
  const size_t change = s->set->change > 0;
  size_t used = 0;
  s->gram = carve(memory, &used, r * r);
  s->cross = carve(memory, &used, r * r);
  s->edited = carve(memory, &used, r * r);
  s->product = carve(memory, &used, m * r);
  s->row_sum = carve(memory, &used, r);
  s->col_sum = carve(memory, &used, r);
  s->weight = carve(memory, &used, r);
  s->roughness = carve(memory, &used, r);
  s->gain = carve(memory, &used, r * b);
  s->down = carve(memory, &used, larger(r * b, m * r));
  s->model = carve(memory, &used, m * smaller(b, BLOCK_COLUMNS));
  s->neighbours = carve(memory, &used, with_graph ? r * n : 0);
  s->old_w = carve(memory, &used, change * m * r);
  s->old_h = carve(memory, &used, change * r * n);
  s->eigen = carve(memory, &used, change * dense_eigen_work(r));
  s->exact = carve(memory, &used, s->set->solver == SOLVER_EXACT ? exact_work(r) : 0);
  return used;
}

static void set_shape(fit_state *s, const settings *set, size_t m, size_t n)
{
  memset(s, 0, sizeof *s);
  s->set = set;
  s->m = m;
  s->n = n;
  s->r = set->rank;
  s->block = state_block(set, m, n);
}

size_t state_size(const settings *set, size_t m, size_t n, int with_graph)
{
  fit_state measured;
  set_shape(&measured, set, m, n);
  return lay_out(&measured, with_graph, NULL);
}

void state_start(fit_state *s, const settings *set, size_t m, size_t n, const double *x,
                 double *w, double *h, const penalty *pen, double *trace, double *memory)
{
  set_shape(s, set, m, n);
  s->x = x;
  s->w = w;
  s->h = h;
  s->pen = *pen;
  s->trace = trace;
  lay_out(s, pen->graph != NULL, memory);
}
