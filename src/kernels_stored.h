/* The stored entries of a sparse column against rows of r numbers, r a multiple of LANES,
 * for the vector width that kernels_loops.h was given; included by it. Rows lie far apart, so
 * that of AHEAD entries later is asked for while one is worked on. */

/* Vectors of sums that fit the registers. */
enum { NAME(MOST) = 8 };

TARGET static ALWAYS_INLINE void NAME(ask_row)(size_t vectors, const double *from)
{
  UNROLL for (size_t k = 0; k < vectors * LANES; k += CACHE_LINE) PREFETCH(from + k);
}

/* work(vectors) for the number of vectors, which is a constant in each case. */
#define VECTOR_CASES(work)                                                              \
  case 1: work(1); break; case 2: work(2); break; case 3: work(3); break;               \
  case 4: work(4); break; case 5: work(5); break; case 6: work(6); break;               \
  case 7: work(7); break; case 8: work(8); break;

/* work(vectors) on the components from k on, as many vectors at a time as fit. */
#define BY_VECTORS(work)                                                                \
  for (size_t k = 0, vectors; k < r; k += vectors * LANES) {                            \
    const size_t left = (r - k) / LANES;                                                \
    vectors = left < NAME(MOST) ? left : NAME(MOST);                                    \
    switch (vectors) { VECTOR_CASES(work) }                                             \
  }

TARGET static ALWAYS_INLINE void NAME(gather_vectors)(size_t vectors, size_t r, size_t count,
                                                      const int *row, const double *value,
                                                      const double *table, double *out)
{
  const size_t asked = count > AHEAD ? count - AHEAD : 0;
  VEC sum[NAME(MOST)];
  UNROLL for (size_t v = 0; v < vectors; ++v) sum[v] = LOAD(out + v * LANES);
  for (size_t i = 0; i < count; ++i) {
    const double *from = table + (size_t)row[i] * r, by = value[i];
    if (i < asked) NAME(ask_row)(vectors, table + (size_t)row[i + AHEAD] * r);
    UNROLL for (size_t v = 0; v < vectors; ++v) sum[v] += LOAD(from + v * LANES) * by;
  }
  UNROLL for (size_t v = 0; v < vectors; ++v) STORE(out + v * LANES, sum[v]);
}

TARGET static void NAME(gather)(size_t r, size_t count, const int *row, const double *value,
                                const double *table, double *out)
{
#define GATHER(vectors) NAME(gather_vectors)(vectors, r, count, row, value, table + k, out + k)
  BY_VECTORS(GATHER)
#undef GATHER
}

TARGET static ALWAYS_INLINE void NAME(scatter_vectors)(size_t vectors, size_t r, size_t count,
                                                       const int *row, const double *value,
                                                       const double *in, double *table)
{
  const size_t asked = count > AHEAD ? count - AHEAD : 0;
  VEC add[NAME(MOST)];
  UNROLL for (size_t v = 0; v < vectors; ++v) add[v] = LOAD(in + v * LANES);
  for (size_t i = 0; i < count; ++i) {
    double *to = table + (size_t)row[i] * r;
    const double by = value[i];
    if (i < asked) NAME(ask_row)(vectors, table + (size_t)row[i + AHEAD] * r);
    UNROLL for (size_t v = 0; v < vectors; ++v)
      STORE(to + v * LANES, LOAD(to + v * LANES) + add[v] * by);
  }
}

TARGET static void NAME(scatter)(size_t r, size_t count, const int *row, const double *value,
                                 const double *in, double *table)
{
#define SCATTER(vectors) NAME(scatter_vectors)(vectors, r, count, row, value, in + k, table + k)
  BY_VECTORS(SCATTER)
#undef SCATTER
}

TARGET static ALWAYS_INLINE void NAME(dot_vectors)(size_t vectors, size_t r, size_t count,
                                                   const int *row, const double *table,
                                                   const double *in, double *z)
{
  const size_t asked = count > AHEAD ? count - AHEAD : 0;
  VEC by[NAME(MOST)];
  UNROLL for (size_t v = 0; v < vectors; ++v) by[v] = LOAD(in + v * LANES);
  for (size_t i = 0; i < count; ++i) {
    const double *from = table + (size_t)row[i] * r;
    VEC sum = {0};
    if (i < asked) NAME(ask_row)(vectors, table + (size_t)row[i + AHEAD] * r);
    UNROLL for (size_t v = 0; v < vectors; ++v) sum += LOAD(from + v * LANES) * by[v];
    z[i] = NAME(lane_sum)(sum);
  }
}

TARGET static void NAME(dot_rows)(size_t r, size_t count, const int *row,
                                  const double *table, const double *in, double *z)
{
#define DOT(vectors) NAME(dot_vectors)(vectors, r, count, row, table, in, z)
  if (r / LANES <= NAME(MOST)) {
    switch (r / LANES) { VECTOR_CASES(DOT) }
    return;
  }
#undef DOT
  for (size_t i = 0; i < count; ++i) {
    const double *from = table + (size_t)row[i] * r;
    VEC sum = {0};
    for (size_t k = 0; k < r; k += LANES) sum += LOAD(from + k) * LOAD(in + k);
    z[i] = NAME(lane_sum)(sum);
  }
}
#undef BY_VECTORS
#undef VECTOR_CASES
