/* The one loop. A call runs a bounded slice of iterations on a state, so that the
 * caller can show progress, be interrupted, and go on later to the same end. */
#ifndef METANMF_FIT_H
#define METANMF_FIT_H

#include "state.h"

/* Computes what the first sweep expects of the start; `iteration` and `value` say
 * where an earlier slice stopped (0 and NaN at the start). */
void fit_prepare(fit_state *s, size_t iteration, double value);

/* Runs up to `budget` iterations. When the fit ends, s->status says why, and F of
 * the returned pair is the last entry of the trace. */
void fit_steps(fit_state *s, size_t budget);

/* F of the present pair. */
double fit_value(fit_state *s);

/* The scaled KKT residual of the present pair (steps.h); one more pass over X. */
double fit_kkt(fit_state *s);

/* Divides the columns of W by their maximum or length and multiplies the rows of H;
 * WH stays. A zero column keeps the factor 1. `divisor` (r) receives the divisors. */
void fit_scale(scale_kind kind, size_t m, size_t n, size_t r, double *w, double *h,
               double *divisor);

/* The largest entry of each of r components of `count` entries, and the sum of its squares. */
void fit_sizes(const double *u, size_t r, size_t count, size_t step_k, size_t step_j,
               double *largest, double *norm2);

#endif
