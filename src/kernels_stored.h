/* The stored entries of a sparse column against rows of r numbers, r a multiple of KERNELS_PAD,
 * for the vector width that kernels_loops.h was given; included by it. Rows lie far apart, so
 * that of AHEAD entries later is asked for while one is worked on. */

/* Vectors in a pad, and pads of sums that fit the registers. */
enum { NAME(WIDE) = KERNELS_PAD / LANES, NAME(MOST_PADS) = LANES >= 4 ? 4 : 2 };

TARGET static ALWAYS_INLINE void NAME(ask_row)(size_t pads, const double *from)
{
  UNROLL for (size_t k = 0; k < pads; ++k) PREFETCH(from + k * KERNELS_PAD);
}

/* work(pads) for the number of pads, which is a constant in each case. */
#if LANES >= 4
#define PAD_CASES(work) case 1: work(1); break; case 2: work(2); break; \
                        case 3: work(3); break; case 4: work(4); break;
#else
#define PAD_CASES(work) case 1: work(1); break; case 2: work(2); break;
#endif

/* work(pads) on the components from k on, as many pads at a time as fit. */
#define BY_PADS(work)                                                                   \
  for (size_t k = 0, pads; k < r; k += pads * KERNELS_PAD) {                            \
    const size_t left = (r - k) / KERNELS_PAD;                                          \
    pads = left < NAME(MOST_PADS) ? left : NAME(MOST_PADS);                             \
    switch (pads) { PAD_CASES(work) }                                                   \
  }

TARGET static ALWAYS_INLINE void NAME(gather_pads)(size_t pads, size_t r, size_t count,
                                                   const int *row, const double *value,
                                                   const double *table, double *out)
{
  const size_t vectors = pads * NAME(WIDE), asked = count > AHEAD ? count - AHEAD : 0;
  VEC sum[NAME(MOST_PADS) * NAME(WIDE)];
  UNROLL for (size_t v = 0; v < vectors; ++v) sum[v] = LOAD(out + v * LANES);
  for (size_t i = 0; i < count; ++i) {
    const double *from = table + (size_t)row[i] * r, by = value[i];
    if (i < asked) NAME(ask_row)(pads, table + (size_t)row[i + AHEAD] * r);
    UNROLL for (size_t v = 0; v < vectors; ++v) sum[v] += LOAD(from + v * LANES) * by;
  }
  UNROLL for (size_t v = 0; v < vectors; ++v) STORE(out + v * LANES, sum[v]);
}

TARGET static void NAME(gather)(size_t r, size_t count, const int *row, const double *value,
                                const double *table, double *out)
{
#define GATHER(pads) NAME(gather_pads)(pads, r, count, row, value, table + k, out + k)
  BY_PADS(GATHER)
#undef GATHER
}

TARGET static ALWAYS_INLINE void NAME(scatter_pads)(size_t pads, size_t r, size_t count,
                                                    const int *row, const double *value,
                                                    const double *in, double *table)
{
  const size_t vectors = pads * NAME(WIDE), asked = count > AHEAD ? count - AHEAD : 0;
  VEC add[NAME(MOST_PADS) * NAME(WIDE)];
  UNROLL for (size_t v = 0; v < vectors; ++v) add[v] = LOAD(in + v * LANES);
  for (size_t i = 0; i < count; ++i) {
    double *to = table + (size_t)row[i] * r;
    const double by = value[i];
    if (i < asked) NAME(ask_row)(pads, table + (size_t)row[i + AHEAD] * r);
    UNROLL for (size_t v = 0; v < vectors; ++v)
      STORE(to + v * LANES, LOAD(to + v * LANES) + add[v] * by);
  }
}

TARGET static void NAME(scatter)(size_t r, size_t count, const int *row, const double *value,
                                 const double *in, double *table)
{
#define SCATTER(pads) NAME(scatter_pads)(pads, r, count, row, value, in + k, table + k)
  BY_PADS(SCATTER)
#undef SCATTER
}

TARGET static ALWAYS_INLINE void NAME(dot_pads)(size_t pads, size_t r, size_t count,
                                                const int *row, const double *table,
                                                const double *in, double *z)
{
  const size_t vectors = pads * NAME(WIDE), asked = count > AHEAD ? count - AHEAD : 0;
  VEC by[NAME(MOST_PADS) * NAME(WIDE)];
  UNROLL for (size_t v = 0; v < vectors; ++v) by[v] = LOAD(in + v * LANES);
  for (size_t i = 0; i < count; ++i) {
    const double *from = table + (size_t)row[i] * r;
    VEC sum = {0};
    if (i < asked) NAME(ask_row)(pads, table + (size_t)row[i + AHEAD] * r);
    UNROLL for (size_t v = 0; v < vectors; ++v) sum += LOAD(from + v * LANES) * by[v];
    z[i] = NAME(lane_sum)(sum);
  }
}

TARGET static void NAME(dot_rows)(size_t r, size_t count, const int *row,
                                  const double *table, const double *in, double *z)
{
#define DOT(pads) NAME(dot_pads)(pads, r, count, row, table, in, z)
  if (r / KERNELS_PAD <= NAME(MOST_PADS)) {
    switch (r / KERNELS_PAD) { PAD_CASES(DOT) }
    return;
  }
#undef DOT
  for (size_t i = 0; i < count; ++i) {
    const double *from = table + (size_t)row[i] * r;
    VEC sum = {0};
    for (size_t k = 0; k < r; k += KERNELS_PAD)
      UNROLL for (size_t v = 0; v < KERNELS_PAD; v += LANES)
        sum += LOAD(from + k + v) * LOAD(in + k + v);
    z[i] = NAME(lane_sum)(sum);
  }
}
#undef BY_PADS
#undef PAD_CASES
