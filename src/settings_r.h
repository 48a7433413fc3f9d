/* From R's lists `model` and `control` (R/native.R) to the engine's settings. */
#ifndef METANMF_SETTINGS_R_H
#define METANMF_SETTINGS_R_H

#include "glue.h"

void settings_arg(SEXP model, SEXP control, settings *out);

/* An R error where steps, loss and data do not go together. */
void check_settings(const settings *set, const data_matrix *x);

scale_kind scale_arg(SEXP kind);

/* The penalties of list(penalty, graph, graph_basis, ...) for the data x: terms, and the
 * graphs of its samples and features (NULL: none); `edges` has room for both. */
penalty penalty_arg(SEXP owner, const data_matrix *x, size_t rank, graph *edges);

/* Flags of the components that are known: NULL, or `rank` integers. */
const int *held_arg(SEXP held, size_t rank);

#endif
