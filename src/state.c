#include "state.h"

#include <string.h>

#include "dense.h"
#include "kl_newton.h"
#include "nnls_bpp.h"
#include "scratch.h"

enum { CACHE_DOUBLES = 65536, BLOCK_COLUMNS = 64, ENTRIES_PER_SUM = 32 };

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

/* Whether a sweep needs W H of its blocks. */
static int has_model(const fit_state *s) { return s->set->loss != LOSS_FROBENIUS || s->x.masked; }

int state_value_lags(const fit_state *s) { return has_model(s); }

int state_wants_value(const fit_state *s) { return s->trace != NULL || s->set->tol > 0; }

/* All columns when X fits the second-level cache, else about 64; a model needs room for
 * the whole block, so there its block stays small. */
static size_t choose_block(const fit_state *s)
{
  size_t block = s->set->block;
  if (block == 0)
    block = s->x.dense != NULL && s->m <= CACHE_DOUBLES / larger(s->n, 1) ? s->n : BLOCK_COLUMNS;
  if (has_model(s) || s->x.dense == NULL) block = smaller(block, BLOCK_COLUMNS);
  return larger(smaller(block, s->n), 1);
}

/* As many as keep the sums small beside X; they depend on the data alone. */
static size_t choose_chunks(const fit_state *s)
{
  const size_t entries = s->x.dense != NULL ? s->m * s->n : (size_t)s->x.start[s->n];
  const size_t blocks = (s->n + s->block - 1) / s->block;
  const size_t most = entries / (ENTRIES_PER_SUM * larger(s->m, 1) * s->r);
  return larger(smaller(smaller(most, MOST_CHUNKS), blocks), 1);
}

size_t state_chunk_start(const fit_state *s, size_t c)
{
  const size_t blocks = (s->n + s->block - 1) / s->block;
  return smaller(blocks * c / s->chunks * s->block, s->n);
}

static void lay_out_side(side_state *one, size_t r, const side_penalty *pen, arena *from)
{
  one->gram = carve(from, r * r);
  one->l1 = carve(from, r);
  one->norm = carve(from, r);
  one->laplacian = carve(from, pen->edges != NULL ? r : 0);
  one->us = carve(from, pen->edges != NULL ? r * one->u.count : 0);
}

static void lay_out_edit(edited *one, size_t r, arena *from)
{
  one->gram = carve(from, r * r);
  one->l1 = carve(from, r);
  one->diag = carve(from, r);
  one->curvature = carve(from, r);
  one->held = carve_ints(from, r);
}

static void lay_out_chunk(fit_state *s, size_t c, arena *from)
{
  const size_t m = s->m, r = s->r, sparse = s->x.dense == NULL;
  chunk *one = s->sums + c;
  one->xht = carve(from, sparse ? s->pad * m : c > 0 ? m * r : 0);
  one->denominator = carve(from, s->set->loss == LOSS_IS && c > 0 ? m * r : 0);
  one->hht = carve(from, r * r);
  one->h_sum = carve(from, r);
  /* The first chunk sums up where the sum of all is wanted. */
  if (c == 0 && !sparse) one->xht = s->xht;
  if (c == 0) one->denominator = s->denominator;
}

static size_t solver_work(const fit_state *s)
{
  if (s->set->coef_step == STEP_EXACT)
    return larger(kl_newton_work(s->r), nnls_bpp_work(s->r)) + s->m;
  if (s->set->coef_step == STEP_BPP || s->set->basis_step == STEP_BPP)
    return nnls_bpp_work(s->r);
  return 0;
}

/* Doubles that the fill of one block of masked X needs. */
static size_t target_size(const fit_state *s)
{
  size_t most = 1; /* a place to point at where no entry is stored */
  if (!s->x.masked) return 0;
  if (s->x.dense != NULL) return s->m * s->block;
  for (size_t first = 0; first < s->n; first += s->block) {
    const size_t last = smaller(first + s->block, s->n);
    most = larger(most, (size_t)(s->x.start[last] - s->x.start[first]));
  }
  return most;
}

static void lay_out_scratch(fit_state *s, scratch *one, arena *from)
{
  const size_t m = s->m, r = s->r, b = s->block, columns = smaller(b, BLOCK_COLUMNS);
  const size_t is = s->set->loss == LOSS_IS;
  /* Sparse X: the stored entries of one column. Near an exact fit every loss needs it. */
  const size_t image = s->x.dense != NULL ? m * columns : m;
  one->linear = carve(from, r * b);
  one->is_denominator = carve(from, is ? r * b : 0);
  one->denominator = carve(from, larger(r * b, m * r));
  one->transposed = carve(from, s->transposed_layout ? r * b : 0);
  one->target = carve(from, target_size(s));
  one->model = carve(from, image);
  one->other = carve(from, is ? m * columns : 0);
  one->column = carve(from, 2 * s->pad);
  one->solver = carve(from, solver_work(s));
}

/* One walk over the parts serves both the layout and its size. */
static size_t lay_out(fit_state *s, double *memory)
{
  const size_t m = s->m, n = s->n, r = s->r, change = s->set->step_tol > 0;
  arena from = {memory, 0};
  lay_out_side(&s->basis, r, &s->pen.basis, &from);
  lay_out_side(&s->coef, r, &s->pen.coef, &from);
  lay_out_edit(&s->coef_edit, r, &from);
  lay_out_edit(&s->basis_edit, r, &from);
  s->xht = carve(&from, m * r);
  s->denominator = carve(&from, s->set->loss == LOSS_IS ? m * r : 0);
  s->basis_linear = carve(&from, penalty_on_side(&s->pen.basis) ? m * r : 0);
  s->w_transposed = carve(&from, s->x.dense == NULL ? s->pad * m : 0);
  for (size_t c = 0; c < s->chunks; ++c) lay_out_chunk(s, c, &from);
  for (size_t t = 0; t < smaller(s->set->threads, s->chunks); ++t)
    lay_out_scratch(s, s->scratch + t, &from);
  s->row_max = carve(&from, r);
  s->old_w = carve(&from, change * m * r);
  s->old_h = carve(&from, change * r * n);
  s->eigen = carve(&from, change * dense_eigen_work(r));
  return from.used;
}

static void set_shape(fit_state *s, const settings *set, const data_matrix *x,
                      const penalty *pen)
{
  memset(s, 0, sizeof *s);
  s->set = set;
  s->x = *x;
  s->pen = *pen;
  s->m = x->m;
  s->n = x->n;
  s->r = set->rank;
  s->pad = (s->r + KERNELS_PAD - 1) / KERNELS_PAD * KERNELS_PAD;
  s->transposed_layout = set->coef_step == STEP_HALS;
  s->block = choose_block(s);
  s->chunks = choose_chunks(s);
  s->basis.u = (factor){NULL, s->r, s->m, s->m, 1};
  s->coef.u = (factor){NULL, s->r, s->n, 1, s->r};
}

size_t state_size(const settings *set, const data_matrix *x, const penalty *pen)
{
  fit_state measured;
  set_shape(&measured, set, x, pen);
  return lay_out(&measured, NULL);
}

void state_start(fit_state *s, const settings *set, const data_matrix *x, double *w,
                 double *h, const penalty *pen, double *trace, double *memory)
{
  set_shape(s, set, x, pen);
  s->basis.u.value = w;
  s->coef.u.value = h;
  s->trace = trace;
  lay_out(s, memory);
}
