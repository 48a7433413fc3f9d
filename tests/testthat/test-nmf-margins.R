# Weights of whole samples and features: the weighted objective, reached by the plain model on
# scaled data. The truth is the full matrix of weights, or samples that stand there twice.

quiet_control <- function(iterations) nmf_control(iterations, tol = 0)

drawn_margins <- function(seed, m = 9, n = 14, rank = 3) {
  set.seed(seed)
  x <- drawn_data(m, n, rank) + 0.1
  list(x = x, start = drawn_start(x, rank), samples = stats::runif(n, 0.2, 3),
       features = stats::runif(m, 0.2, 2))
}

to_the_end <- function(x, start, weights, loss = "frobenius", solver = "auto", ...) {
  nmf(x, ncol(start$w), init = start, loss = loss, solver = solver, weights = weights, ...,
      control = nmf_control(20000, tol = 1e-15, scale = "none"))
}

test_that("weights of samples and features have the optimum of the full matrix of weights", {
  d <- drawn_margins(1)
  both <- list(samples = d$samples, features = d$features)
  full <- outer(d$features, d$samples)
  for (case in list(c("frobenius", "hals"), c("frobenius", "bpp"), c("kl", "mu"))) {
    right <- to_the_end(d$x, d$start, full, case[1], case[2])
    for (x in list(d$x, as_sparse_data(d$x))) {
      fit <- to_the_end(x, d$start, both, case[1], case[2])
      expect_equal(objective(fit), objective(right), tolerance = 1e-8, label = case[1])
      expect_equal(fitted(fit), fitted(right), tolerance = 1e-4, label = case[1])
      expect_equal(fit$data, right$data, tolerance = 1e-8)
    }
  }
  right <- nmf(d$x, 3, init = d$start, loss = "is", weights = full, control = quiet_control(5))
  fit <- nmf(d$x, 3, init = d$start, loss = "is", weights = both, control = quiet_control(5))
  expect_identical(fit[c("w", "h", "value")], right[c("w", "h", "value")])
})

test_that("F is the weighted sum, never rises, and its factors are those of the data", {
  d <- drawn_margins(2)
  full <- outer(d$features, d$samples)
  loss_of <- list(frobenius = function(x, z) (x - z)^2,
                  kl = function(x, z) ifelse(x > 0, x * log(x / z), 0) - x + z,
                  is = function(x, z) x / z - log(x / z) - 1)
  for (loss in names(loss_of)) for (scale in c("max", "l2", "none")) {
    fit <- nmf(d$x, 3, init = d$start, loss = loss, control = nmf_control(30, 0, scale = scale),
               weights = list(samples = d$samples, features = d$features))
    right <- sum(full * loss_of[[loss]](d$x, fitted(fit)))
    expect_equal(objective(fit), right, tolerance = 1e-9, label = loss)
    expect_equal(deviance(fit), if (loss == "frobenius") right else 2 * right, tolerance = 1e-9)
    expect_lt(max(diff(fit$trace)), 1e-12 * fit$trace[[1]])
    expect_equal(fit$data$x_norm2, sum(full * d$x^2), tolerance = 1e-10)
    size <- switch(scale, max = apply(fit$w, 2, max), l2 = sqrt(colSums(fit$w^2)), none = 1)
    expect_equal(max(abs(size - 1)), 0, tolerance = 1e-12, label = scale)
  }
})

test_that("a weight of 2 is the sample, or the feature, twice: the same iterates", {
  d <- drawn_margins(3)
  for (loss in c("frobenius", "kl")) for (x in list(d$x, as_sparse_data(d$x))) {
    run <- function(x, start, ...) {
      nmf(x, 3, init = start, loss = loss, ..., control = nmf_control(25, tol = 0, scale = "none"))
    }
    columns <- rep(1:14, rep(1:2, 7))
    twice <- run(x[, columns], list(w = d$start$w, h = d$start$h[, columns]))
    fit <- run(x, d$start, weights = rep(1:2, 7))
    expect_equal(unname(fit$w), unname(twice$w), tolerance = 1e-10)
    expect_equal(unname(fit$h[, columns]), unname(twice$h), tolerance = 1e-10)
    expect_equal(fit$trace, twice$trace, tolerance = 1e-10)
    rows <- c(1, 1:9)
    twice <- run(x[rows, ], list(w = d$start$w[rows, ], h = d$start$h))
    fit <- run(x, d$start, weights = c(2, rep(1, 8)))
    expect_equal(unname(fit$w[rows, ]), unname(twice$w), tolerance = 1e-10)
    expect_equal(fit$trace, twice$trace, tolerance = 1e-10)
  }
})

test_that("a weight of 2 is the sample twice with penalties that see the factor as well", {
  d <- drawn_margins(4)
  columns <- rep(1:14, rep(1:2, 7))
  # A raw ridge on W does not see the samples; the sum over H would count copies twice.
  for (penalty in list(penalty_ridge(0.3, on = "w", form = "raw"),
                       penalty_sparse(0.3, on = "w", form = "raw"))) {
    run <- function(x, start, ...) {
      nmf(x, 3, init = start, penalty = penalty, ..., control = quiet_control(25))
    }
    twice <- run(d$x[, columns], list(w = d$start$w, h = d$start$h[, columns]))
    fit <- run(d$x, d$start, weights = rep(1:2, 7))
    expect_equal(unname(fit$w), unname(twice$w), tolerance = 1e-10)
    expect_equal(fit$trace, twice$trace, tolerance = 1e-10)
  }
  # Where the penalty sees the weighted factor, the fit is that of the matrix of weights.
  for (penalty in list(penalty_sparse(0.3), penalty_ridge(0.2, on = "h"), penalty_smooth(1))) {
    run <- function(weights) {
      nmf(d$x, 3, init = d$start, penalty = penalty, weights = weights, control = quiet_control(9))
    }
    expect_identical(run(d$samples)$w, run(matrix(d$samples, 9, 14, byrow = TRUE))$w)
    expect_bad(nmf(as_sparse_data(d$x), 3, penalty = penalty, weights = d$samples), "weights")
  }
})

test_that("weights above 1 multiply F, also beside a penalty", {
  d <- drawn_margins(5)
  weights <- matrix(stats::runif(126), 9)
  weights <- weights / max(weights)
  run <- function(by) {
    nmf(d$x, 3, init = d$start, weights = by * weights, control = quiet_control(12),
        penalty = penalty_ridge(by * 0.5, on = "h", form = "raw"))
  }
  one <- run(1)
  eight <- run(8)
  expect_equal(eight$w, one$w, tolerance = 1e-10)
  expect_equal(eight$trace, 8 * one$trace, tolerance = 1e-10)
  expect_equal(deviance(eight), 8 * sum(weights * (d$x - fitted(one))^2), tolerance = 1e-9)
  expect_equal(eight$data$x_norm2, 8 * sum(weights * d$x^2), tolerance = 1e-12)
})

test_that("what weighs nothing leaves no trace, and its values are not used", {
  d <- drawn_margins(6)
  samples <- replace(rep(1, 14), c(2, 9), 0)
  features <- replace(rep(1, 9), 4, 0)
  for (weights in list(list(samples = samples), list(features = features),
                       list(samples = samples, features = features))) {
    none <- outer(if (is.null(weights$features)) rep(1, 9) else features,
                  if (is.null(weights$samples)) rep(1, 14) else samples) == 0
    for (init in c("random", "nndsvda", "kmeans")) for (loss in c("frobenius", "kl")) {
      fit <- function(x) {
        set.seed(1)
        solver <- if (loss == "kl") "mu" else "auto"
        suppressMessages(nmf(x, 2, init = init, loss = loss, solver = solver, weights = weights,
                             control = quiet_control(10)))
      }
      one <- fit(replace(d$x, none, 3))
      expect_identical(fit(replace(d$x, none, 1e200))[c("w", "h", "trace")],
                       one[c("w", "h", "trace")])
      seen <- fit(as_sparse_data(replace(d$x, none, 5)))
      expect_equal(seen$trace, one$trace, tolerance = 1e-10)
      expect_equal(nobs(one), sum(!none))
      expect_identical(unname(is.na(coef(one)[1, ])), colSums(!none) == 0)
      expect_identical(unname(is.na(basis(one)[, 1])), rowSums(!none) == 0)
      expect_identical(is.na(coef(one)[1, ]), colSums(!none) == 0)
      expect_identical(is.na(basis(one)[, 1]), rowSums(!none) == 0)
    }
  }
})

test_that("known parts keep every bit beside weights", {
  d <- drawn_margins(7)
  known <- list(w = d$start$w[, 1, drop = FALSE], h = d$start$h[3, , drop = FALSE])
  fit <- nmf(d$x, 3, known = known, weights = list(samples = d$samples, features = d$features),
             control = quiet_control(10))
  expect_identical(unname(fit$w[, 1]), unname(known$w[, 1]))
  expect_identical(unname(fit$h[3, ]), unname(known$h[1, ]))
})

test_that("sparse data with weights of samples stay as small as they are", {
  set.seed(8)
  size <- 5e4
  x <- Matrix::sparseMatrix(i = sample(size, 1e4), j = sample(size, 1e4), x = stats::runif(1e4),
                            dims = c(size, size))
  u <- stats::runif(size)
  fit <- nmf(x, 2, weights = list(samples = u), control = nmf_control(3, tol = 0))
  expect_equal(fit$data$x_norm2, sum(x@x^2 * rep(u, diff(x@p))), tolerance = 1e-10)
})

test_that("predict() with weights of features is that of the features so often", {
  d <- drawn_margins(9)
  rows <- rep(1:9, c(2, 1, 1, 3, 1, 1, 1, 1, 0))
  for (loss in c("frobenius", "kl", "is")) {
    fit <- nmf(d$x, 3, init = d$start, loss = loss, control = quiet_control(20))
    copies <- fit
    copies$w <- fit$w[rows, ]
    right <- predict(copies, d$x[rows, ])
    expect_equal(predict(fit, d$x, weights = c(2, 1, 1, 3, 1, 1, 1, 1, 0)), right,
                 tolerance = 1e-6, label = loss)
    expect_equal(predict(fit, d$x, weights = d$samples), predict(fit, d$x), tolerance = 1e-6)
  }
})

test_that("weights of samples and features that cannot be used are errors that say what would do", {
  x <- matrix(1:12 + 0, 3)
  square <- matrix(1:9 + 0, 3)
  expect_bad(nmf(x, 2, weights = 1), "weights")
  expect_bad(nmf(x, 2, weights = 1:5), "weights")
  expect_bad(nmf(square, 2, weights = 1:3), "weights")
  expect_bad(nmf(x, 2, weights = c(1, -1, 1)), "weights")
  expect_bad(nmf(x, 2, weights = c(1, NA, 1)), "weights")
  expect_bad(nmf(x, 2, weights = c(1, Inf, 1)), "weights")
  expect_bad(nmf(x, 2, weights = c(0, 0, 0)), "weights")
  expect_bad(nmf(x, 2, weights = list(samples = 1:3)), "weights$samples")
  expect_bad(nmf(x, 2, weights = list(features = rep(0, 3))), "weights$features")
  expect_bad(nmf(x, 2, weights = list(sample = 1:4)), "weights")
  expect_bad(nmf(x, 2, weights = list(1:4)), "weights")
  expect_bad(nmf(x, 2, weights = list()), "weights")
  expect_bad(nmf(x, 2, weights = "samples"), "weights")
  refusal <- tryCatch(nmf(square, 2, weights = 3:1), error = conditionMessage)
  expect_match(refusal, "weights = list(samples = ", fixed = TRUE)
  expect_equal(objective(nmf(square, 2, weights = list(samples = 3:1))),
               objective(nmf(square, 2, weights = matrix(3:1, 3, 3, byrow = TRUE))),
               tolerance = 1e-2)
})
