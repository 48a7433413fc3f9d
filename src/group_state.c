/* The memory of a group fit, and the states of its parts. */
#include "group_state.h"

#include <math.h>
#include <string.h>

#include "sweep.h"

int group_penalised(const group *g) { return penalty_any(&g->pen); }

/* One walk over the parts serves both the layout and its size. */
static size_t lay_out(group *g, double *memory)
{
  const size_t m = g->m, r = g->set.rank, two = (size_t)has_two_terms(g->set.loss);
  const size_t ratios = two || g->set.basis_step == STEP_MU;
  size_t most = state_size(&g->set, &g->none, &g->pen), longest = r;
  arena from = {memory, 0};
  for (size_t i = 0; i < g->count; ++i) {
    group_task *t = g->tasks + i;
    const size_t all = t->set.rank, size = state_size(&t->set, &t->x, &t->pen);
    t->basis = carve(&from, m * all);
    sums_lay_out(&t->total, all, m * all, two * m * all, 0, &from);
    most = larger(most, size);
    longest = larger(longest, all);
  }
  sums_lay_out(&g->total, r, m * r, ratios * m * r, 0, &from);
  sums_lay_out(&g->apart, r, m * r, ratios * m * r, 0, &from);
  g->laplacian = carve(&from, r);
  g->gram = carve(&from, r * r);
  g->held = carve_ints(&from, longest);
  g->scratch = carve(&from, most);
  for (size_t k = 0; g->held != NULL && k < longest; ++k) g->held[k] = k < r;
  return from.used;
}

size_t group_size(group *g)
{
  g->none.m = g->m;
  g->none.dense = &g->none_entry;
  return lay_out(g, NULL);
}

void group_lay_out(group *g, double *memory) { lay_out(g, memory); }

/* The state of a basis alone, whose step reads `from`. */
static void start_basis(const group *g, fit_state *s, const settings *set, const penalty *pen,
                        double *basis, const int *held, const sums *from)
{
  const pair moved = {basis, NULL, held, NULL, NULL, NULL};
  state_start(s, set, &g->none, pen, &moved, NULL, g->scratch);
  s->p.wants_value = 1;
  refresh_basis(&s->p);
  refresh_coef(&s->p, from);
  if (pen->coef.smooth.lambda > 0)
    memcpy(s->p.coef.laplacian, g->laplacian, g->set.rank * sizeof *g->laplacian);
}

void group_start_shared(const group *g, fit_state *s)
{
  start_basis(g, s, &g->set, &g->pen, g->w, NULL, &g->total);
}

void group_start_own(group *g, group_task *t, fit_state *s, const sums **from)
{
  static const penalty none;
  double *basis;
  const int *held;
  g->parts->own(g, t, &basis, &held, from);
  start_basis(g, s, &t->set, &none, basis, held, *from);
}

/* ||h_k|| of all H_i, which penalties on W weigh by. */
static void share_norms(const group *g, double *norm)
{
  const size_t r = g->set.rank;
  for (size_t k = 0; k < r; ++k) norm[k] = sqrt(g->total.hht[k + k * r]);
}

/* Neighbours of other tasks, which stay while this one moves: their part of H S. */
static void join_neighbours(const group *g, const group_task *t, double *us)
{
  const size_t r = g->set.rank;
  for (size_t j = 0; j < t->across.n; ++j)
    for (int e = t->across.start[j]; e < t->across.start[j + 1]; ++e) {
      const double *there = g->sample[t->across.row[e]], weight = t->across.weight[e];
      for (size_t k = 0; k < r; ++k) us[k + j * t->set.rank] += weight * there[k];
    }
}

/* Penalties of integrative NMF weigh by W, where a pass has W + V_i: what V_i adds to the Gram
 * matrix goes where the step adds lambda V_i' V_i. */
static void weigh_by_shared(const group *g, const group_task *t, fit_state *s)
{
  const size_t r = g->set.rank;
  const double *gram = s->p.basis.gram;
  for (size_t i = 0; i < r * r; ++i) g->gram[i] += gram[i];
  s->p.basis.u.value = g->w;
  refresh_basis(&s->p);
  s->p.basis.u.value = t->basis;
  for (size_t i = 0; i < r * r; ++i) g->gram[i] -= gram[i];
}

void group_start_task(const group *g, group_task *t, fit_state *s, int facts)
{
  const pair moved = {t->basis, t->coef, NULL, NULL, NULL, NULL};
  g->parts->join(g, t);
  if (g->parts->ties) t->pen.coef.gram = g->gram;
  state_start(s, &t->set, &t->x, &t->pen, &moved, NULL, g->scratch);
  s->p.wants_value = 1;
  s->p.measures = g->measures;
  refresh_basis(&s->p);
  if (!facts) return;
  sums_clear(&s->total);
  sweep_coef(&s->p, &s->from, &s->space, &s->total);
  refresh_coef(&s->p, &s->total);
  if (!group_penalised(g)) return;
  share_norms(g, s->p.coef.norm);
  join_neighbours(g, t, s->p.coef.us);
  if (g->parts->ties) weigh_by_shared(g, t, s);
}
