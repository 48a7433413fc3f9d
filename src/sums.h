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
  double value;        /* the loss of the pair the pass began with, where it is found */
  double kkt;          /* what H adds to the KKT residual, where it is asked for */
  size_t columns;      /* columns gone through */
  size_t unfinished;   /* of them: H that was to be solved to the end, and was not */
  size_t xht_size, r;  /* doubles in xht, and rank */
} sums;

/* Cuts the arrays off; `denominators` and `seconds`: doubles of them. */
void sums_lay_out(sums *s, size_t r, size_t xht_size, size_t denominators, size_t seconds,
                  arena *from);

void sums_clear(sums *s);

/* The sums of a block as numbers in a row, xht as m x r, and such a row added to other sums, in the
 * same order of operations as sums that were made here. `with_data`: B and what goes with it too;
 * `with_second`: second derivatives as well. */
size_t sums_packed(const sums *s, int with_data, int with_second);
void sums_pack(const sums *s, int with_data, int with_second, double *out);
void sums_add_packed(const double *part, int with_data, int with_second, sums *to);

/* Adds all but what is laid out as xht, which the data types add (data_ops.h). */
void sums_add(const sums *part, sums *to);

#endif
