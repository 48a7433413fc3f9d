/* What the blocks of a pass have in common, and the scratch of the threads that work on them. */
#ifndef METANMF_PASS_H
#define METANMF_PASS_H

#include "block.h"
#include "penalty.h"
#include "settings.h"
#include "sums.h"

enum { MOST_CHUNKS = 8 };

struct data_ops;

/* The model and W, and what is known of the whole of H. A pass reads it and never writes to it. */
typedef struct shared {
  const settings *set;
  const struct data_ops *ops;
  penalty pen;
  side basis, coef;
  size_t m, n, r;
  size_t pad;           /* r rounded up to whole vectors (sparse X) */
  size_t block;         /* columns worked on at a time */
  int masked;           /* some entries are missing or weigh less than 1 */
  int partial;          /* what a sparse X does not store is missing */
  const data_matrix *rows; /* X' if W has a problem for each row, else NULL */
  double *coef_rows;    /* H, pad x n, if there is X' */
  size_t longest;       /* stored entries of a column or row (STEP_CCD) */
  int forms_wh;         /* a pass forms W H of its columns: divergences, masked X */
  int wants_value;      /* a pass that forms W H gives the loss too */
  int measures;         /* a sweep gives the KKT residual of H of the pair it began with */
  int can_revive;       /* entries near 0 can be revived: the steps are multiplicative, and no
                         * penalty ties entries of a factor to each other */
  int revives;          /* this sweep, and the W step after it, revive entries */
  double *w_transposed; /* W', pad x m (sparse X) */
  double *w_squared;    /* W o W, laid out as W is read, for second derivatives */
  double *row_max;      /* largest entries of the components of a side; r */
} shared;

/* The scratch of one thread. */
typedef struct {
  double *linear;         /* P of one block, laid out as the block's problem */
  double *cost;           /* N of one block (losses of two terms) */
  double *denominator;    /* denominators of a ratio, max(r x block, m x r) */
  double *transposed;     /* the block of H as columns of components (hals) */
  double *target;         /* the filled Y of a block of masked X */
  double *model;          /* W H_b, then a quotient or residual, m x min(block, 64) */
  double *other;          /* the second of two terms, or second derivatives */
  double *second;         /* second derivatives along the entries of a block */
  double *opened;         /* a block of sparse X, all entries of it (losses of two terms) */
  double *opened_weight;  /* and their weights, if X is masked */
  double *column;         /* a column of H, or of P, of pad numbers; 2 x pad */
  double *partial;        /* the problem of one column of partial data */
  double *descent;        /* the problem of one column (STEP_CCD) */
  double *solver;         /* of the solvers by active sets and of Newton's method */
  int *held;              /* r: which components are fixed in a block that fixes some itself */
} scratch;

/* Sums for each chunk of blocks, and scratch for each thread, of a pass. */
typedef struct {
  sums chunk[MOST_CHUNKS];
  scratch thread[MOST_CHUNKS];
  size_t chunks, threads; /* blocks in memory at a time, and worked on at a time */
  size_t work; /* multiplications since the last poll */
} workspace;

/* What a pass does with the columns it has reached. */
typedef void (*block_act)(const shared *p, scratch *t, const block *b, sums *s);

/* The columns first .. first + count - 1 of a block, as a block. */
block block_part(const shared *p, const block *b, size_t first, size_t count);

/* A += H_b H_b' and the sums of H's rows; X is not read. */
void add_coef(const shared *p, scratch *t, const block *b, sums *s);

/* Counts multiplications, and polls when there were enough of them. */
enum { WORK_BETWEEN_POLLS = 1 << 25 };
void poll_when_due(const shared *p, workspace *space);

/* All blocks. Each has sums of its own, which are added in order. So the result depends on the
 * blocks, and neither on which thread worked on them nor on how many are in memory at a time.
 * Polling happens between the turns, outside of the parallel part, because it may jump out. */
void pass(const shared *p, const block_source *from, workspace *space, block_act act, sums *to);

#endif
