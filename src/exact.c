/* H solved to its end for a W that stays, column by column and loss by loss. */
#include "exact.h"

#include <string.h>

#include "data_ops.h"
#include "kl_newton.h"
#include "constraint.h"
#include "nnls_bpp.h"

/* Losses of two terms have no solver of their own: ratio steps are repeated until F falls by less
 * than ratio_tol of itself, or so many times. */
enum { RATIO_STEPS = 100000 };
static const double ratio_tol = 1e-12;

/* One column and its problem. */
typedef struct {
  double *x, *weight; /* m: 0 where nothing is observed, and its weight */
  double *z;          /* m: W h, or the solver's quotients */
  double *up, *down;  /* m: the terms of the gradient (losses of two) */
  double *gram;       /* r x r: K of the observed rows */
  double *linear;     /* r: P of the observed rows */
  double *slope;      /* r: sums of the observed rows of W, with the l1 cost */
  double *solver;
} column_room;

static size_t solver_size(size_t r)
{
  const size_t least_squares = nnls_bpp_work(r), divergence = kl_newton_work(r);
  const size_t limited = limited_work(r);
  return larger(larger(least_squares, divergence), limited);
}

static size_t lay_out(const settings *set, size_t m, double *memory, column_room *one)
{
  const size_t r = set->rank, two = (size_t)has_two_terms(set->loss);
  arena from = {memory, 0};
  one->x = carve(&from, m);
  one->weight = carve(&from, m);
  one->z = carve(&from, m);
  one->up = carve(&from, two * m);
  one->down = carve(&from, two * m);
  one->gram = carve(&from, r * r);
  one->linear = carve(&from, r);
  one->slope = carve(&from, r);
  one->solver = carve(&from, solver_size(r));
  return from.used;
}

size_t exact_work(const settings *set, size_t m)
{
  column_room measured;
  return lay_out(set, m, NULL, &measured);
}

/* out (m x r) <- the rows of W times their weights. */
static void weigh_basis(const shared *p, const double *weight, double *out)
{
  const double *w = p->basis.u.value;
  for (size_t k = 0; k < p->r; ++k)
    for (size_t i = 0; i < p->m; ++i) out[i + k * p->m] = weight[i] * w[i + k * p->m];
}

/* K = W' Omega W and P = W' Omega x - M, with what the penalties add to W'W. Products of
 * weighted rows differ in their last bits by which side was weighted, so one triangle is used. */
static void build_observed(const shared *p, int whole, const double *weighed, column_room *c)
{
  const kernels *k = &p->set->table;
  const size_t m = p->m, r = p->r;
  const double *w = p->basis.u.value, *penalised = p->coef.problem.gram;
  k->inner(m, r, 1, whole ? w : weighed, m, c->x, m, c->linear, r);
  for (size_t l = 0; l < r; ++l) c->linear[l] -= p->coef.problem.l1[l];
  memcpy(c->gram, penalised, r * r * sizeof *c->gram);
  if (whole) return;
  k->inner(m, r, r, weighed, m, w, m, c->gram, r);
  for (size_t l = 0; l < r; ++l)
    for (size_t i = l; i < r; ++i) {
      c->gram[i + l * r] += penalised[i + l * r] - p->basis.gram[i + l * r];
      c->gram[l + i * r] = c->gram[i + l * r];
    }
}

/* The largest values of a column of H; NULL: none. */
static const double *upper_of(const shared *p, size_t column)
{
  return p->coef.upper == NULL ? NULL : p->coef.upper + column * p->r;
}

/* Solves columns that share one K, from the block's column `first` on. Each takes any components,
 * or its one best, or keeps within its limits. */
static void solve_columns(const shared *p, const block *b, size_t first, size_t count,
                          const double *gram, const double *gain, column_room *c)
{
  const size_t r = p->r;
  double *h = b->h + first * r;
  const problem one = {.gram = gram, .linear = gain, .simplex = p->coef.simplex, .upper_k = 1,
                       .upper_j = r, .upper = upper_of(p, b->first + first)};
  const factor u = {h, r, count, 1, r};
  if (p->coef.pen->single) step_hard(&one, &u);
  else if (one.simplex || one.upper != NULL) step_limited(&one, &u, c->solver);
  else nnls_bpp(&p->set->table, r, count, gram, gain, 1, r, NULL, h, c->solver);
}

/* Columns that are observed whole share K, and are solved together. */
static void solve_together(const shared *p, const scratch *t, const block *b, column_room *c)
{
  const size_t r = p->r;
  for (size_t j = 0; j < b->x.n; ++j)
    for (size_t k = 0; k < r; ++k) t->linear[k + j * r] -= p->coef.problem.l1[k];
  solve_columns(p, b, 0, b->x.n, p->coef.problem.gram, t->linear, c);
}

static void solve_least_squares(const shared *p, const scratch *t, const block *b,
                                column_room *c)
{
  const size_t r = p->r;
  for (size_t j = 0; j < b->x.n; ++j) {
    const int whole = p->ops->observed(&b->x, j, c->x, c->weight);
    if (!whole) weigh_basis(p, c->weight, t->denominator);
    build_observed(p, whole, t->denominator, c);
    /* A column whose sum stays begins where it is. */
    if (!p->coef.simplex) memset(b->h + j * r, 0, r * sizeof *b->h);
    solve_columns(p, b, j, 1, c->gram, c->linear, c);
  }
}

/* The rows of a dense column in which x is positive, weighted. */
static kl_column list_rows(const shared *p, int whole, double *rows, column_room *c)
{
  const size_t m = p->m, r = p->r;
  kl_column out = {0, r, rows, c->x, c->slope, p->coef.problem.curvature};
  for (size_t i = 0; i < m; ++i) out.m += c->weight[i] * c->x[i] > 0;
  for (size_t k = 0; k < r; ++k) {
    const double *w = p->basis.u.value + k * m;
    double sum = 0;
    for (size_t i = 0, at = 0; i < m; ++i) {
      if (!whole) sum += c->weight[i] * w[i];
      if (c->weight[i] * c->x[i] > 0) rows[at++ + k * out.m] = c->weight[i] * w[i];
    }
    c->slope[k] = p->coef.problem.l1[k] + (whole ? 0 : sum - p->basis.l1[k]);
  }
  for (size_t i = 0, at = 0; i < m; ++i)
    if (c->weight[i] * c->x[i] > 0) c->x[at++] = c->weight[i] * c->x[i];
  return out;
}

static void solve_kl(const shared *p, const scratch *t, const block *b, column_room *c)
{
  const kl_side basis = {p->w_transposed, p->r, p->pad, p->basis.l1, p->coef.problem.l1,
                         p->coef.problem.curvature, p->partial};
  for (size_t j = 0; j < b->x.n; ++j) {
    kl_column one;
    if (b->x.dense == NULL)
      one = kl_stored(&p->set->table, &basis, &b->x, j, t->denominator, c->x, c->slope);
    else {
      const int whole = p->ops->observed(&b->x, j, c->x, c->weight);
      one = list_rows(p, whole, t->denominator, c);
    }
    kl_newton(&one, b->h + j * p->r, c->z, c->solver);
  }
}

/* z = W h; returns the divergence of the observed entries and what the penalties cost. */
static double ratio_value(const shared *p, const double *h, column_room *c)
{
  const loss_terms l = terms_of(p->set);
  const double *bend = p->coef.problem.curvature;
  double sum = 0;
  memset(c->z, 0, p->m * sizeof *c->z);
  p->set->table.outer(p->m, p->r, 1, p->basis.u.value, p->m, h, 1, p->r, c->z, p->m);
  for (size_t i = 0; i < p->m; ++i)
    if (c->weight[i] > 0) sum += c->weight[i] * loss_term(&l, i, c->x[i], c->z[i]);
  for (size_t k = 0; k < p->r; ++k)
    sum += p->coef.problem.l1[k] * h[k] + (p->coef.curved ? bend[k] * h[k] * h[k] : 0);
  return sum;
}

/* h = c (1, ..., 1) with the c that minimises the divergence: sum x z^(b-1) / sum z^b. Rows of W
 * without an entry are left out: no h changes their term. */
static void ratio_start(const shared *p, double *h, column_room *c)
{
  const loss_terms l = terms_of(p->set);
  double gain = 0, cost = 0;
  for (size_t k = 0; k < p->r; ++k) h[k] = 1;
  ratio_value(p, h, c);
  form_slopes(&p->set->table, &l, p->m, c->x, c->z, c->up, c->down);
  for (size_t i = 0; i < p->m; ++i) {
    if (!(c->z[i] > 0)) c->weight[i] = 0;
    if (!(c->weight[i] > 0)) continue;
    gain += c->weight[i] * c->up[i] * c->z[i];
    cost += c->weight[i] * c->down[i] * c->z[i];
  }
  for (size_t k = 0; k < p->r; ++k) h[k] = cost > 0 ? gain / cost : 0;
}

/* One ratio step of the observed rows (Fevotte & Idier 2011): h <- h o (W'up / (W'down + M))^e,
 * cut to `upper` (NULL: none). */
static void ratio_step(const shared *p, const double *weighed, const double *upper, double *h,
                       column_room *c)
{
  const kernels *k = &p->set->table;
  const loss_terms l = terms_of(p->set);
  const size_t m = p->m, r = p->r;
  const factor u = {h, r, 1, 1, r};
  form_slopes(k, &l, m, c->x, c->z, c->up, c->down);
  k->inner(m, r, 1, weighed, m, c->up, m, c->linear, r);
  k->inner(m, r, 1, weighed, m, c->down, m, c->slope, r);
  const problem one = {.linear = c->linear, .denominator = c->slope, .l1 = p->coef.problem.l1,
                       .curvature = p->coef.curved ? p->coef.problem.curvature : NULL,
                       .power = ratio_power(&l, p->coef.curved), .upper = upper, .upper_k = 1};
  step_mu(k, &one, &u, c->solver);
}

/* 1 when the objective falls by less than ratio_tol. */
static int ratio_column(const shared *p, const double *weighed, const double *upper, double *h,
                        column_room *c)
{
  const problem limits = {.upper = upper, .upper_k = 1};
  const factor u = {h, p->r, 1, 1, p->r};
  ratio_start(p, h, c);
  limit_entries(&limits, &u);
  double value = ratio_value(p, h, c);
  for (size_t step = 0; step < RATIO_STEPS; ++step) {
    const double before = value;
    ratio_step(p, weighed, upper, h, c);
    value = ratio_value(p, h, c);
    if (step > 0 && before - value <= ratio_tol * before) return 1;
  }
  return 0;
}

static size_t solve_ratio(const shared *p, const scratch *t, const block *b, column_room *c)
{
  size_t unfinished = 0;
  for (size_t j = 0; j < b->x.n; ++j) {
    p->ops->observed(&b->x, j, c->x, c->weight);
    weigh_basis(p, c->weight, t->denominator);
    unfinished += !ratio_column(p, t->denominator, upper_of(p, b->first + j), b->h + j * p->r, c);
  }
  return unfinished;
}

size_t exact_solve(const shared *p, const scratch *t, const block *b)
{
  column_room c;
  lay_out(p->set, p->m, t->solver, &c);
  if (has_two_terms(p->set->loss)) return solve_ratio(p, t, b, &c);
  if (p->set->loss == LOSS_KL) solve_kl(p, t, b, &c);
  else if (p->masked) solve_least_squares(p, t, b, &c);
  else solve_together(p, t, b, &c);
  return 0;
}
