/* Group NMF (Lee & Choi 2009): minimise sum_i alpha_i (|X_i - W H_i - B_i G_i|^2 + penalties on
 * H_i) + penalties on W, and integrative NMF (Yang & Michailidis 2016), where G_i is tied to H_i.
 * A task has the basis V_i = [W B_i] and the coefficients S_i = [H_i; G_i]; a pass over it leaves
 * its sums P_i = X_i S_i' and A_i = S_i S_i', and nothing else of it is needed. Other losses leave
 * others, see sums.h, and everything else is the same. */
#ifndef METANMF_GROUP_H
#define METANMF_GROUP_H

#include "fit.h"

typedef struct {
  data_matrix x;
  settings set;     /* of a step of all R columns of its basis */
  penalty pen;      /* of what it shares: the first components of its pair */
  double *own;      /* B_i, m x q; V_i of integrative NMF, m x r */
  double *coef;     /* S_i, R x n; H_i of integrative NMF */
  graph across;     /* its samples' edges to those of other tasks, their alpha in the weights; rows
                     * are numbered over all tasks, degrees are with those of pen.coef.edges */
  size_t columns;   /* of `own` */
  double alpha;
  double *basis;    /* the basis of its pass, m x R */
  sums total;       /* of its last pass */
  double loss;      /* its share of F without alpha and penalties */
  double cost;      /* the part of it that integrative NMF adds */
} group_task;

struct group_parts;

typedef struct group {
  const struct group_parts *parts;
  settings set;     /* of W's step, and of the rule of when to stop */
  size_t m, count;
  double *w;        /* m x r */
  group_task *tasks;
  penalty pen;      /* W's */
  double lambda;    /* of integrative NMF */
  int lags;         /* a pass finds the loss of the pair it began with: divergences, masked X */

  sums total;       /* what W's step reads, of all tasks */
  double *laplacian; /* r: sum_i alpha_i q_k of H_i, and of edges between tasks */
  const double **sample; /* H of each sample of all tasks; NULL: no edges between tasks */
  sums apart;       /* of a task, with what the other part of its basis explains taken off */
  double *gram;     /* r x r: lambda V_i' V_i */
  int *held;        /* R: 1 for the columns of W */
  double *scratch;  /* of one state at a time */
  data_matrix none; /* m x 0, of W alone */
  double none_entry;

  size_t iteration;
  int pending;      /* the trace lags behind the pair */
  int measures, swept;
  double x_size, penalty, value;
  double violations; /* of the conditions, of what an iteration began with */
  double kkt;       /* the KKT residual of the pair a fit ended with; NaN: not looked at */
  double *trace;
  size_t traced;
  fit_status status;
} group;

/* How the parts of a task's basis go together. */
typedef struct group_parts {
  int ties; /* H_i is the coefficients of both parts */
  /* task->basis, from W and what the task has of its own. */
  void (*join)(const group *g, const group_task *t);
  /* Adds alpha_i times what W's step reads of the task to g->total. */
  void (*add_shared)(group *g, const group_task *t);
  /* Where the task's own part lies in a basis of its own, which of that stays, and the sums that
   * its step reads. */
  void (*own)(group *g, group_task *t, double **basis, const int **held, const sums **from);
  /* The own part after its step. */
  void (*keep)(const group *g, const group_task *t);
  /* What the own part adds to the objective, beside the loss. */
  double (*cost)(group *g, const group_task *t);
} group_parts;

extern const group_parts private_parts, tied_parts;

/* Doubles needed for the tasks at these settings. */
size_t group_size(group *g);

/* Lays the sums and the scratch out in `memory` (group_size doubles) and computes what the first
 * pass expects; `iteration`, `value` and `pending` are where an earlier slice stopped. */
void group_start(group *g, double *memory);

/* So many passes over the coefficients, with all bases as they are. */
void group_settle(group *g, size_t passes);

/* Up to `budget` iterations. When they end, g->status says why. */
void group_steps(group *g, size_t budget);

/* Of a fit that has ended: the losses of the pair it ends with and a trace that is level with it;
 * with `look` its KKT residual. */
void group_complete(group *g, int look);

/* What penalties add to the loss of every sample, see penalty_costs(): cost is r x 2. */
void group_costs(group *g, double *cost);

#endif
