/* The Kullback-Leibler coefficients of one column for a basis held fixed: what predict()
 * gives for that loss. */
#ifndef METANMF_KL_NEWTON_H
#define METANMF_KL_NEWTON_H

#include <stddef.h>

/* Doubles of scratch that kl_newton() needs. */
size_t kl_newton_work(size_t r);

/* h (r) minimises sum_i x_i log(x_i / z_i) - x_i + z_i, z = W h, over h >= 0, by Newton's
 * method: each step is the non-negative least squares of the quadratic model. W is m x r
 * with column sums col_sum (r); x and the scratch z have m entries. */
void kl_newton(size_t m, size_t r, const double *w, const double *col_sum, const double *x,
               double *h, double *z, double *work);

#endif
