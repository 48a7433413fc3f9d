/* One pass over X: every block of columns gives its products, takes its H step and
 * hands on what the W step needs. Same iteration as the two-pass textbook form:
 * for fixed W the columns of H are independent. */
#ifndef METANMF_SWEEP_H
#define METANMF_SWEEP_H

#include "state.h"

/* New H; B = X H' and A = H H' of the new H (Frobenius). */
void sweep_frobenius(fit_state *s);

/* New H; B = (X / WH) H' with the new H, its row sums, and the divergence of the
 * pair the sweep began with, when a trace or a tolerance asks for it. */
void sweep_kl(fit_state *s);

/* H solved to the end for the present W, each column by itself (no penalty). */
void sweep_exact(fit_state *s);

/* ||X - WH||^2 by blocks, free of the cancellation in ||X||^2 - 2<W, B> + <G, A>. */
double sweep_residual(fit_state *s);

/* Divergence of the present pair. */
double sweep_divergence(fit_state *s);

/* A fit that has neither trace nor tolerance never asks for F. */
int state_wants_value(const fit_state *s);

#endif
