# How far several clusterings of the same samples agree. `classes` is runs x samples, NA for a
# sample without a class. C, samples x samples, is the share of runs that put two samples together.
#
# C is made as a whole only if the user asks for it. Samples that were together in every run have
# the same row of C. Trees, correlations and silhouettes therefore need each different row only
# once, with its count. Sums over all of C follow from how the classes of the runs overlap.

# list(classes, count, profile): the different columns of `classes`, how many samples have each,
# and which of them each sample has. A sample without a class in some run gets a column of its own,
# since no other sample is together with it in all runs.
class_profiles <- function(classes) {
  key <- do.call(paste, asplit(classes, 1L))
  alone <- colSums(is.na(classes)) > 0
  key[alone] <- paste("alone", which(alone))
  profile <- match(key, unique(key))
  list(classes = classes[, !duplicated(key), drop = FALSE], count = tabulate(profile),
       profile = profile)
}

# Samples x (runs times classes), sparse: 1 where a sample has that class in that run.
memberships <- function(classes) {
  known <- which(!is.na(classes), arr.ind = TRUE)
  most <- max(1L, classes, na.rm = TRUE)
  sparseMatrix(i = known[, 2L], j = (known[, 1L] - 1L) * most + classes[known], x = 1,
               dims = c(ncol(classes), most * nrow(classes)))
}

# A block of C: rows and columns are numbers of samples.
consensus_block <- function(classes, rows, columns) {
  z <- memberships(classes)
  block <- as.matrix(z[rows, , drop = FALSE] %*% Matrix::t(z[columns, , drop = FALSE]))
  block <- block / nrow(classes)
  block[outer(rows, columns, `==`)] <- 1
  dimnames(block) <- list(colnames(classes)[rows], colnames(classes)[columns])
  block
}

# The mean of (2 C - 1)^2 over all entries of C (Kim and Park 2007), computed without C: the sum of
# C is taken over all pairs of memberships, and the sum of its squares over the overlaps of classes.
consensus_dispersion <- function(classes) {
  z <- memberships(classes)
  runs <- nrow(classes)
  n <- ncol(classes)
  squares <- sum((Matrix::crossprod(z) / runs)^2)
  total <- sum(Matrix::colSums(z)^2) / runs
  # A sample is together with itself, even in runs that gave it no class.
  own <- sum(1 - (2 * Matrix::rowSums(z) / runs - 1)^2)
  (4 * squares - 4 * total + n^2 + own) / n^2
}

# The tree of average linkage at distances 1 - C, as list(cophenetic, silhouette, cluster, widths,
# order, leaves), with the cluster, silhouette width and place of each sample. The tree is cut into
# `rank` clusters.
consensus_tree <- function(classes, rank) {
  profiles <- class_profiles(classes)
  kinds <- length(profiles$count)
  if (kinds == 1L) {
    n <- ncol(classes)
    return(list(cophenetic = NA_real_, silhouette = NA_real_, cluster = rep(1L, n),
                widths = rep(NA_real_, n), order = seq_len(n), leaves = 1L))
  }
  apart <- 1 - consensus_block(profiles$classes, seq_len(kinds), seq_len(kinds))
  tree <- stats::hclust(stats::as.dist(apart), "average", members = profiles$count)
  cluster <- if (rank <= kinds) stats::cutree(tree, rank) else seq_len(kinds)
  widths <- rep(NA_real_, ncol(classes))
  if (rank > 1L && rank <= kinds && rank < ncol(classes)) {
    widths <- silhouette_widths(apart, cluster, profiles$count)[profiles$profile]
  }
  place <- order(tree$order)
  list(cophenetic = cophenetic_correlation(apart, tree, profiles$count),
       silhouette = mean(widths), cluster = unname(cluster)[profiles$profile], widths = widths,
       order = order(place[profiles$profile]), leaves = kinds)
}

# The correlation, over all pairs of samples, of their distances with those in the tree; NA where
# all distances are equal. `count` says how many samples, at distance 0, each row stands for.
cophenetic_correlation <- function(apart, tree, count) {
  pairs <- which(upper.tri(apart), arr.ind = TRUE)
  weight <- c(count[pairs[, 1L]] * count[pairs[, 2L]], sum(count * (count - 1) / 2))
  given <- c(apart[pairs], 0)
  found <- c(as.matrix(stats::cophenetic(tree))[pairs], 0)
  if (diff(range(given[weight > 0])) == 0) return(NA_real_)
  stats::cov.wt(cbind(given, found), weight / sum(weight), cor = TRUE)$cor[[1L, 2L]]
}

# The silhouette width (Rousseeuw 1987) of each row, 0 for a row alone in its cluster. `count` is as
# above.
silhouette_widths <- function(apart, cluster, count = rep(1, length(cluster))) {
  sums <- crossprod(apart * count, outer(cluster, sort(unique(cluster)), `==`))
  sizes <- drop(rowsum(count, cluster))
  own <- cbind(seq_along(cluster), match(cluster, sort(unique(cluster))))
  alone <- sizes[own[, 2L]] == 1
  within <- sums[own] / pmax(sizes[own[, 2L]] - 1, 1)
  means <- sums / rep(sizes, each = nrow(sums))
  means[own] <- Inf
  between <- apply(means, 1L, min)
  width <- (between - within) / pmax(between, within)
  width[alone | is.nan(width)] <- 0
  unname(width)
}

# At most `most` random samples, whose tree stands for that of all samples. The draw has a stream of
# its own, so that the same runs give the same answer.
tree_samples <- function(classes, most) {
  n <- ncol(classes)
  if (n <= most || length(class_profiles(classes)$count) <= most) return(seq_len(n))
  with_stream(sort(sample.int(n, most)), "consensus", n, most)
}
