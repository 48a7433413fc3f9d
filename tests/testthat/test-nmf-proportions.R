# How samples divide among components.

proportions_fit <- function(scale = "max", ...) {
  set.seed(1)
  nmf(random_matrix(8, 12), 3, control = nmf_control(30, tol = 0, scale = scale), ...)
}

test_that("proportions are each component's part of the fitted total of a sample", {
  fit <- proportions_fit()
  part <- vapply(1:3, function(k) colSums(fit$w[, k] %o% fit$h[k, ]), numeric(12))
  right <- t(part / rowSums(part))
  expect_equal(coef(fit, type = "proportion"), right, tolerance = 1e-14, ignore_attr = TRUE)
  expect_identical(dimnames(coef(fit, type = "proportion")), dimnames(coef(fit)))
  expect_equal(colSums(coef(fit, type = "proportion")), rep(1, 12), tolerance = 1e-14)
})

test_that("proportions by hand: W = (1 0; 1 1), h = (1, 2) are one half each", {
  expect_equal(component_proportions(matrix(c(1, 1, 0, 1), 2), cbind(1:2)), cbind(c(0.5, 0.5)))
})

test_that("proportions do not depend on the scaling of W", {
  whole <- lapply(c("max", "l2", "none"), function(scale) {
    coef(proportions_fit(scale), type = "proportion")
  })
  expect_equal(whole[[1]], whole[[2]], tolerance = 1e-12)
  expect_equal(whole[[1]], whole[[3]], tolerance = 1e-12)
  w <- matrix(c(1, 2, 3, 1), 2)
  h <- matrix(c(1, 2, 3, 4), 2)
  c <- c(1e-250, 1e250)
  expect_equal(component_proportions(w * rep(c, each = 2), h / c), component_proportions(w, h),
               tolerance = 1e-12)
})

test_that("samples of zeros and unobserved samples have NA, no samples have r x 0", {
  found <- component_proportions(diag(2), cbind(c(0, 0), c(NA, NA), c(1, 0), c(1, 3)))
  expect_identical(found, cbind(c(NA, NA), c(NA, NA), c(1, 0), c(0.25, 0.75)))
  found <- component_proportions(rbind(c(1, 0), NA), cbind(c(1, 1), c(0, 1)))
  expect_identical(found, cbind(c(1, 0), c(NA, NA)))
  expect_identical(dim(coef(as_nmf(diag(3)), type = "proportion")), c(3L, 0L))
})

test_that("predict() gives the proportions of new samples", {
  fit <- proportions_fit()
  new <- random_matrix(8, 4, 5)
  expect_identical(predict(fit, new, "proportion"),
                   component_proportions(fit$w, predict(fit, new)))
  expect_identical(predict(fit, type = "proportion"), coef(fit, type = "proportion"))
  expect_bad(coef(fit, type = "share"), "type")
  expect_bad(predict(fit, type = "share"), "type")
})
