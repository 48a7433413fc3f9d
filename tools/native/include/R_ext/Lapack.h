/* Stands in for R's header; the routine is that of lapack.c. */
#ifndef NATIVE_LAPACK_H
#define NATIVE_LAPACK_H
#include "BLAS.h"
void dsyev_(const char *job, const char *part, const int *n, double *a, const int *lda,
            double *value, double *work, const int *room, int *info);
#endif
