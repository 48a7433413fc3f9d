/* The border to R: checked casts from SEXP to pointers and numbers, and named
 * result lists. R's own checks have explained what an argument must mean; these
 * keep memory safe whatever arrives. Only here and in *_r.c is an R error raised. */
#ifndef METANMF_GLUE_H
#define METANMF_GLUE_H

#define R_NO_REMAP
#define STRICT_R_HEADERS
#include <R.h>
#include <Rinternals.h>

#include "state.h"

/* A double matrix whose dimensions BLAS can count; its shape through the pointers. */
const double *matrix_arg(SEXP x, const char *name, size_t *rows, size_t *cols);

/* The data: list(dense, weight, masked, x_norm2), dense an m x n matrix or NULL, then with
 * dim, start, row and value of compressed columns; x_norm2, ||X||^2, may be left out. */
data_matrix data_arg(SEXP x);

/* A double matrix of exactly rows x cols. */
const double *matrix_of(SEXP x, const char *name, size_t rows, size_t cols);

/* Entry `name` of a named list; an R error when it is missing. */
SEXP list_entry(SEXP list, const char *name);
double list_number(SEXP list, const char *name);
size_t list_count(SEXP list, const char *name);
int list_flag(SEXP list, const char *name);
const char *list_text(SEXP list, const char *name);

/* The graph of n samples: NULL, or list(start, row, weight, degree), every index
 * checked. False when there is none. */
int graph_arg(SEXP x, size_t n, graph *out);

/* The same for edges from n columns to other samples, `rows` of them. */
int edges_arg(SEXP x, size_t rows, size_t n, graph *out);

/* The kernel table for list(backend = "blas" or "native", instructions = ). */
kernels kernels_arg(SEXP control);

/* Scratch that R frees by itself, also when an error or an interrupt jumps out. */
double *r_scratch(size_t doubles);

/* A fresh copy of a double matrix in slot `slot` of `list`; returns its data. */
double *copy_into(SEXP list, R_xlen_t slot, SEXP from);

#endif
