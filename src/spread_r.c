/* The entry of a worker: a pass over one block of columns, as the session that holds W and the sums
 * of all blocks ordered it (spread_parts() in parts_r.c). */
#include <string.h>

#include "acts.h"
#include "data_ops.h"
#include "glue.h"
#include "settings_r.h"
#include "subproblem.h"
#include "sweep.h"

static void get_given(void *from, size_t i, size_t slot, block *out)
{
  (void)i;
  (void)slot;
  *out = *(const block *)from;
}

/* What is known of the whole of H, and what the pass should compute. */
static void order_arg(SEXP order, shared *p)
{
  const size_t r = p->r;
  SEXP known = list_entry(order, "known"), flags = list_entry(order, "flags");
  if (TYPEOF(known) != REALSXP || (size_t)XLENGTH(known) != r * r + 3 * r)
    Rf_error("internal: `known` does not fit the model");
  if (TYPEOF(flags) != INTSXP || XLENGTH(flags) != 3) Rf_error("internal: three flags");
  const double *from = REAL(known);
  memcpy(p->coef.gram, from, r * r * sizeof *from);
  memcpy(p->coef.l1, from + r * r, r * sizeof *from);
  memcpy(p->coef.norm, from + r * r + r, r * sizeof *from);
  memcpy(p->coef.mean, from + r * r + 2 * r, r * sizeof *from);
  p->wants_value = INTEGER(flags)[0];
  p->measures = INTEGER(flags)[1];
  p->revives = INTEGER(flags)[2] && p->can_revive;
}

static const double *upper_arg(SEXP model, size_t r, size_t n)
{
  SEXP limits = list_entry(model, "limits");
  SEXP upper = limits == R_NilValue ? R_NilValue : list_entry(limits, "h");
  return upper == R_NilValue ? NULL : matrix_of(upper, "h", r, n);
}

/* x, read by data_arg(), is the block, with its h (r x n); `model` has the limits of its columns;
 * `order` is list(act, w, known, flags, block). Returns list(h, sums): the new h, and the packed
 * sums, or for sweep_loss() its values. */
SEXP C_part_pass(SEXP x, SEXP h, SEXP model, SEXP control, SEXP order)
{
  static const char *names[] = {"h", "sums", ""};
  settings set;
  graph edges[2];
  fit_state s;
  const data_matrix data = data_arg(x);
  settings_arg(model, control, &set);
  check_settings(&set, &data);
  set.chunks = set.threads = 1;
  set.block = list_count(order, "block");
  SEXP w = list_entry(order, "w"), number = list_entry(order, "act");
  matrix_of(w, "w", data.m, set.rank);
  matrix_of(h, "h", set.rank, data.n);
  if (TYPEOF(number) != INTSXP || XLENGTH(number) != 1) Rf_error("internal: no act");
  const int act = INTEGER(number)[0];
  if (act != ACT_LOSS && act_numbered(act) == NULL) Rf_error("internal: no act %d", act);
  if (list_entry(model, "graph") != R_NilValue)
    Rf_error("internal: a graph on H needs all of H, not a block of it");
  const penalty pen = penalty_arg(model, &data, set.rank, edges);

  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  /* A pass does not write to W. */
  const pair moved = {REAL(w), copy_into(out, 0, h), NULL,
                      held_arg(list_entry(model, "held_coef"), set.rank), NULL,
                      upper_arg(model, set.rank, data.n)};
  state_start(&s, &set, &data, &pen, &moved, NULL, r_scratch(state_size(&set, &data, &pen)));
  order_arg(order, &s.p);
  block one = {0, data, moved.h, NULL};
  const block_source from = {1, get_given, get_given, &one, NULL};
  refresh_basis(&s.p);
  if (act == ACT_LOSS) {
    SET_VECTOR_ELT(out, 1, Rf_allocVector(REALSXP, (R_xlen_t)loss_count(&s.p, data.n)));
    s.p.ops->prepare(&s.p);
    loss_values(&s.p, &s.space, &one, REAL(VECTOR_ELT(out, 1)));
  } else {
    const int with = act_sums_data(act);
    sums_clear(&s.total);
    subproblem_share(&set, &s.p.coef, &s.p.basis);
    pass(&s.p, &from, &s.space, act_numbered(act), &s.total);
    const size_t count = sums_packed(&s.total, with, s.p.revives);
    SET_VECTOR_ELT(out, 1, Rf_allocVector(REALSXP, (R_xlen_t)count));
    sums_pack(&s.total, with, s.p.revives, REAL(VECTOR_ELT(out, 1)));
  }
  if (!act_moves(act)) SET_VECTOR_ELT(out, 0, R_NilValue);
  UNPROTECT(1);
  return out;
}
