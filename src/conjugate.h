/* The step for a factor whose columns a graph ties to each other: all of them at once. */
#ifndef METANMF_CONJUGATE_H
#define METANMF_CONJUGATE_H

#include "graph.h"
#include "steps.h"

/* Doubles that step_conjugate() needs for a factor of r x count. */
size_t conjugate_work(size_t r, size_t count);

/* Lowers u'Ku + sum_k diag_k u_k (D - S) u_k' - 2 (P - M)'u over all of u between its limits, S
 * being the graph's weights and D its degrees (the problem's `spread`); linear holds P - M. One
 * turn of coordinate descent in every column finds which entries lie at a limit; conjugate
 * gradients then move the others together, and what would leave its limits is put on them, the
 * move being halved until the sum falls. It never rises, and no order of the columns counts. */
void step_conjugate(const kernels *k, const problem *p, const graph *edges, const factor *u,
                    double *work);

#endif
