/* Stands in for R's header; the routine is that of lapack.c. */
#ifndef NATIVE_BLAS_H
#define NATIVE_BLAS_H
#define F77_CALL(name) name##_
void dgemm_(const char *ta, const char *tb, const int *m, const int *n, const int *depth,
            const double *by, const double *a, const int *lda, const double *b, const int *ldb,
            const double *keep, double *c, const int *ldc);
#endif
