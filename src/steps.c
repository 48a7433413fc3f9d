#include "steps.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { STRIP = 64 };

static int is_held(const problem *p, size_t k) { return p->held != NULL && p->held[k]; }

static int any_held(const problem *p, size_t r)
{
  for (size_t k = 0; k < r; ++k)
    if (is_held(p, k)) return 1;
  return 0;
}

static double curvature(const problem *p, size_t k, size_t j)
{
  return p->weight == NULL ? 0 : p->weight[k] * p->spread[j];
}

/* rho_kj of KL's root. */
static double root_curvature(const problem *p, const factor *u, size_t k, size_t j)
{
  double rho = curvature(p, k, j) + (p->bend == NULL ? 0 : p->bend[k]);
  if (p->apart > 0) {
    const double *column = u->value + j * u->step_j;
    double others = 0;
    for (size_t l = 0; l < u->r; ++l)
      if (l != k) others += column[l * u->step_k];
    if (column[k * u->step_k] > 0) rho += p->apart * others / column[k * u->step_k];
  }
  return rho;
}

/* down <- D = K u + c o u + N + M; for the root 2 (c + e) o u + M. */
static void form_down(const kernels *k, const problem *p, const factor *u, double *down)
{
  const size_t r = u->r, count = u->count;
  /* A single column's own step is free. */
  const size_t step = count == 1 ? r : u->step_j;
  memset(down, 0, r * count * sizeof *down);
  if (p->gram != NULL && u->step_k == 1)
    k->outer(r, r, count, p->gram, r, u->value, 1, step, down, step);
  else if (p->gram != NULL)
    k->outer(count, r, r, u->value, u->step_k, p->gram, 1, r, down, u->step_k);
  if (p->below != NULL)
    for (size_t i = 0; i < r * count; ++i) down[i] += p->below[i];
  if (p->cost == NULL && p->weight == NULL && !p->root) return;
  for (size_t j = 0; j < count; ++j)
    for (size_t l = 0; l < r; ++l) {
      const size_t at = l * u->step_k + j * u->step_j;
      if (p->cost != NULL) down[at] += p->cost[l];
      if (p->root) down[at] += 2 * root_curvature(p, u, l, j) * u->value[at];
      else if (p->weight != NULL) down[at] += curvature(p, l, j) * u->value[at];
    }
}

static void raise_to_floor(const factor *u, double floor)
{
  if (floor <= 0) return;
  for (size_t i = 0; i < u->r * u->count; ++i)
    if (!(u->value[i] > floor)) u->value[i] = floor;
}

void step_ratio(const kernels *k, const problem *p, const factor *u, double *down)
{
  form_down(k, p, u, down);
  if (!any_held(p, u->r)) {
    k->ratio(u->r * u->count, u->value, p->gain, down, p->add);
    raise_to_floor(u, p->floor);
    return;
  }
  for (size_t j = 0; j < u->count; ++j)
    for (size_t l = 0; l < u->r; ++l) {
      const size_t at = l * u->step_k + j * u->step_j;
      if (is_held(p, l)) continue;
      k->ratio(1, u->value + at, p->gain + at, down + at, p->add);
      if (!(u->value[at] > p->floor)) u->value[at] = p->floor;
    }
}

static double positive_root(double g, double cost, double curve)
{
  const double below = cost + sqrt(cost * cost + 8 * curve * g);
  return below > 0 ? 2 * g / below : 0;
}

/* One column at a time: the term that keeps components apart needs all its old values. */
void step_root(const problem *p, const factor *u)
{
  for (size_t j = 0; j < u->count; ++j) {
    double others = 0, *column = u->value + j * u->step_j;
    const double *gain = p->gain + j * u->step_j;
    for (size_t k = 0; k < u->r; ++k) others += column[k * u->step_k];
    for (size_t k = 0; k < u->r; ++k) {
      const double old = column[k * u->step_k];
      double rho = curvature(p, k, j) + (p->bend == NULL ? 0 : p->bend[k]), fresh;
      if (is_held(p, k)) continue;
      if (p->apart > 0 && old > 0) rho += p->apart * (others - old) / old;
      fresh = positive_root(old * gain[k * u->step_k], p->cost[k], rho);
      column[k * u->step_k] = fresh > p->floor ? fresh : p->floor;
    }
  }
}

/* One turn over the components, for the columns first .. first + count - 1. Where
 * K_kk = 0 nothing depends on u_k: it stays, so that the other side can revive it. */
static void descend_once(const kernels *k, const problem *p, const factor *u, size_t first,
                         size_t count)
{
  double bend[STRIP];
  double *here = u->value + first;
  for (size_t l = 0; l < u->r; ++l) {
    const double *column = p->gram + l * u->r;
    double diagonal = column[l];
    if (is_held(p, l) || !(diagonal > 0)) continue;
    if (p->weight != NULL)
      for (size_t j = 0; j < count; ++j) bend[j] = curvature(p, l, first + j);
    k->descend(count, u->r, here, u->step_k, column, p->gain + first + l * u->step_k,
               p->weight == NULL ? NULL : bend, diagonal, p->floor, here + l * u->step_k);
  }
}

void step_descend(const kernels *k, const problem *p, const factor *u)
{
  for (size_t first = 0; first < u->count; first += STRIP) {
    const size_t count = u->count - first < STRIP ? u->count - first : STRIP;
    for (size_t turn = 0; turn < p->cycles; ++turn) descend_once(k, p, u, first, count);
  }
}

void step_single(const problem *p, const factor *u)
{
  for (size_t j = 0; j < u->count; ++j) {
    size_t best = u->r;
    double most = 0;
    for (size_t k = 0; k < u->r; ++k) {
      const size_t at = k * u->step_k + j * u->step_j;
      const double size = p->gram[k + k * u->r], gain = p->gain[at];
      u->value[at] = 0;
      if (!(size > 0) || !(gain > 0) || !(gain / sqrt(size) > most)) continue;
      most = gain / sqrt(size);
      best = k;
    }
    if (best < u->r) {
      const size_t at = best * u->step_k + j * u->step_j;
      u->value[at] = p->gain[at] / p->gram[best + best * u->r];
    }
  }
}

double problem_residual(const kernels *k, const problem *p, const factor *u,
                        const double *top, double *down)
{
  double largest = 0;
  form_down(k, p, u, down);
  for (size_t j = 0; j < u->count; ++j)
    for (size_t l = 0; l < u->r; ++l) {
      const size_t at = l * u->step_k + j * u->step_j;
      const double size = u->value[at] / top[l];
      const double unit = p->gram == NULL ? down[at]
                                          : (p->gram[l + l * u->r] + curvature(p, l, j)) * top[l];
      if (is_held(p, l) || !(top[l] > 0) || !(unit > 0)) continue;
      const double slope = (down[at] - p->gain[at]) / unit;
      const double gap = fabs(slope < size ? slope : size);
      if (gap > largest) largest = gap;
    }
  return largest;
}
