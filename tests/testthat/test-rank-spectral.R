# The Dyson equalizer from a full singular value decomposition, line by line as published.
spectral_reference <- function(x, threshold = 1.05) {
  if (nrow(x) > ncol(x)) x <- t(x)
  r <- nrow(x)
  n <- ncol(x)
  s <- svd(x)
  eta <- median(s$d)
  weight <- eta / (s$d^2 + eta^2)
  a <- drop(s$u^2 %*% weight)
  b <- drop(s$v^2 %*% weight) + (1 - rowSums(s$v^2)) / eta
  rows <- (1 / a - eta) / sqrt(r - eta * sum(a))
  columns <- (1 / b - eta) / sqrt(n - eta * sum(b))
  max(1L, sum(svd(x / sqrt(outer(rows, columns)))$d > threshold * (sqrt(r) + sqrt(n))))
}

noisy_planted <- function(m, n, rank, seed, noise = 0.3) {
  set.seed(seed)
  x <- matrix(rgamma(m * rank, 0.5), m) %*% matrix(rgamma(rank * n, 0.5), rank)
  pmax(x + rnorm(m * n, sd = noise * sd(x)), 0)
}

test_that("the count is that of the published equations, whichever side is longer", {
  for (seed in 1:6) {
    x <- noisy_planted(30, 55, 4, seed)
    expect_identical(spectral_rank(x), spectral_reference(x))
    expect_identical(spectral_rank(t(x)), spectral_reference(x))
    expect_identical(spectral_rank(Matrix::Matrix(x, sparse = TRUE)), spectral_reference(x))
  }
})

test_that("rows and columns with noise of their own do not raise the count", {
  set.seed(1)
  level <- outer(exp(rnorm(60)), exp(rnorm(90)))
  noise <- abs(matrix(rnorm(60 * 90), 60)) * level
  expect_identical(spectral_rank(noise), 1L)
})

test_that("the units of the data do not matter", {
  x <- noisy_planted(30, 50, 3, 2)
  expect_identical(spectral_rank(x * 1e-8), spectral_rank(x))
  expect_identical(spectral_rank(x * 1e8), spectral_rank(x))
})

test_that("data whose singular values are mostly 0 have no count", {
  set.seed(3)
  exact <- matrix(runif(60), 30) %*% matrix(runif(80), 2)
  expect_identical(spectral_rank(exact), NA_integer_)
})

test_that("sides beyond the limit are represented by a part of them", {
  x <- matrix(1, 3, 5)
  local_mocked_bindings(spectral_side = 2L)
  expect_identical(dim(spectral_part(x)), c(2L, 4L))
  expect_identical(dim(spectral_part(t(x))), c(2L, 4L))
})
