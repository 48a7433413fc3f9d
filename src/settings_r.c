#include "settings_r.h"

#include <string.h>

static int same(const char *a, const char *b) { return strcmp(a, b) == 0; }

scale_kind scale_arg(SEXP kind)
{
  if (TYPEOF(kind) != STRSXP || XLENGTH(kind) != 1) Rf_error("internal: no scale");
  const char *name = CHAR(STRING_ELT(kind, 0));
  return same(name, "max") ? SCALE_MAX : same(name, "l2") ? SCALE_L2 : SCALE_NONE;
}

void settings_arg(SEXP model, SEXP control, settings *out)
{
  memset(out, 0, sizeof *out);
  out->table = kernels_arg(control);
  out->loss = same(list_text(model, "loss"), "kl") ? LOSS_KL : LOSS_FROBENIUS;
  out->solver = same(list_text(model, "solver"), "exact") ? SOLVER_EXACT : SOLVER_RATIO;
  out->hold_basis = list_flag(model, "hold_basis");
  out->rank = list_count(model, "rank");
  out->scale = scale_arg(list_entry(control, "scale"));
  out->block = list_count(control, "block");
  out->max_iter = list_count(control, "max_iter");
  out->tol = list_number(control, "tol");
  out->change = list_number(control, "change");
  out->change_coef = list_number(control, "change_coef");
  out->add_data = list_number(control, "add_data");
  out->add_ratio = list_number(control, "add_ratio");
  out->floor = list_number(control, "floor");
  out->poll = R_CheckUserInterrupt;
  if (out->rank < 1) Rf_error("internal: the rank is below 1");
}

penalty penalty_arg(SEXP model, SEXP graph_list, size_t n, graph *edges)
{
  penalty pen;
  memset(&pen, 0, sizeof pen);
  if (!graph_arg(graph_list, n, edges)) return pen;
  pen.graph = edges;
  pen.lambda = list_number(model, "lambda");
  pen.scale_free = same(list_text(model, "form"), "scale_free");
  pen.plain_ratio = same(list_text(model, "update"), "ratio");
  return pen;
}
