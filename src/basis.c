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
    penalty_edit_quadratic(own, &s->pen.coef, &s->basis, &s->coef, e);
  else penalty_edit_divergence(own, &s->pen.coef, &s->basis, &s->coef, e);
  p.gain = s->product;
  p.add = s->set->add_ratio;
  p.floor = s->set->floor;
  p.cycles = s->set->basis_cycles;
  p.held = e->held;
  if (own->edges != NULL) {
    p.weight = e->weight;
    p.spread = own->edges->degree;
  }
  if (s->set->loss == LOSS_FROBENIUS) p.gram = e->gram;
  if (s->set->loss == LOSS_IS) p.below = s->second;
  if (s->set->loss == LOSS_KL)
    for (size_t k = 0; k < s->r; ++k) e->cost[k] += s->coef.total[k];
  if (s->set->loss != LOSS_FROBENIUS || own->sparse.lambda > 0) p.cost = e->cost;
  if (s->set->loss != LOSS_KL || !penalty_any(&s->pen) || s->pen.coef.plain_ratio) return p;
  p.root = 1;
  p.bend = e->bend;
  p.apart = own->orthogonal.lambda;
  return p;
}

/* The gain with what the graph adds and, for a step that wants P - M, without M. Descent
 * needs the graph's majoriser, as in coef.c. */
static void edit_gain(fit_state *s, problem *p, step_kind step)
{
  const side_penalty *own = &s->pen.basis;
  const int lowered = p->cost != NULL && (step == STEP_DESCEND || step == STEP_PIVOT);
  const factor gain = {s->edited_gain, s->r, s->m, s->m, 1};
  if (own->edges == NULL && !lowered) return;
  memcpy(s->edited_gain, s->product, s->m * s->r * sizeof *s->edited_gain);
  p->gain = s->edited_gain;
  if (own->edges != NULL)
    penalty_edit_gain(own, &s->basis, s->basis_edit.weight, p->root ? 2 : 1,
                      step == STEP_DESCEND ? 1 : 0, 0, &gain);
  if (own->edges != NULL && step == STEP_DESCEND) {
    for (size_t k = 0; k < s->r; ++k) s->basis_edit.bend[k] = 2 * p->weight[k];
    p->weight = s->basis_edit.bend;
  }
  if (!lowered) return;
  for (size_t i = 0; i < s->m * s->r; ++i) gain.value[i] -= p->cost[i / s->m];
  p->cost = NULL;
}

/* Choi (2008): the ratio W o B / (W (B'W)), then unit columns with H left alone, since
 * the update as published lets the scale of W swing. */
static void step_stiefel(fit_state *s, problem *p)
{
  const size_t m = s->m, r = s->r;
  double *w = s->basis.u.value;
  s->set->table.inner(m, r, r, s->product, m, w, m, s->basis_edit.gram, r);
  p->gram = s->basis_edit.gram;
  step_ratio(&s->set->table, p, &s->basis.u, s->rooms->down);
  for (size_t k = 0; k < r; ++k) {
    double square = 0;
    for (size_t i = 0; i < m; ++i) square += w[i + k * m] * w[i + k * m];
    if (square > 0)
      for (size_t i = 0; i < m; ++i) w[i + k * m] /= sqrt(square);
  }
}

void move_basis(fit_state *s)
{
  const kernels *k = &s->set->table;
  if (s->set->hold_basis) return;
  problem p = basis_problem(s);
  edit_gain(s, &p, s->set->basis_step);
  switch (s->set->basis_step) {
  case STEP_DESCEND: step_descend(k, &p, &s->basis.u); break;
  case STEP_SINGLE: step_single(&p, &s->basis.u); break;
  case STEP_STIEFEL: step_stiefel(s, &p); break;
  case STEP_PIVOT:
    nnls_bpp(s->r, s->m, p.gram, p.gain, s->m, 1, p.held, s->basis.u.value,
             s->rooms->solver);
    break;
  default:
    if (p.root) step_root(&p, &s->basis.u);
    else step_ratio(k, &p, &s->basis.u, s->rooms->down);
  }
}

double basis_residual(fit_state *s)
{
  problem p = basis_problem(s);
  edit_gain(s, &p, STEP_RATIO);
  for (size_t k = 0; k < s->r; ++k) {
    s->top[k] = 0;
    for (size_t i = 0; i < s->m; ++i)
      if (s->basis.u.value[i + k * s->m] > s->top[k]) s->top[k] = s->basis.u.value[i + k * s->m];
  }
  return problem_residual(&s->set->table, &p, &s->basis.u, s->top, s->rooms->down);
}
