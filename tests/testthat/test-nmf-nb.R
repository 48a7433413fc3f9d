# The negative binomial loss with dispersions that are given.

nb_control <- function(max_iter = 60, ...) nmf_control(max_iter, tol = 0, scale = "none", ...)

nb_total <- function(x, z, phi) sum(nb_divergence(x, z, phi))

test_that("the updates in plain R never raise F, what is added to a side included", {
  set.seed(521)
  for (phi in list(1e-8, 0.5, 50, 10^seq(-4, 2, length.out = 8))) {
    for (case in list(c(0, 0), c(0.3, 0), c(0, 0.3), c(30, 20))) for (problem in 1:4) {
      x <- drawn_data(8, 12, 3, noise = 2) * if (problem == 4) 100 else 1
      if (problem > 2) x[sample(length(x), 40)] <- 0
      pair <- drawn_start(x, 3)
      if (problem == 2) pair$h <- pair$h * 1000
      value <- function(pair) {
        nb_total(x, pair$w %*% pair$h, phi) + case[1] * (sum(pair$w) + sum(pair$h)) +
          case[2] * (sum(pair$w^2) + sum(pair$h^2))
      }
      values <- value(pair)
      for (i in 1:40) {
        pair <- nb_step(x, pair$w, pair$h, phi, case[1], case[2])
        values[i + 1] <- value(pair)
      }
      # The formula's terms, of the size of x log(x), leave it this many digits.
      expect_lte(max(diff(values)) / (max(values) + sum(x)), 1e-12 * (1 + max(1 / phi) / mean(x)),
                 label = paste("phi", toString(phi[1]), toString(case)))
    }
  }
})

test_that("the check above can fail: with squares, the plain ratio raises F", {
  # x = 1 and z = h beside 50 h^2: from h = 0.001 the plain ratio goes far beyond the minimum.
  value <- function(h) nb_divergence(1, h, 1e-6) + 50 * h^2
  step <- function(h, power) h * ((1 / h) / (1 + 100 * h))^power
  expect_gt(value(step(0.001, 1)), value(0.001))
  expect_lt(value(step(0.001, 0.5)), value(0.001))
})

test_that("one iteration is that of the equations for every engine, dense and sparse", {
  set.seed(523)
  for (shape in list(c(8, 12, 3), c(5, 70, 4), c(15, 15, 1))) {
    x <- drawn_data(shape[1], shape[2], shape[3])
    x[sample(length(x), 20)] <- 0
    start <- drawn_start(x, shape[3])
    for (phi in list(0.5, 40, seq(0, 3, length.out = shape[1]))) {
      right <- nb_step(x, start$w, start$h, phi)
      each_engine(function(backend) {
        for (form in c(identity, as_sparse_data)) for (block in one_or_all(c(1, 7, 0))) {
          now <- one_iteration(form(x), start$w, start$h, nb_loss(phi), backend = backend,
                               block = block)
          expect_lt(max(abs(now$h - right$h)) / max(right$h), 1e-12)
          expect_lt(max(abs(now$w - right$w)) / max(right$w), 1e-12)
        }
      })
    }
  }
})

test_that("F is the divergence under every instruction set, near an exact fit and far from it", {
  set.seed(527)
  w <- matrix(stats::rexp(37 * 2), 37)
  h <- matrix(stats::rexp(2 * 11), 2)
  near <- w %*% h * (1 + 1e-4 * stats::rnorm(37 * 11))
  far <- matrix(stats::rpois(37 * 11, 1) * 10^sample(-3:6, 37 * 11, TRUE), 37)
  several <- c(0, seq(1e-3, 5, length.out = 36))
  for (phi in list(1e-7, 0.5, 300, several)) for (x in list(near, far)) {
    fits <- each_engine(function(backend) {
      nmf(x, 2, init = list(w = w, h = h), loss = nb_loss(phi),
          control = nb_control(1, backend = backend))
    })
    z <- fitted(fits[[1]])
    right <- sum(mapply(nb_by_slope, x, z, rep_len(phi, 37)))
    for (fit in fits) {
      expect_equal(fitted(fit), z, tolerance = 1e-12)
      expect_equal(objective(fit), right, tolerance = 1e-7)
    }
  }
})

test_that("penalties step as their curvature and slope say, and F never rises with any", {
  set.seed(524)
  x <- drawn_data(9, 12, 3)
  x[sample(length(x), 25)] <- 0
  start <- drawn_start(x, 3)
  phi <- seq(0.1, 2, length.out = 9)
  columns <- matrix(phi, 9, 12)
  one <- function(penalty) one_iteration(x, start$w, start$h, nb_loss(phi), penalty)$h
  side <- function(...) nb_side(x, start$h, t(start$w), columns, ...)
  expect_equal(one(penalty_sparse(0.3, "h", "raw")), side(cost = 0.3), tolerance = 1e-12)
  expect_equal(one(penalty_ridge(0.3, "h", "raw")), side(curve = 0.3), tolerance = 1e-12)
  s <- example_graphs(12)$near
  expect_equal(one(penalty_graph(s, 0.3, "raw")),
               side(curve = 0.3 * matrix(colSums(s), 3, 12, TRUE), near = 0.6 * start$h %*% s),
               tolerance = 1e-12)
  for (penalties in Filter(function(one) is_offered(one, "mu", "kl"),
                           penalty_variety(9, 12, 0.3))) {
    fit <- nmf(x, 3, init = start, loss = nb_loss(phi), penalty = penalties,
               control = nb_control(130))
    expect_lte(max(diff(fit$trace)), 1e-12 * fit$trace[1],
               label = penalty_label(penalties, "mu", "nb"))
    right <- nb_total(x, fitted(fit), phi) + penalty_total(x, fit$w, fit$h, penalties, "nb")
    expect_equal(objective(fit), right, tolerance = 1e-9)
  }
})

test_that("masked and weighed entries are filled by the model, in sparse data too", {
  set.seed(525)
  x <- drawn_data(7, 9, 2)
  x[sample(length(x), 15)] <- 0
  start <- drawn_start(x, 2)
  phi <- seq(0, 2, length.out = 7)
  columns <- matrix(phi, 7, 9)
  seen <- matrix(sample(c(0, 0.25, 1), length(x), TRUE), nrow(x))
  h <- nb_side(x, start$h, t(start$w), columns, seen = seen)
  # The fill is that of the old pair.
  z <- start$w %*% start$h
  filled <- ifelse(seen > 0, seen * x + (1 - seen) * z, z)
  w <- t(nb_side(t(filled), t(start$w), h, t(columns)))
  for (form in c(identity, as_sparse_data)) {
    fit <- nmf(form(x), 2, init = start, loss = nb_loss(phi), weights = seen,
               control = nb_control(1))
    expect_equal(unname(coef(fit)), h, tolerance = 1e-12)
    expect_equal(unname(basis(fit)), w, tolerance = 1e-12)
    expect_equal(objective(fit), sum((seen * nb_divergence(x, w %*% h, pmax(phi, 1e-9)))),
                 tolerance = 1e-6)
  }
  # Weights of samples and features are those of their entries.
  by <- list(samples = c(2, rep(1, 8)), features = c(1, 1, 2, 4, 1, 1, 0.5))
  fit <- function(weights) {
    nmf(x, 2, init = start, loss = nb_loss(phi), weights = weights, control = nb_control(20))
  }
  expect_identical(fitted(fit(by)), fitted(fit(outer(by$features, by$samples))))
  expect_bad(nmf(as_sparse_data(x), 2, loss = nb_loss(0.5), weights = by), "weights")
})

test_that("ratings take the step of what is stored, every row by its dispersion", {
  set.seed(526)
  rated <- rated_case()
  x <- rated$x
  stored <- rated$stored
  ratings <- rated$ratings
  start <- rated$start
  side <- function(x, u, v, phi, stored) {
    z <- t(v) %*% u
    u * over(v %*% (stored * x / z / (1 + phi * z)), v %*% (stored / (1 + phi * z)))
  }
  for (phi in list(0.5, seq(0.1, 3, length.out = 7))) {
    columns <- matrix(phi, 7, 9)
    h <- side(x, start$h, t(start$w), columns, stored)
    w <- t(side(t(x), t(start$w), h, t(columns), t(stored)))
    fit <- nmf(ratings, 2, init = start, loss = nb_loss(phi), missing = "unstored",
               control = nb_control(1))
    expect_equal(unname(coef(fit)), h, tolerance = 1e-12)
    expect_equal(unname(basis(fit)), w, tolerance = 1e-12)
    expect_equal(objective(fit), sum((stored * nb_divergence(x, w %*% h, columns))),
                 tolerance = 1e-10)
    again <- nmf(ratings, 2, loss = nb_loss(phi), missing = "unstored", control = nb_control(200))
    expect_lte(max(diff(again$trace)), 1e-12 * again$trace[1])
    expect_equal(sum(residuals(again, ratings, "deviance")^2), deviance(again), tolerance = 1e-9)
  }
})

test_that("a dispersion of 0 is Kullback-Leibler, one near 0 all but that", {
  set.seed(527)
  x <- planted_counts(8, 12, 2, 0.5)$x
  start <- drawn_start(x, 2)
  fit <- function(loss, ...) {
    nmf(x, 2, init = start, loss = loss, control = nb_control(50), ...)
  }
  for (penalty in list(NULL, penalty_ridge(0.2))) {
    expect_identical(fit(nb_loss(0), penalty = penalty)[c("w", "h", "trace")],
                     fit("kl", penalty = penalty)[c("w", "h", "trace")])
  }
  some <- fit(nb_loss(c(0, 1e-300, 1e-12, rep(1e-13, 5))))
  expect_equal(some$trace, fit("kl")$trace, tolerance = 1e-9)
  expect_equal(fitted(some), fitted(fit("kl")), tolerance = 1e-9)
})

test_that("the loss of an entry is the integral of its slope, near x and far from it", {
  for (phi in c(1e-6, 0.3, 20, 1e6)) for (z in c(0.05, 0.9, 1 - 1e-5, 1 + 1e-7, 1.2, 30)) {
    now <- nmf(matrix(1), 2, known = list(w = matrix(c(1, 1), 1)), loss = nb_loss(phi),
               init = list(w = matrix(1, 1, 2), h = matrix(z / 2, 2, 1)), control = nb_control(1))
    end <- fitted(now)[1]
    if (end == 1) next
    near <- abs(end - 1) < 1e-4
    right <- if (near) (end - 1)^2 / 2 / (1 + phi)
             else stats::integrate(function(t) (t - 1) / (t * (1 + phi * t)), 1, end,
                                   rel.tol = 1e-9)$value
    expect_equal(objective(now) / right, 1, tolerance = if (near) 1e-3 else 1e-7)
  }
})

test_that("data in other units give the same bits, with dispersions divided by the unit", {
  set.seed(528)
  x <- drawn_data(6, 9, 2)
  start <- drawn_start(x, 2)
  phi <- c(0.1, 0.5, 1, 2, 3, 4)
  fit <- function(c, penalty = NULL) {
    nmf(c * x, 2, init = list(w = start$w, h = c * start$h), loss = nb_loss(phi / c),
        penalty = penalty, control = nb_control(20))
  }
  for (power in c(-900, -40, 40, 900)) {
    c <- 2^power
    expect_identical(fitted(fit(c)) / c, fitted(fit(1)))
    expect_identical(objective(fit(c)) / c, objective(fit(1)))
    penalty <- function(c) penalty_ridge(0.1 / c, "h", "raw")
    expect_equal(fitted(fit(c, penalty(c))) / c, fitted(fit(1, penalty(1))), tolerance = 1e-10)
  }
})

test_that("kkt is the residual by its definition, and zeros that F asks for come back", {
  set.seed(529)
  x <- planted_counts(10, 15, 3, 0.5)$x
  x[1, ] <- x[1, ] + 1
  x[, 1] <- x[, 1] + 1
  start <- drawn_start(x, 3)
  phi <- 0.7
  fit <- nmf(x, 3, init = start, loss = nb_loss(phi), control = nb_control(7))
  z <- fitted(fit)
  slope <- (z - x) / (z * (1 + phi * z))
  open <- open_conditions(coef(fit), t(basis(fit)) %*% slope) +
    open_conditions(t(basis(fit)), coef(fit) %*% t(slope))
  expect_equal(fit$kkt, open / objective(fit), tolerance = 1e-8)
  start$h[2:3, ][sample(30, 12)] <- 0
  start$w[, 2:3][sample(20, 6)] <- 0
  long <- function(by) {
    nmf(x, 3, init = start, loss = nb_loss(phi), control = nb_control(300, revive_zeros = by))
  }
  expect_lte(max(diff(long(TRUE)$trace)), 1e-12 * long(TRUE)$trace[1])
  expect_lt(objective(long(TRUE)), objective(long(FALSE)))
})

test_that("the deviance, likelihood, residuals and draws are those of the negative binomial", {
  set.seed(530)
  x <- planted_counts(8, 40, 2, 0.5)$x
  x[1, ] <- x[1, ] + 1
  x[, 1] <- x[, 1] + 1
  rownames(x) <- letters[1:8]
  for (phi in list(0.5, seq(0, 1.4, 0.2))) {
    fit <- nmf(x, 2, loss = nb_loss(phi), control = nb_control(200))
    z <- fitted(fit)
    model <- function(z) sum(stats::dnbinom(x, size = 1 / phi, mu = z, log = TRUE))
    expect_equal(c(logLik(fit)), model(z))
    expect_equal(attr(logLik(fit), "df"), 2 * 48 - 4)
    expect_equal(deviance(fit), 2 * (model(x) - model(z)))
    expect_equal(sum(residuals(fit, x, "deviance")^2), deviance(fit), tolerance = 1e-9)
    expect_equal(residuals(fit, x, "pearson"), (x - z) / sqrt(z + phi * z^2))
    at <- cbind(c(8, 2, 5), 1:3)
    expect_equal(residuals(fit, x, "pearson", at = at), residuals(fit, x, "pearson")[at])
    null <- function(level) 2 * (model(x) - model(matrix(level, 8, 40)))
    expect_equal(fit$data$null_deviance, stats::optimize(null, range(x))$objective,
                 tolerance = 1e-8)
    masked <- nmf(replace(x, 3, NA), 2, loss = nb_loss(phi), missing = "mask",
                  control = nb_control(5))
    sparse <- nmf(as_sparse_data(x), 2, loss = nb_loss(phi), control = nb_control(5))
    expect_equal(sparse$data$null_deviance, fit$data$null_deviance)
    expect_equal(sparse$data$saturated, fit$data$saturated)
    expect_lt(masked$data$null_deviance, fit$data$null_deviance)
    drawn <- unlist(simulate(fit, 200, seed = 1)[1:200])
    spread <- ((drawn - c(z))^2 / c(z + phi * z^2))[c(z) > 0.5]
    expect_equal(mean(spread), 1, tolerance = 0.05)
  }
  expect_identical(names(fit$model$dispersion), letters[1:8])
  expect_bad(logLik(nmf(x + 0.5, 2, loss = nb_loss(0.5), control = nb_control(2))), "object")
  expect_bad(logLik(nmf(x, 2, loss = nb_loss(0.5), penalty = penalty_ridge(),
                        control = nb_control(2))), "object")
})
