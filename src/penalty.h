/* The penalties: what each adds to the objective, and how it edits the small problem of
 * either side. A term on a factor U (rows u_k, H or the columns of W) with the other
 * factor V (v_k, of length t_k), raw, or scale-invariant where the factor t stands:
 *   graph       lambda sum_k t_k^2 q_k            q_k = u_k L u_k'
 *   sparse      lambda sum_k t_k ||u_k||_1
 *   ridge       lambda sum_k t_k^2 ||u_k||^2
 *   orthogonal  lambda sum_{k != l} t_k t_l u_k u_l'
 * Both sides are treated by the same code, with U and V exchanged. */
#ifndef METANMF_PENALTY_H
#define METANMF_PENALTY_H

#include "graph.h"
#include "steps.h"
#include "terms.h"

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
  const double *cost; /* r x 2 (reach x 2): what a unit of u_k, and of its square, costs; NULL: 0 */
  const double *gram; /* r x r, added to K (Frobenius); NULL: 0 */
  size_t reach;       /* the terms are on the first components, so many; 0: on all */
  int single;         /* each column keeps its one best component (STEP_EXACT) */
} side_penalty;

typedef struct {
  side_penalty coef, basis;
} penalty;

/* How many of r components carry the terms. */
static inline size_t penalty_reach(const side_penalty *p, size_t r)
{
  return p->reach > 0 ? p->reach : r;
}

/* The part of a side's problem that all its columns share; see steps.h for its letters. */
typedef struct {
  double *gram;      /* K, r x r (Frobenius); Choi's step: B'W */
  double *l1;        /* M, r */
  double *diag;      /* of the graph's term, r: c_kj = diag_k d_j */
  double *majorant;  /* 2 diag_k, r: for coordinate descent */
  double *curvature; /* e, r (KL) */
  int *held;         /* r: 1 where u_k stays as it is in this step */
} side_problem;

/* One side of the model, W or H: the factor, what the terms need to know of it, and how its
 * own step goes. */
typedef struct {
  factor u;
  double *gram;      /* U U', r x r: A for H, G for W */
  double *l1;        /* ||u_k||_1, r */
  double *norm;      /* ||u_k||, r */
  double *mean;      /* of the entries of u_k, r */
  double *laplacian; /* q, u_k L u_k', r; with a graph */
  double *us;        /* U S; with a graph */
  double *linear;    /* P after the penalties' edits where it must not be edited in place, or P
                      * of all columns where they move together */
  double *joint;     /* scratch of a step that moves all columns together, else NULL */
  const int *held;   /* r: 1 where u_k is known and stays; NULL: none */
  const side_penalty *pen;
  step_kind step;
  size_t cycles;     /* turns of coordinate descent */
  int root;          /* KL with penalties: the step takes the root */
  int curved;        /* beta: a term of the penalties is quadratic in this side */
  const double *upper; /* largest values, laid out as u; NULL: none */
  int simplex;       /* the sum of every column stays */
  side_problem problem;
} side;

/* Whether a divergence's problem of the side gets squares of its unknowns, see
 * penalty_build_divergence(). */
int penalty_curves(const side_penalty *own, const side_penalty *other);

int penalty_any(const penalty *p);
int penalty_on_side(const side_penalty *p);

/* Whether its terms tie entries of a factor to each other: a graph, or orthogonality. */
int penalty_ties(const side_penalty *p);

/* The quadratic problem of one side: K from the other's Gram matrix, M, diag, held. */
void penalty_build_quadratic(const side *own, const side *other);

/* The problem of a divergence: what the terms add to M, diag, curvature, held. */
void penalty_build_divergence(const side *own, const side *other);

/* P += by diag_k ((U S)_kj + own_share d_j u~_kj), over the columns first .. of U. */
void penalty_build_linear(const side *own, double by, double own_share, size_t first,
                          const factor *linear);

/* What the problem that was built last adds to the loss of every column, but for a graph and
 * soft orthogonality: cost (r x 2) of a unit of u_k, and of its square. It is infinite where
 * u_k = 0 and a term of the other side weighs by 1 / ||u_k||. */
void penalty_costs(const side *own, const side *other, loss_kind loss, double *cost);

/* The value of one side's terms, given the other. */
double penalty_value(const side *own, const side *other);

#endif
