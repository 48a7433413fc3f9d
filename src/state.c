/* The size of a fit, and its memory laid out at the start. */
#include "state.h"

#include <string.h>

#include "conjugate.h"
#include "data_ops.h"
#include "dense.h"
#include "descent.h"
#include "exact.h"
#include "constraint.h"
#include "nnls_bpp.h"
#include "partial.h"
#include "scratch.h"

enum { ENTRIES_PER_SUM = 32 };

/* As many as keep the sums small beside X; they depend on the data alone. */
static size_t choose_chunks(const shared *p, const data_parts *parts, size_t entries)
{
  /* Each block that is read has sums of its own, however many there are. Only as many are in memory
   * as are worked on at a time. */
  if (parts != NULL) return larger(smaller(smaller(p->set->threads, parts->count), MOST_CHUNKS), 1);
  const size_t blocks = (p->n + p->block - 1) / p->block;
  const size_t most = p->set->chunks > 0 ? p->set->chunks
                                         : entries / (ENTRIES_PER_SUM * larger(p->m, 1) * p->r);
  return larger(smaller(smaller(most, MOST_CHUNKS), blocks), 1);
}

size_t state_chunk_start(const fit_state *s, size_t c)
{
  if (s->x.parts != NULL) return (size_t)s->x.parts->start[c];
  const size_t width = s->p.block, blocks = (s->p.n + width - 1) / width;
  return smaller(blocks * c / s->space.chunks * width, s->p.n);
}

/* Where chunk i lies in the whole, and its columns of H. */
static void place_chunk(void *from, size_t i, size_t slot, block *out)
{
  const fit_state *s = from;
  (void)slot;
  out->first = state_chunk_start(s, i);
  out->x = s->x;
  out->x.n = state_chunk_start(s, i + 1) - out->first;
  out->h = s->p.coef.u.value + out->first * s->p.r;
  out->fixed = NULL;
}

static void get_chunk(void *from, size_t i, size_t slot, block *out)
{
  const fit_state *s = from;
  const data_parts *parts = s->x.parts;
  place_chunk(from, i, slot, out);
  if (parts != NULL) parts->read(parts->from, i, slot, &out->x);
  else out->x = s->p.ops->part(&s->x, out->first, out->x.n);
}

static void lay_out_side(side *one, size_t r, int edits_copy, arena *from)
{
  const size_t joined = one->pen->edges != NULL, all = r * one->u.count;
  const int together = one->step == STEP_CONJUGATE;
  side_problem *own = &one->problem;
  one->gram = carve(from, r * r);
  one->l1 = carve(from, r);
  one->norm = carve(from, r);
  one->mean = carve(from, r);
  one->laplacian = carve(from, one->pen->smooth.lambda > 0 ? r : 0);
  one->us = carve(from, joined * all);
  one->linear = carve(from, edits_copy || together ? all : 0);
  one->joint = carve(from, together ? conjugate_work(r, one->u.count) : 0);
  own->gram = carve(from, r * r);
  own->l1 = carve(from, r);
  own->diag = carve(from, r);
  own->majorant = carve(from, r);
  own->curvature = carve(from, r);
  own->held = carve_ints(from, r);
}

static size_t solver_work(const settings *set, size_t m)
{
  const size_t r = set->rank;
  if (set->coef_step == STEP_EXACT) return exact_work(set, m);
  if (set->coef_step == STEP_BPP || set->basis_step == STEP_BPP)
    return larger(nnls_bpp_work(r), limited_work(r));
  return 0;
}

static void lay_out_scratch(const shared *p, const data_sizes *sizes, scratch *one, arena *from)
{
  const size_t m = p->m, r = p->r, b = p->block, two = (size_t)has_two_terms(p->set->loss);
  const size_t seconds = p->can_revive && p->set->loss != LOSS_FROBENIUS;
  one->linear = carve(from, r * b);
  one->cost = carve(from, two * r * b);
  one->denominator = carve(from, larger(r * b, m * r));
  one->transposed = carve(from, p->coef.step == STEP_HALS ? r * b : 0);
  one->target = carve(from, sizes->target);
  one->model = carve(from, sizes->model);
  one->other = carve(from, two || seconds ? larger(sizes->model, sizes->target) : 0);
  one->second = carve(from, (size_t)p->can_revive * r * b);
  one->opened = carve(from, sizes->opened);
  one->opened_weight = carve(from, p->masked ? sizes->opened : 0);
  one->partial = carve(from, p->partial ? partial_work(r) : 0);
  one->descent = carve(from, p->longest > 0 ? descent_work(r, p->longest) : 0);
  one->column = carve_lines(from, 2 * p->pad);
  one->solver = carve(from, solver_work(p->set, m));
  one->held = carve_ints(from, r);
}

static void lay_out_pass(shared *p, workspace *space, const data_sizes *sizes, arena *from)
{
  const size_t r = p->r, two = (size_t)has_two_terms(p->set->loss);
  const size_t seconds = p->can_revive && p->set->loss != LOSS_FROBENIUS;
  lay_out_side(&p->basis, r, penalty_on_side(&p->pen.basis), from);
  lay_out_side(&p->coef, r, 0, from);
  p->w_transposed = carve_lines(from, sizes->w_transposed);
  p->coef_rows = carve_lines(from, p->rows != NULL ? p->pad * p->n : 0);
  p->w_squared = carve_lines(from, seconds * sizes->xht);
  p->row_max = carve(from, r);
  for (size_t c = 0; c < space->chunks; ++c)
    sums_lay_out(space->chunk + c, r, sizes->xht, two * sizes->xht, seconds * sizes->xht, from);
  for (size_t t = 0; t < space->threads; ++t)
    lay_out_scratch(p, sizes, space->thread + t, from);
}

/* One walk over the parts serves both the layout and its size. */
static size_t lay_out(fit_state *s, const data_sizes *sizes, double *memory)
{
  const size_t m = s->p.m, n = s->p.n, r = s->p.r;
  const size_t steps = s->p.set->step_tol > 0, two = (size_t)has_two_terms(s->p.set->loss);
  arena from = {memory, 0};
  lay_out_pass(&s->p, &s->space, sizes, &from);
  sums_lay_out(&s->total, r, m * r, two * m * r, (size_t)s->p.can_revive * m * r, &from);
  s->old_w = carve(&from, steps * m * r);
  s->old_h = carve(&from, steps * r * n);
  s->step_gram = carve(&from, steps * r * r);
  s->eigen = carve(&from, steps * dense_eigen_work(r));
  return from.used;
}

/* A side that no graph ties moves its columns one by one. */
static step_kind step_of(step_kind wanted, const side_penalty *pen)
{
  return wanted == STEP_CONJUGATE && pen->edges == NULL ? STEP_HALS : wanted;
}

static void set_sides(shared *p)
{
  const settings *set = p->set;
  const int root = set->loss == LOSS_KL && penalty_any(&p->pen) && !p->pen.coef.plain_ratio;
  const int ratio = set->loss == LOSS_BETA || set->loss == LOSS_NB;
  p->basis.u = (factor){NULL, p->r, p->m, p->m, 1};
  p->coef.u = (factor){NULL, p->r, p->n, 1, p->r};
  p->basis.pen = &p->pen.basis;
  p->coef.pen = &p->pen.coef;
  p->basis.step = step_of(set->basis_step, p->basis.pen);
  p->coef.step = step_of(set->coef_step, p->coef.pen);
  p->coef.simplex = set->simplex;
  p->basis.cycles = set->basis_cycles;
  p->coef.cycles = set->coef_cycles;
  p->basis.root = p->coef.root = root;
  p->basis.curved = ratio && penalty_curves(&p->pen.basis, &p->pen.coef);
  p->coef.curved = ratio && penalty_curves(&p->pen.coef, &p->pen.basis);
  p->can_revive = set->revive_from > 0 && set->coef_step == STEP_MU &&
                  set->basis_step == STEP_MU && !penalty_ties(&p->pen.coef) &&
                  !penalty_ties(&p->pen.basis);
}

static void set_shape(fit_state *s, const settings *set, const data_matrix *x,
                      const penalty *pen, data_sizes *sizes)
{
  shared *p = &s->p;
  memset(s, 0, sizeof *s);
  s->x = *x;
  p->set = set;
  p->ops = data_ops_of(x, set->loss);
  p->pen = *pen;
  p->m = x->m;
  p->n = x->n;
  p->r = set->rank;
  p->pad = whole_vectors(p->r, set->table.lanes);
  p->masked = x->masked;
  p->partial = x->partial;
  p->rows = x->rows;
  p->longest = set->coef_step == STEP_CCD ? descent_longest(x) : 0;
  p->forms_wh = set->loss != LOSS_FROBENIUS || x->masked;
  set_sides(p);
  p->ops->sizes(x, p->r, p->pad, set->block, p->forms_wh, sizes);
  p->block = sizes->block;
  s->space.chunks = choose_chunks(p, x->parts, sizes->entries);
  s->space.threads = smaller(set->threads, s->space.chunks);
  const int elsewhere = x->parts != NULL && x->parts->spread != NULL;
  s->from = (block_source){x->parts != NULL ? x->parts->count : s->space.chunks, get_chunk,
                           place_chunk, s, elsewhere ? x->parts : NULL};
}

size_t state_size(const settings *set, const data_matrix *x, const penalty *pen)
{
  fit_state measured;
  data_sizes sizes;
  set_shape(&measured, set, x, pen, &sizes);
  return lay_out(&measured, &sizes, NULL);
}

void state_start(fit_state *s, const settings *set, const data_matrix *x, const penalty *pen,
                 const pair *moved, double *trace, double *memory)
{
  data_sizes sizes;
  set_shape(s, set, x, pen, &sizes);
  s->p.basis.u.value = moved->w;
  s->p.coef.u.value = moved->h;
  s->p.basis.held = moved->held_basis;
  s->p.coef.held = moved->held_coef;
  s->p.basis.upper = moved->upper_basis;
  s->p.coef.upper = moved->upper_coef;
  s->trace = trace;
  /* Whether a pair was carried too far is seen by its F. */
  s->p.wants_value = trace != NULL || set->tol > 0 || set->kkt > 0 || set->coef_step == STEP_CCD;
  lay_out(s, &sizes, memory);
}
