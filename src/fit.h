/* The one loop. A call runs a bounded slice of iterations on a state, so that the
 * caller can show progress, be interrupted, and continue later with the same result. */
#ifndef METANMF_FIT_H
#define METANMF_FIT_H

#include "state.h"

/* Computes what the first sweep expects of the start; `iteration` and `value` say
 * where an earlier slice stopped (0 and NaN at the start). */
void fit_prepare(fit_state *s, size_t iteration, double value);

/* Runs up to `budget` iterations. When the fit ends, s->status says why. */
void fit_steps(fit_state *s, size_t budget);

/* Of a fit that has ended: brings the value and the trace level with the pair, where a sweep
 * gives F of the pair it began with, and, where it is to be looked at, learns its KKT residual;
 * both in at most one pass over X. */
void fit_complete(fit_state *s, int look);

/* F of the present pair. */
double fit_value(fit_state *s);

/* The scaled KKT residual of the pair an iteration ended with (steps.h); one more pass over X. */
double fit_kkt(fit_state *s);

/* What the penalties add to the loss of every sample, see penalty_costs(): cost is r x 2. */
void fit_costs(fit_state *s, double *cost);

/* Flags in `dead` the components that add nothing to W H, from the largest entries of the columns
 * of W and of the rows of H: no entry of one is above the floor, or the largest entry of w_k h_k is
 * below DEAD_SHARE of that of another. All have length r. */
void fit_dead(size_t r, const double *w_max, const double *h_max, double floor, int *dead);

/* Of a fit that has ended: components whose squares underflow in both factors become 0, the pair is
 * scaled as the settings say, and `dead` (r) flags the dead components, before or after that. */
void fit_end(fit_state *s, double *divisor, int *dead);

/* Divides the columns of W by their maximum, length or sum and multiplies the rows of H; WH stays.
 * A zero column and what is known keep the divisor 1. `divisor` (r) receives the divisors. */
void fit_scale(scale_kind kind, size_t m, size_t n, size_t r, const pair *p, double *divisor);

#endif
