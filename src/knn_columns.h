/* Columns as the neighbour search reads them, dense or sparse: blocks of them packed
 * for products, the products of two blocks, and the distance between two columns. */
#ifndef METANMF_KNN_COLUMNS_H
#define METANMF_KNN_COLUMNS_H

#include "data.h"
#include "kernels.h"

typedef struct {
  data_matrix x;
  const double *shift; /* m, dense only: subtracted from every column */
  int whole;           /* all entries (and shifts) are whole numbers */
  double rounding;     /* bound of the error of |a|^2 + |b|^2 - 2 a'b, relative to the
                          two squares */
} columns;

/* Columns side by side in a block when the caller asks for none in particular: 256,
 * fewer for long columns (two packed blocks stay below 4 MB) or a small n. */
size_t columns_block(const data_matrix *x);

/* Doubles of a packed block, of the room columns_products() wants for a second one, and
 * of the products of two blocks. */
size_t columns_packed(const data_matrix *x, size_t block);
size_t columns_spare(const data_matrix *x, size_t block);
size_t columns_tile(const data_matrix *x, size_t block);

/* Distance between the columns of a tile whose rows stand for `count` columns. */
size_t columns_stride(const columns *data, size_t count);

/* Fills shift (m; NULL for sparse x) with the mean of each feature, to the nearest whole
 * number when the data are whole. Any shift keeps the distances; this one keeps the
 * squares small. Sparse columns are not shifted, as that would fill them. */
columns columns_of(const data_matrix *x, double *shift);

/* |a|^2 of column j, shifted. */
double columns_square(const columns *data, size_t j);

/* Columns first..first+count-1, shifted, into `packed`, which must be 0 throughout for
 * sparse data; unpacking makes it so again. */
void columns_pack(const columns *data, size_t first, size_t count, double *packed);
void columns_unpack(const columns *data, size_t first, size_t count, double *packed);

/* tile (columns_stride(count_a) x count_b) <- products of columns a.. , packed in
 * `packed`, with columns b.. of the data; `spare` is columns_spare() doubles. */
void columns_products(const kernels *use, const columns *data, size_t a, size_t count_a,
                      const double *packed, size_t b, size_t count_b, double *spare,
                      double *tile);

/* Sum of (a - b)^2 of columns i and j as given, compensated: pairs that differ by the same
 * amounts in other features get the same value, so a tie is not decided by rounding. The
 * same to the bit with i and j exchanged, and for sparse and dense forms of the data. */
double columns_distance(const columns *data, size_t i, size_t j);

#endif
