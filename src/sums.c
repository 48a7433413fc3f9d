/* What a pass gathers for the W step: laid out, cleared, added block by block. */
#include "sums.h"

#include <string.h>

void sums_lay_out(sums *s, size_t r, size_t xht_size, size_t denominators, size_t seconds,
                  arena *from)
{
  s->r = r;
  s->xht_size = xht_size;
  s->xht = carve_lines(from, xht_size);
  s->denominator = carve(from, denominators);
  s->second = carve_lines(from, seconds);
  s->hht = carve(from, r * r);
  s->h_sum = carve(from, r);
}

void sums_clear(sums *s)
{
  if (s->xht != NULL) memset(s->xht, 0, s->xht_size * sizeof *s->xht);
  if (s->denominator != NULL) memset(s->denominator, 0, s->xht_size * sizeof *s->denominator);
  if (s->second != NULL) memset(s->second, 0, s->xht_size * sizeof *s->second);
  memset(s->hht, 0, s->r * s->r * sizeof *s->hht);
  memset(s->h_sum, 0, s->r * sizeof *s->h_sum);
  s->value = s->kkt = 0;
  s->columns = s->unfinished = 0;
}

void sums_add(const sums *part, sums *to)
{
  for (size_t i = 0; i < to->r * to->r; ++i) to->hht[i] += part->hht[i];
  for (size_t k = 0; k < to->r; ++k) to->h_sum[k] += part->h_sum[k];
  to->value += part->value;
  to->kkt += part->kkt;
  to->columns += part->columns;
  to->unfinished += part->unfinished;
}

/* The arrays of the sums that are packed, with their lengths. NULL stands for an absent array. */
typedef struct {
  double *array[5];
  size_t size[5];
} packed_arrays;

enum { PACKED_ARRAYS = 5, PACKED_NUMBERS = 4 };

static packed_arrays arrays_of(const sums *s, int with_data, int with_second)
{
  const packed_arrays all = {
    {with_data ? s->xht : NULL, with_data ? s->denominator : NULL,
     with_data && with_second ? s->second : NULL, s->hht, s->h_sum},
    {s->xht_size, s->xht_size, s->xht_size, s->r * s->r, s->r}};
  return all;
}

size_t sums_packed(const sums *s, int with_data, int with_second)
{
  const packed_arrays all = arrays_of(s, with_data, with_second);
  size_t count = PACKED_NUMBERS;
  for (int a = 0; a < PACKED_ARRAYS; ++a)
    if (all.array[a] != NULL) count += all.size[a];
  return count;
}

void sums_pack(const sums *s, int with_data, int with_second, double *out)
{
  const packed_arrays all = arrays_of(s, with_data, with_second);
  for (int a = 0; a < PACKED_ARRAYS; ++a) {
    if (all.array[a] == NULL) continue;
    memcpy(out, all.array[a], all.size[a] * sizeof *out);
    out += all.size[a];
  }
  out[0] = s->value;
  out[1] = s->kkt;
  out[2] = (double)s->columns;
  out[3] = (double)s->unfinished;
}

void sums_add_packed(const double *part, int with_data, int with_second, sums *to)
{
  const packed_arrays all = arrays_of(to, with_data, with_second);
  for (int a = 0; a < PACKED_ARRAYS; ++a) {
    if (all.array[a] == NULL) continue;
    for (size_t i = 0; i < all.size[a]; ++i) all.array[a][i] += part[i];
    part += all.size[a];
  }
  to->value += part[0];
  to->kkt += part[1];
  to->columns += (size_t)part[2];
  to->unfinished += (size_t)part[3];
}
