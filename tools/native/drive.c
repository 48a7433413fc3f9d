/* drive SECONDS [SUBJECT SEED]: the kernels over their cases. First every value of the first
 * choices of a case (each solver, instruction set, ...), then others until the time is up. A
 * case that fails is named by its subject and seed, which run it again. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "try.h"

static size_t subject;
static uint64_t seed;

/* Whatever ends the process says which case it was: also a sanitizer, by its abort. */
static void say_case(int signal_number)
{
  fprintf(stderr, "case: drive 0 %s %llu\n", subject_names[subject], (unsigned long long)seed);
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
  enum { SURE = 1200 }; /* cases of each subject, whatever the time */
  const double seconds = count > 1 ? strtod(given[1], NULL) : 1;
  const time_t begun = time(NULL);
  unsigned long cases = 0;
  signal(SIGABRT, say_case);
  signal(SIGSEGV, say_case);
  signal(SIGFPE, say_case);
  if (count == 4) {
    while (subject < SUBJECTS && strcmp(subject_names[subject], given[2]) != 0) ++subject;
    require(subject < SUBJECTS, "no such subject");
    seed = strtoull(given[3], NULL, 10);
    run_case();
    return 0;
  }
  for (; seed < SURE || difftime(time(NULL), begun) < seconds; ++seed)
    for (subject = 0; subject < SUBJECTS; ++subject, ++cases) run_case();
  printf("drive: %lu cases without a report\n", cases);
  return 0;
}
