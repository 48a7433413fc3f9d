/* The native kernels, written once for any vector width. kernels.c includes this
 * file once per instruction set, with
 *   LANES           doubles in a vector (1: plain C)
 *   TARGET          function attribute that selects the instruction set
 *   NAME(x)         x with the set's suffix
 *   INNER_ROWS, INNER_COLS, OUTER_COLS, OUTER_VECTORS   tile sizes that fit its registers
 * A tile keeps all its sums in registers; the switch over its size turns the
 * loop bounds into constants, which lets the compiler unroll them. */

/* Aligned to 16 bytes only: Windows aligns the stack to no more, and GCC takes a local vector
 * of a wider type for aligned to its width there (its bug 54412; tools/check-windows). */
#if LANES > 1
typedef double NAME(vec) __attribute__((vector_size(8 * LANES), aligned(16)));
typedef double NAME(any) __attribute__((vector_size(8 * LANES), aligned(8), may_alias));
typedef long long NAME(mask) __attribute__((vector_size(8 * LANES), aligned(16)));
#else
typedef double NAME(vec);
typedef double NAME(any);
#endif
#define VEC NAME(vec)
#define LOAD(p) (*(const NAME(any) *)(p))
#define STORE(p, v) (*(NAME(any) *)(p) = (v))

/* By halves: the tree is shorter than a chain over the lanes. */
TARGET static ALWAYS_INLINE double NAME(lane_sum)(VEC v)
{
#if LANES == 8
  typedef double four __attribute__((vector_size(32), aligned(16)));
  const union { VEC whole; four half[2]; } eight = {v};
  const union { four whole; double lane[4]; } sum = {eight.half[0] + eight.half[1]};
  return (sum.lane[0] + sum.lane[2]) + (sum.lane[1] + sum.lane[3]);
#elif LANES == 4
  const union { VEC whole; double lane[4]; } sum = {v};
  return (sum.lane[0] + sum.lane[2]) + (sum.lane[1] + sum.lane[3]);
#elif LANES == 2
  return v[0] + v[1];
#else
  return v;
#endif
}

/* value where test is above limit, else 0. */
TARGET static ALWAYS_INLINE VEC NAME(above)(VEC value, VEC test, double limit)
{
#if LANES > 1
  return (VEC)((NAME(mask))value & (NAME(mask))(test > limit));
#else
  return test > limit ? value : 0;
#endif
}

/* ---- inner: out = A' B, by dot products over tiles of columns ---- */

TARGET static ALWAYS_INLINE void NAME(inner_tile)(size_t rows, size_t cols, int ahead, size_t m,
                                                  const double *a, size_t lda,
                                                  const double *b, size_t ldb, double *out,
                                                  size_t ldo)
{
  VEC sum[INNER_ROWS][INNER_COLS];
  size_t i = 0;
  UNROLL for (size_t p = 0; p < rows; ++p)
    UNROLL for (size_t q = 0; q < cols; ++q) sum[p][q] = (VEC){0};
  for (; i + LANES <= m; i += LANES) {
    VEC left[INNER_ROWS];
    UNROLL for (size_t p = 0; p < rows; ++p) left[p] = LOAD(a + p * lda + i);
    UNROLL for (size_t q = 0; q < cols; ++q) {
      VEC right = LOAD(b + q * ldb + i);
      if (ahead) PREFETCH(b + (q + cols) * ldb + i);
      UNROLL for (size_t p = 0; p < rows; ++p) sum[p][q] += left[p] * right;
    }
  }
  UNROLL for (size_t p = 0; p < rows; ++p)
    UNROLL for (size_t q = 0; q < cols; ++q) {
      double total = NAME(lane_sum)(sum[p][q]);
      for (size_t t = i; t < m; ++t) total += a[p * lda + t] * b[q * ldb + t];
      out[p + q * ldo] = total;
    }
}

#define INNER_CASE(p, q)                                                            \
  case (p) * 8 + (q): NAME(inner_tile)(p, q, 0, m, a, lda, b, ldb, out, ldo); break; \
  case 64 + (p) * 8 + (q): NAME(inner_tile)(p, q, 1, m, a, lda, b, ldb, out, ldo); break;
#if INNER_COLS == 4
#define INNER_CASES(p) INNER_CASE(p, 1) INNER_CASE(p, 2) INNER_CASE(p, 3) INNER_CASE(p, 4)
#elif INNER_COLS == 3
#define INNER_CASES(p) INNER_CASE(p, 1) INNER_CASE(p, 2) INNER_CASE(p, 3)
#else
#define INNER_CASES(p) INNER_CASE(p, 1) INNER_CASE(p, 2)
#endif

TARGET static void NAME(inner_strip)(size_t rows, size_t cols, int ahead, size_t m, const double *a,
                                     size_t lda, const double *b, size_t ldb, double *out,
                                     size_t ldo)
{
  switch ((ahead ? 64 : 0) + rows * 8 + cols) {
    INNER_CASES(1) INNER_CASES(2) INNER_CASES(3) INNER_CASES(4)
#if INNER_ROWS == 6
    INNER_CASES(5) INNER_CASES(6)
#endif
  }
}

TARGET static void NAME(inner)(size_t m, size_t p, size_t q, const double *a, size_t lda,
                               const double *b, size_t ldb, double *out, size_t ldo)
{
  /* Tiles of about equal height: a thin last one would waste its loads. */
  const size_t tiles = (p + INNER_ROWS - 1) / INNER_ROWS;
  const size_t height = tiles ? (p + tiles - 1) / tiles : 1;
  /* Long columns come from memory: ask for the next ones in time. */
  const int ahead = m >= FAR_ROWS;
  for (size_t j = 0; j < q; j += INNER_COLS) {
    size_t cols = q - j < INNER_COLS ? q - j : INNER_COLS;
    for (size_t k = 0; k < p; k += height) {
      size_t rows = p - k < height ? p - k : height;
      NAME(inner_strip)(rows, cols, ahead, m, a + k * lda, lda, b + j * ldb, ldb,
                        out + k + j * ldo, ldo);
    }
  }
}

/* ---- outer: out += A B, by tiles of a few vectors of rows times a few columns ---- */

TARGET static ALWAYS_INLINE void NAME(outer_tile)(size_t vectors, size_t cols, size_t depth,
                                                  const double *a, size_t lda,
                                                  const double *b, size_t step_depth,
                                                  size_t step_col, double *out, size_t ldo)
{
  VEC sum[OUTER_VECTORS][OUTER_COLS];
  UNROLL for (size_t q = 0; q < cols; ++q)
    UNROLL for (size_t v = 0; v < vectors; ++v) sum[v][q] = LOAD(out + v * LANES + q * ldo);
  for (size_t l = 0; l < depth; ++l) {
    VEC left[OUTER_VECTORS];
    UNROLL for (size_t v = 0; v < vectors; ++v) left[v] = LOAD(a + v * LANES + l * lda);
    UNROLL for (size_t q = 0; q < cols; ++q) {
      double right = b[l * step_depth + q * step_col];
      UNROLL for (size_t v = 0; v < vectors; ++v) sum[v][q] += left[v] * right;
    }
  }
  UNROLL for (size_t q = 0; q < cols; ++q)
    UNROLL for (size_t v = 0; v < vectors; ++v) STORE(out + v * LANES + q * ldo, sum[v][q]);
}

/* The rows that do not fill a vector: by twos, then one. */
TARGET static ALWAYS_INLINE void NAME(outer_two)(size_t cols, size_t depth, const double *a,
                                                 size_t lda, const double *b,
                                                 size_t step_depth, size_t step_col,
                                                 double *out, size_t ldo)
{
  double sum[2][OUTER_COLS] = {{0}};
  UNROLL for (size_t q = 0; q < cols; ++q) {
    sum[0][q] = out[q * ldo];
    sum[1][q] = out[q * ldo + 1];
  }
  for (size_t l = 0; l < depth; ++l) {
    const double upper = a[l * lda], lower = a[l * lda + 1];
    UNROLL for (size_t q = 0; q < cols; ++q) {
      sum[0][q] += upper * b[l * step_depth + q * step_col];
      sum[1][q] += lower * b[l * step_depth + q * step_col];
    }
  }
  UNROLL for (size_t q = 0; q < cols; ++q) {
    out[q * ldo] = sum[0][q];
    out[q * ldo + 1] = sum[1][q];
  }
}

TARGET static void NAME(outer_rest)(size_t rows, size_t cols, size_t depth, const double *a,
                                    size_t lda, const double *b, size_t step_depth,
                                    size_t step_col, double *out, size_t ldo)
{
  size_t i = 0;
  for (; i + 2 <= rows; i += 2)
    if (cols == OUTER_COLS)
      NAME(outer_two)(OUTER_COLS, depth, a + i, lda, b, step_depth, step_col, out + i, ldo);
    else NAME(outer_two)(cols, depth, a + i, lda, b, step_depth, step_col, out + i, ldo);
  for (; i < rows; ++i)
    for (size_t q = 0; q < cols; ++q) {
      double sum = out[i + q * ldo];
      for (size_t l = 0; l < depth; ++l)
        sum += a[i + l * lda] * b[l * step_depth + q * step_col];
      out[i + q * ldo] = sum;
    }
}

#define OUTER_CASE(v, q)                                                              \
  case (v) * 8 + (q):                                                                 \
    NAME(outer_tile)(v, q, depth, a, lda, b, step_depth, step_col, out, ldo);         \
    break;
#if OUTER_COLS == 6
#define OUTER_CASES(v) OUTER_CASE(v, 1) OUTER_CASE(v, 2) OUTER_CASE(v, 3) \
                       OUTER_CASE(v, 4) OUTER_CASE(v, 5) OUTER_CASE(v, 6)
#else
#define OUTER_CASES(v) OUTER_CASE(v, 1) OUTER_CASE(v, 2) OUTER_CASE(v, 3) OUTER_CASE(v, 4)
#endif

TARGET static void NAME(outer_strip)(size_t vectors, size_t cols, size_t depth,
                                     const double *a, size_t lda, const double *b,
                                     size_t step_depth, size_t step_col, double *out,
                                     size_t ldo)
{
  switch (vectors * 8 + cols) {
    OUTER_CASES(1) OUTER_CASES(2)
#if OUTER_VECTORS == 4
    OUTER_CASES(3) OUTER_CASES(4)
#endif
  }
}

TARGET static void NAME(outer)(size_t m, size_t depth, size_t q, const double *a, size_t lda,
                               const double *b, size_t step_depth, size_t step_col,
                               double *out, size_t ldo)
{
  const size_t tiles = (q + OUTER_COLS - 1) / OUTER_COLS;
  const size_t width = tiles ? (q + tiles - 1) / tiles : 1;
  for (size_t k = 0; k < q; k += width) {
    size_t cols = q - k < width ? q - k : width, i = 0;
    const double *right = b + k * step_col;
    double *to = out + k * ldo;
    while (m - i >= LANES) {
      size_t vectors = (m - i) / LANES;
      if (vectors > OUTER_VECTORS) vectors = OUTER_VECTORS;
      NAME(outer_strip)(vectors, cols, depth, a + i, lda, right, step_depth, step_col,
                        to + i, ldo);
      i += vectors * LANES;
    }
    if (i < m)
      NAME(outer_rest)(m - i, cols, depth, a + i, lda, right, step_depth, step_col, to + i,
                       ldo);
  }
}

#include "kernels_elements.h"
#include "kernels_nb.h"
#include "kernels_columns.h"
#include "kernels_stored.h"
#include "kernels_lanes.h"

#define TABLE(label)                                                                  \
  {                                                                                   \
    .name = "native", .instructions = label, .lanes = LANES,                          \
    .inner = NAME(inner), .outer = NAME(outer),                                       \
    .ratio = NAME(ratio), .quotient = NAME(quotient),                                 \
    .kl_loss = NAME(kl_loss), .sq_loss = NAME(sq_loss),                               \
    .reciprocals = NAME(reciprocals), .is_loss = NAME(is_loss),                       \
    .kl = {NAME(kl_slopes), NAME(take_rows)}, .nb = {NAME(nb_slopes), NAME(nb_loss)},   \
    .fill = NAME(fill), .facts = NAME(facts),                                         \
    .descend = NAME(descend), .gather = NAME(gather),                                 \
    .scatter = NAME(scatter), .dot_rows = NAME(dot_rows),                             \
    .solve_lanes = NAME(solve_lanes)                                                  \
  }
