#include "canary.h"

#include <R_ext/Rdynload.h>

#define ENTRY(name, count) {#name, (DL_FUNC)(void (*)(void)) & name, count}

static const R_CallMethodDef entries[] = {
  ENTRY(C_clean, 2),    ENTRY(C_overflow, 1), ENTRY(C_uninitialised, 1),
  ENTRY(C_signed, 1),   ENTRY(C_leak, 1),     ENTRY(C_protection, 1),
  ENTRY(C_argument, 1), ENTRY(C_interior, 1), ENTRY(C_disagreement, 2),
  {NULL, NULL, 0},
};

void R_init_canary(DllInfo *dll)
{
  R_registerRoutines(dll, NULL, entries, NULL, NULL);
  R_useDynamicSymbols(dll, FALSE);
  R_forceSymbols(dll, TRUE);
}
