#include "steps.h"

#include <math.h>
#include <string.h>

static void raise_to_floor(size_t count, double *x, double floor)
{
  if (floor <= 0) return;
  for (size_t i = 0; i < count; ++i)
    if (!(x[i] > floor)) x[i] = floor;
}

/* down (r x count) += M + c o H */
static void add_linear_coef(const problem *p, const double *h, double *down)
{
  for (size_t j = 0; j < p->count; ++j) {
    const double spread = p->spread == NULL ? 1 : p->spread[j];
    for (size_t k = 0; k < p->r; ++k) {
      if (p->cost != NULL) down[k + j * p->r] += p->cost[k];
      if (p->curve != NULL) down[k + j * p->r] += p->curve[k] * spread * h[k + j * p->r];
    }
  }
}

void step_ratio_coef(const kernels *k, const problem *p, double *h, double *down)
{
  const size_t r = p->r, all = r * p->count;
  memset(down, 0, all * sizeof *down);
  if (p->gram != NULL) k->outer(r, r, p->count, p->gram, r, h, 1, r, down, r);
  if (p->cost != NULL || p->curve != NULL) add_linear_coef(p, h, down);
  k->ratio(all, h, p->gain, down, p->add);
  raise_to_floor(all, h, p->floor);
}

void step_ratio_basis(const kernels *k, const problem *p, double *w, double *down)
{
  const size_t r = p->r, m = p->count, all = m * r;
  memset(down, 0, all * sizeof *down);
  if (p->gram != NULL) k->outer(m, r, r, w, m, p->gram, 1, r, down, m);
  if (p->cost != NULL)
    for (size_t i = 0; i < all; ++i) down[i] += p->cost[i / m];
  k->ratio(all, w, p->gain, down, p->add);
  raise_to_floor(all, w, p->floor);
}

static double positive_root(double g, double cost, double curve)
{
  const double below = cost + sqrt(cost * cost + 8 * curve * g);
  return below > 0 ? 2 * g / below : 0;
}

void step_root_coef(const problem *p, double *h)
{
  for (size_t j = 0; j < p->count; ++j)
    for (size_t k = 0; k < p->r; ++k) {
      const size_t at = k + j * p->r;
      h[at] = positive_root(h[at] * p->gain[at], p->cost[k], p->curve[k] * p->spread[j]);
    }
  raise_to_floor(p->r * p->count, h, p->floor);
}

void step_root_basis(const problem *p, double *w)
{
  for (size_t k = 0; k < p->r; ++k)
    for (size_t i = 0; i < p->count; ++i) {
      const size_t at = i + k * p->count;
      w[at] = positive_root(w[at] * p->gain[at], p->cost[k], p->curve[k]);
    }
  raise_to_floor(p->r * p->count, w, p->floor);
}
