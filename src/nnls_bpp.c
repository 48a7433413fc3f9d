/* Block principal pivoting of Kim and Park (2011), several columns side by side. */
#include "nnls_bpp.h"

#include <math.h>
#include <string.h>

#include "nnls_active_set.h"
#include "precision.h"
#include "scratch.h"

/* WIDTH columns are solved side by side: near a fit's end almost every column keeps its
 * passive set, but few share one, so that factors are not worth remembering. PATIENCE:
 * exchanges that may fail before the backup rule. */
enum { WIDTH = KERNELS_PAD, PATIENCE = 3, ROUNDS = 20 };

typedef struct {
  const kernels *table;
  size_t r, step_k, step_j;
  const double *gram, *gain;
  const int *held;
  double *h;
  lanes systems;
  /* What of `systems` is written here, entry k of lane t at [k * WIDTH + t]. */
  double *right, *passive, *open;
  double *size; /* r lanes: size of the terms in `right` */
  int *chosen;  /* r: components passive in some lane */
  int *wrong;   /* r: those with the wrong sign in one lane */
  double *alone_gram, *alone_gain, *alone_h, *alone_work; /* for nnls_active_set() */
  size_t column[WIDTH], least[WIDTH], patience[WIDTH], rounds[WIDTH];
  int busy[WIDTH];
} batch;

static void lay_out(batch *b, size_t r, arena *from)
{
  lanes *s = &b->systems;
  s->lower = carve(from, WIDTH * r * r);
  s->upper = carve(from, WIDTH * r * (r + 1));
  s->inverse = carve(from, WIDTH * r);
  s->right = b->right = carve(from, WIDTH * r);
  s->passive = b->passive = carve(from, WIDTH * r);
  s->point = carve(from, WIDTH * r);
  s->check = carve(from, WIDTH * r);
  s->bad = carve(from, WIDTH);
  s->weak = carve(from, WIDTH);
  s->open = b->open = carve(from, r);
  s->chosen = b->chosen = carve_ints(from, r);
  b->size = carve(from, WIDTH * r);
  b->wrong = carve_ints(from, r);
  b->alone_gram = carve(from, r * r);
  b->alone_gain = carve(from, r);
  b->alone_h = carve(from, r);
  b->alone_work = carve(from, nnls_active_set_work(r));
}

size_t nnls_bpp_work(size_t r)
{
  batch measured;
  arena nothing = {NULL, 0};
  lay_out(&measured, r, &nothing);
  return nothing.used;
}

static void load_column(batch *b, size_t lane, size_t j)
{
  const size_t r = b->r, step = b->step_k;
  const double *p = b->gain + j * b->step_j, *h = b->h + j * b->step_j;
  for (size_t k = 0; k < r; ++k) {
    b->right[k * WIDTH + lane] = p[k * step];
    b->size[k * WIDTH + lane] = fabs(p[k * step]);
    b->passive[k * WIDTH + lane] = b->open[k] > 0 && h[k * step] > 0;
  }
  for (size_t l = 0; b->held != NULL && l < r; ++l)
    for (size_t k = 0; b->held[l] && k < r; ++k) {
      const double part = b->gram[k + l * r] * h[l * step];
      b->right[k * WIDTH + lane] -= part;
      b->size[k * WIDTH + lane] += fabs(part);
    }
  b->column[lane] = j;
  b->least[lane] = r + 1;
  b->patience[lane] = PATIENCE;
  b->rounds[lane] = 0;
  b->busy[lane] = 1;
}

static int in_some_lane(const batch *b, size_t k)
{
  for (size_t t = 0; t < WIDTH; ++t)
    if (b->passive[k * WIDTH + t] > 0) return 1;
  return 0;
}

static void solve_systems(batch *b)
{
  lanes *s = &b->systems;
  s->count = 0;
  for (size_t k = 0; k < b->r; ++k)
    if (in_some_lane(b, k)) b->chosen[s->count++] = (int)k;
    else memset(s->point + k * WIDTH, 0, WIDTH * sizeof *s->point);
  b->table->solve_lanes(s);
}

/* Whether component k of a lane has the wrong sign by more than rounding. */
static int infeasible(const batch *b, size_t k, size_t lane)
{
  const double *row = b->gram + k * b->r, value = b->systems.check[k * WIDTH + lane];
  double size = b->size[k * WIDTH + lane];
  if (!(value < 0) || b->passive[k * WIDTH + lane] > 0) return value < 0;
  for (size_t l = 0; l < b->r; ++l)
    if (b->passive[l * WIDTH + lane] > 0) size += fabs(row[l] * b->systems.check[l * WIDTH + lane]);
  return -value > GRADIENT_ZERO * size;
}

/* Exchanges components of the wrong sign: all of them while that helps, else the last one alone,
 * which cannot cycle. Returns the number found. */
static size_t exchange(batch *b, size_t lane)
{
  int *wrong = b->wrong;
  size_t count = 0, last = 0;
  for (size_t k = 0; k < b->r; ++k) {
    wrong[k] = infeasible(b, k, lane);
    if (wrong[k]) last = k;
    count += (size_t)wrong[k];
  }
  if (count == 0) return 0;
  if (count < b->least[lane]) {
    b->least[lane] = count;
    b->patience[lane] = PATIENCE;
  } else if (b->patience[lane] > 0) --b->patience[lane];
  else memset(wrong, 0, last * sizeof *wrong);
  for (size_t k = 0; k <= last; ++k)
    if (wrong[k]) b->passive[k * WIDTH + lane] = 1 - b->passive[k * WIDTH + lane];
  return count;
}

static void store_column(const batch *b, size_t lane)
{
  double *h = b->h + b->column[lane] * b->step_j;
  for (size_t k = 0; k < b->r; ++k) {
    const size_t at = k * WIDTH + lane;
    if (b->held != NULL && b->held[k]) continue;
    h[k * b->step_k] = b->passive[at] > 0 && b->systems.check[at] > 0 ? b->systems.check[at] : 0;
  }
}

/* Columns that pivoting does not solve: an active set can handle dependent components. */
static void solve_alone(const batch *b, size_t lane)
{
  const size_t r = b->r;
  double *h = b->h + b->column[lane] * b->step_j;
  double *gram = b->alone_gram, *gain = b->alone_gain, *point = b->alone_h;
  for (size_t l = 0; l < r; ++l) {
    for (size_t k = 0; k < r; ++k)
      gram[k + l * r] = b->open[k] > 0 && b->open[l] > 0 ? b->gram[k + l * r] : 0;
    gain[l] = b->right[l * WIDTH + lane];
    point[l] = b->open[l] > 0 ? h[l * b->step_k] : 0;
  }
  nnls_active_set(r, gram, gain, point, b->alone_work);
  for (size_t k = 0; k < r; ++k)
    if (b->held == NULL || !b->held[k]) h[k * b->step_k] = point[k];
}

static void clear_lane(batch *b, size_t lane)
{
  for (size_t k = 0; k < b->r; ++k) {
    b->passive[k * WIDTH + lane] = b->right[k * WIDTH + lane] = 0;
  }
  b->busy[lane] = 0;
}

/* Fits the batch to its problem, with no column in any lane. */
static void start(batch *b, const double *gram)
{
  const size_t r = b->r;
  b->gram = b->systems.gram = gram;
  b->systems.r = r;
  if (b->right == NULL || b->passive == NULL) return; /* no component, so nothing to solve */
  memset(b->right, 0, WIDTH * r * sizeof *b->right);
  memset(b->passive, 0, WIDTH * r * sizeof *b->passive);
  for (size_t k = 0; k < r; ++k)
    b->open[k] = gram[k + k * r] > 0 && !(b->held != NULL && b->held[k]);
}

void nnls_bpp(const kernels *table, size_t r, size_t count, const double *gram,
              const double *gain, size_t step_k, size_t step_j, const int *held, double *h,
              double *work)
{
  batch b = {.table = table, .r = r, .step_k = step_k, .step_j = step_j};
  arena from = {work, 0};
  size_t next = 0, busy = 0;
  b.gain = gain;
  b.held = held;
  b.h = h;
  lay_out(&b, r, &from);
  start(&b, gram);
  for (; next < count && next < WIDTH; ++next, ++busy) load_column(&b, next, next);
  while (busy > 0) {
    solve_systems(&b);
    for (size_t t = 0; t < WIDTH; ++t) {
      if (!b.busy[t]) continue;
      const int alone = b.systems.weak[t] > 0 || b.rounds[t]++ > ROUNDS + r;
      if (!alone && b.systems.bad[t] > 0 && exchange(&b, t) > 0) continue;
      if (alone) solve_alone(&b, t);
      else store_column(&b, t);
      if (next < count) load_column(&b, t, next++);
      else {
        clear_lane(&b, t);
        --busy;
      }
    }
  }
}
