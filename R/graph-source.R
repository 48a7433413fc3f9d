# What graphs ask of the samples: their neighbours, and the distances and angles along edges. Data
# in blocks are compared two blocks at a time.

# A source whose blocks have been looked at, once.
looked_source <- function(x, samples) {
  where_samples(samples, x)
  if (is.null(x$seen)) look_at_blocks(x) else x
}

# list(index, distance), k x n each: the k nearest others of each sample, of equally near ones those
# of smaller index, and their squared distances.
nearest_samples <- function(x, k, control) UseMethod("nearest_samples")

#' @exportS3Method
nearest_samples.default <- function(x, k, control) native_knn(x, k, 0L, control)

# The k nearest of all are among the k nearest of each pair of blocks.
#' @exportS3Method
nearest_samples.block_source <- function(x, k, control) {
  nearest <- list(index = matrix(.Machine$integer.max, k, ncol(x)),
                  distance = matrix(Inf, k, ncol(x)))
  count <- length(x$columns)
  pairs <- if (count == 1L) cbind(1L, 1L) else t(utils::combn(count, 2L))
  report <- progress_bar("Comparing blocks", nrow(pairs))
  done <- 0
  each_pair(x, pairs, function(both, at) {
    found <- native_knn(both, min(k, ncol(both) - 1L), 0L, control)
    found$index[] <- at[found$index]
    nearest <<- nearer(nearest, found, at) # nolint: undesirable_operator_linter.
    report(done <<- done + 1) # nolint: undesirable_operator_linter.
  })
  nearest
}

# The nearest samples of those `at`, with what was found among these. A neighbour may have been
# found before; places that are still empty are at distance Inf.
nearer <- function(nearest, found, at) {
  k <- nrow(nearest$index)
  index <- rbind(nearest$index[, at, drop = FALSE], found$index)
  distance <- rbind(nearest$distance[, at, drop = FALSE], found$distance)
  sample <- col(index)
  sorted <- order(sample, distance, index)
  this <- sorted[-1L]
  before <- sorted[-length(sorted)]
  again <- sample[before] == sample[this] & index[before] == index[this] & distance[this] < Inf
  sorted <- sorted[c(TRUE, !again)]
  kept <- sorted[sequence(tabulate(sample[sorted], length(at))) <= k]
  nearest$index[, at] <- index[kept]
  nearest$distance[, at] <- distance[kept]
  nearest
}

# The cosines of the angles between the samples low[e] and high[e].
edge_cosines <- function(x, low, high) UseMethod("edge_cosines")

#' @exportS3Method
edge_cosines.default <- function(x, low, high) cosine_weight(x, low, high)

#' @exportS3Method
edge_cosines.block_source <- function(x, low, high) along_edges(x, low, high, cosine_weight)

# The squared distances of the samples low[e] and high[e].
edge_distances <- function(x, low, high) UseMethod("edge_distances")

# A part at a time, so that copies of columns stay small.
#' @exportS3Method
edge_distances.default <- function(x, low, high) {
  in_parts(x, length(low), function(part) {
    column_sums((x[, low[part], drop = FALSE] - x[, high[part], drop = FALSE])^2)
  })
}

#' @exportS3Method
edge_distances.block_source <- function(x, low, high) along_edges(x, low, high, edge_distances)

# f(part) for consecutive parts of `count` edges, whose columns have about 2^18 entries.
in_parts <- function(x, count, f) {
  column_size <- if (is.matrix(x)) nrow(x) else max(1, length(x@x) / ncol(x))
  size <- max(1, 2^18 %/% column_size)
  unlist(lapply(split(seq_len(count), ceiling(seq_len(count) / size)), f), use.names = FALSE)
}

# f(block or two, low, high) of the edges within each pair of blocks, in the order of the edges.
along_edges <- function(source, low, high, f) {
  block <- rep(seq_along(source$columns), source$columns)
  ends <- cbind(pmin(block[low], block[high]), pmax(block[low], block[high]))
  value <- numeric(length(low))
  edges <- split(seq_along(low), paste(ends[, 1L], ends[, 2L]))
  each_pair(source, unique(ends), function(both, at) {
    own <- edges[[paste(block[at[[1L]]], block[at[[length(at)]]])]]
    found <- f(both, match(low[own], at), match(high[own], at))
    value[own] <<- found # nolint: undesirable_operator_linter.
  })
  value
}

# f(both, at) for pairs of blocks, a row each: their columns bound, and the numbers of these in the
# whole. The second block of a pair stays in memory while the first ones pass.
each_pair <- function(source, pairs, f) {
  for (j in sort(unique(pairs[, 2L]))) {
    second <- seen_block(source, j)
    for (i in sort(pairs[pairs[, 2L] == j, 1L])) {
      alone <- i == j
      f(if (alone) second else cbind(seen_block(source, i), second),
        c(columns_of(source, i), if (!alone) columns_of(source, j)))
    }
  }
}
