#include "sparse.h"

#include <string.h>

void sparse_times(size_t r, const double *h, const graph *s, double *out)
{
  memset(out, 0, r * s->n * sizeof *out);
  for (size_t j = 0; j < s->n; ++j) {
    double *to = out + j * r;
    for (int e = s->start[j]; e < s->start[j + 1]; ++e) {
      const double weight = s->weight[e];
      const double *from = h + (size_t)s->row[e] * r;
      for (size_t k = 0; k < r; ++k) to[k] += weight * from[k];
    }
  }
}

void sparse_roughness(size_t r, const double *h, const graph *s, double *q)
{
  memset(q, 0, r * sizeof *q);
  for (size_t j = 0; j < s->n; ++j) {
    const double *here = h + j * r;
    for (int e = s->start[j]; e < s->start[j + 1]; ++e) {
      if ((size_t)s->row[e] >= j) continue;
      const double weight = s->weight[e];
      const double *there = h + (size_t)s->row[e] * r;
      for (size_t k = 0; k < r; ++k) {
        const double gap = there[k] - here[k];
        q[k] += weight * gap * gap;
      }
    }
  }
}
