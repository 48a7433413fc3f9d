/* Limits of a factor: a largest value for every entry, and columns whose sum stays. */
#ifndef METANMF_CONSTRAINT_H
#define METANMF_CONSTRAINT_H

#include <math.h>

#include "steps.h"

/* The largest value of u_kj. */
static inline double limit_at(const problem *p, size_t k, size_t j)
{
  return p->upper == NULL ? INFINITY : p->upper[k * p->upper_k + j * p->upper_j];
}

/* u <- min(u, its largest value), except for entries that are held. After a ratio that never raises
 * F this does not raise it either: the majoriser is a sum of convex functions of one entry each,
 * and between the old entry, which is within the limits, and the new one it is below its old
 * value. */
void limit_entries(const problem *p, const factor *u);

/* Coordinate descent on columns whose sum stays, a pair of components at a time:
 *   d = (g_l - g_k) / (K_kk + K_ll - 2 K_kl), g = K u + c o u - P, kept within the limits of both,
 *   u_k <- u_k + d, u_l <- u_l - d, g <- g + d (K_k - K_l),
 * for k < l, which minimises the quadratic along the pair. The entries of a column of u lie next
 * to each other (step_k = 1); `gradient` is scratch of r. */
void step_pairs(const problem *p, const factor *u, double *gradient);

/* Least squares within limits to their end, column by column of u; `work` is scratch of
 * limited_work(r). */
void step_limited(const problem *p, const factor *u, double *work);
size_t limited_work(size_t r);

/* Lagrange's multiplier of column j, whose sum stays: the mean of the slopes D - P of its entries,
 * weighted by how far each is from its limits. At a stationary point only entries between their
 * limits count. If there are none, it is a value that suits those at their limits, if one
 * exists. */
double limit_multiplier(const problem *p, const factor *u, size_t j, const double *denominator);

#endif
