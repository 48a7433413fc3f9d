/* One pass over X: every block of columns gives its products, takes its H step and
 * hands on what the W step needs. Same iteration as the two-pass textbook form:
 * for fixed W the columns of H are independent. */
#ifndef METANMF_SWEEP_H
#define METANMF_SWEEP_H

#include "state.h"

/* New H, and of it B, A and its sums; the loss of the pair the sweep began with, where
 * state_value_lags() and a trace or a tolerance asks for it. */
void sweep(fit_state *s);

/* The same pass with H left as it is: s->kkt becomes the KKT residual of H, and
 * the sums are those of the present pair. */
void sweep_kkt(fit_state *s);

/* The loss of the present pair, computed directly by blocks. */
double sweep_loss(fit_state *s);

/* A = HH' and the sums of H, by the blocks and chunks of a sweep. */
void sweep_coef(fit_state *s);

#endif
