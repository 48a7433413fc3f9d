/* One column of H for a basis held fixed, solved to the end: what predict() gives. */
#ifndef METANMF_EXACT_H
#define METANMF_EXACT_H

#include <stddef.h>

/* Doubles of scratch that exact_least_squares() needs. */
size_t exact_work(size_t r);

/* h (r) minimises h'Kh - 2 p'h over h >= 0, with K = W'W (r x r) and p = W'x (r):
 * coordinate descent to find the support, then the active set of Lawson & Hanson
 * (1974) on it. Columns of W that depend on others are left at 0. */
void exact_least_squares(size_t r, const double *gram, const double *gain, double *h,
                         double *work);

/* h (r) minimises sum_i x_i log(x_i / z_i) - x_i + z_i, z = W h, over h >= 0. W is
 * m x r with column sums col_sum (r), x and the scratch z have m entries. */
void exact_divergence(size_t m, size_t r, const double *w, const double *col_sum,
                      const double *x, double *h, double *z);

#endif
