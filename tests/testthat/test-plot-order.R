# The order of samples, and their groups.

test_that("samples go by group, then largest component, then proportion, then size", {
  p <- cbind(c(0.9, 0.1), c(0.2, 0.8), c(0.7, 0.3), c(NA, NA), c(0.1, 0.9), c(0.7, 0.3))
  expect_identical(sample_order(p), c(1L, 3L, 6L, 5L, 2L, 4L))
  expect_identical(sample_order(p, size = 1:6), c(1L, 6L, 3L, 5L, 2L, 4L))
  groups <- factor(c("b", "a", NA, "a", "b", "a"))
  expect_identical(sample_order(p, groups), c(6L, 2L, 4L, 1L, 5L, 3L))
  expect_identical(sample_order(matrix(1, 1, 3), size = c(2, 5, 3)), c(2L, 3L, 1L))
})

test_that("groups are labels for each sample, by name where both have names", {
  fit <- named_fit()
  labels <- stats::setNames(rep(c("x", "y"), 5), paste0("s", 1:10))
  expect_identical(check_groups(rev(labels), fit), check_groups(labels, fit))
  expect_identical(as.character(check_groups(unname(labels), fit)), unname(labels))
  expect_null(check_groups(NULL, fit))
  clusters <- cluster_samples(fit, 2)
  expect_identical(as.integer(check_groups(clusters, fit)), as.vector(clusters))
  for (wrong in list(1:3, matrix(1, 2, 5), list(1), rep(NA, 10))) {
    expect_bad(plot(fit, "coef", groups = wrong), "groups")
  }
  names(labels)[[1]] <- "t1"
  expect_bad(plot(fit, "coef", groups = labels), "groups")
})

test_that("runs of equal groups are blocks; those without a group have none", {
  runs <- group_runs(factor(c("a", "a", "b", NA, "NA", "a")))
  expect_identical(runs$name, c("a", "b", "NA", "a"))
  expect_identical(runs$first, c(1L, 3L, 5L, 6L))
  expect_identical(runs$last, c(2L, 3L, 5L, 6L))
})
