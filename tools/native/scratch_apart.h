/* Takes the place of src/scratch.h in the programs of this folder: the same functions, but a
 * gap that no code may touch follows each part (memory.c). */
#ifndef METANMF_SCRATCH_H
#define METANMF_SCRATCH_H

#include <stddef.h>
#include <string.h>

typedef struct {
  double *memory;
  size_t used;
} arena;

/* `whole`: the parts of a fit, which lie side by side until its end. Those of a small solver
 * are laid out anew in every call, from several threads, so the sanitizer alone watches them. */
double *carve_apart(arena *from, size_t count, int whole);

#define carve(from, count) carve_apart(from, count, strstr(__FILE__, "state.c") != NULL)
#define carve_lines(from, count) carve(from, count)
#define carve_ints(from, count) ((int *)(void *)carve(from, count))

#endif
