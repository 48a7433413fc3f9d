/* What a pass does with columns, by number, for blocks that workers are given. */
#ifndef METANMF_ACTS_H
#define METANMF_ACTS_H

#include "pass.h"

/* The number for the loss of the present pair, sweep_loss(), which is no act of pass(). */
enum { ACT_LOSS = -1 };

int act_number(block_act act);

/* The act of that number, or NULL if no act has it. */
block_act act_numbered(int number);

/* Whether the act moves H, and whether the W step needs what it sums of X. */
int act_moves(int number);
int act_sums_data(int number);

/* The number of values that sweep_loss() adds up for a block of that many columns, and these
 * values. */
size_t loss_count(const shared *p, size_t columns);
void loss_values(shared *p, workspace *space, const block *whole, double *values);

#endif
