/* Steps within limits: entries cut at a largest value, and pairs of coordinates that keep a sum. */
#include "constraint.h"

#include <string.h>

#include "nnls_limited.h"
#include "scratch.h"

static int stays(const problem *p, size_t k) { return p->held != NULL && p->held[k]; }

void limit_entries(const problem *p, const factor *u)
{
  if (p->upper == NULL) return;
  for (size_t j = 0; j < u->count; ++j)
    for (size_t k = 0; k < u->r; ++k) {
      double *entry = u->value + k * u->step_k + j * u->step_j;
      if (!stays(p, k)) *entry = fmin(*entry, limit_at(p, k, j));
    }
}

static double own_curvature(const problem *p, size_t k, size_t j)
{
  return p->diag == NULL ? 0 : p->diag[k] * p->spread[j];
}

static void find_gradient(const problem *p, const factor *u, size_t j, double *gradient)
{
  const size_t r = u->r, from = j * u->step_j;
  for (size_t k = 0; k < r; ++k)
    gradient[k] = own_curvature(p, k, j) * u->value[from + k] - p->linear[from + k];
  for (size_t l = 0; l < r; ++l)
    for (size_t k = 0; k < r; ++k) gradient[k] += p->gram[k + l * r] * u->value[from + l];
}

static void move_pair(const problem *p, const factor *u, size_t j, size_t k, size_t l,
                      double *gradient)
{
  const size_t r = u->r;
  const double *to = p->gram + k * r, *of = p->gram + l * r;
  const double more = own_curvature(p, k, j), less = own_curvature(p, l, j);
  const double bend = to[k] + more + of[l] + less - 2 * to[l];
  double *column = u->value + j * u->step_j;
  if (!(bend > 0)) return;
  const double up = fmin(column[l], limit_at(p, k, j) - column[k]);
  const double down = fmin(column[k], limit_at(p, l, j) - column[l]);
  const double by = fmax(-down, fmin(up, (gradient[l] - gradient[k]) / bend));
  if (!(by > 0 || by < 0)) return;
  column[k] += by;
  column[l] -= by;
  for (size_t i = 0; i < r; ++i) gradient[i] += by * (to[i] - of[i]);
  gradient[k] += by * more;
  gradient[l] -= by * less;
}

void step_pairs(const problem *p, const factor *u, double *gradient)
{
  for (size_t j = 0; j < u->count; ++j) {
    find_gradient(p, u, j, gradient);
    for (size_t k = 0; k < u->r; ++k)
      for (size_t l = k + 1; l < u->r; ++l)
        if (!stays(p, k) && !stays(p, l)) move_pair(p, u, j, k, l, gradient);
  }
  limit_entries(p, u);
}

/* One right side with the entries of a column next to each other. */
typedef struct {
  double *column, *gain, *upper, *solver;
} limited_room;

static size_t lay_out(size_t r, double *memory, limited_room *one)
{
  arena from = {memory, 0};
  one->column = carve(&from, r);
  one->gain = carve(&from, r);
  one->upper = carve(&from, r);
  one->solver = carve(&from, nnls_limited_work(r));
  return from.used;
}

size_t limited_work(size_t r)
{
  limited_room measured;
  return lay_out(r, NULL, &measured);
}

void step_limited(const problem *p, const factor *u, double *work)
{
  limited_room one;
  lay_out(u->r, work, &one);
  const limited_problem own = {u->r, p->gram, one.gain, p->upper == NULL ? NULL : one.upper,
                               p->held, p->simplex};
  for (size_t j = 0; j < u->count; ++j) {
    double *column = u->value + j * u->step_j;
    const double *gain = p->linear + j * u->step_j;
    for (size_t k = 0; k < u->r; ++k) {
      one.column[k] = column[k * u->step_k];
      one.gain[k] = gain[k * u->step_k];
      one.upper[k] = limit_at(p, k, j);
    }
    nnls_limited(&own, one.column, one.solver);
    for (size_t k = 0; k < u->r; ++k) column[k * u->step_k] = one.column[k];
  }
}

double limit_multiplier(const problem *p, const factor *u, size_t j, const double *denominator)
{
  double sum = 0, weight = 0, least = INFINITY, most = -INFINITY;
  for (size_t k = 0; k < u->r; ++k) {
    const size_t at = k * u->step_k + j * u->step_j;
    const double value = u->value[at], slope = denominator[at] - p->linear[at];
    const double room = fmin(value, limit_at(p, k, j) - value);
    if (stays(p, k)) continue;
    if (room > 0) {
      sum += room * slope;
      weight += room;
    } else if (value > 0) most = fmax(most, slope);
    else least = fmin(least, slope);
  }
  if (weight > 0) return sum / weight;
  if (!(least < INFINITY)) return most > -INFINITY ? most : 0;
  return most > -INFINITY ? (least + most) / 2 : least;
}
