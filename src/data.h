/* The data X, m x n: all entries, or the stored ones of compressed columns. */
#ifndef METANMF_DATA_H
#define METANMF_DATA_H

#include <stddef.h>

typedef struct data_matrix {
  size_t m, n;
  const double *dense;  /* m x n; NULL: the sparse form */
  const int *start;     /* n + 1: column j stores entries start[j] .. start[j + 1] - 1 */
  const int *row;       /* row of each stored entry, from 0 */
  const double *value;  /* of each stored entry */
  const double *weight; /* in [0, 1], one for each entry of `dense` or `value`; NULL: 1 */
  double x_norm2;       /* ||X||^2 of what is observed; NaN: not known */
  double x_sum, x_weight; /* the sum of what is observed and of its weights; NaN: not known */
  int masked;           /* entries that are NaN, or whose weight is below 1, occur */
  int partial;          /* sparse: what is not stored is not observed, what is stored is */
  const struct data_matrix *rows; /* X' where W moves by rows: partial data, STEP_CCD; else NULL */
} data_matrix;

/* Entries that column j of compressed columns stores. */
static inline size_t entries_of(const data_matrix *x, size_t j)
{
  return (size_t)(x->start[j + 1] - x->start[j]);
}

static inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
static inline size_t larger(size_t a, size_t b) { return a > b ? a : b; }

#endif
