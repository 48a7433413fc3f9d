/* Entries for meta-learning: learners that are checked once, and one epoch of Algorithm 1. */
#include <string.h>

#include "data_ops.h"
#include "glue.h"
#include "meta.h"
#include "parts_r.h"
#include "settings_r.h"

/* What does not change from epoch to epoch: the data and penalties of a learner. Data in parts are
 * known by their shape, since what reads them belongs to a call. */
typedef struct {
  data_matrix x;
  penalty pen;
  graph edges[2];
} prepared;

/* tasks: a list of list(x, penalty, graph, graph_basis); target: one such list. Checks them
 * and returns a handle on them for C_meta_epoch(). It keeps them alive, and R copies what is
 * referred to before it changes it. A handle that was saved and read again is refused. */
SEXP C_meta_prepare(SEXP tasks, SEXP target, SEXP model)
{
  if (TYPEOF(tasks) != VECSXP || XLENGTH(tasks) < 1) Rf_error("internal: no tasks");
  const R_xlen_t count = XLENGTH(tasks);
  SEXP kept = PROTECT(Rf_allocVector(VECSXP, 3));
  SET_VECTOR_ELT(kept, 0, tasks);
  SET_VECTOR_ELT(kept, 1, target);
  SET_VECTOR_ELT(kept, 2, Rf_allocVector(RAWSXP, (count + 1) * (R_xlen_t)sizeof(prepared)));
  prepared *all = (prepared *)(void *)RAW(VECTOR_ELT(kept, 2));
  const size_t rank = list_count(model, "rank");
  const int least_squares = strcmp(list_text(model, "loss"), "frobenius") == 0;
  for (R_xlen_t i = 0; i <= count; ++i) {
    SEXP one = i < count ? VECTOR_ELT(tasks, i) : target;
    data_matrix *x = &all[i].x;
    SEXP data = list_entry(one, "x");
    const int in_parts = is_in_parts(data);
    *x = in_parts ? parts_arg(data, R_NilValue) : data_arg(data);
    all[i].pen = penalty_arg(one, x, rank, all[i].edges);
    if (in_parts) x->parts = NULL;
    else if (least_squares && !(x->x_norm2 >= 0)) x->x_norm2 = data_norm2(x);
  }
  for (R_xlen_t i = 0; i < count; ++i)
    if (all[i].x.m != all[count].x.m)
      Rf_error("internal: a task has other features than the target");
  SEXP handle = PROTECT(R_MakeExternalPtr(all, Rf_install("metanmf_learners"), kept));
  UNPROTECT(2);
  return handle;
}

/* The learners of a handle, tasks first; their number without the target in `count`. */
static const prepared *handle_arg(SEXP handle, size_t *count)
{
  if (TYPEOF(handle) != EXTPTRSXP ||
      R_ExternalPtrTag(handle) != Rf_install("metanmf_learners") ||
      R_ExternalPtrAddr(handle) == NULL)
    Rf_error("internal: no handle of prepared learners");
  *count = (size_t)XLENGTH(VECTOR_ELT(R_ExternalPtrProtected(handle), 0));
  return R_ExternalPtrAddr(handle);
}

/* Learner i, the target behind the tasks, as it was given to C_meta_prepare(). */
static SEXP given_learner(SEXP handle, size_t i)
{
  SEXP kept = R_ExternalPtrProtected(handle), tasks = VECTOR_ELT(kept, 0);
  return i < (size_t)XLENGTH(tasks) ? VECTOR_ELT(tasks, (R_xlen_t)i) : VECTOR_ELT(kept, 1);
}

/* Learner i from its prepared part and list(w, h); its new pair goes to slot `slot` of `out`. */
static learner learner_arg(SEXP handle, size_t i, SEXP start, size_t rank, SEXP slots, SEXP out,
                           R_xlen_t slot)
{
  static const char *names[] = {"w", "h", ""};
  const prepared *known = (const prepared *)R_ExternalPtrAddr(handle) + i;
  SEXP x = list_entry(given_learner(handle, i), "x");
  learner l = {is_in_parts(x) ? parts_arg(x, slots) : known->x, NULL, NULL, known->pen};
  SEXP w = list_entry(start, "w"), h = list_entry(start, "h");
  matrix_of(w, "w", l.x.m, rank);
  matrix_of(h, "h", rank, l.x.n);
  SET_VECTOR_ELT(out, slot, Rf_mkNamed(VECSXP, names));
  l.w = copy_into(VECTOR_ELT(out, slot), 0, w);
  l.h = copy_into(VECTOR_ELT(out, slot), 1, h);
  return l;
}

static void schedule_arg(SEXP schedule, epoch *e)
{
  SEXP alpha = list_entry(schedule, "alpha");
  if (TYPEOF(alpha) != REALSXP || (size_t)XLENGTH(alpha) != e->count)
    Rf_error("internal: `alpha` does not fit the tasks");
  e->alpha = REAL(alpha);
  e->accumulate = list_flag(schedule, "accumulate");
  e->transfer_first = list_flag(schedule, "transfer_first");
  e->fresh_tasks = list_flag(schedule, "fresh_tasks");
}

/* pairs: list(tasks, target, sum), a list of list(w, h), one such list and an m x r matrix;
 * controls: list(task, target); schedule: list(alpha, accumulate, transfer_first,
 * fresh_tasks). Returns the new pairs, the sum and the target's F after its fit. */
SEXP C_meta_epoch(SEXP handle, SEXP pairs, SEXP model, SEXP controls, SEXP schedule)
{
  static const char *names[] = {"tasks", "target", "sum", "value", ""};
  settings task_set, target_set;
  epoch e;
  memset(&e, 0, sizeof e);
  const prepared *known = handle_arg(handle, &e.count);
  SEXP tasks = list_entry(pairs, "tasks"), sum = list_entry(pairs, "sum");
  if (TYPEOF(tasks) != VECSXP || (size_t)XLENGTH(tasks) != e.count)
    Rf_error("internal: the pairs do not fit the tasks");
  settings_arg(model, list_entry(controls, "task"), &task_set);
  settings_arg(model, list_entry(controls, "target"), &target_set);
  e.m = known->x.m;
  e.task_set = &task_set;
  e.target_set = &target_set;
  e.r = task_set.rank;
  schedule_arg(schedule, &e);
  matrix_of(sum, "sum", e.m, e.r);

  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names)), slots = PROTECT(parts_slots());
  e.tasks = (learner *)R_alloc(e.count, sizeof *e.tasks);
  SET_VECTOR_ELT(out, 0, Rf_allocVector(VECSXP, XLENGTH(tasks)));
  for (size_t i = 0; i < e.count; ++i) {
    e.tasks[i] = learner_arg(handle, i, VECTOR_ELT(tasks, (R_xlen_t)i), e.r, slots,
                             VECTOR_ELT(out, 0), (R_xlen_t)i);
    check_settings(&task_set, &e.tasks[i].x);
  }
  e.target = learner_arg(handle, e.count, list_entry(pairs, "target"), e.r, slots, out, 1);
  check_settings(&target_set, &e.target.x);
  e.sum = copy_into(out, 2, sum);
  e.memory = r_scratch(epoch_size(&e));
  epoch_run(&e);
  SET_VECTOR_ELT(out, 3, Rf_ScalarReal(e.value));
  UNPROTECT(2);
  return out;
}
