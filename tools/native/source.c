#include "source.h"

#include <float.h>
#include <math.h>
#include <string.h>

source source_of(const uint8_t *bytes, size_t count, uint64_t seed)
{
  return (source){bytes, count, seed * 2 + 1};
}

/* splitmix64 */
static uint64_t next(source *from)
{
  uint64_t z = from->state += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static uint8_t byte(source *from)
{
  if (from->left == 0) return (uint8_t)(next(from) >> 40);
  --from->left;
  from->state ^= (uint64_t)*from->bytes << 20; /* so that numbers depend on choices */
  return *from->bytes++;
}

size_t choose(source *from, size_t choices) { return byte(from) % choices; }

double uniform(source *from) { return (double)(next(from) >> 11) * 0x1p-53; }

static double any_bits(source *from)
{
  uint64_t bits = 0;
  double value;
  for (int i = 0; i < 8; ++i) bits = bits << 8 | byte(from);
  memcpy(&value, &bits, sizeof value);
  return isfinite(value) ? fabs(value) : 0;
}

static double number(source *from, size_t kind, double constant)
{
  switch (kind) {
  case 0: return uniform(from);
  case 1: return floor(4 * uniform(from));
  case 2: return constant;
  case 3: return pow(10, 16 * uniform(from) - 8);
  case 4: return uniform(from) * 0x1p-1060;
  case 5: return 1e300 * uniform(from);
  default: return any_bits(from);
  }
}

void numbers(source *from, size_t kind, size_t count, double *to)
{
  const double constant = uniform(from) * 4;
  for (size_t i = 0; i < count; ++i) to[i] = number(from, kind, constant);
}

void moderate(size_t count, double *values)
{
  double largest = 0;
  for (size_t i = 0; i < count; ++i)
    if (values[i] > largest) largest = values[i];
  if (largest == 0 || (largest < 0x1p300 && largest > 0x1p-300)) return;
  int power = -(int)floor(log2(largest));
  if (power > 1000) power = 1000;
  if (power < -1000) power = -1000;
  for (size_t i = 0; i < count; ++i) values[i] = ldexp(values[i], power);
}

size_t awkward_size(source *from, size_t least)
{
  static const size_t sizes[] = {1, 17, 64, 65, 2, 3, 7, 8, 9, 16, 31, 33, 5, 12, 40, 0};
  const size_t size = sizes[choose(from, sizeof sizes / sizeof *sizes)];
  return size < least ? least : size;
}
