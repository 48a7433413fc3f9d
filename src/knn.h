/* Exact nearest neighbours and squared distances between the columns of a
 * matrix, by blocked products. Plain C: the caller hands all memory. */
#ifndef METANMF_KNN_H
#define METANMF_KNN_H

#include <stddef.h>

#include "kernels.h"

/* Columns a block holds when the caller asks for none in particular: 256, fewer
 * for long columns (two packed blocks stay below 4 MB) or a small n. */
size_t knn_block(size_t m, size_t n);

/* Candidates kept for a column: k and a few to spare, never more than n - 1. */
size_t knn_candidates(size_t n, size_t k);

/* Doubles of workspace for knn() and for pair_distances(); knn() wants
 * n * knn_candidates(n, k) integers as well. */
size_t knn_workspace(size_t m, size_t n, size_t k, size_t block);
size_t pair_workspace(size_t m, size_t block);

/* The k nearest other columns of every column of x (m x n), nearest first, equal
 * distances by the smaller index.
 *   x         m x n, finite, |x| below 1e150
 *   k         0..n-1;  block  at least 1;  n  at most INT_MAX
 *   index     k x n out, from 0
 *   distance  k x n out, squared Euclidean, sum of (a - b)^2 as distance_between()
 *   poll      called between blocks, may not return; or NULL
 * The answer does not depend on the block size or on the kernels handed in. */
void knn(const kernels *use, size_t m, size_t n, const double *x, size_t k, size_t block,
         int *index, double *distance, double *work, int *candidates, void (*poll)(void));

/* Squared distances from columns 0..last-1 to columns first..last-1 of x (m x n), as
 * last x (last - first), within 1e-10 of the exact ones, relatively. */
void pair_distances(const kernels *use, size_t m, size_t n, const double *x, size_t first,
                    size_t last, size_t block, double *out, double *work);

#endif
