/* The data of a model. */
#include <math.h>
#include <string.h>

#include "memory.h"
#include "model.h"
#include "try.h"

/* Values that Itakura-Saito can divide by: positive, within a hundred powers of ten. */
static void positive(source *from, size_t count, double *x)
{
  numbers(from, choose(from, 4), count, x);
  for (size_t i = 0; i < count; ++i) x[i] += 1e-3;
}

static void data_numbers(source *from, loss_kind loss, size_t count, double *x)
{
  if (loss == LOSS_IS) {
    positive(from, count, x);
    return;
  }
  numbers(from, choose(from, NUMBER_KINDS), count, x);
  if (choose(from, 3) == 0)
    for (size_t i = 0; i < count; ++i)
      if (uniform(from) < 0.5) x[i] = 0;
  moderate(count, x);
}

/* What is missing, and what weighs less. At least one entry stays. */
static void mask(source *from, size_t count, double *x, data_matrix *data)
{
  const size_t kind = choose(from, 5);
  double share = choose(from, 2) ? 0.9 : 0.2, *weight;
  data->masked = kind > 0;
  if (kind == 0 || count == 0) return;
  if (kind > 1) {
    static const double lighter[] = {0, 0.5, 1e-300};
    weight = take(count);
    for (size_t i = 0; i < count; ++i) {
      weight[i] = i > 0 && uniform(from) < share ? lighter[kind - 2] : 1;
      if (weight[i] == 0) x[i] = NAN; /* as R does: it has no influence */
    }
    data->weight = weight;
    freeze(weight);
  }
  for (size_t i = 1; i < count; ++i)
    if (kind == 1 && uniform(from) < share) x[i] = NAN;
}

/* Rows in order, some columns without any. */
static void draw_pattern(source *from, size_t m, size_t n, int *start, int *row)
{
  static const double shares[] = {0, 0.05, 0.4, 1};
  const double share = shares[choose(from, 4)];
  const int gaps = choose(from, 2) == 0;
  int count = 0;
  for (size_t j = 0; j < n; ++j) {
    const int none = gaps && uniform(from) < 0.3;
    start[j] = count;
    for (size_t i = 0; i < m; ++i)
      if (!none && uniform(from) < share) row[count++] = (int)i;
  }
  start[n] = count;
}

/* X' of compressed columns, weights and all. */
static const data_matrix *transposed(const data_matrix *x)
{
  const size_t count = (size_t)x->start[x->n];
  int *start = take_ints(x->m + 1), *row = take_ints(count);
  double *value = take(count), *weight = x->weight == NULL ? NULL : take(count);
  data_matrix *out = (data_matrix *)take(sizeof *out / sizeof *value + 1);
  int at = 0;
  for (size_t i = 0; i < x->m; ++i) {
    start[i] = at;
    for (size_t j = 0; j < x->n; ++j)
      for (int e = x->start[j]; e < x->start[j + 1]; ++e)
        if ((size_t)x->row[e] == i) {
          row[at] = (int)j;
          if (weight != NULL) weight[at] = x->weight[e];
          value[at++] = x->value[e];
        }
  }
  start[x->m] = at;
  *out = (data_matrix){.m = x->n, .n = x->m, .start = start, .row = row, .value = value,
                       .weight = weight, .x_norm2 = NAN, .masked = 1};
  return out;
}

/* Only what is stored was observed; R leaves out what is NA or weighs nothing. */
static void make_partial(source *from, data_matrix *data)
{
  const size_t count = (size_t)data->start[data->n];
  data->masked = data->partial = 1;
  if (uniform(from) < 0.5) {
    double *weight = take(count);
    for (size_t i = 0; i < count; ++i) weight[i] = uniform(from) + 1e-3;
    data->weight = weight;
    freeze(weight);
  }
  data->rows = transposed(data);
}

static data_matrix draw_sparse(source *from, const settings *set, size_t m, size_t n, int whole)
{
  const int partial = set->loss == LOSS_IS || (!whole && uniform(from) < 0.3);
  data_matrix data = {.x_norm2 = NAN};
  int *start = take_ints(n + 1), *wide = take_ints(m * n);
  data.m = m;
  data.n = n;
  draw_pattern(from, m, n, start, wide);
  const size_t count = (size_t)start[n];
  int *row = take_ints(count);
  double *value = take(count);
  if (count > 0) memcpy(row, wide, count * sizeof *row);
  data_numbers(from, set->loss, count, value);
  if (!whole && !partial) mask(from, count, value, &data);
  data.start = start;
  data.row = row;
  data.value = value;
  if (partial) make_partial(from, &data);
  freeze(start);
  freeze(row);
  freeze(value);
  return data;
}

data_matrix draw_data(source *from, const settings *set, size_t m, size_t n, int whole)
{
  data_matrix data = {.x_norm2 = NAN};
  const int sparse =
    choose(from, 3) == 1 && (set->loss != LOSS_IS || !whole) && set->add_data == 0;
  if (sparse) return draw_sparse(from, set, m, n, whole);
  double *x = take(m * n);
  data_numbers(from, set->loss, m * n, x);
  if (choose(from, 5) == 0 && set->loss != LOSS_IS)
    for (size_t i = 0; i < m; ++i) x[i + choose(from, n) * m] = 0;
  data.m = m;
  data.n = n;
  if (!whole) mask(from, m * n, x, &data);
  data.dense = x;
  freeze(x);
  return data;
}

static int joined(source *from, size_t kind, size_t i, size_t j)
{
  const size_t apart = i < j ? j - i : i - j;
  switch (kind) {
  case 0: return 0;
  case 1: return apart == 0;
  case 2: return apart == 1;
  case 3: return 1;
  default: return apart > 0 && uniform(from) < 0.1;
  }
}

graph draw_graph(source *from, size_t n)
{
  const size_t kind = choose(from, 5);
  const double weight = choose(from, 2) ? 1 : uniform(from);
  unsigned char *map = (unsigned char *)take_ints((n * n + 3) / 4);
  graph s = {n, NULL, NULL, NULL, NULL};
  int *start = take_ints(n + 1), *row, count = 0;
  double *value, *degree = take(n);
  for (size_t j = 0; j < n; ++j)
    for (size_t i = 0; i <= j; ++i) {
      map[i + j * n] = map[j + i * n] = (unsigned char)joined(from, kind, i, j);
      count += map[i + j * n] * (i == j ? 1 : 2);
    }
  row = take_ints((size_t)count);
  value = take((size_t)count);
  count = 0;
  for (size_t j = 0; j < n; ++j) {
    start[j] = count;
    degree[j] = 0;
    for (size_t i = 0; i < n; ++i)
      if (map[i + j * n]) {
        row[count] = (int)i;
        value[count++] = weight;
        degree[j] += weight;
      }
  }
  start[n] = count;
  s.start = start;
  s.row = row;
  s.weight = value;
  s.degree = degree;
  freeze(start);
  freeze(row);
  freeze(value);
  freeze(degree);
  return s;
}
