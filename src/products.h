/* The products of a block of columns with the data: the only code that reads X. Y_b is
 * X_b; of masked data, X_b filled with the present model; of a divergence, its quotient.
 * The present pair is the one the sweep began with until the block's H has moved. */
#ifndef METANMF_PRODUCTS_H
#define METANMF_PRODUCTS_H

#include "state.h"

/* P = W'Y_b of the present pair into scratch->linear (IS: N into scratch->is_denominator),
 * and, where a value is wanted and the loss gives it here, the block's share of the loss. */
void block_linear(fit_state *s, scratch *t, chunk *c, size_t first, size_t count);

/* B += Y_b H_b' with the new H_b; masked entries keep the fill of block_linear(). */
void block_xht(fit_state *s, scratch *t, chunk *c, size_t first, size_t count);

/* The block's share of the loss of the present pair. */
double block_loss(fit_state *s, scratch *t, size_t first, size_t count);

/* Adds the chunks' B up in s->xht (IS: s->denominator as well). */
void gather_xht(fit_state *s);

/* out (r x n) = W'X, a start for H. */
void project_data(const kernels *k, const data_matrix *x, size_t r, const double *w,
                  double *out);

/* ||X||^2 of what is observed. */
double data_norm2(const data_matrix *x);

/* The same for sparse X (sparse.c). */
void sparse_prepare(fit_state *s);
void sparse_linear(fit_state *s, scratch *t, chunk *c, size_t first, size_t count);
void sparse_xht(fit_state *s, scratch *t, chunk *c, size_t first, size_t count);
double sparse_loss(fit_state *s, scratch *t, size_t first, size_t count);
void sparse_gather(fit_state *s);
void sparse_project(const data_matrix *x, size_t r, const double *w, double *out);

#endif
