/* Least squares within limits for one right side, by an active set of three states. */
#ifndef METANMF_NNLS_LIMITED_H
#define METANMF_NNLS_LIMITED_H

#include <stddef.h>

typedef struct {
  size_t r;
  const double *gram, *gain; /* K, r x r and symmetric, and p */
  const double *upper;       /* the largest values, r; NULL: none */
  const int *held;           /* r: 1 where h_k stays; NULL: none */
  int simplex;               /* the sum of h stays what it is on entry */
} limited_problem;

/* Doubles of scratch that nnls_limited() needs. */
size_t nnls_limited_work(size_t r);

/* h (r) minimises h'Kh - 2 p'h over 0 <= h <= upper, and on h's sum where that stays, from a
 * feasible h on entry. Components are at 0, at their largest value, or free; the free ones go
 * to the minimiser of their face until one of them meets a limit, and the one that
 * would lower the objective most is let go next (Lawson & Hanson 1974; Heinz & Chang 2001 with
 * the sum). Components that depend on others move along K y = 0 where a linear term asks for it. */
void nnls_limited(const limited_problem *p, double *h, double *work);

#endif
