/* libFuzzer's entry. The first byte names the subject; the others are its choices. */
#include <stdint.h>

#include "try.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
  if (count == 0) return 0;
  source from = source_of(bytes + 1, count - 1, 1);
  try_subject(bytes[0], &from);
  return 0;
}
