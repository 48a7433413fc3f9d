# `rank` strong directions and noise: m x n, non-negative.
strong <- function(m, n, rank = 6) {
  matrix(rexp(m * rank), m) %*% (matrix(rexp(rank * n), rank) * 2^-(1:rank)) +
    0.05 * matrix(runif(m * n), m)
}

# Largest difference of two sets of singular triplets, whatever the signs of the pairs.
triplet_gap <- function(a, b) {
  turn <- function(vectors, sign) vectors * rep(sign, each = nrow(vectors))
  sign <- sign(colSums(a$v * b$v))
  max(abs(a$d - b$d) / a$d[[1]], abs(a$u - turn(b$u, sign)), abs(a$v - turn(b$v, sign)))
}

exact_triplets <- function(x, rank) {
  triplets <- svd(as.matrix(x), nu = rank, nv = rank)
  list(d = triplets$d[seq_len(rank)], u = triplets$u, v = triplets$v)
}

usable_methods <- function() {
  c("full", "gram", if (requireNamespace("irlba", quietly = TRUE)) "irlba")
}

test_that("every method finds the triplets of base svd(), of dense and of sparse x", {
  set.seed(41)
  thin <- Matrix::rsparsematrix(150, 400, 0.1, rand.x = stats::runif)
  data <- list(strong(300, 120), strong(120, 500), as.matrix(thin), thin, Matrix::t(thin))
  for (x in data) for (rank in c(1, 5)) {
    truth <- exact_triplets(x, rank)
    for (method in setdiff(usable_methods(), if (!is.matrix(x)) "full")) {
      expect_lt(triplet_gap(truth, leading_svd(x, rank, method)), 1e-8, label = method)
    }
  }
})

test_that("NNDSVD does not depend on how its singular vectors were found", {
  set.seed(42)
  x <- strong(130, 260)
  start <- start_from <- NULL
  for (method in usable_methods()) {
    local_mocked_bindings(svd_method = function(...) method)
    start_from[[method]] <- init_nndsvd(x, 5)
  }
  for (start in start_from) expect_equal(start, start_from$full, tolerance = 1e-8)
})

test_that("singular vectors are found without moving R's random numbers, and repeatably", {
  set.seed(43)
  data <- list(strong(140, 200), strong(140, 3, 2) %*% strong(3, 200, 2))
  for (x in data) for (method in usable_methods()) {
    before <- .Random.seed
    first <- leading_svd(x, 4, method)
    expect_identical(.Random.seed, before, label = method)
    expect_identical(leading_svd(x, 4, method), first, label = method)
  }
})

test_that("a session without random numbers so far stays one", {
  old <- get0(".Random.seed", globalenv(), inherits = FALSE)
  on.exit(assign(".Random.seed", old, envir = globalenv()))
  if (!is.null(old)) rm(".Random.seed", envir = globalenv())
  keeping_random_state(stats::runif(1))
  expect_false(exists(".Random.seed", globalenv(), inherits = FALSE))
})

test_that("x of less than the wanted rank has singular values of 0, by every method", {
  set.seed(44)
  x <- matrix(runif(150 * 3), 150) %*% matrix(runif(3 * 300), 3)
  truth <- svd(x)$d[1:3]
  for (method in usable_methods()) {
    triplets <- leading_svd(x, 6, method)
    expect_equal(triplets$d[1:3], truth, tolerance = 1e-10, label = method)
    expect_lt(max(triplets$d[4:6]), 1e-12 * truth[[1]], label = method)
  }
})

test_that("singular values far below the largest are still found", {
  set.seed(45)
  left <- qr.Q(qr(matrix(rnorm(200 * 8), 200)))
  right <- qr.Q(qr(matrix(rnorm(120 * 8), 120)))
  d <- 10^-(0:7)
  x <- left %*% (d * t(right))
  for (method in usable_methods()) {
    expect_equal(leading_svd(x, 8, method)$d / d, rep(1, 8), tolerance = 1e-7, label = method)
  }
})

test_that("the units of x scale the singular values alone, however absurd they are", {
  set.seed(46)
  x <- strong(120, 150)
  for (method in usable_methods()) {
    truth <- leading_svd(x, 3, method)
    for (unit in 2^c(-900, 900)) {
      scaled <- leading_svd(x * unit, 3, method)
      scaled$d <- scaled$d / unit
      expect_lt(triplet_gap(truth, scaled), 1e-10, label = paste(method, unit))
    }
  }
})

test_that("x of zeros has zeros for singular values, dense or sparse", {
  zero <- matrix(0, 120, 130)
  for (x in list(zero, sparse_copy(zero))) for (method in usable_methods()[-1]) {
    triplets <- leading_svd(x, 2, method)
    expect_identical(triplets$d, c(0, 0))
    expect_identical(dim(triplets$v), c(130L, 2L))
  }
})

test_that("vectors that are no singular vectors are not accepted", {
  set.seed(47)
  # Singular values 1.00, 1.01, ...: four steps tell none of them from its neighbours.
  x <- diag(1 + (1:200) / 100)
  astray <- qr.Q(qr(matrix(rnorm(200 * 7), 200)))
  expect_null(refine_svd(x, astray, 2))
  expect_null(refine_svd(x, astray[, 1, drop = FALSE], 2))
  expect_null(refine_svd(x, NULL, 2))
  local_mocked_bindings(right_vectors = function(...) astray)
  expect_equal(leading_svd(x, 2, "gram")$d, c(3, 2.99))
  expect_bad(leading_svd(sparse_copy(x), 2, "gram"), "x")
})

test_that("the method follows from shape, rank, sparsity and what is installed alone", {
  expect_identical(svd_method(c(100, 1e6), 5, FALSE, TRUE), "full")
  expect_identical(svd_method(c(101, 1e6), 5, FALSE, TRUE), "gram")
  expect_identical(svd_method(c(100, 1e6), 5, TRUE, TRUE), "gram")
  expect_identical(svd_method(c(800, 900), 201, FALSE, TRUE), "full")
  expect_identical(svd_method(c(1001, 1e6), 5, FALSE, TRUE), "irlba")
  expect_identical(svd_method(c(1001, 1e6), 5, TRUE, TRUE), "irlba")
  expect_identical(svd_method(c(1001, 1e6), 5, FALSE, FALSE), "full")
  expect_identical(svd_method(c(5000, 1e6), 5, TRUE, FALSE), "gram")
  expect_identical(svd_method(c(5000, 1e6), 2000, TRUE, TRUE), "gram")
  expect_error(svd_method(c(5001, 1e6), 5, TRUE, FALSE), class = "metanmf_missing_package")
  expect_bad(svd_method(c(5001, 1e6), 5, TRUE, FALSE), "irlba")
  expect_bad(svd_method(c(6000, 1e6), 2000, TRUE, TRUE), "rank")
})

test_that("NNDSVD of sparse data makes no dense copy of them", {
  skip_on_cran()
  skip_if_not_installed("irlba")
  set.seed(48)
  # 1e5 x 8e4 doubles are 64 GB.
  x <- Matrix::sparseMatrix(i = sample(1e5, 2e4), j = sample(8e4, 2e4, replace = TRUE),
                            x = runif(2e4), dims = c(1e5, 8e4))
  start <- init_nndsvd(x, 2)
  expect_identical(dim(start$w), c(100000L, 2L))
  expect_true(all(start$w >= 0) && all(start$h >= 0) && any(start$w > 0))
})

test_that("repeated singular values of sparse data are found with irlba as without", {
  skip_if_not_installed("irlba")
  # One entry a column: X X' is diagonal, and its entries are the numbers of columns a row has.
  set.seed(1)
  row <- sample(1200, 3600, TRUE)
  x <- Matrix::sparseMatrix(i = row, j = 1:3600, x = 1, dims = c(1200, 3600))
  expect_equal(leading_svd(x, 5, "irlba")$d, sqrt(sort(tabulate(row), decreasing = TRUE)[1:5]))
})

test_that("a product that is made in parts is the whole one, with a last part of any size", {
  x <- matrix(as.double(1:21), 3)
  for (work in 2^30 / c(1, 2, 3, 4, 5, 7, 9)) {
    places <- list()
    found <- sum_of_parts(7, work, function(at) {
      places[[length(places) + 1L]] <<- at
      tcrossprod(x[, at, drop = FALSE])
    })
    expect_identical(found, x %*% t(x))
    expect_equal(unlist(places), 1:7)
    expect_true(all(lengths(places) <= max(1, 2^30 / work)))
  }
})
