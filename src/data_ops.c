#include "data_ops.h"

const data_ops *data_ops_of(const data_matrix *x)
{
  return x->dense != NULL ? &dense_ops : &sparse_ops;
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
  const size_t count = x->dense != NULL ? x->m * x->n : (size_t)x->start[x->n];
  const double *value = x->dense != NULL ? x->dense : x->value;
  double sum = 0;
  if (!x->masked) return square_norm(count, value);
  for (size_t i = 0; i < count; ++i) {
    const double weight = x->weight == NULL ? 1 : x->weight[i];
    if (value[i] == value[i] && weight > 0) sum += weight * value[i] * value[i];
  }
  return sum;
}

double data_size(const data_matrix *x, loss_kind loss)
{
  const size_t count = x->dense != NULL ? x->m * x->n : (size_t)x->start[x->n];
  const double *value = x->dense != NULL ? x->dense : x->value;
  double sum = 0;
  if (loss == LOSS_FROBENIUS) return x->x_norm2 >= 0 ? x->x_norm2 : data_norm2(x);
  if (loss == LOSS_KL ? x->x_sum >= 0 : x->x_weight >= 0)
    return loss == LOSS_KL ? x->x_sum : x->x_weight;
  for (size_t i = 0; i < count; ++i) {
    const double weight = x->weight == NULL ? 1 : x->weight[i];
    if (value[i] == value[i] && weight > 0) sum += loss == LOSS_KL ? weight * value[i] : weight;
  }
  return sum;
}

void second_of_terms(loss_kind loss, size_t count, const double *x, const double *reciprocal,
                     double *y)
{
  if (loss == LOSS_IS)
    for (size_t i = 0; i < count; ++i) y[i] *= 2 * reciprocal[i];
  else
    for (size_t i = 0; i < count; ++i) y[i] = x[i] > 0 ? y[i] * y[i] / x[i] : 0;
}
