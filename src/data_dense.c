/* Passes over a dense X. */
#include <string.h>

#include "data_ops.h"

enum { CACHE_DOUBLES = 65536 };

/* All columns when X fits the second-level cache; W H needs room for the whole block, so
 * there the block stays small. Near an exact fit every loss needs W H. */
static void sizes(const data_matrix *x, size_t r, size_t pad, size_t wanted, int forms_wh,
                  data_sizes *out)
{
  const size_t n = x->n > 0 ? x->n : 1;
  (void)pad;
  out->block = wanted > 0 ? wanted : x->m <= CACHE_DOUBLES / n ? n : BLOCK_COLUMNS;
  if (forms_wh) out->block = smaller(out->block, BLOCK_COLUMNS);
  out->block = smaller(out->block, n);
  out->entries = entries_in(x);
  out->model = x->m * smaller(out->block, BLOCK_COLUMNS);
  out->target = x->masked ? x->m * out->block : 0;
  out->opened = 0;
  out->xht = x->m * r;
  out->w_transposed = 0;
}

static data_matrix part(const data_matrix *x, size_t first, size_t count)
{
  data_matrix columns = *x;
  columns.n = count;
  columns.dense = x->dense + first * x->m;
  if (x->weight != NULL) columns.weight = x->weight + first * x->m;
  return columns;
}

static void prepare(const shared *p)
{
  const double *w = p->basis.u.value;
  if (!p->revives || p->w_squared == NULL) return;
  for (size_t i = 0; i < p->m * p->r; ++i) p->w_squared[i] = w[i] * w[i];
}

/* model <- W H_b */
static void form_model(const shared *p, const block *b, double *model)
{
  memset(model, 0, p->m * b->x.n * sizeof *model);
  p->set->table.outer(p->m, p->r, b->x.n, p->basis.u.value, p->m, b->h, 1, p->r, model, p->m);
}

/* Loss where weights are fractions, or NULL. */
static double weighted_loss(const loss_terms *l, size_t count, const double *x,
                            const double *weight, const double *z)
{
  double sum = 0;
  for (size_t i = 0; i < count; ++i) {
    const double by = weight == NULL ? 1 : weight[i];
    if (x[i] == x[i] && by > 0) sum += by * loss_term(l, i, x[i], z[i]);
  }
  return sum;
}

/* Loss of the block's model. A missing entry filled with its own model costs nothing. */
static double loss_of_model(const shared *p, const scratch *t, const block *b)
{
  const kernels *k = &p->set->table;
  const loss_terms l = terms_of(p->set);
  const size_t all = p->m * b->x.n;
  const double *x = p->masked ? t->target : b->x.dense;
  if (b->x.weight != NULL) return weighted_loss(&l, all, b->x.dense, b->x.weight, t->model);
  return l.kind == LOSS_KL     ? k->kl_loss(all, x, t->model)
         : l.kind == LOSS_IS   ? k->is_loss(all, x, t->model)
         : l.kind == LOSS_NB   ? nb_loss(k, &l, all, x, t->model)
         : l.kind != LOSS_FROBENIUS ? weighted_loss(&l, all, x, NULL, t->model)
                                    : k->sq_loss(all, x, t->model);
}

/* Y of masked data: X_b where it is observed, else the model. Returns the sum of squares of Y - Z,
 * the least-squares loss where no weight is a fraction. */
static double form_target(const shared *p, const scratch *t, const block *b)
{
  return p->set->table.fill(p->m * b->x.n, b->x.dense, b->x.weight, t->model, t->target);
}

/* out = W'Y in the layout of the block's problem. */
static void form_linear(const shared *p, const double *y, size_t count, double *out)
{
  const double *w = p->basis.u.value;
  const size_t m = p->m, r = p->r;
  if (p->coef.step == STEP_HALS) p->set->table.inner(m, count, r, y, m, w, m, out, count);
  else p->set->table.inner(m, r, count, w, m, y, m, out, r);
}

/* Second derivatives along H's entries, (W o W)' times those of the terms, while the model is in
 * the scratch. */
static void form_second(const shared *p, const scratch *t, const double *y, size_t count)
{
  const loss_terms l = terms_of(p->set);
  second_slopes(&l, p->m * count, y, t->model, t->other);
  p->set->table.inner(p->m, p->r, count, p->w_squared, p->m, t->other, p->m, t->second, p->r);
}

/* And along W's, times (H o H)'; P is done with. */
static void add_second(const shared *p, const scratch *t, const block *b, const double *y,
                       sums *s)
{
  const loss_terms l = terms_of(p->set);
  second_slopes(&l, p->m * b->x.n, y, t->model, t->other);
  for (size_t i = 0; i < p->r * b->x.n; ++i) t->linear[i] = b->h[i] * b->h[i];
  p->set->table.outer(p->m, b->x.n, p->r, t->other, p->m, t->linear, p->r, 1, s->second, p->m);
}

static void linear(const shared *p, scratch *t, const block *b, sums *s)
{
  const kernels *k = &p->set->table;
  const size_t count = b->x.n, all = p->m * count;
  const int squares = p->masked && p->set->loss == LOSS_FROBENIUS && b->x.weight == NULL;
  const double *y = b->x.dense;
  double value = 0;
  if (p->forms_wh) form_model(p, b, t->model);
  if (p->masked) {
    value = form_target(p, t, b);
    y = t->target;
  }
  if (p->forms_wh && p->wants_value) s->value += squares ? value : loss_of_model(p, t, b);
  if (p->revives && p->set->loss != LOSS_FROBENIUS) form_second(p, t, y, count);
  if (p->set->loss == LOSS_FROBENIUS) form_linear(p, y, count, t->linear);
  else if (p->set->loss == LOSS_KL) {
    k->quotient(all, y, t->model, p->set->add_data, t->model);
    form_linear(p, t->model, count, t->linear);
  } else {
    const loss_terms l = terms_of(p->set);
    form_slopes(k, &l, all, y, t->model, t->other, t->model);
    form_linear(p, t->other, count, t->linear);
    form_linear(p, t->model, count, t->cost);
  }
}

static void xht(const shared *p, scratch *t, const block *b, sums *s)
{
  const kernels *k = &p->set->table;
  const size_t m = p->m, r = p->r, count = b->x.n, all = m * count;
  const double *y = p->masked ? t->target : b->x.dense;
  if (p->set->loss == LOSS_FROBENIUS) {
    k->outer(m, count, r, y, m, b->h, r, 1, s->xht, m);
    return;
  }
  form_model(p, b, t->model); /* with the new H */
  if (p->revives) add_second(p, t, b, y, s);
  if (p->set->loss == LOSS_KL) {
    k->quotient(all, y, t->model, p->set->add_data, t->model);
    k->outer(m, count, r, t->model, m, b->h, r, 1, s->xht, m);
  } else {
    const loss_terms l = terms_of(p->set);
    form_slopes(k, &l, all, y, t->model, t->other, t->model);
    k->outer(m, count, r, t->other, m, b->h, r, 1, s->xht, m);
    k->outer(m, count, r, t->model, m, b->h, r, 1, s->denominator, m);
  }
}

static void add_xht(const shared *p, const sums *from, sums *to)
{
  const size_t all = p->m * p->r;
  for (size_t i = 0; i < all; ++i) to->xht[i] += from->xht[i];
  for (size_t i = 0; to->denominator != NULL && i < all; ++i)
    to->denominator[i] += from->denominator[i];
  for (size_t i = 0; from->second != NULL && to->second != NULL && i < all; ++i)
    to->second[i] += from->second[i];
}

static double loss(const shared *p, scratch *t, const block *b)
{
  form_model(p, b, t->model);
  if (p->masked) form_target(p, t, b);
  return loss_of_model(p, t, b);
}

static int observed(const data_matrix *x, size_t j, double *value, double *weight)
{
  const double *from = x->dense + j * x->m;
  int whole = 1;
  for (size_t i = 0; i < x->m; ++i) {
    weight[i] = from[i] != from[i] ? 0 : x->weight == NULL ? 1 : x->weight[i + j * x->m];
    value[i] = weight[i] > 0 ? from[i] : 0;
    whole &= weight[i] == 1;
  }
  return whole;
}

static void project(const kernels *k, const data_matrix *x, size_t r, const double *w, double *out)
{
  k->inner(x->m, r, x->n, w, x->m, x->dense, x->m, out, r);
}

const data_ops dense_ops = {
  .sizes = sizes, .part = part, .prepare = prepare, .linear = linear, .xht = xht,
  .add_xht = add_xht, .loss = loss, .observed = observed, .project = project,
};
