#include "coef.h"

#include <string.h>

#include "kl_newton.h"
#include "nnls_bpp.h"
#include "steps.h"

void edit_coef(fit_state *s)
{
  const penalty *p = &s->pen;
  if (s->set->loss == LOSS_FROBENIUS)
    penalty_edit_quadratic(&p->coef, &p->basis, &s->coef, &s->basis, &s->coef_edit);
  else penalty_edit_divergence(&p->coef, &p->basis, &s->coef, &s->basis, &s->coef_edit);
  if (s->set->loss == LOSS_KL)
    for (size_t k = 0; k < s->r; ++k) s->coef_edit.cost[k] += s->basis.total[k];
  if (s->tall)
    for (size_t k = 0; k < s->r; ++k) s->coef_edit.bend[k] = 2 * s->coef_edit.weight[k];
}

/* The block's part of H. */
static factor coef_block(const fit_state *s, size_t first, size_t count)
{
  return (factor){s->coef.u.value + first * s->r, s->r, count, 1, s->r};
}

/* The coefficient problem of the columns from `first`; its layout is that of `u`. */
static problem coef_problem(const fit_state *s, const room *t, size_t first)
{
  const side_penalty *own = &s->pen.coef;
  problem p = {0};
  p.gain = t->gain;
  p.add = s->set->add_ratio;
  p.floor = s->set->floor;
  p.cycles = s->set->coef_cycles;
  p.held = s->coef_edit.held;
  if (own->edges != NULL) {
    p.weight = s->coef_edit.weight;
    p.spread = own->edges->degree + first;
  }
  if (s->set->loss == LOSS_FROBENIUS) p.gram = s->coef_edit.gram;
  if (s->set->loss == LOSS_IS) p.below = t->below;
  if (s->set->loss != LOSS_FROBENIUS || own->sparse.lambda > 0) p.cost = s->coef_edit.cost;
  if (s->set->loss != LOSS_KL || own->plain_ratio || !penalty_any(&s->pen)) return p;
  p.root = 1;
  p.bend = s->coef_edit.bend;
  p.apart = own->orthogonal.lambda;
  return p;
}

/* P += weight_k (H~S)_kj; KL's root doubles it. Descent needs the majoriser 2D of the
 * Laplacian (`share` 1), so there both the gain and the curvature grow by D. */
static void edit_gain(const fit_state *s, problem *p, double share, size_t first,
                      const factor *gain)
{
  if (s->pen.coef.edges == NULL) return;
  penalty_edit_gain(&s->pen.coef, &s->coef, s->coef_edit.weight, p->root ? 2 : 1, share, first,
                    gain);
  if (share > 0) p->weight = s->coef_edit.bend; /* 2 lambda weight_k */
}

/* Where a step wants P - M in one piece. */
static void lower_gain(problem *p, const factor *gain)
{
  if (p->cost == NULL) return;
  for (size_t j = 0; j < gain->count; ++j)
    for (size_t k = 0; k < gain->r; ++k)
      gain->value[k * gain->step_k + j * gain->step_j] -= p->cost[k];
  p->cost = NULL;
}

static void flip(const factor *from, const factor *to)
{
  for (size_t j = 0; j < from->count; ++j)
    for (size_t k = 0; k < from->r; ++k)
      to->value[k * to->step_k + j * to->step_j] =
        from->value[k * from->step_k + j * from->step_j];
}

/* H_b as columns of components, solved there and brought back. */
static void descend_block(fit_state *s, room *t, problem *p, const factor *h)
{
  const factor turned = {t->turned, s->r, h->count, h->count, 1};
  lower_gain(p, &(factor){t->gain, s->r, h->count, h->count, 1});
  flip(h, &turned);
  step_descend(&s->set->table, p, &turned);
  flip(&turned, h);
}

static factor gain_of(const fit_state *s, const room *t, size_t count)
{
  return s->tall ? (factor){t->gain, s->r, count, count, 1}
                 : (factor){t->gain, s->r, count, 1, s->r};
}

static void solve_exactly(fit_state *s, room *t, const factor *h, size_t first)
{
  double *column = t->solver, *work = t->solver + s->m;
  if (s->set->loss == LOSS_FROBENIUS) {
    nnls_bpp(s->r, h->count, s->basis.gram, t->gain, 1, s->r, NULL, h->value, work);
    return;
  }
  for (size_t j = 0; j < h->count; ++j) {
    const double *x = column;
    if (s->x.dense != NULL) x = s->x.dense + (first + j) * s->m;
    else {
      memset(column, 0, s->m * sizeof *column);
      for (int e = s->x.start[first + j]; e < s->x.start[first + j + 1]; ++e)
        column[s->x.row[e]] = s->x.value[e];
    }
    kl_newton(s->m, s->r, s->basis.u.value, s->basis.total, x, h->value + j * s->r, t->down,
              work);
  }
}

/* The H step of a block. */
void move_coef(fit_state *s, room *t, chunk *c, size_t first, size_t count)
{
  const factor h = coef_block(s, first, count), gain = gain_of(s, t, count);
  problem p = coef_problem(s, t, first);
  (void)c;
  edit_gain(s, &p, s->tall ? 1 : 0, first, &gain);
  switch (s->set->coef_step) {
  case STEP_EXACT: solve_exactly(s, t, &h, first); break;
  case STEP_DESCEND: descend_block(s, t, &p, &h); break;
  case STEP_SINGLE: step_single(&p, &h); break;
  case STEP_PIVOT:
    lower_gain(&p, &gain);
    nnls_bpp(s->r, count, p.gram, t->gain, 1, s->r, p.held, h.value, t->solver);
    break;
  default:
    if (p.root) step_root(&p, &h);
    else step_ratio(&s->set->table, &p, &h, t->down);
  }
}

/* The KKT residual of a block of H. */
void look_at_coef(fit_state *s, room *t, chunk *c, size_t first, size_t count)
{
  const factor h = coef_block(s, first, count), gain = gain_of(s, t, count);
  const factor turned = {t->turned, s->r, count, count, 1};
  problem p = coef_problem(s, t, first);
  edit_gain(s, &p, 0, first, &gain);
  if (s->tall) flip(&h, &turned);
  const double gap = problem_residual(&s->set->table, &p, s->tall ? &turned : &h, s->top, t->down);
  if (gap > c->residual) c->residual = gap;
}

