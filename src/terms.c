/* Value, slopes and second derivatives of every loss at one entry. */
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

/* log(1 + e) - e / (1 + e), at least 0: by its series near 0. */
static double log_excess(double e)
{
  return fabs(e) <= NEAR ? beta_series(1, e) / (1 + e) : log1p(e) - e / (1 + e);
}

/* Whether 1 + e neither cancels nor overflows. */
static int has_digits(double e) { return e > -0.5 && e <= DBL_MAX; }

/* log(1 + phi z) for any phi z. */
static double log_raised(double phi, double z)
{
  const double c = phi * z;
  return c <= DBL_MAX ? log1p(c) : log(phi) + log(z);
}

/* z / (1 + phi z) for any phi z. */
static double saturated(double phi, double z)
{
  const double c = phi * z;
  return c <= 1 ? z / (1 + c) : 1 / (phi * (1 + 1 / c));
}

/* A success of probability p = phi x / (1 + phi x) each, F is (1 + phi x) / phi times the two
 * Kullback-Leibler divergences of p from q and of 1 - p from 1 - q: none is below 0, and each has
 * all its digits from p - q, which is never formed as a difference of these. */
double nb_term(double phi, double x, double z)
{
  if (!(phi > 0)) return kl_term(x, z);
  if (x == z) return 0;
  if (!(x > 0)) return log_raised(phi, z) / phi;
  if (!(z > 0)) return INFINITY;
  const double over = 1 + phi * x, gap = phi * (z - x) / over, lead = (x - z) / z / over;
  /* (x - z) / (1 + phi z): what the two divergences take from each other. */
  const double moved = phi * z <= 1 ? (x - z) / (1 + phi * z)
                                    : (x / z - 1) / (phi * (1 + 1 / (phi * z)));
  const double first = has_digits(lead)
                         ? x * log_excess(lead)
                         : x * log(saturated(phi, x) / saturated(phi, z)) - moved;
  const double second = has_digits(gap) ? log_excess(gap) / phi
                                        : moved + (log_raised(phi, z) - log1p(phi * x)) / phi;
  return (first > 0 ? first : 0) + (second > 0 ? second : 0);
}

/* phi z, below what would let a slope vanish. */
static double bounded(double phi, double z)
{
  const double c = phi * z;
  return c < NB_STEEPEST ? c : NB_STEEPEST;
}

static void nb_bends(const loss_terms *l, size_t count, const double *x, const double *z,
                     double *out)
{
  for (size_t i = 0; i < count; ++i) {
    const double c = bounded(dispersion_at(l, i), z[i]);
    out[i] = z[i] > 0 ? x[i] / z[i] / z[i] * ((1 + c / (1 + c)) / (1 + c)) : 0;
  }
}

void second_slopes(const loss_terms *l, size_t count, const double *x, const double *z,
                   double *out)
{
  const double beta = l->kind == LOSS_KL ? 1 : l->kind == LOSS_IS ? 0 : l->beta;
  if (l->kind == LOSS_NB) {
    nb_bends(l, count, x, z, out);
    return;
  }
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
  if (l->kind == LOSS_NB) return curved ? 0.5 : 1;
  if (l->kind != LOSS_BETA) return 1;
  if (!curved) return 1 / largest(1, largest(1 - beta, beta - 1));
  return beta <= 1 ? 1 / largest(2, 1 - beta) : beta <= 2 ? 1 / (3 - beta) : 1 / (beta - 1);
}
