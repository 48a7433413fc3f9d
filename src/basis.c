#include "basis.h"

#include <math.h>
#include <string.h>

#include "nnls_bpp.h"
#include "steps.h"

/* The problem of the rows of W. */
static problem basis_problem(fit_state *s)
{
  const side_penalty *own = &s->pen.basis;
  edited *e = &s->basis_edit;
  problem p = {0};
  if (s->set->loss == LOSS_FROBENIUS)
    penalty_build_quadratic(own, &s->pen.coef, &s->basis, &s->coef, e);
  else penalty_build_divergence(own, &s->pen.coef, &s->basis, &s->coef, e);
  p.linear = s->xht;
  p.add = s->set->add_ratio;
  p.floor = s->set->floor;
  p.cycles = s->set->basis_cycles;
  p.held = e->held;
  if (own->edges != NULL) {
    p.diag = e->diag;
    p.spread = own->edges->degree;
  }
  if (s->set->loss == LOSS_FROBENIUS) p.gram = e->gram;
  if (s->set->loss == LOSS_IS) p.denominator = s->denominator;
  if (s->set->loss == LOSS_KL)
    for (size_t k = 0; k < s->r; ++k) e->l1[k] += s->coef.l1[k];
  if (s->set->loss != LOSS_FROBENIUS || own->sparse.lambda > 0) p.l1 = e->l1;
  if (s->set->loss != LOSS_KL || !penalty_any(&s->pen) || s->pen.coef.plain_ratio) return p;
  p.root = 1;
  p.curvature = e->curvature;
  p.ortho = own->orthogonal.lambda;
  return p;
}

/* The gain with what the graph adds and, for a step that wants P - M, without M. Descent
 * needs the graph's majoriser, as in coef.c. */
static void build_linear(fit_state *s, problem *p, step_kind step)
{
  const side_penalty *own = &s->pen.basis;
  const int lowered = p->l1 != NULL && (step == STEP_HALS || step == STEP_BPP);
  const factor gain = {s->basis_linear, s->r, s->m, s->m, 1};
  if (own->edges == NULL && !lowered) return;
  memcpy(s->basis_linear, s->xht, s->m * s->r * sizeof *s->basis_linear);
  p->linear = s->basis_linear;
  if (own->edges != NULL)
    penalty_build_linear(own, &s->basis, s->basis_edit.diag, p->root ? 2 : 1,
                      step == STEP_HALS ? 1 : 0, 0, &gain);
  if (own->edges != NULL && step == STEP_HALS) {
    for (size_t k = 0; k < s->r; ++k) s->basis_edit.curvature[k] = 2 * p->diag[k];
    p->diag = s->basis_edit.curvature;
  }
  if (!lowered) return;
  for (size_t i = 0; i < s->m * s->r; ++i) gain.value[i] -= p->l1[i / s->m];
  p->l1 = NULL;
}

/* Choi (2008): the ratio W o B / (W (B'W)), then unit columns with H left alone, since
 * the update as published lets the scale of W swing. */
static void step_choi(fit_state *s, problem *p)
{
  const size_t m = s->m, r = s->r;
  double *w = s->basis.u.value;
  s->set->table.inner(m, r, r, s->xht, m, w, m, s->basis_edit.gram, r);
  p->gram = s->basis_edit.gram;
  step_mu(&s->set->table, p, &s->basis.u, s->scratch->denominator);
  for (size_t k = 0; k < r; ++k) {
    double square = 0;
    for (size_t i = 0; i < m; ++i) square += w[i + k * m] * w[i + k * m];
    if (square > 0)
      for (size_t i = 0; i < m; ++i) w[i + k * m] /= sqrt(square);
  }
}

void update_basis(fit_state *s)
{
  const kernels *k = &s->set->table;
  if (s->set->hold_basis) return;
  problem p = basis_problem(s);
  build_linear(s, &p, s->set->basis_step);
  switch (s->set->basis_step) {
  case STEP_HALS: step_hals(k, &p, &s->basis.u); break;
  case STEP_HARD: step_hard(&p, &s->basis.u); break;
  case STEP_CHOI: step_choi(s, &p); break;
  case STEP_BPP:
    nnls_bpp(s->r, s->m, p.gram, p.linear, s->m, 1, p.held, s->basis.u.value,
             s->scratch->solver);
    break;
  default:
    if (p.root) step_mu_root(&p, &s->basis.u);
    else step_mu(k, &p, &s->basis.u, s->scratch->denominator);
  }
}

double kkt_basis(fit_state *s)
{
  problem p = basis_problem(s);
  build_linear(s, &p, STEP_MU);
  for (size_t k = 0; k < s->r; ++k) {
    s->row_max[k] = 0;
    for (size_t i = 0; i < s->m; ++i)
      if (s->basis.u.value[i + k * s->m] > s->row_max[k])
        s->row_max[k] = s->basis.u.value[i + k * s->m];
  }
  return kkt_residual(&s->set->table, &p, &s->basis.u, s->row_max, s->scratch->denominator);
}
