/* The block products and element-wise loops every step is made of, as one table
 * of functions. The table is chosen once per call and passed down: `native` is
 * plain C on vector types (kernels.c), `blas` is R's BLAS (dense.c). Layout is
 * column-major; `ld` is the distance between columns. Nothing here allocates. */
#ifndef METANMF_KERNELS_H
#define METANMF_KERNELS_H

#include <stddef.h>

/* The widest vector's doubles, and those of a line of the cache. */
enum { KERNELS_PAD = 8, CACHE_LINE = 8 };

/* Rounded up to whole vectors of `lanes` doubles; of any instruction set. */
static inline size_t whole_vectors(size_t count, size_t lanes)
{
  return (count + lanes - 1) / lanes * lanes;
}
static inline size_t padded(size_t count) { return whole_vectors(count, KERNELS_PAD); }

/* KERNELS_PAD small systems that share K = gram (r x r), one to a lane: each is K x = p on the
 * components that are passive in it. Entry k of lane t is at [k * KERNELS_PAD + t]. */
typedef struct {
  size_t r, count;
  const double *gram;
  const double *open;    /* r, the same in each lane: 0 where h is held or K_kk = 0, else 1 */
  const int *chosen;     /* count: components passive in some lane */
  const double *right;   /* r lanes: p */
  const double *passive; /* r lanes: 1 where h may be positive, else 0 */
  double *lower;         /* r x r lanes: L of K = L D L' on the passive sets, by rows */
  double *upper;         /* r x (r + 1) lanes: D L' by rows, then the right side reduced */
  double *inverse;       /* r lanes: 1 / D */
  double *point;         /* r lanes: minimiser on the passive set, 0 elsewhere */
  double *check;         /* r lanes: x where passive, else the dual variable K x - p, or 0 */
  double *bad;           /* lanes: how many entries of check are below 0 */
  double *weak;          /* lanes: how many components depend on others of the passive set */
} lanes;

/* Coordinate descent on counts. */
typedef struct {
  /* z <- z + by moved, and then, over the entries with z > 0, out <- sum x w / z,
   * sum x (w / z)^2, and the largest w / z. */
  void (*slopes)(size_t count, const double *x, const double *w, double by, const double *moved,
                 double *z, double *out);

  /* out (count x r) <- the first r numbers of rows of `table`, which have `pad` each. */
  void (*take_rows)(size_t pad, size_t r, size_t count, const int *row, const double *table,
                    double *out);
} kl_loops;

/* The negative binomial; phi has a dispersion for each entry, or one for all where step = 0. */
typedef struct {
  /* up <- x / (z (1 + phi z)), 0 where x or z is, and down <- 1 / (1 + phi z); z may be down. */
  void (*slopes)(size_t count, const double *phi, size_t step, const double *x, const double *z,
                 double *up, double *down);
  double (*loss)(size_t count, const double *phi, size_t step, const double *x, const double *z);
} nb_loops;

typedef struct {
  const char *name;         /* "blas" or "native" */
  const char *instructions; /* of the native loops: "plain", "sse2", "avx2", ... */
  size_t lanes;             /* doubles in a vector of these */

  /* out (p x q) = A' B, with A m x p and B m x q. */
  void (*inner)(size_t m, size_t p, size_t q, const double *a, size_t lda,
                const double *b, size_t ldb, double *out, size_t ldo);

  /* out (m x q) += A B, with A m x depth and B[l, k] = b[l * step_depth + k * step_col];
   * one of the two steps is 1, so B or its transpose is an ordinary matrix. */
  void (*outer)(size_t m, size_t depth, size_t q, const double *a, size_t lda,
                const double *b, size_t step_depth, size_t step_col, double *out,
                size_t ldo);

  /* x <- x o up / (down + add); an entry whose denominator is 0 becomes 0. */
  void (*ratio)(size_t count, double *x, const double *up, const double *down, double add);

  /* q <- (x + shift) / (z + shift), and 0 where z + shift is 0: such an entry
   * belongs to zeros of W or H that no ratio update can move. */
  void (*quotient)(size_t count, const double *x, const double *z, double shift, double *q);

  /* sum of x log(x / z) - x + z, with 0 log 0 = 0; infinite where z = 0 < x. */
  double (*kl_loss)(size_t count, const double *x, const double *z);
  double (*sq_loss)(size_t count, const double *x, const double *z); /* sum of (x - z)^2 */

  /* up <- x / z^2 and down <- 1 / z, both 0 where z is 0; z may be down. */
  void (*reciprocals)(size_t count, const double *x, const double *z, double *up, double *down);

  /* sum of x / z - log(x / z) - 1, for x > 0. */
  double (*is_loss)(size_t count, const double *x, const double *z);

  /* y <- the weighted mean of x and z, x weighing `weight` (NULL: 1): by selection, so
   * that an x whose weight is 0, or that is NaN, has no influence. Returns the sum of (y - z)^2. */
  double (*fill)(size_t count, const double *x, const double *weight, const double *z, double *y);

  /* smallest, largest, sum, number, sum of squares of the entries that are no NaN. */
  void (*facts)(size_t count, const double *x, double *found);

  /* One component's turn of coordinate descent, in strips of rows of U (count x r): u_k <-
   * max(least, u_k + (p - U K_k - bend o u_k) / (diagonal + bend)); bend or NULL, `gram` is K_k. */
  void (*descend)(size_t count, size_t r, const double *u, size_t ldu, const double *gram,
                  const double *p, const double *bend, double diagonal, double least,
                  double *u_k);

  /* Stored entries of one sparse column against rows of r numbers, whole vectors; row i of `table`
   * starts at table[row[i] * r]. gather: out += sum_i value_i row_i; scatter: row_i += value_i in;
   * dot_rows: z_i = row_i . in. */
  void (*gather)(size_t r, size_t count, const int *row, const double *value,
                 const double *table, double *out);
  void (*scatter)(size_t r, size_t count, const int *row, const double *value,
                  const double *in, double *table);
  void (*dot_rows)(size_t r, size_t count, const int *row, const double *table,
                   const double *in, double *z);

  kl_loops kl;
  nb_loops nb;
  /* Fills lower to weak of the systems; point only at `chosen`. */
  void (*solve_lanes)(const lanes *systems);
} kernels;

/* The native table for an instruction set, "auto" for the widest there is;
 * NULL when this machine or this compiler cannot run it. */
const kernels *kernels_native(const char *instructions);

/* Names of the sets this machine can run, narrowest first; NULL past the last. */
const char *kernels_instructions(size_t index);

#endif
