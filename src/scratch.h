/* Scratch is one block of doubles that the caller owns. Arrays are cut off it one after the
 * other by a walk that, without memory, only measures. So one function says both where the
 * arrays lie and how much room they need. */
#ifndef METANMF_SCRATCH_H
#define METANMF_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  double *memory; /* NULL: only measured */
  size_t used;    /* doubles cut off so far */
} arena;

/* The next `count` doubles; NULL for none, and while only measuring. */
static inline double *carve(arena *from, size_t count)
{
  double *here = from->memory == NULL || count == 0 ? NULL : from->memory + from->used;
  from->used += count;
  return here;
}

/* As carve(), from the start of a cache line of 8 doubles on: a row of such an array that is met
 * alone lies in as few lines as can be. */
static inline double *carve_lines(arena *from, size_t count)
{
  const size_t line = 8;
  double *here = count == 0 ? NULL : carve(from, count + line - 1);
  const size_t past = here == NULL ? 0 : (uintptr_t)here / sizeof *here % line;
  return past == 0 ? here : here + (line - past);
}

/* The next `count` ints, each in the room of a double. */
static inline int *carve_ints(arena *from, size_t count)
{
  return (int *)(void *)carve(from, count);
}

#endif
