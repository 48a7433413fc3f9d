/* How a fit ends: what is dead, and the scale of the pair. */
#include <math.h>
#include <string.h>

#include "fit.h"
#include "precision.h"
#include "subproblem.h"

static int is_known(const pair *p, size_t k)
{
  return (p->held_basis != NULL && p->held_basis[k]) || (p->held_coef != NULL && p->held_coef[k]);
}

/* A component whose squares underflow in both factors, below what a penalty can use: its product
 * w_k h_k is below LEAST_SQUARE, and no step moves it any more. */
static int is_lost(const shared *p, const pair *moved, size_t k)
{
  const size_t at = k + k * p->r;
  return p->set->loss == LOSS_FROBENIUS && !is_known(moved, k) &&
         p->basis.gram[at] < LEAST_SQUARE && p->coef.gram[at] < LEAST_SQUARE;
}

void fit_dead(size_t r, const double *w_max, const double *h_max, double floor, int *dead)
{
  double largest = -INFINITY;
  /* Logarithms, since a product of two legal numbers may overflow or vanish. */
  for (size_t k = 0; k < r; ++k) largest = fmax(largest, log(w_max[k]) + log(h_max[k]));
  for (size_t k = 0; k < r; ++k)
    dead[k] = !(w_max[k] > floor) || !(h_max[k] > floor) ||
              !(log(w_max[k]) + log(h_max[k]) > largest + log(DEAD_SHARE));
}

void fit_end(fit_state *s, double *divisor, int *dead)
{
  const shared *p = &s->p;
  const size_t m = p->m, n = p->n, r = p->r;
  const pair moved = {p->basis.u.value, p->coef.u.value, p->basis.held, p->coef.held,
                      NULL, NULL};
  for (size_t k = 0; k < r; ++k) {
    if (!is_lost(p, &moved, k)) continue;
    memset(moved.w + k * m, 0, m * sizeof *moved.w);
    for (size_t j = 0; j < n; ++j) moved.h[k + j * r] = 0;
  }
  factor_row_max(&p->basis.u, divisor);
  factor_row_max(&p->coef.u, p->row_max);
  fit_dead(r, divisor, p->row_max, p->set->floor, dead);
  fit_scale(p->set->scale, m, n, r, &moved, divisor);
  for (size_t k = 0; k < r; ++k) dead[k] |= !(p->row_max[k] * divisor[k] > 0);
}

/* The largest entry of a column of W, or its sum or length relative to it, so that nothing
 * overflows or vanishes. */
static double column_size(scale_kind kind, size_t m, const double *column)
{
  const int squares = kind == SCALE_L2;
  double largest = 0, sum = 0;
  for (size_t i = 0; i < m; ++i)
    if (column[i] > largest) largest = column[i];
  if (kind == SCALE_MAX || !(largest > 0)) return largest;
  for (size_t i = 0; i < m; ++i) sum += column[i] / largest * (squares ? column[i] / largest : 1);
  return largest * (squares ? sqrt(sum) : sum);
}

void fit_scale(scale_kind kind, size_t m, size_t n, size_t r, const pair *p, double *divisor)
{
  int any = 0;
  for (size_t k = 0; k < r; ++k) {
    double *column = p->w + k * m;
    const double size = kind == SCALE_NONE || is_known(p, k) ? 1 : column_size(kind, m, column);
    divisor[k] = size > 0 ? size : 1;
    if (divisor[k] == 1) continue;
    any = 1;
    for (size_t i = 0; i < m; ++i) column[i] /= divisor[k];
  }
  for (size_t j = 0; any && j < n; ++j)
    for (size_t k = 0; k < r; ++k) p->h[k + j * r] *= divisor[k];
}
