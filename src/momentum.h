/* Extrapolation of a pair along its last move, with a safe restart (Ang & Gillis 2019): the next
 * iteration begins at y = x + share (x - x before), and where F is above that of the last such
 * pair, it goes back to x and continues without. */
#ifndef METANMF_MOMENTUM_H
#define METANMF_MOMENTUM_H

#include "factor.h"

/* How far the next pair is carried, and the most it may be: they grow while F falls. Kept between
 * slices, like the pair before the last move. */
typedef struct {
  double *w, *h;  /* x of the last iteration, as the factors are laid out; NULL: no momentum */
  double share, most;
  double reached; /* F of the pair the last iteration began with; NaN: none */
} momentum;

void momentum_start(momentum *m);

/* u <- u + share (u - before), and `before` <- u as it was, but for what is held, NULL: nothing.
 * No entry falls below a tenth of itself, nor rises above `upper`, laid out as u; NULL: none. */
void momentum_carry(const momentum *m, const factor *u, const int *held, const double *upper,
                    double *before);

/* The share after a pair that was carried: it grows, or shrinks if F rose. */
void momentum_grow(momentum *m);
void momentum_shrink(momentum *m);

#endif
