/* Checked casts from R's objects to pointers and numbers. */
#include "glue.h"

#include <string.h>

#include "dense.h"

const double *matrix_arg(SEXP x, const char *name, size_t *rows, size_t *cols)
{
  SEXP dim = Rf_getAttrib(x, R_DimSymbol);
  if (TYPEOF(x) != REALSXP || TYPEOF(dim) != INTSXP || XLENGTH(dim) != 2)
    Rf_error("internal: `%s` is not a double matrix", name);
  *rows = (size_t)INTEGER(dim)[0];
  *cols = (size_t)INTEGER(dim)[1];
  if (*rows > dense_limit() || *cols > dense_limit())
    Rf_error("internal: `%s` has a dimension beyond BLAS's integers", name);
  return REAL(x);
}

/* Compressed columns whose indices can be trusted: start ascends from 0 to the number of
 * entries, and the rows of a column ascend below m, so that it has no more than m. */
static void check_columns(const data_matrix *d, SEXP start, SEXP row, SEXP value)
{
  if (TYPEOF(start) != INTSXP || TYPEOF(row) != INTSXP || TYPEOF(value) != REALSXP ||
      (size_t)XLENGTH(start) != d->n + 1 || XLENGTH(row) != XLENGTH(value) ||
      INTEGER(start)[0] != 0 || INTEGER(start)[d->n] != XLENGTH(row))
    Rf_error("internal: `x` is not made of compressed columns");
  for (size_t j = 0; j < d->n; ++j)
    if (d->start[j] > d->start[j + 1]) Rf_error("internal: columns of `x` overlap");
  for (R_xlen_t i = 0; i < XLENGTH(row); ++i)
    if (d->row[i] < 0 || (size_t)d->row[i] >= d->m) Rf_error("internal: a row is out of range");
  for (size_t j = 0; j < d->n; ++j)
    for (int i = d->start[j] + 1; i < d->start[j + 1]; ++i)
      if (d->row[i - 1] >= d->row[i]) Rf_error("internal: rows of a column do not ascend");
}

static int has_entry(SEXP list, const char *name)
{
  SEXP names = Rf_getAttrib(list, R_NamesSymbol);
  if (TYPEOF(list) == VECSXP && TYPEOF(names) == STRSXP)
    for (R_xlen_t i = 0; i < XLENGTH(list); ++i)
      if (strcmp(CHAR(STRING_ELT(names, i)), name) == 0) return 1;
  return 0;
}

/* X' where W moves by rows, or NULL. The rows of X' itself are never needed. */
static const data_matrix *rows_arg(SEXP by_row, const data_matrix *x)
{
  if (by_row == R_NilValue) return NULL;
  data_matrix *rows = (data_matrix *)R_alloc(1, sizeof *rows);
  *rows = data_arg(by_row);
  if (rows->m != x->n || rows->n != x->m || rows->start == NULL ||
      rows->start[rows->n] != x->start[x->n])
    Rf_error("internal: the rows do not fit `x`");
  return rows;
}

data_matrix data_arg(SEXP x)
{
  data_matrix d;
  SEXP dense = list_entry(x, "dense"), weight = list_entry(x, "weight");
  memset(&d, 0, sizeof d);
  d.masked = list_flag(x, "masked");
  d.x_norm2 = has_entry(x, "x_norm2") ? list_number(x, "x_norm2") : NA_REAL;
  d.x_sum = has_entry(x, "x_sum") ? list_number(x, "x_sum") : NA_REAL;
  d.x_weight = has_entry(x, "x_weight") ? list_number(x, "x_weight") : NA_REAL;
  if (dense != R_NilValue) d.dense = matrix_arg(dense, "x", &d.m, &d.n);
  else {
    SEXP dim = list_entry(x, "dim"), start = list_entry(x, "start");
    SEXP row = list_entry(x, "row"), value = list_entry(x, "value");
    if (TYPEOF(dim) != INTSXP || XLENGTH(dim) != 2) Rf_error("internal: `x` has no shape");
    d.m = (size_t)INTEGER(dim)[0];
    d.n = (size_t)INTEGER(dim)[1];
    d.start = INTEGER(start);
    d.row = INTEGER(row);
    d.value = REAL(value);
    check_columns(&d, start, row, value);
  }
  d.partial = d.start != NULL && list_flag(x, "partial");
  if (d.start != NULL && has_entry(x, "by_row")) d.rows = rows_arg(list_entry(x, "by_row"), &d);
  if (weight == R_NilValue) return d;
  const R_xlen_t entries = XLENGTH(dense != R_NilValue ? dense : list_entry(x, "value"));
  if (TYPEOF(weight) != REALSXP || XLENGTH(weight) != entries)
    Rf_error("internal: the weights do not fit `x`");
  d.weight = REAL(weight);
  return d;
}

const double *matrix_of(SEXP x, const char *name, size_t rows, size_t cols)
{
  size_t m, n;
  const double *data = matrix_arg(x, name, &m, &n);
  if (m != rows || n != cols)
    Rf_error("internal: `%s` is %d x %d where %d x %d is expected", name, (int)m, (int)n,
             (int)rows, (int)cols);
  return data;
}

SEXP list_entry(SEXP list, const char *name)
{
  SEXP names = Rf_getAttrib(list, R_NamesSymbol);
  if (TYPEOF(list) == VECSXP && TYPEOF(names) == STRSXP)
    for (R_xlen_t i = 0; i < XLENGTH(list); ++i)
      if (strcmp(CHAR(STRING_ELT(names, i)), name) == 0) return VECTOR_ELT(list, i);
  Rf_error("internal: no entry `%s`", name);
  return R_NilValue;
}

double list_number(SEXP list, const char *name)
{
  SEXP entry = list_entry(list, name);
  if (!Rf_isNumeric(entry) || XLENGTH(entry) != 1)
    Rf_error("internal: `%s` is not one number", name);
  return Rf_asReal(entry);
}

size_t list_count(SEXP list, const char *name)
{
  const double value = list_number(list, name);
  if (!(value >= 0 && value <= 9007199254740992.0))
    Rf_error("internal: `%s` is not a count", name);
  return (size_t)value;
}

int list_flag(SEXP list, const char *name)
{
  SEXP entry = list_entry(list, name);
  if (TYPEOF(entry) != LGLSXP || XLENGTH(entry) != 1 || LOGICAL(entry)[0] == NA_LOGICAL)
    Rf_error("internal: `%s` is not TRUE or FALSE", name);
  return LOGICAL(entry)[0];
}

const char *list_text(SEXP list, const char *name)
{
  SEXP entry = list_entry(list, name);
  if (TYPEOF(entry) != STRSXP || XLENGTH(entry) != 1)
    Rf_error("internal: `%s` is not one string", name);
  return CHAR(STRING_ELT(entry, 0));
}

static const int *integers(SEXP list, const char *name, R_xlen_t length)
{
  SEXP entry = list_entry(list, name);
  if (TYPEOF(entry) != INTSXP || XLENGTH(entry) != length)
    Rf_error("internal: graph entry `%s` has the wrong type or length", name);
  return INTEGER(entry);
}

static const double *doubles(SEXP list, const char *name, R_xlen_t length)
{
  SEXP entry = list_entry(list, name);
  if (TYPEOF(entry) != REALSXP || XLENGTH(entry) != length)
    Rf_error("internal: graph entry `%s` has the wrong type or length", name);
  return REAL(entry);
}

int edges_arg(SEXP x, size_t rows, size_t n, graph *out)
{
  if (x == R_NilValue) return 0;
  const R_xlen_t entries = XLENGTH(list_entry(x, "row"));
  out->n = n;
  out->start = integers(x, "start", (R_xlen_t)n + 1);
  out->row = integers(x, "row", entries);
  out->weight = doubles(x, "weight", entries);
  out->degree = doubles(x, "degree", (R_xlen_t)n);
  if (out->start[0] != 0 || out->start[n] != entries)
    Rf_error("internal: the graph's columns do not cover its entries");
  for (size_t j = 0; j < n; ++j)
    if (out->start[j] > out->start[j + 1]) Rf_error("internal: the graph's columns overlap");
  for (R_xlen_t e = 0; e < entries; ++e)
    if (out->row[e] < 0 || (size_t)out->row[e] >= rows)
      Rf_error("internal: a row of the graph is out of range");
  return 1;
}

int graph_arg(SEXP x, size_t n, graph *out) { return edges_arg(x, n, n, out); }

kernels kernels_arg(SEXP control)
{
  const kernels *base = kernels_native(list_text(control, "instructions"));
  if (base == NULL)
    Rf_error("internal: this machine has no instruction set `%s`",
             list_text(control, "instructions"));
  return strcmp(list_text(control, "backend"), "blas") == 0 ? dense_blas(base) : *base;
}

double *r_scratch(size_t count)
{
  return (double *)R_alloc(count > 0 ? count : 1, sizeof(double));
}

double *copy_into(SEXP list, R_xlen_t slot, SEXP from)
{
  SET_VECTOR_ELT(list, slot, Rf_duplicate(from));
  return REAL(VECTOR_ELT(list, slot));
}
