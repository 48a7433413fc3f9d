/* An X that R reads block by block. */
#ifndef METANMF_PARTS_R_H
#define METANMF_PARTS_R_H

#include "glue.h"

/* Whether x is list(read, ...), as engine_data() makes it of a block source. */
int is_in_parts(SEXP x);

/* Room for the blocks that are in memory at a time, of one X or several, for the caller to
 * protect. */
SEXP parts_slots(void);

/* The X of list(read, start, dim, sparse, masked, entries, most, x_norm2, x_sum, x_weight,
 * x_size, spread): `read` returns block i, from 1, as data_arg() reads it. It has the columns
 * start[i - 1] .. start[i] - 1, from 0. `spread` is NULL, or returns the answers of a pass over all
 * blocks that order_of() describes. `slots` has to stay protected as long as X is used. */
data_matrix parts_arg(SEXP x, SEXP slots);

#endif
