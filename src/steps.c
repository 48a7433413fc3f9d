/* The equations of the steps: multiplicative, coordinate descent, exact orthogonality. */
#include "steps.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "constraint.h"

enum { STRIP = 64 };

/* Entries below this share of their component's mean are revived, and by how much P must exceed D
 * for that to be more than rounding. */
#define REVIVE_BELOW 0.1
#define ROUNDING 1e-10

static int is_held(const problem *p, size_t k) { return p->held != NULL && p->held[k]; }

static int any_held(const problem *p, size_t r)
{
  for (size_t k = 0; k < r; ++k)
    if (is_held(p, k)) return 1;
  return 0;
}

static double diag_at(const problem *p, size_t k, size_t j)
{
  return p->diag == NULL ? 0 : p->diag[k] * p->spread[j];
}

/* rho_kj of KL's root. */
static double root_curvature(const problem *p, const factor *u, size_t k, size_t j)
{
  double rho = diag_at(p, k, j) + (p->curvature == NULL ? 0 : p->curvature[k]);
  if (p->ortho > 0 && k < p->apart) {
    const double *column = u->value + j * u->step_j;
    double others = 0;
    for (size_t l = 0; l < p->apart; ++l)
      if (l != k) others += column[l * u->step_k];
    if (column[k * u->step_k] > 0) rho += p->ortho * others / column[k * u->step_k];
  }
  return rho;
}

/* denominator <- D = K u + c o u + N + M; with curvature 2 (c + e) o u + N + M. */
static void form_denominator(const kernels *k, const problem *p, const factor *u,
                             double *denominator)
{
  const size_t r = u->r, count = u->count;
  /* With one column the leading dimension is arbitrary. */
  const size_t step = count == 1 ? r : u->step_j;
  memset(denominator, 0, r * count * sizeof *denominator);
  if (p->gram != NULL && u->step_k == 1)
    k->outer(r, r, count, p->gram, r, u->value, 1, step, denominator, step);
  else if (p->gram != NULL)
    k->outer(count, r, r, u->value, u->step_k, p->gram, 1, r, denominator, u->step_k);
  if (p->denominator != NULL)
    for (size_t i = 0; i < r * count; ++i) denominator[i] += p->denominator[i];
  const int curved = p->root || p->curvature != NULL;
  if (p->l1 == NULL && p->diag == NULL && !curved) return;
  for (size_t j = 0; j < count; ++j)
    for (size_t l = 0; l < r; ++l) {
      const size_t at = l * u->step_k + j * u->step_j;
      if (p->l1 != NULL) denominator[at] += p->l1[l];
      if (curved) denominator[at] += 2 * root_curvature(p, u, l, j) * u->value[at];
      else if (p->diag != NULL) denominator[at] += diag_at(p, l, j) * u->value[at];
    }
}

static void raise_to_floor(const factor *u, double floor)
{
  if (floor <= 0) return;
  for (size_t i = 0; i < u->r * u->count; ++i)
    if (!(u->value[i] > floor)) u->value[i] = floor;
}

/* u <- u o (up / (down + add))^power, the kernel's rules for 0 and for denormals. */
static void take_ratio(const kernels *k, const problem *p, size_t count, double *u,
                       const double *up, const double *down)
{
  if (p->power == 1) k->ratio(count, u, up, down, p->add);
  for (size_t i = 0; p->power != 1 && i < count; ++i) {
    const double below = down[i] + p->add;
    const double fresh = below > 0 ? u[i] * pow(up[i] / below, p->power) : 0;
    u[i] = fresh > DBL_MIN ? fresh : 0;
  }
}

void step_mu(const kernels *k, const problem *p, const factor *u, double *denominator)
{
  form_denominator(k, p, u, denominator);
  if (!any_held(p, u->r)) {
    take_ratio(k, p, u->r * u->count, u->value, p->linear, denominator);
    raise_to_floor(u, p->floor);
    limit_entries(p, u);
    return;
  }
  for (size_t j = 0; j < u->count; ++j)
    for (size_t l = 0; l < u->r; ++l) {
      const size_t at = l * u->step_k + j * u->step_j;
      if (is_held(p, l)) continue;
      take_ratio(k, p, 1, u->value + at, p->linear + at, denominator + at);
      if (!(u->value[at] > p->floor)) u->value[at] = p->floor;
    }
  limit_entries(p, u);
}

static double positive_root(double g, double cost, double curve)
{
  const double below = cost + sqrt(cost * cost + 8 * curve * g);
  return below > 0 ? 2 * g / below : 0;
}

/* One column at a time: the term that keeps components apart needs all its old values. */
void step_mu_root(const problem *p, const factor *u)
{
  for (size_t j = 0; j < u->count; ++j) {
    double others = 0, *column = u->value + j * u->step_j;
    const double *gain = p->linear + j * u->step_j;
    for (size_t k = 0; k < p->apart; ++k) others += column[k * u->step_k];
    for (size_t k = 0; k < u->r; ++k) {
      const double old = column[k * u->step_k];
      double rho = diag_at(p, k, j) + (p->curvature == NULL ? 0 : p->curvature[k]), fresh;
      if (is_held(p, k)) continue;
      if (p->ortho > 0 && k < p->apart && old > 0) rho += p->ortho * (others - old) / old;
      fresh = positive_root(old * gain[k * u->step_k], p->l1[k], rho);
      column[k * u->step_k] = fresh > p->floor ? fresh : p->floor;
    }
  }
  limit_entries(p, u);
}

/* One turn over the components, for the columns first .. first + count - 1. Where
 * K_kk = 0 nothing depends on u_k: it stays, so that the other side can revive it. */
static void hals_once(const kernels *k, const problem *p, const factor *u, size_t first,
                         size_t count)
{
  double diag[STRIP];
  double *here = u->value + first;
  for (size_t l = 0; l < u->r; ++l) {
    const double *column = p->gram + l * u->r;
    double diagonal = column[l];
    if (is_held(p, l) || !(diagonal > 0)) continue;
    if (p->diag != NULL)
      for (size_t j = 0; j < count; ++j) diag[j] = diag_at(p, l, first + j);
    k->descend(count, u->r, here, u->step_k, column, p->linear + first + l * u->step_k,
               p->diag == NULL ? NULL : diag, diagonal, p->floor, here + l * u->step_k);
    for (size_t j = 0; p->upper != NULL && j < count; ++j) {
      double *entry = here + l * u->step_k + j;
      *entry = fmin(*entry, limit_at(p, l, first + j));
    }
  }
}

void step_hals(const kernels *k, const problem *p, const factor *u)
{
  for (size_t first = 0; first < u->count; first += STRIP) {
    const size_t count = u->count - first < STRIP ? u->count - first : STRIP;
    for (size_t turn = 0; turn < p->cycles; ++turn) hals_once(k, p, u, first, count);
  }
}

void step_hard(const problem *p, const factor *u)
{
  for (size_t j = 0; j < u->count; ++j) {
    size_t best = u->r;
    double most = 0;
    for (size_t k = 0; k < u->r; ++k) {
      const size_t at = k * u->step_k + j * u->step_j;
      const double size = p->gram[k + k * u->r], gain = p->linear[at];
      u->value[at] = 0;
      if (!(size > 0) || !(gain > 0) || !(gain / sqrt(size) > most)) continue;
      most = gain / sqrt(size);
      best = k;
    }
    if (best < u->r) {
      const size_t at = best * u->step_k + j * u->step_j;
      u->value[at] = p->linear[at] / p->gram[best + best * u->r];
    }
  }
}

void step_choi(const kernels *k, const problem *p, const factor *w, double *denominator)
{
  const size_t m = w->count;
  step_mu(k, p, w, denominator);
  for (size_t l = 0; l < w->r; ++l) {
    double square = 0, *column = w->value + l * w->step_k;
    for (size_t i = 0; i < m; ++i) square += column[i] * column[i];
    if (square > 0)
      for (size_t i = 0; i < m; ++i) column[i] /= sqrt(square);
  }
}

/* Whether an entry is to be revived. */
static int is_wanted(const problem *p, double value, size_t k, double gain, double cost)
{
  return !is_held(p, k) && value <= REVIVE_BELOW * p->mean[k] && gain > cost * (1 + ROUNDING);
}

/* q of an entry: that of the data, and what the problem adds. */
static double second_derivative(const problem *p, size_t r, size_t k, double of_data)
{
  if (p->gram != NULL) return p->gram[k + k * r];
  return of_data + (p->curvature != NULL ? 2 * p->curvature[k] : 0);
}

static void revive_column(const problem *p, const factor *u, size_t j, const double *denominator,
                          double *second)
{
  const size_t from = j * u->step_j;
  size_t wanted = 0;
  for (size_t k = 0; k < u->r; ++k) {
    const size_t at = from + k * u->step_k;
    if (is_wanted(p, u->value[at], k, p->linear[at], denominator[at])) ++wanted;
  }
  for (size_t k = 0; k < u->r; ++k) {
    const size_t at = from + k * u->step_k;
    const double value = u->value[at], gain = p->linear[at], cost = denominator[at];
    const double bend = (double)wanted * second_derivative(p, u->r, k, second[at]);
    second[at] = wanted == 0 ? -1 : value;
    if (!is_wanted(p, value, k, gain, cost) || !(bend > 0)) continue;
    const double grown = value + (gain - cost) / bend;
    if (grown <= DBL_MAX) second[at] = grown;
  }
}

void revive_entries(const kernels *k, const problem *p, const factor *u, double *denominator,
                    double *second)
{
  form_denominator(k, p, u, denominator);
  for (size_t j = 0; j < u->count; ++j) revive_column(p, u, j, denominator, second);
}

void put_revived(const factor *u, const double *revived)
{
  for (size_t i = 0; i < u->r * u->count; ++i)
    if (revived[i] >= 0) u->value[i] = revived[i];
}

/* By how much an entry is taken to grow where F asks for it. */
static double growth(const problem *p, size_t k, size_t j, double value)
{
  const double least = value > p->mean[k] ? value : p->mean[k];
  return p->upper == NULL ? least : fmax(0, fmin(least, limit_at(p, k, j) - value));
}

double kkt_residual(const kernels *k, const problem *p, const factor *u, double *denominator)
{
  double sum = 0;
  form_denominator(k, p, u, denominator);
  for (size_t j = 0; j < u->count; ++j) {
    const double free = p->simplex ? limit_multiplier(p, u, j, denominator) : 0;
    for (size_t l = 0; l < u->r; ++l) {
      const size_t at = l * u->step_k + j * u->step_j;
      const double value = u->value[at], slope = denominator[at] - p->linear[at] - free;
      if (is_held(p, l)) continue;
      sum += slope >= 0 ? value * slope : growth(p, l, j, value) * -slope;
    }
  }
  return sum;
}
