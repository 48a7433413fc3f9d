/* When F has settled. */
#include "settle.h"

#include <math.h>

#include "precision.h"

/* In shares of the data's size in units of F: the F below which a fit counts as exact, and
 * the smallest F that the KKT residual is divided by. */
#define EXACT_BELOW 1e-14
#define LEAST_VALUE 1e-6

double relative_kkt(const settings *set, double x_size, double sum, double value)
{
  const double least = LEAST_VALUE * x_size;
  const double whole = set->loss == LOSS_FROBENIUS ? 2 * sum : sum;
  return sum > 0 ? whole / (value > least ? value : least) : sum;
}

/* F fell, but by less than the tolerance. A rise that may be rounding counts as no change. A real
 * rise, or an F that is not finite, does not end a fit. */
static int fell_by_less(double x_size, double before, double value, double tol)
{
  const double fall = before - value;
  return isfinite(before) && fall <= tol * fabs(before) && fall >= -VALUE_ROUNDING * x_size;
}

int has_settled(const settings *set, double x_size, double before, double value, double kkt)
{
  const double limit = set->stationary, alone = limit > 0 ? set->tol_alone : set->tol;
  if (!(set->tol > 0)) return 0;
  if (limit > 0 && value <= EXACT_BELOW * x_size) return 1;
  if (alone > 0 && fell_by_less(x_size, before, value, alone)) return 1;
  return kkt <= limit && fell_by_less(x_size, before, value, set->tol);
}
