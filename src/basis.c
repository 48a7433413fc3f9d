/* The W step, from the sums of a pass alone, and what is known of either side after it moved. */
#include <math.h>
#include <string.h>

#include "subproblem.h"
#include "sweep.h"

static problem build(shared *p, const sums *from, step_kind step)
{
  side *own = &p->basis;
  const size_t m = p->m, r = p->r;
  factor linear = {from->xht, r, m, m, 1};
  subproblem_share(p->set, own, &p->coef);
  if (step == STEP_CHOI)
    p->set->table.inner(m, r, r, from->xht, m, own->u.value, m, own->problem.gram, r);
  /* The sums stay what they are: penalties edit a copy. */
  if (own->linear != NULL) {
    linear.value = own->linear;
    memcpy(linear.value, from->xht, m * r * sizeof *linear.value);
  }
  return subproblem_build(p->set, own, step, 0, &linear, from->denominator, own->problem.held);
}

void basis_step(shared *p, const sums *from, const scratch *t)
{
  if (p->set->hold_basis) return;
  const problem q = build(p, from, p->basis.step);
  subproblem_solve(&p->set->table, &p->basis, &q, &p->basis.u, t);
}

double basis_kkt(shared *p, const sums *from, const scratch *t)
{
  const problem q = build(p, from, STEP_MU);
  factor_row_max(&p->basis.u, p->row_max);
  return subproblem_kkt(&p->set->table, &q, &p->basis.u, &p->basis.u, p->row_max, t);
}

static void refresh(const shared *p, side *one)
{
  const side_penalty *own = one->pen;
  for (size_t k = 0; k < p->r; ++k) one->norm[k] = sqrt(one->gram[k + k * p->r]);
  if (own->edges == NULL) return;
  graph_times(&one->u, own->edges, one->us);
  if (own->smooth.scale_invariant || p->wants_value)
    graph_laplacian(&one->u, own->edges, one->laplacian);
}

void refresh_basis(shared *p)
{
  const size_t m = p->m, r = p->r;
  const double *w = p->basis.u.value;
  p->set->table.inner(m, r, r, w, m, w, m, p->basis.gram, r);
  for (size_t k = 0; k < r; ++k) {
    p->basis.l1[k] = 0;
    for (size_t i = 0; i < m; ++i) p->basis.l1[k] += w[i + k * m];
  }
  refresh(p, &p->basis);
}

void refresh_coef(shared *p, const sums *from)
{
  memcpy(p->coef.gram, from->hht, p->r * p->r * sizeof *p->coef.gram);
  memcpy(p->coef.l1, from->h_sum, p->r * sizeof *p->coef.l1);
  refresh(p, &p->coef);
}
