/* Loops over the entries of a block, for the vector width of kernels_loops.h, which includes it. */

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

TARGET static double NAME(sq_loss)(size_t count, const double *x, const double *z)
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

/* Where the quotient vanishes, x = 0 or not, z alone is left. */
#define TERM_KL(x, z) ((x) / (z) > 0 ? (x) * log((x) / (z)) - (x) + (z) : (z))
#define TERM_IS(x, z) ((x) / (z) - log((x) / (z)) - 1)

/* Sums of terms that are at least 0; near an exact fit rounding can put one below. */
static double NAME(kl_rest)(size_t count, const double *x, const double *z)
{
  double sum = 0;
  for (size_t i = 0; i < count; ++i) {
    const double term = TERM_KL(x[i], z[i]);
    if (!(term < 0)) sum += term;
  }
  return sum;
}

static double NAME(is_rest)(size_t count, const double *x, const double *z)
{
  double sum = 0;
  for (size_t i = 0; i < count; ++i) {
    const double term = x[i] / z[i] <= DBL_MAX ? TERM_IS(x[i], z[i]) : INFINITY;
    if (!(term < 0)) sum += term;
  }
  return sum;
}
#undef TERM_KL
#undef TERM_IS

#if LANES > 1
/* log of positive normal numbers, to 1 or 2 units in the last place:
 * q = 2^e f with f in [sqrt(1/2), sqrt(2)), log f = 2 artanh((f - 1) / (f + 1)). */
TARGET static ALWAYS_INLINE VEC NAME(log)(VEC q)
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

TARGET static ALWAYS_INLINE int NAME(some_set)(NAME(mask) flags)
{
  long long any = 0;
  UNROLL for (size_t l = 0; l < LANES; ++l) any |= flags[l];
  return any != 0;
}

/* yes where flags are set, else no. */
TARGET static ALWAYS_INLINE VEC NAME(choose)(NAME(mask) flags, VEC yes, VEC no)
{
  return (VEC)(((NAME(mask))yes & flags) | ((NAME(mask))no & ~flags));
}

TARGET static double NAME(kl_loss)(size_t count, const double *x, const double *z)
{
  VEC sum = {0}, zero = {0};
  double rest = 0;
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    VEC xi = LOAD(x + i), zi = LOAD(z + i);
    /* 1 stands in where x = 0: its term is z alone. */
    VEC q = NAME(choose)(xi == zero, zero + 1.0, xi / zi);
    VEC ordinary = xi * NAME(log)(q) - xi + zi;
    if (NAME(some_set)((q < DBL_MIN) | (q > DBL_MAX)))
      rest += NAME(kl_rest)(LANES, x + i, z + i);
    else sum += NAME(choose)(ordinary < zero, zero, ordinary); /* NaN stays */
  }
  return NAME(lane_sum)(sum) + rest + NAME(kl_rest)(count - i, x + i, z + i);
}

TARGET static double NAME(is_loss)(size_t count, const double *x, const double *z)
{
  VEC sum = {0}, zero = {0};
  double rest = 0;
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    VEC q = LOAD(x + i) / LOAD(z + i), ordinary = q - NAME(log)(q) - 1.0;
    if (NAME(some_set)((NAME(mask))(~((q >= DBL_MIN) & (q <= DBL_MAX)))))
      rest += NAME(is_rest)(LANES, x + i, z + i);
    else sum += NAME(choose)(ordinary < zero, zero, ordinary);
  }
  return NAME(lane_sum)(sum) + rest + NAME(is_rest)(count - i, x + i, z + i);
}
#else
static double NAME(kl_loss)(size_t count, const double *x, const double *z)
{
  return NAME(kl_rest)(count, x, z);
}

static double NAME(is_loss)(size_t count, const double *x, const double *z)
{
  return NAME(is_rest)(count, x, z);
}
#endif

TARGET static void NAME(reciprocals)(size_t count, const double *x, const double *z,
                                     double *up, double *down)
{
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    VEC zi = LOAD(z + i), one = NAME(above)(1.0 / zi, zi, 0);
    STORE(up + i, LOAD(x + i) * one * one);
    STORE(down + i, one);
  }
  for (; i < count; ++i) {
    const double one = z[i] > 0 ? 1 / z[i] : 0;
    up[i] = x[i] * one * one;
    down[i] = one;
  }
}

TARGET static void NAME(kl_slopes)(size_t count, const double *x, const double *w, double by,
                                   const double *moved, double *z, double *out)
{
  size_t i = 0;
  double gain = 0, bend = 0, most = 0;
#if LANES > 1
  VEC gains = {0}, bends = {0}, largest = {0};
  for (; i + LANES <= count; i += LANES) {
    VEC zi = LOAD(z + i) + LOAD(moved + i) * by, share = LOAD(w + i) / zi;
    STORE(z + i, zi);
    share = NAME(above)(share, zi, 0);
    VEC one = LOAD(x + i) * share;
    gains += one;
    bends += one * share;
    largest = NAME(choose)(share > largest, share, largest);
  }
  gain = NAME(lane_sum)(gains);
  bend = NAME(lane_sum)(bends);
  UNROLL for (size_t l = 0; l < LANES; ++l) if (largest[l] > most) most = largest[l];
#endif
  for (; i < count; ++i) {
    z[i] += by * moved[i];
    const double share = z[i] > 0 ? w[i] / z[i] : 0;
    gain += x[i] * share;
    bend += x[i] * share * share;
    if (share > most) most = share;
  }
  out[0] = gain;
  out[1] = bend;
  out[2] = most;
}

/* Eight rows at a time, so that what is written lies side by side. */
TARGET static void NAME(take_rows)(size_t pad, size_t r, size_t count, const int *row,
                                   const double *table, double *out)
{
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const double *from[8];
    for (size_t l = 0; l < 8; ++l) {
      from[l] = table + (size_t)row[i + l] * pad;
      if (i + l + AHEAD >= count) continue;
      for (size_t k = 0; k < r; k += 8) PREFETCH(table + (size_t)row[i + l + AHEAD] * pad + k);
    }
    for (size_t k = 0; k < r; ++k)
      UNROLL for (size_t l = 0; l < 8; ++l) out[i + l + k * count] = from[l][k];
  }
  for (; i < count; ++i)
    for (size_t k = 0; k < r; ++k) out[i + k * count] = table[(size_t)row[i] * pad + k];
}

static inline double NAME(fill_one)(double x, double weight, double z)
{
  if (x != x || !(weight > 0)) return z;
  return weight < 1 ? weight * x + (1 - weight) * z : x;
}

#if LANES > 1
TARGET static ALWAYS_INLINE VEC NAME(filled)(const double *x, const double *weight, VEC z)
{
  VEC xi = LOAD(x), part = xi;
  NAME(mask) missing = xi != xi;
  if (weight != NULL) {
    VEC by = LOAD(weight);
    part = NAME(choose)(by < 1.0, by * xi + (1.0 - by) * z, xi);
    missing |= ~(by > 0.0);
  }
  return NAME(choose)(missing, z, part);
}
#endif

/* The squares are added up as in sq_loss(). */
TARGET static double NAME(fill)(size_t count, const double *x, const double *weight,
                                const double *z, double *y)
{
  double sum = 0, rest = 0;
  size_t i = 0;
#if LANES > 1
  VEC even = {0}, odd = {0};
  for (; i + 2 * LANES <= count; i += 2 * LANES) {
    VEC z0 = LOAD(z + i), z1 = LOAD(z + i + LANES);
    VEC y0 = NAME(filled)(x + i, weight == NULL ? NULL : weight + i, z0);
    VEC y1 = NAME(filled)(x + i + LANES, weight == NULL ? NULL : weight + i + LANES, z1);
    VEC d0 = y0 - z0, d1 = y1 - z1;
    STORE(y + i, y0);
    STORE(y + i + LANES, y1);
    even += d0 * d0;
    odd += d1 * d1;
  }
  sum = NAME(lane_sum)(even + odd);
#endif
  for (; i < count; ++i) {
    y[i] = NAME(fill_one)(x[i], weight == NULL ? 1 : weight[i], z[i]);
    rest += (y[i] - z[i]) * (y[i] - z[i]);
  }
  return sum + rest;
}

/* One number joins what was found before it. */
static inline void NAME(include)(double x, double *found)
{
  if (x != x) return;
  if (x < found[0]) found[0] = x;
  if (x > found[1]) found[1] = x;
  found[2] += x;
  found[3] += 1;
  found[4] += x * x;
}

TARGET static void NAME(facts)(size_t count, const double *x, double *found)
{
  size_t i = 0;
  found[0] = INFINITY;
  found[1] = -INFINITY;
  found[2] = found[3] = found[4] = 0;
#if LANES > 1
  VEC least = (VEC){0} + INFINITY, most = (VEC){0} - INFINITY;
  VEC sum = {0}, seen = {0}, squares = {0}, one = (VEC){0} + 1;
  for (; i + LANES <= count; i += LANES) {
    VEC xi = LOAD(x + i);
    PREFETCH(x + i + FAR_ENTRIES);
    NAME(mask) here = xi == xi;
    VEC kept = (VEC)((NAME(mask))xi & here);
    least = NAME(choose)(xi < least, xi, least);
    most = NAME(choose)(xi > most, xi, most);
    sum += kept;
    seen += (VEC)((NAME(mask))one & here);
    squares += kept * kept;
  }
  UNROLL for (size_t l = 0; l < LANES; ++l) {
    if (least[l] < found[0]) found[0] = least[l];
    if (most[l] > found[1]) found[1] = most[l];
  }
  found[2] = NAME(lane_sum)(sum);
  found[3] = NAME(lane_sum)(seen);
  found[4] = NAME(lane_sum)(squares);
#endif
  for (; i < count; ++i) NAME(include)(x[i], found);
}
