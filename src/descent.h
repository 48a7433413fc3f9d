/* The Kullback-Leibler loss of sparse data by cyclic coordinate descent: every column of H and
 * every row of W is a problem of its own, and each of its entries in turn takes a Newton step. */
#ifndef METANMF_DESCENT_H
#define METANMF_DESCENT_H

#include "partial.h"

/* Doubles of scratch for one column of at most `longest` stored entries, t->descent. */
size_t descent_work(size_t r, size_t longest);

/* The most stored entries of a column of x, or of a row, at least 1. */
size_t descent_longest(const data_matrix *x);

/* One step for each of the columns. F never rises: along an entry its slope is concave, so that
 * Newton's step to the right ends before the minimum; a step to the left may lead past it, and is
 * cut where an entry of z would fall below half, up to where
 *   -log(1 - s) <= s + s^2 / (2 (1 - s)) <= s + s^2
 * shows that it goes down. Where the sweep measures, what the columns add to the KKT residual is
 * added to *kkt. */
void descent_step(const shared *p, const scratch *t, const partial_side *of, double *kkt);

#endif
