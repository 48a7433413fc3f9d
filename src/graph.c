/* H S and the graph's quadratic forms q_k, by the stored edges. */
#include "graph.h"

#include <string.h>

void graph_times(const factor *u, const graph *s, double *out)
{
  memset(out, 0, u->r * u->count * sizeof *out);
  for (size_t j = 0; j < s->n; ++j) {
    double *to = out + j * u->step_j;
    for (int e = s->start[j]; e < s->start[j + 1]; ++e) {
      const double weight = s->weight[e];
      const double *from = u->value + (size_t)s->row[e] * u->step_j;
      for (size_t k = 0; k < u->r; ++k) to[k * u->step_k] += weight * from[k * u->step_k];
    }
  }
}

void graph_laplacian(const factor *u, const graph *s, double *q)
{
  memset(q, 0, u->r * sizeof *q);
  for (size_t j = 0; j < s->n; ++j) {
    const double *here = u->value + j * u->step_j;
    for (int e = s->start[j]; e < s->start[j + 1]; ++e) {
      if ((size_t)s->row[e] >= j) continue;
      const double weight = s->weight[e];
      const double *there = u->value + (size_t)s->row[e] * u->step_j;
      for (size_t k = 0; k < u->r; ++k) {
        const double gap = there[k * u->step_k] - here[k * u->step_k];
        q[k] += weight * gap * gap;
      }
    }
  }
}
