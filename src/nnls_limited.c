/* Least squares between 0 and a largest value, with a sum that may have to stay. */
#include "nnls_limited.h"

#include <math.h>
#include <string.h>

#include "precision.h"
#include "scratch.h"

typedef enum { AT_ZERO, FREE, AT_TOP, STAYS } state_kind;

/* With a sum that stays, one free component, the base, takes up what the others give: the problem
 * is then that of the others' differences from it. */
typedef struct {
  limited_problem p;
  double *h;
  double *slope;  /* r: p - K h */
  double *size;   /* r: of the terms in it */
  double *factor; /* lower Cholesky factor on `chosen`, by rows of length r */
  double *solved; /* r: by position in `chosen` */
  double *step;   /* r: where the free components go */
  int *state;
  int *banned;    /* r: 1 where a component was let go by rounding and met its limit at once */
  int *chosen;    /* r: the components in the factor */
  size_t count;
  size_t base;    /* r: none */
  size_t entered; /* the component let go last, or r */
} search;

static void lay_out(size_t r, search *s, arena *from)
{
  s->slope = carve(from, r);
  s->size = carve(from, r);
  s->factor = carve(from, r * r);
  s->solved = carve(from, r);
  s->step = carve(from, r);
  s->state = carve_ints(from, r);
  s->banned = carve_ints(from, r);
  s->chosen = carve_ints(from, r);
}

size_t nnls_limited_work(size_t r)
{
  search measured;
  arena nothing = {NULL, 0};
  lay_out(r, &measured, &nothing);
  return nothing.used;
}

static double top(const search *s, size_t k)
{
  return s->p.upper == NULL ? INFINITY : s->p.upper[k];
}

static void find_slopes(search *s)
{
  const size_t r = s->p.r;
  for (size_t k = 0; k < r; ++k) {
    s->slope[k] = s->p.gain[k];
    s->size[k] = fabs(s->p.gain[k]);
    for (size_t l = 0; l < r; ++l) {
      const double part = s->p.gram[l + k * r] * s->h[l];
      s->slope[k] -= part;
      s->size[k] += fabs(part);
    }
  }
}

/* The same of k's difference from the base. */
static double slope_of(const search *s, size_t k)
{
  return s->slope[k] - (s->base < s->p.r ? s->slope[s->base] : 0);
}

static double size_of(const search *s, size_t k)
{
  return s->size[k] + (s->base < s->p.r ? s->size[s->base] : 0);
}

static double gram_of(const search *s, size_t k, size_t l)
{
  const size_t r = s->p.r, b = s->base;
  const double *gram = s->p.gram;
  return b == r ? gram[k + l * r]
                : gram[k + l * r] - gram[k + b * r] - gram[b + l * r] + gram[b + b * r];
}

static double curvature_of(const search *s, size_t k)
{
  const size_t r = s->p.r;
  return s->p.gram[k + k * r] + (s->base < r ? s->p.gram[s->base + s->base * r] : 0);
}

/* Adds component k to the factor, unless it depends on those there. */
static int factor_add(search *s, size_t k)
{
  double *row = s->factor + s->count * s->p.r, pivot = gram_of(s, k, k);
  for (size_t i = 0; i < s->count; ++i) {
    const double *other = s->factor + i * s->p.r;
    double sum = gram_of(s, k, (size_t)s->chosen[i]);
    for (size_t l = 0; l < i; ++l) sum -= row[l] * other[l];
    row[i] = sum / other[i];
    pivot -= row[i] * row[i];
  }
  if (!(pivot > DEPENDENT * curvature_of(s, k))) return 0;
  row[s->count] = sqrt(pivot);
  s->chosen[s->count++] = (int)k;
  return 1;
}

/* y <- L'^-1 y */
static void solve_upper(const search *s, double *y)
{
  for (size_t i = s->count; i-- > 0;) {
    for (size_t l = i + 1; l < s->count; ++l) y[i] -= s->factor[l * s->p.r + i] * y[l];
    y[i] /= s->factor[i * s->p.r + i];
  }
}

/* How far component k can go along the step. */
static double reach_of(const search *s, size_t k)
{
  const double step = s->step[k];
  if (step < 0) return s->h[k] / -step;
  return step > 0 ? (top(s, k) - s->h[k]) / step : INFINITY;
}

/* Goes `most` steps, or until a free component meets a limit and stays there: 1 in that case. */
static int move(search *s, double most)
{
  const size_t r = s->p.r;
  double share = most;
  int blocked = 0;
  for (size_t k = 0; k < r; ++k)
    if (s->state[k] == FREE) share = fmin(share, fmax(0, reach_of(s, k)));
  if (!(share < INFINITY)) return 0;
  for (size_t k = 0; k < r; ++k) {
    if (s->state[k] != FREE) continue;
    const int blocks = reach_of(s, k) <= share && s->step[k] != 0;
    if (!blocks) {
      s->h[k] += share * s->step[k];
      continue;
    }
    blocked = 1;
    s->state[k] = s->step[k] < 0 ? AT_ZERO : AT_TOP;
    s->h[k] = s->step[k] < 0 ? 0 : top(s, k);
    if (share == 0 && k == s->entered) s->banned[k] = 1;
  }
  if (share > 0 && s->entered < r && s->state[s->entered] == FREE)
    memset(s->banned, 0, r * sizeof *s->banned);
  return blocked;
}

/* Component k depends on the chosen ones: along K y = 0 the linear terms alone decide. 1 when it
 * moved and met a limit. */
static int exchange(search *s, size_t k)
{
  double *y = s->solved, along = slope_of(s, k), sum = 1;
  memcpy(y, s->factor + s->count * s->p.r, s->count * sizeof *y);
  solve_upper(s, y);
  for (size_t i = 0; i < s->count; ++i) along -= y[i] * slope_of(s, (size_t)s->chosen[i]);
  if (!(fabs(along) > DEPENDENT_GRADIENT * size_of(s, k))) return 0;
  const double way = along > 0 ? 1 : -1;
  memset(s->step, 0, s->p.r * sizeof *s->step);
  s->step[k] = way;
  for (size_t i = 0; i < s->count; ++i) {
    s->step[s->chosen[i]] = -way * y[i];
    sum -= y[i];
  }
  if (s->base < s->p.r) s->step[s->base] = -way * sum;
  return move(s, INFINITY);
}

/* Chooses the base and factors K on the face; 1 when a dependent component moved instead. */
static int build_face(search *s)
{
  const size_t r = s->p.r;
  s->count = 0;
  s->base = r;
  for (size_t k = 0; s->p.simplex && k < r; ++k)
    if (s->state[k] == FREE && (s->base == r || s->h[k] > s->h[s->base])) s->base = k;
  for (size_t k = 0; k < r; ++k)
    if (s->state[k] == FREE && k != s->base && !factor_add(s, k) && exchange(s, k)) return 1;
  return 0;
}

/* step <- the way to the minimiser of the face. */
static void solve_face(search *s)
{
  double *y = s->solved, sum = 0;
  for (size_t i = 0; i < s->count; ++i) {
    y[i] = slope_of(s, (size_t)s->chosen[i]);
    for (size_t l = 0; l < i; ++l) y[i] -= s->factor[i * s->p.r + l] * y[l];
    y[i] /= s->factor[i * s->p.r + i];
  }
  solve_upper(s, y);
  memset(s->step, 0, s->p.r * sizeof *s->step);
  for (size_t i = 0; i < s->count; ++i) {
    s->step[s->chosen[i]] = y[i];
    sum += y[i];
  }
  if (s->base < s->p.r) s->step[s->base] = -sum;
}

/* How much, by its curvature, the objective falls where component k leaves its limit; 0 where
 * that is rounding. */
static double gain_of(const search *s, size_t k)
{
  const double slope = slope_of(s, k), gain = s->state[k] == AT_ZERO ? slope : -slope;
  const double curvature = curvature_of(s, k);
  if (s->banned[k] || s->state[k] == STAYS || s->state[k] == FREE) return 0;
  return gain > GRADIENT_ZERO * size_of(s, k) && curvature > 0 ? gain / sqrt(curvature) : 0;
}

/* Lets go of the component that would lower the objective most; 0 when none would. */
static int let_go(search *s)
{
  double most = 0;
  s->entered = s->p.r;
  for (size_t k = 0; k < s->p.r; ++k) {
    const double gain = gain_of(s, k);
    if (gain > most) {
      most = gain;
      s->entered = k;
    }
  }
  if (s->entered == s->p.r) return 0;
  s->state[s->entered] = FREE;
  return 1;
}

/* With a sum that stays and all components at limits, the one at its largest value that the
 * objective would lower first is a base for the others. */
static void find_base(search *s)
{
  const size_t r = s->p.r;
  if (!s->p.simplex || s->base < r) return;
  for (size_t k = 0; k < r; ++k)
    if (s->state[k] == AT_TOP && s->h[k] > 0 &&
        (s->base == r || s->slope[k] < s->slope[s->base]))
      s->base = k;
}

static void start(search *s)
{
  s->entered = s->p.r;
  memset(s->banned, 0, s->p.r * sizeof *s->banned);
  for (size_t k = 0; k < s->p.r; ++k) {
    const double most = top(s, k);
    if (s->p.held != NULL && s->p.held[k]) s->state[k] = STAYS;
    else if (!(s->h[k] > 0)) s->state[k] = AT_ZERO;
    else s->state[k] = s->h[k] >= most ? AT_TOP : FREE;
    if (s->state[k] == AT_TOP) s->h[k] = most;
  }
}

void nnls_limited(const limited_problem *p, double *h, double *work)
{
  search s = {.p = *p, .h = h};
  arena from = {work, 0};
  if (p->r == 0) return;
  lay_out(p->r, &s, &from);
  start(&s);
  for (size_t round = 0; round < 20 * (p->r + 1); ++round) {
    find_slopes(&s);
    if (build_face(&s)) continue;
    solve_face(&s);
    if (move(&s, 1)) continue;
    find_slopes(&s);
    find_base(&s);
    if (!let_go(&s)) return;
    if (s.base < p->r) s.state[s.base] = FREE;
  }
}
