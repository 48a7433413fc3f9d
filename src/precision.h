/* The thresholds of rounding, so that each has one value and one reason. */
#ifndef METANMF_PRECISION_H
#define METANMF_PRECISION_H

/* A pivot below this share of its diagonal means that the component depends on others. */
#define DEPENDENT 1e-14

/* A dependent component is let in when its gradient is above this share of its terms: the part of
 * its column that others lack, up to sqrt(DEPENDENT) of it, makes as much of one. */
#define DEPENDENT_GRADIENT 1e-7

/* A gradient within this share of its terms counts as 0. */
#define GRADIENT_ZERO 1e-13

/* Below this share of ||X||^2 the sums no longer give F to the digits that a tolerance
 * needs, so the residual is summed directly. */
#define DIRECT_SUM_BELOW 1e-6

/* The rounding error that F may have, in shares of the data's size in its units. */
#define VALUE_ROUNDING 1e-13

/* Below this share of a column of WH the loss of the entries that are not stored is summed
 * directly. It comes later than the rule above because it costs m r for a column, where the
 * sums cost r for each stored entry. */
#define UNSTORED_SUM_BELOW 1e-8

/* A component whose product w_k h_k is below this share of the largest one adds nothing to W H:
 * whatever a later step may divide by it, the digits of the fit are gone. */
#define DEAD_SHARE 1e-100

/* Below this ||v_k||^2 is near the denormal numbers and has lost precision
 * (2e-308 / 2^-52). */
#define LEAST_SQUARE 1e-290

#endif
