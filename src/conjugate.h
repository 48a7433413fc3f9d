/* The step for a factor whose columns a graph ties to each other: all of them at once. */
#ifndef METANMF_CONJUGATE_H
#define METANMF_CONJUGATE_H

#include "graph.h"
#include "steps.h"

/* Doubles that step_conjugate() needs for a factor of r x count. */
size_t conjugate_work(size_t r, size_t count);

/* Lowers u'Ku + sum_k diag_k u_k (D - S) u_k' - 2 (P - M)'u over all of u between its limits, S
 * being the graph's weights and D its degrees (the problem's `spread`); linear holds P - M. One
 * turn of coordinate descent in every column finds which entries lie at a limit. Conjugate
 * gradients then move the others together. Entries that would leave their limits are put on them,
 * and the move is halved until the sum falls. It never rises, whatever the order of the columns. */
void step_conjugate(const kernels *k, const problem *p, const graph *edges, const factor *u,
                    double *work);

#endif
