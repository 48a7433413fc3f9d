# Rscript bench/graph-source.R [SAMPLES]
# knn_graph() of data in blocks beside the same data as a matrix: seconds and ratios, medians of 5
# interleaved runs, and that the graphs are the same to the bit. Seed 1.

library(metanmf)
count <- as.integer(c(commandArgs(trailingOnly = TRUE), 6000)[[1L]])
set.seed(1)
dense <- matrix(stats::runif(300 * count), 300)
sparse <- Matrix::rsparsematrix(2000, count, 0.05, rand.x = stats::runif)
seconds <- function(x) system.time(graph <<- knn_graph(x, 5))[[3L]]
for (name in c("dense", "sparse")) {
  x <- get(name)
  sources <- lapply(c(1, 2, 5, 10), function(blocks) block_source(x, ceiling(count / blocks)))
  found <- replicate(5, {
    whole <- seconds(x)
    same <- graph
    c(whole, vapply(sources, function(source) {
      each <- seconds(source)
      stopifnot(identical(graph, same))
      each
    }, 0))
  })
  median <- apply(found, 1, stats::median)
  cat(sprintf("%-6s matrix %.2f s; 1, 2, 5 and 10 blocks: %s times as long\n", name, median[[1L]],
              toString(sprintf("%.1f", median[-1L] / median[[1L]]))))
}
