/* Products by R's BLAS and eigenvalues by its LAPACK. */
#define USE_FC_LEN_T
#include "dense.h"

#include <Rconfig.h>
#include <R_ext/BLAS.h>
#include <R_ext/Lapack.h>
#include <limits.h>
#ifndef FCONE
#define FCONE
#endif

size_t dense_limit(void) { return INT_MAX; }

/* C (m x n) <- op(A) op(B) + keep C; the transposes are "N" or "T". */
static void multiply(const char *ta, const char *tb, size_t m, size_t n, size_t depth,
                     const double *a, size_t lda, const double *b, size_t ldb, double keep,
                     double *c, size_t ldc)
{
  const int rows = (int)m, cols = (int)n, inside = (int)depth;
  const int la = (int)lda, lb = (int)ldb, lc = (int)ldc;
  const double one = 1;
  F77_CALL(dgemm)(ta, tb, &rows, &cols, &inside, &one, a, &la, b, &lb, &keep, c,
                  &lc FCONE FCONE);
}

static void blas_inner(size_t m, size_t p, size_t q, const double *a, size_t lda,
                       const double *b, size_t ldb, double *out, size_t ldo)
{
  multiply("T", "N", p, q, m, a, lda, b, ldb, 0, out, ldo);
}

static void blas_outer(size_t m, size_t depth, size_t q, const double *a, size_t lda,
                       const double *b, size_t step_depth, size_t step_col, double *out,
                       size_t ldo)
{
  /* B is stored as it is, or as its transpose; a single column's own step is
   * free, but dgemm wants it no smaller than the column. */
  if (step_depth == 1)
    multiply("N", "N", m, q, depth, a, lda, b, q == 1 ? depth : step_col, 1, out, ldo);
  else multiply("N", "T", m, q, depth, a, lda, b, step_depth, 1, out, ldo);
}

kernels dense_blas(const kernels *base)
{
  kernels table = *base;
  table.name = "blas";
  table.inner = blas_inner;
  table.outer = blas_outer;
  return table;
}

size_t dense_eigen_work(size_t r) { return 5 * r + 64; }

double dense_largest_eigenvalue(size_t r, double *a, double *work)
{
  const int order = (int)r, room = (int)(4 * r + 64);
  int info = 0;
  F77_CALL(dsyev)("N", "U", &order, a, &order, work, work + r, &room, &info FCONE FCONE);
  return info == 0 ? work[r - 1] : -1;
}
