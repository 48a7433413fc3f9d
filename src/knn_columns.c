/* Blocks of columns packed for the neighbour search, dense and sparse. */
#include "knn_columns.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { LARGEST_BLOCK = 256, SMALLEST_BLOCK = 32, SMALLEST_SPARSE = KERNELS_PAD };

static const double PACKED = 524288.0; /* doubles in two packed blocks at most: 4 MB */

/* Sparse blocks are packed by rows, and padded for gather(). */
size_t columns_block(const data_matrix *x)
{
  double fits = PACKED / (2.0 * (double)(x->m ? x->m : 1));
  size_t block = fits >= LARGEST_BLOCK ? LARGEST_BLOCK : (size_t)fits;
  const size_t least = x->dense ? SMALLEST_BLOCK : SMALLEST_SPARSE;
  if (block < least) block = least;
  return x->n ? smaller(block, x->n) : 1;
}

size_t columns_packed(const data_matrix *x, size_t block)
{
  return x->m * (x->dense ? block : padded(block));
}

size_t columns_spare(const data_matrix *x, size_t block)
{
  return x->dense ? columns_packed(x, block) : 0;
}

size_t columns_tile(const data_matrix *x, size_t block)
{
  return block * (x->dense ? block : padded(block));
}

size_t columns_stride(const columns *data, size_t count)
{
  return data->x.dense ? count : padded(count);
}

static int all_whole(size_t count, const double *x)
{
  for (size_t i = 0; i < count; i++)
    if (x[i] != floor(x[i])) return 0;
  return 1;
}

columns columns_of(const data_matrix *x, double *shift)
{
  const size_t m = x->m, n = x->n;
  const size_t count = x->dense ? m * n : (size_t)x->start[n];
  columns data = {*x, shift, all_whole(count, x->dense ? x->dense : x->value), 0};
  /* In units of DBL_EPSILON / 2: m for the two norms, m for the product, 2m for the
   * sum it is compared with, and less than 32 for shifts and single operations. */
  data.rounding = (2.0 * (double)m + 16.0) * DBL_EPSILON;
  if (!x->dense) return data;
  for (size_t i = 0; i < m; i++) shift[i] = 0;
  for (size_t j = 0; j < n; j++)
    for (size_t i = 0; i < m; i++) shift[i] += x->dense[i + j * m];
  for (size_t i = 0; i < m; i++) {
    shift[i] /= (double)n;
    if (data.whole) shift[i] = floor(shift[i] + 0.5);
  }
  return data;
}

double columns_square(const columns *data, size_t j)
{
  const data_matrix *x = &data->x;
  double sum = 0;
  if (x->dense)
    for (size_t i = 0; i < x->m; i++) {
      double d = x->dense[i + j * x->m] - data->shift[i];
      sum += d * d;
    }
  else
    for (int e = x->start[j]; e < x->start[j + 1]; e++) sum += x->value[e] * x->value[e];
  return sum;
}

void columns_pack(const columns *data, size_t first, size_t count, double *packed)
{
  const data_matrix *x = &data->x;
  const size_t m = x->m, stride = columns_stride(data, count);
  for (size_t j = 0; j < count; j++)
    if (x->dense) {
      const double *from = x->dense + (first + j) * m;
      for (size_t i = 0; i < m; i++) packed[i + j * m] = from[i] - data->shift[i];
    } else
      for (int e = x->start[first + j]; e < x->start[first + j + 1]; e++)
        packed[j + (size_t)x->row[e] * stride] = x->value[e];
}

void columns_unpack(const columns *data, size_t first, size_t count, double *packed)
{
  const data_matrix *x = &data->x;
  const size_t stride = columns_stride(data, count);
  if (x->dense) return;
  for (size_t j = 0; j < count; j++)
    for (int e = x->start[first + j]; e < x->start[first + j + 1]; e++)
      packed[j + (size_t)x->row[e] * stride] = 0;
}

void columns_products(const kernels *use, const columns *data, size_t a, size_t count_a,
                      const double *packed, size_t b, size_t count_b, double *spare,
                      double *tile)
{
  const data_matrix *x = &data->x;
  const size_t stride = columns_stride(data, count_a);
  if (x->dense) {
    if (a != b) columns_pack(data, b, count_b, spare);
    use->inner(x->m, count_a, count_b, packed, x->m, a == b ? packed : spare, x->m, tile,
               count_a);
    return;
  }
  memset(tile, 0, stride * count_b * sizeof *tile);
  for (size_t q = 0; q < count_b; q++) {
    const size_t at = (size_t)x->start[b + q];
    use->gather(stride, entries_of(x, b + q), x->row + at, x->value + at, packed,
                tile + q * stride);
  }
}

/* A sum of which nothing is lost: four running sums, for vector instructions, each with
 * what rounding took from it. */
typedef struct {
  double sum[4], error[4];
} exact_sum;

static void add_term(exact_sum *s, size_t lane, double term)
{
  double total = s->sum[lane] + term, back = total - s->sum[lane];
  s->error[lane] += (s->sum[lane] - (total - back)) + (term - back);
  s->sum[lane] = total;
}

static double total_of(exact_sum *s)
{
  for (size_t lane = 1; lane < 4; lane++) {
    add_term(s, 0, s->sum[lane]);
    s->error[0] += s->error[lane];
  }
  return s->sum[0] + s->error[0];
}

static double dense_distance(size_t m, const double *a, const double *b)
{
  exact_sum s = {{0, 0, 0, 0}, {0, 0, 0, 0}};
  size_t i = 0;
  for (; i + 4 <= m; i += 4)
    for (size_t lane = 0; lane < 4; lane++) {
      double d = a[i + lane] - b[i + lane];
      add_term(&s, lane, d * d);
    }
  for (; i < m; i++) add_term(&s, 0, (a[i] - b[i]) * (a[i] - b[i]));
  return total_of(&s);
}

/* Features that both columns lack add 0, and so change no bit: the terms are those of
 * dense_distance(), in its order and its lanes. */
static double sparse_distance(const data_matrix *x, size_t i, size_t j)
{
  exact_sum s = {{0, 0, 0, 0}, {0, 0, 0, 0}};
  const int whole_lanes = (int)(x->m / 4 * 4);
  int a = x->start[i], b = x->start[j];
  const int end_a = x->start[i + 1], end_b = x->start[j + 1];
  while (a < end_a || b < end_b) {
    const int from_a = b == end_b || (a < end_a && x->row[a] <= x->row[b]);
    const int from_b = a == end_a || (b < end_b && x->row[b] <= x->row[a]);
    const int row = from_a ? x->row[a] : x->row[b];
    const double d = (from_a ? x->value[a++] : 0) - (from_b ? x->value[b++] : 0);
    add_term(&s, row < whole_lanes ? (size_t)row % 4 : 0, d * d);
  }
  return total_of(&s);
}

double columns_distance(const columns *data, size_t i, size_t j)
{
  const data_matrix *x = &data->x;
  if (!x->dense) return sparse_distance(x, i, j);
  return dense_distance(x->m, x->dense + i * x->m, x->dense + j * x->m);
}
