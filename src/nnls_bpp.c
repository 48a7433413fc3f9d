#include "nnls_bpp.h"

#include <math.h>
#include <string.h>

#include "nnls_active_set.h"
#include "precision.h"

#if defined(__GNUC__)
#define LANES 2
typedef double vec __attribute__((vector_size(8 * LANES)));
typedef double any __attribute__((vector_size(8 * LANES), aligned(8), may_alias));
typedef long long mask __attribute__((vector_size(8 * LANES)));
#define UNROLL _Pragma("GCC unroll 8")
#else
#define LANES 1
typedef double vec;
typedef double any;
typedef long long mask;
#define UNROLL
#endif

/* WIDTH columns are solved side by side, one to a lane of PARTS vectors: near a fit's end
 * almost every column keeps its passive set, but few share one, so that factors are not
 * worth remembering. PATIENCE: exchanges that may fail before the backup rule. */
enum { WIDTH = 8, PARTS = WIDTH / LANES, PATIENCE = 3, ROUNDS = 20 };

#define EACH_PART UNROLL for (size_t v = 0; v < PARTS; ++v)
#define AT(p, i) (((any *)((p) + (i) * WIDTH))[v])
#define GET(p, i) (((const any *)((p) + (i) * WIDTH))[v])

/* Arrays of lanes hold entry k of lane t at [k * WIDTH + t]. */
typedef struct {
  size_t r, step_k, step_j;
  const double *gram, *gain;
  const int *held;
  double *h;
  double *lower;   /* r x r lanes: L of K = L D L' on the passive sets, by rows */
  double *upper;   /* r x (r + 1) lanes: D L' by rows, then the right side reduced */
  double *inverse; /* r lanes: 1 / D */
  double *right;   /* r lanes: p, less what held components explain */
  double *size;    /* r lanes: size of the terms in `right` */
  double *passive; /* r lanes: 1 where h may be positive, else 0 */
  double *point;   /* r lanes: minimiser on the passive set, 0 elsewhere */
  double *check;   /* r lanes: h where passive, else the dual variable; < 0: infeasible */
  double *open;    /* r: 0 where h is held or K_kk = 0, else 1 */
  int *chosen;     /* r: components passive in some lane */
  int *wrong;      /* r: those with the wrong sign in one lane */
  double *spare;   /* K, p and h for nnls_active_set(), and its scratch */
  size_t column[WIDTH], least[WIDTH], patience[WIDTH], rounds[WIDTH];
  int busy[WIDTH];
} batch;

size_t nnls_bpp_work(size_t r)
{
  return WIDTH * (2 * r * r + 7 * r) + 3 * r + r * r + 2 * r + nnls_active_set_work(r);
}

static double *carve(double **memory, size_t count)
{
  double *here = *memory;
  *memory += count;
  return here;
}

static void lay_out(batch *b, double *work)
{
  const size_t r = b->r;
  b->lower = carve(&work, WIDTH * r * r);
  b->upper = carve(&work, WIDTH * r * (r + 1));
  b->inverse = carve(&work, WIDTH * r);
  b->right = carve(&work, WIDTH * r);
  memset(b->right, 0, WIDTH * r * sizeof *b->right); /* for lanes without a column */
  b->size = carve(&work, WIDTH * r);
  b->passive = carve(&work, WIDTH * r);
  memset(b->passive, 0, WIDTH * r * sizeof *b->passive);
  b->point = carve(&work, WIDTH * r);
  b->check = carve(&work, WIDTH * r);
  b->open = carve(&work, r);
  b->chosen = (int *)carve(&work, r);
  b->wrong = (int *)carve(&work, r);
  b->spare = work;
  for (size_t k = 0; k < r; ++k)
    b->open[k] = b->gram[k + k * r] > 0 && !(b->held != NULL && b->held[k]);
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

/* Row i of D L' and column i of L for the passive sets, padded with rows of the identity:
 * a component that is not passive in a lane takes no part there, to the bit. */
static void eliminate(const batch *b, size_t i, size_t count, mask *weak)
{
  const size_t r = b->r, k = (size_t)b->chosen[i];
  const double *lower = b->lower + i * r * WIDTH, *flag = b->passive + k * WIDTH;
  double *row = b->upper + i * (r + 1) * WIDTH;
  for (size_t a = i; a <= count; ++a) {
    const double *other = a < count ? b->passive + (size_t)b->chosen[a] * WIDTH
                                    : b->right + k * WIDTH;
    const double both = a < count ? b->gram[(size_t)b->chosen[a] + k * r] : 1;
    vec sum[PARTS];
    EACH_PART sum[v] = both * (GET(flag, 0) * GET(other, 0));
    if (a == i) EACH_PART sum[v] += 1 - GET(flag, 0);
    for (size_t l = 0; l < i; ++l) {
      const double *above = b->upper + (l * (r + 1) + a) * WIDTH;
      EACH_PART sum[v] -= GET(lower, l) * GET(above, 0);
    }
    EACH_PART AT(row, a) = sum[v];
    if (a == i) EACH_PART {
      AT(b->inverse, i) = 1 / sum[v];
      weak[v] |= (mask)(sum[v] <= DEPENDENT * both * GET(flag, 0));
    }
    else if (a < count) EACH_PART AT(b->lower, a * r + i) = sum[v] * GET(b->inverse, i);
  }
}

static void substitute(const batch *b, size_t count)
{
  for (size_t i = count; i-- > 0;) {
    const double *row = b->upper + i * (b->r + 1) * WIDTH;
    vec sum[PARTS];
    EACH_PART sum[v] = GET(row, count);
    for (size_t a = i + 1; a < count; ++a)
      EACH_PART sum[v] -= GET(row, a) * GET(b->point, (size_t)b->chosen[a]);
    EACH_PART AT(b->point, (size_t)b->chosen[i]) = sum[v] * GET(b->inverse, i);
  }
}

static void check_signs(const batch *b, size_t count, mask *bad)
{
  for (size_t k = 0; k < b->r; ++k) {
    const double *row = b->gram + k * b->r;
    vec sum[PARTS];
    EACH_PART sum[v] = -GET(b->right, k);
    for (size_t i = 0; i < count; ++i) {
      const size_t l = (size_t)b->chosen[i];
      EACH_PART sum[v] += row[l] * GET(b->point, l);
    }
    EACH_PART {
      const vec flag = GET(b->passive, k);
      sum[v] = flag * GET(b->point, k) + b->open[k] * (1 - flag) * sum[v];
      bad[v] |= (mask)(sum[v] < 0);
      AT(b->check, k) = sum[v];
    }
  }
}

static int in_some_lane(const batch *b, size_t k)
{
  for (size_t t = 0; t < WIDTH; ++t)
    if (b->passive[k * WIDTH + t] > 0) return 1;
  return 0;
}

/* Solves on the passive sets; tells in which lanes a sign is wrong and in which the set
 * is dependent. */
static void solve_lanes(batch *b, long long *bad, long long *weak)
{
  mask signs[PARTS], pivots[PARTS];
  size_t count = 0;
  EACH_PART signs[v] = pivots[v] = (mask){0};
  for (size_t k = 0; k < b->r; ++k)
    if (in_some_lane(b, k)) b->chosen[count++] = (int)k;
    else memset(b->point + k * WIDTH, 0, WIDTH * sizeof *b->point);
  for (size_t i = 0; i < count; ++i) eliminate(b, i, count, pivots);
  substitute(b, count);
  check_signs(b, count, signs);
  memcpy(bad, signs, sizeof signs);
  memcpy(weak, pivots, sizeof pivots);
}

/* Whether component k of a lane has the wrong sign by more than rounding. */
static int infeasible(const batch *b, size_t k, size_t lane)
{
  const double *row = b->gram + k * b->r, value = b->check[k * WIDTH + lane];
  double size = b->size[k * WIDTH + lane];
  if (!(value < 0) || b->passive[k * WIDTH + lane] > 0) return value < 0;
  for (size_t l = 0; l < b->r; ++l)
    if (b->passive[l * WIDTH + lane] > 0) size += fabs(row[l] * b->check[l * WIDTH + lane]);
  return -value > GRADIENT_ZERO * size;
}

/* Exchanges what has the wrong sign: all of it while that helps, else the last alone,
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
    h[k * b->step_k] = b->passive[at] > 0 && b->check[at] > 0 ? b->check[at] : 0;
  }
}

/* What pivoting does not solve: an active set that survives dependent components. */
static void solve_alone(const batch *b, size_t lane)
{
  const size_t r = b->r;
  double *h = b->h + b->column[lane] * b->step_j;
  double *gram = b->spare, *gain = gram + r * r, *point = gain + r, *work = point + r;
  for (size_t l = 0; l < r; ++l) {
    for (size_t k = 0; k < r; ++k)
      gram[k + l * r] = b->open[k] > 0 && b->open[l] > 0 ? b->gram[k + l * r] : 0;
    gain[l] = b->right[l * WIDTH + lane];
    point[l] = b->open[l] > 0 ? h[l * b->step_k] : 0;
  }
  nnls_active_set(r, gram, gain, point, work);
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

void nnls_bpp(size_t r, size_t count, const double *gram, const double *gain,
              size_t step_k, size_t step_j, const int *held, double *h, double *work)
{
  batch b = {0};
  size_t next = 0, busy = 0;
  long long bad[WIDTH], weak[WIDTH];
  b.r = r;
  b.step_k = step_k;
  b.step_j = step_j;
  b.gram = gram;
  b.gain = gain;
  b.held = held;
  b.h = h;
  lay_out(&b, work);
  for (; next < count && next < WIDTH; ++next, ++busy) load_column(&b, next, next);
  while (busy > 0) {
    solve_lanes(&b, bad, weak);
    for (size_t t = 0; t < WIDTH; ++t) {
      if (!b.busy[t]) continue;
      const int alone = weak[t] || b.rounds[t]++ > ROUNDS + r;
      if (!alone && bad[t] && exchange(&b, t) > 0) continue;
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
