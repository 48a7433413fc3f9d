/* Residuals, gaps and single entries of W H, a block of columns at a time. */
#include "entries.h"

#include "data_ops.h"

void entries_residual(const kernels *k, size_t m, size_t n, size_t r, const double *x,
                      const double *w, const double *h, double *residual, double *above)
{
  for (size_t first = 0; first < n; first += BLOCK_COLUMNS) {
    const size_t count = smaller(BLOCK_COLUMNS, n - first);
    k->outer(m, r, count, w, m, h + first * r, 1, r, residual + first * m, m);
    for (size_t j = first; j < first + count; ++j) {
      const double *value = x + j * m;
      double *left = residual + j * m, sum = 0;
      for (size_t i = 0; i < m; ++i) {
        left[i] = value[i] == value[i] ? value[i] - left[i] : 0;
        /* A branch here would be guessed wrong half of the time. */
        const double over = left[i] > 0 ? left[i] : 0;
        sum += over * over;
      }
      above[j] = sum;
    }
  }
}

void entries_model(size_t m, size_t r, const double *w, const double *h, size_t count,
                   const int *row, const int *column, double *out)
{
  for (size_t e = 0; e < count; ++e) {
    const double *w_i = w + (size_t)(row[e] - 1), *h_j = h + (size_t)(column[e] - 1) * r;
    double sum = 0;
    for (size_t k = 0; k < r; ++k) sum += w_i[k * m] * h_j[k];
    out[e] = sum;
  }
}

void entries_missing(size_t m, size_t n, const double *x, int *rows, int *columns)
{
  for (size_t i = 0; i < m; ++i) rows[i] = 0;
  for (size_t j = 0; j < n; ++j) {
    const double *value = x + j * m;
    int gaps = 0;
    for (size_t i = 0; i < m; ++i) {
      const int gap = value[i] != value[i];
      rows[i] += gap;
      gaps += gap;
    }
    columns[j] = gaps;
  }
}

void entries_row(size_t m, size_t n, const double *x, const double *w, int turns, double *h)
{
  double all = 0;
  for (size_t i = 0; i < m; ++i) all += w[i] * w[i];
  for (size_t j = 0; j < n; ++j) {
    const double *value = x + j * m;
    double linear = 0, missing = 0;
    for (size_t i = 0; i < m; ++i) {
      if (value[i] == value[i]) linear += w[i] * value[i];
      else missing += w[i] * w[i];
    }
    h[j] = 0;
    for (int turn = 0; turn < turns && linear > 0 && all > 0; ++turn)
      h[j] = (linear + missing * h[j]) / all;
  }
}

void entries_largest(size_t m, size_t n, const double *x, double *rows, double *columns)
{
  for (size_t i = 0; i < m; ++i) rows[i] = 0;
  for (size_t j = 0; j < n; ++j) {
    const double *value = x + j * m;
    double largest = 0;
    for (size_t i = 0; i < m; ++i) {
      if (value[i] > rows[i]) rows[i] = value[i];
      if (value[i] > largest) largest = value[i];
    }
    columns[j] = largest;
  }
}
