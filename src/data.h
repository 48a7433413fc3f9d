/* The data X, m x n: all entries, or the stored ones of compressed columns. */
#ifndef METANMF_DATA_H
#define METANMF_DATA_H

#include <stddef.h>

struct data_matrix;
struct shared;
struct sums;

/* An X of which no more than some blocks of columns are in memory at a time. */
typedef struct {
  size_t count;     /* number of blocks */
  const int *start; /* count + 1: block i has the columns start[i] .. start[i + 1] - 1 */
  size_t entries;   /* stored in all of X */
  size_t most;      /* stored in any BLOCK_COLUMNS columns of a block, at most */
  /* Block i. It stays valid until `slot` asks for its next block. */
  void (*read)(void *from, size_t i, size_t slot, struct data_matrix *out);
  /* A pass over all blocks by workers, which read the blocks themselves, or NULL for none. It
   * changes the whole of H and the sums, block by block in order, as the act (acts.h) does here. */
  void (*spread)(void *from, const struct shared *p, int act, struct sums *to);
  void *from;
} data_parts;

typedef struct data_matrix {
  size_t m, n;
  const data_parts *parts; /* what X is read from, or NULL if all of it is here */
  const double *dense;  /* m x n; NULL: the sparse form. Of an X in parts it says the form alone */
  const int *start;     /* n + 1: column j stores entries start[j] .. start[j + 1] - 1 */
  const int *row;       /* row of each stored entry, from 0 */
  const double *value;  /* of each stored entry */
  const double *weight; /* in [0, 1], one for each entry of `dense` or `value`; NULL: 1 */
  double x_norm2;       /* ||X||^2 of what is observed; NaN: not known */
  double x_sum, x_weight; /* the sum of what is observed and of its weights; NaN: not known */
  double x_size;        /* of X in parts: its size in units of F; NaN: the sums above tell it */
  int masked;           /* some entries are NaN or have a weight below 1 */
  int partial;          /* sparse: what is not stored is not observed, what is stored is */
  const struct data_matrix *rows; /* X' where W moves by rows: partial data, STEP_CCD; else NULL */
} data_matrix;

/* Entries that column j of compressed columns stores. */
static inline size_t entries_of(const data_matrix *x, size_t j)
{
  return (size_t)(x->start[j + 1] - x->start[j]);
}

/* Entries that all columns store, of either form. */
static inline size_t entries_in(const data_matrix *x)
{
  if (x->parts != NULL) return x->parts->entries;
  return x->dense != NULL ? x->m * x->n : (size_t)(x->start[x->n] - x->start[0]);
}

static inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
static inline size_t larger(size_t a, size_t b) { return a > b ? a : b; }

#endif
