#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scratch.h"
#include "try.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define WATCHED 1
#define CLOSE(p, bytes) ASAN_POISON_MEMORY_REGION(p, bytes)
#define OPEN(p, bytes) ASAN_UNPOISON_MEMORY_REGION(p, bytes)
#define FORGET(p, bytes) ((void)0)
#elif __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define WATCHED 0
#define CLOSE(p, bytes) ((void)0)
#define OPEN(p, bytes) ((void)0)
#define FORGET(p, bytes) __msan_allocated_memory(p, bytes)
#else
#define WATCHED 0
#define CLOSE(p, bytes) ((void)0)
#define OPEN(p, bytes) ((void)0)
#define FORGET(p, bytes) ((void)0)
#endif

/* Bytes on either side of a buffer where no sanitizer watches its ends; not a multiple of 16,
 * so that vectors are not aligned either. */
enum { SIDE = WATCHED ? 0 : 72, MOST = 4096, CANARY = 0xA5 };

typedef struct {
  unsigned char *all;
  size_t bytes;
  int frozen;
  uint64_t sum;
} buffer;

static buffer buffers[MOST];
static size_t used;
static double filling;

/* Gaps of a state where no sanitizer watches them. */
static unsigned char *gaps[MOST];
static size_t gap_count;

void fill_with(double value) { filling = value; }

static void fill(double *to, size_t doubles)
{
  for (size_t i = 0; i < doubles; ++i) to[i] = filling;
  FORGET(to, doubles * sizeof *to);
}

static buffer *take_bytes(size_t bytes)
{
  require(used < MOST, "the test program holds too many buffers");
  buffer *one = buffers + used++;
  one->all = malloc(bytes + 2 * SIDE);
  require(one->all != NULL || bytes + 2 * SIDE == 0, "out of memory");
  one->bytes = bytes;
  one->frozen = 0;
  if (SIDE > 0) {
    memset(one->all, CANARY, SIDE);
    memset(one->all + SIDE + bytes, CANARY, SIDE);
  }
  return one;
}

double *take(size_t doubles)
{
  double *here = (double *)(void *)(take_bytes(doubles * sizeof(double))->all + SIDE);
  fill(here, doubles);
  return here;
}

int *take_ints(size_t count)
{
  return (int *)(void *)(take_bytes(count * sizeof(int))->all + SIDE);
}

static uint64_t sum_of(const buffer *one)
{
  uint64_t sum = 1469598103934665603u;
  for (size_t i = 0; i < one->bytes; ++i) sum = (sum ^ one->all[SIDE + i]) * 1099511628211u;
  return sum;
}

void freeze(const void *content)
{
  for (size_t i = 0; i < used; ++i)
    if (buffers[i].all + SIDE == (const unsigned char *)content) {
      buffers[i].frozen = 1;
      buffers[i].sum = sum_of(buffers + i);
    }
}

static int intact(const unsigned char *from, size_t bytes)
{
  for (size_t i = 0; i < bytes; ++i)
    if (from[i] != CANARY) return 0;
  return 1;
}

static void check_gaps(void)
{
  for (size_t i = 0; i < gap_count; ++i)
    require(WATCHED || intact(gaps[i], APART * sizeof(double)),
            "a write past a part of the scratch");
  gap_count = 0;
}

void check_all(void)
{
  for (size_t i = 0; i < used; ++i) {
    const buffer *one = buffers + i;
    require(SIDE == 0 || intact(one->all, SIDE), "a write before a buffer");
    require(SIDE == 0 || intact(one->all + SIDE + one->bytes, SIDE), "a write past a buffer");
    require(!one->frozen || sum_of(one) == one->sum, "an input has changed");
  }
  check_gaps();
}

void release_all(void)
{
  for (size_t i = 0; i < used; ++i) free(buffers[i].all);
  used = gap_count = 0;
}

static void close_gap(double *gap)
{
  const size_t bytes = APART * sizeof *gap;
  OPEN(gap, bytes);
  memset(gap, CANARY, bytes);
  CLOSE(gap, bytes);
}

double *carve_apart(arena *from, size_t count, int whole)
{
  double *here = NULL;
  if (count == 0) return NULL;
  /* The next fit may use the same memory. */
  if (whole && from->memory != NULL && from->used == 0) check_gaps();
  if (from->memory != NULL) {
    here = from->memory + from->used;
    OPEN(here, count * sizeof *here);
    fill(here, count);
    close_gap(here + count);
    if (whole && !WATCHED && gap_count < MOST) gaps[gap_count++] = (unsigned char *)(here + count);
  }
  from->used += count + APART;
  return here;
}
