/* One fault in each entry, which tools/check-planted makes the checks of native code report. */
#include <R.h>
#include <Rinternals.h>
#include <stdlib.h>

/* Declared otherwise than in R's header, for the linker to see in other_declaration.c. */
double ddot_(int *n, double *x, double *y);
SEXP C_disagreement(SEXP x) { int n = 1; return Rf_ScalarReal(ddot_(&n, REAL(x), REAL(x))); }

/* Writes one double past the end of the heap block. */
SEXP C_overflow(SEXP n)
{
  const int size = Rf_asInteger(n);
  double *x = malloc((size_t)size * sizeof *x), last;
  if (x == NULL) Rf_error("no memory");
  for (int i = 0; i <= size; ++i) x[i] = i;
  last = x[size - 1];
  free(x);
  return Rf_ScalarReal(last);
}

/* Lets a value decide that was never written. */
SEXP C_uninitialised(SEXP n)
{
  const int size = Rf_asInteger(n);
  double *x = malloc((size_t)size * sizeof *x);
  int positive;
  if (x == NULL) Rf_error("no memory");
  for (int i = 0; i < size - 1; ++i) x[i] = i;
  positive = x[size - 1] > 0;
  free(x);
  return positive ? Rf_ScalarInteger(size) : R_NilValue;
}

/* Goes beyond INT_MAX. */
SEXP C_signed(SEXP n) { return Rf_ScalarInteger(Rf_asInteger(n) + 1); }

/* Never frees x. Without a loop, for cppcheck 2.10 sees no leak behind one. */
SEXP C_leak(SEXP n)
{
  const int size = Rf_asInteger(n);
  double *x = malloc((size_t)size * sizeof *x);
  if (x == NULL) Rf_error("no memory");
  x[0] = size;
  x[size - 1] = 1;
  return Rf_ScalarReal(x[0]);
}

/* The first part is not protected while the others are made: one of them takes its place. */
SEXP C_protection(SEXP n)
{
  const int size = Rf_asInteger(n);
  SEXP first = Rf_allocVector(REALSXP, 1), part, out;
  REAL(first)[0] = -1;
  PROTECT(out = Rf_allocVector(VECSXP, size));
  for (int i = 1; i < size; ++i) {
    SET_VECTOR_ELT(out, i, part = Rf_allocVector(REALSXP, 1));
    REAL(part)[0] = i;
  }
  SET_VECTOR_ELT(out, 0, first);
  UNPROTECT(1);
  return out;
}

/* Changes the caller's vector. */
SEXP C_argument(SEXP x)
{
  REAL(x)[0] = -1;
  return x;
}
