/* Which table of functions reads an X; its size; value and slopes of the losses of whole blocks. */
#include "data_ops.h"

const data_ops *data_ops_of(const data_matrix *x, loss_kind loss)
{
  if (x->dense != NULL) return &dense_ops;
  return has_two_terms(loss) && !x->partial ? &opened_ops : &sparse_ops;
}

/* Four accumulators, to break the dependency chain. */
static double square_norm(size_t count, const double *x)
{
  double sum[4] = {0, 0, 0, 0};
  size_t i = 0;
  for (; i + 4 <= count; i += 4)
    for (size_t l = 0; l < 4; ++l) sum[l] += x[i + l] * x[i + l];
  for (; i < count; ++i) sum[0] += x[i] * x[i];
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

double data_norm2(const data_matrix *x)
{
  const size_t count = entries_in(x);
  const double *value = x->dense != NULL ? x->dense : x->value;
  double sum = 0;
  if (!x->masked) return square_norm(count, value);
  for (size_t i = 0; i < count; ++i) {
    const double weight = x->weight == NULL ? 1 : x->weight[i];
    if (value[i] == value[i] && weight > 0) sum += weight * value[i] * value[i];
  }
  return sum;
}

/* What entry i adds to the size of the data. */
static double entry_size(const loss_terms *l, size_t i, double x)
{
  const double phi = l->kind == LOSS_NB ? dispersion_at(l, i) : 0;
  if (l->kind == LOSS_NB) return phi > 0 ? log1p(phi * x) / phi : x;
  return l->kind == LOSS_KL ? x : l->kind == LOSS_BETA ? x > 0 ? pow(x, l->beta) : 0 : 1;
}

double data_size(const data_matrix *x, const loss_terms *l)
{
  const loss_terms here = terms_at(*l, x->dense != NULL ? NULL : x->row);
  const size_t count = entries_in(x);
  const double *value = x->dense != NULL ? x->dense : x->value;
  double sum = 0;
  if (l->kind == LOSS_FROBENIUS) return x->x_norm2 >= 0 ? x->x_norm2 : data_norm2(x);
  if (l->kind == LOSS_KL && x->x_sum >= 0) return x->x_sum;
  if (l->kind == LOSS_IS && x->x_weight >= 0) return x->x_weight;
  if (x->parts != NULL) return x->x_size;
  for (size_t i = 0; i < count; ++i) {
    const double weight = x->weight == NULL ? 1 : x->weight[i];
    if (value[i] == value[i] && weight > 0) sum += weight * entry_size(&here, i, value[i]);
  }
  return sum;
}

/* The negative binomial as x log(phi + 1 / z), convex in z, and log(1 + phi z) / phi, which is
 * concave: with the first by Jensen's inequality and the second by its tangent the ratio never
 * raises F. Columns have the dispersions of their rows, stored entries look theirs up. */
static void nb_slopes(const kernels *k, const loss_terms *l, size_t count, const double *x,
                      const double *z, double *up, double *down)
{
  const size_t each = l->rows <= 1 ? count : l->row != NULL ? 1 : l->rows;
  for (size_t i = 0; i < count; i += each) {
    const double phi = dispersion_at(l, i);
    k->nb.slopes(each, each == 1 ? &phi : l->dispersion, l->rows > 1, x + i, z + i, up + i,
                 down + i);
  }
}

double nb_loss(const kernels *k, const loss_terms *l, size_t count, const double *x,
               const double *z)
{
  const size_t each = l->rows <= 1 ? count : l->rows;
  double sum = 0;
  for (size_t i = 0; i < count; i += each)
    sum += k->nb.loss(each, l->dispersion, l->rows > 1, x + i, z + i);
  return sum;
}

void form_slopes(const kernels *k, const loss_terms *l, size_t count, const double *x,
                 const double *z, double *up, double *down)
{
  if (l->kind == LOSS_BETA) beta_slopes(l->beta, count, x, z, up, down);
  else if (l->kind == LOSS_NB) nb_slopes(k, l, count, x, z, up, down);
  else k->reciprocals(count, x, z, up, down);
}
