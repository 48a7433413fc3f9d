/* One column of H for a basis held fixed, solved to the end: what predict() gives. */
#ifndef METANMF_EXACT_H
#define METANMF_EXACT_H

#include <stddef.h>

/* Rows of W a second derivative is summed over at a time. */
enum { EXACT_TILE = 32 };

/* Doubles of scratch that either function needs. */
size_t exact_work(size_t r);

/* h (r) minimises h'Kh - 2 p'h over h >= 0, with K = gram (r x r, symmetric) and p =
 * gain (r), by the active set of Lawson & Hanson (1974) from h on entry (>= 0). It
 * survives what pivot_solve() does not: components that depend on others stay at 0. */
void exact_least_squares(size_t r, const double *gram, const double *gain, double *h,
                         double *work);

/* h (r) minimises sum_i x_i log(x_i / z_i) - x_i + z_i, z = W h, over h >= 0, by Newton's
 * method: each step is the non-negative least squares of the quadratic model. W is m x r
 * with column sums col_sum (r); x and the scratch z have m entries. */
void exact_divergence(size_t m, size_t r, const double *w, const double *col_sum,
                      const double *x, double *h, double *z, double *work);

#endif
