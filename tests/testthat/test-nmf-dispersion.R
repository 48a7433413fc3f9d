# Dispersions of the negative binomial that are estimated within a fit.

nb_control <- function(max_iter = 60, ...) nmf_control(max_iter, tol = 0, scale = "none", ...)

log_likelihood <- function(x, z, phi) {
  phi <- rep_len(phi, length(x))
  ifelse(phi > 0, stats::dnbinom(x, size = 1 / phi, mu = z, log = TRUE),
         stats::dpois(x, z, log = TRUE))
}

# The objective of a fit with estimated dispersions by R's own densities.
joint_objective <- function(x, fit, seen = 1) {
  z <- fitted(fit)
  phi <- matrix(fit$model$dispersion, nrow(x), ncol(x))
  sum((seen * (stats::dpois(x, x, log = TRUE) - log_likelihood(x, z, phi)))[seen > 0])
}

most_likely <- function(x, z) {
  value <- function(theta) -sum(log_likelihood(x, z, exp(theta)))
  exp(stats::optimize(value, log(c(1e-4, 1e3)), tol = 1e-10)$minimum)
}

test_that("the estimates are the most likely dispersions for the means of the fit", {
  set.seed(541)
  x <- planted_counts(12, 110, 2, rep(c(0.2, 1, 3), 4))$x
  fit <- nmf(x, 2, loss = nb_loss(), control = nb_control(100))
  z <- fitted(fit)
  expect_identical(fit$model$estimated, "feature")
  for (i in seq_len(12)) {
    right <- most_likely(x[i, ], z[i, ])
    if (fit$model$dispersion[i] > 0) {
      expect_equal(fit$model$dispersion[i], right, tolerance = 1e-5)
    } else expect_lt(right, 1.1e-4)
  }
  for (few in list(x[, 1:60], x)) {
    fit <- nmf(few, 2, loss = nb_loss("common"), control = nb_control(100))
    expect_identical(fit$model$estimated, "common")
    expect_equal(fit$model$dispersion, most_likely(few, fitted(fit)), tolerance = 1e-5)
  }
})

test_that("the joint likelihood never falls, whatever the data are given as, penalties included", {
  set.seed(542)
  x <- planted_counts(8, 105, 2, c(0.1, 0.3, 1, 5))$x
  x[3, ] <- 0
  start <- drawn_start(x, 2)
  seen <- matrix(sample(c(0, 0.5, 1), length(x), TRUE), 8)
  seen[, 1] <- seen[3, ] <- 1
  stored <- as_sparse_data(x)
  cases <- list(list(x), list(as_sparse_data(x)), list(x, weights = seen),
                list(as_sparse_data(x), weights = seen), list(stored, missing = "unstored"),
                list(x, penalty = penalty_ridge(0.3)), list(x, penalty = penalty_smooth(0.3)),
                list(x, penalty = penalty_sparse(0.3, form = "raw")),
                list(x, known = list(w = start$w[, 1, drop = FALSE])))
  for (case in cases) for (by in c("feature", "common")) {
    fit <- suppressMessages(do.call(nmf, c(case, list(rank = 2, loss = nb_loss(by),
                                                      control = nb_control(55)))))
    expect_identical(fit$iterations, 55L)
    expect_length(fit$trace, 55)
    expect_lte(max(diff(fit$trace)), 1e-12 * fit$trace[1])
    if (!is.null(case$missing)) next
    by_entry <- if (is.null(case$weights)) matrix(1, 8, 105) else seen
    penalties <- if (is.null(case$penalty)) list() else list(case$penalty)
    right <- joint_objective(x, fit, by_entry) + penalty_total(x, fit$w, fit$h, penalties, "nb")
    expect_equal(objective(fit), right, tolerance = 1e-9)
    if (by == "feature") expect_identical(fit$model$dispersion[3], 0)
  }
  dense <- nmf(x, 2, init = start, loss = nb_loss(), control = nb_control(40))
  sparse <- nmf(as_sparse_data(x), 2, init = start, loss = nb_loss(), control = nb_control(40))
  expect_equal(sparse$model$dispersion, dense$model$dispersion, tolerance = 1e-8)
})

test_that("large counts are summed by a formula that is exact there", {
  for (phi in c(1e-4, 0.02, 1, 300)) for (x in c(257, 300, 5000)) {
    v <- 256:(x - 1)
    right <- c(sum(log1p(phi * v)), sum(v / (1 + phi * v)))
    expect_equal(c(tail_sums(x, phi))[1:2], right, tolerance = 1e-11)
    expect_equal(c(tail_sums(x, phi))[3], -sum((v / (1 + phi * v))^2), tolerance = 1e-2)
  }
  set.seed(543)
  x <- planted_counts(6, 40, 2, 0.5, mean = 800)$x
  fit <- nmf(x, 2, loss = nb_loss("common"), control = nb_control(60))
  expect_equal(fit$model$dispersion, most_likely(x, fitted(fit)), tolerance = 1e-5)
  expect_lte(max(diff(fit$trace)), 1e-12 * fit$trace[1])
  expect_equal(objective(fit), joint_objective(x, fit), tolerance = 1e-9)
})

test_that("the first ten iterations are Kullback-Leibler's, and every fit has an estimate", {
  set.seed(544)
  x <- planted_counts(10, 30, 2, 1)$x
  start <- drawn_start(x, 2)
  for (steps in c(1, 10)) {
    fit <- nmf(x, 2, init = start, loss = nb_loss(), control = nb_control(steps))
    plain <- nmf(x, 2, init = start, loss = "kl", control = nb_control(steps))
    expect_equal(fitted(fit), fitted(plain), tolerance = 1e-12)
    expect_gt(fit$model$dispersion, 0.1)
    expect_lt(objective(fit), objective(plain))
  }
})

test_that("counts with less noise than Poisson's have the dispersion 0, and the fit converges", {
  set.seed(545)
  means <- matrix(rexp(20, 0.05), 10) %*% matrix(rexp(240), 2)
  fit <- nmf(round(means), 2, loss = nb_loss("feature"))
  expect_identical(fit$model$dispersion, numeric(10))
  expect_true(fit$converged)
  expect_equal(fitted(fit), means, tolerance = 0.05)
  noisy <- planted_counts(10, 40, 2, 0.5)$x
  fit <- nmf(noisy, 2, loss = nb_loss(), n_start = 2)
  expect_true(fit$converged)
  expect_gt(fit$iterations, 20)
  expect_identical(min(fit$model$starts), objective(fit))
})

test_that("below 100 samples one dispersion is estimated for all, and a message says so", {
  set.seed(546)
  x <- planted_counts(6, 100, 2, 0.5)$x
  rownames(x) <- letters[1:6]
  fit <- function(x, by, ...) nmf(x, 2, loss = nb_loss(by), control = nb_control(12), ...)
  expect_length(fit(x, "estimate")$model$dispersion, 6)
  expect_message(one <- fit(x[, -1], "feature"), "99 samples are too few")
  expect_length(one$model$dispersion, 1)
  expect_no_message(fit(x[, -1], "estimate"))
  gone <- suppressMessages(fit(replace(x, row(x) == 2, NA), "feature", missing = "mask"))
  expect_identical(names(gone$model$dispersion), letters[1:6])
  expect_identical(which(is.na(gone$model$dispersion)), c(b = 2L))
  expect_identical(attr(logLik(gone), "df"), 2 * (5 + 100) - 4 + 5)
  expect_equal(c(logLik(one)), sum(log_likelihood(x[, -1], fitted(one), one$model$dispersion)))
  expect_output(print(one), "estimated")
  # Later fits keep to the dispersions.
  expect_identical(adapt(one, x[, 1:5], max_iter = 3)$model$dispersion, one$model$dispersion)
  expect_null(adapt(one, x[, 1:5], max_iter = 3)$model$estimated)
})

test_that("means and basis of over-dispersed counts are recovered better than by KL", {
  # Less error of the means, and a basis that is more like the planted one, on average.
  error <- vapply(1:4, function(seed) {
    set.seed(seed)
    planted <- planted_counts(60, 120, 4, 1, mean = 20)
    start <- drawn_start(planted$x, 4)
    each <- function(loss) {
      fit <- nmf(planted$x, 4, init = start, loss = loss, control = nb_control(200))
      c(mean(abs(fitted(fit) - planted$z)), -mean(apply(cor(planted$w, basis(fit)), 2, max)))
    }
    each(nb_loss("common")) - each("kl")
  }, numeric(2))
  expect_lt(max(rowMeans(error)), 0)
})

test_that("what no dispersion can be estimated from is refused with what to use", {
  x <- random_matrix(6, 8)
  expect_bad(nmf(x, 2, loss = nb_loss()), "x")
  expect_bad(as_nmf(x, loss = nb_loss()), "loss")
  expect_bad(nb_loss("some"), "dispersion")
  expect_bad(nmf(round(9 * x), 2, loss = nb_loss(), control = nmf_control(revive_dead = TRUE)),
             "revive_dead")
  expect_bad(meta_nmf(list(tasks = list(x, x), target = x), 2, loss = nb_loss()), "loss")
})
