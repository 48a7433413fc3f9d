/* A factor seen as r unknowns in each of `count` columns, whatever its layout: entry
 * (k, j) is value[k * step_k + j * step_j]. H (r x n) has the steps 1 and r; the rows
 * of W (m x r) are its columns in this sense, with the steps m and 1. */
#ifndef METANMF_FACTOR_H
#define METANMF_FACTOR_H

#include <stddef.h>

typedef struct {
  double *value;
  size_t r, count, step_k, step_j;
} factor;

#endif
