/* A model as R would hand it to the engine, drawn from a source. */
#ifndef NATIVE_MODEL_H
#define NATIVE_MODEL_H

#include "source.h"
#include "state.h"

typedef struct {
  settings set;
  data_matrix x;
  penalty pen;
  graph edges[2];   /* of samples, of features */
  double *w, *h;    /* the start */
  const int *held_basis, *held_coef;
  int falls;        /* whether F is claimed never to rise */
} model;

/* One of the instruction sets, with BLAS or without. */
kernels draw_kernels(source *from);

/* Loss, steps and options. */
void draw_settings(source *from, settings *set);

/* m x n data that go with the loss; `whole`: none missing and no weights. */
data_matrix draw_data(source *from, const settings *set, size_t m, size_t n, int whole);

/* Penalties that go with the steps; `edges` has room for two graphs. */
penalty draw_penalty(source *from, const settings *set, const data_matrix *x, graph *edges);

/* A start of the size of the data. */
void draw_start(source *from, const data_matrix *x, size_t r, double *w, double *h);

/* A graph of n nodes: none joined, loops alone, a path, all joined, some joined. */
graph draw_graph(source *from, size_t n);

/* All of it; read-only parts are frozen. */
void draw_model(source *from, model *one);

#endif
