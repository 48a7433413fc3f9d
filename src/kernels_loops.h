/* The native kernels, written once for any vector width. kernels.c includes this
 * file once per instruction set, with
 *   LANES           doubles in a vector (1: plain C)
 *   TARGET          function attribute that selects the instruction set
 *   NAME(x)         x with the set's suffix
 *   INNER_ROWS, INNER_COLS, OUTER_COLS   tile sizes that fit its registers
 * A tile keeps all its sums in registers; the switch over its size turns the
 * loop bounds into constants, which lets the compiler unroll them. */

#if LANES > 1
typedef double NAME(vec) __attribute__((vector_size(8 * LANES)));
typedef double NAME(any) __attribute__((vector_size(8 * LANES), aligned(8), may_alias));
typedef long long NAME(mask) __attribute__((vector_size(8 * LANES)));
#else
typedef double NAME(vec);
typedef double NAME(any);
#endif
#define VEC NAME(vec)
#define LOAD(p) (*(const NAME(any) *)(p))
#define STORE(p, v) (*(NAME(any) *)(p) = (v))

TARGET static inline double NAME(lane_sum)(VEC v)
{
  double lanes[LANES], sum = 0;
  memcpy(lanes, &v, sizeof lanes);
  for (size_t l = 0; l < LANES; ++l) sum += lanes[l];
  return sum;
}

/* value where test is above limit, else 0. */
TARGET static inline VEC NAME(above)(VEC value, VEC test, double limit)
{
#if LANES > 1
  return (VEC)((NAME(mask))value & (NAME(mask))(test > limit));
#else
  return test > limit ? value : 0;
#endif
}

/* ---- inner: out = A' B, by dot products over tiles of columns ---- */

TARGET static ALWAYS_INLINE void NAME(inner_tile)(size_t rows, size_t cols, size_t m,
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

#define INNER_CASE(p, q) \
  case (p) * 8 + (q): NAME(inner_tile)(p, q, m, a, lda, b, ldb, out, ldo); break;
#if INNER_COLS == 6
#define INNER_CASES(p) INNER_CASE(p, 1) INNER_CASE(p, 2) INNER_CASE(p, 3) \
                       INNER_CASE(p, 4) INNER_CASE(p, 5) INNER_CASE(p, 6)
#elif INNER_COLS == 3
#define INNER_CASES(p) INNER_CASE(p, 1) INNER_CASE(p, 2) INNER_CASE(p, 3)
#else
#define INNER_CASES(p) INNER_CASE(p, 1) INNER_CASE(p, 2)
#endif

TARGET static void NAME(inner_strip)(size_t rows, size_t cols, size_t m, const double *a,
                                     size_t lda, const double *b, size_t ldb, double *out,
                                     size_t ldo)
{
  switch (rows * 8 + cols) {
    INNER_CASES(1) INNER_CASES(2) INNER_CASES(3) INNER_CASES(4)
  }
}

TARGET static void NAME(inner)(size_t m, size_t p, size_t q, const double *a, size_t lda,
                               const double *b, size_t ldb, double *out, size_t ldo)
{
  for (size_t j = 0; j < q; j += INNER_COLS) {
    size_t cols = q - j < INNER_COLS ? q - j : INNER_COLS;
    for (size_t k = 0; k < p; k += INNER_ROWS) {
      size_t rows = p - k < INNER_ROWS ? p - k : INNER_ROWS;
      NAME(inner_strip)(rows, cols, m, a + k * lda, lda, b + j * ldb, ldb,
                        out + k + j * ldo, ldo);
    }
  }
}

/* ---- outer: out += A B, by tiles of two vectors of rows times a few columns ---- */

TARGET static ALWAYS_INLINE void NAME(outer_tile)(size_t vectors, size_t cols, size_t depth,
                                                  const double *a, size_t lda,
                                                  const double *b, size_t step_depth,
                                                  size_t step_col, double *out, size_t ldo)
{
  VEC sum[2][OUTER_COLS];
  UNROLL for (size_t q = 0; q < cols; ++q)
    UNROLL for (size_t v = 0; v < vectors; ++v) sum[v][q] = LOAD(out + v * LANES + q * ldo);
  for (size_t l = 0; l < depth; ++l) {
    VEC left[2];
    UNROLL for (size_t v = 0; v < vectors; ++v) left[v] = LOAD(a + v * LANES + l * lda);
    UNROLL for (size_t q = 0; q < cols; ++q) {
      double right = b[l * step_depth + q * step_col];
      UNROLL for (size_t v = 0; v < vectors; ++v) sum[v][q] += left[v] * right;
    }
  }
  UNROLL for (size_t q = 0; q < cols; ++q)
    UNROLL for (size_t v = 0; v < vectors; ++v) STORE(out + v * LANES + q * ldo, sum[v][q]);
}

TARGET static void NAME(outer_rest)(size_t rows, size_t cols, size_t depth, const double *a,
                                    size_t lda, const double *b, size_t step_depth,
                                    size_t step_col, double *out, size_t ldo)
{
  for (size_t q = 0; q < cols; ++q)
    for (size_t i = 0; i < rows; ++i) {
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
  }
}

TARGET static void NAME(outer)(size_t m, size_t depth, size_t q, const double *a, size_t lda,
                               const double *b, size_t step_depth, size_t step_col,
                               double *out, size_t ldo)
{
  for (size_t k = 0; k < q; k += OUTER_COLS) {
    size_t cols = q - k < OUTER_COLS ? q - k : OUTER_COLS, i = 0;
    const double *right = b + k * step_col;
    double *to = out + k * ldo;
    while (m - i >= LANES) {
      size_t vectors = m - i >= 2 * LANES ? 2 : 1;
      NAME(outer_strip)(vectors, cols, depth, a + i, lda, right, step_depth, step_col,
                        to + i, ldo);
      i += vectors * LANES;
    }
    if (i < m)
      NAME(outer_rest)(m - i, cols, depth, a + i, lda, right, step_depth, step_col, to + i,
                       ldo);
  }
}

/* ---- element by element ---- */

/* Results below the smallest normal number become 0: they would be slow to compute
 * with, and rounding can keep them from ever reaching 0 by themselves. */
TARGET static void NAME(ratio)(size_t count, double *x, const double *up,
                               const double *down, double add)
{
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    VEC below = LOAD(down + i) + add;
    VEC fresh = NAME(above)(LOAD(x + i) * LOAD(up + i) / below, below, 0);
    STORE(x + i, NAME(above)(fresh, fresh, DBL_MIN));
  }
  for (; i < count; ++i) {
    double below = down[i] + add, fresh = below > 0 ? x[i] * up[i] / below : 0;
    x[i] = fresh > DBL_MIN ? fresh : 0;
  }
}

TARGET static void NAME(quotient)(size_t count, const double *x, const double *z,
                                  double shift, double *q)
{
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    VEC below = LOAD(z + i) + shift;
    STORE(q + i, NAME(above)((LOAD(x + i) + shift) / below, below, 0));
  }
  for (; i < count; ++i) {
    double below = z[i] + shift;
    q[i] = below > 0 ? (x[i] + shift) / below : 0;
  }
}

TARGET static double NAME(distance)(size_t count, const double *x, const double *z)
{
  VEC even = {0}, odd = {0};
  double rest = 0;
  size_t i = 0;
  for (; i + 2 * LANES <= count; i += 2 * LANES) {
    VEC d0 = LOAD(x + i) - LOAD(z + i), d1 = LOAD(x + i + LANES) - LOAD(z + i + LANES);
    even += d0 * d0;
    odd += d1 * d1;
  }
  for (; i < count; ++i) rest += (x[i] - z[i]) * (x[i] - z[i]);
  return NAME(lane_sum)(even + odd) + rest;
}

static double NAME(divergence_rest)(size_t count, const double *x, const double *z)
{
  double sum = 0;
  for (size_t i = 0; i < count; ++i) {
    const double term = x[i] > 0 ? x[i] * log(x[i] / z[i]) - x[i] + z[i] : z[i];
    /* every term is at least 0; near an exact fit rounding can put it below */
    if (!(term < 0)) sum += term;
  }
  return sum;
}

#if LANES > 1
/* log of positive normal numbers, to 1 or 2 units in the last place:
 * q = 2^e f with f in [sqrt(1/2), sqrt(2)), log f = 2 artanh((f - 1) / (f + 1)). */
TARGET static inline VEC NAME(log)(VEC q)
{
  const NAME(mask) origin = (NAME(mask)){0} + 0x3fe6a09e667f3bcdLL; /* sqrt(1/2) */
  NAME(mask) bits = (NAME(mask))q, power = (bits - origin) >> 52;
  VEC f = (VEC)(bits - (power << 52));
  VEC s = (f - 1.0) / (f + 1.0), t = s * s, series = (VEC){0} + 1.0 / 21;
  for (int odd = 19; odd >= 3; odd -= 2) series = series * t + 1.0 / odd;
  /* power is small: adding it to the bits of 1.5 * 2^52 turns it into a double. */
  VEC big = (VEC){0} + 6755399441055744.0;
  VEC exponent = (VEC)((NAME(mask))big + power) - big;
  return exponent * 6.93147180559945286e-1 + (2 * s + 2 * s * t * series);
}

TARGET static double NAME(divergence)(size_t count, const double *x, const double *z)
{
  VEC sum = {0};
  double rest = 0;
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    VEC xi = LOAD(x + i), zi = LOAD(z + i), zero = {0};
    NAME(mask) none = xi == zero;
    VEC q = xi / zi;
    /* 1 stands in where x = 0: its term is z alone. */
    q = (VEC)(((NAME(mask))q & ~none) | ((NAME(mask))(zero + 1.0) & none));
    NAME(mask) odd = (q < DBL_MIN) | (q > DBL_MAX);
    VEC ordinary = xi * NAME(log)(q) - xi + zi;
    long long flags[LANES], any = 0;
    memcpy(flags, &odd, sizeof flags);
    for (size_t l = 0; l < LANES; ++l) any |= flags[l];
    if (any) rest += NAME(divergence_rest)(LANES, x + i, z + i);
    else sum += NAME(above)(ordinary, ordinary, 0);
  }
  return NAME(lane_sum)(sum) + rest + NAME(divergence_rest)(count - i, x + i, z + i);
}
#else
static double NAME(divergence)(size_t count, const double *x, const double *z)
{
  return NAME(divergence_rest)(count, x, z);
}
#endif

#define TABLE(label)                                                                  \
  {"native", label, NAME(inner), NAME(outer), NAME(ratio), NAME(quotient),            \
   NAME(divergence), NAME(distance)}
