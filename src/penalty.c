#include "penalty.h"

#include <string.h>

int penalty_on_side(const side_penalty *p)
{
  return p->smooth.lambda > 0 || p->sparse.lambda > 0 || p->ridge.lambda > 0 ||
         p->orthogonal.lambda > 0;
}

int penalty_any(const penalty *p)
{
  return penalty_on_side(&p->coef) || penalty_on_side(&p->basis);
}

/* lambda of a scale-free term, else 0: what it adds to the other side's problem. */
static double across(const penalty_term *t) { return t->scale_free ? t->lambda : 0; }

static int raw(const penalty_term *t) { return t->lambda > 0 && !t->scale_free; }

static int any_scale_free(const side_penalty *own)
{
  return across(&own->smooth) > 0 || across(&own->sparse) > 0 || across(&own->ridge) > 0 ||
         across(&own->orthogonal) > 0;
}

static double squared(double x) { return x * x; }

/* weight_k = lambda t_k^2, raw: lambda. */
static void edit_weight(const side_penalty *own, const side_state *v, double *weight)
{
  for (size_t k = 0; k < v->u.r; ++k)
    weight[k] = own->smooth.lambda * (own->smooth.scale_free ? v->gram[k + k * v->u.r] : 1);
}

/* Of a v_k whose square is below this, the square and the length have lost their digits, and
 * then all: the smallest square with all its digits is 2e-308 / 2^-52. */
static const double least_square = 1e-290;

static int without_digits(const side_state *v, size_t k)
{
  return v->gram[k + k * v->u.r] < least_square && v->total[k] > 0;
}

/* What is known stays. A scale-free term of the other side weighs 1 / ||u_k||, so where
 * u_k = 0 its weight is infinite and u_k stays 0. Where this side's problem `rests` on the
 * square of v_k, and that is without digits, u_k stays too: nothing would hold it. */
static void edit_held(const side_penalty *other, const side_state *u, const side_state *v,
                      int rests, int *held)
{
  const int divides = across(&other->sparse) > 0 || across(&other->orthogonal) > 0;
  for (size_t k = 0; k < u->u.r; ++k)
    held[k] = (u->held != NULL && u->held[k]) || (divides && !(u->length[k] > 0)) ||
              (rests && without_digits(v, k));
}

/* sum_{l != k} (V V')_kl ||u_l|| / ||u_k||, of the other side's orthogonality. */
static double leaning(const side_state *u, const side_state *v, size_t k)
{
  double sum = 0;
  for (size_t l = 0; l < u->u.r; ++l)
    if (l != k) sum += v->gram[k + l * u->u.r] * u->length[l];
  return sum / u->length[k];
}

static void edit_diagonal(const side_penalty *own, const side_penalty *other, const side_state *u,
                          const side_state *v, edited *out)
{
  const size_t r = u->u.r;
  for (size_t k = 0; k < r; ++k) {
    const double square = v->gram[k + k * r];
    double *at = out->gram + k + k * r;
    if (own->ridge.lambda > 0)
      *at += own->ridge.lambda * (own->ridge.scale_free ? square : 1);
    *at += across(&other->ridge) * square;
    if (across(&other->smooth) > 0) *at += other->smooth.lambda * v->roughness[k];
    if (out->held[k]) continue;
    if (across(&other->sparse) > 0)
      *at += other->sparse.lambda / 2 * v->total[k] / u->length[k];
    if (across(&other->orthogonal) > 0)
      *at += other->orthogonal.lambda * leaning(u, v, k);
  }
}

static void edit_orthogonal(const penalty_term *t, const side_state *v, double *gram)
{
  const size_t r = v->u.r;
  for (size_t l = 0; l < r; ++l)
    for (size_t k = 0; k < r; ++k)
      if (k != l)
        gram[k + l * r] += t->lambda * (t->scale_free ? v->length[k] * v->length[l] : 1);
}

void penalty_edit_quadratic(const side_penalty *own, const side_penalty *other,
                            const side_state *u, const side_state *v, edited *out)
{
  const size_t r = u->u.r;
  memcpy(out->gram, v->gram, r * r * sizeof *out->gram);
  edit_weight(own, v, out->weight);
  edit_held(other, u, v, !raw(&own->ridge), out->held);
  for (size_t k = 0; k < r; ++k)
    out->cost[k] = own->sparse.lambda / 2 * (own->sparse.scale_free ? v->length[k] : 1);
  edit_diagonal(own, other, u, v, out);
  if (own->orthogonal.lambda > 0) edit_orthogonal(&own->orthogonal, v, out->gram);
}

void penalty_edit_divergence(const side_penalty *own, const side_penalty *other,
                             const side_state *u, const side_state *v, edited *out)
{
  edit_weight(own, v, out->weight);
  edit_held(other, u, v, any_scale_free(own), out->held);
  for (size_t k = 0; k < u->u.r; ++k) {
    const double square = squared(v->length[k]);
    out->cost[k] = own->sparse.lambda * (own->sparse.scale_free ? v->length[k] : 1);
    out->bend[k] = own->ridge.lambda * (own->ridge.scale_free ? square : 1) +
                   across(&other->ridge) * square;
    if (across(&other->smooth) > 0) out->bend[k] += other->smooth.lambda * v->roughness[k];
    if (across(&other->sparse) > 0 && !out->held[k])
      out->bend[k] += other->sparse.lambda * v->total[k] / (2 * u->length[k]);
  }
}

void penalty_edit_gain(const side_penalty *own, const side_state *u, const double *weight,
                       double by, double own_share, size_t first, const factor *gain)
{
  for (size_t j = 0; j < gain->count; ++j) {
    const double degree = own_share * own->edges->degree[first + j];
    const size_t from = (first + j) * u->u.step_j;
    for (size_t k = 0; k < gain->r; ++k) {
      const size_t at = from + k * u->u.step_k;
      gain->value[k * gain->step_k + j * gain->step_j] +=
        by * weight[k] * (u->neighbours[at] + degree * u->u.value[at]);
    }
  }
}

double penalty_value(const side_penalty *own, const side_state *u, const side_state *v)
{
  const size_t r = u->u.r;
  double sum = 0;
  if (!penalty_on_side(own)) return 0;
  for (size_t k = 0; k < r; ++k) {
    const double square = squared(v->length[k]);
    const penalty_term *t = &own->smooth;
    if (t->lambda > 0)
      sum += t->lambda * (t->scale_free ? v->gram[k + k * r] : 1) * u->roughness[k] *
             (own->plain_ratio ? 0.5 : 1);
    t = &own->sparse;
    if (t->lambda > 0) sum += t->lambda * (t->scale_free ? v->length[k] : 1) * u->total[k];
    t = &own->ridge;
    if (t->lambda > 0)
      sum += t->lambda * (t->scale_free ? square : 1) * squared(u->length[k]);
    t = &own->orthogonal;
    if (!(t->lambda > 0)) continue;
    for (size_t l = 0; l < r; ++l)
      if (l != k)
        sum += t->lambda * (t->scale_free ? v->length[k] * v->length[l] : 1) *
               u->gram[k + l * r];
  }
  return sum;
}
