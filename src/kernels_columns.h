/* Coordinate descent, for the vector width that kernels_loops.h was given; included by it. */

enum { NAME(STRIP) = 8 };

TARGET static ALWAYS_INLINE void NAME(descend_strip)(size_t vectors, size_t r,
                                                     const double *u, size_t ldu,
                                                     const double *gram, const double *p,
                                                     const double *bend, double diagonal,
                                                     double least, double *u_k)
{
  VEC rest[NAME(STRIP)];
  UNROLL for (size_t v = 0; v < vectors; ++v) rest[v] = LOAD(p + v * LANES);
  for (size_t l = 0; l < r; ++l) {
    const double by = gram[l];
    const double *from = u + l * ldu;
    UNROLL for (size_t v = 0; v < vectors; ++v) rest[v] -= LOAD(from + v * LANES) * by;
  }
  UNROLL for (size_t v = 0; v < vectors; ++v) {
    VEC old = LOAD(u_k + v * LANES), fresh, low = (VEC){0} + least;
    if (bend == NULL) fresh = old + rest[v] / diagonal;
    else {
      VEC b = LOAD(bend + v * LANES);
      fresh = old + (rest[v] - b * old) / (b + diagonal);
    }
    fresh = NAME(above)(fresh, fresh, DBL_MIN);
#if LANES > 1
    fresh = NAME(choose)(fresh < low, low, fresh);
#else
    if (fresh < low) fresh = low;
#endif
    STORE(u_k + v * LANES, fresh);
  }
}

TARGET static void NAME(descend)(size_t count, size_t r, const double *u, size_t ldu,
                                 const double *gram, const double *p, const double *bend,
                                 double diagonal, double least, double *u_k)
{
  const size_t strip = NAME(STRIP) * LANES;
  size_t i = 0;
  for (; i + strip <= count; i += strip)
    NAME(descend_strip)(NAME(STRIP), r, u + i, ldu, gram, p + i, bend ? bend + i : NULL,
                        diagonal, least, u_k + i);
  for (; i + LANES <= count; i += LANES)
    NAME(descend_strip)(1, r, u + i, ldu, gram, p + i, bend ? bend + i : NULL, diagonal,
                        least, u_k + i);
  for (; i < count; ++i) {
    const double b = bend ? bend[i] : 0;
    double rest = p[i], fresh;
    for (size_t l = 0; l < r; ++l) rest -= u[i + l * ldu] * gram[l];
    fresh = u_k[i] + (rest - b * u_k[i]) / (b + diagonal);
    if (!(fresh > DBL_MIN)) fresh = 0;
    u_k[i] = fresh < least ? least : fresh;
  }
}
