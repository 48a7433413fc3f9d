/* Memory whose ends are watched, and scratch whose parts are kept apart. */
#ifndef NATIVE_MEMORY_H
#define NATIVE_MEMORY_H

#include <stddef.h>

/* Doubles, or bytes, of their own, not yet written, no larger than asked for; NULL never.
 * check_all() fails when a byte beside one has changed; release_all() frees them. */
double *take(size_t doubles);
int *take_ints(size_t count);
void check_all(void);
void release_all(void);

/* From here on the content of a buffer must stay as it is: check_all() looks. */
void freeze(const void *buffer);

/* What fresh memory is filled with: another number must not change a result. */
void fill_with(double value);

/* The gap that carve() leaves after each part here (scratch_apart.h). */
enum { APART = 8 };

#endif
