# Time and memory of knn_graph() and rbf_graph(), per kernel, one thread.
# Run as: OPENBLAS_NUM_THREADS=1 Rscript bench/graph.R
library(metanmf)

shapes <- list(c(64, 1797), c(784, 6000), c(500, 10000))
cat("R's BLAS:", extSoftVersion()[["BLAS"]], "\n")

# Seconds of processor time, MB beyond what was in use before, MB of the result.
measure <- function(expr) {
  before <- sum(gc(reset = TRUE)[, 2L])
  time <- system.time(value <- expr)
  peak <- sum(gc()[, 6L]) - before
  sprintf("%6.2f s, peak %6.1f MB, result %5.1f MB", time[["user.self"]] + time[["sys.self"]],
          peak, as.numeric(utils::object.size(value)) / 2^20)
}

for (shape in shapes) {
  set.seed(1)
  # 50 groups, so that neighbours mean something, as in real data.
  centre <- matrix(stats::runif(shape[[1L]] * 50), shape[[1L]])
  x <- centre[, sample(50, shape[[2L]], replace = TRUE)]
  for (j in seq_len(ncol(x))) x[, j] <- x[, j] + 0.3 * stats::runif(nrow(x))
  cat("\n", shape[[1L]], " x ", shape[[2L]], "\n", sep = "")
  for (kernel in c("blas", "native")) {
    cat("  knn_graph, k 5,", format(kernel, width = 6), measure(knn_graph(x, kernel = kernel)),
        "\n")
  }
  for (weights in c("heat", "cosine")) {
    cat("  knn_graph,", format(weights, width = 11), measure(knn_graph(x, weights = weights)),
        "\n")
  }
  cat("  rbf_graph, sigma 0.5  ", measure(rbf_graph(x)), "\n")
  if (requireNamespace("FNN", quietly = TRUE) && prod(shape) <= 2e5) {
    cat("  FNN::get.knn          ", measure(FNN::get.knn(t(x), 5)), "\n")
  }
}
