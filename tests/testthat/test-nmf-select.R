# Some components of a fit, and all of them in another order.

control <- nmf_control(20, tol = 0)

four_components <- function(...) {
  set.seed(1)
  x <- drawn_data(8, 12, 4)
  list(x = x, fit = nmf(x, 4, control = control, order = "none", ...))
}

test_that("a fit is subset by numbers, negative numbers, names and logicals", {
  fit <- four_components()$fit
  right <- fit[c(4, 2)]
  expect_identical(basis(right), fit$w[, c(4, 2)])
  expect_identical(coef(right), fit$h[c(4, 2), ])
  expect_identical(fit[c("c4", "c2")], right)
  expect_identical(fit[-c(1, 3)], fit[c(2, 4)])
  expect_identical(fit[c(FALSE, TRUE, FALSE, TRUE)], fit[c(2, 4)])
  expect_identical(fit[], fit)
  expect_identical(fit[c("w", "value")], list(w = fit$w, value = fit$value))
  expect_identical(right$rank, 2L)
  expect_identical(dim(right), c(8L, 12L, 2L))
  expect_identical(right$scaling$divisor, fit$scaling$divisor[c(4, 2)])
})

test_that("what belongs to all components is not known of some, and the rest works", {
  case <- four_components(penalty = penalty_sparse(0.1))
  part <- case$fit[2:3]
  expect_identical(c(objective(part), deviance(part), part$kkt), rep(NA_real_, 3))
  expect_length(part$trace, 0)
  expect_null(part$call)
  expect_identical(nobs(part), 96)
  expect_identical(predict(part), coef(part))
  expect_identical(part$model$cost, case$fit$model$cost[2:3, ])
  found <- predict(part, case$x)
  alone <- as_nmf(basis(part))
  alone$model$cost[] <- case$fit$model$cost[2:3, ]
  expect_equal(found, predict(alone, case$x), tolerance = 1e-12)
  expect_output(print(part), "some components of a fit")
  expect_equal(sum(summary(part)$share), 1)
  expect_identical(nmf(case$x, 2, init = part, control = control)$model$init, "given")
  expect_bad(update(part, rank = 3), "object")
  expect_bad(plot(part), "x")
})

test_that("a fit of all components in another order is the same fit", {
  fit <- four_components()$fit
  turned <- fit[c(3, 1, 4, 2)]
  expect_identical(objective(turned), objective(fit))
  expect_identical(turned$trace, fit$trace)
  expect_equal(fitted(turned), fitted(fit), tolerance = 1e-14)
  expect_identical(turned[c(2, 4, 1, 3)], fit)
  expect_identical(turned$call, fit$call)
})

test_that("sort puts components in the order of their shares, dead ones last", {
  fit <- four_components()$fit
  fit$w[, 2] <- 0
  fit$dead <- 2L
  sorted <- sort(fit)
  size <- sqrt(colSums(fit$w^2) * rowSums(fit$h^2))
  expect_identical(colnames(basis(sorted)), names(sort(size, decreasing = TRUE)))
  expect_identical(sorted$dead, 4L)
  expect_identical(sort(fit, decreasing = FALSE), sorted[4:1])
  expect_false(is.unsorted(-summary(sorted)$share))
})

test_that("shares that agree in 8 digits keep their order", {
  fit <- four_components()$fit
  fit$w[] <- 1
  fit$h[] <- 1
  fit$h[2, ] <- 1 + 1e-12
  expect_identical(sort(fit)$h, fit$h)
})

test_that("a meta-learned fit and one of version 0.1.0 are subset too", {
  set.seed(2)
  x <- drawn_data(6, 9, 3)
  learned <- meta_nmf(list(tasks = list(x[, 1:5]), target = x), 3,
                      control = meta_control(2, inner = control))
  expect_s3_class(learned[1:2], "meta_nmf_fit")
  old <- readRDS(test_path("fixtures", "fit-0.1.0-kl.rds"))
  expect_identical(basis(sort(old))[, colnames(old$w)], basis(old))
})

test_that("an index that is none of these is refused", {
  fit <- four_components()$fit
  for (bad in list(0, 5, -5, c(1, -1), 1.5, NA, "c9", c(TRUE, FALSE), NaN, list(1), integer())) {
    expect_bad(fit[bad], "components")
  }
  expect_bad(fit[c(1, 1)], "components")
  expect_bad(fit[1, 2], "components")
  expect_bad(fit[, , 2], "components")
  expect_bad(sort(as_nmf(basis(fit))), "x")
})

test_that("components take the bounds along that belong to them", {
  set.seed(9)
  x <- matrix(runif(48), 6)
  upper <- matrix(runif(24, 0.5, 2), 3)
  fit <- nmf(x, 3, constraint = constraint_upper(w = c(1, 2, 3), h = upper))
  bounds <- fit[c(3, 1)]$model$constraint[[1L]]
  expect_identical(bounds$w, c(3, 1))
  expect_identical(bounds$h, upper[c(3, 1), ])
  # The same components in another order predict the same.
  fit <- nmf(x, 3, constraint = constraint_upper(w = 2, h = c(0.1, 0.2, 5)))
  expect_equal(predict(fit[3:1], x)[3:1, ], predict(fit, x), tolerance = 1e-8)
})
