#include "penalty.h"

void penalty_weights(const penalty *p, size_t r, const double *gram, double *weight)
{
  for (size_t k = 0; k < r; ++k)
    weight[k] = p->scale_free ? p->lambda * gram[k + k * r] : p->lambda;
}

void penalty_edit_gain(size_t r, size_t count, const double *weight, double factor,
                       const double *neighbours, double *gain)
{
  for (size_t j = 0; j < count; ++j)
    for (size_t k = 0; k < r; ++k)
      gain[k + j * r] += factor * weight[k] * neighbours[k + j * r];
}

void penalty_edit_basis(const penalty *p, size_t r, const double *roughness, double *gram)
{
  if (!p->scale_free) return;
  for (size_t k = 0; k < r; ++k) gram[k + k * r] += p->lambda * roughness[k];
}

double penalty_value(const penalty *p, size_t r, const double *weight,
                     const double *roughness)
{
  double sum = 0;
  for (size_t k = 0; k < r; ++k) sum += weight[k] * roughness[k];
  return p->plain_ratio ? sum / 2 : sum;
}
