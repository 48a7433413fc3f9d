/* Entry for what is asked of all of X, once, in one pass: its check, its scale and the
 * objective need it. */
#include "glue.h"

/* ||X||^2 where an entry counts as much as its weight says. */
static double weighted_norm2(size_t count, const double *x, const double *weight)
{
  double sum = 0;
  for (size_t i = 0; i < count; ++i)
    if (x[i] == x[i] && weight[i] > 0) sum += weight[i] * x[i] * x[i];
  return sum;
}

/* values: all entries of X, or the stored ones of a sparse X; weights: NULL or one for each.
 * What is NaN was not observed and counts nowhere. */
SEXP C_facts(SEXP values, SEXP weights, SEXP instructions)
{
  static const char *names[] = {"smallest", "largest", "sum", "observed", "x_norm2", ""};
  double found[5];
  if (TYPEOF(values) != REALSXP || TYPEOF(instructions) != STRSXP || XLENGTH(instructions) != 1)
    Rf_error("internal: no doubles, or no name of an instruction set");
  if (weights != R_NilValue &&
      (TYPEOF(weights) != REALSXP || XLENGTH(weights) != XLENGTH(values)))
    Rf_error("internal: the weights do not fit the values");
  const kernels *table = kernels_native(CHAR(STRING_ELT(instructions, 0)));
  if (table == NULL) Rf_error("internal: this machine has no such instruction set");
  const size_t count = (size_t)XLENGTH(values);
  table->facts(count, REAL(values), found);
  if (weights != R_NilValue) found[4] = weighted_norm2(count, REAL(values), REAL(weights));
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  for (int i = 0; i < 5; ++i) SET_VECTOR_ELT(out, i, Rf_ScalarReal(found[i]));
  UNPROTECT(1);
  return out;
}

/* The squared norms of the columns of x, or of its rows; what is NaN counts nothing. */
SEXP C_norms(SEXP x, SEXP rows)
{
  const data_matrix data = data_arg(x);
  const int by_row = Rf_asLogical(rows) == TRUE;
  const size_t count = by_row ? data.m : data.n;
  SEXP out = PROTECT(Rf_allocVector(REALSXP, (R_xlen_t)count));
  double *norm2 = REAL(out);
  for (size_t i = 0; i < count; ++i) norm2[i] = 0;
  for (size_t j = 0; j < data.n; ++j) {
    const size_t first = data.dense == NULL ? (size_t)data.start[j] : j * data.m;
    const size_t last = data.dense == NULL ? (size_t)data.start[j + 1] : first + data.m;
    const double *value = data.dense == NULL ? data.value : data.dense;
    for (size_t e = first; e < last; ++e) {
      const size_t row = data.dense == NULL ? (size_t)data.row[e] : e - first;
      if (value[e] == value[e]) norm2[by_row ? row : j] += value[e] * value[e];
    }
  }
  UNPROTECT(1);
  return out;
}
