/* The Kullback-Leibler coefficients of one column for a basis held fixed: what predict()
 * gives for that loss. */
#ifndef METANMF_KL_NEWTON_H
#define METANMF_KL_NEWTON_H

#include <stddef.h>

#include "kl_column.h"

/* Doubles of scratch that kl_newton() needs. */
size_t kl_newton_work(size_t r);

/* h (r) minimises sum_k (slope_k h_k + e_k h_k^2) - sum_i x_i log z_i, z = W h, over h >= 0,
 * by Newton's method: each step is the non-negative least squares of the quadratic model.
 * The scratch z has m entries. */
void kl_newton(const kl_column *column, double *h, double *z, double *work);

#endif
