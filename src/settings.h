/* Everything about a fit but its data and its penalties. */
#ifndef METANMF_SETTINGS_H
#define METANMF_SETTINGS_H

#include "steps.h"
#include "terms.h"

typedef enum { SCALE_NONE, SCALE_MAX, SCALE_L2, SCALE_SUM } scale_kind;

typedef struct {
  kernels table;
  loss_kind loss;
  double beta;          /* of LOSS_BETA */
  const double *dispersion; /* of LOSS_NB, one for all or for each row of X */
  size_t dispersions;   /* how many */
  step_kind coef_step, basis_step;
  size_t coef_cycles, basis_cycles; /* turns of coordinate descent in a step */
  scale_kind scale;     /* of the columns of W, applied by fit_scale() */
  size_t rank;
  size_t block;         /* columns of X worked on at a time; 0: chosen from the shape */
  size_t chunks;        /* sums that a pass keeps apart; 0: chosen from the data */
  size_t threads;       /* chunks of columns that are worked on at a time */
  size_t max_iter;
  double tol;           /* stop at a relative decrease of F below tol; 0: never */
  double stationary;    /* and then only with a KKT residual below this; 0: whatever it is */
  double tol_alone;     /* or at a decrease below this, whatever the residual; 0: never */
  double step_tol;      /* stop when W and H move by less, in spectral norm; 0: never */
  double step_tol_coef; /* that limit for H, in the units X was scaled to */
  double kkt;           /* stop when the KKT residual is below it; 0: never */
  size_t revive_from;   /* the iteration from which multiplicative steps bring back entries that
                         * zero has locked; 0: never */
  int hold_basis;       /* W is given and stays */
  int simplex;          /* the columns of H keep their sums */
  double add_data;      /* KL: added to X and to WH in the quotient */
  double add_ratio;     /* added to denominators */
  double floor;         /* smallest entry of W and H */
  void (*poll)(void);   /* called between turns of a pass; may jump out */
} settings;

static inline loss_terms terms_of(const settings *set)
{
  return (loss_terms){set->loss, set->beta, set->dispersion, set->dispersions, NULL};
}

#endif
