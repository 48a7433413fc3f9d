# What the data have above the model, by hand.

test_that("what the worst sample has above the model is by the loss, weighed, missing left out", {
  w <- matrix(1, 2)
  h <- matrix(c(1, 1, 10), 1)
  x <- cbind(c(3, 0.5), c(2, 2.5), c(13, 10))
  excess <- function(x, loss, weights = NULL) {
    largest_residual_column(engine_data(x, weights), w, h, loss)
  }
  # Squares above the model: 4, 3.25, 9. KL: 3 log 3 - 2 = 1.30, 0.39 + 0.79 = 1.18, 0.41.
  expect_equal(excess(x, "frobenius"), c(3, 0))
  expect_equal(excess(x, "kl"), c(2, 0))
  # Itakura-Saito: 3 - log 3 - 1 = 0.90, 0.31 + 0.58 = 0.89, 0.04.
  expect_equal(excess(x, "is"), c(2, 0))
  # 4 / 2 beside 1 + 2.25 / 2: the second sample, whose excess is weighed as well.
  expect_equal(excess(x, "frobenius", cbind(c(0.5, 1), c(1, 0.5), 0)), c(1, 0.75))
  expect_equal(excess(replace(x, c(1, 5), NA), "frobenius"), c(1, 1.5))
  expect_equal(excess(0 * x, "frobenius"), c(0, 0))
  zeros <- as_sparse_data(cbind(c(3, 0), c(0, 0), c(13, NA)))
  expect_equal(excess(zeros, "frobenius"), c(3, 0))
  expect_equal(excess(zeros, "kl"), c(2, 0))
})

test_that("the worst sample is found in whatever parts samples are looked at", {
  m <- 2^17
  x <- matrix(0, m, 5)
  x[m, 4] <- 2
  x[1, 2] <- 1
  w <- matrix(0, m, 1)
  h <- matrix(0, 1, 5)
  for (given in list(x, as_sparse_data(x))) {
    excess <- largest_residual_column(engine_data(given), w, h, "frobenius")
    expect_identical(which(excess > 0), as.integer(m))
  }
})
