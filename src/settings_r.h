/* From R's lists `model` and `control` (R/native.R) to the engine's settings. */
#ifndef METANMF_SETTINGS_R_H
#define METANMF_SETTINGS_R_H

#include "glue.h"

void settings_arg(SEXP model, SEXP control, settings *out);
scale_kind scale_arg(SEXP kind);

/* The graph penalty of `model` on the graph of one matrix (NULL: no penalty). */
penalty penalty_arg(SEXP model, SEXP graph_list, size_t n, graph *edges);

#endif
