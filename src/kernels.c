/* The native kernels: one source (kernels_loops.h) compiled for each instruction
 * set, and the constant table from which one is chosen. Functions carry their
 * instruction set as an attribute, so the file needs no compiler flags and the
 * package runs on a machine without the wider sets. */
#include "kernels.h"

/* Debug information about variables of the unrolled loops is left out, since it would be a third of
 * the installed library. The code is the same to the byte. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-var-tracking")
#endif

#include <float.h>
#include <math.h>
#include <string.h>

#include "precision.h"
#include "terms.h"

#if defined(__GNUC__)
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 8")
#define PREFETCH(p) __builtin_prefetch(p)
#define HAVE_VECTORS 1
/* Without optimisation GCC puts every vector on the stack, which Windows aligns to 16 bytes. */
#if defined(__x86_64__) && (!defined(_WIN32) || defined(__OPTIMIZE__))
#define HAVE_X86 1
#endif
#else
#define ALWAYS_INLINE inline
#define UNROLL
#define PREFETCH(p)
#endif

/* Rows from which a product asks for the columns to come. */
enum { FAR_ROWS = 256 };

/* A pass over long data asks for entries a page ahead: a processor by itself stops at its end. */
enum { FAR_ENTRIES = 512 };

/* Stored entries whose rows are asked for in advance. */
enum { AHEAD = 16 };

#define LANES 1
#define TARGET
#define NAME(x) plain_##x
#define INNER_ROWS 4
#define INNER_COLS 2
#define OUTER_COLS 4
#define OUTER_VECTORS 2
#include "kernels_loops.h"
static const kernels table_plain = TABLE("plain");
#include "kernels_undef.h"

#ifdef HAVE_VECTORS
#define LANES 2
#define TARGET
#define NAME(x) two_##x
#define INNER_ROWS 4
#define INNER_COLS 2
#define OUTER_COLS 4
#define OUTER_VECTORS 2
#include "kernels_loops.h"
#if defined(HAVE_X86)
static const kernels table_two = TABLE("sse2");
#elif defined(__aarch64__)
static const kernels table_two = TABLE("neon");
#else
static const kernels table_two = TABLE("vector2");
#endif
#include "kernels_undef.h"
#endif

#ifdef HAVE_X86
#define LANES 4
#define TARGET __attribute__((target("avx2,fma")))
#define NAME(x) four_##x
#define INNER_ROWS 4
#define INNER_COLS 3
#define OUTER_COLS 6
#define OUTER_VECTORS 2
#include "kernels_loops.h"
static const kernels table_four = TABLE("avx2");
#include "kernels_undef.h"

#define LANES 8
#define TARGET __attribute__((target("avx512f,avx512dq,fma")))
#define NAME(x) eight_##x
#define INNER_ROWS 6
#define INNER_COLS 4
#define OUTER_COLS 6
#define OUTER_VECTORS 4
#include "kernels_loops.h"
static const kernels table_eight = TABLE("avx512");
#include "kernels_undef.h"
#endif

/* Table number `index` in order of width, NULL past the last this machine runs. */
static const kernels *table(size_t index)
{
  switch (index) {
  case 0: return &table_plain;
#ifdef HAVE_VECTORS
  case 1: return &table_two;
#endif
#ifdef HAVE_X86
  case 2:
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &table_four : NULL;
  case 3:
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
             ? &table_eight
             : NULL;
#endif
  default: return NULL;
  }
}

const kernels *kernels_native(const char *instructions)
{
  const kernels *widest = NULL, *one;
  int automatic = strcmp(instructions, "auto") == 0;
  for (size_t i = 0; (one = table(i)) != NULL; ++i) {
    if (strcmp(one->instructions, instructions) == 0) return one;
    if (automatic) widest = one;
  }
  return widest;
}

const char *kernels_instructions(size_t index)
{
  const kernels *one = table(index);
  return one == NULL ? NULL : one->instructions;
}
