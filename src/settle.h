/* When F has settled, for the loop of a fit and for that of several tasks. */
#ifndef METANMF_SETTLE_H
#define METANMF_SETTLE_H

#include "settings.h"

/* Iterations from one look at the KKT residual along the way to the next. */
enum { ITERATIONS_PER_MEASURE = 5 };

/* The KKT residual rho: the sum of the violations of the conditions, divided by F. It has no units
 * and does not depend on how W and H share their scale. `sum`: of H and W, as subproblem_kkt()
 * gives them. `x_size`: the size of the data in units of F. */
double relative_kkt(const settings *set, double x_size, double sum, double value);

/* The rule of `tol`, after an iteration that changed F from `before` (not finite: it is the first)
 * to `value`: by the fall of F alone, or by that and the KKT residual (NaN: not known). */
int has_settled(const settings *set, double x_size, double before, double value, double kkt);

#endif
