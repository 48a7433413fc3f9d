/* Non-negative least squares for one right side, by an active set. */
#ifndef METANMF_NNLS_ACTIVE_SET_H
#define METANMF_NNLS_ACTIVE_SET_H

#include <stddef.h>

/* Doubles of scratch that nnls_active_set() needs. */
size_t nnls_active_set_work(size_t r);

/* h (r) minimises h'Kh - 2 p'h over h >= 0, with K = gram (r x r, symmetric) and p =
 * gain (r), by the active set of Lawson & Hanson (1974) from h on entry (>= 0). It
 * handles components that depend on others, which nnls_bpp() cannot. These stay at 0 unless the
 * linear terms, which costs of penalties can bring out of the range of K, ask for them. */
void nnls_active_set(size_t r, const double *gram, const double *gain, double *h,
                     double *work);

#endif
