# Class group_nmf_fit: what it holds and what its methods say.

small_group <- function() {
  problem <- group_problem()
  x <- stats::setNames(problem$x, c("a", "b", "c"))
  set.seed(1)
  list(x = x, fit = group_nmf(x, 3, c(2, 1, 0), max_iter = 15, tol = 0))
}

test_that("fitted values, residuals, deviance and F have the private parts, entry by entry too", {
  case <- small_group()
  fit <- case$fit
  x <- do.call(cbind, case$x)
  parts <- do.call(cbind, lapply(fit$private, function(one) one$w %*% one$h))
  expect_equal(fitted(fit), basis(fit) %*% coef(fit) + parts, ignore_attr = TRUE)
  expect_equal(sum(residuals(fit, x)^2), deviance(fit))
  expect_equal(objective(fit), sum(fit$task_losses))
  places <- cbind(c(1, 8, 3), c(2, 12, 34))
  expect_equal(fitted(fit, at = places), fitted(fit)[places])
  expect_equal(fitted(fit, at = list(features = 2:3, samples = c(33, 5))),
               fitted(fit)[2:3, c(33, 5)])
})

test_that("print() says how many private columns the tasks have, and the usual methods go", {
  case <- small_group()
  expect_output(print(case$fit), "3 tasks, 2, 1, 0 private columns each", fixed = TRUE)
  expect_output(print(summary(case$fit)), "share of each component")
  expect_length(cluster_samples(case$fit, 2), 34)
  expect_identical(case$fit$dead, integer())
  expect_identical(as.integer(table(case$fit$tasks)), c(9L, 14L, 11L))
  expect_equal(max(case$fit$private$a$w), 1)
})
