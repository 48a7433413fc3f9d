/* The losses, entry by entry: x is an entry of X and z the same entry of W H. Each term is
 * at least 0, and rounding near an exact fit is kept from putting one below; NaN stays. */
#ifndef METANMF_TERMS_H
#define METANMF_TERMS_H

#include <float.h>
#include <math.h>

typedef enum { LOSS_FROBENIUS, LOSS_KL, LOSS_IS } loss_kind;

/* x log(x / z) - x + z. Where the quotient vanishes, x = 0 or not, z alone is left. */
static inline double kl_term(double x, double z)
{
  const double quotient = x / z;
  const double term = quotient > 0 ? x * log(quotient) - x + z : z;
  return term < 0 ? 0 : term;
}

/* x / z - log(x / z) - 1, for x > 0; infinite where the quotient overflows. */
static inline double is_term(double x, double z)
{
  const double quotient = x / z;
  const double term = quotient <= DBL_MAX ? quotient - log(quotient) - 1 : INFINITY;
  return term < 0 ? 0 : term;
}

static inline double loss_term(loss_kind loss, double x, double z)
{
  return loss == LOSS_KL ? kl_term(x, z) : loss == LOSS_IS ? is_term(x, z) : (x - z) * (x - z);
}

#endif
