/* Projected conjugate gradients for all columns of a factor that a graph ties together. */
#include "conjugate.h"

#include <math.h>
#include <string.h>

#include "constraint.h"
#include "scratch.h"

/* Conjugate gradients end when the square of the gradient has fallen to this share, or after so
 * many turns. The other factor moves next, so more precision is not worth its time. A move that
 * leads too far is halved at most so often. */
#define ENOUGH 0.1
enum { MOST_TURNS = 20, MOST_HALVINGS = 8 };

/* The whole factor by columns of `pad` numbers, as the kernels for sparse columns read it. */
typedef struct {
  const kernels *k;
  const problem *p;
  const graph *edges;
  const factor *u;
  size_t pad, all;
  double *point;     /* u */
  double *slope;     /* half of the gradient there */
  double *inverse;   /* one over the curvature of what is free to move, else 0 */
  double *left;      /* what is left of minus the slope */
  double *direction;
  double *product;   /* Q times a direction */
  double *move;
  double *column;
} joint;

static void lay_out(joint *s, double *memory)
{
  arena from = {memory, 0};
  double **parts[] = {&s->point, &s->slope, &s->inverse, &s->left, &s->direction,
                      &s->product, &s->move};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; ++i) *parts[i] = carve(&from, s->all);
  s->column = carve(&from, s->pad);
}

size_t conjugate_work(size_t r, size_t count) { return padded(r) * (7 * count + 1); }

static double gain_at(const joint *s, size_t k, size_t j)
{
  return s->p->linear[k * s->u->step_k + j * s->u->step_j];
}

static double curvature_at(const joint *s, size_t k, size_t j)
{
  return s->p->gram[k + k * s->u->r] + s->p->diag[k] * s->p->spread[j];
}

static double within(const joint *s, size_t k, size_t j, double value)
{
  return fmin(value > s->p->floor ? value : s->p->floor, limit_at(s->p, k, j));
}

static int is_held(const joint *s, size_t k) { return s->p->held != NULL && s->p->held[k]; }

/* out <- the sum of the neighbours of column j. */
static void neighbours(const joint *s, const double *from, size_t j, double *out)
{
  const int start = s->edges->start[j], count = s->edges->start[j + 1] - start;
  memset(out, 0, s->pad * sizeof *out);
  s->k->gather(s->pad, (size_t)count, s->edges->row + start, s->edges->weight + start, from, out);
}

/* out <- Q from, Q being the matrix of the whole: K in each column, diag_k (D - S) along rows. Of
 * many columns it takes so long that an interrupt is polled after each. */
static void apply(const joint *s, const double *from, double *out)
{
  const size_t r = s->u->r, count = s->u->count;
  for (size_t j = 0; j < count; ++j) {
    double *to = out + j * s->pad;
    const double *here = from + j * s->pad, degree = s->p->spread[j];
    neighbours(s, from, j, to);
    for (size_t k = 0; k < r; ++k) to[k] = s->p->diag[k] * (degree * here[k] - to[k]);
  }
  s->k->outer(r, r, count, s->p->gram, r, from, 1, s->pad, out, s->pad);
  if (s->p->poll != NULL) s->p->poll();
}

static double inner(const joint *s, const double *a, const double *b)
{
  double sum;
  s->k->inner(s->all, 1, 1, a, s->all, b, s->all, &sum, 1);
  return sum;
}

/* to += by from */
static void add(const joint *s, double by, const double *from, double *to)
{
  s->k->outer(s->all, 1, 1, from, s->all, &by, 1, 1, to, s->all);
}

/* One turn of coordinate descent over the entries of column j, given the slope at the point: the
 * neighbours do not move, so the graph's term takes its majoriser 2 D, and the order of the columns
 * does not matter. */
static void descend_column(const joint *s, size_t j)
{
  const size_t r = s->u->r;
  double *here = s->point + j * s->pad, *moved = s->column;
  const double *slope = s->slope + j * s->pad;
  memset(moved, 0, r * sizeof *moved);
  for (size_t k = 0; k < r; ++k) {
    const double *gram = s->p->gram + k * r, tied = 2 * s->p->diag[k] * s->p->spread[j];
    if (is_held(s, k) || !(gram[k] + tied > 0)) continue;
    double fall = -slope[k];
    for (size_t l = 0; l < k; ++l) fall -= gram[l] * moved[l];
    const double fresh = within(s, k, j, here[k] + fall / (gram[k] + tied));
    moved[k] = fresh - here[k];
    here[k] = fresh;
  }
}

/* The slope of the whole at the point. */
static void find_slope(const joint *s)
{
  apply(s, s->point, s->slope);
  for (size_t j = 0; j < s->u->count; ++j)
    for (size_t k = 0; k < s->u->r; ++k) s->slope[k + j * s->pad] -= gain_at(s, k, j);
}

/* Which entries are free: what lies at a limit stays there. */
static void find_free(const joint *s)
{
  const size_t r = s->u->r;
  memset(s->inverse, 0, s->all * sizeof *s->inverse);
  for (size_t j = 0; j < s->u->count; ++j)
    for (size_t k = 0; k < r; ++k) {
      const size_t at = k + j * s->pad;
      const double value = s->point[at], bend = curvature_at(s, k, j);
      if (value > s->p->floor && value < limit_at(s->p, k, j) && !is_held(s, k) && bend > 0)
        s->inverse[at] = 1 / bend;
    }
}

/* Conjugate gradients over the free entries, preconditioned by their own curvature. Along a
 * direction without curvature, which soft orthogonality can leave, they end. */
static void find_move(const joint *s)
{
  memset(s->move, 0, s->all * sizeof *s->move);
  for (size_t i = 0; i < s->all; ++i) {
    s->left[i] = -s->slope[i];
    s->direction[i] = s->inverse[i] * s->left[i];
  }
  double size = inner(s, s->left, s->direction);
  const double first = size;
  for (int turn = 0; turn < MOST_TURNS && size > ENOUGH * first && size > 0; ++turn) {
    apply(s, s->direction, s->product);
    const double bend = inner(s, s->direction, s->product), before = size;
    if (!(bend > 0)) return;
    const double length = size / bend;
    add(s, length, s->direction, s->move);
    add(s, -length, s->product, s->left);
    for (size_t i = 0; i < s->all; ++i) s->product[i] = s->inverse[i] * s->left[i];
    size = inner(s, s->left, s->product);
    for (size_t i = 0; i < s->all; ++i)
      s->direction[i] = s->product[i] + size / before * s->direction[i];
  }
}

/* left <- the point moved by a share of the move and put within its limits; direction <- the change
 * that results. Returns whether a limit was met. */
static int try_move(const joint *s, double share)
{
  int limited = 0;
  memcpy(s->left, s->point, s->all * sizeof *s->left);
  for (size_t j = 0; j < s->u->count; ++j)
    for (size_t k = 0; k < s->u->r; ++k) {
      const size_t at = k + j * s->pad;
      if (!(s->inverse[at] > 0)) continue;
      const double wanted = s->point[at] + share * s->move[at];
      s->left[at] = within(s, k, j, wanted);
      limited |= s->left[at] != wanted;
    }
  for (size_t i = 0; i < s->all; ++i) s->direction[i] = s->left[i] - s->point[i];
  return limited;
}

/* The change of the sum along `direction`. */
static double change_along(const joint *s)
{
  apply(s, s->direction, s->product);
  return 2 * inner(s, s->slope, s->direction) + inner(s, s->direction, s->product);
}

static void move_free(const joint *s)
{
  double share = 1;
  find_slope(s);
  find_free(s);
  find_move(s);
  for (int turn = 0; turn < MOST_HALVINGS; ++turn, share /= 2)
    if (!try_move(s, share) || change_along(s) < 0) {
      memcpy(s->point, s->left, s->all * sizeof *s->left);
      return;
    }
}

void step_conjugate(const kernels *k, const problem *p, const graph *edges, const factor *u,
                    double *work)
{
  joint s = {.k = k, .p = p, .edges = edges, .u = u, .pad = padded(u->r)};
  s.all = s.pad * u->count;
  lay_out(&s, work);
  memset(s.point, 0, s.all * sizeof *s.point);
  for (size_t j = 0; j < u->count; ++j)
    for (size_t l = 0; l < u->r; ++l)
      s.point[l + j * s.pad] = u->value[l * u->step_k + j * u->step_j];
  find_slope(&s);
  for (size_t j = 0; j < u->count; ++j) descend_column(&s, j);
  move_free(&s);
  for (size_t j = 0; j < u->count; ++j)
    for (size_t l = 0; l < u->r; ++l)
      u->value[l * u->step_k + j * u->step_j] = s.point[l + j * s.pad];
}
