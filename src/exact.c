#include "exact.h"

#include <math.h>
#include <string.h>

enum { DESCENT_SWEEPS = 30, RATIO_STEPS = 10, NEWTON_SWEEPS = 2000, NEWTON_STEPS = 4 };

/* A pivot below this share of its diagonal means the column depends on the others. */
static const double dependent = 1e-14;

/* A gradient within this share of its terms counts as 0. */
static const double gradient_zero = 1e-13;

typedef struct {
  size_t r;
  const double *gram, *gain;
  double *h;       /* r */
  double *factor;  /* lower Cholesky factor of K on `chosen`, by rows of length r */
  double *target;  /* r: minimiser on the support */
  double *solved;  /* r: the same by position in `chosen` */
  int *support;    /* r: 1 where h may be positive */
  int *banned;     /* r: 1 where a component was let in by rounding and went out again */
  int *chosen;     /* r: components in the factor */
  size_t count;
} active_set;

size_t exact_work(size_t r) { return r * r + 5 * r; }

/* One cycle over the coordinates; returns the largest move. */
static double descend_once(const active_set *a)
{
  double moved = 0;
  for (size_t k = 0; k < a->r; ++k) {
    const double *row = a->gram + k * a->r;
    double rest = a->gain[k], fresh = 0;
    for (size_t l = 0; l < a->r; ++l)
      if (l != k) rest -= row[l] * a->h[l];
    if (row[k] > 0 && rest > 0) fresh = rest / row[k];
    if (fabs(fresh - a->h[k]) > moved) moved = fabs(fresh - a->h[k]);
    a->h[k] = fresh;
  }
  return moved;
}

static void find_support(const active_set *a)
{
  for (size_t s = 0; s < DESCENT_SWEEPS; ++s) {
    double largest = 0;
    const double moved = descend_once(a);
    for (size_t k = 0; k < a->r; ++k)
      if (a->h[k] > largest) largest = a->h[k];
    if (moved <= 1e-15 * largest) break;
  }
  for (size_t k = 0; k < a->r; ++k) a->support[k] = a->h[k] > 0;
}

/* Adds component k to the factor, unless it depends on those there: then its target
 * stays 0 and it leaves the support. */
static void factor_add(active_set *a, size_t k)
{
  double *row = a->factor + a->count * a->r;
  double pivot = a->gram[k + k * a->r];
  for (size_t i = 0; i < a->count; ++i) {
    const double *other = a->factor + i * a->r;
    double sum = a->gram[k + (size_t)a->chosen[i] * a->r];
    for (size_t l = 0; l < i; ++l) sum -= row[l] * other[l];
    row[i] = sum / other[i];
    pivot -= row[i] * row[i];
  }
  if (!(pivot > dependent * a->gram[k + k * a->r])) return;
  row[a->count] = sqrt(pivot);
  a->chosen[a->count++] = (int)k;
}

/* target <- minimiser over the support, sign aside; 0 elsewhere. */
static void solve_on_support(active_set *a)
{
  double *y = a->solved;
  a->count = 0;
  for (size_t k = 0; k < a->r; ++k)
    if (a->support[k]) factor_add(a, k);
  for (size_t i = 0; i < a->count; ++i) {
    y[i] = a->gain[a->chosen[i]];
    for (size_t l = 0; l < i; ++l) y[i] -= a->factor[i * a->r + l] * y[l];
    y[i] /= a->factor[i * a->r + i];
  }
  memset(a->target, 0, a->r * sizeof *a->target);
  for (size_t i = a->count; i-- > 0;) {
    for (size_t l = i + 1; l < a->count; ++l) y[i] -= a->factor[l * a->r + i] * y[l];
    y[i] /= a->factor[i * a->r + i];
    a->target[a->chosen[i]] = y[i];
  }
}

/* Goes towards the target as far as h >= 0 allows; 1 when it was reached. Components
 * that block the way, at least one, leave the support. */
static int move_to_target(active_set *a)
{
  double share = 1;
  int reached = 1;
  for (size_t k = 0; k < a->r; ++k)
    if (a->support[k] && a->target[k] <= 0) {
      const double reach = a->h[k] > 0 ? a->h[k] / (a->h[k] - a->target[k]) : 0;
      if (reach < share) share = reach;
      reached = 0;
    }
  for (size_t k = 0; k < a->r; ++k) {
    if (!a->support[k]) continue;
    const int blocks = a->target[k] <= 0 &&
                       (a->h[k] <= 0 || a->h[k] / (a->h[k] - a->target[k]) <= share);
    if (blocks && a->h[k] <= 0) a->banned[k] = 1; /* let in by rounding: not again */
    a->h[k] = blocks ? 0 : a->h[k] + share * (a->target[k] - a->h[k]);
    if (blocks) a->support[k] = 0;
  }
  return reached;
}

/* The component outside the support that would lower the objective most, or r. */
static size_t worst_gradient(const active_set *a)
{
  size_t worst = a->r;
  double steepest = 0;
  for (size_t k = 0; k < a->r; ++k) {
    const double *row = a->gram + k * a->r;
    double model = 0, slope;
    if (a->support[k] || a->banned[k] || !(row[k] > 0)) continue;
    for (size_t l = 0; l < a->r; ++l) model += row[l] * a->h[l];
    slope = (a->gain[k] - model) / sqrt(row[k]);
    if (a->gain[k] - model > gradient_zero * (a->gain[k] + model) && slope > steepest) {
      steepest = slope;
      worst = k;
    }
  }
  return worst;
}

void exact_least_squares(size_t r, const double *gram, const double *gain, double *h,
                         double *work)
{
  active_set a = {r, gram, gain, h, work, work + r * r, work + r * r + r, NULL, NULL, NULL, 0};
  a.support = (int *)(work + r * r + 2 * r);
  a.banned = (int *)(work + r * r + 3 * r);
  a.chosen = (int *)(work + r * r + 4 * r);
  memset(h, 0, r * sizeof *h);
  memset(a.banned, 0, r * sizeof *a.banned);
  find_support(&a);
  size_t entered = r;
  for (size_t round = 0; round < 10 * r + 10; ++round) {
    do solve_on_support(&a);
    while (!move_to_target(&a));
    if (entered < r && a.support[entered]) memset(a.banned, 0, r * sizeof *a.banned);
    entered = worst_gradient(&a);
    if (entered == r) return;
    a.support[entered] = 1;
  }
}

/* z <- W h */
static void form_column(size_t m, size_t r, const double *w, const double *h, double *z)
{
  memset(z, 0, m * sizeof *z);
  for (size_t k = 0; k < r; ++k)
    for (size_t i = 0; i < m; ++i) z[i] += w[i + k * m] * h[k];
}

/* A start with x's own total, then a few multiplicative updates. */
static void approach(size_t m, size_t r, const double *w, const double *col_sum,
                     const double *x, double *h, double *z)
{
  double total = 0, all = 0;
  for (size_t i = 0; i < m; ++i) total += x[i];
  for (size_t k = 0; k < r; ++k) all += col_sum[k];
  for (size_t k = 0; k < r; ++k) h[k] = col_sum[k] > 0 ? total / all : 0;
  for (size_t s = 0; s < RATIO_STEPS; ++s) {
    form_column(m, r, w, h, z);
    for (size_t k = 0; k < r; ++k) {
      double gain = 0;
      for (size_t i = 0; i < m; ++i)
        if (z[i] > 0) gain += w[i + k * m] * (x[i] / z[i]);
      if (col_sum[k] > 0) h[k] *= gain / col_sum[k];
    }
  }
}

/* Newton's method for coordinate k; z follows. The derivative b - sum w x / z is
 * increasing and concave in h_k: from the left a step never passes the minimum, from
 * the right it may, so there it goes down to a tenth at most. */
static void newton_coordinate(size_t m, const double *w, double b, const double *x,
                              double *h, double *z)
{
  for (size_t s = 0; s < NEWTON_STEPS; ++s) {
    double slope = b, curve = 0, fresh;
    for (size_t i = 0; i < m; ++i) {
      if (!(w[i] > 0 && x[i] > 0)) continue;
      const double part = w[i] / z[i];
      slope -= part * x[i];
      curve += part * part * x[i];
    }
    fresh = curve > 0 ? *h - slope / curve : 0;
    if (fresh < *h / 10) fresh = curve > 0 ? *h / 10 : 0;
    for (size_t i = 0; i < m; ++i) z[i] += (fresh - *h) * w[i];
    if (fabs(fresh - *h) <= 1e-15 * *h) s = NEWTON_STEPS;
    *h = fresh;
  }
}

void exact_divergence(size_t m, size_t r, const double *w, const double *col_sum,
                      const double *x, double *h, double *z)
{
  approach(m, r, w, col_sum, x, h, z);
  for (size_t s = 0; s < NEWTON_SWEEPS; ++s) {
    double moved = 0, largest = 0;
    form_column(m, r, w, h, z);
    for (size_t k = 0; k < r; ++k) {
      const double before = h[k];
      if (h[k] > 0) newton_coordinate(m, w + k * m, col_sum[k], x, h + k, z);
      if (fabs(h[k] - before) > moved) moved = fabs(h[k] - before);
      if (h[k] > largest) largest = h[k];
    }
    if (moved <= 1e-13 * largest) return;
  }
}
