test_that("every feature runs from 0 to 1, by the equation", {
  set.seed(1)
  x <- matrix(rnorm(6 * 9, sd = 1:6), 6)
  expected <- t(apply(x, 1, function(row) (row - min(row)) / (max(row) - min(row))))
  expect_equal(scale_minmax(x), expected, tolerance = 1e-15)
  expect_equal(apply(scale_minmax(x), 1, range), rbind(rep(0, 6), rep(1, 6)))
})

test_that("features that never vary become 0, whatever their value", {
  x <- rbind(c(0, 0, 0), c(7, 7, 7), c(-0.1, -0.1, -0.1), c(1, 2, 3))
  expect_identical(scale_minmax(x), rbind(0, 0, 0, c(0, 0.5, 1)))
  expect_identical(scale_minmax(matrix(5, 2, 1)), matrix(0, 2, 1))
})

test_that("ranges are taken from `from`, and values beyond them are cut", {
  from <- rbind(c(0, 10), c(5, 5), c(-1, 1))
  x <- rbind(c(5, 12, -3), c(5, 6, 4), c(0, 1, 0.5))
  expect_equal(scale_minmax(x, from), rbind(c(0.5, 1, 0), 0, c(0.5, 1, 0.75)))
  expect_identical(scale_minmax(x, from = x), scale_minmax(x))
})

test_that("scaling keeps dimnames and leaves its input alone", {
  x <- matrix(1:6, 2, dimnames = list(c("a", "b"), c("s1", "s2", "s3")))
  scaled <- scale_minmax(x)
  expect_identical(dimnames(scaled), dimnames(x))
  expect_type(scaled, "double")
  expect_identical(x, matrix(1:6, 2, dimnames = dimnames(x)))
})

test_that("ranges at the ends of double precision give no NaN", {
  x <- rbind(c(-1e308, 0, 1e308), c(0, 5e-324, 1e-323))
  expect_equal(scale_minmax(x), rbind(c(0, 0.5, 1), c(0, 0.5, 1)))
})

test_that("the Digits pixels that are always 0 stay 0, and the rest fill 0 to 1", {
  scaled <- scale_minmax(digits$x)
  constant <- rowSums(digits$x) == 0
  expect_equal(sum(constant), 3)
  expect_equal(apply(scaled, 1, max), as.numeric(!constant))
})

test_that("sparse data are scaled as the same dense data and stay sparse", {
  set.seed(2)
  x <- matrix(rpois(60, 0.7) * runif(60), 6)
  x[2, ] <- x[2, ] + 1 # no zeros: the smallest entry becomes one
  x[3, ] <- 5
  x[4, ] <- 0
  sparse <- sparse_copy(x)
  expect_s4_class(scale_minmax(sparse), "dgCMatrix")
  expect_identical(as.matrix(scale_minmax(sparse)), scale_minmax(x))
  for (from in list(x[, 1:3], sparse[, 1:3])) {
    expect_identical(as.matrix(scale_minmax(sparse, from)), scale_minmax(x, x[, 1:3]))
  }
  expect_identical(scale_minmax(x, sparse[, 1:3]), scale_minmax(x, x[, 1:3]))
  expect_true(all(scale_minmax(sparse)@x > 0))
  # A negative feature that never varies is 0 as any other.
  expect_identical(as.matrix(scale_minmax(sparse_copy(rbind(-1, x[1, ])))),
                   scale_minmax(rbind(-1, x[1, ])))
})

test_that("a data frame is scaled by its columns, and stays a data frame", {
  x <- data.frame(a = 1:3, b = c(3, 9, 6))
  scaled <- data.frame(a = c(0, 0.5, 1), b = c(0, 1, 0.5))
  expect_message(expect_identical(scale_minmax(x), scaled), class = "metanmf_message")
  expect_identical(scale_minmax(x, samples = "rows"), scaled)
  expect_identical(scale_minmax(x, samples = "columns"), as.data.frame(scale_minmax(as.matrix(x))))
  expect_silent(noisy <- seeded(add_noise(x, 0.1)))
  expect_identical(noisy, as.data.frame(seeded(add_noise(as.matrix(x), 0.1))))
})

test_that("noise is |x + e| with e drawn by R in column order", {
  x <- matrix(c(0, 0.5, 1, 0.2, 0, 0.9), 2, dimnames = list(c("a", "b"), NULL))
  set.seed(4)
  noisy <- add_noise(x, 0.4)
  set.seed(4)
  expect_identical(noisy, abs(x + rnorm(6, mean = 0, sd = 0.4)))
  expect_true(all(noisy >= 0))
})

test_that("`level` is a standard deviation", {
  # Far from 0 the absolute value does nothing. 4e4 draws: sd known to 1 %, three sd wide.
  set.seed(5)
  expect_equal(sd(add_noise(matrix(100, 200, 200), 0.6)), 0.6, tolerance = 0.012)
})

test_that("level 0 returns the input itself and draws nothing", {
  x <- matrix(1:6, 2)
  set.seed(6)
  before <- .Random.seed
  expect_identical(add_noise(x, 0), x)
  expect_identical(.Random.seed, before)
  expect_identical(add_noise(Matrix::Diagonal(2), 0), Matrix::Diagonal(2))
})

test_that("data that cannot be scaled are errors that name the argument", {
  x <- matrix(c(1, NA, Inf, 4), 2)
  expect_error(scale_minmax(1:3), class = "metanmf_error")
  expect_error(scale_minmax(matrix(0, 0, 3)), class = "metanmf_error")
  expect_bad(scale_minmax(x), "x")
  expect_bad(scale_minmax(data.frame(a = c("x", "y"))), "x")
  expect_bad(scale_minmax(sparse_copy(diag(3) - 0.5)), "x")
  expect_bad(scale_minmax(diag(3), from = matrix(1, 2, 3)), "from")
  expect_bad(scale_minmax(diag(3), from = matrix("a", 3, 3)), "from")
})

test_that("data or levels that noise cannot be added to are errors", {
  expect_error(add_noise(matrix(-1), 0.1), class = "metanmf_error")
  expect_error(add_noise(matrix(-1), 0), class = "metanmf_error")
  expect_error(add_noise(diag(2), c(1, 2)), class = "metanmf_error")
  expect_error(add_noise(diag(2), Inf), class = "metanmf_error")
  expect_bad(add_noise(diag(2) - 0.5, 0.1), "x")
  expect_bad(add_noise(diag(2), -0.1), "level")
  expect_bad(add_noise(Matrix::Diagonal(2), 0.1), "x")
})
