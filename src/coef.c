#include "coef.h"

#include <string.h>

#include "kl_newton.h"
#include "nnls_bpp.h"
#include "steps.h"

void build_coef(fit_state *s)
{
  const penalty *p = &s->pen;
  if (s->set->loss == LOSS_FROBENIUS)
    penalty_build_quadratic(&p->coef, &p->basis, &s->coef, &s->basis, &s->coef_edit);
  else penalty_build_divergence(&p->coef, &p->basis, &s->coef, &s->basis, &s->coef_edit);
  if (s->set->loss == LOSS_KL)
    for (size_t k = 0; k < s->r; ++k) s->coef_edit.l1[k] += s->basis.l1[k];
  if (s->transposed_layout)
    for (size_t k = 0; k < s->r; ++k) s->coef_edit.curvature[k] = 2 * s->coef_edit.diag[k];
}

/* The block's part of H. */
static factor coef_block(const fit_state *s, size_t first, size_t count)
{
  return (factor){s->coef.u.value + first * s->r, s->r, count, 1, s->r};
}

/* The coefficient problem of the columns from `first`; its layout is that of `u`. */
static problem coef_problem(const fit_state *s, const scratch *t, size_t first)
{
  const side_penalty *own = &s->pen.coef;
  problem p = {0};
  p.linear = t->linear;
  p.add = s->set->add_ratio;
  p.floor = s->set->floor;
  p.cycles = s->set->coef_cycles;
  p.held = s->coef_edit.held;
  if (own->edges != NULL) {
    p.diag = s->coef_edit.diag;
    p.spread = own->edges->degree + first;
  }
  if (s->set->loss == LOSS_FROBENIUS) p.gram = s->coef_edit.gram;
  if (s->set->loss == LOSS_IS) p.denominator = t->is_denominator;
  if (s->set->loss != LOSS_FROBENIUS || own->sparse.lambda > 0) p.l1 = s->coef_edit.l1;
  if (s->set->loss != LOSS_KL || own->plain_ratio || !penalty_any(&s->pen)) return p;
  p.root = 1;
  p.curvature = s->coef_edit.curvature;
  p.ortho = own->orthogonal.lambda;
  return p;
}

/* P += weight_k (H~S)_kj; KL's root doubles it. Descent needs the majoriser 2D of the
 * Laplacian (`share` 1), so there both the gain and the curvature grow by D. */
static void build_linear(const fit_state *s, problem *p, double share, size_t first,
                      const factor *gain)
{
  if (s->pen.coef.edges == NULL) return;
  penalty_build_linear(&s->pen.coef, &s->coef, s->coef_edit.diag, p->root ? 2 : 1, share, first,
                    gain);
  if (share > 0) p->diag = s->coef_edit.curvature; /* 2 lambda weight_k */
}

/* Where a step wants P - M in one piece. */
static void lower_linear(problem *p, const factor *gain)
{
  if (p->l1 == NULL) return;
  for (size_t j = 0; j < gain->count; ++j)
    for (size_t k = 0; k < gain->r; ++k)
      gain->value[k * gain->step_k + j * gain->step_j] -= p->l1[k];
  p->l1 = NULL;
}

static void transpose(const factor *from, const factor *to)
{
  for (size_t j = 0; j < from->count; ++j)
    for (size_t k = 0; k < from->r; ++k)
      to->value[k * to->step_k + j * to->step_j] =
        from->value[k * from->step_k + j * from->step_j];
}

/* H_b as columns of components, solved there and brought back. */
static void hals_block(fit_state *s, scratch *t, problem *p, const factor *h)
{
  const factor turned = {t->transposed, s->r, h->count, h->count, 1};
  lower_linear(p, &(factor){t->linear, s->r, h->count, h->count, 1});
  transpose(h, &turned);
  step_hals(&s->set->table, p, &turned);
  transpose(&turned, h);
}

static factor linear_of(const fit_state *s, const scratch *t, size_t count)
{
  return s->transposed_layout ? (factor){t->linear, s->r, count, count, 1}
                 : (factor){t->linear, s->r, count, 1, s->r};
}

static void solve_exactly(fit_state *s, scratch *t, const factor *h, size_t first)
{
  double *column = t->solver, *work = t->solver + s->m;
  if (s->set->loss == LOSS_FROBENIUS) {
    nnls_bpp(s->r, h->count, s->basis.gram, t->linear, 1, s->r, NULL, h->value, work);
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
    kl_newton(s->m, s->r, s->basis.u.value, s->basis.l1, x, h->value + j * s->r, t->denominator,
              work);
  }
}

/* The H step of a block. */
void update_coef(fit_state *s, scratch *t, chunk *c, size_t first, size_t count)
{
  const factor h = coef_block(s, first, count), gain = linear_of(s, t, count);
  problem p = coef_problem(s, t, first);
  (void)c;
  build_linear(s, &p, s->transposed_layout ? 1 : 0, first, &gain);
  switch (s->set->coef_step) {
  case STEP_EXACT: solve_exactly(s, t, &h, first); break;
  case STEP_HALS: hals_block(s, t, &p, &h); break;
  case STEP_HARD: step_hard(&p, &h); break;
  case STEP_BPP:
    lower_linear(&p, &gain);
    nnls_bpp(s->r, count, p.gram, t->linear, 1, s->r, p.held, h.value, t->solver);
    break;
  default:
    if (p.root) step_mu_root(&p, &h);
    else step_mu(&s->set->table, &p, &h, t->denominator);
  }
}

/* The KKT residual of a block of H. */
void kkt_coef(fit_state *s, scratch *t, chunk *c, size_t first, size_t count)
{
  const factor h = coef_block(s, first, count), gain = linear_of(s, t, count);
  const factor turned = {t->transposed, s->r, count, count, 1};
  problem p = coef_problem(s, t, first);
  build_linear(s, &p, 0, first, &gain);
  if (s->transposed_layout) transpose(&h, &turned);
  const double gap = kkt_residual(&s->set->table, &p, s->transposed_layout ? &turned : &h,
                                  s->row_max, t->denominator);
  if (gap > c->kkt) c->kkt = gap;
}

