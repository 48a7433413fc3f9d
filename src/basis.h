/* The W side of an iteration: its problem from the sums of a sweep, its step, its
 * residual. */
#ifndef METANMF_BASIS_H
#define METANMF_BASIS_H

#include "state.h"

/* The W step, (2.33) and its kin. */
void update_basis(fit_state *s);

/* The KKT residual of W for sums that belong to the present pair. */
double kkt_basis(fit_state *s);

#endif
