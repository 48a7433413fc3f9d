/* What the test program and the fuzzer share: each try_*() draws a case from a source, runs
 * the kernels on it and stops the process, saying why, when an answer is wrong. */
#ifndef NATIVE_TRY_H
#define NATIVE_TRY_H

#include "source.h"

/* Stops with the message unless the condition holds. */
void require_at(int holds, const char *message, const char *file, int line);
#define require(holds, message) require_at((holds) ? 1 : 0, message, __FILE__, __LINE__)

void try_fit(source *from);        /* the loop, every solver, loss, penalty, kind of data */
void try_epoch(source *from);      /* Algorithm 1 */
void try_neighbours(source *from); /* nearest neighbours, distances */
void try_solvers(source *from);    /* least squares by pivoting and by active sets, KL by Newton */
void try_loops(source *from);      /* each product and loop, each instruction set */

enum { SUBJECTS = 5 };
extern const char *const subject_names[SUBJECTS];

/* The subject by its number, with all memory checked and released. */
void try_subject(size_t subject, source *from);

/* All are finite and at least 0. */
int sound(size_t count, const double *values);

#endif
