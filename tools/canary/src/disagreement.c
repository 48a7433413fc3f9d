/* The BLAS routine is declared otherwise than in R's header, which clean.c includes: for the
 * linker to see. Never called by a check. */
#include "canary.h"

double ddot_(int *n, double *x, double *y);

SEXP C_disagreement(SEXP x, SEXP y)
{
  int n = (int)XLENGTH(x);
  return Rf_ScalarReal(ddot_(&n, REAL(x), REAL(y)));
}
