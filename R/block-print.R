# Printing a source, with the memory and the readings that a fit of it would take.

#' @rdname block_source
#' @param rank,threads For `print()`: the numbers of components and of threads of the fit whose
#'   memory is printed.
#' @export
print.block_source <- function(x, ..., rank = 10, threads = 1) {
  check_dots(list(...), "print.block_source", c("rank", "threads"))
  rank <- check_count(rank, "rank")
  threads <- check_count(threads, "threads")
  count <- length(x$columns)
  form <- if (is.na(x$sparse)) "" else if (x$sparse) ", sparse" else ", dense"
  cat("<block_source> ", x$dim[[1L]], " x ", x$dim[[2L]], form, ", ", x$what, "\n", sep = "")
  cat("  ", count, if (count == 1L) " block of " else " blocks of ",
      paste(unique(range(x$columns)), collapse = " to "), " columns\n", sep = "")
  memory <- fit_memory(x, rank, threads)
  cat("  nmf(x, ", rank, ") takes ", if (is.na(x$largest)) "up to ", "about ",
      format_bytes(memory), " of memory beside the session", if (threads > 1L) paste0(
        " (", threads, " threads)"), "\n", sep = "")
  cat("  and reads all of it once to check it, once in every iteration, and once at the end;\n",
      "  with loss = \"kl\" three times more. With solver = \"online\" it takes ",
      format_bytes(online_memory(x, rank)), ",\n",
      "  and reads all of it once in every pass, and four times more.\n", sep = "")
  invisible(x)
}

# The most bytes that a fit takes beside what the session has: for each thread the block it works
# on, one block that R has not freed yet, and six copies of the factors. Six was measured: the
# copies are those of the start, the engine, the slice before, the scaling and the naming.
fit_memory <- function(source, rank, threads = 1L) {
  largest <- largest_block(source)
  at_once <- min(threads, length(source$columns), 8)
  factors <- 8 * rank * sum(as.double(source$dim))
  sums <- 8 * (at_once + 2) * source$dim[[1L]] * rank
  (at_once + 1) * largest + 6 * factors + sums + 2^23
}

# The same with solver "online": one block more, in batches, H once more, by batches, and the sums
# of every batch twice.
online_memory <- function(source, rank) {
  batches <- sum(batch_count(source$columns, batch_width(NULL, source$dim[[2L]], rank)))
  shares <- 8 * batches * rank * (source$dim[[1L]] + rank)
  fit_memory(source, rank) + largest_block(source) + 8 * rank * ncol(source) + 2 * shares
}

# Bytes of the largest block: of a dense one where nobody has looked yet.
largest_block <- function(source) {
  if (is.na(source$largest)) 8 * source$dim[[1L]] * max(source$columns) else source$largest
}

format_bytes <- function(bytes) {
  if (bytes < 2^30) return(paste(round(bytes / 2^20), "MB"))
  paste(format(round(bytes / 2^30, 1)), "GB")
}
