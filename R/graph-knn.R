# Graphs over samples: symmetric, non-negative, sparse n x n matrices of weights.

#' Nearest-neighbour graph
#'
#' Joins each sample to its nearest neighbours. [gnmf()] and [penalty_graph()] use this graph by
#' default to give joined samples similar coefficients.
#'
#' Samples i and j are joined when either is among the k nearest of the other, so a sample has k
#' neighbours or more. With \eqn{d_{ij}}{d_ij} the distance between samples, an edge has one of
#' these weights (Cai et al. 2011, section 3.1):
#'
#' - `"binary"`: \eqn{S_{ij} = 1}{S_ij = 1},
#' - `"heat"`: \eqn{S_{ij} = \exp(-d_{ij}^2 / \sigma^2)}{S_ij = exp(-d_ij^2 / sigma^2)},
#' - `"cosine"`: \eqn{S_{ij} = x_i'x_j / (\|x_i\| \|x_j\|)}{S_ij = x_i'x_j / (||x_i|| ||x_j||)}, 0
#'   for a sample of zeros.
#'
#' All other entries are 0, and so is the diagonal: a loop from a sample to itself drops out of the
#' Laplacian and only slows multiplicative updates. An edge whose weight is 0 is not stored.
#'
#' The search is exact and repeatable. Products of blocks of `x` find candidates, whose distances
#' are then measured as sums of \eqn{(x_{fi} - x_{fj})^2}{(x_fi - x_fj)^2}. Identical samples are
#' therefore at distance 0, and the result does not depend on the BLAS. Of equally near samples the
#' one with the smaller index is taken. The time grows as m n^2. Beside `x` and the result, the
#' memory is a few numbers per edge (`metric = "cosine"` needs copies of `x`). Data in groups whose
#' offsets are 1e6 times as large as the distances within them take several times as long. Sparse
#' `x` gives the graph of the same dense data, in time that grows with n times the number of stored
#' entries. Only up to 256 of its samples at a time are made dense.
#'
#' Data in blocks, see [block_source()], give the graph of the bound matrix, to the bit. Each block
#' is compared with every other one, so that two blocks and their bound columns are in memory at a
#' time. With b blocks that is about b^2 / 2 reads of a block, and up to about four times the time
#' of a matrix (`bench/graph-source.R`), so few large blocks are best.
#'
#' @param x Numeric matrix, m features x n samples, dense or sparse (see [data_matrices]), or data
#'   in blocks (see [block_source()]), non-negative and finite, in any unit. Neighbours depend on
#'   how features are scaled against each other; see [scale_minmax()].
#' @param k Number of neighbours, a whole number from 1 to n - 1. The default is 5, the value of Cai
#'   et al. (2011).
#' @param weighting `"binary"` (default, since it has no parameter and no unit), `"heat"` or
#'   `"cosine"`.
#' @param metric `"euclidean"` (default) compares samples as they are. `"cosine"` scales them to
#'   unit length first, so that only their direction counts. This is the usual choice for counts,
#'   such as those of cells and documents, and for images of differing brightness. A sample of zeros
#'   stays zero, at distance 1 from all others.
#' @param sigma Width of the heat kernel, above 0, in units of the distance, for `weighting =
#'   "heat"` only. `NULL`, the default, takes the mean distance from a sample to its k nearest, so
#'   that the weights do not depend on the units of `x`.
#' @param samples Whether `x` has its samples in its `"columns"` (default) or `"rows"`. A function
#'   that [gnmf()] calls always gets them in columns.
#' @param ... Must be empty. All later arguments are matched by their whole names.
#' @return A symmetric n x n `dgCMatrix` without unit. Its diagonal is 0, and its rows and columns
#'   are named by the samples.
#' @section Errors: Class `metanmf_error` when `x` is not a non-negative finite matrix of
#'   at least two samples, `k` is not a whole number from 1 to n - 1, `weighting` or `metric`
#'   is unknown, or `sigma` is not above 0 or given without `"heat"`.
#' @references Cai, D., He, X., Han, J. and Huang, T. S. (2011). Graph Regularized
#'   Nonnegative Matrix Factorization for Data Representation. *IEEE TPAMI* 33(8),
#'   1548-1560. \doi{10.1109/TPAMI.2010.231}
#' @seealso [rbf_graph()] for a kernel over all pairs.
#' @examples
#' x <- cbind(a = c(0, 1), b = c(0, 2), c = c(5, 1), d = c(5, 3))
#' knn_graph(x, k = 1)
#' knn_graph(x, k = 1, weighting = "heat")
#' @importFrom Matrix sparseMatrix
#' @export
knn_graph <- function(x, k = 5, ..., weighting = c("binary", "heat", "cosine"),
                      metric = c("euclidean", "cosine"), sigma = NULL,
                      samples = c("columns", "rows")) {
  check_dots(list(...), "knn_graph")
  x <- if (is_source(x)) looked_source(x, samples) else check_matrix(x, samples = samples)
  n <- ncol(x)
  k <- check_neighbours(k, x)
  weighting <- check_choice(weighting, "weighting", c("binary", "heat", "cosine"))
  metric <- check_choice(metric, "metric", c("euclidean", "cosine"))
  if (!is.null(sigma)) sigma <- check_sigma(sigma, weighting)
  control <- graph_engine()

  unit <- 2^scale_power(largest_entry(x))
  if (unit != 1) x <- multiplied(x, unit)
  if (metric == "cosine") x <- unit_columns(x)
  nearest <- nearest_samples(x, k, control)
  own <- rep(seq_len(n), each = k)
  once <- which(!duplicated(pmin(own, nearest$index) + (pmax(own, nearest$index) - 1) * n))
  low <- pmin(own, nearest$index)[once]
  high <- pmax(own, nearest$index)[once]
  weight <- switch(weighting,
    binary = rep(1, length(low)),
    heat = {
      if (is.null(sigma)) sigma <- mean(sqrt(nearest$distance))
      else if (metric == "euclidean") sigma <- sigma * unit
      heat_weight(nearest$distance[once], sigma)
    },
    cosine = edge_cosines(x, low, high))
  graph <- graph_from_pairs(low, high, weight, 0, x)
  # What penalty_graph() reads to find its weight; Euclidean is what it takes without.
  if (metric == "cosine") attr(graph, "metric") <- metric
  graph
}

#' Gaussian graph over all pairs
#'
#' Makes the graph of the thesis author's code for graph-regularised factorisation, with
#' \eqn{S_{ij} = \exp(-d_{ij}^2 / \sigma^2)}{S_ij = exp(-d_ij^2 / sigma^2)} for every pair of
#' samples, where \eqn{d_{ij}}{d_ij} is the Euclidean distance between them. Entries below
#' `threshold` are dropped. Use this graph to repeat that work. [knn_graph()] carries more
#' information, since at this width the off-diagonal weights are close to 0 on most data.
#'
#' The diagonal, 1, is kept. It drops out of the Laplacian and therefore out of the objective, but
#' not out of the multiplicative ratio. There it stands in both numerator and denominator and
#' shortens every step, so the author's iterations cannot be repeated without it.
#'
#' Distances have a relative error of at most 1e-10, also for near-duplicates. They are computed for
#' 256 samples at a time, so the memory grows with the number of entries kept, up to n^2 when
#' `sigma` is large.
#'
#' @param x Numeric matrix, m features x n samples, dense or sparse (see [data_matrices]),
#'   non-negative and finite. The author's data are scaled to 0..1 by feature, see
#'   [scale_minmax()].
#' @param sigma Width, above 0, in units of the distance. Default 0.5, the author's.
#' @param threshold Smallest weight kept, from 0 to 1. The default is 1e-8: dropping smaller entries
#'   changes the sum of a row, which is at least 1, by less than n 1e-8. 0 keeps all entries that
#'   are not 0 in double precision.
#' @param samples Whether `x` has its samples in its `"columns"` (default) or `"rows"`.
#' @param ... Must be empty. All later arguments are matched by their whole names.
#' @return A symmetric n x n `dgCMatrix` without unit. Its diagonal is 1, and its rows and columns
#'   are named by the samples.
#' @section Errors: Class `metanmf_error` when `x` is not a non-negative finite matrix,
#'   `sigma` is not above 0 or `threshold` is not from 0 to 1.
#' @references Khan, A. A. (2025). *Meta-Unsupervised Learning: Application to
#'   Non-negative Matrix Factorization*. Thesis, Bishop's University.
#' @examples
#' x <- cbind(a = c(0, 1), b = c(0, 1.5), c = c(5, 1))
#' rbf_graph(x)
#' rbf_graph(x, sigma = 3)
#' @export
rbf_graph <- function(x, sigma = 0.5, threshold = 1e-8, ..., samples = c("columns", "rows")) {
  check_dots(list(...), "rbf_graph")
  x <- check_matrix(x, samples = samples)
  sigma <- check_sigma(sigma)
  threshold <- check_number(threshold, "threshold", 0, 1)
  control <- graph_engine()
  unit <- 2^scale_power(max(x))
  if (unit != 1) x <- x * unit
  sigma <- sigma * unit
  # Distances that may reach the threshold; the weight itself decides.
  reach <- (sqrt(-log(threshold)) * sigma)^2 * (1 + 1e-9)
  n <- ncol(x)
  parts <- lapply(seq.int(1L, n, by = 256L), function(first) {
    last <- min(first + 255L, n)
    squared <- native_pair_distances(x, first, last, control)
    near <- which(squared <= reach)
    low <- (near - 1L) %% last + 1L
    high <- (near - 1L) %/% last + first
    weight <- heat_weight(squared[near], sigma)
    keep <- low < high & weight >= threshold
    list(low = low[keep], high = high[keep], weight = weight[keep])
  })
  every <- function(name) unlist(lapply(parts, `[[`, name))
  graph_from_pairs(every("low"), every("high"), every("weight"), 1, x)
}

check_neighbours <- function(k, x) {
  if (ncol(x) < 2L) {
    stop_input("x", "a matrix of at least two samples (columns)", describe(x),
               "A single sample has no neighbours.")
  }
  k <- check_count(k, "k")
  if (k >= ncol(x)) {
    stop_input("k", paste0("below the number of samples, so at most ", ncol(x) - 1L),
               paste0(k, " neighbours for ", ncol(x), " samples"),
               "Samples are the columns of `x`; take fewer neighbours or more samples.")
  }
  k
}

check_sigma <- function(sigma, weighting = "heat") {
  if (weighting != "heat") {
    stop_input("sigma", "left out unless weighting = \"heat\"",
               paste0(describe(sigma), " with weighting = \"", weighting, "\""))
  }
  sigma <- check_number(sigma, "sigma", 0)
  if (sigma == 0) stop_input("sigma", "a number above 0", "0")
  sigma
}

# What the C entries read of a control list. The graph is the same to the bit with either.
graph_engine <- function(backend = default_backend()) {
  list(backend = backend, instructions = chosen_instructions())
}

# Euclidean length of each column, through its largest entry, as the squares of a
# column far below the others could vanish.
column_norms <- function(x) {
  column <- if (is.matrix(x)) function(j) x[, j] else function(j) stored_column(x, j)
  vapply(seq_len(ncol(x)), function(j) {
    value <- column(j)
    peak <- max(0, abs(value))
    if (peak > 0) peak * sqrt(sum((value / peak)^2)) else 0
  }, 0)
}

stored_column <- function(x, j) x@x[x@p[[j]] + seq_len(x@p[[j + 1L]] - x@p[[j]])]

# Each column at unit length; a column of zeros stays.
unit_columns <- function(x, norms = column_norms(x)) {
  if (is_source(x)) return(changed_blocks(x, function(part) unit_columns(part)))
  norms <- ifelse(norms > 0, norms, 1)
  if (is.matrix(x)) return(x / rep(norms, each = nrow(x)))
  x@x <- x@x / rep(norms, times = diff(x@p))
  x
}

# exp(-d^2 / sigma^2), 1 at distance 0 even if sigma is 0. The quotient is squared
# last: sigma^2 alone could overflow or vanish.
heat_weight <- function(squared, sigma) {
  ratio <- sqrt(squared) / sigma
  ratio[squared == 0] <- 0
  exp(-ratio^2)
}

# Cosines of the pairs, a part at a time so that copies of columns stay small.
cosine_weight <- function(x, low, high) {
  norms <- column_norms(x)
  small <- norms > 0 & norms < 1e-140
  if (any(small)) {
    x[, small] <- unit_columns(x[, small, drop = FALSE], norms[small])
    norms[small] <- 1
  }
  scale <- norms[low] * norms[high]
  weight <- in_parts(x, length(low), function(part) {
    column_sums(x[, low[part], drop = FALSE] * x[, high[part], drop = FALSE])
  })
  ifelse(scale > 0, pmin(weight / scale, 1), 0)
}

# Both halves get the same number, so the graph is symmetric to the bit.
graph_from_pairs <- function(low, high, weight, diagonal, x) {
  n <- ncol(x)
  kept <- weight > 0
  loops <- if (diagonal > 0) seq_len(n)
  sparseMatrix(i = c(low[kept], high[kept], loops), j = c(high[kept], low[kept], loops),
               x = c(weight[kept], weight[kept], rep(diagonal, length(loops))),
               dims = c(n, n), dimnames = list(colnames(x), colnames(x)))
}
