/* One pass over X: every block of columns gives its products, takes its H step and adds
 * what the W step needs to the sums. Same iteration as the two-pass textbook form, because
 * for fixed W the columns of H are independent. */
#ifndef METANMF_SWEEP_H
#define METANMF_SWEEP_H

#include "pass.h"

/* New H of the source's blocks, whose sums are added to `to`: B, A, the sums of H's rows, and
 * the loss of the pair the sweep began with, if it forms W H and a value is wanted. */
void sweep(shared *p, const block_source *from, workspace *space, sums *to);

/* The same pass with H unchanged. It adds what H contributes to the KKT residual to to->kkt, and
 * adds the sums of the present pair. With `keep` these are there already, because a sweep ended
 * with this H, and the pass is half as long. */
void sweep_kkt(shared *p, const block_source *from, workspace *space, int keep, sums *to);

/* A = HH' and the sums of H alone, by the blocks and chunks of a sweep; X is not read. */
void sweep_coef(shared *p, const block_source *from, workspace *space, sums *to);

/* The loss of the present pair, computed directly by blocks. */
double sweep_loss(shared *p, const block_source *from, workspace *space);

/* ||X||^2 - 2<W, B> + <G, A>: the loss of the present W and the H of the sums, where X is complete.
 * Near an exact fit it cancels, see DIRECT_SUM_BELOW. */
double quadratic_loss(const shared *p, const sums *from, double x_norm2);

/* The W step from the sums of a sweep; (2.33) and its kin. */
void basis_step(shared *p, const sums *from, const scratch *t);

/* What W adds to the KKT residual, from the sums of the present pair. */
double basis_kkt(shared *p, const sums *from, const scratch *t);

/* The same two for partial data, for which W needs the rows of X and so one more pass over it. The
 * step returns what W adds to the KKT residual if the sweep measures it, else 0. */
double basis_step_rows(shared *p, workspace *space);
double basis_kkt_rows(shared *p, workspace *space);

/* The facts about a side's newest values for the other side and the penalties: Gram matrix,
 * sums, norms, U S and u_k L u_k', the last only if something reads it. */
void refresh_basis(shared *p);
void refresh_coef(shared *p, const sums *from);

#endif
