/* Entry for the facts about all of X, found in one pass: the check of X, its scale and the
 * objective need them. */
#include "glue.h"

/* The sums of squares, of entries and of weights. Each entry counts by its weight. */
static void weighted_sums(size_t count, const double *x, const double *weight, double *found)
{
  found[0] = found[1] = found[2] = 0;
  for (size_t i = 0; i < count; ++i) {
    if (!(x[i] == x[i] && weight[i] > 0)) continue;
    found[0] += weight[i] * x[i] * x[i];
    found[1] += weight[i] * x[i];
    found[2] += weight[i];
  }
}

/* `values` are all entries of X, or the stored ones of a sparse X; `weights` is NULL or has one for
 * each. An entry that is NaN was not observed and is left out. */
SEXP C_facts(SEXP values, SEXP weights, SEXP instructions)
{
  static const char *names[] = {"smallest", "largest", "sum", "observed", "x_norm2",
                                "x_sum", "x_weight", ""};
  double found[7];
  if (TYPEOF(values) != REALSXP || TYPEOF(instructions) != STRSXP || XLENGTH(instructions) != 1)
    Rf_error("internal: no doubles, or no name of an instruction set");
  if (weights != R_NilValue &&
      (TYPEOF(weights) != REALSXP || XLENGTH(weights) != XLENGTH(values)))
    Rf_error("internal: the weights do not fit the values");
  const kernels *table = kernels_native(CHAR(STRING_ELT(instructions, 0)));
  if (table == NULL) Rf_error("internal: this machine has no such instruction set");
  const size_t count = (size_t)XLENGTH(values);
  table->facts(count, REAL(values), found);
  found[5] = found[2];
  found[6] = found[3];
  if (weights != R_NilValue) weighted_sums(count, REAL(values), REAL(weights), found + 4);
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  for (int i = 0; i < 7; ++i) SET_VECTOR_ELT(out, i, Rf_ScalarReal(found[i]));
  UNPROTECT(1);
  return out;
}

/* The squared norms of the columns of x, or of its rows, without entries that are NaN. */
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
