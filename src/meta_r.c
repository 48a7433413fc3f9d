/* Entry for meta-learning: one epoch of Algorithm 1. */
#include <string.h>

#include "glue.h"
#include "settings_r.h"
#include "meta.h"

/* One learner from list(x, w, h, penalty, graph, graph_basis); its new pair goes to slot `slot` of
 * `out`; `edges` has room for two graphs. */
static learner learner_arg(SEXP one, SEXP model, size_t m, SEXP out, R_xlen_t slot,
                           graph *edges)
{
  static const char *names[] = {"w", "h", ""};
  learner l;
  const size_t rank = list_count(model, "rank");
  l.x = data_arg(list_entry(one, "x"));
  if (l.x.m != m) Rf_error("internal: a task has other features than the target");
  matrix_of(list_entry(one, "w"), "w", m, rank);
  matrix_of(list_entry(one, "h"), "h", rank, l.x.n);
  l.pen = penalty_arg(one, &l.x, edges);
  SET_VECTOR_ELT(out, slot, Rf_mkNamed(VECSXP, names));
  l.w = copy_into(VECTOR_ELT(out, slot), 0, list_entry(one, "w"));
  l.h = copy_into(VECTOR_ELT(out, slot), 1, list_entry(one, "h"));
  return l;
}

/* tasks: a list of learners; target: one; sum: m x r; schedule: list(alpha,
 * accumulate, transfer_first, fresh_tasks). Returns the new pairs, the sum and the
 * target's F after its fit. */
SEXP C_meta_epoch(SEXP tasks, SEXP target, SEXP sum, SEXP model, SEXP task_control,
                  SEXP target_control, SEXP schedule)
{
  static const char *names[] = {"tasks", "target", "sum", "value", ""};
  settings task_set, target_set;
  epoch e;
  memset(&e, 0, sizeof e);
  if (TYPEOF(tasks) != VECSXP || XLENGTH(tasks) < 1) Rf_error("internal: no tasks");
  settings_arg(model, task_control, &task_set);
  settings_arg(model, target_control, &target_set);
  e.m = data_arg(list_entry(target, "x")).m;
  e.task_set = &task_set;
  e.target_set = &target_set;
  e.r = task_set.rank;
  e.count = (size_t)XLENGTH(tasks);
  SEXP alpha = list_entry(schedule, "alpha");
  if (TYPEOF(alpha) != REALSXP || (size_t)XLENGTH(alpha) != e.count)
    Rf_error("internal: `alpha` does not fit the tasks");
  e.alpha = REAL(alpha);
  e.accumulate = list_flag(schedule, "accumulate");
  e.transfer_first = list_flag(schedule, "transfer_first");
  e.fresh_tasks = list_flag(schedule, "fresh_tasks");
  matrix_of(sum, "sum", e.m, e.r);

  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  graph *edges = (graph *)R_alloc(2 * (e.count + 1), sizeof *edges);
  e.tasks = (learner *)R_alloc(e.count, sizeof *e.tasks);
  SET_VECTOR_ELT(out, 0, Rf_allocVector(VECSXP, XLENGTH(tasks)));
  for (size_t i = 0; i < e.count; ++i)
    e.tasks[i] = learner_arg(VECTOR_ELT(tasks, (R_xlen_t)i), model, e.m,
                             VECTOR_ELT(out, 0), (R_xlen_t)i, edges + 2 * i);
  e.target = learner_arg(target, model, e.m, out, 1, edges + 2 * e.count);
  for (size_t i = 0; i < e.count; ++i) check_settings(&task_set, &e.tasks[i].x);
  check_settings(&target_set, &e.target.x);
  e.sum = copy_into(out, 2, sum);
  e.memory = r_scratch(epoch_size(&e));
  epoch_run(&e);
  SET_VECTOR_ELT(out, 3, Rf_ScalarReal(e.value));
  UNPROTECT(1);
  return out;
}
