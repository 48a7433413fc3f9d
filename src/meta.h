/* Meta-learning, Algorithm 1 of the thesis: one epoch over the tasks and the target. */
#ifndef METANMF_META_H
#define METANMF_META_H

#include "state.h"

/* A task or the target: its data and the pair it moves. */
typedef struct {
  data_matrix x;
  double *w;       /* m x r */
  double *h;       /* r x n */
  penalty pen;
} learner;

typedef struct {
  const settings *task_set, *target_set;
  size_t m, r, count;  /* features, rank, tasks */
  learner *tasks;
  learner target;
  const double *alpha; /* count: weight of each task in the target's basis */
  double *sum;         /* m x r: sum of alpha_i W_si */
  int accumulate;      /* keep the sums of earlier epochs (the author's code) */
  int transfer_first;  /* transfer before each fit (the author's code), not after */
  int fresh_tasks;     /* transfer_first only: tasks start from the pair given */
  double *memory;      /* epoch_size() doubles */
  double value;        /* out: F of the target after its fit, before scaling */
} epoch;

size_t epoch_size(const epoch *e);

/* Lines 2 to 9: every task's fit, the target's fit, each scaled, and the transfer. */
void epoch_run(epoch *e);

#endif
