/* Nearest neighbours and distances against sums in long double. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "knn.h"
#include "memory.h"
#include "model.h"
#include "try.h"

static int polls;
static void poll(void) { ++polls; }

/* Values as knn_graph() hands them over: of moderate size, whatever the bits. */
static double *dense_copy(const data_matrix *x)
{
  double *all = take(x->m * x->n);
  if (x->dense != NULL) {
    memcpy(all, x->dense, x->m * x->n * sizeof *all);
    return all;
  }
  memset(all, 0, x->m * x->n * sizeof *all);
  for (size_t j = 0; j < x->n; ++j)
    for (int e = x->start[j]; e < x->start[j + 1]; ++e)
      all[(size_t)x->row[e] + j * x->m] = x->value[e];
  return all;
}

static double true_distance(size_t m, const double *a, const double *b)
{
  long double sum = 0;
  for (size_t i = 0; i < m; ++i) sum += ((long double)a[i] - b[i]) * ((long double)a[i] - b[i]);
  return (double)sum;
}

/* Within rounding, or both among denormal numbers. */
static int close_to(double a, double b, double share)
{
  return fabs(a - b) <= share * fabs(b) + 4 * DBL_MIN;
}

static void check_list(size_t m, size_t n, size_t k, size_t j, const double *all, const int *index,
                       const double *distance)
{
  size_t nearer = 0;
  for (size_t a = 0; a < k; ++a) {
    require(index[a] >= 0 && (size_t)index[a] < n && (size_t)index[a] != j,
            "a neighbour that is not one of the others");
    for (size_t b = 0; b < a; ++b) require(index[a] != index[b], "the same neighbour twice");
    require(close_to(distance[a], true_distance(m, all + j * m, all + (size_t)index[a] * m), 1e-14),
            "a wrong distance");
    require(a == 0 || distance[a] >= distance[a - 1], "neighbours out of order");
  }
  const double last = distance[k - 1];
  for (size_t i = 0; i < n; ++i)
    if (i != j && true_distance(m, all + j * m, all + i * m) < last * (1 - 1e-14) - 4 * DBL_MIN)
      ++nearer;
  require(nearer < k, "a nearer column was left out");
}

static void check_pairs(source *from, const kernels *use, const data_matrix *x, size_t block,
                        const double *all)
{
  const size_t first = choose(from, x->n), last = first + 1 + choose(from, x->n - first);
  double *out = take(last * (last - first));
  pair_distances(use, x, first, last, block, out, take(pair_workspace(x, block)),
                 choose(from, 2) ? poll : NULL);
  for (size_t j = first; j < last; ++j)
    for (size_t i = 0; i < last; ++i)
      require(close_to(out[i + (j - first) * last],
                       true_distance(x->m, all + i * x->m, all + j * x->m), 1e-10),
              "a distance of a pair is wrong");
}

void try_neighbours(source *from)
{
  settings set = {0};
  const kernels use = draw_kernels(from);
  const size_t m = awkward_size(from, 1), n = awkward_size(from, 1);
  const data_matrix x = draw_data(from, &set, m, n, 1);
  const double *all = dense_copy(&x);
  const size_t k = choose(from, n), chosen = choose(from, 4);
  size_t block = chosen == 0 ? knn_block(&x) : chosen == 1 ? 1 : chosen == 2 ? 7 : n;
  if (block > n) block = n;
  int *index = take_ints(k * n), *candidates = take_ints(n * knn_candidates(n, k));
  double *distance = take(k * n);
  fill_with(NAN);
  double *work = take(knn_workspace(&x, k, block));
  knn(&use, &x, k, block, index, distance, work, candidates, choose(from, 2) ? poll : NULL);
  for (size_t j = 0; k > 0 && j < n; ++j)
    check_list(m, n, k, j, all, index + j * k, distance + j * k);
  check_pairs(from, &use, &x, block, all);
  fill_with(0);
}
