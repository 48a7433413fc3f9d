/* The memory of a group fit, and the states of its parts, one at a time in the same scratch. */
#ifndef METANMF_GROUP_STATE_H
#define METANMF_GROUP_STATE_H

#include "group.h"

void group_lay_out(group *g, double *memory);

/* Whether penalties lie on W or H. */
int group_penalised(const group *g);

/* The state of W, whose step reads g->total. */
void group_start_shared(const group *g, fit_state *s);

/* The state of what a task has of its own, whose step reads `from`. */
void group_start_own(group *g, group_task *t, fit_state *s, const sums **from);

/* The state of a task with its present pair; `facts`: with what a penalty or the KKT residual asks
 * of its coefficients. */
void group_start_task(const group *g, group_task *t, fit_state *s, int facts);

#endif
