/* Passes over a sparse X for losses whose gradient needs all entries of Z, whatever X stores: a
 * block at a time is filled out and goes where dense blocks go. */
#include <string.h>

#include "data_ops.h"

/* The doubles of a filled block: fewer columns where X has many rows. */
enum { OPENED_DOUBLES = 1 << 21 };

static void sizes(const data_matrix *x, size_t r, size_t pad, size_t wanted, int forms_wh,
                  data_sizes *out)
{
  const size_t most = larger(OPENED_DOUBLES / larger(x->m, 1), 1);
  dense_ops.sizes(x, r, pad, smaller(wanted > 0 ? wanted : BLOCK_COLUMNS, most), forms_wh, out);
  out->entries = entries_in(x);
  out->opened = x->m * out->block;
}

static data_matrix part(const data_matrix *x, size_t first, size_t count)
{
  return sparse_ops.part(x, first, count);
}

static void prepare(const shared *p) { dense_ops.prepare(p); }

/* All entries of the block; what is not stored is 0 and weighs 1. */
static block open_block(const shared *p, const scratch *t, const block *b)
{
  const data_matrix *x = &b->x;
  const size_t all = p->m * x->n;
  block out = *b;
  memset(t->opened, 0, all * sizeof *t->opened);
  for (size_t i = 0; x->weight != NULL && i < all; ++i) t->opened_weight[i] = 1;
  for (size_t j = 0; j < x->n; ++j)
    for (size_t e = (size_t)x->start[j]; e < (size_t)x->start[j + 1]; ++e) {
      const size_t at = (size_t)x->row[e] + j * p->m;
      t->opened[at] = x->value[e];
      if (x->weight != NULL) t->opened_weight[at] = x->weight[e];
    }
  out.x.dense = t->opened;
  out.x.weight = x->weight == NULL ? NULL : t->opened_weight;
  return out;
}

static void linear(const shared *p, scratch *t, const block *b, sums *s)
{
  const block all = open_block(p, t, b);
  dense_ops.linear(p, t, &all, s);
}

/* linear() has filled the block out: it is still there. */
static void xht(const shared *p, scratch *t, const block *b, sums *s)
{
  block all = *b;
  all.x.dense = t->opened;
  all.x.weight = b->x.weight == NULL ? NULL : t->opened_weight;
  dense_ops.xht(p, t, &all, s);
}

static void add_xht(const shared *p, const sums *from, sums *to)
{
  dense_ops.add_xht(p, from, to);
}

static double loss(const shared *p, scratch *t, const block *b)
{
  const block all = open_block(p, t, b);
  return dense_ops.loss(p, t, &all);
}

static int observed(const data_matrix *x, size_t j, double *value, double *weight)
{
  return sparse_ops.observed(x, j, value, weight);
}

static void project(const kernels *k, const data_matrix *x, size_t r, const double *w, double *out)
{
  sparse_ops.project(k, x, r, w, out);
}

const data_ops opened_ops = {
  .sizes = sizes, .part = part, .prepare = prepare, .linear = linear, .xht = xht,
  .add_xht = add_xht, .loss = loss, .observed = observed, .project = project,
};
