/* One epoch of Algorithm 1, line by line: the fits, and the transfers between tasks and target. */
#include "meta.h"

#include <math.h>
#include <string.h>

#include "data_ops.h"
#include "fit.h"

size_t epoch_size(const epoch *e)
{
  const learner *t = &e->target;
  size_t most = state_size(e->target_set, &t->x, &t->pen);
  for (size_t i = 0; i < e->count; ++i) {
    t = e->tasks + i;
    const size_t size = state_size(e->task_set, &t->x, &t->pen);
    if (size > most) most = size;
  }
  return most + e->r;
}

/* Lines 3 and 5: a fit from where the learner stands, then the scaling of W. */
static double factorise(const epoch *e, const settings *set, learner *one, int want_value)
{
  fit_state s;
  double value = 0;
  const pair moved = {one->w, one->h, NULL, NULL, NULL, NULL};
  state_start(&s, set, &one->x, &one->pen, &moved, NULL, e->memory + e->r);
  fit_prepare(&s, 0, NAN);
  fit_steps(&s, set->max_iter);
  if (want_value) value = fit_value(&s);
  fit_scale(set->scale, e->m, one->x.n, e->r, &moved, e->memory);
  /* Small fits end before their own count of work is due. */
  if (set->poll != NULL) set->poll();
  return value;
}

static void add(size_t count, double by, const double *from, double *to)
{
  for (size_t i = 0; i < count; ++i) to[i] += by * from[i];
}

/* Lines 7 and 9: H <- W'X, a start for the next fit. */
static void project(const epoch *e, learner *one)
{
  const data_ops *ops = data_ops_of(&one->x, LOSS_FROBENIUS);
  const data_parts *parts = one->x.parts;
  if (parts == NULL) {
    ops->project(&e->task_set->table, &one->x, e->r, one->w, one->h);
    return;
  }
  for (size_t i = 0; i < parts->count; ++i) {
    data_matrix x;
    parts->read(parts->from, i, 0, &x);
    ops->project(&e->task_set->table, &x, e->r, one->w, one->h + (size_t)parts->start[i] * e->r);
  }
}

/* Line 6 for one task: W_si <- W_si + W_t, H_si <- W_si'X_si. */
static void transfer_to_task(epoch *e, learner *task)
{
  add(e->m * e->r, 1, e->target.w, task->w);
  project(e, task);
}

/* Line 8: W_t <- W_t + (1/N) sum alpha_i W_si, H_t <- W_t'X_t. */
static void transfer_to_target(epoch *e)
{
  for (size_t i = 0; i < e->count; ++i)
    add(e->m * e->r, e->alpha[i], e->tasks[i].w, e->sum);
  add(e->m * e->r, 1.0 / (double)e->count, e->sum, e->target.w);
  project(e, &e->target);
}

void epoch_run(epoch *e)
{
  if (!e->accumulate) memset(e->sum, 0, e->m * e->r * sizeof *e->sum);
  for (size_t i = 0; i < e->count; ++i) {
    if (e->transfer_first && !e->fresh_tasks) transfer_to_task(e, e->tasks + i);
    factorise(e, e->task_set, e->tasks + i, 0);
  }
  if (e->transfer_first) transfer_to_target(e);
  e->value = factorise(e, e->target_set, &e->target, 1);
  if (e->transfer_first) return;
  for (size_t i = 0; i < e->count; ++i) transfer_to_task(e, e->tasks + i);
  transfer_to_target(e);
}
