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
  const int *fixed; /* r, or NULL: 1 if h_k is fixed in this block, beside those fixed everywhere */
} block;

typedef struct {
  size_t count; /* number of blocks */
  /* Block i. It stays valid until `slot` asks for its next block. At most MOST_CHUNKS slots
   * hold a block at a time. */
  void (*get)(void *from, size_t i, size_t slot, block *out);
  /* The same for a pass that needs H alone: x has only its number of columns. */
  void (*place)(void *from, size_t i, size_t slot, block *out);
  void *from;
  const data_parts *elsewhere; /* blocks that workers are given, or NULL for none */
} block_source;

#endif
