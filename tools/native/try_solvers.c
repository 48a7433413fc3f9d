/* The solvers of small problems against the conditions of an optimum, also where components
 * depend on each other or are 0. */
#include <math.h>
#include <string.h>

#include "kl_newton.h"
#include "memory.h"
#include "nnls_active_set.h"
#include "nnls_bpp.h"
#include "try.h"

/* K = V'V of r columns, some of them copies, some 0; unit columns otherwise. */
static double *draw_gram(source *from, size_t r, double *v, size_t m)
{
  double *gram = take(r * r);
  numbers(from, choose(from, 4), m * r, v);
  for (size_t k = 0; k < r; ++k) {
    const size_t kind = choose(from, 8);
    for (size_t i = 0; i < m; ++i) {
      if (kind == 0) v[i + k * m] = 0;
      if (kind == 1 && k > 0) v[i + k * m] = v[i];
    }
  }
  for (size_t k = 0; k < r; ++k)
    for (size_t l = 0; l < r; ++l) {
      double sum = 0;
      for (size_t i = 0; i < m; ++i) sum += v[i + k * m] * v[i + l * m];
      gram[l + k * r] = sum;
    }
  freeze(gram);
  return gram;
}

/* p = V'x for an x of either sign: only so has a problem with dependent components an optimum. */
static void draw_gain(source *from, size_t r, const double *v, size_t m, double *gain, size_t step)
{
  for (size_t k = 0; k < r; ++k) gain[k * step] = 0;
  for (size_t i = 0; i < m; ++i) {
    const double x = 2 * uniform(from) - 0.5;
    for (size_t k = 0; k < r; ++k) gain[k * step] += v[i + k * m] * x;
  }
}

/* No component alone can lower ||x - V h||^2 by more than 1e-12 of what ||x||^2 may be, x less
 * what held components explain; its best step does so by slope^2 / K_kk. */
static void check_optimum(size_t r, size_t m, const double *gram, const double *gain, size_t step,
                          const int *held, const double *h, const char *message)
{
  double square = 3 * (double)m;
  for (size_t k = 0; held != NULL && k < r; ++k)
    if (held[k]) square += gram[k + k * r] * h[k * step] * h[k * step];
  for (size_t k = 0; k < r; ++k) {
    const double diagonal = gram[k + k * r];
    double slope = -gain[k * step];
    if ((held != NULL && held[k]) || !(diagonal > 0)) continue;
    for (size_t l = 0; l < r; ++l) slope += gram[l + k * r] * h[l * step];
    if (slope > 0 && h[k * step] == 0) continue;
    require(slope * slope <= 1e-12 * square * diagonal, message);
  }
}

static void try_bpp(source *from, size_t r, size_t m)
{
  const size_t count = awkward_size(from, 0), turned = choose(from, 2);
  const size_t step_k = turned ? count : 1, step_j = turned ? 1 : r;
  double *v = take(m * r), *gram = draw_gram(from, r, v, m);
  double *gain = take(r * count), *h = take(r * count), *start = take(r * count);
  int *held = choose(from, 3) == 0 ? take_ints(r) : NULL;
  for (size_t k = 0; held != NULL && k < r; ++k) held[k] = choose(from, 3) == 0;
  for (size_t j = 0; j < count; ++j) draw_gain(from, r, v, m, gain + j * step_j, step_k);
  numbers(from, 1, r * count, h);
  memcpy(start, h, r * count * sizeof *h);
  freeze(gain);
  const char *name = kernels_instructions(choose(from, 4));
  nnls_bpp(kernels_native(name == NULL ? "auto" : name), r, count, gram, gain, step_k, step_j, held,
           h, take(nnls_bpp_work(r)));
  require(sound(r * count, h), "pivoting: not finite, or below 0");
  for (size_t j = 0; j < count; ++j) {
    check_optimum(r, m, gram, gain + j * step_j, step_k, held, h + j * step_j,
                  "pivoting: not an optimum");
    for (size_t k = 0; held != NULL && k < r; ++k)
      require(!held[k] || h[k * step_k + j * step_j] == start[k * step_k + j * step_j],
              "pivoting: what is held has moved");
  }
}

static void try_least_squares(source *from, size_t r, size_t m)
{
  double *v = take(m * r), *gram = draw_gram(from, r, v, m), *gain = take(r), *h = take(r);
  draw_gain(from, r, v, m, gain, 1);
  numbers(from, 1, r, h);
  freeze(gain);
  nnls_active_set(r, gram, gain, h, take(nnls_active_set_work(r)));
  require(sound(r, h), "active set: not finite, or below 0");
  check_optimum(r, m, gram, gain, 1, NULL, h, "active set: not an optimum");
  numbers(from, 0, r, h);
  h[r / 2] = INFINITY; /* no point to start from, but it ends */
  nnls_active_set(r, gram, gain, h, take(nnls_active_set_work(r)));
}

static void try_newton(source *from, size_t r, size_t m)
{
  double *w = take(m * r), *x = take(m), *sum = take(r), *h = take(r);
  numbers(from, choose(from, NUMBER_KINDS), m * r, w);
  moderate(m * r, w);
  numbers(from, choose(from, NUMBER_KINDS), m, x);
  moderate(m, x);
  for (size_t k = 0; k < r; ++k) {
    const size_t zero = choose(from, 6);
    sum[k] = 0;
    for (size_t i = 0; i < m; ++i) {
      if (zero == 0) w[i + k * m] = 0;
      sum[k] += w[i + k * m];
    }
  }
  freeze(w);
  freeze(x);
  freeze(sum);
  const kl_column column = {m, r, w, x, sum, NULL};
  kl_newton(&column, h, take(m), take(kl_newton_work(r)));
  for (size_t k = 0; k < r; ++k) require(h[k] >= 0, "divergence: NaN, or below 0");
}

void try_solvers(source *from)
{
  static void (*const solvers[])(source *, size_t, size_t) = {try_bpp, try_least_squares,
                                                              try_newton};
  const size_t at = choose(from, 3), r = awkward_size(from, 1), m = awkward_size(from, 1);
  fill_with(NAN);
  solvers[at](from, r > 33 ? 33 : r, m);
  fill_with(0);
}
