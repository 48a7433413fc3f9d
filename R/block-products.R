# What functions other than a fit's own passes ask of all of a source, one block at a time.

# The sum of f(block) over all blocks, added from the first to the last.
sum_blocks <- function(source, f) {
  total <- 0
  if (is_spread(source)) {
    parts <- each_block(source, function(source, i) f(seen_block(source, i), i))
    for (part in parts) total <- total + part
    return(total)
  }
  for (i in seq_along(source$columns)) total <- total + f(seen_block(source, i), i)
  total
}

# What f(block) returns for the samples of each block, joined to one vector, or bound by rows.
bind_blocks <- function(source, f) {
  parts <- each_block(source, function(source, i) f(seen_block(source, i)))
  if (is.matrix(parts[[1L]])) do.call(rbind, parts) else unlist(parts)
}

#' @exportS3Method
stored_count.block_source <- function(x) sum(x$seen$stored)

#' @exportS3Method
is_dense.block_source <- function(x) !x$sparse

#' @exportS3Method
data_facts.block_source <- function(x, weights = NULL) seen_facts(x)

#' @exportS3Method
times_columns.block_source <- function(x, v) {
  sum_blocks(x, function(part, i) times_columns(part, v[columns_of(x, i), , drop = FALSE]))
}

#' @exportS3Method
transposed_product.block_source <- function(x, q) {
  bind_blocks(x, function(part) transposed_product(part, q))
}

#' @exportS3Method
row_products.block_source <- function(x) sum_blocks(x, function(part, i) row_products(part))

#' @exportS3Method
column_sums.block_source <- function(x) bind_blocks(x, column_sums)

#' @exportS3Method
squared_lengths.block_source <- function(x, rows) {
  if (!rows) return(bind_blocks(x, function(part) squared_lengths(part, FALSE)))
  sum_blocks(x, function(part, i) squared_lengths(part, TRUE))
}

#' @exportS3Method
stored_zeros.block_source <- function(x) sum_blocks(x, function(part, i) stored_zeros(part))

#' @exportS3Method
smallest_positive.block_source <- function(x) min(bind_blocks(x, smallest_positive))

#' @exportS3Method
multiplied.block_source <- function(x, number) changed_blocks(x, function(part) part * number)

# A missing entry becomes the mean of its feature's observed ones, as fill_missing() does in a
# matrix.
#' @exportS3Method
fill_missing.block_source <- function(x, weights = NULL) {
  facts <- data_facts(x)
  if (facts$observed == stored_count(x)) return(x)
  counted <- sum_blocks(x, function(part, i) {
    all <- list(rows = rep(TRUE, nrow(part)), columns = rep(TRUE, ncol(part)))
    cbind(gaps = count_gaps(part, all)$rows, sums = feature_sums(part))
  })
  observed <- ncol(x) - counted[, "gaps"]
  means <- counted[, "sums"] / pmax(observed, 1)
  means[observed == 0] <- facts$sum / sum(observed)
  changed_blocks(x, function(part) {
    gap <- which(is.na(stored_values(part)))
    row <- if (is.matrix(part)) (gap - 1L) %% nrow(part) + 1L else part@i[gap] + 1L
    put_entries(part, gap, means[row])
  })
}

feature_sums <- function(x) {
  if (is.matrix(x)) rowSums(x, na.rm = TRUE) else Matrix::rowSums(x, na.rm = TRUE)
}

#' @exportS3Method
count_gaps.block_source <- function(x, flags) {
  parts <- each_block(x, function(x, i) {
    count_gaps(seen_block(x, i), list(rows = flags$rows, columns = flags$columns[columns_of(x, i)]))
  })
  list(rows = Reduce(`+`, lapply(parts, `[[`, "rows")),
       columns = unlist(lapply(parts, `[[`, "columns")))
}

# A source whose blocks are those of another, changed by a function that keeps their shape. Its
# blocks have been read once and checked.
changed_blocks <- function(source, change) {
  changed <- new_source("block_view", source$dim, source$names, source$columns, source$sparse,
                        source$what, source$largest, of = source, change = change,
                        patience = source$patience)
  quiet_look(changed)
}

#' @export
read_block.block_view <- function(source, i) source$change(seen_block(source$of, i))

# The blocks of a source with their rows and columns multiplied, see scale_entries().
scaled_blocks <- function(source, margins) {
  scaled <- new_source("block_scaled", source$dim, source$names, source$columns, source$sparse,
                       source$what, source$largest, of = source, margins = margins,
                       patience = source$patience)
  quiet_look(scaled)
}

#' @export
read_block.block_scaled <- function(source, i) {
  margins <- source$margins
  if (!is.null(margins$samples)) margins$samples <- margins$samples[columns_of(source, i)]
  scale_entries(seen_block(source$of, i), margins)
}

# The samples and features that a layout keeps, as a source. A block with no samples left is left
# out.
keep_in_blocks <- function(source, layout) {
  kept <- rep(TRUE, ncol(source))
  if (!is.null(layout$columns)) kept <- seq_len(ncol(source)) %in% layout$columns
  flags <- unname(split(kept, rep(seq_along(source$columns), source$columns)))
  left <- vapply(flags, sum, 0L)
  rows <- if (is.null(layout$rows)) seq_len(nrow(source)) else layout$rows
  names <- list(source$names[[1L]][rows], source$names[[2L]][kept])
  part <- new_source("block_part", c(length(rows), sum(left)),
                     lapply(names, function(one) if (length(one)) one), left[left > 0],
                     source$sparse, source$what, source$largest, of = source,
                     numbers = which(left > 0), rows = rows, kept = flags[left > 0],
                     patience = source$patience)
  quiet_look(part)
}

#' @export
read_block.block_part <- function(source, i) {
  x <- seen_block(source$of, source$numbers[[i]])
  x[source$rows, source$kept[[i]], drop = FALSE]
}
