/* Small systems side by side, one to a lane (struct lanes in kernels.h), for the vector width
 * that kernels_loops.h was given; included by it. Each lane sees the same operations in the
 * same order whatever the others hold, so a system's result does not depend on them. */

enum { NAME(PARTS) = KERNELS_PAD / LANES, NAME(ENTRIES) = LANES > 2 ? 4 : LANES };
#define EACH_PART UNROLL for (size_t v = 0; v < NAME(PARTS); ++v)
#if LANES > 1
#define ONE_WHERE(test) ((VEC)((NAME(mask))((VEC){0} + 1) & (NAME(mask))(test)))
#else
#define ONE_WHERE(test) ((test) ? 1.0 : 0.0)
#endif
#define PART(p, i) ((p) + (i) * KERNELS_PAD + v * LANES)

/* Entries a to a + entries - 1 of row i of D L', of which entry `count` is the right side.
 * Several entries at a time, since each is a chain of operations that wait for one another.
 * Components that are not passive in a lane count as rows of the identity there. */
TARGET static ALWAYS_INLINE void NAME(eliminate_entries)(const lanes *b, size_t i, size_t a,
                                                         size_t entries)
{
  const size_t k = (size_t)b->chosen[i], stride = b->r + 1;
  const double *flag = b->passive + k * KERNELS_PAD, *lower = b->lower + i * b->r * KERNELS_PAD;
#if LANES > 1
  VEC sum[NAME(ENTRIES)][NAME(PARTS)];
#else
  VEC sum[NAME(ENTRIES)][NAME(PARTS)] = {{0}}; /* else GCC 12 warns of reading what it has set */
#endif
  UNROLL for (size_t q = 0; q < entries; ++q) {
    const size_t l = a + q < b->count ? (size_t)b->chosen[a + q] : 0;
    const double both = a + q < b->count ? b->gram[l + k * b->r] : 1;
    const double *other = a + q < b->count ? b->passive + l * KERNELS_PAD
                                           : b->right + k * KERNELS_PAD;
    EACH_PART sum[q][v] = both * (LOAD(PART(flag, 0)) * LOAD(PART(other, 0)));
    if (a + q == i) EACH_PART sum[q][v] += 1 - LOAD(PART(flag, 0));
  }
  for (size_t l = 0; l < i; ++l) {
    const double *above = b->upper + (l * stride + a) * KERNELS_PAD;
    UNROLL for (size_t q = 0; q < entries; ++q)
      EACH_PART sum[q][v] -= LOAD(PART(lower, l)) * LOAD(PART(above, q));
  }
  UNROLL for (size_t q = 0; q < entries; ++q) {
    EACH_PART STORE(PART(b->upper, i * stride + a + q), sum[q][v]);
    if (a + q > i && a + q < b->count)
      EACH_PART STORE(PART(b->lower, (a + q) * b->r + i), sum[q][v] * LOAD(PART(b->inverse, i)));
  }
}

/* K = L D L' on the passive sets, and the right side reduced. */
TARGET static ALWAYS_INLINE void NAME(eliminate)(const lanes *b)
{
  const size_t stride = b->r + 1;
  VEC weak[NAME(PARTS)];
  EACH_PART weak[v] = (VEC){0};
  for (size_t i = 0; i < b->count; ++i) {
    const size_t k = (size_t)b->chosen[i];
    const double *row = b->upper + i * stride * KERNELS_PAD, *flag = b->passive + k * KERNELS_PAD;
    const double least = DEPENDENT * b->gram[k + k * b->r];
    size_t a = i + 1;
    NAME(eliminate_entries)(b, i, i, 1);
    EACH_PART {
      const VEC pivot = LOAD(PART(row, i));
      STORE(PART(b->inverse, i), 1 / pivot);
      weak[v] += ONE_WHERE(pivot <= least * LOAD(PART(flag, 0)));
    }
    for (; a + NAME(ENTRIES) <= b->count + 1; a += NAME(ENTRIES))
      NAME(eliminate_entries)(b, i, a, NAME(ENTRIES));
    for (; a <= b->count; ++a) NAME(eliminate_entries)(b, i, a, 1);
  }
  EACH_PART STORE(PART(b->weak, 0), weak[v]);
}

TARGET static ALWAYS_INLINE void NAME(substitute)(const lanes *b)
{
  for (size_t i = b->count; i-- > 0;) {
    const double *row = b->upper + i * (b->r + 1) * KERNELS_PAD;
    VEC sum[NAME(PARTS)];
    EACH_PART sum[v] = LOAD(PART(row, b->count));
    for (size_t a = i + 1; a < b->count; ++a)
      EACH_PART sum[v] -= LOAD(PART(row, a)) * LOAD(PART(b->point, (size_t)b->chosen[a]));
    EACH_PART STORE(PART(b->point, (size_t)b->chosen[i]), sum[v] * LOAD(PART(b->inverse, i)));
  }
}

TARGET static void NAME(solve_lanes)(const lanes *systems)
{
  /* A copy, which no store through a pointer can change: its fields stay in registers. */
  const lanes copy = *systems, *b = &copy;
  VEC bad[NAME(PARTS)];
  EACH_PART bad[v] = (VEC){0};
  NAME(eliminate)(b);
  NAME(substitute)(b);
  for (size_t k = 0; k < b->r; ++k) {
    const double *row = b->gram + k * b->r;
    VEC sum[NAME(PARTS)];
    EACH_PART sum[v] = -LOAD(PART(b->right, k));
    for (size_t i = 0; i < b->count; ++i) {
      const size_t l = (size_t)b->chosen[i];
      EACH_PART sum[v] += row[l] * LOAD(PART(b->point, l));
    }
    EACH_PART {
      const VEC flag = LOAD(PART(b->passive, k));
      sum[v] = flag * LOAD(PART(b->point, k)) + b->open[k] * (1 - flag) * sum[v];
      bad[v] += ONE_WHERE(sum[v] < 0);
      STORE(PART(b->check, k), sum[v]);
    }
  }
  EACH_PART STORE(PART(b->bad, 0), bad[v]);
}
#undef EACH_PART
#undef PART
#undef ONE_WHERE
