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

/* src/state.c and src/nnls_bpp.c are compiled with their own carve() replaced by these, which
 * leave a gap after each part that no code may touch (tools/check-native). */
enum { APART = 8 };
double *carve_state(double *memory, size_t *used, size_t count);
double *carve_nnls_bpp(double **memory, size_t count);

#endif
