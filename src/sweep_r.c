/* Entries for the two halves of an iteration, for callers that hold X in parts: a pass over
 * one block of columns from W, and a W step from the sums of all blocks. */
#include <string.h>

#include "glue.h"
#include "parts_r.h"
#include "settings_r.h"
#include "sweep.h"

/* What a block has to be told of the whole H. */
static void refuse_graph(SEXP model, const data_matrix *x)
{
  if (x->partial) Rf_error("internal: partial data need all of their rows, not a block of columns");
  if (list_entry(model, "graph") != R_NilValue)
    Rf_error("internal: a graph on H needs all of H, not a block of it");
}

static double *sums_entry(SEXP given, const char *name, size_t count)
{
  SEXP entry = list_entry(given, name);
  if (TYPEOF(entry) != REALSXP || (size_t)XLENGTH(entry) != count)
    Rf_error("internal: the sums' `%s` does not fit the model", name);
  return REAL(entry);
}

/* The sums of list(xht, denominator, hht, h_sum, value, columns), whose arrays they share. */
static sums sums_arg(SEXP given, const settings *set, size_t m)
{
  sums s = {0};
  s.r = set->rank;
  s.xht_size = m * s.r;
  s.xht = sums_entry(given, "xht", s.xht_size);
  if (has_two_terms(set->loss))
    s.denominator = sums_entry(given, "denominator", s.xht_size);
  s.hht = sums_entry(given, "hht", s.r * s.r);
  s.h_sum = sums_entry(given, "h_sum", s.r);
  s.value = *sums_entry(given, "value", 1);
  s.columns = list_count(given, "columns");
  return s;
}

/* ||h_k|| of the whole H, if the penalties on W weigh by it. */
static void norms_arg(SEXP known, const side *coef, const side_penalty *on_basis)
{
  SEXP norm = list_entry(known, "h_norm");
  const int needed = (on_basis->sparse.lambda > 0 && on_basis->sparse.scale_invariant) ||
                     (on_basis->orthogonal.lambda > 0 && on_basis->orthogonal.scale_invariant);
  const size_t r = coef->u.r;
  memset(coef->norm, 0, r * sizeof *coef->norm);
  if (!needed) return;
  if (TYPEOF(norm) != REALSXP || (size_t)XLENGTH(norm) != r)
    Rf_error("internal: a penalty on W needs `h_norm`, the norms of the rows of the whole H");
  memcpy(coef->norm, REAL(norm), r * sizeof *coef->norm);
}

/* A block of columns that the caller holds, as the only block of a source. */
static void get_given(void *from, size_t i, size_t slot, block *out)
{
  (void)i;
  (void)slot;
  *out = *(const block *)from;
}

/* x as data_arg() or parts_arg() reads it, columns with their h; given: the sums so far; known:
 * list(h_norm, fixed), each NULL or of length r; `fixed` is of an x in memory. Returns the new h
 * and the sums with these columns added. */
SEXP C_sweep(SEXP x, SEXP w, SEXP h, SEXP model, SEXP control, SEXP given, SEXP known)
{
  static const char *names[] = {"h", "sums", ""};
  settings set;
  graph edges[2];
  fit_state s;
  SEXP slots = PROTECT(parts_slots());
  const data_matrix data = is_in_parts(x) ? parts_arg(x, slots) : data_arg(x);
  settings_arg(model, control, &set);
  check_settings(&set, &data);
  refuse_graph(model, &data);
  set.chunks = 1; /* data in memory are one chunk, whatever their size */
  set.revive_from = 0;
  matrix_of(w, "w", data.m, set.rank);
  matrix_of(h, "h", set.rank, data.n);
  const penalty pen = penalty_arg(model, &data, set.rank, edges);

  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  /* A pass does not write to W. */
  const pair moved = {REAL(w), copy_into(out, 0, h), NULL,
                      held_arg(list_entry(model, "held_coef"), set.rank), NULL, NULL};
  SET_VECTOR_ELT(out, 1, Rf_duplicate(given));
  sums to = sums_arg(VECTOR_ELT(out, 1), &set, data.m);
  state_start(&s, &set, &data, &pen, &moved, NULL, r_scratch(state_size(&set, &data, &pen)));
  s.p.wants_value = list_flag(control, "trace") || set.tol > 0;
  block one = {0, data, moved.h, held_arg(list_entry(known, "fixed"), set.rank)};
  const block_source given_block = {1, get_given, get_given, &one, NULL};
  const block_source from = data.parts != NULL ? s.from : given_block;
  refresh_basis(&s.p);
  norms_arg(known, &s.p.coef, &pen.basis);
  sweep(&s.p, &from, &s.space, &to);
  *sums_entry(VECTOR_ELT(out, 1), "value", 1) = to.value;
  *sums_entry(VECTOR_ELT(out, 1), "columns", 1) = (double)to.columns;
  UNPROTECT(2);
  return out;
}

/* The new w (m x r), from the sums that C_sweep() made of all blocks. */
SEXP C_basis_step(SEXP w, SEXP given, SEXP model, SEXP control)
{
  settings set;
  graph edges[2];
  fit_state s;
  const double entry = 0;
  data_matrix none = {0};
  size_t r;
  const double *start = matrix_arg(w, "w", &none.m, &r);
  none.dense = &entry;
  settings_arg(model, control, &set);
  check_settings(&set, &none);
  refuse_graph(model, &none);
  matrix_of(w, "w", none.m, set.rank);
  const penalty pen = penalty_arg(model, &none, set.rank, edges);
  const sums from = sums_arg(given, &set, none.m);
  SEXP out = PROTECT(Rf_allocMatrix(REALSXP, (int)none.m, (int)r));
  memcpy(REAL(out), start, none.m * r * sizeof *start);
  const pair moved = {REAL(out), NULL, held_arg(list_entry(model, "held_basis"), r), NULL, NULL,
                      NULL};
  state_start(&s, &set, &none, &pen, &moved, NULL, r_scratch(state_size(&set, &none, &pen)));
  refresh_basis(&s.p);
  refresh_coef(&s.p, &from);
  basis_step(&s.p, &from, s.space.thread);
  UNPROTECT(1);
  return out;
}
