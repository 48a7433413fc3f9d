# Graphs of data in blocks are those of the bound matrix.

test_that("the graph of blocks is that of the bound matrix, with all weights and metrics", {
  x <- block_counts()
  x[, 250] <- x[, 20]
  for (data in list(x, methods::as(x, "CsparseMatrix"))) {
    for (block in c(40, 77, 299, 300)) for (weighting in c("binary", "heat", "cosine")) {
      for (metric in c("euclidean", "cosine")) {
        expect_identical(knn_graph(block_source(data, block), 4, weighting = weighting,
                                   metric = metric),
                         knn_graph(data, 4, weighting = weighting, metric = metric))
      }
    }
  }
})

test_that("blocks of fewer samples than neighbours, even of one, give the same graph", {
  x <- block_counts()[, 1:40]
  for (columns in list(rep(1, 40), c(1, 2, 37), rep(4, 10))) {
    expect_identical(knn_graph(reading(x, columns), 7), knn_graph(x, 7))
  }
})

test_that("the graph does not depend on the unit, near the ends of the double range", {
  x <- block_counts()[, 1:50]
  for (power in c(-600, 520)) {
    expect_identical(knn_graph(block_source(x * 2^power, 20), 3, weighting = "heat"),
                     knn_graph(x * 2^power, 3, weighting = "heat"))
  }
})

test_that("gnmf() makes graph and default lambda from blocks as it does from the matrix", {
  x <- block_counts()
  for (loss in c("frobenius", "kl")) {
    for (graph in list(knn_graph, function(x) knn_graph(x, 3, metric = "cosine"))) {
      same <- function(x) {
        set.seed(2)
        suppressWarnings(gnmf(x, 3, graph = graph, loss = loss, max_iter = 15, tol = 0))
      }
      here <- same(x)
      read <- same(block_source(x, 64))
      expect_equal(objective(read), objective(here), tolerance = 1e-10)
      expect_equal(read$model$lambda, here$model$lambda, tolerance = 1e-12)
      expect_equal(coef(read), coef(here), tolerance = 1e-8)
    }
  }
})

test_that("missing entries become the means of their features before blocks are compared", {
  x <- block_counts()
  x[cbind(rep(1:4, 3), 1:12 * 20)] <- NA
  same <- function(x) {
    set.seed(2)
    suppressWarnings(gnmf(x, 3, missing = "mask", max_iter = 10, tol = 0))
  }
  expect_equal(coef(same(block_source(x, 64))), coef(same(x)), tolerance = 1e-8)
})

test_that("the second block of a pair is kept while the first ones pass", {
  x <- block_counts()
  reads <- integer()
  source <- reading(x, 60, function(part, i) {
    reads <<- c(reads, i)
    part
  })
  knn_graph(source, 2)
  # The first pass, then each pair of five blocks, whose second one is kept.
  expect_identical(reads, c(1:5, 2L, 1L, 3L, 1:2, 4L, 1:3, 5L, 1:4))
})

test_that("what is wrong in a block, with k or with samples is said of a source as well", {
  x <- block_counts()
  bad <- x
  bad[3, 200] <- -1
  expect_bad(knn_graph(block_source(bad, 64), 2), "x")
  bad[3, 200] <- NA
  expect_bad(knn_graph(block_source(bad, 64), 2), "x")
  expect_bad(knn_graph(block_source(x, 64), 300), "k")
  expect_bad(knn_graph(block_source(x, 64), 2, samples = "rows"), "samples")
  expect_bad(nmf(block_source(x, 64), 2, penalty = penalty_graph(knn_graph, on = "w")), "graph")
})
