/* What every check must pass: memory of both kinds, a BLAS call, arithmetic near the limits
 * of int, and a list whose parts are protected. */
#define USE_FC_LEN_T
#include "canary.h"

#include <R_ext/BLAS.h>
#include <limits.h>
#include <stdlib.h>

/* The sum of squares of x - mean(x) over the heap, or a negative number without memory. */
static double squares(const double *x, int n, double mean)
{
  const int one = 1;
  double *centred = malloc((size_t)n * sizeof *centred), sum;
  if (centred == NULL) return -1;
  for (int i = 0; i < n; ++i) centred[i] = x[i] - mean;
  sum = F77_CALL(ddot)(&n, centred, &one, centred, &one);
  free(centred);
  return sum;
}

SEXP C_clean(SEXP x, SEXP y)
{
  if (TYPEOF(x) != REALSXP || TYPEOF(y) != REALSXP || XLENGTH(x) != XLENGTH(y) ||
      XLENGTH(x) < 1 || XLENGTH(x) > INT_MAX)
    Rf_error("two double vectors of one length are expected");
  const int n = (int)XLENGTH(x), one = 1;
  double *sums = (double *)R_alloc((size_t)n, sizeof *sums);
  for (int i = 0; i < n; ++i) sums[i] = REAL(x)[i] + (i > 0 ? sums[i - 1] : 0);

  SEXP out = PROTECT(Rf_allocVector(VECSXP, 4)), part;
  SET_VECTOR_ELT(out, 0, part = Rf_allocVector(REALSXP, n));
  for (int i = 0; i < n; ++i) REAL(part)[i] = sums[i];
  SET_VECTOR_ELT(out, 1, Rf_ScalarReal(F77_CALL(ddot)(&n, REAL(x), &one, REAL(y), &one)));
  SET_VECTOR_ELT(out, 2, Rf_ScalarReal(squares(REAL(x), n, sums[n - 1] / n)));
  SET_VECTOR_ELT(out, 3, Rf_ScalarInteger(INT_MAX - n));
  UNPROTECT(1);
  return out;
}
