/* The losses, entry by entry: x is an entry of X and z the same entry of W H. Each term is
 * at least 0, and rounding near an exact fit is kept from putting one below; NaN stays. */
#ifndef METANMF_TERMS_H
#define METANMF_TERMS_H

#include <float.h>
#include <math.h>
#include <stddef.h>

/* The largest phi z in the slopes of the negative binomial, which would vanish beyond it. */
#define NB_STEEPEST 1e200

typedef enum { LOSS_FROBENIUS, LOSS_KL, LOSS_IS, LOSS_BETA, LOSS_NB } loss_kind;

/* A loss with its parameters. */
typedef struct {
  loss_kind kind;
  double beta;              /* LOSS_BETA */
  const double *dispersion; /* LOSS_NB: of every row of X, or one for all */
  size_t rows;              /* how many there are */
  const int *row;           /* the row of each entry; NULL: entries go down whole columns */
} loss_terms;

/* Whether the gradient along z is the difference of two terms that both depend on z, so that a
 * ratio has denominators of its own, N. */
static inline int has_two_terms(loss_kind loss)
{
  return loss == LOSS_IS || loss == LOSS_BETA || loss == LOSS_NB;
}

/* The dispersion of entry i. */
static inline double dispersion_at(const loss_terms *l, size_t i)
{
  if (l->rows <= 1) return *l->dispersion;
  return l->dispersion[l->row != NULL ? (size_t)l->row[i] : i % l->rows];
}

/* The same loss of some entries, whose rows these are, or all of which are in one row. */
static inline loss_terms terms_at(loss_terms l, const int *row)
{
  l.row = row;
  return l;
}

static inline loss_terms terms_in(loss_terms l, size_t row)
{
  if (l.rows > 1) l.dispersion += row;
  if (l.rows > 1) l.rows = 1;
  return l;
}

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

/* The beta-divergence (x^b + (b - 1) z^b - b x z^(b - 1)) / (b (b - 1)), to full accuracy for
 * any b and near x = z; b = 0 and 1 are its limits. Of x = 0 it needs b > 0. */
double beta_term(double beta, double x, double z);

/* x log(x / z) - (x + 1 / phi) log((1 + phi x) / (1 + phi z)), the negative binomial divergence of
 * dispersion phi, to full accuracy for any phi and near x = z; phi = 0 is Kullback-Leibler. */
double nb_term(double phi, double x, double z);

/* The loss of entry i. */
static inline double loss_term(const loss_terms *l, size_t i, double x, double z)
{
  return l->kind == LOSS_KL     ? kl_term(x, z)
         : l->kind == LOSS_NB   ? nb_term(dispersion_at(l, i), x, z)
         : l->kind == LOSS_IS   ? is_term(x, z)
         : l->kind == LOSS_BETA ? beta_term(l->beta, x, z)
                                : (x - z) * (x - z);
}

/* up <- x z^(b - 2), 0 where x or z is, and down <- z^(b - 1), which at z = 0 is 0 or very large,
 * as b has it; z may be down. */
void beta_slopes(double beta, size_t count, const double *x, const double *z, double *up,
                 double *down);

/* out <- the second derivative along z of the divergence's term, without its concave terms, which a
 * step may take for straight lines: (2 - b) x z^(b - 3), for b above 1 and (b - 1) z^(b - 2); b = 0
 * is Itakura-Saito, 1 Kullback-Leibler; x (1 + 2 phi z) / (z (1 + phi z))^2 of dispersion phi. */
void second_slopes(const loss_terms *l, size_t count, const double *x, const double *z,
                   double *out);

/* The power of a ratio step with which F never rises: 1 / max(1, 1 - b, b - 1), by the majoriser
 * of Fevotte & Idier (2011) and Bernoulli's inequality for b < 1; 1 of the negative binomial.
 * `curved`: the problem has squares of its unknowns too, whose majoriser allows less. */
double ratio_power(const loss_terms *l, int curved);

#endif
