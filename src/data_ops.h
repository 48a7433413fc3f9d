/* What a pass asks of the data, one table of functions for each type: the only code that
 * reads X. Y_b is X_b; of masked data, X_b filled with the present model; of a divergence,
 * its quotient. The present pair is the one the pass began with until the block's H has moved.
 * A new data type is one more such table. */
#ifndef METANMF_DATA_OPS_H
#define METANMF_DATA_OPS_H

#include "pass.h"

/* Columns worked on at a time where X is larger than the second-level cache. */
enum { BLOCK_COLUMNS = 64 };

/* The sizes of one fit's memory that depend on the type of the data. */
typedef struct {
  size_t block;        /* columns worked on at a time */
  size_t entries;      /* that are stored */
  size_t model;        /* doubles for W H of a block */
  size_t target;       /* doubles for the fill of a block */
  size_t opened;       /* doubles for all entries of a sparse block */
  size_t xht;          /* doubles of B while a pass lasts */
  size_t w_transposed; /* doubles of W', where the type wants it */
} data_sizes;

typedef struct data_ops {
  /* `wanted` columns in a block, 0 for the type's own choice; `forms_wh` as in pass.h. */
  void (*sizes)(const data_matrix *x, size_t r, size_t pad, size_t wanted, int forms_wh,
                data_sizes *out);

  /* The columns first .. first + count - 1. */
  data_matrix (*part)(const data_matrix *x, size_t first, size_t count);

  /* Once before a pass, when W is known. */
  void (*prepare)(const shared *p);

  /* P = W'Y_b of the present pair into t->linear (of two terms: N into t->cost), and, where a
   * value is wanted and the loss gives it here, the block's share of the loss to the sums. Where
   * the pass revives, the divergences' second derivatives along H's entries into t->second. */
  void (*linear)(const shared *p, scratch *t, const block *b, sums *s);

  /* B += Y_b H_b' with the new H_b; masked entries keep the fill of linear(). Where the pass
   * revives, the same for W's second derivatives into s->second. */
  void (*xht)(const shared *p, scratch *t, const block *b, sums *s);

  /* to->xht += part->xht, as m x r, and what is laid out as it. */
  void (*add_xht)(const shared *p, const sums *part, sums *to);

  /* The block's share of the loss of the present pair. */
  double (*loss)(const shared *p, scratch *t, const block *b);

  /* All m entries of column j and their weights, both 0 where nothing is observed; 1 when all
   * of it is, in full. */
  int (*observed)(const data_matrix *x, size_t j, double *value, double *weight);

  /* out (r x n) = W'X, a start for H. */
  void (*project)(const kernels *k, const data_matrix *x, size_t r, const double *w, double *out);
} data_ops;

extern const data_ops dense_ops, sparse_ops, opened_ops;

/* The table that goes with x, and with the loss: two terms need all entries of a sparse block. */
const data_ops *data_ops_of(const data_matrix *x, loss_kind loss);

/* ||X||^2 of what is observed. */
double data_norm2(const data_matrix *x);

/* The size of the data in units of F: ||X||^2, the sum of X (KL), of the weights (IS), of X^b
 * (beta) or of log(1 + phi X) / phi (negative binomial), all of what is observed. */
double data_size(const data_matrix *x, const loss_terms *l);

/* The negative binomial divergence of whole columns without weights. */
double nb_loss(const kernels *k, const loss_terms *l, size_t count, const double *x,
               const double *z);

/* The two terms of the gradient along z: up <- what lets z grow, down <- what it costs. */
void form_slopes(const kernels *k, const loss_terms *l, size_t count, const double *x,
                 const double *z, double *up, double *down);

#endif
