/* The state of one fit: what it is given, what it moves, what it keeps from
 * one sweep to the next, and its scratch. state.c lays it out in one block of memory that the
 * caller owns; fits of several matrices use the same block in turn. */
#ifndef METANMF_STATE_H
#define METANMF_STATE_H

#include "momentum.h"
#include "pass.h"

typedef enum { FIT_RUNNING, FIT_CONVERGED, FIT_EXHAUSTED } fit_status;

/* What a fit moves. */
typedef struct {
  double *w, *h;                        /* m x r and r x n */
  const int *held_basis, *held_coef;    /* r: 1 where w_k or h_k is known and stays; NULL */
  const double *upper_basis, *upper_coef; /* m x r and r x n: the largest values; NULL */
} pair;

typedef struct {
  shared p;              /* the model and W, and the whole of H */
  data_matrix x;
  block_source from;           /* the columns of x in blocks */
  workspace space;
  sums total;            /* of the last pass */
  double x_size;         /* the size of the data in units of F: ||X||^2, sum of X (KL), or the
                          * number of entries (IS), of what is observed */

  double penalty;        /* the penalties' value of the newest pair */
  double penalty_before; /* and of the pair before the sweep */
  double loss;           /* the data term of the newest pair, once it is known; else NaN */
  double kkt;            /* KKT residual when it was last looked at */
  double *old_w, *old_h; /* copies for the rule on steps, else NULL */
  double *step_gram;     /* r x r: Gram matrix of a step, for that rule, else NULL */
  double *eigen;         /* LAPACK's scratch for that rule, else NULL */

  momentum carried;      /* the pair the last iteration ended with, and how far it was carried */
  size_t iteration;      /* iterations done, over all slices */
  int swept;             /* `total` is of a sweep that ended with the present H */
  double value;          /* F after the last iteration whose F is known; NaN: none */
  double *trace;         /* F after each iteration of this fit; NULL: not wanted */
  size_t traced;         /* entries of trace filled so far */
  fit_status status;
} fit_state;

/* Doubles needed for a fit of x at these settings and penalties. */
size_t state_size(const settings *set, const data_matrix *x, const penalty *pen);

/* Lays the state out in `memory` (state_size doubles) for x, the pair and pen; computes
 * nothing (fit_prepare does). `trace` has room for the iterations, or is NULL. */
void state_start(fit_state *s, const settings *set, const data_matrix *x, const penalty *pen,
                 const pair *moved, double *trace, double *memory);

/* First column of chunk c; that of chunk `chunks` is n. */
size_t state_chunk_start(const fit_state *s, size_t c);

#endif
