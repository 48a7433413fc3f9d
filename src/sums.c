#include "sums.h"

#include <string.h>

void sums_lay_out(sums *s, size_t r, size_t xht_size, size_t denominators, size_t seconds,
                  arena *from)
{
  s->r = r;
  s->xht_size = xht_size;
  s->xht = carve(from, xht_size);
  s->denominator = carve(from, denominators);
  s->second = carve(from, seconds);
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
