/* H solved exactly for a W that stays, as predict() returns it. Every column is solved from its
 * own observed entries alone, so it depends on no other column. */
#ifndef METANMF_EXACT_H
#define METANMF_EXACT_H

#include "pass.h"

/* Doubles of scratch->solver that exact_solve() needs for columns of m entries. */
size_t exact_work(const settings *set, size_t m);

/* Moves the block's H to the optimum of its problem, penalties on H included; P is in t->linear
 * where all of X is observed (least squares). Returns how many columns did not get there in the
 * iterations they have, which only Itakura-Saito's can. */
size_t exact_solve(const shared *p, const scratch *t, const block *b);

#endif
