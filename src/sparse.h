/* The sample graph S: symmetric, non-negative, n x n, by compressed columns. */
#ifndef METANMF_SPARSE_H
#define METANMF_SPARSE_H

#include <stddef.h>

typedef struct {
  size_t n;
  const int *start;     /* n + 1: column j holds entries start[j] .. start[j + 1] - 1 */
  const int *row;       /* row of each entry, from 0 */
  const double *weight; /* S_ij of each entry */
  const double *degree; /* n: d_j = sum_i S_ij, the diagonal included */
} graph;

/* out (r x n) = H S. */
void sparse_times(size_t r, const double *h, const graph *s, double *out);

/* q_k = h_k L h_k' = sum over pairs i < j of S_ij (h_ki - h_kj)^2. By edges: the
 * difference h D h' - h S h' cancels and can turn negative. */
void sparse_roughness(size_t r, const double *h, const graph *s, double *q);

#endif
