/* The small problem of one side and the steps that solve it. Penalties edit the
 * problem, steps read it, and neither ever sees X. */
#ifndef METANMF_STEPS_H
#define METANMF_STEPS_H

#include "kernels.h"

/* For the coefficients: r unknowns in each of `count` columns of H,
 *   Frobenius  minimise h'Kh + sum c h^2 - 2 (P - M)'h   in every column,
 *   KL         solve    2 c h^2 + M h - h~ P = 0         entry by entry.
 * For the basis the same with the rows of W as columns: P is then m x r. */
typedef struct {
  size_t r, count;
  const double *gram;   /* K, r x r; NULL: the loss is not quadratic */
  const double *gain;   /* P, r x count (basis: count x r) */
  const double *cost;   /* M, r; NULL: 0 */
  const double *curve;  /* c_kj = curve[k] * spread[j], r; NULL: 0 */
  const double *spread; /* count; NULL: 1 */
  double add;           /* added to a ratio's denominators */
  double floor;         /* smallest value of a result */
} problem;

/* Multiplicative updates, H <- H o P / (K H + c o H + M): (2.32), Cai et al. (2011);
 * `down` is scratch of the size of the unknown. */
void step_ratio_coef(const kernels *k, const problem *p, double *h, double *down);
void step_ratio_basis(const kernels *k, const problem *p, double *w, double *down);

/* KL with curvature: h <- 2 g / (M + sqrt(M^2 + 8 c g)), g = h~ P, the root of the
 * problem above; without curvature it is the ratio g / M (Lee & Seung, 2001). */
void step_root_coef(const problem *p, double *h);
void step_root_basis(const problem *p, double *w);

#endif
