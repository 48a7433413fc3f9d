/* The two routines src/dense.c calls, in plain C: a BLAS without sanitizers would hide what it
 * reads, and none would say that a size it is given is wrong. */
#include <math.h>

#include "R_ext/Lapack.h"
#include "try.h"

static int at_least_one(int x) { return x > 1 ? x : 1; }

void dgemm_(const char *ta, const char *tb, const int *m, const int *n, const int *depth,
            const double *by, const double *a, const int *lda, const double *b, const int *ldb,
            const double *keep, double *c, const int *ldc)
{
  const int turned_a = *ta == 'T', turned_b = *tb == 'T';
  require(*m >= 0 && *n >= 0 && *depth >= 0, "dgemm: a negative size");
  require(*lda >= at_least_one(turned_a ? *depth : *m), "dgemm: lda is too small");
  require(*ldb >= at_least_one(turned_b ? *n : *depth), "dgemm: ldb is too small");
  require(*ldc >= at_least_one(*m), "dgemm: ldc is too small");
  for (size_t j = 0; j < (size_t)*n; ++j)
    for (size_t i = 0; i < (size_t)*m; ++i) {
      double sum = 0, *to = c + i + j * (size_t)*ldc;
      for (size_t l = 0; l < (size_t)*depth; ++l)
        sum += a[turned_a ? l + i * (size_t)*lda : i + l * (size_t)*lda] *
               b[turned_b ? j + l * (size_t)*ldb : l + j * (size_t)*ldb];
      *to = *by * sum + (*keep == 0 ? 0 : *keep * *to);
    }
}

/* One rotation of Jacobi's method, which makes entry (p, q) 0. */
static void rotate(size_t n, double *a, size_t p, size_t q)
{
  const double apq = a[p + q * n];
  if (apq == 0) return;
  const double theta = (a[q + q * n] - a[p + p * n]) / (2 * apq);
  const double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
  const double c = 1 / sqrt(t * t + 1), s = t * c;
  for (size_t k = 0; k < n; ++k) {
    const double x = a[k + p * n], y = a[k + q * n];
    a[k + p * n] = c * x - s * y;
    a[k + q * n] = s * x + c * y;
  }
  for (size_t k = 0; k < n; ++k) {
    const double x = a[p + k * n], y = a[q + k * n];
    a[p + k * n] = c * x - s * y;
    a[q + k * n] = s * x + c * y;
  }
}

void dsyev_(const char *job, const char *part, const int *n, double *a, const int *lda,
            double *value, double *work, const int *room, int *info)
{
  const size_t r = (size_t)*n;
  require(*job == 'N' && *part == 'U', "dsyev: another job than it is made for");
  require(*n >= 1 && *lda == *n, "dsyev: a wrong size");
  require(*room >= 3 * *n - 1, "dsyev: not enough room");
  for (size_t i = 0; i < (size_t)*room; ++i) work[i] = 0; /* LAPACK may write to all of it */
  for (size_t j = 0; j < r; ++j)
    for (size_t i = j + 1; i < r; ++i) a[i + j * r] = a[j + i * r];
  for (int turn = 0; turn < 30; ++turn)
    for (size_t q = 1; q < r; ++q)
      for (size_t p = 0; p < q; ++p) rotate(r, a, p, q);
  for (size_t k = 0; k < r; ++k) {
    size_t at = k;
    for (; at > 0 && value[at - 1] > a[k + k * r]; --at) value[at] = value[at - 1];
    value[at] = a[k + k * r];
  }
  *info = 0;
}
