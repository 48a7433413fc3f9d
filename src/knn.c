/* Exact nearest neighbours by blocked products.
 *
 * |a - b|^2 = |a|^2 + |b|^2 - 2 a'b turns all distances into matrix products, but
 * cancels when a and b are close. So the products only sort out candidates:
 *
 *   1. Columns are shifted by the mean of each feature, which leaves distances as
 *      they are and makes the terms that cancel small.
 *   2. The rounding error of the formula is at most e (|a|^2 + |b|^2), e = rounding
 *      below, so (1 - e)(|a|^2 + |b|^2) - 2 a'b, cut at 0, is a lower bound of the
 *      distance. Each column keeps the k + SPARE others of smallest lower bound.
 *   3. These few are measured again as the sum of (a - b)^2 of the data as given.
 *      When the k-th of them is not above the largest lower bound kept, no other
 *      column can be nearer, and the list is exact. Otherwise (more near-ties than
 *      spares) that one column is measured against all others.
 *
 * What is returned depends on step 3 alone: on no block size, no BLAS, no kernel. */
#include "knn.h"

#include <float.h>
#include <limits.h>
#include <math.h>

enum { SPARE = 8, LARGEST_BLOCK = 256, SMALLEST_BLOCK = 32 };

static const double PACKED = 524288.0; /* doubles in two packed blocks at most: 4 MB */
static const double ACCURACY = 1e-10;  /* relative, of pair_distances() */
static const double WHOLE = 2251799813685248.0; /* 2^51: largest norm of exact sums */

/* The data, and how they are shifted before they enter a product. */
typedef struct {
  size_t m, n;
  const double *x;
  const double *shift; /* m: subtracted from every column */
  int whole;           /* all entries (and shifts) are whole numbers */
  double rounding;     /* bound of the formula's error, in units of |a|^2 + |b|^2 */
} columns;

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

size_t knn_block(size_t m, size_t n)
{
  double fits = PACKED / (2.0 * (double)(m ? m : 1));
  size_t block = fits >= LARGEST_BLOCK ? LARGEST_BLOCK : (size_t)fits;
  if (block < SMALLEST_BLOCK) block = SMALLEST_BLOCK;
  return n ? smaller(block, n) : 1;
}

size_t knn_candidates(size_t n, size_t k) { return n ? smaller(k + SPARE, n - 1) : 0; }

size_t knn_workspace(size_t m, size_t n, size_t k, size_t block)
{
  return m + n + 2 * m * block + block * block + n * knn_candidates(n, k);
}

size_t pair_workspace(size_t m, size_t block) { return m + 2 * (m * block + block); }

/* sum += term, with what rounding takes from it added to error. */
static void add_term(double *sum, double *error, double term)
{
  double total = *sum + term, back = total - *sum;
  *error += (*sum - (total - back)) + (term - back);
  *sum = total;
}

/* Sum of (a - b)^2, compensated: pairs that differ by the same amounts in other features
 * get the same value, so a tie is not decided by rounding. The same to the bit with a and
 * b exchanged. Four running sums, for vector instructions. */
static double distance_between(size_t m, const double *a, const double *b)
{
  double sum[4] = {0, 0, 0, 0}, error[4] = {0, 0, 0, 0};
  size_t i = 0;
  for (; i + 4 <= m; i += 4)
    for (size_t s = 0; s < 4; s++) {
      double d = a[i + s] - b[i + s];
      add_term(sum + s, error + s, d * d);
    }
  for (; i < m; i++) {
    double d = a[i] - b[i];
    add_term(sum, error, d * d);
  }
  for (size_t s = 1; s < 4; s++) {
    add_term(sum, error, sum[s]);
    error[0] += error[s];
  }
  return sum[0] + error[0];
}

static double squared_norm(size_t m, const double *a)
{
  double sum = 0;
  for (size_t i = 0; i < m; i++) sum += a[i] * a[i];
  return sum;
}

static int all_whole(size_t count, const double *x)
{
  for (size_t i = 0; i < count; i++)
    if (x[i] != floor(x[i])) return 0;
  return 1;
}

/* Fills shift (m) with the mean of each feature, to the nearest whole number when the
 * data are whole. Any shift keeps the distances; this one keeps the norms small. */
static columns shifted(size_t m, size_t n, const double *x, double *shift)
{
  columns data = {m, n, x, shift, all_whole(m * n, x), 0};
  for (size_t i = 0; i < m; i++) shift[i] = 0;
  for (size_t j = 0; j < n; j++)
    for (size_t i = 0; i < m; i++) shift[i] += x[i + j * m];
  for (size_t i = 0; i < m; i++) {
    shift[i] /= (double)n;
    if (data.whole) shift[i] = floor(shift[i] + 0.5);
  }
  /* In units of DBL_EPSILON / 2: m for the two norms, m for the product, 2m for the
   * sum it is compared with, and less than 32 for shifts and single operations. */
  data.rounding = (2.0 * (double)m + 16.0) * DBL_EPSILON;
  return data;
}

/* Columns first..first+count-1, shifted, side by side in packed (m x count). */
static void pack(const columns *data, size_t first, size_t count, double *packed)
{
  for (size_t j = 0; j < count; j++) {
    const double *from = data->x + (first + j) * data->m;
    double *to = packed + j * data->m;
    for (size_t i = 0; i < data->m; i++) to[i] = from[i] - data->shift[i];
  }
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
static void lower_shares(columns *data, size_t block, double *low, double *packed)
{
  size_t m = data->m, n = data->n;
  double largest = 0;
  for (size_t first = 0; first < n; first += block) {
    size_t count = smaller(block, n - first);
    pack(data, first, count, packed);
    for (size_t j = 0; j < count; j++) {
      double norm = squared_norm(m, packed + j * m);
      low[first + j] = norm;
      if (norm > largest) largest = norm;
    }
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
                      const double *low, size_t length, double *bounds, int *candidates)
{
  for (size_t q = 0; q < count_b; q++) {
    size_t j = b + q, stop = a == b ? q : count_a, last = length - 1;
    double *bounds_j = bounds + j * length;
    for (size_t p = 0; p < stop; p++) {
      double *bounds_i = bounds + (a + p) * length;
      double bound = low[a + p] + low[j] - 2.0 * tile[p + q * count_a];
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
  const double *x = data->x;
  size_t m = data->m;
  empty(k, distance, index);
  for (size_t c = 0; c < length && bounds[c] <= distance[k - 1]; c++) {
    if (candidates[c] == INT_MAX) break; /* only when distances overflowed */
    double d = distance_between(m, x + j * m, x + (size_t)candidates[c] * m);
    if (d < distance[k - 1] || (d == distance[k - 1] && candidates[c] < index[k - 1]))
      insert(k, distance, index, d, candidates[c]);
  }
  /* A column left out has a bound above the last one kept, or as large and a larger index. */
  double kth = distance[k - 1], edge = bounds[length - 1];
  return length + 1 == data->n || kth < edge ||
         (kth == edge && index[k - 1] <= candidates[length - 1]);
}

static void measure_all(const columns *data, size_t j, size_t k, int *index, double *distance)
{
  empty(k, distance, index);
  for (size_t i = 0; i < data->n; i++) {
    if (i == j) continue;
    double d = distance_between(data->m, data->x + j * data->m, data->x + i * data->m);
    if (d < distance[k - 1]) insert(k, distance, index, d, (int)i);
  }
}

void knn(const kernels *use, size_t m, size_t n, const double *x, size_t k, size_t block,
         int *index, double *distance, double *work, int *candidates, void (*poll)(void))
{
  if (n == 0 || k == 0) return;
  size_t length = knn_candidates(n, k);
  double *shift = work, *low = shift + m, *packed_a = low + n;
  double *packed_b = packed_a + m * block, *tile = packed_b + m * block;
  double *bounds = tile + block * block;

  columns data = shifted(m, n, x, shift);
  lower_shares(&data, block, low, packed_a);
  empty(n * length, bounds, candidates);
  for (size_t a = 0; a < n; a += block) {
    size_t count_a = smaller(block, n - a);
    pack(&data, a, count_a, packed_a);
    for (size_t b = a; b < n; b += block) {
      size_t count_b = smaller(block, n - b);
      const double *right = a == b ? packed_a : packed_b;
      if (a != b) pack(&data, b, count_b, packed_b);
      use->inner(m, count_a, count_b, packed_a, m, right, m, tile, count_a);
      scan_tile(a, count_a, b, count_b, tile, low, length, bounds, candidates);
      if (poll) poll();
    }
  }
  for (size_t j = 0; j < n; j++) {
    int *index_j = index + j * k;
    double *distance_j = distance + j * k;
    int certain = measure_candidates(&data, j, k, length, bounds + j * length,
                                     candidates + j * length, index_j, distance_j);
    if (!certain) measure_all(&data, j, k, index_j, distance_j);
    if (poll && (!certain || j % LARGEST_BLOCK == 0)) poll();
  }
}

/* One column of a tile of products turned into distances, in place. */
static void finish_distances(const columns *data, size_t row, size_t count, size_t j,
                             const double *norms, double norm, double *out)
{
  size_t m = data->m;
  const double *column = data->x + j * m;
  for (size_t p = 0; p < count; p++) {
    double terms = norms[p] + norm, value = terms - 2.0 * out[p];
    if (data->rounding * terms + DBL_MIN > ACCURACY * value)
      value = distance_between(m, data->x + (row + p) * m, column);
    out[p] = value;
  }
}

void pair_distances(const kernels *use, size_t m, size_t n, const double *x, size_t first,
                    size_t last, size_t block, double *out, double *work)
{
  double *shift = work, *packed_a = shift + m, *norms_a = packed_a + m * block;
  double *packed_b = norms_a + block, *norms_b = packed_b + m * block;
  columns data = shifted(m, n, x, shift);
  for (size_t b = first; b < last; b += block) {
    size_t count_b = smaller(block, last - b);
    pack(&data, b, count_b, packed_b);
    for (size_t q = 0; q < count_b; q++) norms_b[q] = squared_norm(m, packed_b + q * m);
    for (size_t a = 0; a < last; a += block) {
      size_t count_a = smaller(block, last - a);
      double *tile = out + a + (b - first) * last;
      pack(&data, a, count_a, packed_a);
      for (size_t p = 0; p < count_a; p++) norms_a[p] = squared_norm(m, packed_a + p * m);
      use->inner(m, count_a, count_b, packed_a, m, packed_b, m, tile, last);
      for (size_t q = 0; q < count_b; q++)
        finish_distances(&data, a, count_a, b + q, norms_a, norms_b[q], tile + q * last);
    }
  }
}
