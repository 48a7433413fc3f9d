/* The acts of a pass by number, for blocks that are worked on elsewhere. */
#ifndef METANMF_ACTS_H
#define METANMF_ACTS_H

#include "pass.h"

/* Not the number of an act of pass(): the loss of the present pair, sweep_loss(). */
enum { ACT_LOSS = -1 };

int act_number(block_act act);

/* The act of that number; NULL: none has it. */
block_act act_numbered(int number);

/* Whether it moves H, and whether W's step needs what it sums of X. */
int act_moves(int number);
int act_sums_data(int number);

/* The values that sweep_loss() adds up of a block of so many columns, and these values. */
size_t loss_count(const shared *p, size_t columns);
void loss_values(shared *p, workspace *space, const block *whole, double *values);

#endif
