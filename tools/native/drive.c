/* drive SEEDS: the kernels over a case of each subject for the seeds 0 .. SEEDS - 1, so that a
 * run can be repeated whatever the machine. The first choices count up with the seed: each
 * solver and instruction set comes soon. drive SUBJECT SEED: the one case that failed. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "try.h"

static size_t subject;
static uint64_t seed;

/* Whatever ends the process says which case it was: also a sanitizer, by its abort. */
static void say_case(int signal_number)
{
  fprintf(stderr, "case: drive %s %llu\n", subject_names[subject], (unsigned long long)seed);
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

/* The first bytes of a case count up with its seed, the others are drawn. */
static void run_case(void)
{
  enum { FIRST = 2 };
  /* Numbers of choices of the first two in each subject: a step of the larger one at a time. */
  static const size_t first[SUBJECTS] = {13, 13, 8, 3, 7};
  const uint8_t bytes[FIRST] = {(uint8_t)(seed % first[subject]),
                                (uint8_t)(seed / first[subject] % 16)};
  source from = source_of(bytes, FIRST, seed);
  try_subject(subject, &from);
}

int main(int count, char **given)
{
  signal(SIGABRT, say_case);
  signal(SIGSEGV, say_case);
  signal(SIGFPE, say_case);
  if (count == 3) {
    while (subject < SUBJECTS && strcmp(subject_names[subject], given[1]) != 0) ++subject;
    require(subject < SUBJECTS, "no such subject");
    seed = strtoull(given[2], NULL, 10);
    run_case();
    return 0;
  }
  const uint64_t seeds = count > 1 ? strtoull(given[1], NULL, 10) : 1;
  for (; seed < seeds; ++seed)
    for (subject = 0; subject < SUBJECTS; ++subject) run_case();
  require(seeds > 0, "no seeds");
  printf("drive: %llu cases without a report\n", (unsigned long long)(seeds * SUBJECTS));
  return 0;
}
