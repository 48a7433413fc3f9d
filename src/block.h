/* Columns of X with their columns of H, and where they come from. A pass takes its blocks from
 * a source, on the main thread and between turns of work, so that a source may read a file
 * or run R. Once a block is done, only its H and its share of the sums are kept. */
#ifndef METANMF_BLOCK_H
#define METANMF_BLOCK_H

#include "data.h"

typedef struct {
  size_t first;     /* its first column in the whole */
  data_matrix x;    /* these columns alone */
  double *h;        /* r x x.n, moved in place */
  const int *fixed; /* r: 1 where h_k stays in this block, beside what stays everywhere; NULL */
} block;

typedef struct {
  size_t count; /* blocks there are */
  /* Block i, to stay valid until `slot` asks for its next one; at most MOST_CHUNKS slots
   * hold a block at a time. */
  void (*get)(void *from, size_t i, size_t slot, block *out);
  /* The same for a pass that looks at H alone: of x the number of columns. */
  void (*place)(void *from, size_t i, size_t slot, block *out);
  void *from;
  const data_parts *elsewhere; /* whose blocks others work on; NULL: here */
} block_source;

#endif
