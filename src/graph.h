/* A graph of samples (or of features): symmetric, non-negative, n x n, by compressed
 * columns; and what the penalties need of it. */
#ifndef METANMF_GRAPH_H
#define METANMF_GRAPH_H

#include "factor.h"

typedef struct {
  size_t n;
  const int *start;     /* n + 1: column j holds entries start[j] .. start[j + 1] - 1 */
  const int *row;       /* row of each entry, from 0 */
  const double *weight; /* S_ij of each entry */
  const double *degree; /* n: d_j = sum_i S_ij, the diagonal included */
} graph;

/* out = U S, laid out as the factor U. */
void graph_times(const factor *u, const graph *s, double *out);

/* q_k = u_k L u_k' = sum over pairs i < j of S_ij (u_ki - u_kj)^2. By edges: the
 * difference u D u' - u S u' cancels and can turn negative. */
void graph_laplacian(const factor *u, const graph *s, double *q);

#endif
