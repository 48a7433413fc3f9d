# The deviance of the null model.

families <- list(frobenius = stats::gaussian(), kl = stats::poisson(), is = stats::Gamma())

null_of <- function(...) suppressMessages(nmf(...))$data$null_deviance

test_that("the null deviance is glm's, with masks, weights, ratings and sparse data", {
  set.seed(1)
  counts <- matrix(stats::rpois(200, 2) + 0, 10)
  weights <- matrix(rep_len(c(1, 0.5, 0, 2), 200), 10)
  margins <- list(samples = 1:20 / 7, features = 1:10)
  control <- nmf_control(2, tol = 0)
  for (loss in names(families)) {
    glm_null <- function(x, weights = NULL) {
      suppressWarnings(stats::glm(c(x) ~ 1, families[[loss]], weights = c(weights))$null.deviance)
    }
    ours <- function(...) null_of(..., rank = 2, loss = loss, control = control)
    x <- counts + if (loss == "is") 1 else 0
    holes <- replace(x, c(3, 50, 77), NA)
    stored <- sparse_copy(counts)
    rated <- replace(counts, counts == 0, NA)
    expect_equal(ours(x), glm_null(x))
    expect_equal(ours(holes, missing = "mask"), glm_null(holes))
    expect_equal(ours(x, weights = weights), glm_null(x, weights))
    expect_equal(ours(holes, missing = "mask", weights = margins),
                 glm_null(holes, outer(margins$features, margins$samples)))
    expect_equal(ours(stored, missing = "unstored"), glm_null(rated))
    expect_equal(ours(stored, missing = "unstored", weights = 1:20),
                 glm_null(rated, rep(1:20, each = 10)))
    if (loss == "is") next
    expect_equal(ours(stored), glm_null(x))
    expect_equal(ours(stored, weights = weights), glm_null(x, weights))
    stored@x[c(3, 9)] <- NA
    expect_equal(ours(stored, missing = "mask", weights = margins),
                 glm_null(as.matrix(stored), outer(margins$features, margins$samples)))
  }
})

test_that("all verbs keep the null deviance of their data", {
  set.seed(2)
  x <- drawn_data(6, 9, 2)
  null <- function(x) sum((x - mean(x))^2)
  control <- nmf_control(2, tol = 0)
  fit <- nmf(x, 2, control = control, n_start = 2)
  expect_equal(fit$data$null_deviance, null(x))
  expect_equal(adapt(fit, x[, 1:4], 2)$data$null_deviance, null(x[, 1:4]))
  expect_equal(gnmf(x, 2, graph = diag(9), control = control)$data$null_deviance, null(x))
  learned <- meta_nmf(list(tasks = list(x[, 1:5]), target = x[, 3:9]), 2,
                      control = meta_control(2, inner = control))
  expect_equal(learned$data$null_deviance, null(x[, 3:9]))
  expect_identical(as_nmf(x)$data$null_deviance, NA_real_)
  expect_identical(null_of(matrix(0, 3, 4), 2, loss = "kl"), 0)
})

test_that("a null deviance near the ends of the double range is that of the data near 1", {
  set.seed(3)
  x <- drawn_data(6, 9, 2) + 50
  control <- nmf_control(2, tol = 0)
  near <- null_of(x, 2, loss = "kl", control = control)
  # The sum of the entries passes the largest double.
  power <- 2^(1025 - ceiling(log2(sum(x))))
  expect_equal(null_of(x * power, 2, loss = "kl", control = control) / power, near)
  expect_equal(null_of(x * 2^-900, 2, loss = "kl", control = control) * 2^900, near)
})

test_that("nearly constant data have the deviance of a direct sum, where the sums would cancel", {
  set.seed(10)
  x <- 1e4 + matrix(runif(60), 6)
  fit <- nmf(x, 1, max_iter = 1, tol = 0)
  expect_equal(fit$data$null_deviance, sum((x - mean(x))^2), tolerance = 1e-8)
})
