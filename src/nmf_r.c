/* Entries for one fit: a slice of iterations, and the scaling of a finished one. */
#include <math.h>
#include <string.h>

#include "fit.h"
#include "glue.h"
#include "parts_r.h"
#include "settings_r.h"
#include "subproblem.h"

static const char *status_name(fit_status status)
{
  switch (status) {
  case FIT_CONVERGED: return "converged";
  case FIT_EXHAUSTED: return "exhausted";
  default: return "running";
  }
}

/* Indices, from 1, of the flagged entries. */
static SEXP flagged(size_t count, const int *flags)
{
  R_xlen_t found = 0;
  for (size_t k = 0; k < count; ++k) found += flags[k] != 0;
  SEXP out = PROTECT(Rf_allocVector(INTSXP, found));
  for (size_t k = count; k-- > 0;)
    if (flags[k]) INTEGER(out)[--found] = (int)k + 1;
  UNPROTECT(1);
  return out;
}

/* The largest values of a factor, rows x columns, or NULL. */
static const double *upper_arg(SEXP model, const char *name, size_t rows, size_t columns)
{
  SEXP limits = list_entry(model, "limits");
  SEXP upper = limits == R_NilValue ? R_NilValue : list_entry(limits, name);
  return upper == R_NilValue ? NULL : matrix_of(upper, name, rows, columns);
}

/* Ends a fit: its pair is scaled, and `out` gets the divisors, the dead components and, before
 * the scaling, the costs of a sample's coefficients. */
static void end_fit(fit_state *s, SEXP out, R_xlen_t divisor, R_xlen_t dead, R_xlen_t cost)
{
  SET_VECTOR_ELT(out, cost, Rf_allocMatrix(REALSXP, (int)s->p.r, 2));
  fit_costs(s, REAL(VECTOR_ELT(out, cost)));
  int *flags = (int *)R_alloc(s->p.r, sizeof *flags);
  SET_VECTOR_ELT(out, divisor, Rf_allocVector(REALSXP, (R_xlen_t)s->p.r));
  fit_end(s, REAL(VECTOR_ELT(out, divisor)), flags);
  SET_VECTOR_ELT(out, dead, flagged(s->p.r, flags));
}

/* The momentum of the slice before, list(w, h, numbers), copied into `out`; or a new one. */
static void resume_momentum(fit_state *s, SEXP from, SEXP out, R_xlen_t slot)
{
  static const char *names[] = {"w", "h", "numbers", ""};
  const shared *p = &s->p;
  SET_VECTOR_ELT(out, slot, Rf_mkNamed(VECSXP, names));
  SEXP now = VECTOR_ELT(out, slot);
  SET_VECTOR_ELT(now, 2, Rf_allocVector(REALSXP, 3));
  if (from == R_NilValue) {
    s->carried.w = copy_into(now, 0, VECTOR_ELT(out, 0));
    s->carried.h = copy_into(now, 1, VECTOR_ELT(out, 1));
    momentum_start(&s->carried);
    return;
  }
  SEXP w = list_entry(from, "w"), h = list_entry(from, "h"), given = list_entry(from, "numbers");
  matrix_of(w, "w", p->m, p->r);
  matrix_of(h, "h", p->r, p->n);
  if (TYPEOF(given) != REALSXP || XLENGTH(given) != 3) Rf_error("internal: no momentum");
  s->carried.w = copy_into(now, 0, w);
  s->carried.h = copy_into(now, 1, h);
  s->carried.share = REAL(given)[0];
  s->carried.most = REAL(given)[1];
  s->carried.reached = REAL(given)[2];
}

static void keep_momentum(const momentum *m, SEXP to)
{
  double *numbers = REAL(VECTOR_ELT(to, 2));
  numbers[0] = m->share;
  numbers[1] = m->most;
  numbers[2] = m->reached;
}

/* x as data_arg() or parts_arg() reads it (m x n), w (m x r), h (r x n); model and control as in
 * R/native.R; progress is list(iteration, value, budget, momentum). Returns new w and h and where
 * the fit stands; when it has ended, the pair is scaled, and there are the KKT residual, if it
 * is asked for, the loss, the divisors, the dead components and the costs. */
SEXP C_fit(SEXP x, SEXP w, SEXP h, SEXP model, SEXP control, SEXP progress)
{
  static const char *names[] = {"w", "h", "trace", "iteration", "value", "status", "kkt",
                                "loss", "divisor", "dead", "cost", "momentum", ""};
  settings set;
  graph edges[2];
  fit_state s;
  SEXP slots = PROTECT(parts_slots());
  const data_matrix data = is_in_parts(x) ? parts_arg(x, slots) : data_arg(x);
  settings_arg(model, control, &set);
  check_settings(&set, &data);
  matrix_of(w, "w", data.m, set.rank);
  matrix_of(h, "h", set.rank, data.n);
  const penalty pen = penalty_arg(model, &data, set.rank, edges);
  const size_t budget = list_count(progress, "budget");
  const int traced = list_flag(control, "trace");

  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  const pair moved = {copy_into(out, 0, w), copy_into(out, 1, h),
                      held_arg(list_entry(model, "held_basis"), set.rank),
                      held_arg(list_entry(model, "held_coef"), set.rank),
                      upper_arg(model, "w", data.m, set.rank),
                      upper_arg(model, "h", set.rank, data.n)};
  double *trace = traced ? r_scratch(budget + 1) : NULL;
  state_start(&s, &set, &data, &pen, &moved, trace, r_scratch(state_size(&set, &data, &pen)));
  if (set.coef_step == STEP_CCD)
    resume_momentum(&s, list_entry(progress, "momentum"), out, 11);
  fit_prepare(&s, list_count(progress, "iteration"), list_number(progress, "value"));
  fit_steps(&s, budget);
  fit_complete(&s, list_flag(control, "look"));
  if (s.status != FIT_RUNNING) end_fit(&s, out, 8, 9, 10);

  if (s.carried.w != NULL) keep_momentum(&s.carried, VECTOR_ELT(out, 11));
  SET_VECTOR_ELT(out, 2, Rf_allocVector(REALSXP, (R_xlen_t)s.traced));
  if (trace != NULL) memcpy(REAL(VECTOR_ELT(out, 2)), trace, s.traced * sizeof *trace);
  SET_VECTOR_ELT(out, 3, Rf_ScalarReal((double)s.iteration));
  SET_VECTOR_ELT(out, 4, Rf_ScalarReal(s.value));
  SET_VECTOR_ELT(out, 5, Rf_mkString(status_name(s.status)));
  SET_VECTOR_ELT(out, 6, Rf_ScalarReal(isnan(s.kkt) ? NA_REAL : s.kkt));
  SET_VECTOR_ELT(out, 7, Rf_ScalarReal(s.status == FIT_RUNNING ? NA_REAL : s.loss));
  UNPROTECT(2);
  return out;
}

/* Of a fit of dense m x n data: doubles of scratch it needs, columns in a block, and where
 * its chunks start. Arithmetic alone: nothing of that size is allocated. */
SEXP C_fit_size(SEXP dim, SEXP model, SEXP control)
{
  static const char *names[] = {"doubles", "block", "starts", ""};
  settings set;
  fit_state s;
  penalty none;
  const double entry = 0;
  data_matrix data;
  if (TYPEOF(dim) != REALSXP || XLENGTH(dim) != 2) Rf_error("internal: no shape");
  memset(&data, 0, sizeof data);
  memset(&none, 0, sizeof none);
  data.dense = &entry;
  data.m = (size_t)REAL(dim)[0];
  data.n = (size_t)REAL(dim)[1];
  settings_arg(model, control, &set);
  const pair nothing = {NULL, NULL, NULL, NULL, NULL, NULL};
  state_start(&s, &set, &data, &none, &nothing, NULL, NULL);
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SET_VECTOR_ELT(out, 0, Rf_ScalarReal((double)state_size(&set, &data, &none)));
  SET_VECTOR_ELT(out, 1, Rf_ScalarReal((double)s.p.block));
  SET_VECTOR_ELT(out, 2, Rf_allocVector(REALSXP, (R_xlen_t)s.space.chunks + 1));
  for (size_t c = 0; c <= s.space.chunks; ++c)
    REAL(VECTOR_ELT(out, 2))[c] = (double)state_chunk_start(&s, c);
  UNPROTECT(1);
  return out;
}

/* Scaled copies of w and h, and the divisors of the columns of w; known:
 * list(held_basis, held_coef), flags of components that stay, or NULL. */
SEXP C_scale(SEXP w, SEXP h, SEXP kind, SEXP known)
{
  static const char *names[] = {"w", "h", "divisor", ""};
  size_t m, r, rows, n;
  matrix_arg(w, "w", &m, &r);
  matrix_arg(h, "h", &rows, &n);
  matrix_of(h, "h", r, n);
  const scale_kind scale = scale_arg(kind);
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  const pair scaled = {copy_into(out, 0, w), copy_into(out, 1, h),
                       held_arg(list_entry(known, "held_basis"), r),
                       held_arg(list_entry(known, "held_coef"), r), NULL, NULL};
  SET_VECTOR_ELT(out, 2, Rf_allocVector(REALSXP, (R_xlen_t)r));
  fit_scale(scale, m, n, r, &scaled, REAL(VECTOR_ELT(out, 2)));
  UNPROTECT(1);
  return out;
}

/* The largest entries of the components of w (m x r) and of h (r x n): list(w, h). */
SEXP C_largest(SEXP w, SEXP h)
{
  static const char *names[] = {"w", "h", ""};
  size_t m, r, rows, n;
  matrix_arg(w, "w", &m, &r);
  matrix_arg(h, "h", &rows, &n);
  matrix_of(h, "h", r, n);
  const factor both[] = {{REAL(w), r, m, m, 1}, {REAL(h), r, n, 1, r}};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  for (int i = 0; i < 2; ++i) {
    SET_VECTOR_ELT(out, i, Rf_allocVector(REALSXP, (R_xlen_t)r));
    factor_row_max(both + i, REAL(VECTOR_ELT(out, i)));
  }
  UNPROTECT(1);
  return out;
}

/* Which components of w and h are dead: fit_dead(). */
SEXP C_dead(SEXP w, SEXP h, SEXP floor)
{
  SEXP largest = PROTECT(C_largest(w, h));
  const size_t r = (size_t)XLENGTH(VECTOR_ELT(largest, 0));
  int *flags = (int *)R_alloc(r, sizeof *flags);
  fit_dead(r, REAL(VECTOR_ELT(largest, 0)), REAL(VECTOR_ELT(largest, 1)), Rf_asReal(floor), flags);
  SEXP out = flagged(r, flags);
  UNPROTECT(1);
  return out;
}

/* Names of the instruction sets this machine can run, narrowest first. */
SEXP C_instructions(void)
{
  size_t count = 0;
  while (kernels_instructions(count) != NULL) ++count;
  SEXP out = PROTECT(Rf_allocVector(STRSXP, (R_xlen_t)count));
  for (size_t i = 0; i < count; ++i)
    SET_STRING_ELT(out, (R_xlen_t)i, Rf_mkChar(kernels_instructions(i)));
  UNPROTECT(1);
  return out;
}
