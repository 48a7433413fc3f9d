/* The one file that knows R's BLAS and LAPACK. */
#ifndef METANMF_DENSE_H
#define METANMF_DENSE_H

#include "kernels.h"

/* Largest dimension BLAS's int can hold; callers check once, in the glue. */
size_t dense_limit(void);

/* `base` with its two block products replaced by dgemm. */
kernels dense_blas(const kernels *base);

/* Largest eigenvalue of the symmetric r x r matrix a, which is overwritten;
 * `work` has room for dense_eigen_work(r) doubles. Negative when LAPACK fails. */
size_t dense_eigen_work(size_t r);
double dense_largest_eigenvalue(size_t r, double *a, double *work);

#endif
