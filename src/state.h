/* The state of one fit: what it is given, what it moves, what it keeps from one
 * sweep to the next, and its scratch. state.c lays it out in one block of memory
 * that the caller owns; fits of several matrices use the same block in turn. */
#ifndef METANMF_STATE_H
#define METANMF_STATE_H

#include "kernels.h"
#include "penalty.h"

typedef enum { LOSS_FROBENIUS, LOSS_KL } loss_kind;
typedef enum { SOLVER_RATIO, SOLVER_EXACT } solver_kind;
typedef enum { SCALE_NONE, SCALE_MAX, SCALE_L2 } scale_kind;

/* Everything about a fit but its data. */
typedef struct {
  kernels table;
  loss_kind loss;
  solver_kind solver;   /* EXACT: H solved to the end, for a basis held fixed */
  scale_kind scale;     /* of the columns of W, applied by fit_scale() */
  size_t rank;
  size_t block;         /* columns of X in a block; 0: chosen from the shape */
  size_t max_iter;
  double tol;           /* stop at a relative decrease of F below tol; 0: never */
  double change;        /* stop when W and H move by less, in spectral norm; 0: never */
  double change_coef;   /* that limit for H, in the units X was scaled to */
  int hold_basis;       /* W is given and stays */
  double add_data;      /* KL: added to X and to WH in the quotient */
  double add_ratio;     /* added to denominators */
  double floor;         /* smallest entry of W and H */
  void (*poll)(void);   /* called between blocks; may jump out */
} settings;

typedef enum { FIT_RUNNING, FIT_CONVERGED, FIT_EXHAUSTED } fit_status;

typedef struct {
  const settings *set;
  size_t m, n, r, block;
  const double *x;      /* m x n */
  double square;        /* ||X||^2 (Frobenius) */
  penalty pen;
  double *w;            /* m x r, moved in place */
  double *h;            /* r x n, moved in place */

  /* kept from sweep to sweep */
  double *gram;         /* G = W'W, r x r (KL: its diagonal is used) */
  double *neighbours;   /* H S, r x n, of the H before the sweep; graph only */
  double *roughness;    /* q, r, of the newest H; graph only */
  double *weight;       /* weight_k, r, of the newest W; graph only */

  /* sums of one sweep */
  double *product;      /* B = X H' of the new H (KL: quotient times H'), m x r */
  double *cross;        /* A = H H' of the new H, r x r */
  double *row_sum;      /* sum_j h_kj of the new H (KL), r */
  double divergence;    /* KL of the W and H before the sweep */
  double penalty;       /* the penalty's value of the newest pair */
  double penalty_before; /* and of the pair before the sweep */

  /* scratch */
  double *gain;         /* P of one block, r x block */
  double *down;         /* denominators, max(r x block, m x r) */
  double *model;        /* W H_b, then a quotient or residual, m x min(block, 64) */
  double *edited;       /* K of the basis problem, r x r */
  double *col_sum;      /* sum_i w_ik (KL), r */
  double *old_w, *old_h; /* copies for the rule on change, else NULL */
  double *eigen;        /* LAPACK's room for that rule, else NULL */
  double *exact;        /* room of the exact solver, else NULL */

  size_t iteration;     /* iterations done, over all slices */
  double value;         /* F after the last iteration whose F is known; NaN: none */
  double *trace;        /* F after each iteration of this fit; NULL: not wanted */
  size_t known;         /* entries of trace filled so far */
  size_t work;          /* multiplications since the last poll */
  fit_status status;
} fit_state;

/* Doubles needed for a fit of m x n at these settings, graph or none. */
size_t state_size(const settings *set, size_t m, size_t n, int with_graph);

/* Lays the state out in `memory` (state_size doubles) for x, w, h and pen; computes
 * nothing (fit_prepare does). `trace` has room for the iterations, or is NULL. */
void state_start(fit_state *s, const settings *set, size_t m, size_t n, const double *x,
                 double *w, double *h, const penalty *pen, double *trace, double *memory);

/* Columns of X in a block: all when X fits the second-level cache, else about 64. */
size_t state_block(const settings *set, size_t m, size_t n);

#endif
