/* Epochs of Algorithm 1: tasks of different sizes that share one memory. */
#include <math.h>
#include <string.h>

#include "fit.h"
#include "memory.h"
#include "model.h"
#include "meta.h"
#include "try.h"

enum { MOST_TASKS = 4 };

static void draw_learner(source *from, const settings *set, size_t m, learner *one, graph *edges)
{
  const size_t n = awkward_size(from, 1), r = set->rank;
  one->x = draw_data(from, set, m, n, 1);
  one->pen = draw_penalty(from, set, &one->x, edges);
  one->w = take(m * r);
  one->h = take(r * n);
  draw_start(from, &one->x, r, one->w, one->h);
}

static void check_learner(const learner *one, size_t m, size_t r, const char *message)
{
  require(sound(m * r, one->w) && sound(r * one->x.n, one->h), message);
}

void try_epoch(source *from)
{
  learner tasks[MOST_TASKS];
  graph edges[2 * MOST_TASKS + 2];
  settings task_set, target_set;
  epoch e;
  memset(&e, 0, sizeof e);
  draw_settings(from, &task_set);
  if (task_set.hold_basis) task_set.coef_step = task_set.basis_step = STEP_MU;
  task_set.hold_basis = 0;
  e.m = awkward_size(from, 1);
  e.r = task_set.rank = 1 + choose(from, e.m > 6 ? 6 : e.m);
  target_set = task_set;
  target_set.max_iter = 1 + choose(from, 12);
  target_set.threads = 1 + choose(from, 4);
  target_set.step_tol = 0;
  e.task_set = &task_set;
  e.target_set = &target_set;
  e.count = 1 + choose(from, MOST_TASKS);
  for (size_t i = 0; i < e.count; ++i)
    draw_learner(from, &task_set, e.m, tasks + i, edges + 2 * i);
  draw_learner(from, &target_set, e.m, &e.target, edges + 2 * e.count);
  e.tasks = tasks;
  double *alpha = take(e.count);
  numbers(from, 0, e.count, alpha);
  e.alpha = alpha;
  freeze(alpha);
  e.sum = take(e.m * e.r);
  memset(e.sum, 0, e.m * e.r * sizeof *e.sum);
  e.accumulate = choose(from, 2) == 1;
  e.transfer_first = choose(from, 2) == 1;
  e.fresh_tasks = choose(from, 2) == 1;
  fill_with(NAN);
  e.memory = take(epoch_size(&e));
  for (int turn = 0; turn < 2; ++turn) epoch_run(&e);
  fill_with(0);
  require(e.value >= 0, "F of the target is NaN or below 0");
  check_learner(&e.target, e.m, e.r, "the target is not finite, or below 0");
  for (size_t i = 0; i < e.count; ++i)
    check_learner(tasks + i, e.m, e.r, "a task is not finite, or below 0");
}
