/* One column of H, or one row of W, as the Kullback-Leibler loss sees it while the other factor
 * stays: the entries in which x is positive, and the cost of all others. */
#ifndef METANMF_KL_COLUMN_H
#define METANMF_KL_COLUMN_H

#include "data.h"
#include "kernels.h"

typedef struct {
  size_t m, r;             /* entries in which x is positive, and components */
  const double *w;         /* m x r: their rows of the other factor, each times its weight */
  const double *x;         /* m: x times its weight */
  const double *slope;     /* r: sums of the weighted columns of all of W, plus an l1 cost */
  const double *curvature; /* r: e_k; NULL: 0 */
} kl_column;

/* The other factor and what all columns share. */
typedef struct {
  const double *rows;      /* r of `pad` numbers for each row of X */
  size_t r, pad;
  const double *sum;       /* r: of the rows */
  const double *l1;        /* r: M, which holds `sum` */
  const double *curvature; /* r: e */
  int partial;             /* what is not stored was not observed */
} kl_side;

/* Column j of a sparse x. `rows` has room for its stored entries times r, `values` for the
 * entries, `slope` for r. */
kl_column kl_stored(const kernels *k, const kl_side *other, const data_matrix *x, size_t j,
                    double *rows, double *values, double *slope);

#endif
