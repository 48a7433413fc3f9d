#include "sweep.h"

#include <string.h>

#include "exact.h"
#include "steps.h"

enum { WORK_BETWEEN_POLLS = 1 << 25, MODEL_COLUMNS = 64 };

int state_wants_value(const fit_state *s) { return s->trace != NULL || s->set->tol > 0; }

static void count_work(fit_state *s, size_t multiplications)
{
  s->work += multiplications;
  if (s->work < WORK_BETWEEN_POLLS) return;
  s->work = 0;
  if (s->set->poll != NULL) s->set->poll();
}

static size_t columns_at(const fit_state *s, size_t first)
{
  return s->n - first < s->block ? s->n - first : s->block;
}

/* The coefficient problem of the columns from `first`; the loss fills in the rest. */
static problem coef_problem(const fit_state *s, size_t first, size_t count)
{
  problem p = {0};
  p.r = s->r;
  p.count = count;
  p.gain = s->gain;
  p.add = s->set->add_ratio;
  p.floor = s->set->floor;
  if (s->pen.graph != NULL) {
    p.curve = s->weight;
    p.spread = s->pen.graph->degree + first;
  }
  return p;
}

/* P += factor weight_k (H~S)_kj for the block's columns. */
static void edit_gain(const fit_state *s, size_t first, size_t count, double factor)
{
  if (s->pen.graph == NULL) return;
  penalty_edit_gain(s->r, count, s->weight, factor, s->neighbours + first * s->r, s->gain);
}

void sweep_frobenius(fit_state *s)
{
  const kernels *k = &s->set->table;
  const size_t m = s->m, r = s->r;
  memset(s->product, 0, m * r * sizeof *s->product);
  memset(s->cross, 0, r * r * sizeof *s->cross);
  for (size_t first = 0; first < s->n; first += s->block) {
    const size_t count = columns_at(s, first);
    const double *x = s->x + first * m;
    double *h = s->h + first * r;
    problem p = coef_problem(s, first, count);
    p.gram = s->gram;
    k->inner(m, r, count, s->w, m, x, m, s->gain, r);     /* P = W'X_b   */
    edit_gain(s, first, count, 1);
    step_ratio_coef(k, &p, h, s->down);                   /* (2.32)      */
    k->outer(m, count, r, x, m, h, r, 1, s->product, m);  /* B += X_b H' */
    k->outer(r, count, r, h, r, h, r, 1, s->cross, r);    /* A += H H'   */
    count_work(s, 2 * count * m * r);
  }
}

/* model <- W H_b */
static void form_model(fit_state *s, const double *h, size_t count)
{
  memset(s->model, 0, s->m * count * sizeof *s->model);
  s->set->table.outer(s->m, s->r, count, s->w, s->m, h, 1, s->r, s->model, s->m);
}

/* model <- X_b / (W H_b) */
static void form_quotient(fit_state *s, const double *x, const double *h, size_t count)
{
  form_model(s, h, count);
  s->set->table.quotient(s->m * count, x, s->model, s->set->add_data, s->model);
}

static void solve_coef_kl(const fit_state *s, problem *p, size_t first, double *h)
{
  edit_gain(s, first, p->count, s->pen.plain_ratio ? 1 : 2);
  if (s->pen.graph != NULL && !s->pen.plain_ratio) step_root_coef(p, h);
  else step_ratio_coef(&s->set->table, p, h, s->down);
}

void sweep_kl(fit_state *s)
{
  const kernels *k = &s->set->table;
  const size_t m = s->m, r = s->r;
  const int wanted = state_wants_value(s);
  memset(s->product, 0, m * r * sizeof *s->product);
  memset(s->row_sum, 0, r * sizeof *s->row_sum);
  s->divergence = 0;
  for (size_t first = 0; first < s->n; first += s->block) {
    const size_t count = columns_at(s, first);
    const double *x = s->x + first * m;
    double *h = s->h + first * r;
    problem p = coef_problem(s, first, count);
    p.cost = s->col_sum;
    form_model(s, h, count);
    if (wanted) s->divergence += k->divergence(m * count, x, s->model);
    k->quotient(m * count, x, s->model, s->set->add_data, s->model);
    k->inner(m, r, count, s->w, m, s->model, m, s->gain, r); /* P = W'(X / WH) */
    solve_coef_kl(s, &p, first, h);
    form_quotient(s, x, h, count);                           /* with the new H */
    k->outer(m, count, r, s->model, m, h, r, 1, s->product, m);
    for (size_t j = 0; j < count; ++j)
      for (size_t l = 0; l < r; ++l) s->row_sum[l] += h[l + j * r];
    count_work(s, 4 * count * m * r);
  }
}

void sweep_exact(fit_state *s)
{
  const size_t m = s->m, r = s->r;
  for (size_t first = 0; first < s->n; first += s->block) {
    const size_t count = columns_at(s, first);
    const double *x = s->x + first * m;
    double *h = s->h + first * r;
    if (s->set->loss == LOSS_FROBENIUS)
      s->set->table.inner(m, r, count, s->w, m, x, m, s->gain, r);
    for (size_t j = 0; j < count; ++j) {
      if (s->set->loss == LOSS_FROBENIUS)
        exact_least_squares(r, s->gram, s->gain + j * r, h + j * r, s->exact);
      else exact_divergence(m, r, s->w, s->col_sum, x + j * m, h + j * r, s->model);
      /* about what a hard column takes */
      count_work(s, s->set->loss == LOSS_KL ? 2000 * m * r : 100 * r * r * r);
    }
  }
}

static double sum_over_model(fit_state *s, double (*value)(size_t, const double *,
                                                           const double *))
{
  double sum = 0;
  const size_t step = s->block < MODEL_COLUMNS ? s->block : MODEL_COLUMNS;
  for (size_t first = 0; first < s->n; first += step) {
    const size_t count = s->n - first < step ? s->n - first : step;
    form_model(s, s->h + first * s->r, count);
    sum += value(s->m * count, s->x + first * s->m, s->model);
    count_work(s, count * s->m * s->r);
  }
  return sum;
}

double sweep_residual(fit_state *s) { return sum_over_model(s, s->set->table.distance); }

double sweep_divergence(fit_state *s) { return sum_over_model(s, s->set->table.divergence); }
