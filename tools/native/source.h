/* Where the choices of a case come from: bytes given first, then a generator. */
#ifndef NATIVE_SOURCE_H
#define NATIVE_SOURCE_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  const uint8_t *bytes;
  size_t left;
  uint64_t state;
} source;

source source_of(const uint8_t *bytes, size_t count, uint64_t seed);

/* 0 .. choices - 1. */
size_t choose(source *from, size_t choices);

/* In [0, 1), from the generator alone. */
double uniform(source *from);

/* Kinds of numbers, all finite and at least 0: ordinary ones, whole ones, one number, very
 * different sizes, denormal ones, large ones, whatever the bits say. */
enum { NUMBER_KINDS = 7 };
void numbers(source *from, size_t kind, size_t count, double *to);

/* The power of two that brings the largest near 1 where its square would overflow or vanish,
 * as R/engine.R does before a fit. NaN is passed over. */
void moderate(size_t count, double *values);

/* 0, 1, 17, 64, 65 and their like; at least `least`, at most 65. */
size_t awkward_size(source *from, size_t least);

#endif
