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

/* The sums of list(xht, denominator, hht, h_sum, value, kkt, columns), whose arrays they share.
 * With least squares a denominator is V A of components outside of this fit, their share of B.
 * Beside it a ratio keeps F from rising. */
static sums sums_arg(SEXP given, const settings *set, size_t m)
{
  sums s = {0};
  s.r = set->rank;
  s.xht_size = m * s.r;
  s.xht = sums_entry(given, "xht", s.xht_size);
  if (has_two_terms(set->loss) || list_entry(given, "denominator") != R_NilValue)
    s.denominator = sums_entry(given, "denominator", s.xht_size);
  s.hht = sums_entry(given, "hht", s.r * s.r);
  s.h_sum = sums_entry(given, "h_sum", s.r);
  s.value = *sums_entry(given, "value", 1);
  s.kkt = *sums_entry(given, "kkt", 1);
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

/* What is added to the Gram matrix of H's problem, r x r, or NULL. */
static const double *gram_arg(SEXP known, size_t rank)
{
  SEXP gram = list_entry(known, "gram");
  return gram == R_NilValue ? NULL : matrix_of(gram, "gram", rank, rank);
}

/* x is what data_arg() or parts_arg() reads, columns with their h. `given` has the sums so far.
 * `known` is list(h_norm, fixed, gram, measure), the first two NULL or of length r, gram NULL or
 * r x r; `fixed` is for an x in memory. Returns the new h and the sums with these columns added. */
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
  penalty pen = penalty_arg(model, &data, set.rank, edges);
  pen.coef.gram = gram_arg(known, set.rank);

  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  /* A pass does not write to W. */
  const pair moved = {REAL(w), copy_into(out, 0, h), NULL,
                      held_arg(list_entry(model, "held_coef"), set.rank), NULL, NULL};
  SET_VECTOR_ELT(out, 1, Rf_duplicate(given));
  sums to = sums_arg(VECTOR_ELT(out, 1), &set, data.m);
  state_start(&s, &set, &data, &pen, &moved, NULL, r_scratch(state_size(&set, &data, &pen)));
  s.p.wants_value = list_flag(control, "trace") || set.tol > 0;
  s.p.measures = list_flag(known, "measure");
  block one = {0, data, moved.h, held_arg(list_entry(known, "fixed"), set.rank)};
  const block_source given_block = {1, get_given, get_given, &one, NULL};
  const block_source from = data.parts != NULL ? s.from : given_block;
  refresh_basis(&s.p);
  if (s.p.measures) {
    sums_clear(&s.total);
    sweep_coef(&s.p, &from, &s.space, &s.total);
    refresh_coef(&s.p, &s.total);
  }
  norms_arg(known, &s.p.coef, &pen.basis);
  sweep(&s.p, &from, &s.space, &to);
  *sums_entry(VECTOR_ELT(out, 1), "value", 1) = to.value;
  *sums_entry(VECTOR_ELT(out, 1), "kkt", 1) = to.kkt;
  *sums_entry(VECTOR_ELT(out, 1), "columns", 1) = (double)to.columns;
  UNPROTECT(2);
  return out;
}

/* What the two entries below need for W: its state, the sums and where W lies. */
typedef struct {
  settings set;
  graph edges[2];
  penalty pen;
  data_matrix none;
  double entry;
  sums from;
  fit_state s;
} basis_only;

/* Reads the arguments; W, m x r, is at `w`, which a step moves. */
static void start_basis(basis_only *b, SEXP w, double *at, SEXP given, SEXP model, SEXP control)
{
  memset(b, 0, sizeof *b);
  b->none.dense = &b->entry;
  b->none.m = (size_t)Rf_nrows(w);
  settings_arg(model, control, &b->set);
  check_settings(&b->set, &b->none);
  refuse_graph(model, &b->none);
  matrix_of(w, "w", b->none.m, b->set.rank);
  b->pen = penalty_arg(model, &b->none, b->set.rank, b->edges);
  b->from = sums_arg(given, &b->set, b->none.m);
  const pair moved = {at, NULL, held_arg(list_entry(model, "held_basis"), b->set.rank), NULL,
                      NULL, NULL};
  state_start(&b->s, &b->set, &b->none, &b->pen, &moved, NULL,
              r_scratch(state_size(&b->set, &b->none, &b->pen)));
  refresh_basis(&b->s.p);
  refresh_coef(&b->s.p, &b->from);
}

/* The new w (m x r), from the sums that C_sweep() made of all blocks. */
SEXP C_basis_step(SEXP w, SEXP given, SEXP model, SEXP control)
{
  size_t m, r;
  basis_only b;
  const double *start = matrix_arg(w, "w", &m, &r);
  SEXP out = PROTECT(Rf_allocMatrix(REALSXP, (int)m, (int)r));
  memcpy(REAL(out), start, m * r * sizeof *start);
  start_basis(&b, w, REAL(out), given, model, control);
  basis_step(&b.s.p, &b.from, b.s.space.thread);
  UNPROTECT(1);
  return out;
}

/* What w adds to the KKT residual, from the same sums. */
SEXP C_basis_kkt(SEXP w, SEXP given, SEXP model, SEXP control)
{
  size_t m, r;
  basis_only b;
  matrix_arg(w, "w", &m, &r);
  start_basis(&b, w, REAL(w), given, model, control);
  return Rf_ScalarReal(basis_kkt(&b.s.p, &b.from, b.s.space.thread));
}
