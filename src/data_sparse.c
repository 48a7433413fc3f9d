/* Passes over a sparse X: its stored entries only. W and the sums for it are kept
 * transposed, pad numbers a row, so that a stored entry meets consecutive numbers. */
#include <string.h>

#include "data_ops.h"
#include "precision.h"

/* to (pad x count) <- the columns of U' for an m x r matrix, padded by zeros. */
static void transpose(size_t m, size_t r, size_t pad, const double *from, double *to)
{
  memset(to, 0, pad * m * sizeof *to);
  for (size_t k = 0; k < r; ++k)
    for (size_t i = 0; i < m; ++i) to[k + i * pad] = from[i + k * m];
}

/* Entries that the columns worked on at a time store, at most; at least 1, a place to point at. */
static size_t most_stored(const data_matrix *x, size_t width)
{
  size_t most = x->parts != NULL ? larger(x->parts->most, 1) : 1;
  if (x->parts != NULL) return most;
  for (size_t first = 0; first < x->n; first += width) {
    const size_t last = smaller(first + width, x->n);
    most = larger(most, (size_t)(x->start[last] - x->start[first]));
  }
  return most;
}

/* Of a column's model only the stored entries are needed, of a block's fill all of them. */
static void sizes(const data_matrix *x, size_t r, size_t pad, size_t wanted, int forms_wh,
                  data_sizes *out)
{
  (void)r;
  (void)forms_wh;
  out->block = smaller(wanted > 0 ? wanted : BLOCK_COLUMNS, BLOCK_COLUMNS);
  out->block = smaller(out->block, x->n > 0 ? x->n : 1);
  out->entries = entries_in(x);
  out->model = x->m;
  out->target = x->masked ? most_stored(x, out->block) : 0;
  out->opened = 0;
  /* A row of partial data can be as long as X has columns. */
  if (x->partial) out->target = out->model = larger(x->m, x->n);
  out->w_transposed = pad * x->m;
  out->xht = x->partial ? 0 : out->w_transposed; /* W reads rows of its own there */
}

/* Places of entries stay those in the whole. */
static data_matrix part(const data_matrix *x, size_t first, size_t count)
{
  data_matrix columns = *x;
  columns.n = count;
  columns.start = x->start + first;
  return columns;
}

static void prepare(const shared *p)
{
  transpose(p->m, p->r, p->pad, p->basis.u.value, p->w_transposed);
  if (!p->revives || p->w_squared == NULL) return;
  for (size_t i = 0; i < p->pad * p->m; ++i)
    p->w_squared[i] = p->w_transposed[i] * p->w_transposed[i];
}

/* Column j of H, padded. */
static double *coef_column(const shared *p, const scratch *t, const block *b, size_t j)
{
  memset(t->column, 0, p->pad * sizeof *t->column);
  memcpy(t->column, b->h + j * p->r, p->r * sizeof *t->column);
  return t->column;
}

/* z_i = (W h_j)_i at the stored entries of column j. */
static void form_model(const shared *p, const scratch *t, const block *b, size_t j)
{
  p->set->table.dot_rows(p->pad, entries_of(&b->x, j), b->x.row + b->x.start[j],
                         p->w_transposed, coef_column(p, t, b, j), t->model);
}

/* Loss over the stored entries of column j. `model` <- what they are of whole_column(). */
static double stored_loss(const shared *p, const scratch *t, const block *b, size_t j,
                          double *model)
{
  const size_t at = (size_t)b->x.start[j], entries = entries_of(&b->x, j);
  const loss_terms l = terms_at(terms_of(p->set), b->x.row + at);
  const int kl = l.kind == LOSS_KL;
  double sum = 0;
  *model = 0;
  for (size_t i = 0; i < entries; ++i) *model += kl ? t->model[i] : t->model[i] * t->model[i];
  if (kl && !p->masked) return p->set->table.kl_loss(entries, b->x.value + at, t->model);
  for (size_t i = 0; i < entries; ++i) {
    const double x = b->x.value[at + i], z = t->model[i];
    const double weight = b->x.weight == NULL ? 1 : b->x.weight[at + i];
    if (x == x && weight > 0) sum += weight * loss_term(&l, i, x, z);
  }
  return sum;
}

/* What all entries of WH add for column j as if X were 0: sum_i z_i, or h_j'G h_j. */
static double whole_column(const shared *p, const block *b, size_t j)
{
  const double *h = b->h + j * p->r;
  double sum = 0;
  for (size_t k = 0; k < p->r; ++k) {
    if (p->set->loss == LOSS_KL) sum += p->basis.l1[k] * h[k];
    else
      for (size_t l = 0; l < p->r; ++l) sum += h[k] * p->basis.gram[k + l * p->r] * h[l];
  }
  return sum;
}

/* What the entries of WH that are not stored add, one by one: every row of a column. */
static double unstored_column(const shared *p, const scratch *t, const block *b, size_t j)
{
  const int *row = b->x.row + b->x.start[j];
  const size_t entries = entries_of(&b->x, j);
  double sum = 0;
  for (size_t i = 0, next = 0; i < p->m; ++i) {
    const double *w = p->w_transposed + i * p->pad;
    double z = 0;
    if (next < entries && (size_t)row[next] == i) {
      ++next;
      continue;
    }
    for (size_t k = 0; k < p->r; ++k) z += w[k] * t->column[k];
    sum += p->set->loss == LOSS_KL ? z : z * z;
  }
  return sum;
}

/* The whole column minus what is stored, unless little is left: the difference is good to
 * 1e-16 of the whole. */
static double column_loss(const shared *p, const scratch *t, const block *b, size_t j)
{
  double model;
  const double stored = stored_loss(p, t, b, j, &model);
  if (p->partial) return stored;
  const double whole = whole_column(p, b, j), rest = whole - model;
  /* Written so that NaN (Inf - Inf) takes the direct sum. */
  if (stored + rest >= UNSTORED_SUM_BELOW * whole) return stored + rest;
  return stored + unstored_column(p, t, b, j);
}

/* Where the block keeps the filled entries of column j until xht(). */
static double *kept_target(const scratch *t, const block *b, size_t j)
{
  return t->target + (size_t)(b->x.start[j] - b->x.start[0]);
}

/* Y at the stored entries of column j of masked X, from the model in the scratch. */
static const double *form_target(const shared *p, const scratch *t, const block *b, size_t j)
{
  const size_t count = entries_of(&b->x, j), at = (size_t)b->x.start[j];
  double *to = kept_target(t, b, j);
  const double *weight = b->x.weight == NULL ? NULL : b->x.weight + at;
  p->set->table.fill(count, b->x.value + at, weight, t->model, to);
  return to;
}

/* Second derivatives of the terms of column j, while the model is in the scratch. */
static const double *form_second(const shared *p, const scratch *t, size_t entries,
                                 const double *y)
{
  const loss_terms l = terms_of(p->set);
  second_slopes(&l, entries, y, t->model, t->other);
  return t->other;
}

static void linear(const shared *p, scratch *t, const block *b, sums *s)
{
  const kernels *k = &p->set->table;
  const size_t count = b->x.n;
  const int transposed = p->coef.step == STEP_HALS;
  double *sum = t->column + p->pad;
  for (size_t j = 0; j < count; ++j) {
    const size_t entries = entries_of(&b->x, j), at = (size_t)b->x.start[j];
    const double *y = b->x.value + at, *bend = NULL;
    double *out = t->linear + (transposed ? j : j * p->r);
    if (p->forms_wh) form_model(p, t, b, j);
    if (p->forms_wh && p->wants_value) s->value += column_loss(p, t, b, j);
    if (p->masked) y = form_target(p, t, b, j);
    if (p->set->loss == LOSS_KL) {
      if (p->revives) bend = form_second(p, t, entries, y);
      k->quotient(entries, y, t->model, 0, t->model);
      y = t->model;
    }
    memset(sum, 0, p->pad * sizeof *sum);
    k->gather(p->pad, entries, b->x.row + at, y, p->w_transposed, sum);
    for (size_t l = 0; l < p->r; ++l) out[transposed ? l * count : l] = sum[l];
    if (bend == NULL) continue;
    memset(sum, 0, p->pad * sizeof *sum);
    k->gather(p->pad, entries, b->x.row + at, bend, p->w_squared, sum);
    memcpy(t->second + j * p->r, sum, p->r * sizeof *sum);
  }
}

static void xht(const shared *p, scratch *t, const block *b, sums *s)
{
  const kernels *k = &p->set->table;
  for (size_t j = 0; j < b->x.n; ++j) {
    const size_t entries = entries_of(&b->x, j), at = (size_t)b->x.start[j];
    const double *y = p->masked ? kept_target(t, b, j) : b->x.value + at, *bend = NULL;
    if (p->set->loss == LOSS_KL) {
      form_model(p, t, b, j); /* with the new H */
      if (p->revives) bend = form_second(p, t, entries, y);
      k->quotient(entries, y, t->model, 0, t->model);
      y = t->model;
    }
    double *h = coef_column(p, t, b, j);
    k->scatter(p->pad, entries, b->x.row + at, y, h, s->xht);
    if (bend == NULL) continue;
    for (size_t l = 0; l < p->r; ++l) h[l] *= h[l];
    k->scatter(p->pad, entries, b->x.row + at, bend, h, s->second);
  }
}

static void add_xht(const shared *p, const sums *from, sums *to)
{
  if (p->partial) return;
  for (size_t k = 0; k < p->r; ++k)
    for (size_t i = 0; i < p->m; ++i) to->xht[i + k * p->m] += from->xht[k + i * p->pad];
  for (size_t k = 0; from->second != NULL && to->second != NULL && k < p->r; ++k)
    for (size_t i = 0; i < p->m; ++i) to->second[i + k * p->m] += from->second[k + i * p->pad];
}

static double loss(const shared *p, scratch *t, const block *b)
{
  double sum = 0;
  for (size_t j = 0; j < b->x.n; ++j) {
    form_model(p, t, b, j);
    sum += column_loss(p, t, b, j);
  }
  return sum;
}

static int observed(const data_matrix *x, size_t j, double *value, double *weight)
{
  int whole = !x->partial;
  memset(value, 0, x->m * sizeof *value);
  for (size_t i = 0; i < x->m; ++i) weight[i] = x->partial ? 0 : 1;
  for (int e = x->start[j]; e < x->start[j + 1]; ++e) {
    const double one = x->value[e], by = x->weight == NULL ? 1 : x->weight[e];
    const int row = x->row[e];
    weight[row] = one != one ? 0 : by;
    value[row] = weight[row] > 0 ? one : 0;
    whole &= weight[row] == 1;
  }
  return whole;
}

static void project(const kernels *k, const data_matrix *x, size_t r, const double *w, double *out)
{
  (void)k;
  for (size_t j = 0; j < x->n; ++j)
    for (size_t l = 0; l < r; ++l) {
      double sum = 0;
      for (int e = x->start[j]; e < x->start[j + 1]; ++e)
        sum += x->value[e] * w[(size_t)x->row[e] + l * x->m];
      out[l + j * r] = sum;
    }
}

const data_ops sparse_ops = {
  .sizes = sizes, .part = part, .prepare = prepare, .linear = linear, .xht = xht,
  .add_xht = add_xht, .loss = loss, .observed = observed, .project = project,
};
