# The call of a fit, evaluated again.

control <- nmf_control(5, tol = 0)

test_that("update gives the fit of the call typed by hand under the same seed", {
  set.seed(1)
  x <- drawn_data(6, 9, 3)
  fit <- nmf(x, 2, control = control)
  same <- function(updated, typed) {
    set.seed(2)
    updated <- force(updated)
    set.seed(2)
    expect_equal(updated, typed)
  }
  same(update(fit, rank = 3), nmf(x = x, rank = 3, control = control))
  same(update(fit), nmf(x = x, rank = 2, control = control))
  same(update(fit, control = NULL, init = "nndsvd"), nmf(x = x, rank = 2, init = "nndsvd"))
  graph <- gnmf(x, 2, graph = diag(9), control = control)
  same(update(graph, lambda = 1), gnmf(x = x, rank = 2, graph = diag(9), control = control,
                                       lambda = 1))
  adapted <- adapt(fit, x[, 1:4], max_iter = 3)
  same(update(adapted, max_iter = 2), adapt(fit = fit, newdata = x[, 1:4], max_iter = 2))
})

test_that("the call is evaluated where update() is called, within a function too", {
  set.seed(1)
  x <- drawn_data(6, 9, 3)
  within <- function(data, ranks) {
    fit <- nmf(data, 2, control = control)
    lapply(ranks, function(k) update(fit, rank = k))
  }
  expect_identical(vapply(within(x, 3:4), `[[`, 1L, "rank"), 3:4)
  outside <- (function(hidden) nmf(hidden, 2, control = control))(x)
  expect_bad(update(outside, rank = 3), "object")
  expect_identical(update(outside, x = x, rank = 3)$rank, 3L)
})

test_that("evaluate = FALSE gives the call alone", {
  x <- matrix(1:12 + 0, 3)
  fit <- nmf(x, 2, control = control)
  expect_identical(update(fit, rank = 3, n_start = 2, evaluate = FALSE),
                   quote(nmf(x = x, rank = 3, control = control, n_start = 2)))
  expect_identical(update(fit, control = NULL, evaluate = FALSE), quote(nmf(x = x, rank = 2)))
})

test_that("the verbs of this package are meant, attached or not, and whatever masks them", {
  x <- matrix(1:12 + 0, 3)
  fit <- nmf(x, 2, control = control)
  nmf <- function(...) stop("another package's")
  expect_s3_class(update(fit), "nmf_fit")
})

test_that("a fit without a call, and arguments without names, are refused", {
  x <- matrix(1:12 + 0, 3)
  fit <- nmf(x, 2, control = control)
  expect_bad(update(fit[1], rank = 3), "object")
  expect_bad(update(readRDS(test_path("fixtures", "fit-0.1.0-kl.rds")), rank = 3), "object")
  expect_bad(update(fit, 3), "...")
  expect_bad(update(fit, rank = 3, evaluate = 1), "evaluate")
  expect_bad(update(fit, rank = 0), "rank")
})
