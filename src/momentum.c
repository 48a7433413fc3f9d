/* How far a pair is carried along its last move, and how that share grows and shrinks. */
#include "momentum.h"

#include <math.h>

/* The first share, by how much it and the most it may be grow, by how much it shrinks, and the
 * least and largest that the most may be: those of Ang & Gillis (2019). */
static const double first = 0.5, growth = 1.1, growth_of_most = 1.05, shrinkage = 2;
static const double least_most = 0.05, largest_most = 0.999, first_most = 0.9;

/* The share of itself that an entry keeps at least: at 0, z could vanish where x does not. */
static const double kept = 0.1;

void momentum_start(momentum *m)
{
  m->share = first;
  m->most = first_most;
  m->reached = NAN;
}

void momentum_carry(const momentum *m, const factor *u, const int *held, const double *upper,
                    double *before)
{
  for (size_t j = 0; j < u->count; ++j)
    for (size_t k = 0; k < u->r; ++k) {
      const size_t at = k * u->step_k + j * u->step_j;
      const double now = u->value[at], last = before[at];
      double next = now + m->share * (now - last);
      before[at] = now;
      if (held != NULL && held[k]) continue;
      if (!(next > kept * now)) next = kept * now;
      if (upper != NULL && next > upper[at]) next = upper[at];
      u->value[at] = isfinite(next) ? next : now;
    }
}

void momentum_grow(momentum *m)
{
  m->share = fmin(m->share * growth, m->most);
  m->most = fmin(m->most * growth_of_most, largest_most);
}

void momentum_shrink(momentum *m)
{
  m->share /= shrinkage;
  m->most = fmax(m->share, least_most);
}
