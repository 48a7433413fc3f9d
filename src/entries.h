/* What is asked of X and of W H entry by entry. */
#ifndef METANMF_ENTRIES_H
#define METANMF_ENTRIES_H

#include "kernels.h"

/* residual (m x n, of zeros) <- X - W H where X is no NaN, 0 elsewhere; above, n: the sum of
 * squares of what each column has above W H. */
void entries_residual(const kernels *k, size_t m, size_t n, size_t r, const double *x,
                      const double *w, const double *h, double *residual, double *above);

/* h_j >= 0 <- by which w (m) is nearest to column j of x (m x n), NaN filled with w h_j in each of
 * so many turns from h = 0. */
void entries_row(size_t m, size_t n, const double *x, const double *w, int turns, double *h);

/* out_e <- the entry of W H (W m x r) in row row_e and column column_e, from 1: the products in the
 * order of the components. */
void entries_model(size_t m, size_t r, const double *w, const double *h, size_t count,
                   const int *row, const int *column, double *out);

/* How many entries of each row and column of x (m x n) are NaN. */
void entries_missing(size_t m, size_t n, const double *x, int *rows, int *columns);

/* The largest entry of each row and column of x (m x n) that is no NaN, at least 0. */
void entries_largest(size_t m, size_t n, const double *x, double *rows, double *columns);

#endif
