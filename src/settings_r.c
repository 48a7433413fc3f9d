/* R's option lists read into the engine's settings, with every name checked. */
#include "settings_r.h"

#include <string.h>

static int same(const char *a, const char *b) { return strcmp(a, b) == 0; }

scale_kind scale_arg(SEXP kind)
{
  if (TYPEOF(kind) != STRSXP || XLENGTH(kind) != 1) Rf_error("internal: no scale");
  const char *name = CHAR(STRING_ELT(kind, 0));
  return same(name, "max")   ? SCALE_MAX
         : same(name, "l2")  ? SCALE_L2
         : same(name, "sum") ? SCALE_SUM
                             : SCALE_NONE;
}

static loss_kind loss_arg(SEXP model)
{
  const char *name = list_text(model, "loss");
  return same(name, "kl")     ? LOSS_KL
         : same(name, "is")   ? LOSS_IS
         : same(name, "beta") ? LOSS_BETA
         : same(name, "nb")   ? LOSS_NB
                              : LOSS_FROBENIUS;
}

static step_kind step_arg(SEXP model, const char *entry)
{
  static const char *names[] = {"mu", "hals", "bpp", "exact", "hard", "choi", "pairs", "ccd",
                                "cg"};
  const char *name = list_text(model, entry);
  for (int i = 0; i < 9; ++i)
    if (same(name, names[i])) return (step_kind)i;
  Rf_error("internal: no step named %s", name);
}

/* One dispersion, or one for each row of the data: check_settings() sees which. */
static void dispersion_arg(SEXP model, settings *out)
{
  SEXP dispersion = list_entry(model, "dispersion");
  if (TYPEOF(dispersion) != REALSXP || XLENGTH(dispersion) < 1)
    Rf_error("internal: no dispersion");
  out->dispersion = REAL(dispersion);
  out->dispersions = (size_t)XLENGTH(dispersion);
}

/* Refuses combinations that would read sums that are never made; R's own checks allow none. */
void check_settings(const settings *set, const data_matrix *x)
{
  const int ratio = set->coef_step == STEP_MU && set->basis_step == STEP_MU;
  const int exact = set->coef_step == STEP_EXACT && set->hold_basis;
  const int descent = set->coef_step == STEP_CCD && set->basis_step == STEP_CCD;
  const int keeps = set->coef_step == STEP_PAIRS || set->coef_step == STEP_BPP || exact;
  if (set->simplex && (!keeps || set->loss != LOSS_FROBENIUS))
    Rf_error("internal: this step does not keep the sums of columns");
  if (set->coef_step == STEP_CHOI || set->basis_step == STEP_PAIRS ||
      (set->coef_step == STEP_PAIRS && !set->simplex) || set->basis_step == STEP_EXACT ||
      (set->coef_step == STEP_EXACT && !exact) ||
      (set->loss != LOSS_FROBENIUS && !ratio && !exact && !descent))
    Rf_error("internal: these steps do not go with the loss");
  if (set->loss == LOSS_IS && x->dense == NULL && !x->partial)
    Rf_error("internal: Itakura-Saito needs dense data");
  if (set->loss == LOSS_NB && set->dispersions != 1 && set->dispersions != x->m)
    Rf_error("internal: the dispersions do not fit the rows");
  if (x->partial && set->coef_step == STEP_CONJUGATE)
    Rf_error("internal: this step needs one problem for all columns");
  if (x->partial && x->rows == NULL && !exact) Rf_error("internal: partial data lack their rows");
  if ((set->coef_step == STEP_CCD || set->basis_step == STEP_CCD) &&
      (!descent || set->loss != LOSS_KL || x->rows == NULL || set->hold_basis))
    Rf_error("internal: this step needs counts, their columns and their rows");
}

void settings_arg(SEXP model, SEXP control, settings *out)
{
  memset(out, 0, sizeof *out);
  out->table = kernels_arg(control);
  out->loss = loss_arg(model);
  if (out->loss == LOSS_BETA) out->beta = list_number(model, "beta");
  if (out->loss == LOSS_NB) dispersion_arg(model, out);
  out->coef_step = step_arg(model, "coef_step");
  out->basis_step = step_arg(model, "basis_step");
  out->coef_cycles = list_count(model, "coef_cycles");
  out->basis_cycles = list_count(model, "basis_cycles");
  out->hold_basis = list_flag(model, "hold_basis");
  SEXP limits = list_entry(model, "limits");
  out->simplex = limits != R_NilValue && list_flag(limits, "simplex");
  out->rank = list_count(model, "rank");
  out->scale = scale_arg(list_entry(control, "scale"));
  out->block = list_count(control, "block");
  out->threads = list_count(control, "threads");
  out->max_iter = list_count(control, "max_iter");
  out->tol = list_number(control, "tol");
  out->stationary = list_number(control, "stationary");
  out->tol_alone = list_number(control, "tol_alone");
  out->revive_from = list_count(control, "revive_from");
  out->step_tol = list_number(control, "step_tol");
  out->step_tol_coef = list_number(control, "step_tol_coef");
  out->kkt = list_number(control, "kkt");
  out->add_data = list_number(control, "add_data");
  out->add_ratio = list_number(control, "add_ratio");
  out->floor = list_number(control, "floor");
  out->poll = R_CheckUserInterrupt;
  if (out->rank < 1) Rf_error("internal: the rank is below 1");
  if (out->threads < 1) Rf_error("internal: no thread");
}

/* c(lambda, scale_invariant) */
static penalty_term term_arg(SEXP terms, const char *name)
{
  SEXP term = list_entry(terms, name);
  if (TYPEOF(term) != REALSXP || XLENGTH(term) != 2) Rf_error("internal: no term %s", name);
  return (penalty_term){REAL(term)[0], REAL(term)[1] != 0};
}

static side_penalty side_arg(SEXP terms, size_t rank)
{
  side_penalty pen;
  memset(&pen, 0, sizeof pen);
  pen.smooth = term_arg(terms, "smooth");
  pen.sparse = term_arg(terms, "sparse");
  pen.ridge = term_arg(terms, "ridge");
  pen.orthogonal = term_arg(terms, "orthogonal");
  pen.plain_ratio = list_flag(terms, "ratio");
  pen.single = list_flag(terms, "single");
  SEXP cost = list_entry(terms, "cost");
  if (cost != R_NilValue) pen.cost = matrix_of(cost, "cost", rank, 2);
  return pen;
}

penalty penalty_arg(SEXP owner, const data_matrix *x, size_t rank, graph *edges)
{
  SEXP sides = list_entry(owner, "penalty");
  penalty pen = {side_arg(list_entry(sides, "coef"), rank),
                 side_arg(list_entry(sides, "basis"), rank)};
  if (graph_arg(list_entry(owner, "graph"), x->n, edges)) pen.coef.edges = edges;
  if (graph_arg(list_entry(owner, "graph_basis"), x->m, edges + 1)) pen.basis.edges = edges + 1;
  if ((pen.coef.smooth.lambda > 0) != (pen.coef.edges != NULL) ||
      (pen.basis.smooth.lambda > 0) != (pen.basis.edges != NULL))
    Rf_error("internal: a graph and its weight do not belong together");
  return pen;
}

const int *held_arg(SEXP held, size_t rank)
{
  if (held == R_NilValue) return NULL;
  if (TYPEOF(held) != INTSXP || (size_t)XLENGTH(held) != rank)
    Rf_error("internal: `held` does not fit the rank");
  return INTEGER(held);
}
