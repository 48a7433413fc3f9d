/* Newton's method for the Kullback-Leibler coefficients of one column. */
#include "kl_newton.h"
#include "precision.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "nnls_active_set.h"
#include "scratch.h"

/* TILE_ROWS: rows of W whose second derivatives are summed at a time. */
enum { RATIO_STEPS = 5, NEWTON_STEPS = 200, TILE_ROWS = 32 };

/* What rounding makes of a divergence in units of its data. */
static const double value_zero = 1e-14;

/* Added to second derivatives, as a share. */
static const double ridge = 1e-10;

/* A row of W without a share of its column above this is taken for a row of zeros: x / z
 * would overflow. */
static const double faint = 1e-150;

/* The divergence in units that make its terms moderate: v_k = h_k slope_k / total, and
 * x and z = W h in shares of total = sum x. Without curvature the v_k sum to 1 at the minimum. */
typedef struct {
  size_t m, r;
  const double *w, *slope, *x;
  double total;
  double *quotient; /* m: x_i / z_i */
  double *v;        /* r */
  double *rest;     /* r: share of slope_k that does not come from the rows of w */
  double *bend;     /* r: 2 e_k in these units */
  double *before;   /* r: v before the step */
  double *best;     /* r: where the quadratic model is least */
  double *pull;     /* r: sum_i w_ik x_i / z_i / slope_k - bend_k v_k; the gradient is 1 - pull */
  double *gram;     /* r x r: second derivatives, 0 for components that stay at 0 */
  double *gain;     /* r */
  double *tile;     /* r x TILE_ROWS */
  double *work;     /* of nnls_active_set() */
} divergence;

static size_t lay_out(size_t r, double *memory, divergence *d)
{
  arena from = {memory, 0};
  d->rest = carve(&from, r);
  d->bend = carve(&from, r);
  d->gram = carve(&from, r * r);
  d->gain = carve(&from, r);
  d->before = carve(&from, r);
  d->best = carve(&from, r);
  d->pull = carve(&from, r);
  d->tile = carve(&from, r * TILE_ROWS);
  d->work = carve(&from, nnls_active_set_work(r));
  return from.used;
}

size_t kl_newton_work(size_t r)
{
  divergence measured;
  return lay_out(r, NULL, &measured);
}

static int usable(const divergence *d, size_t k) { return d->slope[k] >= DBL_MIN; }

static int row_is_zero(const divergence *d, size_t i)
{
  for (size_t k = 0; k < d->r; ++k)
    if (usable(d, k) && d->w[i + k * d->m] / d->slope[k] > faint) return 0;
  return 1;
}

/* Quotients at v; returns the divergence, HUGE_VAL where some z_i = 0 < x_i. Rows of W
 * without an entry are left out: no h changes their term. */
static double evaluate(const divergence *d)
{
  double *q = d->quotient, value = 0;
  memset(q, 0, d->m * sizeof *q);
  for (size_t k = 0; k < d->r; ++k) value += (d->rest[k] + d->bend[k] * d->v[k] / 2) * d->v[k];
  for (size_t k = 0; k < d->r; ++k) {
    const double *w = d->w + k * d->m, factor = d->v[k] > 0 ? d->v[k] / d->slope[k] : 0;
    for (size_t i = 0; factor > 0 && i < d->m; ++i) q[i] += w[i] * factor;
  }
  for (size_t i = 0; i < d->m; ++i) {
    const double x = d->x[i] / d->total, z = q[i];
    const int out = x < DBL_MIN || (z < faint * (double)d->r && row_is_zero(d, i));
    q[i] = !out && z > 0 ? x / z : 0;
    if (out) value += z;
    else if (z > 0) value += x * log(q[i]) - x + z;
    else value = HUGE_VAL;
  }
  return value;
}

/* pull at v; returns how far v is from the optimality conditions. */
static double find_pull(const divergence *d)
{
  double gap = 0;
  for (size_t k = 0; k < d->r; ++k) {
    const double *w = d->w + k * d->m;
    double sum = 0;
    for (size_t i = 0; i < d->m; ++i) sum += w[i] * d->quotient[i];
    d->pull[k] = usable(d, k) ? sum / d->slope[k] - d->bend[k] * d->v[k] : 0;
    if (d->pull[k] - 1 > gap) gap = d->pull[k] - 1;
    if (d->v[k] > 0 && 1 - d->pull[k] > gap) gap = 1 - d->pull[k];
  }
  return gap;
}

/* gram += second derivatives from the rows of one tile. */
static void add_tile(const divergence *d)
{
  for (size_t k = 0; k < d->r; ++k)
    for (size_t l = 0; d->best[k] > 0 && l <= k; ++l) {
      const double *a = d->tile + k * TILE_ROWS, *b = d->tile + l * TILE_ROWS;
      double even = 0, odd = 0;
      for (size_t q = 0; d->best[l] > 0 && q < TILE_ROWS; q += 2) {
        even += a[q] * b[q];
        odd += a[q + 1] * b[q + 1];
      }
      d->gram[k + l * d->r] += even + odd;
    }
}

/* The quadratic model at v. A component at 0 that would only be pushed down takes no part.
 * The ridge keeps dependent components apart; centred at v, it moves no minimum. */
static void form_model(const divergence *d)
{
  const size_t r = d->r;
  size_t rows[TILE_ROWS], i = 0;
  double root[TILE_ROWS];
  memset(d->gram, 0, r * r * sizeof *d->gram);
  for (size_t k = 0; k < r; ++k) d->best[k] = d->v[k] > 0 || d->pull[k] > 1;
  while (i < d->m) {
    size_t count = 0;
    for (; i < d->m && count < TILE_ROWS; ++i)
      if (d->quotient[i] > 0) {
        rows[count] = i;
        root[count++] = d->quotient[i] / sqrt(d->x[i] / d->total);
      }
    memset(d->tile, 0, r * TILE_ROWS * sizeof *d->tile);
    for (size_t k = 0; k < r; ++k)
      for (size_t q = 0; d->best[k] > 0 && q < count; ++q)
        d->tile[q + k * TILE_ROWS] = root[q] * d->w[rows[q] + k * d->m] / d->slope[k];
    add_tile(d);
  }
  for (size_t k = 0; k < r; ++k) {
    d->gram[k + k * r] = d->gram[k + k * r] * (1 + ridge) + d->bend[k];
    for (size_t l = 0; l < k; ++l) d->gram[l + k * r] = d->gram[k + l * r];
  }
  for (size_t k = 0; k < r; ++k) {
    d->gain[k] = d->pull[k] - 1;
    for (size_t l = 0; l < r; ++l) d->gain[k] += d->gram[l + k * r] * d->v[l];
  }
}

/* From v towards the model's minimiser, halved until the divergence falls enough; 0 when
 * there is no way down. */
static int newton_step(const divergence *d, double *value, double *slope)
{
  memcpy(d->before, d->v, d->r * sizeof *d->v);
  form_model(d);
  memcpy(d->best, d->v, d->r * sizeof *d->v);
  nnls_active_set(d->r, d->gram, d->gain, d->best, d->work);
  *slope = 0;
  for (size_t k = 0; k < d->r; ++k) *slope += (1 - d->pull[k]) * (d->best[k] - d->v[k]);
  for (double share = 1; *slope < 0 && share > 1e-12; share /= 2) {
    for (size_t k = 0; k < d->r; ++k)
      d->v[k] = (1 - share) * d->before[k] + share * d->best[k];
    const double fresh = evaluate(d);
    if (fresh <= *value + 1e-4 * share * *slope + value_zero) {
      *value = fresh;
      return 1;
    }
  }
  memcpy(d->v, d->before, d->r * sizeof *d->v);
  return 0;
}

static void minimise(const divergence *d)
{
  double value = 0, gap, last = HUGE_VAL, slope = -1;
  for (size_t k = 0; k < d->r; ++k) d->v[k] = usable(d, k) ? 1 / (double)d->r : 0;
  for (size_t s = 0; s < RATIO_STEPS; ++s) {
    evaluate(d);
    find_pull(d);
    for (size_t k = 0; k < d->r; ++k) {
      const double bent = d->bend[k] * d->v[k];
      d->v[k] *= (d->pull[k] + bent) / (1 + bent);
    }
  }
  value = evaluate(d);
  for (size_t s = 0; s < NEWTON_STEPS; ++s) {
    gap = find_pull(d);
    /* below the noise of the value a step must still narrow the gap */
    if (gap <= GRADIENT_ZERO || (-slope < value_zero && gap > last / 2)) return;
    last = gap;
    if (!newton_step(d, &value, &slope)) return;
  }
}

/* What the rows of w leave of slope_k, and the curvature in units of v. */
static void set_units(const divergence *d, const double *curvature)
{
  for (size_t k = 0; k < d->r; ++k) {
    double listed = 0;
    for (size_t i = 0; i < d->m; ++i) listed += d->w[i + k * d->m];
    const double rest = usable(d, k) ? 1 - listed / d->slope[k] : 0;
    d->rest[k] = rest > 0 ? rest : 0;
    d->bend[k] = curvature != NULL && usable(d, k)
                   ? 2 * curvature[k] * (d->total / d->slope[k]) / d->slope[k]
                   : 0;
  }
}

void kl_newton(const kl_column *column, double *h, double *z, double *work)
{
  const size_t r = column->r;
  divergence d = {0};
  d.m = column->m;
  d.r = r;
  d.w = column->w;
  d.slope = column->slope;
  d.x = column->x;
  d.quotient = z;
  d.v = h;
  lay_out(r, work, &d);
  for (size_t i = 0; i < d.m; ++i) d.total += d.x[i];
  memset(h, 0, r * sizeof *h);
  if (!(d.total > 0)) return;
  set_units(&d, column->curvature);
  minimise(&d);
  for (size_t k = 0; k < r; ++k)
    if (h[k] > 0) h[k] *= d.total / d.slope[k];
}
