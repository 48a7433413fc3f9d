/* Entries for single entries of X and of W H. */
#include "entries.h"
#include "glue.h"

/* list(residual, above), see entries_residual(). */
SEXP C_residual(SEXP x, SEXP w, SEXP h, SEXP instructions)
{
  static const char *names[] = {"residual", "above", ""};
  size_t m, n, rows, r;
  const double *value = matrix_arg(x, "x", &m, &n), *basis = matrix_arg(w, "w", &rows, &r);
  if (rows != m) Rf_error("internal: `x` and `w` do not belong together");
  const double *coef = matrix_of(h, "h", r, n);
  if (TYPEOF(instructions) != STRSXP || XLENGTH(instructions) != 1)
    Rf_error("internal: no name of an instruction set");
  const kernels *table = kernels_native(CHAR(STRING_ELT(instructions, 0)));
  if (table == NULL) Rf_error("internal: this machine has no such instruction set");
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SET_VECTOR_ELT(out, 0, Rf_allocMatrix(REALSXP, (int)m, (int)n));
  SET_VECTOR_ELT(out, 1, Rf_allocVector(REALSXP, (R_xlen_t)n));
  double *residual = REAL(VECTOR_ELT(out, 0));
  for (size_t e = 0; e < m * n; ++e) residual[e] = 0;
  entries_residual(table, m, n, r, value, basis, coef, residual, REAL(VECTOR_ELT(out, 1)));
  UNPROTECT(1);
  return out;
}

/* See entries_row(). */
SEXP C_row(SEXP x, SEXP w, SEXP turns)
{
  size_t m, n;
  const double *value = matrix_arg(x, "x", &m, &n);
  if (TYPEOF(w) != REALSXP || (size_t)XLENGTH(w) != m)
    Rf_error("internal: not a number for each row of `x`");
  if (TYPEOF(turns) != INTSXP || XLENGTH(turns) != 1) Rf_error("internal: no count of turns");
  SEXP out = PROTECT(Rf_allocVector(REALSXP, (R_xlen_t)n));
  entries_row(m, n, value, REAL(w), INTEGER(turns)[0], REAL(out));
  UNPROTECT(1);
  return out;
}

static void check_places(SEXP at, size_t count, size_t most)
{
  if (TYPEOF(at) != INTSXP || (size_t)XLENGTH(at) != count)
    Rf_error("internal: no row and column for each entry");
  for (size_t e = 0; e < count; ++e)
    if (INTEGER(at)[e] < 1 || (size_t)INTEGER(at)[e] > most)
      Rf_error("internal: an entry out of range");
}

/* Entries of W H at these rows and columns, whole numbers from 1. */
SEXP C_model_entries(SEXP w, SEXP h, SEXP rows, SEXP columns)
{
  size_t m, r, depth, n;
  const double *basis = matrix_arg(w, "w", &m, &r), *coef = matrix_arg(h, "h", &depth, &n);
  if (depth != r) Rf_error("internal: `w` and `h` do not belong together");
  const size_t count = (size_t)XLENGTH(rows);
  check_places(rows, count, m);
  check_places(columns, count, n);
  SEXP out = PROTECT(Rf_allocVector(REALSXP, (R_xlen_t)count));
  entries_model(m, r, basis, coef, count, INTEGER(rows), INTEGER(columns), REAL(out));
  UNPROTECT(1);
  return out;
}

/* list(rows, columns) of vectors, still protected. */
static SEXP by_sides(SEXPTYPE type, size_t m, size_t n)
{
  static const char *names[] = {"rows", "columns", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SET_VECTOR_ELT(out, 0, Rf_allocVector(type, (R_xlen_t)m));
  SET_VECTOR_ELT(out, 1, Rf_allocVector(type, (R_xlen_t)n));
  return out;
}

/* The largest entries, see entries_largest(). */
SEXP C_limits(SEXP x)
{
  size_t m, n;
  const double *value = matrix_arg(x, "x", &m, &n);
  SEXP out = by_sides(REALSXP, m, n);
  entries_largest(m, n, value, REAL(VECTOR_ELT(out, 0)), REAL(VECTOR_ELT(out, 1)));
  UNPROTECT(1);
  return out;
}

/* How many entries are NaN, see entries_missing(). */
SEXP C_gaps(SEXP x)
{
  size_t m, n;
  const double *value = matrix_arg(x, "x", &m, &n);
  SEXP out = by_sides(INTSXP, m, n);
  entries_missing(m, n, value, INTEGER(VECTOR_ELT(out, 0)), INTEGER(VECTOR_ELT(out, 1)));
  UNPROTECT(1);
  return out;
}
