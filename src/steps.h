/* The small problem of one side and the steps that solve it. Penalties edit the
 * problem, steps read it, and neither ever sees X. */
#ifndef METANMF_STEPS_H
#define METANMF_STEPS_H

#include "factor.h"
#include "kernels.h"

/* The step of a side: multiplicative, by the root or the ratio as the loss asks; coordinate
 * descent; block principal pivoting; H solved to the end, with W held; one non-zero per
 * column; Choi's ratio; coordinate descent by pairs, where the sum of a column stays; cyclic
 * coordinate descent by Newton's method (KL; descent.h); all columns together, where a graph ties
 * them (conjugate.h). */
typedef enum {
  STEP_MU,
  STEP_HALS,
  STEP_BPP,
  STEP_EXACT,
  STEP_HARD,
  STEP_CHOI,
  STEP_PAIRS,
  STEP_CCD,
  STEP_CONJUGATE
} step_kind;

/* For the unknowns u_kj of a factor (factor.h), given its present values u~:
 *   Frobenius  minimise u'Ku + sum c u^2 - 2 (P - M)'u   in every column,
 *   KL         solve    2 (c + e) u^2 + M u - u~ P = 0   entry by entry,
 *   two terms  the ratio u~ (P / (N + 2 (c + e) u~ + M))^power (IS, beta). */
typedef struct {
  const double *gram;        /* K, r x r; NULL: the loss is not quadratic */
  const double *linear;      /* P, laid out as the unknown */
  const double *denominator; /* N, laid out as the unknown (two terms); NULL: 0 */
  const double *l1;          /* M, r; NULL: 0 */
  const double *diag;        /* c_kj = diag[k] * spread[j], r; NULL: 0 */
  const double *spread;      /* one for each column */
  const double *curvature;   /* e_k, r (divergences); NULL: 0 */
  double ortho;              /* KL: e_kj grows by ortho sum_{l != k} u~_lj / u~_kj */
  size_t apart;              /* over the first components, so many */
  const double *mean;        /* of the entries of each component, r */
  int root;                  /* KL: curvature is taken by the root, not by the ratio */
  const int *held;           /* r: 1 where u_k stays; NULL: none */
  size_t cycles;             /* turns of coordinate descent */
  double power;              /* of a ratio: 1, or less where 1 would overshoot */
  double add;                /* added to a ratio's denominators */
  double floor;              /* smallest value of a result */
  const double *upper;       /* largest values, (k, j) at [k upper_k + j upper_j]; NULL: none */
  size_t upper_k, upper_j;
  int simplex;               /* the sum of every column stays (Frobenius) */
  void (*poll)(void);        /* called by a step that moves all columns; may jump out; NULL: none */
} problem;

/* Multiplicative updates, u <- u o P / (K u + c o u + N + M): (2.32), Cai et al. (2011),
 * Fevotte & Idier (2011), the ratio to the problem's power; `denominator` is scratch of the size
 * of the unknown. */
void step_mu(const kernels *k, const problem *p, const factor *u, double *denominator);

/* KL with curvature: u <- 2 g / (M + sqrt(M^2 + 8 (c + e) g)), g = u~ P, the root of the
 * problem above; without curvature it is the ratio g / M (Lee & Seung, 2001). */
void step_mu_root(const problem *p, const factor *u);

/* Coordinate descent (HALS: Cichocki & Phan 2009; several turns: Gillis & Glineur
 * 2012), u_k <- max(0, u_k + (P - M - K u - c o u)_k / (K_kk + c_k)), where linear holds
 * P - M. Columns of u must lie next to each other (step_j = 1). */
void step_hals(const kernels *k, const problem *p, const factor *u);

/* One non-zero per column of u, the best there is: k(j) = argmax_k P_kj^2 / K_kk. */
void step_hard(const problem *p, const factor *u);

/* Choi (2008): the ratio W o B / (W (B'W)) for K = B'W, then unit columns of W (step_k = its
 * rows) with H left alone, since the update as published lets the scale of W swing. */
void step_choi(const kernels *k, const problem *p, const factor *w, double *denominator);

/* The same step where zeros lock: entries that a ratio has brought near 0 hardly return, at 0
 * never, though the gradient may ask for more. R are the entries of a column below a tenth of
 * their component's mean whose P exceeds D = K u + c o u + N + M by more than rounding; they grow
 * by (P - D) / (|R| q), q being the second derivative along them. F never rises: along an entry
 * its derivative is concave, so that Newton's step ends before the minimum, and F is convex in
 * the column (IS and b < 1: below a bound that is), so that the mean of |R| such steps is no worse
 * than they.
 * `second`, in: q without what penalties add; out: the column's new values, or -1 in a
 * column without R, which is left to the ratio. */
void revive_entries(const kernels *k, const problem *p, const factor *u, double *denominator,
                    double *second);

/* u <- the new values that revive_entries() found. */
void put_revived(const factor *u, const double *revived);

/* What u adds to the residual of the conditions of Karush, Kuhn and Tucker: the sum of u_kj g_kj
 * where the gradient g = D - P >= 0, and of max(u_kj, mean_k) |g_kj| elsewhere. For
 * Frobenius it is half of that, since D - P is half of the gradient. An entry that has a largest
 * value grows to that at most. Where the sum of a column stays, g is the difference from the
 * column's multiplier (constraint.h). */
double kkt_residual(const kernels *k, const problem *p, const factor *u, double *denominator);

#endif
