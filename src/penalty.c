/* The edits of the small problems by each penalty, and the penalties' values. */
#include "penalty.h"

#include <math.h>
#include <string.h>

#include "precision.h"

/* lambda of a scale-invariant term, which also enters the other side's problem; else 0. */
static double lambda_if_invariant(const penalty_term *t)
{
  return t->scale_invariant ? t->lambda : 0;
}

int penalty_on_side(const side_penalty *p)
{
  return p->smooth.lambda > 0 || p->sparse.lambda > 0 || p->ridge.lambda > 0 ||
         p->orthogonal.lambda > 0 || p->cost != NULL;
}

int penalty_ties(const side_penalty *p) { return p->edges != NULL || p->orthogonal.lambda > 0; }

int penalty_curves(const side_penalty *own, const side_penalty *other)
{
  return own->ridge.lambda > 0 || own->cost != NULL || penalty_ties(own) ||
         lambda_if_invariant(&other->ridge) > 0 ||
         lambda_if_invariant(&other->smooth) > 0 || lambda_if_invariant(&other->sparse) > 0;
}

int penalty_any(const penalty *p)
{
  return penalty_on_side(&p->coef) || penalty_on_side(&p->basis);
}

static int raw(const penalty_term *t) { return t->lambda > 0 && !t->scale_invariant; }

static int any_scale_invariant(const side_penalty *own)
{
  return lambda_if_invariant(&own->smooth) > 0 || lambda_if_invariant(&own->sparse) > 0 ||
         lambda_if_invariant(&own->ridge) > 0 || lambda_if_invariant(&own->orthogonal) > 0;
}

static double squared(double x) { return x * x; }

/* diag_k = lambda t_k^2, raw: lambda; 0 where no term is. */
static void build_diag(const side *u, const side *v)
{
  const penalty_term *t = &u->pen->smooth;
  const size_t reach = penalty_reach(u->pen, v->u.r);
  for (size_t k = reach; k < v->u.r; ++k) u->problem.diag[k] = 0;
  for (size_t k = 0; k < reach; ++k)
    u->problem.diag[k] = t->lambda * (t->scale_invariant ? v->gram[k + k * v->u.r] : 1);
}

static int underflows(const side *v, size_t k)
{
  return v->gram[k + k * v->u.r] < LEAST_SQUARE && v->l1[k] > 0;
}

static int divides_by_norm(const side_penalty *other)
{
  return lambda_if_invariant(&other->sparse) > 0 || lambda_if_invariant(&other->orthogonal) > 0;
}

/* What is known stays. A scale-invariant term of the other side weighs 1 / ||u_k||, so where
 * u_k = 0 its weight is infinite and u_k stays 0. If K_kk comes from v_k alone and
 * underflows, u_k is frozen, because its step would be unbounded. */
static void build_held(const side *u, const side *v, int from_v_alone)
{
  const size_t own = penalty_reach(u->pen, u->u.r), other = penalty_reach(v->pen, u->u.r);
  const size_t divides = divides_by_norm(v->pen) ? other : 0;
  for (size_t k = 0; k < u->u.r; ++k)
    u->problem.held[k] = (u->held != NULL && u->held[k]) || (k < divides && !(u->norm[k] > 0)) ||
              ((from_v_alone || k >= own) && underflows(v, k));
}

/* sum_{l != k} (V V')_kl ||u_l|| / ||u_k||, of the other side's orthogonality. */
static double ortho_weight(const side *u, const side *v, size_t k)
{
  double sum = 0;
  for (size_t l = 0; l < penalty_reach(v->pen, u->u.r); ++l)
    if (l != k) sum += v->gram[k + l * u->u.r] * u->norm[l];
  return sum / u->norm[k];
}

static double linear_cost(const side_penalty *own, size_t k)
{
  return own->cost == NULL ? 0 : own->cost[k];
}

static double square_cost(const side_penalty *own, size_t r, size_t k)
{
  return own->cost == NULL ? 0 : own->cost[k + penalty_reach(own, r)];
}

static void build_diagonal(const side *u, const side *v)
{
  const side_penalty *own = u->pen, *other = v->pen;
  const side_problem *out = &u->problem;
  const size_t r = u->u.r;
  for (size_t k = 0; k < penalty_reach(own, r); ++k) {
    const double square = v->gram[k + k * r];
    double *at = out->gram + k + k * r;
    if (own->ridge.lambda > 0)
      *at += own->ridge.lambda * (own->ridge.scale_invariant ? square : 1);
    *at += square_cost(own, r, k) + lambda_if_invariant(&other->ridge) * square;
    if (lambda_if_invariant(&other->smooth) > 0) *at += other->smooth.lambda * v->laplacian[k];
    if (lambda_if_invariant(&other->sparse) > 0 && u->norm[k] > 0)
      *at += other->sparse.lambda / 2 * v->l1[k] / u->norm[k];
    if (lambda_if_invariant(&other->orthogonal) > 0 && u->norm[k] > 0)
      *at += other->orthogonal.lambda * ortho_weight(u, v, k);
  }
}

static void build_orthogonal(const penalty_term *t, const side *v, size_t reach, double *gram)
{
  const size_t r = v->u.r;
  for (size_t l = 0; l < reach; ++l)
    for (size_t k = 0; k < reach; ++k)
      if (k != l)
        gram[k + l * r] += t->lambda * (t->scale_invariant ? v->norm[k] * v->norm[l] : 1);
}

void penalty_build_quadratic(const side *u, const side *v)
{
  const side_penalty *own = u->pen;
  const side_problem *out = &u->problem;
  const size_t r = u->u.r;
  memcpy(out->gram, v->gram, r * r * sizeof *out->gram);
  for (size_t i = 0; own->gram != NULL && i < r * r; ++i) out->gram[i] += own->gram[i];
  build_diag(u, v);
  build_held(u, v, !raw(&own->ridge));
  const size_t reach = penalty_reach(own, r);
  for (size_t k = reach; k < r; ++k) out->l1[k] = 0;
  for (size_t k = 0; k < reach; ++k)
    out->l1[k] = own->sparse.lambda / 2 * (own->sparse.scale_invariant ? v->norm[k] : 1) +
                 linear_cost(own, k) / 2;
  build_diagonal(u, v);
  if (own->orthogonal.lambda > 0) build_orthogonal(&own->orthogonal, v, reach, out->gram);
}

void penalty_build_divergence(const side *u, const side *v)
{
  const side_penalty *own = u->pen, *other = v->pen;
  const side_problem *out = &u->problem;
  build_diag(u, v);
  build_held(u, v, any_scale_invariant(own));
  const size_t reach = penalty_reach(own, u->u.r);
  for (size_t k = reach; k < u->u.r; ++k) out->l1[k] = out->curvature[k] = 0;
  for (size_t k = 0; k < reach; ++k) {
    const double square = squared(v->norm[k]);
    double *curvature = out->curvature + k;
    out->l1[k] = own->sparse.lambda * (own->sparse.scale_invariant ? v->norm[k] : 1) +
                 linear_cost(own, k);
    *curvature = own->ridge.lambda * (own->ridge.scale_invariant ? square : 1) +
                 square_cost(own, u->u.r, k) + lambda_if_invariant(&other->ridge) * square;
    if (lambda_if_invariant(&other->smooth) > 0)
      *curvature += other->smooth.lambda * v->laplacian[k];
    if (lambda_if_invariant(&other->sparse) > 0 && u->norm[k] > 0)
      *curvature += other->sparse.lambda * v->l1[k] / (2 * u->norm[k]);
  }
}

void penalty_build_linear(const side *u, double by, double own_share, size_t first,
                          const factor *linear)
{
  for (size_t j = 0; j < linear->count; ++j) {
    const double degree = own_share * u->pen->edges->degree[first + j];
    const size_t from = (first + j) * u->u.step_j;
    for (size_t k = 0; k < linear->r; ++k) {
      const size_t at = from + k * u->u.step_k;
      linear->value[k * linear->step_k + j * linear->step_j] +=
        by * u->problem.diag[k] * (u->us[at] + degree * u->u.value[at]);
    }
  }
}

void penalty_costs(const side *u, const side *v, loss_kind loss, double *cost)
{
  const side_problem *from = &u->problem;
  const size_t r = u->u.r;
  for (size_t k = 0; k < r; ++k) {
    const size_t at = k + k * r;
    const double square = loss == LOSS_FROBENIUS ? from->gram[at] - v->gram[at]
                                                 : from->curvature[k];
    cost[k] = loss == LOSS_FROBENIUS ? 2 * from->l1[k]
              : loss == LOSS_KL      ? from->l1[k] - v->l1[k]
                                     : from->l1[k];
    cost[k + r] = divides_by_norm(v->pen) && !(u->norm[k] > 0) ? INFINITY : square;
  }
}

double penalty_value(const side *u, const side *v)
{
  const side_penalty *own = u->pen;
  const size_t r = u->u.r;
  double sum = 0;
  if (!penalty_on_side(own)) return 0;
  for (size_t k = 0; k < r; ++k) {
    const double square = squared(v->norm[k]);
    const penalty_term *t = &own->smooth;
    sum += linear_cost(own, k) * u->l1[k] + square_cost(own, r, k) * squared(u->norm[k]);
    if (t->lambda > 0)
      sum += t->lambda * (t->scale_invariant ? v->gram[k + k * r] : 1) * u->laplacian[k] *
             (own->plain_ratio ? 0.5 : 1);
    t = &own->sparse;
    if (t->lambda > 0) sum += t->lambda * (t->scale_invariant ? v->norm[k] : 1) * u->l1[k];
    t = &own->ridge;
    if (t->lambda > 0)
      sum += t->lambda * (t->scale_invariant ? square : 1) * squared(u->norm[k]);
    t = &own->orthogonal;
    if (!(t->lambda > 0)) continue;
    for (size_t l = 0; l < r; ++l)
      if (l != k)
        sum += t->lambda * (t->scale_invariant ? v->norm[k] * v->norm[l] : 1) *
               u->gram[k + l * r];
  }
  return sum;
}
