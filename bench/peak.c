/* What a processor can do at all, for limit.R and stored.R, which compile it by R CMD SHLIB:
 * additions and multiplications from registers, and reading in order. One function for each
 * instruction set, as in src/kernels.c; `set` is 0 for the narrowest. */
#include <stddef.h>
#include <stdlib.h>

#if defined(__x86_64__)
#define SETS 3
#else
#define SETS 1
#endif

/* Every loop over an array, so that the array lies in registers. */
#define UNROLL _Pragma("GCC unroll 12")

/* Twelve sums that do not wait for each other; the empty assembly keeps them from being
 * worked out beforehand. Returns a number that depends on all of them. */
#define PEAK(name, lanes, attribute)                                                      \
  attribute static double name(double rounds)                                             \
  {                                                                                       \
    typedef double vec __attribute__((vector_size(8 * lanes)));                           \
    vec sum[12], by = (vec){0} + 0.999999, add = (vec){0} + 1e-9, all = (vec){0};         \
    UNROLL for (int i = 0; i < 12; ++i) sum[i] = (vec){0} + i;                            \
    for (double k = 0; k < rounds; ++k) {                                                 \
      UNROLL for (int i = 0; i < 12; ++i) sum[i] = sum[i] * by + add;                     \
      __asm__ volatile("" : : : "memory");                                                \
    }                                                                                     \
    UNROLL for (int i = 0; i < 12; ++i) all += sum[i];                                    \
    return all[0];                                                                        \
  }

PEAK(peak_two, 2, )
#if SETS == 3
PEAK(peak_four, 4, __attribute__((target("avx2,fma"))))
PEAK(peak_eight, 8, __attribute__((target("avx512f,avx512dq,fma"))))
#endif

/* rounds <- a number; what was done is 24 * lanes * rounds operations. */
void bench_peak(const int *set, double *rounds)
{
#if SETS == 3
  if (*set == 1) *rounds = peak_four(*rounds);
  else if (*set == 2) *rounds = peak_eight(*rounds);
  else
#endif
    *rounds = peak_two(*rounds);
}

/* Reads an array of `count` doubles from its begin to its end, `times` times; sum <- of all. */
void bench_read(const double *count, const double *times, double *sum)
{
  typedef double vec __attribute__((vector_size(16)));
  const size_t all = (size_t)*count;
  vec part[8];
  double *x = malloc(all * sizeof *x);
  UNROLL for (int l = 0; l < 8; ++l) part[l] = (vec){0, 0};
  for (size_t i = 0; x != NULL && i < all; ++i) x[i] = 1;
  for (double k = 0; x != NULL && k < *times; ++k)
    for (size_t i = 0; i + 16 <= all; i += 16)
      UNROLL for (int l = 0; l < 8; ++l)
        part[l] += *(const vec *)(const void *)(x + i + 2 * l);
  *sum = 0;
  UNROLL for (int l = 0; l < 8; ++l) *sum += part[l][0] + part[l][1];
  free(x);
}
