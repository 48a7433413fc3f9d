# The rule by which a component is dead.

test_that("a component is dead where its part is below 1e-100 of the largest, in whatever factor", {
  w <- cbind(c(1, 2), c(3, 1), c(1e-160, 0), 1)
  h <- rbind(c(1, 5), c(4, 1e-200), c(1, 2), c(1e-99, 1e-98))
  expect_identical(dead_components(w, h), 3L)
  # whichever factor carries it: the product alone counts, and no product overflows
  by <- c(1e200, 1e-200, 1e150, 1e-250)
  expect_identical(dead_components(w * rep(by, each = 2), h / by), 3L)
  expect_identical(dead_components(t(h / by), t(w * rep(by, each = 2))), 3L)
  # without any larger part a small one is all there is
  expect_identical(dead_components(w[, 3, drop = FALSE], h[3, , drop = FALSE]), integer(0))
})

test_that("a component that a penalty lets die is reported at any number of iterations", {
  set.seed(42)
  x <- abs(matrix(stats::rnorm(4800, 2), 80))
  set.seed(2)
  start <- list(w = matrix(stats::runif(320, 0.1, 1), 80), h = matrix(stats::runif(240, 0.1, 1), 4))
  for (scale in c("none", "max", "l2")) {
    fit <- nmf(x, 4, init = start, penalty = penalty_orthogonal(10, "h"),
               control = nmf_control(3000, tol = 0, scale = scale))
    part <- apply(fit$w, 2, max) * apply(fit$h, 1, max)
    expect_identical(fit$dead, unname(which(part < 1e-100 * max(part))))
    expect_identical(fit$dead, 3L)
    expect_length(summary(fit)$dead, 1)
  }
})
