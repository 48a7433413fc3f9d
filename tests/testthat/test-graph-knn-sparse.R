# Graphs of sparse data. The truth is the graph of the same dense data, which test-graph-knn.R
# holds against the definition.

sparse_data <- function() {
  set.seed(61)
  draw <- function(m, n, density, values = stats::runif) {
    Matrix::rsparsematrix(m, n, density, rand.x = values)
  }
  list(
    random = draw(300, 280, 0.05),
    counts = sparse_copy(matrix(rpois(50 * 90, 0.4), 50) + 0),
    tenths = draw(203, 64, 0.03, function(count) sample(1:3, count, replace = TRUE) / 10),
    "samples of zeros" = cbind(draw(20, 30, 0.1), draw(20, 3, 0)),
    duplicates = draw(15, 9, 0.3)[, rep(1:9, 7)],
    full = sparse_copy(matrix(runif(120), 4)),
    empty = sparse_copy(matrix(0, 5, 12)),
    "powers of ten" = draw(30, 40, 0.3) %*% Matrix::Diagonal(x = 10^seq(-200, 5, length.out = 40))
  )
}

test_that("the graph of sparse data is that of the same dense data", {
  data <- sparse_data()
  for (name in names(data)) for (metric in c("euclidean", "cosine")) {
    x <- sparse_copy(data[[name]])
    for (weights in c("binary", "heat")) {
      truth <- knn_graph(as.matrix(x), 4, weighting = weights, metric = metric)
      expect_identical(knn_graph(x, 4, weighting = weights, metric = metric), truth,
                       label = paste(name, metric, weights))
    }
    expect_equal(knn_graph(x, 4, weighting = "cosine", metric = metric),
                 knn_graph(as.matrix(x), 4, weighting = "cosine", metric = metric),
                 tolerance = 1e-12, label = paste(name, metric))
  }
})

test_that("the Gaussian graph of sparse data is that of the same dense data", {
  data <- sparse_data()
  for (name in names(data)) {
    x <- data[[name]]
    expect_equal(rbf_graph(x, sigma = 2, threshold = 1e-3),
                 rbf_graph(as.matrix(x), sigma = 2, threshold = 1e-3), tolerance = 1e-10,
                 label = name)
  }
})

test_that("neighbours of sparse data depend on no block size, backend or instruction set", {
  data <- sparse_data()
  for (name in names(data)) {
    x <- check_matrix(data[[name]])
    truth <- native_knn(as.matrix(x), 6L, 0L, graph_engine("native"))
    for (backend in c("native", "blas")) for (block in c(0L, 1L, 7L, 64L, 1000L)) {
      expect_identical(native_knn(x, 6L, block, graph_engine(backend)), truth,
                       label = paste(name, backend, block))
    }
    for (set in native_instructions()) {
      control <- list(backend = "native", instructions = set)
      expect_identical(native_knn(x, 6L, 11L, control), truth, label = paste(name, set))
    }
  }
})

test_that("zeros that are stored change no neighbour", {
  x <- sparse_data()$counts
  padded <- x
  padded@x[c(1, 5, 9)] <- 0
  expect_identical(knn_graph(padded, 3), knn_graph(Matrix::drop0(padded), 3))
})

test_that("columns of sparse data are scaled to unit length as dense ones are", {
  data <- sparse_data()
  for (name in names(data)) {
    x <- sparse_copy(data[[name]])
    expect_identical(column_norms(x), column_norms(as.matrix(x)), label = name)
    expect_identical(as.matrix(unit_columns(x)), unit_columns(as.matrix(x)), label = name)
  }
})

test_that("the search makes no dense copy of sparse data", {
  set.seed(62)
  # 1e6 x 5000 doubles are 40 GB.
  x <- Matrix::sparseMatrix(i = sample(1e6, 6000), j = sample(5000, 6000, replace = TRUE),
                            x = runif(6000), dims = c(1e6, 5000))
  expect_identical(dim(knn_graph(x, 3, metric = "cosine")), c(5000L, 5000L))
})
