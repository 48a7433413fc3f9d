/* The penalties: what each adds to the objective, and how it edits the small problem of
 * either side. A term on a factor U (rows u_k, H or the columns of W) with the other
 * factor V (v_k, of length t_k), raw, or scale-free where the factor t stands:
 *   graph       lambda sum_k t_k^2 q_k            q_k = u_k L u_k'
 *   sparse      lambda sum_k t_k ||u_k||_1
 *   ridge       lambda sum_k t_k^2 ||u_k||^2
 *   orthogonal  lambda sum_{k != l} t_k t_l u_k u_l'
 * Both sides are treated by the same code, with U and V exchanged. */
#ifndef METANMF_PENALTY_H
#define METANMF_PENALTY_H

#include "graph.h"

typedef struct {
  double lambda; /* 0: none */
  int scale_invariant;
} penalty_term;

/* The terms on one factor. */
typedef struct {
  penalty_term smooth;        /* the graph's; its edges: */
  const graph *edges;
  int plain_ratio;    /* KL only: the ratio of the thesis' author instead of the root;
                       * his lambda belongs to lambda / 2 in the objective */
  penalty_term sparse, ridge, orthogonal;
} side_penalty;

typedef struct {
  side_penalty coef, basis;
} penalty;

/* What the terms need to know of a factor U; owned by the fit's state. */
typedef struct {
  factor u;
  double *gram;      /* U U', r x r: A for H, G for W */
  double *l1;        /* ||u_k||_1, r */
  double *norm;      /* ||u_k||, r */
  double *laplacian; /* q, u_k L u_k', r; with a graph */
  double *us;        /* U S; with a graph */
  const int *held;   /* r: 1 where u_k is known and stays; NULL: none */
} side_state;

/* The problem of one side after the edits; see steps.h for its letters. */
typedef struct {
  double *gram;      /* K, r x r (Frobenius) */
  double *l1;        /* M, r */
  double *diag;      /* of the graph's term, r: c_kj = diag_k d_j */
  double *curvature; /* e, r (KL) */
  int *held;         /* r: 1 where u_k stays as it is in this step */
} edited;

int penalty_any(const penalty *p);
int penalty_on_side(const side_penalty *p);

/* The quadratic problem: K from V's Gram matrix, M, weight, held. */
void penalty_build_quadratic(const side_penalty *own, const side_penalty *other,
                            const side_state *u, const side_state *v, edited *out);

/* The problem of a divergence: what adds to M, bend, weight, held. */
void penalty_build_divergence(const side_penalty *own, const side_penalty *other,
                             const side_state *u, const side_state *v, edited *out);

/* P += by weight_k ((U S)_kj + own_share d_j u~_kj), over the columns first .. of U. */
void penalty_build_linear(const side_penalty *own, const side_state *u, const double *weight,
                       double by, double own_share, size_t first, const factor *gain);

/* The terms' value on U, given V. */
double penalty_value(const side_penalty *own, const side_state *u, const side_state *v);

#endif
