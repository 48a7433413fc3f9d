/* A side's small problem built from products or sums, and handed to its step. */
#include "subproblem.h"

#include <string.h>

#include "conjugate.h"
#include "constraint.h"
#include "data_ops.h"
#include "nnls_bpp.h"

void subproblem_share(const settings *set, side *own, const side *other)
{
  const side_problem *out = &own->problem;
  const size_t r = own->u.r;
  if (set->loss == LOSS_FROBENIUS) penalty_build_quadratic(own, other);
  else penalty_build_divergence(own, other);
  for (size_t k = 0; k < r; ++k) out->majorant[k] = 2 * out->diag[k];
  if (set->loss == LOSS_KL)
    for (size_t k = 0; k < r; ++k) out->l1[k] += other->l1[k];
}

static void subtract_l1(problem *p, const factor *linear)
{
  for (size_t j = 0; j < linear->count; ++j)
    for (size_t k = 0; k < linear->r; ++k)
      linear->value[k * linear->step_k + j * linear->step_j] -= p->l1[k];
  p->l1 = NULL;
}

/* Coordinate descent needs the majoriser 2D of the Laplacian, so there both P and the
 * curvature grow by D. A divergence's curvature doubles what a graph adds. */
static void add_graph(const side *own, step_kind step, size_t first, const factor *linear,
                      problem *p)
{
  const int hals = step == STEP_HALS || step == STEP_PAIRS;
  p->diag = hals ? own->problem.majorant : own->problem.diag;
  p->spread = own->pen->edges->degree + first;
  if (step == STEP_CONJUGATE) return; /* it reads the edges themselves */
  penalty_build_linear(own, p->curvature != NULL ? 2 : 1, hals ? 1 : 0, first, linear);
}

problem subproblem_build(const settings *set, const side *own, step_kind step, size_t first,
                         const factor *linear, const double *denominator, const int *held)
{
  const side_problem *from = &own->problem;
  problem p = {0};
  p.linear = linear->value;
  p.denominator = denominator;
  p.held = held;
  p.add = set->add_ratio;
  p.floor = set->floor;
  p.cycles = own->cycles;
  p.poll = set->poll;
  p.mean = own->mean;
  p.root = own->root;
  p.simplex = own->simplex;
  if (own->upper != NULL) p.upper = own->upper + first * own->u.step_j;
  p.upper_k = own->u.step_k;
  p.upper_j = own->u.step_j;
  if (set->loss == LOSS_FROBENIUS) p.gram = from->gram;
  if (set->loss != LOSS_FROBENIUS || own->pen->sparse.lambda > 0 || own->pen->cost != NULL)
    p.l1 = from->l1;
  if (p.root || own->curved) p.curvature = from->curvature;
  p.apart = penalty_reach(own->pen, own->u.r);
  if (p.curvature != NULL) p.ortho = own->pen->orthogonal.lambda;
  const loss_terms l = terms_of(set);
  p.power = ratio_power(&l, own->curved);
  if (own->pen->edges != NULL) add_graph(own, step, first, linear, &p);
  if (p.l1 != NULL && step != STEP_MU && step != STEP_CHOI) subtract_l1(&p, linear);
  return p;
}

static void transpose(const factor *from, const factor *to)
{
  for (size_t j = 0; j < from->count; ++j)
    for (size_t k = 0; k < from->r; ++k)
      to->value[k * to->step_k + j * to->step_j] =
        from->value[k * from->step_k + j * from->step_j];
}

/* Coordinate descent wants columns of components: a block of H is solved as such and brought
 * back, W lies that way. */
static void solve_hals(const kernels *k, const problem *p, const factor *u, const scratch *t)
{
  const factor transposed = {t->transposed, u->r, u->count, u->count, 1};
  if (u->step_k == u->count) {
    step_hals(k, p, u);
    return;
  }
  transpose(u, &transposed);
  step_hals(k, p, &transposed);
  transpose(&transposed, u);
}

void subproblem_solve(const kernels *k, const side *own, const problem *p, const factor *u,
                      double *second, const scratch *t)
{
  if (second != NULL) revive_entries(k, p, u, t->denominator, second);
  switch (own->step) {
  case STEP_HALS: solve_hals(k, p, u, t); break;
  case STEP_HARD: step_hard(p, u); break;
  case STEP_CHOI: step_choi(k, p, u, t->denominator); break;
  case STEP_CONJUGATE: step_conjugate(k, p, own->pen->edges, u, own->joint); break;
  case STEP_PAIRS: step_pairs(p, u, t->denominator); break;
  case STEP_BPP:
  case STEP_EXACT:
    if (p->simplex || p->upper != NULL) step_limited(p, u, t->solver);
    else
      nnls_bpp(k, u->r, u->count, p->gram, p->linear, u->step_k, u->step_j, p->held, u->value,
               t->solver);
    break;
  default:
    if (p->root) step_mu_root(p, u);
    else step_mu(k, p, u, t->denominator);
  }
  if (second == NULL) return;
  put_revived(u, second);
  limit_entries(p, u);
}

double subproblem_kkt(const kernels *k, const problem *p, const factor *u, const factor *linear,
                      const scratch *t)
{
  const factor transposed = {t->transposed, u->r, u->count, linear->step_k, linear->step_j};
  if (linear->step_k == u->step_k && linear->step_j == u->step_j)
    return kkt_residual(k, p, u, t->denominator);
  transpose(u, &transposed);
  return kkt_residual(k, p, &transposed, t->denominator);
}

void factor_row_max(const factor *u, double *out)
{
  memset(out, 0, u->r * sizeof *out);
  for (size_t j = 0; j < u->count; ++j)
    for (size_t k = 0; k < u->r; ++k) {
      const double value = u->value[k * u->step_k + j * u->step_j];
      if (value > out[k]) out[k] = value;
    }
}
