/* What a pass over X gathers for the W step, and all that the W step needs of X and H. Sums
 * of different columns can be added, and do not depend on which thread made them. */
#ifndef METANMF_SUMS_H
#define METANMF_SUMS_H

#include "scratch.h"

typedef struct sums {
  double *xht;         /* B = Y H', m x r; while a pass lasts, as its data type wants it */
  double *denominator; /* Z^(b - 1) H' (losses of two terms; IS: b = 0), m x r; else NULL */
  double *second;      /* second derivatives along the entries of W, laid out as xht; or NULL */
  double *hht;         /* A = H H', r x r */
  double *h_sum;       /* sum_j h_kj, r */
  double value;        /* the loss of the pair the pass began with, if it was computed */
  double kkt;          /* what H adds to the KKT residual, if it was measured */
  size_t columns;      /* columns done */
  size_t unfinished;   /* columns whose H was to be solved to the end, and was not */
  size_t xht_size, r;  /* doubles in xht, and rank */
} sums;

/* Cuts the arrays off a block of memory. `denominators` and `seconds` are their lengths. */
void sums_lay_out(sums *s, size_t r, size_t xht_size, size_t denominators, size_t seconds,
                  arena *from);

void sums_clear(sums *s);

/* Packs the sums of a block as one row of numbers, with xht as m x r, and adds such a row to other
 * sums in the same order of operations as for sums that were made here. `with_data` includes B and
 * what belongs to it, `with_second` the second derivatives. */
size_t sums_packed(const sums *s, int with_data, int with_second);
void sums_pack(const sums *s, int with_data, int with_second, double *out);
void sums_add_packed(const double *part, int with_data, int with_second, sums *to);

/* Adds all sums except those laid out as xht, which the data types add (data_ops.h). */
void sums_add(const sums *part, sums *to);

#endif
