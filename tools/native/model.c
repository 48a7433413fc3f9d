/* What is fitted, and how. */
#include "model.h"

#include <math.h>
#include <string.h>

#include "dense.h"
#include "memory.h"
#include "try.h"

/* What nmf() and predict() offer: loss, steps of H and W, W held. */
static const struct {
  loss_kind loss;
  step_kind coef, basis;
  int hold;
} offered[] = {
  {LOSS_FROBENIUS, STEP_MU, STEP_MU, 0},    {LOSS_FROBENIUS, STEP_HALS, STEP_HALS, 0},
  {LOSS_FROBENIUS, STEP_BPP, STEP_BPP, 0},    {LOSS_KL, STEP_MU, STEP_MU, 0},
  {LOSS_IS, STEP_MU, STEP_MU, 0},           {LOSS_FROBENIUS, STEP_HARD, STEP_HALS, 0},
  {LOSS_FROBENIUS, STEP_HALS, STEP_HARD, 0}, {LOSS_FROBENIUS, STEP_MU, STEP_CHOI, 0},
  {LOSS_FROBENIUS, STEP_EXACT, STEP_MU, 1},    {LOSS_KL, STEP_EXACT, STEP_MU, 1},
  {LOSS_FROBENIUS, STEP_HALS, STEP_HALS, 1}, {LOSS_KL, STEP_MU, STEP_MU, 1},
  {LOSS_IS, STEP_MU, STEP_MU, 1},
};

kernels draw_kernels(source *from)
{
  const size_t sets = 4, at = choose(from, 2 * sets);
  const char *name = kernels_instructions(at % sets);
  const kernels *base = kernels_native(name == NULL ? "auto" : name);
  return at < sets ? *base : dense_blas(base);
}

static void draw_stops(source *from, settings *set)
{
  set->tol = choose(from, 4) == 0 ? 1e-3 : 0;
  set->step_tol = set->step_tol_coef = choose(from, 4) == 0 ? 0.1 : 0;
  set->kkt = choose(from, 4) == 0 ? 1e-3 : 0;
  set->stationary = choose(from, 4) == 0 ? 1e-2 : 0;
  set->tol_alone = choose(from, 4) == 0 ? 1e-4 : 0;
}

void draw_settings(source *from, settings *set)
{
  static const size_t blocks[] = {0, 1, 5, 64, 7, 1000};
  static const double small[] = {0, 0, 0, 0x1p-52, 0x1p-23};
  const size_t at = choose(from, sizeof offered / sizeof *offered);
  memset(set, 0, sizeof *set);
  set->loss = offered[at].loss;
  set->coef_step = offered[at].coef;
  set->basis_step = offered[at].basis;
  set->hold_basis = offered[at].hold;
  set->table = draw_kernels(from);
  set->coef_cycles = 2 + choose(from, 3);
  set->basis_cycles = 4;
  set->block = blocks[choose(from, 6)];
  set->threads = 1;
  set->max_iter = set->coef_step == STEP_EXACT ? 1 : 1 + choose(from, 12);
  set->scale = (scale_kind)choose(from, 3);
  if (set->coef_step != STEP_EXACT) draw_stops(from, set);
  if (set->loss == LOSS_KL && set->coef_step == STEP_MU) set->add_data = small[choose(from, 5)];
  if (set->coef_step == STEP_MU) set->add_ratio = small[choose(from, 5)];
  if (set->coef_step != STEP_EXACT) set->floor = small[choose(from, 5)];
  if (set->add_data + set->add_ratio + set->floor == 0) set->revive_from = choose(from, 2);
}

/* Terms a solver and a loss can carry: R/nmf-solver.R. */
static int allowed(const settings *set, size_t term, int scale_invariant)
{
  const int ratio = set->coef_step == STEP_MU && set->basis_step == STEP_MU;
  if (set->hold_basis) return 0;
  if (set->loss == LOSS_IS) return term == 1 && !scale_invariant;
  if (set->loss == LOSS_KL) return term != 3 || !scale_invariant;
  if (set->coef_step == STEP_BPP) return term == 1 || term == 2;
  return ratio || (set->coef_step == STEP_HALS && set->basis_step == STEP_HALS);
}

static void draw_term(source *from, const settings *set, penalty *pen, size_t term, int on_basis)
{
  side_penalty *side = on_basis ? &pen->basis : &pen->coef;
  penalty_term *terms[] = {&side->smooth, &side->sparse, &side->ridge, &side->orthogonal};
  const int scale_invariant = choose(from, 2) == 1;
  if (!allowed(set, term, scale_invariant)) return;
  terms[term]->lambda = pow(10, 8 * uniform(from) - 4);
  terms[term]->scale_invariant = scale_invariant;
}

penalty draw_penalty(source *from, const settings *set, const data_matrix *x, graph *edges)
{
  penalty pen;
  const size_t kind = choose(from, 10);
  memset(&pen, 0, sizeof pen);
  if (kind >= 1 && kind <= 8) draw_term(from, set, &pen, (kind - 1) % 4, kind > 4);
  for (size_t term = 0; kind == 9 && term < 8; ++term)
    if (choose(from, 2)) draw_term(from, set, &pen, term % 4, term > 3);
  if (pen.coef.smooth.lambda > 0) {
    edges[0] = draw_graph(from, x->n);
    pen.coef.edges = edges;
  }
  if (pen.basis.smooth.lambda > 0) {
    edges[1] = draw_graph(from, x->m);
    pen.basis.edges = edges + 1;
  }
  /* The author's ratio comes alone and in the raw form. */
  pen.coef.plain_ratio = kind == 1 && set->loss == LOSS_KL && choose(from, 3) == 0 &&
                         pen.coef.edges != NULL && !pen.coef.smooth.scale_invariant;
  return pen;
}

static double largest_of(const data_matrix *x)
{
  const size_t count = x->dense != NULL ? x->m * x->n : (size_t)x->start[x->n];
  const double *value = x->dense != NULL ? x->dense : x->value;
  double largest = 0;
  for (size_t i = 0; i < count; ++i)
    if (value[i] > largest) largest = value[i];
  return largest;
}

void draw_start(source *from, const data_matrix *x, size_t r, double *w, double *h)
{
  const double level = largest_of(x) / (double)r;
  const size_t kind = choose(from, 3);
  numbers(from, kind == 2 ? 3 : 0, x->m * r, w);
  numbers(from, kind == 2 ? 3 : 0, r * x->n, h);
  for (size_t i = 0; i < x->m * r; ++i) w[i] = kind == 1 && uniform(from) < 0.3 ? 0 : w[i];
  for (size_t i = 0; i < r * x->n; ++i)
    h[i] = kind == 1 && uniform(from) < 0.3 ? 0 : kind == 2 ? h[i] : h[i] * level;
}

static const int *draw_held(source *from, const settings *set, size_t r)
{
  const int plain = !set->hold_basis && set->coef_step == set->basis_step;
  if (!plain || choose(from, 6) > 0) return NULL;
  int *held = take_ints(r);
  for (size_t k = 0; k < r; ++k) held[k] = uniform(from) < 0.4;
  freeze(held);
  return held;
}

/* The preset's small numbers and floor bend F, Choi's update is not a descent, and the author's
 * ratio with a graph is not either. */
static int claims_descent(const settings *set, const penalty *pen)
{
  return set->add_data == 0 && set->add_ratio == 0 && set->floor == 0 &&
         set->basis_step != STEP_CHOI && !pen->coef.plain_ratio;
}

void draw_model(source *from, model *one)
{
  static const size_t long_ones[] = {583, 130, 1100};
  size_t m, n;
  memset(one, 0, sizeof *one);
  draw_settings(from, &one->set);
  m = awkward_size(from, 1);
  n = awkward_size(from, 1);
  if (choose(from, 8) == 7) n = long_ones[choose(from, 3)];
  const int whole = one->set.coef_step == STEP_EXACT;
  /* Few components where there are many columns: then they come in several chunks. */
  const size_t least = n > 65 ? 2 : m < n ? m : n;
  one->set.rank = 1 + choose(from, least > 12 ? 12 : least);
  if (one->set.rank > m) one->set.rank = m;
  one->x = draw_data(from, &one->set, m, n, whole);
  one->pen = draw_penalty(from, &one->set, &one->x, one->edges);
  one->w = take(m * one->set.rank);
  one->h = take(one->set.rank * n);
  draw_start(from, &one->x, one->set.rank, one->w, one->h);
  freeze(one->w);
  freeze(one->h);
  one->held_basis = draw_held(from, &one->set, one->set.rank);
  one->held_coef = draw_held(from, &one->set, one->set.rank);
  one->falls = claims_descent(&one->set, &one->pen);
}
