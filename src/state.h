/* The state of one fit: what it is given, what it moves, what it keeps from one
 * sweep to the next, and its scratch. state.c lays it out in one block of memory
 * that the caller owns; fits of several matrices use the same block in turn. */
#ifndef METANMF_STATE_H
#define METANMF_STATE_H

#include "data.h"
#include "kernels.h"
#include "penalty.h"
#include "terms.h"

/* The step of a side: ratio or root by the loss, coordinate descent, block pivoting,
 * one non-zero per column, Choi's ratio; EXACT: H solved to the end, W held. */
typedef enum { STEP_MU, STEP_HALS, STEP_BPP, STEP_EXACT, STEP_HARD, STEP_CHOI }
  step_kind;
typedef enum { SCALE_NONE, SCALE_MAX, SCALE_L2 } scale_kind;

/* Everything about a fit but its data. */
typedef struct {
  kernels table;
  loss_kind loss;
  step_kind coef_step, basis_step;
  size_t coef_cycles, basis_cycles; /* turns of coordinate descent in a step */
  scale_kind scale;     /* of the columns of W, applied by fit_scale() */
  size_t rank;
  size_t block;         /* columns of X in a block; 0: chosen from the shape */
  size_t threads;       /* chunks of columns that are worked on at a time */
  size_t max_iter;
  double tol;           /* stop at a relative decrease of F below tol; 0: never */
  double step_tol;      /* stop when W and H move by less, in spectral norm; 0: never */
  double step_tol_coef;   /* that limit for H, in the units X was scaled to */
  double kkt;           /* stop when the KKT residual is below it; 0: never */
  int hold_basis;       /* W is given and stays */
  double add_data;      /* KL: added to X and to WH in the quotient */
  double add_ratio;     /* added to denominators */
  double floor;         /* smallest entry of W and H */
  void (*poll)(void);   /* called between blocks; may jump out */
} settings;

typedef enum { FIT_RUNNING, FIT_CONVERGED, FIT_EXHAUSTED } fit_status;

enum { MOST_CHUNKS = 8 };

/* The sums of one chunk of columns in one sweep; added in order, so that the result
 * depends on the data alone and not on who worked on which chunk. */
typedef struct {
  double *xht; /* B = Y H', m x r; of sparse X turned, pad x m */
  double *denominator;  /* (1 / Z) H' (IS), m x r */
  double *hht; /* A = H H', r x r */
  double *h_sum; /* sum_j h_kj, r */
  double value;    /* the loss of the pair the sweep began with */
  double kkt; /* largest scaled KKT residual of H */
  size_t next;     /* column to go on with after a poll */
} chunk;

/* The scratch of one thread. */
typedef struct {
  double *linear; /* P of one block, laid out as the block's problem */
  double *is_denominator; /* N of one block (IS) */
  double *denominator; /* denominators, max(r x block, m x r) */
  double *transposed; /* the block of H as columns of components (descent) */
  double *target;  /* the filled Y of a block of masked X */
  double *model;   /* W H_b, then a quotient or residual, m x min(block, 64) */
  double *other;   /* the second quotient (IS) */
  double *column; /* a column of H, or of P, of pad numbers; 2 x pad */
  double *solver;  /* of the pivoting and exact steps */
} scratch;

typedef struct {
  const settings *set;
  size_t m, n, r, block, chunks, pad;
  int transposed_layout;             /* the block's problem has step_j = 1 (descent) */
  data_matrix x;
  double x_norm2;       /* ||X||^2 of what is observed (Frobenius) */
  penalty pen;
  side_state basis, coef;     /* W and H, and what is known of them */
  double *xht;      /* B of the new H and the W before the step, m x r */
  double *denominator;       /* IS: its denominators, m x r */
  double *basis_linear;  /* P of W's problem after the edits, m x r; where there are any */
  double *w_transposed; /* W turned, pad x m (sparse X) */
  edited coef_edit, basis_edit;
  chunk sums[MOST_CHUNKS];
  scratch scratch[MOST_CHUNKS];

  double penalty;       /* the penalties' value of the newest pair */
  double penalty_before; /* and of the pair before the sweep */
  double loss_before;   /* loss of the pair before the sweep, where a sweep gives it */
  double kkt;           /* KKT residual when it was last looked at */
  double *row_max;          /* the largest entries of rows of H, then of columns of W; r */
  double *old_w, *old_h; /* copies for the rule on change, else NULL */
  double *eigen;        /* LAPACK's scratch for that rule, else NULL */

  size_t iteration;     /* iterations done, over all slices */
  double loss;          /* the data term of the newest pair, once it is known; else NaN */
  double value;         /* F after the last iteration whose F is known; NaN: none */
  double *trace;        /* F after each iteration of this fit; NULL: not wanted */
  size_t traced;        /* entries of trace filled so far */
  size_t work;          /* multiplications since the last poll */
  fit_status status;
} fit_state;

/* Doubles needed for a fit of x at these settings and penalties. */
size_t state_size(const settings *set, const data_matrix *x, const penalty *pen);

/* Lays the state out in `memory` (state_size doubles) for x, w, h and pen; computes
 * nothing (fit_prepare does). `trace` has room for the iterations, or is NULL. */
void state_start(fit_state *s, const settings *set, const data_matrix *x, double *w,
                 double *h, const penalty *pen, double *trace, double *memory);

/* F of a pair is found by the sweep that begins with it, not by the sums that end one. */
int state_value_lags(const fit_state *s);

/* A fit that has neither trace nor tolerance never asks for F. */
int state_wants_value(const fit_state *s);

/* First column of chunk c; that of chunk `chunks` is n. */
size_t state_chunk_start(const fit_state *s, size_t c);

#endif
