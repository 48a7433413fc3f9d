/* Entries of the neighbour search. */
#include <limits.h>

#include "glue.h"
#include "knn.h"

static size_t count_arg(SEXP value, const char *name, size_t least, size_t most)
{
  const int count = Rf_asInteger(value);
  if (count < 0 || (size_t)count < least || (size_t)count > most)
    Rf_error("internal: `%s` is out of range", name);
  return (size_t)count;
}

/* x as data_arg() reads it (m x n), k in 0..n-1, columns in a block (0: chosen from the
 * shape), control as in R/native.R. Returns index (k x n, from 1) and distance (k x n,
 * squared). */
SEXP C_knn(SEXP x, SEXP k, SEXP width, SEXP control)
{
  static const char *names[] = {"index", "distance", ""};
  const data_matrix data = data_arg(x);
  const size_t n = data.n, nearest = count_arg(k, "k", 0, n > 0 ? n - 1 : 0);
  size_t columns = count_arg(width, "block", 0, INT_MAX);
  const kernels use = kernels_arg(control);
  if (columns == 0) columns = knn_block(&data);
  if (columns > n) columns = n;

  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SET_VECTOR_ELT(out, 0, Rf_allocMatrix(INTSXP, (int)nearest, (int)n));
  SET_VECTOR_ELT(out, 1, Rf_allocMatrix(REALSXP, (int)nearest, (int)n));
  int *index = INTEGER(VECTOR_ELT(out, 0));
  double *work = r_scratch(knn_workspace(&data, nearest, columns));
  int *candidates = (int *)R_alloc(n * knn_candidates(n, nearest) + 1, sizeof(int));
  knn(&use, &data, nearest, columns, index, REAL(VECTOR_ELT(out, 1)), work, candidates,
      R_CheckUserInterrupt);
  for (size_t i = 0; i < nearest * n; i++) index[i]++;
  UNPROTECT(1);
  return out;
}

/* Squared distances from columns 1..last to columns first..last of x, last rows. */
SEXP C_pair_distances(SEXP x, SEXP first, SEXP last, SEXP control)
{
  const data_matrix data = data_arg(x);
  const size_t end = count_arg(last, "last", 1, data.n);
  const size_t start = count_arg(first, "first", 1, end) - 1;
  const kernels use = kernels_arg(control);
  const size_t columns = knn_block(&data);
  SEXP out = PROTECT(Rf_allocMatrix(REALSXP, (int)end, (int)(end - start)));
  pair_distances(&use, &data, start, end, columns, REAL(out),
                 r_scratch(pair_workspace(&data, columns)), R_CheckUserInterrupt);
  UNPROTECT(1);
  return out;
}
