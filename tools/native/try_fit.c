/* The loop of iterations: finite factors of at least 0, F that never rises, and the same bits
 * whatever the threads, the slices and the content of fresh memory. */
#include <math.h>
#include <string.h>

#include "data_ops.h"
#include "fit.h"
#include "memory.h"
#include "model.h"
#include "try.h"

typedef struct {
  double *w, *h, *trace;
  size_t traced;
  double kkt, value;
} outcome;

static double *copy_of(size_t count, const double *from)
{
  double *to = take(count);
  memcpy(to, from, count * sizeof *to);
  return to;
}

static int looked_at;
static void poll(void) { ++looked_at; }

/* A fit as R runs it, in slices of `budget` iterations, each with memory of its own. */
static outcome run(const model *one, size_t threads, size_t budget, int traced)
{
  settings set = one->set;
  fit_state s;
  const size_t r = set.rank;
  outcome out = {copy_of(one->x.m * r, one->w), copy_of(r * one->x.n, one->h), NULL, 0, 0, 0};
  out.trace = take(set.max_iter + 1);
  set.threads = threads;
  set.poll = poll;
  s.status = FIT_RUNNING;
  s.iteration = 0;
  s.value = NAN;
  while (s.status == FIT_RUNNING) {
    const size_t before = s.iteration;
    const double value = s.value;
    double *trace = traced ? take(budget + 1) : NULL;
    double *memory = take(state_size(&set, &one->x, &one->pen));
    const pair moved = {out.w, out.h, one->held_basis, one->held_coef, NULL, NULL};
    state_start(&s, &set, &one->x, &one->pen, &moved, trace, memory);
    fit_prepare(&s, before, value);
    fit_steps(&s, budget);
    fit_complete(&s, set.coef_step != STEP_EXACT);
    require(s.traced <= budget + 1, "a trace longer than its room");
    if (traced) memcpy(out.trace + out.traced, trace, s.traced * sizeof *trace);
    out.traced += s.traced;
    require(s.status != FIT_RUNNING || s.iteration == before + budget,
            "a slice that stopped early");
  }
  if (set.coef_step != STEP_EXACT) out.kkt = fit_kkt(&s);
  if (set.coef_step != STEP_EXACT) out.value = fit_value(&s);
  return out;
}

static double squares(const model *one, const double *w, const double *h)
{
  const size_t m = one->x.m, r = one->set.rank;
  double sum = 0;
  for (size_t j = 0; j < one->x.n; ++j)
    for (size_t i = 0; i < m; ++i) {
      double z = 0;
      for (size_t k = 0; k < r; ++k) z += w[i + k * m] * h[k + j * r];
      sum += z * z;
    }
  return sum;
}

/* The sum of WH. */
static double model_sum(const model *one, const outcome *out)
{
  const size_t m = one->x.m, r = one->set.rank;
  double sum = 0;
  for (size_t k = 0; k < r; ++k) {
    double w = 0, h = 0;
    for (size_t i = 0; i < m; ++i) w += out->w[i + k * m];
    for (size_t j = 0; j < one->x.n; ++j) h += out->h[k + j * r];
    sum += w * h;
  }
  return sum;
}

/* What F's rounding is measured by: ||X||^2 and ||WH||^2, the sum of X, or for Itakura-Saito
 * the number of entries, whose terms are differences of numbers near 1. KL on sparse data is
 * the sum of WH less what is stored, and where that is missing WH is bound by nothing. */
static double size_of(const model *one, const outcome *out)
{
  const data_matrix *x = &one->x;
  const size_t count = x->dense != NULL ? x->m * x->n : (size_t)x->start[x->n];
  const double *value = x->dense != NULL ? x->dense : x->value;
  double sum = 0;
  if (one->set.loss == LOSS_IS) return (double)count;
  if (one->set.loss == LOSS_FROBENIUS) return data_norm2(x) + squares(one, out->w, out->h);
  for (size_t i = 0; i < count; ++i)
    if (value[i] == value[i]) sum += value[i];
  return x->dense == NULL ? sum + model_sum(one, out) : sum;
}

static double length_square(size_t count, const double *from, size_t step)
{
  double sum = 0;
  for (size_t i = 0; i < count; ++i) sum += from[i * step] * from[i * step];
  return sum;
}

/* sum_k lambda t_k^2 sum_j d_j u_kj^2: the terms whose differences are a graph's penalty. A
 * factor that is smooth to the last digit leaves their rounding, squared. */
static double graph_size(const side_penalty *pen, size_t r, size_t count, const double *u,
                         size_t step_k, size_t step_j, size_t others, const double *v,
                         size_t other_k, size_t other_j)
{
  double sum = 0;
  for (size_t k = 0; pen->edges != NULL && k < r; ++k) {
    const double by =
      pen->smooth.scale_invariant ? length_square(others, v + k * other_k, other_j) : 1;
    for (size_t j = 0; j < count; ++j) {
      const double one = u[k * step_k + j * step_j];
      sum += pen->smooth.lambda * by * pen->edges->degree[j] * one * one;
    }
  }
  return sum;
}

static double rounding_of_graphs(const model *one, const outcome *out)
{
  const size_t m = one->x.m, n = one->x.n, r = one->set.rank;
  return 1e-16 * (graph_size(&one->pen.coef, r, n, out->h, 1, r, m, out->w, m, 1) +
                  graph_size(&one->pen.basis, r, m, out->w, m, 1, n, out->h, 1, r));
}

static void check_trace(const model *one, const outcome *out)
{
  double largest = 0;
  for (size_t i = 0; i < out->traced; ++i) {
    require(out->trace[i] >= 0, "F is NaN or below 0");
    if (i > 0 && out->trace[i] > largest) largest = out->trace[i];
  }
  /* Among denormal numbers F itself has few digits. */
  if (!one->falls || !isfinite(largest) || largest < 1e-290 || isinf(out->trace[0])) return;
  /* Sums of up to 70,000 terms are good to 1e-13 of these. */
  const double size = fmax(largest, 0.1 * size_of(one, out)) + rounding_of_graphs(one, out);
  for (size_t i = 1; i < out->traced; ++i)
    require(!(out->trace[i] - out->trace[i - 1] > 1e-12 * size), "F rises");
}

static void check_scales(const model *one, const outcome *out)
{
  const size_t m = one->x.m, n = one->x.n, r = one->set.rank;
  double *divisor = take(r), *w = copy_of(m * r, out->w), *h = copy_of(r * n, out->h);
  const pair scaled = {w, h, NULL, NULL, NULL, NULL};
  fit_scale(one->set.scale, m, n, r, &scaled, divisor);
  require(sound(m * r, w) && sound(r, divisor), "a scaled W that is not finite or below 0");
  for (size_t i = 0; i < r * n; ++i) require(h[i] >= 0, "a scaled H that is NaN or below 0");
}

static void check_held(const model *one, const outcome *out)
{
  const size_t m = one->x.m, n = one->x.n, r = one->set.rank;
  for (size_t k = 0; k < r; ++k) {
    const int w_stays = one->set.hold_basis || (one->held_basis != NULL && one->held_basis[k]);
    const int h_stays = one->held_coef != NULL && one->held_coef[k];
    require(!w_stays || memcmp(out->w + k * m, one->w + k * m, m * sizeof(double)) == 0,
            "a column of W that is held has moved");
    for (size_t j = 0; h_stays && j < n; ++j)
      require(out->h[k + j * r] == one->h[k + j * r], "a row of H that is held has moved");
  }
}

static int same(size_t count, const double *a, const double *b)
{
  return count == 0 || memcmp(a, b, count * sizeof *a) == 0;
}

void try_fit(source *from)
{
  model one;
  draw_model(from, &one);
  const int traced = choose(from, 4) > 0 && one.set.coef_step != STEP_EXACT;
  const size_t threads = 1 + choose(from, 8), budget = 1 + choose(from, 3);
  const size_t m = one.x.m, n = one.x.n, r = one.set.rank;
  fill_with(NAN);
  const outcome whole = run(&one, 1, one.set.max_iter, traced);
  fill_with(1e300);
  const outcome parts = run(&one, threads, budget, traced);
  fill_with(0);
  require(sound(m * r, whole.w), "W is not finite, or below 0");
  require(sound(r * n, whole.h), "H is not finite, or below 0");
  require(whole.kkt >= 0, "the KKT residual is NaN");
  require(whole.value >= 0, "F of the result is NaN or below 0");
  check_trace(&one, &whole);
  check_held(&one, &whole);
  check_scales(&one, &whole);
  require(same(m * r, whole.w, parts.w) && same(r * n, whole.h, parts.h),
          "threads, slices or the content of fresh memory change the result");
  require(whole.traced == parts.traced && same(whole.traced, whole.trace, parts.trace),
          "threads, slices or the content of fresh memory change the trace");
  require(same(1, &whole.kkt, &parts.kkt) && same(1, &whole.value, &parts.value),
          "threads, slices or the content of fresh memory change F or the residual");
}
