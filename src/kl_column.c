/* The slopes and the value of the Kullback-Leibler loss along one column. */
#include "kl_column.h"

#include <string.h>

static double weight_of(const data_matrix *x, size_t e)
{
  if (x->value[e] != x->value[e]) return 0;
  return x->weight == NULL ? 1 : x->weight[e];
}

/* The entries that count weigh 1 and fill the list as they are stored. */
static kl_column list_whole(const kernels *k, const kl_side *other, const data_matrix *x, size_t j,
                            double *rows, double *slope)
{
  const size_t at = (size_t)x->start[j], m = entries_of(x, j);
  k->kl.take_rows(other->pad, other->r, m, x->row + at, other->rows, rows);
  memcpy(slope, other->l1, other->r * sizeof *slope);
  return (kl_column){m, other->r, rows, x->value + at, slope, other->curvature};
}

/* An entry that is not stored was observed and adds its row to the slope, except in partial
 * data. */
kl_column kl_stored(const kernels *k, const kl_side *other, const data_matrix *x, size_t j,
                    double *rows, double *values, double *slope)
{
  const size_t r = other->r, from = (size_t)x->start[j], to = from + entries_of(x, j);
  const double unstored = other->partial ? 0 : 1;
  kl_column out = {0, r, rows, values, slope, other->curvature};
  for (size_t e = from; e < to; ++e) out.m += weight_of(x, e) * x->value[e] > 0;
  if (out.m == to - from && x->weight == NULL && !other->partial)
    return list_whole(k, other, x, j, rows, slope);
  for (size_t l = 0; l < r; ++l) slope[l] = other->l1[l] - (other->partial ? other->sum[l] : 0);
  for (size_t e = from, at = 0; e < to; ++e) {
    const double *w = other->rows + (size_t)x->row[e] * other->pad, weight = weight_of(x, e);
    for (size_t l = 0; weight != unstored && l < r; ++l) slope[l] += (weight - unstored) * w[l];
    if (!(weight * x->value[e] > 0)) continue;
    for (size_t l = 0; l < r; ++l) rows[at + l * out.m] = weight * w[l];
    values[at++] = weight * x->value[e];
  }
  return out;
}
