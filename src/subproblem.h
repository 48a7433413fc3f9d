/* The small problem of either side: W's from the sums of a pass, H's from the products of a
 * block. Built the same way for both, and solved by the same steps. */
#ifndef METANMF_SUBPROBLEM_H
#define METANMF_SUBPROBLEM_H

#include "pass.h"

/* Builds what all columns share of own->problem, from the facts about both sides. */
void subproblem_share(const settings *set, side *own, const side *other);

/* The problem of the columns from `first` on, with P in `linear`, which receives what a
 * penalty adds to P and, for the steps that want P - M in one piece, loses M. `denominator`
 * is N (losses of two terms). The KKT conditions are looked at with `step` STEP_MU. */
problem subproblem_build(const settings *set, const side *own, step_kind step, size_t first,
                         const factor *linear, const double *denominator, const int *held);

/* Moves u by the step of its side. With `second`, the data's second derivatives along the
 * entries of u and laid out as it, columns with entries to revive move by these alone. */
void subproblem_solve(const kernels *k, const side *own, const problem *p, const factor *u,
                      double *second, const scratch *t);

/* What u adds to the KKT residual; `linear` as in subproblem_build(). */
double subproblem_kkt(const kernels *k, const problem *p, const factor *u, const factor *linear,
                      const scratch *t);

/* The largest entry of each component, r. */
void factor_row_max(const factor *u, double *out);

#endif
