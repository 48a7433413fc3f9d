#include "products.h"

#include <string.h>

/* model <- W H_b */
static void form_model(const fit_state *s, const double *h, size_t count, double *model)
{
  memset(model, 0, s->m * count * sizeof *model);
  s->set->table.outer(s->m, s->r, count, s->basis.u.value, s->m, h, 1, s->r, model, s->m);
}

static const double *weights_at(const fit_state *s, size_t first)
{
  return s->x.weight == NULL ? NULL : s->x.weight + first * s->m;
}

/* Loss where weights are fractions. */
static double weighted_loss(loss_kind loss, size_t count, const double *x, const double *weight,
                            const double *z)
{
  double sum = 0;
  for (size_t i = 0; i < count; ++i)
    if (x[i] == x[i] && weight[i] > 0) sum += weight[i] * loss_term(loss, x[i], z[i]);
  return sum;
}

static double plain_loss(const fit_state *s, size_t count, const double *x, const double *z)
{
  const kernels *k = &s->set->table;
  return s->set->loss == LOSS_KL   ? k->kl_loss(count, x, z)
         : s->set->loss == LOSS_IS ? k->is_loss(count, x, z)
                                   : k->sq_loss(count, x, z);
}

/* Loss of the block's model. A missing entry filled with its own model costs nothing. */
static double loss_of_model(const fit_state *s, scratch *t, size_t first, size_t count)
{
  const double *x = s->x.dense + first * s->m, *weight = weights_at(s, first);
  const size_t all = s->m * count;
  if (weight != NULL) return weighted_loss(s->set->loss, all, x, weight, t->model);
  return plain_loss(s, all, s->x.masked ? t->target : x, t->model);
}

/* Y of masked data: X_b where it is observed, else the model. */
static void form_target(const fit_state *s, scratch *t, size_t first, size_t count)
{
  const size_t all = s->m * count;
  memcpy(t->target, t->model, all * sizeof *t->target);
  s->set->table.fill(all, s->x.dense + first * s->m, weights_at(s, first), t->target);
}

/* out = W'Y in the layout of the block's problem. */
static void form_linear(const fit_state *s, const double *y, size_t count, double *out)
{
  const double *w = s->basis.u.value;
  const size_t m = s->m;
  if (s->transposed_layout) s->set->table.inner(m, count, s->r, y, m, w, m, out, count);
  else s->set->table.inner(m, s->r, count, w, m, y, m, out, s->r);
}

void block_linear(fit_state *s, scratch *t, chunk *c, size_t first, size_t count)
{
  const kernels *k = &s->set->table;
  const size_t all = s->m * count;
  if (s->x.dense == NULL) {
    sparse_linear(s, t, c, first, count);
    return;
  }
  const double *y = s->x.dense + first * s->m;
  if (state_value_lags(s)) form_model(s, s->coef.u.value + first * s->r, count, t->model);
  if (s->x.masked) {
    form_target(s, t, first, count);
    y = t->target;
  }
  if (state_value_lags(s) && state_wants_value(s)) c->value += loss_of_model(s, t, first, count);
  if (s->set->loss == LOSS_FROBENIUS) form_linear(s, y, count, t->linear);
  else if (s->set->loss == LOSS_KL) {
    k->quotient(all, y, t->model, s->set->add_data, t->model);
    form_linear(s, t->model, count, t->linear);
  } else {
    k->reciprocals(all, y, t->model, t->other, t->model);
    form_linear(s, t->other, count, t->linear);
    form_linear(s, t->model, count, t->is_denominator);
  }
}

void block_xht(fit_state *s, scratch *t, chunk *c, size_t first, size_t count)
{
  const kernels *k = &s->set->table;
  const size_t m = s->m, r = s->r, all = m * count;
  const double *h = s->coef.u.value + first * r;
  if (s->x.dense == NULL) {
    sparse_xht(s, t, c, first, count);
    return;
  }
  const double *y = s->x.masked ? t->target : s->x.dense + first * m;
  if (s->set->loss == LOSS_FROBENIUS) {
    k->outer(m, count, r, y, m, h, r, 1, c->xht, m);
    return;
  }
  form_model(s, h, count, t->model); /* with the new H */
  if (s->set->loss == LOSS_KL) {
    k->quotient(all, y, t->model, s->set->add_data, t->model);
    k->outer(m, count, r, t->model, m, h, r, 1, c->xht, m);
    return;
  }
  k->reciprocals(all, y, t->model, t->other, t->model);
  k->outer(m, count, r, t->other, m, h, r, 1, c->xht, m);
  k->outer(m, count, r, t->model, m, h, r, 1, c->denominator, m);
}

double block_loss(fit_state *s, scratch *t, size_t first, size_t count)
{
  if (s->x.dense == NULL) return sparse_loss(s, t, first, count);
  form_model(s, s->coef.u.value + first * s->r, count, t->model);
  if (s->x.masked) form_target(s, t, first, count);
  return loss_of_model(s, t, first, count);
}

static void add_up(size_t count, double *sum, const double *more)
{
  for (size_t i = 0; i < count; ++i) sum[i] += more[i];
}

void gather_xht(fit_state *s)
{
  if (s->x.dense == NULL) {
    sparse_gather(s);
    return;
  }
  for (size_t c = 1; c < s->chunks; ++c) {
    add_up(s->m * s->r, s->xht, s->sums[c].xht);
    if (s->denominator != NULL) add_up(s->m * s->r, s->denominator, s->sums[c].denominator);
  }
}

void project_data(const kernels *k, const data_matrix *x, size_t r, const double *w,
                  double *out)
{
  if (x->dense == NULL) sparse_project(x, r, w, out);
  else k->inner(x->m, r, x->n, w, x->m, x->dense, x->m, out, r);
}

/* In four sums so that they do not wait for one another. */
static double square_norm(size_t count, const double *x)
{
  double sum[4] = {0, 0, 0, 0};
  size_t i = 0;
  for (; i + 4 <= count; i += 4)
    for (size_t l = 0; l < 4; ++l) sum[l] += x[i + l] * x[i + l];
  for (; i < count; ++i) sum[0] += x[i] * x[i];
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

double data_norm2(const data_matrix *x)
{
  const size_t count = x->dense != NULL ? x->m * x->n : (size_t)x->start[x->n];
  const double *value = x->dense != NULL ? x->dense : x->value;
  double sum = 0;
  if (!x->masked) return square_norm(count, value);
  for (size_t i = 0; i < count; ++i) {
    const double weight = x->weight == NULL ? 1 : x->weight[i];
    if (value[i] == value[i] && weight > 0) sum += weight * value[i] * value[i];
  }
  return sum;
}
