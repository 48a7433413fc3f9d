# MATLAB's file format, version 5, as far as a numeric matrix needs it: a header of 128 bytes,
# then elements, each a type, a number of bytes, and the bytes. A matrix is an element of
# elements: its flags, its sizes, its name, its numbers; it may be compressed as a whole.
# The format: MathWorks, "MAT-File Format".

# The matrix called `name`, or NULL. Stops where the bytes are not what the format says.
mat_variable <- function(bytes, name) {
  mark <- rawToChar(bytes[127:128])
  stopifnot("no MATLAB 5 file" = mark %in% c("IM", "MI"))
  endian <- if (mark == "IM") "little" else "big"
  for (element in mat_elements(bytes[-(1:128)], endian)) {
    if (element$type == 15L) {
      element <- mat_elements(inflate_bytes(element$bytes), endian)[[1L]]
    }
    if (element$type != 14L) next
    parts <- mat_elements(element$bytes, endian)
    if (rawToChar(parts[[3L]]$bytes) == name) {
      sizes <- mat_numbers(parts[[2L]], endian)
      return(matrix(mat_numbers(parts[[4L]], endian), nrow = sizes[[1L]]))
    }
  }
  NULL
}

# The elements that follow one another in `bytes`: list of list(type, bytes). Up to four bytes
# share the eight of the type, which then has the number of bytes in its upper half. Others are
# filled up to a multiple of eight, unless compressed.
mat_elements <- function(bytes, endian) {
  elements <- list()
  from <- 0
  while (from < length(bytes)) {
    head <- readBin(bytes[from + 1:8], "integer", 2L, endian = endian)
    type <- head[[1L]] %% 65536L
    small <- head[[1L]] >= 65536L
    size <- if (small) head[[1L]] %/% 65536L else head[[2L]]
    start <- from + if (small) 4 else 8
    stopifnot("the file ends early" = size >= 0L && start + size <= length(bytes))
    elements <- c(elements, list(list(type = type, bytes = bytes[start + seq_len(size)])))
    from <- if (small) from + 8 else start + if (type == 15L) size else 8 * ceiling(size / 8)
  }
  elements
}

# The numbers of an element. MATLAB stores doubles that are whole and small as integers.
mat_numbers <- function(element, endian) {
  kinds <- list("1" = c("integer", 1), "2" = c("integer", 1), "3" = c("integer", 2),
                "4" = c("integer", 2), "5" = c("integer", 4), "9" = c("double", 8))
  kind <- kinds[[as.character(element$type)]]
  stopifnot("a type of numbers that images do not have" = !is.null(kind))
  size <- as.integer(kind[[2L]])
  readBin(element$bytes, kind[[1L]], length(element$bytes) / size, size = size,
          signed = !element$type %in% c(2L, 4L), endian = endian)
}

# What zlib compressed, as far as its bytes go: they are put into a gzip file that lacks its check
# sum, which R says when all is read. memDecompress() asks for ever more memory when an end is
# missing.
inflate_bytes <- function(bytes) {
  file <- tempfile()
  writeBin(c(as.raw(c(31L, 139L, 8L, 0L, 0L, 0L, 0L, 0L, 0L, 3L)), bytes[-(1:2)], raw(8L)), file)
  on.exit(unlink(file))
  suppressWarnings(connection_bytes(gzfile(file, "rb"), fault = function(condition) raw()))
}
