/* The entry of group NMF: a slice of iterations over all tasks. */
#include <math.h>
#include <string.h>

#include "glue.h"
#include "group.h"
#include "parts_r.h"
#include "settings_r.h"

static double *numbers_entry(SEXP list, const char *name, size_t count)
{
  SEXP entry = list_entry(list, name);
  if (TYPEOF(entry) != REALSXP || (size_t)XLENGTH(entry) != count)
    Rf_error("internal: `%s` does not fit the tasks", name);
  return REAL(entry);
}

static const int *counts_entry(SEXP list, const char *name, size_t count)
{
  SEXP entry = list_entry(list, name);
  if (TYPEOF(entry) != INTSXP || (size_t)XLENGTH(entry) != count)
    Rf_error("internal: `%s` does not fit the tasks", name);
  return INTEGER(entry);
}

static SEXP list_of(SEXP list, const char *name, size_t count)
{
  SEXP entry = list_entry(list, name);
  if (TYPEOF(entry) != VECSXP || (size_t)XLENGTH(entry) != count)
    Rf_error("internal: `%s` does not fit the tasks", name);
  return entry;
}

/* The edges of each task to the others', NULL for none. */
static void across_arg(group *g, SEXP across)
{
  size_t all = 0;
  for (size_t i = 0; i < g->count; ++i) all += g->tasks[i].x.n;
  g->sample = NULL;
  for (size_t i = 0; i < g->count; ++i) {
    group_task *t = g->tasks + i;
    if (!edges_arg(VECTOR_ELT(across, (R_xlen_t)i), all, t->x.n, &t->across)) continue;
    if (t->pen.coef.edges == NULL) Rf_error("internal: edges between tasks without a graph");
    if (g->sample == NULL) g->sample = (const double **)R_alloc(all, sizeof *g->sample);
  }
}

/* Where H of each sample lies. */
static void place_samples(group *g)
{
  size_t at = 0;
  for (size_t i = 0; i < g->count && g->sample != NULL; ++i)
    for (size_t j = 0; j < g->tasks[i].x.n; ++j)
      g->sample[at++] = g->tasks[i].coef + j * g->tasks[i].set.rank;
}

/* Copies of a state's matrices for each task, in a slot of `out`. */
static SEXP copy_list(SEXP from, SEXP out, R_xlen_t slot)
{
  SET_VECTOR_ELT(out, slot, Rf_duplicate(from));
  return VECTOR_ELT(out, slot);
}

/* tasks: list(x, alpha, private, coef_cycles, basis_cycles, terms, across), the first and the last
 * two lists, the others vectors with an entry for each task. */
static void tasks_arg(group *g, SEXP tasks, SEXP slots)
{
  SEXP x = list_entry(tasks, "x");
  if (TYPEOF(x) != VECSXP || XLENGTH(x) < 1) Rf_error("internal: no tasks");
  g->count = (size_t)XLENGTH(x);
  g->tasks = (group_task *)R_alloc(g->count, sizeof *g->tasks);
  memset(g->tasks, 0, g->count * sizeof *g->tasks);
  SEXP terms = list_of(tasks, "terms", g->count);
  const double *alpha = numbers_entry(tasks, "alpha", g->count);
  const int *private = counts_entry(tasks, "private", g->count);
  const int *coef_cycles = counts_entry(tasks, "coef_cycles", g->count);
  const int *basis_cycles = counts_entry(tasks, "basis_cycles", g->count);
  for (size_t i = 0; i < g->count; ++i) {
    group_task *t = g->tasks + i;
    SEXP one = VECTOR_ELT(x, (R_xlen_t)i);
    graph *edges = (graph *)R_alloc(2, sizeof *edges);
    t->x = is_in_parts(one) ? parts_arg(one, slots) : data_arg(one);
    if (private[i] < 0 || coef_cycles[i] < 1 || basis_cycles[i] < 1 || t->x.partial)
      Rf_error("internal: no such task");
    t->columns = g->parts->ties ? g->set.rank : (size_t)private[i];
    t->alpha = alpha[i];
    t->set = g->set;
    t->set.rank += (size_t)private[i];
    t->set.hold_basis = 0; /* W alone may stay */
    t->set.coef_cycles = (size_t)coef_cycles[i];
    t->set.basis_cycles = (size_t)basis_cycles[i];
    t->pen = penalty_arg(VECTOR_ELT(terms, (R_xlen_t)i), &t->x, g->set.rank, edges);
    t->pen.coef.reach = t->pen.basis.reach = g->set.rank;
    check_settings(&t->set, &t->x);
    if (t->x.m != g->tasks->x.m) Rf_error("internal: a task has other features");
  }
  across_arg(g, list_of(tasks, "across", g->count));
  g->m = g->tasks->x.m;
  g->pen = g->tasks->pen;
  g->pen.coef.edges = NULL; /* their sums over the tasks are known to W's step */
}

/* state: list(w, own, coef), whose copies go to `out`. */
static void state_arg(group *g, SEXP state, SEXP out)
{
  SEXP w = list_entry(state, "w");
  matrix_of(w, "w", g->m, g->set.rank);
  g->w = copy_into(out, 0, w);
  SEXP own = copy_list(list_of(state, "own", g->count), out, 1);
  SEXP coef = copy_list(list_of(state, "coef", g->count), out, 2);
  for (size_t i = 0; i < g->count; ++i) {
    group_task *t = g->tasks + i;
    SEXP b = VECTOR_ELT(own, (R_xlen_t)i), s = VECTOR_ELT(coef, (R_xlen_t)i);
    matrix_of(s, "coef", t->set.rank, t->x.n);
    t->coef = REAL(s);
    if (t->columns == 0) continue;
    matrix_of(b, "own", g->m, t->columns);
    t->own = REAL(b);
  }
  place_samples(g);
}

static const char *status_name(fit_status status)
{
  return status == FIT_CONVERGED ? "converged" : status == FIT_EXHAUSTED ? "exhausted" : "running";
}

/* Where the fit stands, from slot 3 of `out` on. */
static void report(group *g, SEXP out)
{
  SET_VECTOR_ELT(out, 3, Rf_allocVector(REALSXP, (R_xlen_t)g->count));
  SET_VECTOR_ELT(out, 4, Rf_allocVector(REALSXP, (R_xlen_t)g->count));
  for (size_t i = 0; i < g->count; ++i) {
    REAL(VECTOR_ELT(out, 3))[i] = g->tasks[i].loss;
    REAL(VECTOR_ELT(out, 4))[i] = g->tasks[i].cost;
  }
  SET_VECTOR_ELT(out, 5, Rf_allocVector(REALSXP, (R_xlen_t)g->traced));
  if (g->traced > 0) memcpy(REAL(VECTOR_ELT(out, 5)), g->trace, g->traced * sizeof *g->trace);
  SET_VECTOR_ELT(out, 6, Rf_ScalarReal((double)g->iteration));
  SET_VECTOR_ELT(out, 7, Rf_ScalarReal(g->value));
  SET_VECTOR_ELT(out, 8, Rf_ScalarLogical(g->pending));
  SET_VECTOR_ELT(out, 9, Rf_mkString(status_name(g->status)));
  SET_VECTOR_ELT(out, 10, Rf_ScalarReal(isnan(g->kkt) ? NA_REAL : g->kkt));
  if (g->status == FIT_RUNNING) return;
  SET_VECTOR_ELT(out, 11, Rf_allocMatrix(REALSXP, (int)g->set.rank, 2));
  group_costs(g, REAL(VECTOR_ELT(out, 11)));
}

/* Tasks as tasks_arg() reads them, list(w, own, coef), the model and the control of W; order:
 * list(tied, lags, passes, budget, iteration, value, pending, look). `tied` is NULL or the lambda
 * of integrative NMF; so many passes over the coefficients alone come before the iterations.
 * Returns the new state and where the fit stands. */
SEXP C_group(SEXP tasks, SEXP state, SEXP model, SEXP control, SEXP order)
{
  static const char *names[] = {"w", "own", "coef", "losses", "added", "trace", "iteration",
                                "value", "pending", "status", "kkt", "cost", ""};
  group g;
  memset(&g, 0, sizeof g);
  SEXP slots = PROTECT(parts_slots()), tied = list_entry(order, "tied");
  g.parts = tied == R_NilValue ? &private_parts : &tied_parts;
  if (tied != R_NilValue) g.lambda = list_number(order, "tied");
  settings_arg(model, control, &g.set);
  g.set.chunks = 1; /* what is in memory is one chunk, whatever its size */
  g.set.revive_from = 0;
  g.set.step_tol = 0;
  tasks_arg(&g, tasks, slots);
  g.lags = list_flag(order, "lags");
  g.iteration = list_count(order, "iteration");
  g.value = list_number(order, "value");
  g.pending = list_flag(order, "pending");

  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  state_arg(&g, state, out);
  const size_t budget = list_count(order, "budget");
  g.trace = r_scratch(budget + 1);
  group_start(&g, r_scratch(group_size(&g)));
  group_settle(&g, list_count(order, "passes"));
  if (g.iteration >= g.set.max_iter) g.status = FIT_EXHAUSTED;
  group_steps(&g, budget);
  if (g.status != FIT_RUNNING) group_complete(&g, list_flag(order, "look"));
  report(&g, out);
  UNPROTECT(2);
  return out;
}
