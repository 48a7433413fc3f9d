# The default lambda of a graph penalty: how much nearer neighbours are than samples at random.

# The rule grows without bound where neighbours are alike, and falls to 0 where they are no nearer
# than others. Between these limits it is taken as it is.
weight_bounds <- c(0.01, 100)

# lambda of the graph S of the columns of x: the mean squared distance of all pairs over that of
# neighbours, weighted by S, minus 1. The curvature of the Kullback-Leibler divergence is 1 / z,
# where that of least squares is 2; there lambda is divided by twice the mean of x weighted by x.
neighbour_lambda <- function(x, graph, loss = "frobenius") {
  power <- scale_power(largest_entry(x))
  if (power != 0) x <- multiplied(x, 2^power)
  facts <- data_facts(x)
  unit <- if (loss == "frobenius") 1 else 2 * facts$x_norm2 / facts$x_sum / 2^power
  if (identical(attr(graph, "metric", exact = TRUE), "cosine")) {
    x <- unit_columns(x)
    facts <- data_facts(x)
  }
  ratio <- mean_pair(x, facts$x_norm2) / mean_edge(x, graph)
  lambda <- if (is.finite(ratio)) ratio - 1 else if (is.nan(ratio)) 0 else Inf
  lambda <- min(max(lambda, weight_bounds[[1L]]), weight_bounds[[2L]])
  if (is.finite(unit) && unit > 0) lambda / unit else lambda
}

# The mean squared distance of all pairs of columns, without forming them: 2 n / (n - 1) times the
# mean squared distance from the mean. `squares`: the sum of the squares of all entries.
mean_pair <- function(x, squares) {
  n <- ncol(x)
  if (n < 2L) return(NaN)
  centre <- times_columns(x, matrix(1, n)) / n
  2 * (squares - n * sum(centre^2)) / (n - 1)
}

# The mean squared distance of the pairs that the graph joins, weighted by it, or NaN if it joins
# none. Differences are squared, so that equal samples are at distance 0.
mean_edge <- function(x, graph) {
  edges <- methods::as(methods::as(graph, "generalMatrix"), "TsparseMatrix")
  once <- which(edges@i < edges@j)
  low <- edges@i[once] + 1L
  high <- edges@j[once] + 1L
  weight <- edges@x[once]
  sum(weight * edge_distances(x, low, high)) / sum(weight)
}
