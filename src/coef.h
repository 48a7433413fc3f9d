/* The H side of a sweep: the coefficients' problem of a block, its step, its residual. */
#ifndef METANMF_COEF_H
#define METANMF_COEF_H

#include "state.h"

/* The part of the problem that all blocks share, from the present W and the old H. */
void build_coef(fit_state *s);

/* The H step of a block whose products are in the scratch. */
void update_coef(fit_state *s, scratch *t, chunk *c, size_t first, size_t count);

/* The KKT residual of a block of H, against s->row_max, into the chunk. */
void kkt_coef(fit_state *s, scratch *t, chunk *c, size_t first, size_t count);

#endif
