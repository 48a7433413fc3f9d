/* Every product and loop of every instruction set against plain sums. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "memory.h"
#include "model.h"
#include "try.h"

static double *drawn(source *from, size_t count)
{
  double *values = take(count);
  numbers(from, choose(from, NUMBER_KINDS), count, values);
  moderate(count, values);
  return values;
}

/* Equal but for the rounding of sums whose terms add up to `size`. */
static void near(double got, double wanted, double size, const char *message)
{
  require(fabs(got - wanted) <= 1e-13 * size + 16 * DBL_MIN || got == wanted ||
            (isnan(got) && isnan(wanted)), message);
}

static void try_inner(source *from, const kernels *k)
{
  const size_t m = awkward_size(from, 1), p = awkward_size(from, 0), q = awkward_size(from, 0);
  const size_t more = choose(from, 2), lda = m + more, ldb = m + more, ldo = (p ? p : 1) + more;
  double *a = drawn(from, lda * p), *b = drawn(from, ldb * q), *out = take(ldo * q);
  for (size_t i = 0; i < ldo * q; ++i) out[i] = -7;
  freeze(a);
  freeze(b);
  k->inner(m, p, q, a, lda, b, ldb, out, ldo);
  for (size_t j = 0; j < q; ++j)
    for (size_t i = 0; i < ldo; ++i) {
      double sum = 0;
      for (size_t l = 0; i < p && l < m; ++l) sum += a[l + i * lda] * b[l + j * ldb];
      if (i < p) near(out[i + j * ldo], sum, sum, "inner: a wrong product");
      else require(out[i + j * ldo] == -7, "inner: a write between columns");
    }
}

static void try_outer(source *from, const kernels *k)
{
  const size_t m = awkward_size(from, 1), depth = awkward_size(from, 1), q = awkward_size(from, 1);
  const size_t more = choose(from, 2), turned = choose(from, 2), lda = m + more, ldo = m + more;
  const size_t step_depth = turned ? q + more : 1, step_col = turned ? 1 : depth + more;
  double *a = drawn(from, lda * depth), *out = drawn(from, ldo * q), *before = take(ldo * q);
  double *b = drawn(from, turned ? step_depth * depth : step_col * q);
  if (q > 0) memcpy(before, out, ldo * q * sizeof *out);
  freeze(a);
  freeze(b);
  k->outer(m, depth, q, a, lda, b, step_depth, step_col, out, ldo);
  for (size_t j = 0; j < q; ++j)
    for (size_t i = 0; i < ldo; ++i) {
      double sum = before[i + j * ldo];
      for (size_t l = 0; i < m && l < depth; ++l)
        sum += a[i + l * lda] * b[l * step_depth + j * step_col];
      near(out[i + j * ldo], sum, i < m ? sum : 0, "outer: a wrong product");
    }
}

static void try_elements(source *from, const kernels *k)
{
  const size_t n = awkward_size(from, 0);
  const double shift = choose(from, 2) ? 0x1p-52 : 0;
  double *x = drawn(from, n), *z = drawn(from, n), *q = take(n), *up = take(n);
  double distance = 0, size = 0, squares = 0, found[5];
  freeze(x);
  k->quotient(n, x, z, shift, q);
  for (size_t i = 0; i < n; ++i) {
    const double wanted = z[i] + shift > 0 ? (x[i] + shift) / (z[i] + shift) : 0;
    near(q[i], wanted, wanted, "quotient");
    distance += (x[i] - z[i]) * (x[i] - z[i]);
  }
  near(k->sq_loss(n, x, z), distance, distance, "sq_loss");
  memcpy(q, z, n * sizeof *q);
  k->ratio(n, q, x, z, shift);
  for (size_t i = 0; i < n; ++i) {
    double wanted = z[i] + shift > 0 ? z[i] * x[i] / (z[i] + shift) : 0;
    wanted = wanted > DBL_MIN ? wanted : 0;
    near(q[i], wanted, wanted, "ratio");
  }
  memcpy(q, z, n * sizeof *q);
  k->reciprocals(n, x, q, up, q);
  for (size_t i = 0; i < n; ++i) {
    const double one = z[i] > 0 ? 1 / z[i] : 0, wanted = x[i] * one * one;
    near(q[i], one, one, "reciprocals");
    require(up[i] == wanted || fabs(up[i] - wanted) <= 1e-13 * wanted + 16 * DBL_MIN ||
              isnan(wanted) == isnan(up[i]), "reciprocals: x / z^2");
  }
  k->facts(n, x, found);
  for (size_t i = 0; i < n; ++i) {
    size += x[i];
    squares += x[i] * x[i];
  }
  near(found[2], size, size, "facts: the sum");
  require(found[3] == (double)n, "facts: the number");
  near(found[4], squares, squares, "facts: the squares");
  for (size_t i = 0; i < n; ++i)
    require(found[0] <= x[i] && x[i] <= found[1], "facts: an entry outside");
}

static void try_divergences(source *from, const kernels *k)
{
  const size_t n = awkward_size(from, 0);
  double *x = drawn(from, n), *z = drawn(from, n), kl = 0, kl_size = 0, is = 0;
  for (size_t i = 0; i < n; ++i) {
    const double term = x[i] > 0 ? x[i] * log(x[i] / z[i]) - x[i] + z[i] : z[i];
    kl += term > 0 ? term : 0;
    kl_size += x[i] + z[i] + (x[i] > 0 ? fabs(x[i] * log(x[i] / z[i])) : 0);
  }
  const double found = k->kl_loss(n, x, z);
  require(isinf(kl) ? isinf(found) : fabs(found - kl) <= 1e-13 * kl_size + 16 * DBL_MIN,
          "kl_loss");
  for (size_t i = 0; i < n; ++i) {
    x[i] = x[i] < 1e-90 ? 1e-90 : x[i] > 1e90 ? 1e90 : x[i];
    z[i] = z[i] < 1e-90 ? 1e-90 : z[i] > 1e90 ? 1e90 : z[i];
    const double term = x[i] / z[i] - log(x[i] / z[i]) - 1;
    is += term > 0 ? term : 0;
  }
  require(fabs(k->is_loss(n, x, z) - is) <= 1e-13 * (is + 2 * (double)n), "is_loss");
}

static void try_fill(source *from, const kernels *k)
{
  const size_t n = awkward_size(from, 0), weighted = choose(from, 2);
  double *x = drawn(from, n), *weight = drawn(from, n), *z = drawn(from, n), *y = take(n);
  for (size_t i = 0; i < n; ++i) {
    weight[i] = weight[i] < 1 ? weight[i] : 1;
    if (uniform(from) < 0.3) x[i] = NAN;
    if (uniform(from) < 0.3) weight[i] = 0;
  }
  k->fill(n, x, weighted ? weight : NULL, z, y);
  for (size_t i = 0; i < n; ++i) {
    const double by = weighted ? weight[i] : 1;
    const double wanted = isnan(x[i]) || by == 0 ? z[i]
                          : by < 1 ? by * x[i] + (1 - by) * z[i] : x[i];
    near(y[i], wanted, wanted, "fill");
  }
}

static void try_descend(source *from, const kernels *k)
{
  const size_t count = awkward_size(from, 1), r = 1 + choose(from, 17), at = choose(from, r);
  const double least = choose(from, 2) ? 0x1p-52 : 0;
  double *u = take(count * r), *gram = take(r), *p = take(count), *bend = take(count);
  numbers(from, 0, count * r, u);
  numbers(from, 0, r, gram);
  numbers(from, choose(from, 4), count, p);
  numbers(from, 0, count, bend);
  double *bent = choose(from, 2) ? bend : NULL, *before = take(count * r);
  gram[at] += 0.5;
  memcpy(before, u, count * r * sizeof *u);
  k->descend(count, r, u, count, gram, p, bent, gram[at], least, u + at * count);
  for (size_t i = 0; i < count; ++i) {
    const double b = bent ? bend[i] : 0, old = before[i + at * count];
    double rest = p[i] - b * old, size = fabs(p[i]) + old;
    for (size_t l = 0; l < r; ++l) {
      rest -= before[i + l * count] * gram[l];
      size += before[i + l * count] * gram[l];
    }
    const double wanted = old + rest / (b + gram[at]);
    near(u[i + at * count], wanted > least ? wanted : least, 10 * size / gram[at], "descend");
  }
}

static void try_stored(source *from, const kernels *k)
{
  const size_t m = awkward_size(from, 1), r = k->lanes * (1 + choose(from, 20));
  const size_t count = choose(from, m + 1);
  int *row = take_ints(count);
  double *value = drawn(from, count), *table = take(m * r), *in = take(r), *out = take(r);
  double *z = take(count), *before = take(m * r);
  for (size_t i = 0; i < count; ++i) row[i] = (int)(i + m - count);
  numbers(from, 0, m * r, table);
  numbers(from, 0, r, in);
  memset(out, 0, r * sizeof *out);
  memcpy(before, table, m * r * sizeof *table);
  k->gather(r, count, row, value, table, out);
  k->dot_rows(r, count, row, table, in, z);
  for (size_t l = 0; l < r; ++l) {
    double sum = 0;
    for (size_t i = 0; i < count; ++i) sum += value[i] * table[(size_t)row[i] * r + l];
    near(out[l], sum, sum, "gather");
  }
  for (size_t i = 0; i < count; ++i) {
    double sum = 0;
    for (size_t l = 0; l < r; ++l) sum += table[(size_t)row[i] * r + l] * in[l];
    near(z[i], sum, sum, "dot_rows");
  }
  k->scatter(r, count, row, value, in, table);
  for (size_t i = 0; i < count; ++i)
    for (size_t l = 0; l < r; ++l) before[(size_t)row[i] * r + l] += value[i] * in[l];
  for (size_t i = 0; i < m * r; ++i) near(table[i], before[i], before[i], "scatter");
}

void try_loops(source *from)
{
  static void (*const loops[])(source *, const kernels *) = {
    try_inner, try_outer, try_elements, try_divergences, try_fill, try_descend, try_stored};
  const size_t loop = choose(from, 7);
  const kernels use = draw_kernels(from);
  fill_with(NAN);
  loops[loop](from, &use);
  fill_with(0);
}
