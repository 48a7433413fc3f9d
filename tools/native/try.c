#include "try.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "memory.h"

const char *const subject_names[SUBJECTS] = {"fit", "epoch", "neighbours", "solvers", "loops"};

void require_at(int holds, const char *message, const char *file, int line)
{
  if (holds) return;
  fprintf(stderr, "%s:%d: %s\n", file, line, message);
  fflush(stderr);
  abort();
}

int sound(size_t count, const double *values)
{
  for (size_t i = 0; i < count; ++i)
    if (!(values[i] >= 0) || isinf(values[i])) return 0;
  return 1;
}

void try_subject(size_t subject, source *from)
{
  static void (*const subjects[SUBJECTS])(source *) = {try_fit, try_epoch, try_neighbours,
                                                       try_solvers, try_loops};
  subjects[subject % SUBJECTS](from);
  check_all();
  release_all();
}
