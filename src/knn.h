/* Exact nearest neighbours and squared distances between the columns of a
 * matrix, by blocked products. Plain C: the caller hands all memory. */
#ifndef METANMF_KNN_H
#define METANMF_KNN_H

#include "data.h"
#include "kernels.h"

/* Columns a block holds when the caller asks for none in particular. */
size_t knn_block(const data_matrix *x);

/* Candidates kept for a column: k and a few to spare, never more than n - 1. */
size_t knn_candidates(size_t n, size_t k);

/* Doubles of workspace for knn() and for pair_distances(); knn() wants
 * n * knn_candidates(n, k) integers as well. */
size_t knn_workspace(const data_matrix *x, size_t k, size_t block);
size_t pair_workspace(const data_matrix *x, size_t block);

/* The k nearest other columns of every column of x (m x n, dense or sparse), nearest
 * first, equal distances by the smaller index.
 *   x         finite, |x| below 1e150, weights not read; rows sorted where it is sparse
 *   k         0..n-1;  block  at least 1;  n  at most INT_MAX
 *   index     k x n out, from 0
 *   distance  k x n out, squared Euclidean, as columns_distance()
 *   poll      called between blocks, may not return; or NULL
 * The answer does not depend on the block size, on the kernels handed in, or on whether
 * x is dense or sparse. */
void knn(const kernels *use, const data_matrix *x, size_t k, size_t block, int *index,
         double *distance, double *work, int *candidates, void (*poll)(void));

/* Squared distances from columns 0..last-1 to columns first..last-1 of x, as
 * last x (last - first), within 1e-10 of the exact ones, relatively. */
void pair_distances(const kernels *use, const data_matrix *x, size_t first, size_t last,
                    size_t block, double *out, double *work, void (*poll)(void));

#endif
