/* Products with sparse X: its stored entries only. W and the sums for it are kept
 * turned, pad numbers a row, so that a stored entry meets consecutive numbers. */
#include <string.h>

#include "precision.h"
#include "products.h"

static size_t entries_of(const data_matrix *x, size_t j)
{
  return (size_t)(x->start[j + 1] - x->start[j]);
}

/* to (pad x count) <- the columns of U' for an m x r matrix, padded by zeros. */
static void transpose(size_t m, size_t r, size_t pad, const double *from, double *to)
{
  memset(to, 0, pad * m * sizeof *to);
  for (size_t k = 0; k < r; ++k)
    for (size_t i = 0; i < m; ++i) to[k + i * pad] = from[i + k * m];
}

void sparse_prepare(fit_state *s)
{
  transpose(s->m, s->r, s->pad, s->basis.u.value, s->w_transposed);
  for (size_t c = 0; c < s->chunks; ++c)
    memset(s->sums[c].xht, 0, s->pad * s->m * sizeof(double));
}

/* Column j of H, padded. */
static double *coef_column(const fit_state *s, scratch *t, size_t j)
{
  memset(t->column, 0, s->pad * sizeof *t->column);
  memcpy(t->column, s->coef.u.value + j * s->r, s->r * sizeof *t->column);
  return t->column;
}

/* z_i = (W h_j)_i at the stored entries of column j. */
static void form_model(const fit_state *s, scratch *t, size_t j)
{
  const int at = s->x.start[j];
  s->set->table.dot_rows(s->pad, entries_of(&s->x, j), s->x.row + at, s->w_transposed,
                      coef_column(s, t, j), t->model);
}

/* Loss over the stored entries of column j. `model` <- what they are of whole_column(). */
static double stored_loss(const fit_state *s, const scratch *t, size_t j, double *model)
{
  const int at = s->x.start[j];
  double sum = 0;
  *model = 0;
  for (size_t i = 0; i < entries_of(&s->x, j); ++i) {
    const double x = s->x.value[(size_t)at + i], z = t->model[i];
    const double weight = s->x.weight == NULL ? 1 : s->x.weight[(size_t)at + i];
    const int seen = x == x && weight > 0, kl = s->set->loss == LOSS_KL;
    *model += kl ? z : z * z;
    if (!seen) continue;
    sum += weight * loss_term(s->set->loss, x, z);
  }
  return sum;
}

/* What all entries of WH add for column j as if X were 0: sum_i z_i, or h_j'G h_j. */
static double whole_column(const fit_state *s, size_t j)
{
  const double *h = s->coef.u.value + j * s->r;
  double sum = 0;
  for (size_t k = 0; k < s->r; ++k) {
    if (s->set->loss == LOSS_KL) sum += s->basis.l1[k] * h[k];
    else
      for (size_t l = 0; l < s->r; ++l) sum += h[k] * s->basis.gram[k + l * s->r] * h[l];
  }
  return sum;
}

/* What the entries of WH that are not stored add, one by one: every row of a column. */
static double unstored_column(const fit_state *s, const scratch *t, size_t j)
{
  const int *row = s->x.row + s->x.start[j];
  const size_t entries = entries_of(&s->x, j);
  double sum = 0;
  for (size_t i = 0, next = 0; i < s->m; ++i) {
    const double *w = s->w_transposed + i * s->pad;
    double z = 0;
    if (next < entries && (size_t)row[next] == i) {
      ++next;
      continue;
    }
    for (size_t k = 0; k < s->r; ++k) z += w[k] * t->column[k];
    sum += s->set->loss == LOSS_KL ? z : z * z;
  }
  return sum;
}

/* The whole column less what is stored, unless little is left: the difference is good to
 * 1e-16 of the whole. */
static double column_loss(const fit_state *s, const scratch *t, size_t j)
{
  double model;
  const double stored = stored_loss(s, t, j, &model), whole = whole_column(s, j);
  const double rest = whole - model;
  /* Written so that NaN (Inf - Inf) takes the direct sum. */
  return stored + (stored + rest >= UNSTORED_SUM_BELOW * whole ? rest : unstored_column(s, t, j));
}

/* Where the block keeps the filled entries of column j until block_xht(). */
static double *kept_target(const fit_state *s, const scratch *t, size_t first, size_t j)
{
  return t->target + (size_t)(s->x.start[j] - s->x.start[first]);
}

/* Y at the stored entries of column j of masked X, from the model in the scratch. */
static void form_target(const fit_state *s, scratch *t, size_t j, double *to)
{
  const size_t count = entries_of(&s->x, j), at = (size_t)s->x.start[j];
  memcpy(to, t->model, count * sizeof *to);
  s->set->table.fill(count, s->x.value + at,
                     s->x.weight == NULL ? NULL : s->x.weight + at, to);
}

void sparse_linear(fit_state *s, scratch *t, chunk *c, size_t first, size_t count)
{
  const kernels *k = &s->set->table;
  double *sum = t->column + s->pad;
  for (size_t j = first; j < first + count; ++j) {
    const size_t entries = entries_of(&s->x, j), at = (size_t)s->x.start[j];
    const double *y = s->x.value + at;
    double *gain = t->linear + (s->transposed_layout ? j - first : (j - first) * s->r);
    if (state_value_lags(s)) form_model(s, t, j);
    if (state_value_lags(s) && state_wants_value(s))
      c->value += column_loss(s, t, j);
    if (s->x.masked) {
      form_target(s, t, j, kept_target(s, t, first, j));
      y = kept_target(s, t, first, j);
    }
    if (s->set->loss == LOSS_KL) {
      k->quotient(entries, y, t->model, 0, t->model);
      y = t->model;
    }
    memset(sum, 0, s->pad * sizeof *sum);
    k->gather(s->pad, entries, s->x.row + at, y, s->w_transposed, sum);
    for (size_t l = 0; l < s->r; ++l) gain[s->transposed_layout ? l * count : l] = sum[l];
  }
}

void sparse_xht(fit_state *s, scratch *t, chunk *c, size_t first, size_t count)
{
  const kernels *k = &s->set->table;
  for (size_t j = first; j < first + count; ++j) {
    const size_t entries = entries_of(&s->x, j), at = (size_t)s->x.start[j];
    const double *y = s->x.masked ? kept_target(s, t, first, j) : s->x.value + at;
    if (s->set->loss == LOSS_KL) {
      form_model(s, t, j); /* with the new H */
      k->quotient(entries, y, t->model, 0, t->model);
      y = t->model;
    }
    k->scatter(s->pad, entries, s->x.row + at, y, coef_column(s, t, j), c->xht);
  }
}

double sparse_loss(fit_state *s, scratch *t, size_t first, size_t count)
{
  double sum = 0;
  for (size_t j = first; j < first + count; ++j) {
    form_model(s, t, j);
    sum += column_loss(s, t, j);
  }
  return sum;
}

void sparse_gather(fit_state *s)
{
  double *sum = s->sums[0].xht;
  for (size_t c = 1; c < s->chunks; ++c)
    for (size_t i = 0; i < s->pad * s->m; ++i) sum[i] += s->sums[c].xht[i];
  for (size_t k = 0; k < s->r; ++k)
    for (size_t i = 0; i < s->m; ++i) s->xht[i + k * s->m] = sum[k + i * s->pad];
}

void sparse_project(const data_matrix *x, size_t r, const double *w, double *out)
{
  for (size_t j = 0; j < x->n; ++j)
    for (size_t k = 0; k < r; ++k) {
      double sum = 0;
      for (int e = x->start[j]; e < x->start[j + 1]; ++e)
        sum += x->value[e] * w[(size_t)x->row[e] + k * x->m];
      out[k + j * r] = sum;
    }
}
