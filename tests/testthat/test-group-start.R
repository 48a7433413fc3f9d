# Where group fits begin.

test_that("the level that a tenth of the samples are below is that of a sort, sparse or dense", {
  x <- block_counts(6, 40)
  x[2, 1:30] <- 0
  level <- apply(x, 1, function(row) stats::quantile(row, 0.1, names = FALSE))
  expect_equal(low_level(x), level, ignore_attr = TRUE)
  expect_equal(low_level(spaced_samples(sparse_copy(x))), level, ignore_attr = TRUE)
  # Gaps count for nothing; of a feature without any entry nothing is known.
  x[3, 1:25] <- NA
  x[5, ] <- NA
  level <- apply(x, 1, function(row) stats::quantile(row, 0.1, names = FALSE, na.rm = TRUE))
  expect_equal(low_level(x)[-5], level[-5], ignore_attr = TRUE)
  expect_identical(low_level(x)[[5]], 0)
  set.seed(1)
  fit <- group_nmf(list(x, block_counts(6, 40)), 2, 1, missing = "mask", max_iter = 5, tol = 0)
  expect_true(all(is.finite(fit$private$task_1$w)))
})

test_that("of several starts the one with the lowest F after 20 iterations is gone on with", {
  problem <- group_problem()
  one <- function(seed, n_start, max_iter) {
    set.seed(seed)
    group_nmf(problem$x, 3, problem$private, n_start = n_start, max_iter = max_iter, tol = 0)
  }
  best <- one(1, 3, 20)
  expect_lte(objective(best), objective(one(1, 1, 20)))
  expect_identical(one(1, 3, 50)$trace[1:20], best$trace)
  expect_identical(one(1, 3, 50)$iterations, 50L)
})
