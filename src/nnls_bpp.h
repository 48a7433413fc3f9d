/* Non-negative least squares for many columns that share a Gram matrix. */
#ifndef METANMF_NNLS_BPP_H
#define METANMF_NNLS_BPP_H

#include "kernels.h"

/* Doubles of scratch that nnls_bpp() needs. */
size_t nnls_bpp_work(size_t r);

/* In each of `count` columns j: h_j minimises h'Kh - 2 p_j'h over h >= 0, with K = gram
 * (r x r, symmetric), by block principal pivoting (Kim & Park 2011). Entry (k, j) of h
 * and of gain is at [k * step_k + j * step_j], so the same code solves for H (r x n) and
 * for the rows of W (m x r). `held` (r flags, or NULL): such h_k stays as it is and the
 * others are solved given it. h on entry names the first passive set (h > 0). A column's
 * result depends on nothing but its own gain, its held entries and, where rounding
 * decides between optima, its start: not on the other columns, to the bit. */
void nnls_bpp(const kernels *table, size_t r, size_t count, const double *gram,
              const double *gain, size_t step_k, size_t step_j, const int *held, double *h,
              double *work);

#endif
