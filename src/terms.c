#include "terms.h"

/* Within this of each other, relative to z, x and z take the series. */
#define NEAR 0.125

/* Stands for the slope of z^b / b at z = 0 for b below 1, which is infinite: it may be multiplied
 * by the 0 of an entry that z = 0 leaves, and is not overcome where zeros are revived. */
#define STEEPEST 1e200

/* L_a(v) = (v^a - 1) / a, and log v at a = 0; `log_v` is log v. */
static double power_log(double a, double log_v)
{
  return a == 0 ? log_v : expm1(a * log_v) / a;
}

/* d / z^b as a series in e = (x - z) / z: e^2 sum_k c_k e^k. */
static double beta_series(double beta, double e)
{
  double power = 1, weight = 0.5, sum = 0;
  for (int k = 0; k < 20; ++k) {
    sum += weight * power;
    weight *= (beta - 2 - k) / (k + 3);
    power *= e;
  }
  return e * e * sum;
}

double beta_term(double beta, double x, double z)
{
  double term;
  if (x == z) return 0;
  if (!(z > 0)) return beta > 1 ? pow(x, beta) / (beta * (beta - 1)) : INFINITY;
  if (!(x > 0)) return pow(z, beta) / beta;
  if (fabs(x - z) <= NEAR * z) term = pow(z, beta) * beta_series(beta, (x - z) / z);
  else if (x < z) {
    const double log_v = log(x) - log(z);
    term = pow(z, beta) * (x / z * power_log(beta - 1, log_v) - power_log(beta, log_v));
  } else {
    const double log_v = log(z) - log(x);
    term = pow(x, beta) * (power_log(beta, log_v) - power_log(beta - 1, log_v));
  }
  return term < 0 ? 0 : term;
}

void beta_slopes(double beta, size_t count, const double *x, const double *z, double *up,
                 double *down)
{
  for (size_t i = 0; i < count; ++i) {
    const double xi = x[i], zi = z[i], power = zi > 0 ? pow(zi, beta - 2) : 0;
    /* One power serves both, unless it leaves the range of doubles before they do. */
    const int in_range = power >= DBL_MIN && power <= DBL_MAX;
    const double cost = in_range ? power * zi : zi > 0 || beta < 1 ? pow(zi, beta - 1) : 0;
    up[i] = !(xi > 0 && zi > 0) ? 0 : power <= DBL_MAX ? xi * power : xi / zi * cost;
    down[i] = cost < STEEPEST ? cost : STEEPEST;
  }
}

void second_slopes(const loss_terms *l, size_t count, const double *x, const double *z,
                   double *out)
{
  const double beta = l->kind == LOSS_KL ? 1 : l->kind == LOSS_IS ? 0 : l->beta;
  for (size_t i = 0; i < count; ++i) {
    const double quotient = z[i] > 0 ? x[i] / z[i] : 0;
    if (!(z[i] > 0)) out[i] = 0;
    else if (beta == 1) out[i] = quotient / z[i];
    else if (beta == 0) out[i] = 2 * quotient / z[i] / z[i];
    else out[i] = pow(z[i], beta - 2) * ((2 - beta) * quotient + (beta > 1 ? beta - 1 : 0));
  }
}

static double largest(double a, double b) { return a > b ? a : b; }

double ratio_power(const loss_terms *l, int curved)
{
  const double beta = l->beta;
  if (l->kind != LOSS_BETA) return 1;
  if (!curved) return 1 / largest(1, largest(1 - beta, beta - 1));
  return beta <= 1 ? 1 / largest(2, 1 - beta) : beta <= 2 ? 1 / (3 - beta) : 1 / (beta - 1);
}
