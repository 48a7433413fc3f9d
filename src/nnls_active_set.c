/* The active set of Lawson and Hanson (1974), for one right side and any Gram matrix. */
#include "nnls_active_set.h"
#include "precision.h"

#include <math.h>
#include <string.h>

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
  size_t entered;  /* the component let in last, or r */
  double down;     /* how much its gradient asked for it, relative to its terms */
} active_set;

size_t nnls_active_set_work(size_t r) { return r * r + 5 * r; }

/* Adds component k to the factor, unless it depends on those there. */
static int factor_add(active_set *a, size_t k)
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
  if (!(pivot > DEPENDENT * a->gram[k + k * a->r])) return 0;
  row[a->count] = sqrt(pivot);
  a->chosen[a->count++] = (int)k;
  return 1;
}

/* y <- L'^-1 y */
static void solve_upper(const active_set *a, double *y)
{
  for (size_t i = a->count; i-- > 0;) {
    for (size_t l = i + 1; l < a->count; ++l) y[i] -= a->factor[l * a->r + i] * y[l];
    y[i] /= a->factor[i * a->r + i];
  }
}

/* The component let in last, k, depends on the chosen ones, K y = K_k there: so W h stays where
 * h_k grows by t and h by -t y, and the linear terms alone decide. Goes on until one of the others
 * is 0 and leaves, as in the simplex method; 0 when nothing stops it, which rounding alone does. */
static int exchange(active_set *a)
{
  double *y = a->solved, reach = INFINITY;
  memcpy(y, a->factor + a->count * a->r, a->count * sizeof *y);
  solve_upper(a, y);
  for (size_t i = 0; i < a->count; ++i)
    if (y[i] > 0) reach = fmin(reach, a->h[a->chosen[i]] / y[i]);
  if (!(reach < INFINITY) || !(a->down > DEPENDENT_GRADIENT)) return 0;
  for (size_t i = 0; i < a->count; ++i) {
    const size_t k = (size_t)a->chosen[i];
    const int blocks = y[i] > 0 && a->h[k] / y[i] <= reach;
    a->h[k] = blocks ? 0 : a->h[k] - reach * y[i];
    if (blocks) a->support[k] = 0;
  }
  a->h[a->entered] += reach;
  return 1;
}

/* Factors K on the support, what was let in last at its end. Components that depend on others are
 * not chosen, so that their target stays 0 and they leave the support. */
static void factor_support(active_set *a)
{
  const size_t last = a->entered;
  for (;;) {
    a->count = 0;
    for (size_t k = 0; k < a->r; ++k)
      if (a->support[k] && k != last) factor_add(a, k);
    if (last == a->r || !a->support[last] || factor_add(a, last) || !exchange(a)) return;
  }
}

/* target <- minimiser over the support, sign aside; 0 elsewhere. */
static void solve_on_support(active_set *a)
{
  double *y = a->solved;
  factor_support(a);
  for (size_t i = 0; i < a->count; ++i) {
    y[i] = a->gain[a->chosen[i]];
    for (size_t l = 0; l < i; ++l) y[i] -= a->factor[i * a->r + l] * y[l];
    y[i] /= a->factor[i * a->r + i];
  }
  memset(a->target, 0, a->r * sizeof *a->target);
  solve_upper(a, y);
  for (size_t i = 0; i < a->count; ++i) a->target[a->chosen[i]] = y[i];
}

/* Goes towards the target as far as h >= 0 allows; 1 when it was reached, or when nothing
 * blocks the way, which what is not finite never does. What blocks it leaves the support. */
static int move_to_target(active_set *a)
{
  double share = 1;
  int reached = 1, left = 0;
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
    left += blocks;
  }
  return reached || left == 0;
}

/* The component outside the support that would lower the objective most, or r. */
static size_t worst_gradient(active_set *a)
{
  size_t worst = a->r;
  double steepest = 0;
  for (size_t k = 0; k < a->r; ++k) {
    const double *row = a->gram + k * a->r;
    double down = a->gain[k], size = fabs(down);
    if (a->support[k] || a->banned[k] || !(row[k] > 0)) continue;
    for (size_t l = 0; l < a->r; ++l) {
      down -= row[l] * a->h[l];
      size += fabs(row[l] * a->h[l]);
    }
    if (down > GRADIENT_ZERO * size && down / sqrt(row[k]) > steepest) {
      steepest = down / sqrt(row[k]);
      a->down = down / size;
      worst = k;
    }
  }
  return worst;
}

void nnls_active_set(size_t r, const double *gram, const double *gain, double *h,
                     double *work)
{
  active_set a = {r, gram, gain, h, work, work + r * r, work + r * r + r, NULL, NULL, NULL,
                  0, r, 0};
  a.support = (int *)(work + r * r + 2 * r);
  a.banned = (int *)(work + r * r + 3 * r);
  a.chosen = (int *)(work + r * r + 4 * r);
  memset(a.banned, 0, r * sizeof *a.banned);
  for (size_t k = 0; k < r; ++k) a.support[k] = h[k] > 0;
  for (size_t round = 0; round < 10 * r + 10; ++round) {
    do solve_on_support(&a);
    while (!move_to_target(&a));
    if (a.entered < r && a.support[a.entered]) memset(a.banned, 0, r * sizeof *a.banned);
    a.entered = worst_gradient(&a);
    if (a.entered == r) return;
    a.support[a.entered] = 1;
  }
}
