/* The negative binomial's loops, for the vector width that kernels_loops.h was given; included by
 * it. `phi` holds a dispersion for each entry, or with step = 0 one for all. */

#if LANES > 1
TARGET static ALWAYS_INLINE VEC NAME(dispersions)(const double *phi, size_t step, size_t i)
{
  VEC one = {0};
  if (step > 0) one = LOAD(phi + i);
  else one += *phi;
  return one;
}
#endif

/* Where phi z would let a slope vanish it is bounded, as in terms.c. */
TARGET static void NAME(nb_slopes)(size_t count, const double *phi, size_t step, const double *x,
                                   const double *z, double *up, double *down)
{
  size_t i = 0;
#if LANES > 1
  const VEC zero = {0};
  for (; i + LANES <= count; i += LANES) {
    const VEC zi = LOAD(z + i), c = NAME(dispersions)(phi, step, i) * zi;
    const VEC over = 1.0 / (1.0 + NAME(choose)(c < NB_STEEPEST, c, zero + NB_STEEPEST));
    STORE(up + i, NAME(above)(LOAD(x + i) / zi * over, zi, 0));
    STORE(down + i, over);
  }
#endif
  for (; i < count; ++i) {
    const double c = phi[i * step] * z[i], over = 1 / (1 + (c < NB_STEEPEST ? c : NB_STEEPEST));
    up[i] = x[i] > 0 && z[i] > 0 ? x[i] / z[i] * over : 0;
    down[i] = over;
  }
}

#if LANES > 1
/* log(1 + e) - e / (1 + e), from e and from 1 + e with all its digits: by the series of
 * (1 + e) log(1 + e) - e near 0. */
TARGET static ALWAYS_INLINE VEC NAME(log_excess)(VEC e, VEC above)
{
  const VEC zero = {0};
  VEC series = zero + 1.0 / (20 * 21);
  for (int k = 19; k >= 2; --k) series = 1.0 / (k * (k - 1)) - series * e;
  const VEC far = NAME(log)(above) - (1.0 - 1.0 / above);
  return NAME(choose)((e > -0.125) & (e < 0.125), e * e * series / above, far);
}

/* The two divergences of nb_term(), each from the odds of x beside those of z; of x = 0 the first
 * is z / (1 + phi z). What leaves the range of a logarithm is taken entry by entry. */
TARGET static double NAME(nb_loss)(size_t count, const double *phi, size_t step, const double *x,
                                   const double *z)
{
  const VEC zero = {0};
  VEC sum = {0};
  double rest = 0;
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    const VEC xi = LOAD(x + i), zi = LOAD(z + i);
    const VEC p = NAME(dispersions)(phi, step, i), c = 1.0 + p * zi, over = 1.0 + p * xi;
    const NAME(mask) none = xi == zero;
    const VEC odds = NAME(choose)(none, zero + 1.0, xi * c / (zi * over)), miss = c / over;
    const VEC lead = NAME(choose)(none, zero, (xi - zi) / zi / over), gap = p * (zi - xi) / over;
    const VEC first = NAME(choose)(none, zi / c, xi * NAME(log_excess)(lead, odds));
    const VEC term = first + NAME(log_excess)(gap, miss) / p;
    if (NAME(some_set)(~((p > DBL_MIN) & (zi > DBL_MIN) & (odds > DBL_MIN) & (odds < DBL_MAX) &
                         (miss > DBL_MIN) & (miss < DBL_MAX))))
      for (size_t l = i; l < i + LANES; ++l) rest += nb_term(phi[l * step], x[l], z[l]);
    else sum += NAME(choose)(term < zero, zero, term);
  }
  for (; i < count; ++i) rest += nb_term(phi[i * step], x[i], z[i]);
  return NAME(lane_sum)(sum) + rest;
}
#else
static double NAME(nb_loss)(size_t count, const double *phi, size_t step, const double *x,
                            const double *z)
{
  double sum = 0;
  for (size_t i = 0; i < count; ++i) sum += nb_term(phi[i * step], x[i], z[i]);
  return sum;
}
#endif
