# Where a matrix is cut into blocks: about 64 MB of columns each.

block_bytes <- 2^26

# The number of columns of each block.
cut_columns <- function(x, block) {
  if (!is.null(block)) return(equal_columns(ncol(x), check_count(block, "block")))
  if (!is.matrix(x)) return(cut_starts(x@p))
  equal_columns(ncol(x), dense_width(nrow(x)))
}

# Columns in a block of dense data: a multiple of 64 if there are more than 64.
dense_width <- function(rows) {
  width <- max(1, floor(block_bytes / (8 * rows)))
  if (width > 64) width - width %% 64 else width
}

equal_columns <- function(count, width) {
  c(rep(width, (count - 1) %/% width), (count - 1) %% width + 1)
}

# At most so many of the numbers 1..count, evenly spaced.
spaced_places <- function(count, most) {
  unique(round(seq(1, count, length.out = max(1, min(count, most)))))
}

# Compressed columns take 12 bytes for an entry and 4 for a column. `starts`: the number of entries
# before each column, and the number of all.
cut_starts <- function(starts) {
  ends <- 12 * as.numeric(starts[-1L]) + 4 * seq_len(length(starts) - 1L)
  as.integer(table((ends - 1) %/% block_bytes))
}

# Bytes of the largest block, for the number of columns in each.
largest_part <- function(x, columns) {
  if (is.matrix(x)) return(8 * nrow(x) * max(columns))
  ends <- cumsum(columns)
  max(12 * diff(x@p[c(0, ends) + 1]) + 4 * columns)
}

# Samples in a batch. There are about 64 batches in a pass, so that W moves often and the shares of
# all batches stay small beside the data. But a batch has enough samples that no component depends
# on one or two of them.
batch_width <- function(wanted, samples, rank) {
  if (is.null(wanted)) max(64, 4 * rank, ceiling(samples / 64)) else wanted
}

# The number of batches of a block of so many columns, all about equally wide.
batch_count <- function(columns, width) pmax(1L, as.integer(round(columns / width)))
