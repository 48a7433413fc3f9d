/* Exact nearest neighbours by blocked products.
 *
 * |a - b|^2 = |a|^2 + |b|^2 - 2 a'b turns all distances into matrix products, but
 * cancels when a and b are close. So the products only sort out candidates:
 *
 *   1. Dense columns are shifted by the mean of each feature, which leaves distances as
 *      they are and makes the terms that cancel small.
 *   2. The rounding error of the formula is at most e (|a|^2 + |b|^2), e = rounding
 *      below, so (1 - e)(|a|^2 + |b|^2) - 2 a'b, cut at 0, is a lower bound of the
 *      distance. Each column keeps the k + SPARE others of smallest lower bound.
 *   3. These few are measured again as the sum of (a - b)^2 of the data as given.
 *      When the k-th of them is not above the largest lower bound kept, no other
 *      column can be nearer, and the list is exact. Otherwise (more near-ties than
 *      spares) that one column is measured against all others.
 *
 * What is returned depends on step 3 alone: on no block size, no BLAS, no kernel, and not
 * on whether the data are stored dense or sparse. */
#include "knn.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "knn_columns.h"

enum { SPARE = 8, POLL_EVERY = 256 };

static const double ACCURACY = 1e-10;           /* relative, of pair_distances() */
static const double WHOLE = 2251799813685248.0; /* 2^51: largest norm of exact sums */

size_t knn_block(const data_matrix *x) { return columns_block(x); }

size_t knn_candidates(size_t n, size_t k) { return n ? smaller(k + SPARE, n - 1) : 0; }

size_t knn_workspace(const data_matrix *x, size_t k, size_t block)
{
  return x->m + x->n + columns_packed(x, block) + columns_spare(x, block) +
         columns_tile(x, block) + x->n * knn_candidates(x->n, k);
}

size_t pair_workspace(const data_matrix *x, size_t block)
{
  return x->m + x->n + columns_packed(x, block) + columns_spare(x, block) +
         columns_tile(x, block);
}

/* Puts (value, index) into a list sorted by value, then index; the last drops out. */
static void insert(size_t length, double *values, int *indices, double value, int index)
{
  size_t at = length - 1;
  while (at > 0 &&
         (value < values[at - 1] || (value == values[at - 1] && index < indices[at - 1]))) {
    values[at] = values[at - 1];
    indices[at] = indices[at - 1];
    at--;
  }
  values[at] = value;
  indices[at] = index;
}

static void empty(size_t length, double *values, int *indices)
{
  for (size_t l = 0; l < length; l++) {
    values[l] = INFINITY;
    indices[l] = INT_MAX;
  }
}

/* low (n): each column's share of the lower bound, (1 - e)|a|^2. Whole numbers that
 * stay below 2^53 make every step exact, and e is 0: equal distances need no spares. */
static void lower_shares(columns *data, double *low)
{
  const size_t n = data->x.n;
  double largest = 0;
  for (size_t j = 0; j < n; j++) {
    low[j] = columns_square(data, j);
    if (low[j] > largest) largest = low[j];
  }
  if (data->whole && largest <= WHOLE) {
    data->rounding = 0;
    return;
  }
  /* DBL_MIN covers what underflow may take from the products. */
  for (size_t j = 0; j < n; j++) low[j] -= data->rounding * low[j] + DBL_MIN;
}

/* Candidates from one tile of products (rows: columns a.., columns: columns b.. of x),
 * for both sides. Every column meets the others in increasing order, whatever the
 * block size, so among equal bounds the smaller indices are kept. */
static void scan_tile(size_t a, size_t count_a, size_t b, size_t count_b, const double *tile,
                      size_t stride, const double *low, size_t length, double *bounds,
                      int *candidates)
{
  for (size_t q = 0; q < count_b; q++) {
    size_t j = b + q, stop = a == b ? q : count_a, last = length - 1;
    double *bounds_j = bounds + j * length;
    for (size_t p = 0; p < stop; p++) {
      double *bounds_i = bounds + (a + p) * length;
      double bound = low[a + p] + low[j] - 2.0 * tile[p + q * stride];
      if (bound >= bounds_i[last] && bound >= bounds_j[last]) continue;
      if (bound < 0) bound = 0;
      if (bound < bounds_i[last])
        insert(length, bounds_i, candidates + (a + p) * length, bound, (int)j);
      if (bound < bounds_j[last])
        insert(length, bounds_j, candidates + j * length, bound, (int)(a + p));
    }
  }
}

/* Measures the candidates of column j; 1 when no other column can belong to the list. */
static int measure_candidates(const columns *data, size_t j, size_t k, size_t length,
                              const double *bounds, const int *candidates, int *index,
                              double *distance)
{
  empty(k, distance, index);
  for (size_t c = 0; c < length && bounds[c] <= distance[k - 1]; c++) {
    if (candidates[c] == INT_MAX) break; /* only when distances overflowed */
    double d = columns_distance(data, j, (size_t)candidates[c]);
    if (d < distance[k - 1] || (d == distance[k - 1] && candidates[c] < index[k - 1]))
      insert(k, distance, index, d, candidates[c]);
  }
  /* A column left out has a bound above the last one kept, or as large and a larger index. */
  double kth = distance[k - 1], edge = bounds[length - 1];
  return length + 1 == data->x.n || kth < edge ||
         (kth == edge && index[k - 1] <= candidates[length - 1]);
}

static void measure_all(const columns *data, size_t j, size_t k, int *index, double *distance)
{
  empty(k, distance, index);
  for (size_t i = 0; i < data->x.n; i++) {
    if (i == j) continue;
    double d = columns_distance(data, j, i);
    if (d < distance[k - 1]) insert(k, distance, index, d, (int)i);
  }
}

/* Lower bounds and candidates (length x n) of all columns, by products of blocks. */
static void find_candidates(const kernels *use, const columns *data, size_t block,
                            const double *low, size_t length, double *bounds, int *candidates,
                            double *room, void (*poll)(void))
{
  const size_t n = data->x.n, size = columns_packed(&data->x, block);
  double *packed = room, *spare = packed + size;
  double *tile = spare + columns_spare(&data->x, block);
  empty(n * length, bounds, candidates);
  memset(packed, 0, size * sizeof *packed);
  for (size_t a = 0; a < n; a += block) {
    size_t count_a = smaller(block, n - a), stride = columns_stride(data, count_a);
    columns_pack(data, a, count_a, packed);
    for (size_t b = a; b < n; b += block) {
      size_t count_b = smaller(block, n - b);
      columns_products(use, data, a, count_a, packed, b, count_b, spare, tile);
      scan_tile(a, count_a, b, count_b, tile, stride, low, length, bounds, candidates);
      if (poll) poll();
    }
    columns_unpack(data, a, count_a, packed);
  }
}

void knn(const kernels *use, const data_matrix *x, size_t k, size_t block, int *index,
         double *distance, double *work, int *candidates, void (*poll)(void))
{
  const size_t n = x->n, length = knn_candidates(n, k);
  if (n == 0 || k == 0) return;
  double *shift = work, *low = shift + x->m, *bounds = low + n;

  columns data = columns_of(x, shift);
  lower_shares(&data, low);
  find_candidates(use, &data, block, low, length, bounds, candidates, bounds + n * length,
                  poll);
  for (size_t j = 0; j < n; j++) {
    int *index_j = index + j * k;
    double *distance_j = distance + j * k;
    int certain = measure_candidates(&data, j, k, length, bounds + j * length,
                                     candidates + j * length, index_j, distance_j);
    if (!certain) measure_all(&data, j, k, index_j, distance_j);
    if (poll && (!certain || j % POLL_EVERY == 0)) poll();
  }
}

/* Products of column j with columns first..first+count-1 turned into their distances. */
static void finish_distances(const columns *data, size_t first, size_t count, size_t j,
                             const double *squares, const double *products, double *out)
{
  for (size_t p = 0; p < count; p++) {
    double terms = squares[first + p] + squares[j], value = terms - 2.0 * products[p];
    if (data->rounding * terms + DBL_MIN > ACCURACY * value)
      value = columns_distance(data, first + p, j);
    out[first + p] = value;
  }
}

void pair_distances(const kernels *use, const data_matrix *x, size_t first, size_t last,
                    size_t block, double *out, double *work, void (*poll)(void))
{
  const size_t size = columns_packed(x, block);
  double *shift = work, *squares = shift + x->m, *packed = squares + x->n;
  double *spare = packed + size, *tile = spare + columns_spare(x, block);
  columns data = columns_of(x, shift);
  memset(packed, 0, size * sizeof *packed);
  for (size_t j = 0; j < last; j++) squares[j] = columns_square(&data, j);
  for (size_t a = 0; a < last; a += block) {
    size_t count_a = smaller(block, last - a), stride = columns_stride(&data, count_a);
    columns_pack(&data, a, count_a, packed);
    for (size_t b = first; b < last; b += block) {
      size_t count_b = smaller(block, last - b);
      columns_products(use, &data, a, count_a, packed, b, count_b, spare, tile);
      for (size_t q = 0; q < count_b; q++)
        finish_distances(&data, a, count_a, b + q, squares, tile + q * stride,
                         out + (b + q - first) * last);
      if (poll) poll();
    }
    columns_unpack(&data, a, count_a, packed);
  }
}
