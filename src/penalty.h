/* How the graph penalty edits the small problem of each side, and its own value.
 *   scale-free  lambda sum_k ||w_k||^2 q_k      raw  lambda sum_k q_k,
 * with q_k = h_k L h_k'. Each row k of H has the weight lambda ||w_k||^2 or lambda. */
#ifndef METANMF_PENALTY_H
#define METANMF_PENALTY_H

#include "sparse.h"

typedef struct {
  const graph *graph; /* NULL: no penalty */
  double lambda;
  int scale_free;     /* else raw, (2.34) */
  int plain_ratio;    /* KL only: the ratio of the thesis' author instead of the root;
                       * his lambda belongs to lambda / 2 in the objective */
} penalty;

/* weight_k, from G = W'W (only its diagonal is read). */
void penalty_weights(const penalty *p, size_t r, const double *gram, double *weight);

/* P += factor weight_k (H~S)_kj, over `count` columns. */
void penalty_edit_gain(size_t r, size_t count, const double *weight, double factor,
                       const double *neighbours, double *gain);

/* The basis problem of the scale-free form: K += lambda diag(q). */
void penalty_edit_basis(const penalty *p, size_t r, const double *roughness, double *gram);

/* The term's value, sum_k weight_k q_k (half of it for the plain ratio). */
double penalty_value(const penalty *p, size_t r, const double *weight,
                     const double *roughness);

#endif
