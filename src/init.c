/* Registration of the native entries; R/native.R is their only caller. */
#include "glue.h"

#include <R_ext/Rdynload.h>
#include <R_ext/Visibility.h>

SEXP C_fit(SEXP x, SEXP w, SEXP h, SEXP model, SEXP control, SEXP progress);
SEXP C_sweep(SEXP x, SEXP w, SEXP h, SEXP model, SEXP control, SEXP given, SEXP known);
SEXP C_part_pass(SEXP x, SEXP h, SEXP model, SEXP control, SEXP order);
SEXP C_basis_step(SEXP w, SEXP given, SEXP model, SEXP control);
SEXP C_group(SEXP tasks, SEXP state, SEXP model, SEXP control, SEXP order);
SEXP C_fit_size(SEXP dim, SEXP model, SEXP control);
SEXP C_facts(SEXP values, SEXP weights, SEXP instructions);
SEXP C_norms(SEXP x, SEXP rows);
SEXP C_residual(SEXP x, SEXP w, SEXP h, SEXP instructions);
SEXP C_model_entries(SEXP w, SEXP h, SEXP rows, SEXP columns);
SEXP C_gaps(SEXP x);
SEXP C_limits(SEXP x);
SEXP C_row(SEXP x, SEXP w, SEXP turns);
SEXP C_scale(SEXP w, SEXP h, SEXP kind, SEXP known);
SEXP C_largest(SEXP w, SEXP h);
SEXP C_dead(SEXP w, SEXP h, SEXP floor);
SEXP C_instructions(void);
SEXP C_meta_prepare(SEXP tasks, SEXP target, SEXP model);
SEXP C_meta_epoch(SEXP handle, SEXP pairs, SEXP model, SEXP controls, SEXP schedule);
SEXP C_knn(SEXP x, SEXP k, SEXP block, SEXP control);
SEXP C_pair_distances(SEXP x, SEXP first, SEXP last, SEXP control);
SEXP C_sync(SEXP path);

/* The detour over void (*)(void) is the cast that -Wpedantic accepts. */
#define ENTRY(name, count) {#name, (DL_FUNC)(void (*)(void)) & name, count}

static const R_CallMethodDef entries[] = {
  ENTRY(C_fit, 6),          ENTRY(C_fit_size, 3),   ENTRY(C_scale, 4),
  ENTRY(C_instructions, 0), ENTRY(C_meta_epoch, 5), ENTRY(C_knn, 4),
  ENTRY(C_pair_distances, 4), ENTRY(C_facts, 3),   ENTRY(C_sync, 1),
  ENTRY(C_meta_prepare, 3), ENTRY(C_sweep, 7),      ENTRY(C_basis_step, 4),
  ENTRY(C_largest, 2),      ENTRY(C_norms, 2),      ENTRY(C_dead, 3),
  ENTRY(C_group, 5),    ENTRY(C_part_pass, 5),  ENTRY(C_residual, 4),
  ENTRY(C_model_entries, 4), ENTRY(C_gaps, 1),      ENTRY(C_row, 3),
  ENTRY(C_limits, 1),
  {NULL, NULL, 0},
};

void attribute_visible R_init_metanmf(DllInfo *dll)
{
  R_registerRoutines(dll, NULL, entries, NULL, NULL);
  R_useDynamicSymbols(dll, FALSE);
  R_forceSymbols(dll, TRUE);
}
