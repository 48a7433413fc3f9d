# NNDSVD from its other definition: a component is the leading singular pair of the
# positive entries of u v', which do not depend on the sign of the pair (u, v).
plain_nndsvd <- function(x, rank) {
  s <- svd(x)
  w <- matrix(0, nrow(x), rank)
  h <- matrix(0, rank, ncol(x))
  for (j in seq_len(rank)) {
    top <- svd(pmax(s$u[, j] %o% s$v[, j], 0), nu = 1, nv = 1)
    w[, j] <- sqrt(s$d[j] * top$d[1]) * abs(top$u)
    h[j, ] <- sqrt(s$d[j] * top$d[1]) * abs(top$v)
  }
  list(w = w, h = h)
}

test_that("NNDSVD of a matrix of rank 1 is the matrix itself, split evenly", {
  # singular value |(1, 2, 2)| * |(3, 4)| = 3 * 5 = 15
  start <- init_nndsvd(outer(c(1, 2, 2), c(3, 4)), 1)
  expect_equal(start$w[, 1], sqrt(15) * c(1, 2, 2) / 3, tolerance = 1e-14)
  expect_equal(start$h[1, ], sqrt(15) * c(3, 4) / 5, tolerance = 1e-14)
})

test_that("a tie between the two parts goes to the first large entry", {
  # singular values 3, 1; vectors (1, 1) / sqrt(2) and (1, -1) / sqrt(2) on both
  # sides; both parts of the second pair have size 1 / 2
  start <- init_nndsvd(matrix(c(2, 1, 1, 2), 2), 2)
  expect_equal(start$w, cbind(sqrt(3 / 2) * c(1, 1), c(sqrt(1 / 2), 0)), tolerance = 1e-14)
  expect_equal(start$h, t(start$w), tolerance = 1e-14)
})

test_that("NNDSVD agrees with its definition by positive sections", {
  for (shape in list(c(8, 12, 3), c(20, 9, 4), c(5, 30, 5), c(15, 15, 1), c(7, 7, 7))) {
    x <- random_matrix(shape[1], shape[2], seed = sum(shape))
    expect_equal(init_nndsvd(x, shape[3]), plain_nndsvd(x, shape[3]), tolerance = 1e-10)
  }
})

test_that("NNDSVD and NNDSVDa agree with scikit-learn", {
  known <- read_fixture("nndsvd")
  rank <- ncol(known$w)
  plain <- init_nndsvd(known$x, rank)
  expect_equal(plain, list(w = known$w, h = known$h), tolerance = 1e-10)
  expect_identical(plain$w == 0, known$w == 0)
  expect_identical(plain$h == 0, known$h == 0)
  expect_equal(init_nndsvd(known$x, rank, "nndsvda"), list(w = known$w_mean, h = known$h_mean),
               tolerance = 1e-10)
})

test_that("NNDSVD of c * x is sqrt(c) times that of x, whatever c", {
  x <- random_matrix(8, 12)
  x[, 3] <- 0
  start <- init_nndsvd(x, 4)
  for (c in c(1e-300, 1e-9, 3, 1e7, 1e300)) {
    scaled <- init_nndsvd(c * x, 4)
    expect_equal(scaled$w / sqrt(c), start$w, tolerance = 1e-12)
    expect_equal(scaled$h / sqrt(c), start$h, tolerance = 1e-12)
    expect_identical(scaled$h == 0, start$h == 0)
  }
})

test_that("NNDSVD of the transpose exchanges w and h", {
  x <- random_matrix(6, 10)
  expect_equal(init_nndsvd(t(x), 4)$w, t(init_nndsvd(x, 4)$h), tolerance = 1e-12)
})

test_that("nndsvda fills the zeros of nndsvd with mean(x) and leaves the rest", {
  x <- random_matrix(8, 12)
  plain <- init_nndsvd(x, 4)
  filled <- init_nndsvd(x, 4, "nndsvda")
  expect_gt(sum(plain$w == 0), 0)
  expect_identical(filled$w, ifelse(plain$w == 0, mean(x), plain$w))
  expect_identical(filled$h, ifelse(plain$h == 0, mean(x), plain$h))
})

test_that("nndsvdar fills the zeros with mean(x) / 100 * |N(0, 1)|, those of w first", {
  x <- random_matrix(8, 12)
  plain <- init_nndsvd(x, 4)
  set.seed(7)
  filled <- init_nndsvd(x, 4, "nndsvdar")
  set.seed(7)
  plain$w[plain$w == 0] <- mean(x) / 100 * abs(rnorm(sum(plain$w == 0)))
  plain$h[plain$h == 0] <- mean(x) / 100 * abs(rnorm(sum(plain$h == 0)))
  expect_identical(filled, plain)
})

test_that("nndsvd and nndsvda draw no random number", {
  x <- random_matrix(8, 12)
  before <- .Random.seed
  init_nndsvd(x, 4)
  init_nndsvd(x, 4, "nndsvda")
  expect_identical(.Random.seed, before)
})

test_that("components beyond the rank of x are zero, and nothing is NaN", {
  x <- random_matrix(10, 2) %*% random_matrix(2, 14)
  start <- init_nndsvd(x, 5)
  expect_true(all(is.finite(unlist(start))))
  expect_identical(colSums(start$w) > 0, c(TRUE, TRUE, FALSE, FALSE, FALSE))
  expect_identical(rowSums(start$h) > 0, c(TRUE, TRUE, FALSE, FALSE, FALSE))
})

test_that("rounding error is not taken for a component, however concentrated x is", {
  x <- matrix(0, 600, 600)
  x[1:5, 1:5] <- random_matrix(5, 1) %*% random_matrix(1, 5, seed = 2)
  start <- init_nndsvd(x, 10)
  expect_identical(colSums(start$w) > 0, 1:10 == 1)
})

test_that("a pair whose parts miss each other is empty, not NaN", {
  pair <- nonnegative_pair(c(1, 0), c(-1, 0), first = FALSE)
  expect_identical(pair$size, 0)
  expect_identical(abs(pair$u) + abs(pair$v), c(0, 0))
})

test_that("an all-zero x gives an all-zero start in every variant", {
  for (variant in nndsvd_variants) {
    start <- init_nndsvd(matrix(0, 4, 6), 3, variant)
    expect_identical(start, list(w = matrix(0, 4, 3), h = matrix(0, 3, 6)))
  }
})

test_that("all-zero rows and columns of x stay zero in plain NNDSVD", {
  x <- random_matrix(8, 12)
  x[3, ] <- 0
  x[, 5] <- 0
  start <- init_nndsvd(x, 4)
  expect_identical(start$w[3, ], numeric(4))
  expect_identical(start$h[, 5], numeric(4))
  expect_true(all(unlist(start) >= 0))
})
