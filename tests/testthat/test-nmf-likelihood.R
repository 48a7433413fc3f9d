# The likelihood behind a loss, and draws from it.

control <- nmf_control(20, tol = 0)

counts_of <- function() {
  set.seed(1)
  matrix(stats::rpois(200, 4) + 0, 10)
}

densities <- list(
  frobenius = function(x, z) {
    stats::dnorm(x, z, sqrt(mean((x - z)^2, na.rm = TRUE)), log = TRUE)
  },
  kl = function(x, z) stats::dpois(x, z, log = TRUE),
  is = function(x, z) stats::dexp(x, 1 / z, log = TRUE)
)

test_that("logLik is the sum of R's log densities, with masks, ratings and sparse data", {
  for (loss in names(densities)) {
    x <- counts_of() + if (loss == "is") 1 else 0
    check <- function(x, seen = x, ...) {
      fit <- nmf(x, 2, loss = loss, control = control, ...)
      right <- sum(densities[[loss]](as.matrix(seen), fitted(fit)), na.rm = TRUE)
      expect_equal(as.numeric(logLik(fit)), right, tolerance = 1e-9)
      expect_equal(attr(logLik(fit), "nobs"), sum(!is.na(as.matrix(seen))))
    }
    holes <- replace(x, c(3, 50, 77), NA)
    check(x)
    check(holes, missing = "mask")
    check(x, holes, weights = matrix(as.numeric(!is.na(holes)), 10))
    check(sparse_copy(x), replace(x, x == 0, NA), missing = "unstored")
    if (loss != "is") check(sparse_copy(x))
  }
  huge <- round(counts_of() * 1e7)
  fit <- nmf(huge, 2, loss = "kl", control = control)
  expect_equal(as.numeric(logLik(fit)), sum(stats::dpois(huge, fitted(fit), log = TRUE)))
})

test_that("AIC and BIC count r(m + n) - r^2 numbers, and a variance for least squares", {
  x <- counts_of()
  fit <- nmf(x, 3, loss = "kl", control = control)
  value <- as.numeric(logLik(fit))
  df <- 3 * (10 + 20) - 9
  expect_equal(attr(logLik(fit), "df"), df)
  expect_equal(stats::AIC(fit), 2 * df - 2 * value)
  expect_equal(stats::BIC(fit), log(200) * df - 2 * value)
  expect_equal(attr(logLik(nmf(x, 3, control = control)), "df"), df + 1)
  holes <- replace(x, cbind(2, 1:20), NA)
  left <- suppressMessages(nmf(holes, 3, missing = "mask", loss = "kl", control = control))
  expect_equal(attr(logLik(left), "df"), 3 * (9 + 20) - 9)
})

test_that("the degrees of freedom are the rank of the map from the factors to their product", {
  set.seed(3)
  m <- 5
  n <- 6
  free <- function(p, q, r = 3) {
    w <- matrix(stats::runif(m * r), m)
    h <- matrix(stats::runif(r * n), r)
    # Columns of the Jacobian: a change of one free entry of W or of H changes W H by that.
    moves <- list()
    for (i in seq_len(m)) for (k in setdiff(seq_len(r), seq_len(p))) {
      moves <- c(moves, list(outer(replace(numeric(m), i, 1), h[k, ])))
    }
    for (j in seq_len(n)) for (k in setdiff(seq_len(r), r + 1 - seq_len(q))) {
      moves <- c(moves, list(outer(w[, k], replace(numeric(n), j, 1))))
    }
    fit <- as_nmf(w)
    fit$h <- h
    fit$model$known <- c(w = p, h = q)
    expect_equal(mean_parameters(fit), qr(vapply(moves, c, numeric(m * n)))$rank)
  }
  free(0, 0)
  free(1, 0)
  free(2, 1)
  free(0, 2)
  free(3, 0)
})

test_that("sigma is the root of the deviance over what the means leave", {
  x <- counts_of()
  fit <- nmf(x, 2, control = control)
  expect_equal(sigma(fit), sqrt(sum((x - fitted(fit))^2) / (200 - (2 * 30 - 4))))
  expect_identical(sigma(nmf(x[1:2, 1:3], 2, control = control)), NA_real_)
  expect_bad(sigma(nmf(x, 2, loss = "kl", control = control)), "object")
})

test_that("where the loss is no likelihood of the data it is refused", {
  x <- counts_of()
  run <- function(...) nmf(..., rank = 2, control = control)
  refused <- function(fit, verbs = list(logLik, simulate)) {
    for (verb in verbs) expect_bad(verb(fit), "object")
  }
  refused(run(x + 0.5, loss = "kl"))
  refused(run(x, weights = 1:20))
  refused(run(x, loss = "kl", weights = list(features = 1:10)))
  refused(run(x)[1])
  refused(as_nmf(x[, 1:2]))
  refused(readRDS(test_path("fixtures", "fit-0.1.0-kl.rds")))
  # The data are likely under the means of a penalised fit too, but these are no maximum.
  for (fit in list(run(x, penalty = penalty_ridge(0.1)),
                   meta_nmf(list(tasks = list(x), target = x), 2,
                            control = meta_control(2, inner = control)))) {
    refused(fit, list(logLik, stats::AIC, stats::BIC))
    expect_length(simulate(fit), 1)
  }
  refused(run(x[1:2, 1:2]), list(simulate))
  expect_bad(simulate(run(x), nsim = 0), "nsim")
  expect_bad(simulate(run(x), times = 2), "...")
})
