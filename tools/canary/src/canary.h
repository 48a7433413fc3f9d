#ifndef CANARY_H
#define CANARY_H

#include <R.h>
#include <Rinternals.h>

SEXP C_clean(SEXP x, SEXP y);
SEXP C_overflow(SEXP n);
SEXP C_uninitialised(SEXP n);
SEXP C_signed(SEXP n);
SEXP C_leak(SEXP n);
SEXP C_interior(SEXP n);
SEXP C_protection(SEXP n);
SEXP C_argument(SEXP x);
SEXP C_disagreement(SEXP x, SEXP y);

#endif
