/* Sparse data of which only the stored entries were observed, such as ratings: every column of H
 * and every row of W has a problem of its own, made of what was observed of it. (The fill that
 * serves other masked data lets all columns share a Gram matrix, but moves by the share of what
 * is observed.) */
#ifndef METANMF_PARTIAL_H
#define METANMF_PARTIAL_H

#include "pass.h"

/* Columns of a side as their data see them: of H and X, or rows of W as columns of W' and X'. */
typedef struct {
  const side *own, *other;
  factor u;            /* these columns alone */
  const data_matrix *x;
  const double *other_rows; /* the other factor, `pad` numbers a row of x */
  size_t first;        /* the first of these columns in the whole */
  const int *held;
} partial_side;

/* Doubles of scratch for one column, t->partial. */
size_t partial_work(size_t r);

/* One step for each of the columns; the side's problem is shared already (subproblem_share()).
 * The loss of the pair before it is added to *loss, unless NULL, and where the sweep measures what
 * the columns add to the KKT residual to *kkt. */
void partial_step(const shared *p, const scratch *t, const partial_side *of, double *loss,
                  double *kkt);

/* What the columns, which stay, add to the KKT residual; their loss is added to *loss, unless
 * NULL. */
double partial_kkt(const shared *p, const scratch *t, const partial_side *of, double *loss);

#endif
