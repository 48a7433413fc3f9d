/* Entry that synchronises a written file with the disk. */
#if !defined(_WIN32)
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#endif

#include "glue.h"

/* 1 if what was written to the file (or, for a folder, its list of names) is on the disk, 0 if the
 * system has no call for it, and NA if the disk did not take it. */
static int sync_path(const char *path)
{
#if defined(_WIN32)
  (void)path;
  return 0;
#else
  const int file = open(path, O_RDONLY);
  if (file < 0) return 0;
  const int failed = fsync(file) == 0 ? 0 : errno;
  close(file);
  return failed == EIO || failed == ENOSPC || failed == EDQUOT ? NA_LOGICAL : failed == 0;
#endif
}

/* path: a character vector of one. Returns a logical. */
SEXP C_sync(SEXP path)
{
  if (TYPEOF(path) != STRSXP || XLENGTH(path) != 1) Rf_error("internal: `path` must be one text");
  return Rf_ScalarLogical(sync_path(R_ExpandFileName(Rf_translateChar(STRING_ELT(path, 0)))));
}
