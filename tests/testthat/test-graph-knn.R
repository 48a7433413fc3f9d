# The k nearest columns of each column, straight from the definition; order() is stable,
# so ties go to the smaller index.
brute_nearest <- function(x, k) {
  one <- function(j) {
    squared <- colSums((x - x[, j])^2)
    squared[j] <- NA
    order(squared)[seq_len(k)]
  }
  matrix(vapply(seq_len(ncol(x)), one, integer(k)), k)
}

brute_squared <- function(x) {
  outer(seq_len(ncol(x)), seq_len(ncol(x)), Vectorize(function(i, j) sum((x[, i] - x[, j])^2)))
}

nearest <- function(x, k, block = 0L, backend = "native") {
  storage.mode(x) <- "double"
  native_knn(x, as.integer(k), as.integer(block), graph_engine(backend))
}

samples <- function(m, n) matrix(runif(m * n), m)

# Data on which the formula |a|^2 + |b|^2 - 2 a'b alone goes wrong, or ties abound.
hard_data <- function() {
  set.seed(11)
  plain <- samples(9, 60)
  steps <- matrix(sample(0:3, 3 * 80, replace = TRUE), 3)
  list(
    random = plain,
    duplicates = plain[, sample(15, 60, replace = TRUE)],
    "duplicates far from 0" = plain[, sample(15, 60, replace = TRUE)] + 1e8,
    constant = matrix(0.1, 4, 40),
    zero = matrix(0, 4, 40),
    "whole numbers" = matrix(rpois(5 * 90, 2), 5),
    "whole numbers far from 0" = matrix(rpois(5 * 90, 2), 5) + 1e8,
    quarters = steps / 4,
    "large offset" = plain + 1e8,
    "two far groups" = cbind(plain, plain[, 1:30] + 1e8 + samples(9, 30)),
    "one far sample" = cbind(plain, 1e8),
    "one large feature" = plain * c(1e8, rep(1, 8)),
    "powers of ten" = plain * rep(10^seq(-6, 6, length.out = 60), each = 9),
    "one feature" = samples(1, 50),
    "two samples" = samples(3, 2),
    "three samples" = samples(3, 3)
  )
}

test_that("neighbours and distances equal those of a search over all pairs", {
  data <- hard_data()
  for (name in names(data)) {
    x <- data[[name]]
    all <- brute_nearest(x, ncol(x) - 1)
    for (backend in c("native", "blas")) for (k in unique(pmin(c(1, 5, 20), ncol(x) - 1))) {
      found <- nearest(x, k, backend = backend)
      expect_identical(found$index, all[seq_len(k), , drop = FALSE],
                       label = paste(name, backend, k))
      exact <- vapply(seq_len(ncol(x)), function(j) {
        colSums((x[, found$index[, j], drop = FALSE] - x[, j])^2)
      }, numeric(k))
      expect_equal(found$distance, matrix(exact, k), tolerance = 1e-14,
                   label = paste(name, backend, k))
    }
  }
})

test_that("more ties than can be told apart by the products go to the smaller indices", {
  # Multiples of 0.1 are rounded, so their distances differ from each other's only in how
  # they are summed; the neighbours must be those of the whole numbers.
  set.seed(12)
  whole <- matrix(rbinom(100 * 200, 1, 0.5), 100)
  expect_identical(nearest(whole * 0.1, 6)$index, brute_nearest(whole, 6))
})

test_that("the block size, the backend and the instruction set do not change one bit", {
  data <- hard_data()
  for (name in names(data)) {
    x <- data[[name]]
    k <- min(6, ncol(x) - 1)
    truth <- nearest(x, k)
    for (backend in c("native", "blas")) for (block in c(1, 7, 64, ncol(x), 1000)) {
      expect_identical(nearest(x, k, block, backend), truth, label = paste(name, backend, block))
    }
    for (set in native_instructions()) {
      control <- list(backend = "native", instructions = set)
      expect_identical(native_knn(x + 0, as.integer(k), 7L, control), truth,
                       label = paste(name, set))
    }
  }
})

test_that("the search accepts no neighbours at all and a single sample", {
  expect_identical(dim(nearest(samples(3, 1), 0)$index), c(0L, 1L))
  expect_identical(dim(nearest(samples(3, 4), 0)$index), c(0L, 4L))
})

test_that("samples are joined when either is among the other's k nearest", {
  # On a line at 0, 1, 3, 7: nearest of 0 is 1, of 1 is 0, of 3 is 1, of 7 is 3.
  x <- rbind(c(a = 0, b = 1, c = 3, d = 7), 0)
  expected <- matrix(0, 4, 4, dimnames = list(letters[1:4], letters[1:4]))
  expected[cbind(c(1, 2, 2, 3, 3, 4), c(2, 1, 3, 2, 4, 3))] <- 1
  expect_identical(as.matrix(knn_graph(x, k = 1)), expected)
})

test_that("the graph is sparse, symmetric to the bit, non-negative, of zero diagonal", {
  data <- hard_data()
  for (name in names(data)) for (weights in c("binary", "heat", "cosine")) {
    x <- data[[name]]
    graph <- knn_graph(x, min(5, ncol(x) - 1), weighting = weights)
    expect_s4_class(graph, "dgCMatrix")
    expect_true(methods::validObject(graph))
    dense <- as.matrix(graph)
    expect_identical(dense, t(dense), label = paste(name, weights))
    expect_true(all(is.finite(dense) & dense >= 0 & dense <= 1), label = paste(name, weights))
    expect_true(all(diag(dense) == 0), label = paste(name, weights))
    expect_true(all(graph@x > 0), label = paste(name, weights))
  }
})

test_that("binary weights are 1 exactly where the definition joins two samples", {
  set.seed(13)
  x <- samples(6, 70)
  truth <- matrix(0, 70, 70)
  truth[cbind(c(brute_nearest(x, 4)), rep(1:70, each = 4))] <- 1
  expect_identical(as.matrix(knn_graph(x, 4)), pmax(truth, t(truth)))
})

test_that("heat and cosine weights follow their formulas on the edges of the binary graph", {
  set.seed(14)
  x <- samples(6, 40)
  joined <- as.matrix(knn_graph(x, 3))
  squared <- brute_squared(x)
  heat <- as.matrix(knn_graph(x, 3, weighting = "heat", sigma = 0.7))
  expect_equal(heat, joined * exp(-squared / 0.7^2), tolerance = 1e-13)
  sigma <- mean(apply(sqrt(squared), 2, function(d) mean(sort(d)[2:4])))
  expect_equal(as.matrix(knn_graph(x, 3, weighting = "heat")), joined * exp(-squared / sigma^2),
               tolerance = 1e-13)
  cosine <- crossprod(x) / sqrt(outer(colSums(x^2), colSums(x^2)))
  expect_equal(as.matrix(knn_graph(x, 3, weighting = "cosine")), joined * cosine, tolerance = 1e-13)
})

test_that("cosine weights do not depend on how many pairs are computed at a time", {
  # 2^18 %/% m pairs at a time: 3 for m = 80000, and 5 samples have more edges than that.
  set.seed(15)
  x <- samples(80000, 5)
  cosine <- crossprod(x) / sqrt(outer(colSums(x^2), colSums(x^2)))
  diag(cosine) <- 0
  expect_equal(as.matrix(knn_graph(x, 4, weighting = "cosine")), cosine, tolerance = 1e-12)
})

test_that("the units of the data do not change a graph, however absurd they are", {
  set.seed(16)
  x <- samples(6, 30)
  for (weights in c("binary", "heat", "cosine")) {
    truth <- knn_graph(x, 4, weighting = weights)
    for (unit in 2^c(-1000, -600, 5, 600, 1000)) {
      expect_identical(knn_graph(x * unit, 4, weighting = weights), truth,
                       label = paste(weights, unit))
    }
  }
  truth <- rbf_graph(x, sigma = 0.5)
  for (unit in 2^c(-1000, -600, 5, 600, 1000)) {
    expect_equal(rbf_graph(x * unit, sigma = 0.5 * unit), truth, tolerance = 1e-12)
  }
})

test_that("metric = \"cosine\" is the Euclidean graph of samples of unit length", {
  set.seed(17)
  x <- samples(5, 40)
  unit <- x / rep(sqrt(colSums(x^2)), each = 5)
  shaded <- x * rep(runif(40, 0.1, 10), each = 5)
  for (weights in c("binary", "heat", "cosine")) {
    truth <- knn_graph(unit, 4, weighting = weights)
    # The metric is kept, for the weight of a penalty that is found from it.
    attr(truth, "metric") <- "cosine"
    expect_equal(knn_graph(x, 4, weighting = weights, metric = "cosine"), truth, tolerance = 1e-12)
    expect_equal(knn_graph(shaded, 4, weighting = weights, metric = "cosine"), truth,
                 tolerance = 1e-12)
  }
  expect_false(identical(knn_graph(shaded, 4), knn_graph(unit, 4)))
})

test_that("a sample far below the others in size keeps its direction", {
  x <- cbind(c(1, 2, 0), c(1, 2, 0) * 1e-200, c(0, 1, 5), c(0, 1, 4))
  expect_equal(knn_graph(x, 1, weighting = "cosine", metric = "cosine")[1, 2], 1, tolerance = 1e-15)
  x <- cbind(x[, 3], x[, 4], c(1, 2, 0) * 1e-200, c(1, 2, 0) * 1e-201)
  expect_equal(knn_graph(x, 1, weighting = "cosine")[3, 4], 1, tolerance = 1e-15)
})

test_that("samples of zeros have no cosine, and stay isolated instead of spoiling others", {
  set.seed(18)
  x <- cbind(samples(4, 6), 0, 0)
  for (metric in c("euclidean", "cosine")) {
    graph <- as.matrix(knn_graph(x, 3, weighting = "cosine", metric = metric))
    expect_true(all(graph[7:8, ] == 0))
    expect_true(all(rowSums(graph[1:6, 1:6]) > 0))
  }
  # 0 is at distance 1 from every unit vector, nearer than orthogonal ones (sqrt(2)).
  axes <- cbind(c(1, 0, 0), c(0, 1, 0), c(0, 0, 1), 0)
  expect_identical(as.matrix(knn_graph(axes, 1, metric = "cosine"))[4, ], c(1, 1, 1, 0))
})

test_that("coinciding samples have heat weight 1, at any width", {
  x <- matrix(0.3, 3, 5)
  all_pairs <- 1 - diag(5)
  expect_identical(as.matrix(knn_graph(x, 4, weighting = "heat")), all_pairs)
  expect_identical(as.matrix(knn_graph(x, 4, weighting = "heat", sigma = 1e-300)), all_pairs)
})

test_that("an edge whose weight vanishes is not stored", {
  graph <- knn_graph(rbind(c(0, 1, 500)), 1, weighting = "heat", sigma = 1)
  expect_identical(graph@x, rep(exp(-1), 2))
})

test_that("permuting the samples permutes the graph when there are no ties", {
  set.seed(19)
  x <- samples(7, 90)
  order <- sample(90)
  for (weights in c("binary", "heat", "cosine")) {
    expect_equal(as.matrix(knn_graph(x[, order], 5, weighting = weights)),
                 as.matrix(knn_graph(x, 5, weighting = weights))[order, order], tolerance = 1e-14)
  }
})

test_that("k = n - 1 joins all pairs", {
  set.seed(20)
  for (n in 2:4) {
    expect_identical(as.matrix(knn_graph(samples(3, n), n - 1)), 1 - diag(n))
  }
})

test_that("integer and logical data give the graph of the same numbers, and stay as they are", {
  x <- matrix(c(0L, 1L, 5L, 2L, 2L, 9L, 4L, 4L), 2)
  before <- x + 0L
  expect_identical(knn_graph(x, 2), knn_graph(x + 0, 2))
  expect_identical(x, before)
  expect_identical(knn_graph(x > 3, 2), knn_graph((x > 3) + 0, 2))
})

test_that("sample names become the names of rows and columns", {
  x <- matrix(1:8, 2, dimnames = list(NULL, c("p", "q", "r", "s")))
  expect_identical(dimnames(knn_graph(x, 1)), rep(list(colnames(x)), 2))
  expect_identical(dimnames(rbf_graph(x)), rep(list(colnames(x)), 2))
  expect_identical(dimnames(knn_graph(unname(x), 1)), list(NULL, NULL))
})

test_that("the Gaussian graph is exp(-d^2 / sigma^2) for all pairs, its diagonal 1", {
  data <- hard_data()
  for (name in names(data)) for (backend in c("native", "blas")) {
    x <- data[[name]]
    testthat::local_mocked_bindings(default_backend = function(...) backend)
    graph <- rbf_graph(x, sigma = 1.5, threshold = 0)
    dense <- as.matrix(graph)
    expect_equal(dense, exp(-brute_squared(x) / 1.5^2), tolerance = 1e-9,
                 label = paste(name, backend))
    expect_identical(dense, t(dense), label = paste(name, backend))
    expect_identical(diag(dense), rep(1, ncol(x)), label = paste(name, backend))
    expect_true(methods::validObject(graph))
  }
})

test_that("the Gaussian graph stores what reaches the threshold and nothing else", {
  set.seed(21)
  x <- samples(8, 600) # three blocks of 256
  dense <- exp(-as.matrix(stats::dist(t(x)))^2 / 0.5^2)
  dimnames(dense) <- NULL
  for (threshold in c(1e-12, 1e-8, 0.01)) {
    graph <- rbf_graph(x, threshold = threshold)
    expect_equal(as.matrix(graph), dense * (dense >= threshold), tolerance = 1e-9)
    expect_identical(length(graph@x), sum(dense >= threshold))
  }
  expect_identical(as.matrix(rbf_graph(x, threshold = 1)), diag(600))
})

test_that("one, two and three samples have a Gaussian graph", {
  expect_identical(as.matrix(rbf_graph(matrix(2, 3, 1))), matrix(1))
  # distances 1, 1, 2 on a line, sigma 1
  expected <- exp(-outer(1:3, 1:3, "-")^2)
  expect_equal(as.matrix(rbf_graph(rbind(1:3), sigma = 1)), expected)
  expect_equal(as.matrix(rbf_graph(rbind(1:2), sigma = 1)), expected[1:2, 1:2])
})

test_that("bad arguments of the graph functions are errors that say what is expected", {
  x <- matrix(1:8, 2)
  expect_bad(knn_graph(x, 4), "k")
  expect_bad(knn_graph(x), "k")
  expect_bad(knn_graph(x, 1.5), "k")
  expect_bad(knn_graph(x, 0), "k")
  expect_bad(knn_graph(x[, 1, drop = FALSE], 1), "x")
  expect_bad(knn_graph(-x, 1), "x")
  expect_bad(knn_graph(letters, 1), "x")
  expect_bad(knn_graph(x, 1, weighting = "binry"), "weighting")
  expect_bad(knn_graph(x, 1, metric = "cosin"), "metric")
  expect_bad(knn_graph(x, 1, weighting = "heat", sigma = 0), "sigma")
  expect_bad(knn_graph(x, 1, weighting = "heat", sigma = -1), "sigma")
  expect_bad(knn_graph(x, 1, sigma = 2), "sigma")
  expect_bad(rbf_graph(x, sigma = 0), "sigma")
  expect_bad(rbf_graph(x, threshold = 2), "threshold")
  expect_bad(rbf_graph(replace(x, 3, NA)), "x")
})
