# Data and block sources of them for the tests of sources.

# Counts with m features and n samples of rank 3, positive, as a dense and as a sparse matrix.
block_counts <- function(m = 12, n = 300, seed = 1) {
  set.seed(seed)
  dense <- matrix(stats::rpois(m * n, drawn_data(m, n, 3) * 4), m)
  dense[, colSums(dense) == 0] <- 1
  dense[rowSums(dense) == 0, ] <- 1
  dimnames(dense) <- list(paste0("g", seq_len(m)), paste0("s", seq_len(n)))
  storage.mode(dense) <- "double"
  dense
}

# A folder of blocks of x, one of the session's.
blocks_of <- function(x, block) write_blocks(x, tempfile("blocks"), block)

empty_folder <- function() {
  dir.create(folder <- tempfile("folder"))
  folder
}

# A source that reads x by a function, by blocks of so many columns.
reading <- function(x, columns, read = function(part, i) part, ...) {
  if (length(columns) == 1L) columns <- cut_columns(x, columns)
  ends <- cumsum(columns)
  block_source(function(i) read(x[, (ends[[i]] - columns[[i]] + 1):ends[[i]], drop = FALSE], i),
               columns = columns, features = if (is.null(rownames(x))) nrow(x) else rownames(x),
               ...)
}

# First columns of the chunks that a fit in memory keeps apart: at most eight, of whole blocks
# of 16 columns, as many as keep the sums small beside X.
chunk_starts <- function(x, rank) {
  entries <- if (is.matrix(x)) length(x) else length(x@x)
  blocks <- ceiling(ncol(x) / 16)
  count <- max(1, min(entries %/% (32 * nrow(x) * rank), 8, blocks))
  1 + 16 * (blocks * (seq_len(count) - 1)) %/% count
}

# What a fit must have in common with another, but for its call.
expect_same_fit <- function(one, other) {
  fields <- c("w", "h", "trace", "iterations", "converged", "kkt", "dead", "scaling", "value")
  for (field in fields) {
    expect_identical(one[[field]], other[[field]], label = field)
  }
}
