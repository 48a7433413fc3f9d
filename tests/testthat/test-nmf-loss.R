# Losses beyond the three names: the beta-divergence.

betas <- c(-1, -0.5, 0.5, 1 + 1e-6, 1.5, 2.5, 3)

loss_control <- function(max_iter = 60, ...) nmf_control(max_iter, tol = 0, scale = "none", ...)

beta_total <- function(x, z, b) sum(beta_divergence(x, z, b))

beta_objective <- function(x, w, h, b, cost, curve) {
  beta_total(x, w %*% h, b) + cost * (sum(w) + sum(h)) + curve * (sum(w^2) + sum(h^2))
}

test_that("the updates in plain R never raise F, sparse and ridge penalties included", {
  set.seed(501)
  for (b in setdiff(betas, 1 + 1e-6)) for (case in list(c(0, 0), c(0.3, 0), c(0, 0.3), c(30, 20))) {
    for (problem in 1:3) {
      x <- drawn_data(8, 12, 3, noise = 2)
      if (b > 0 && problem == 3) x[sample(length(x), 40)] <- 0
      pair <- drawn_start(x, 3)
      if (problem == 2) pair$h <- pair$h * 1000
      values <- beta_objective(x, pair$w, pair$h, b, case[1], case[2])
      for (i in 1:40) {
        pair <- beta_step(x, pair$w, pair$h, b, case[1], case[2])
        values[i + 1] <- beta_objective(x, pair$w, pair$h, b, case[1], case[2])
      }
      expect_lte(max(diff(values) / pmax(values[-1], 1e-6 * sum(x[x > 0]^b))), 1e-11,
                 label = paste("b", b, toString(case)))
    }
  }
})

test_that("the check above can fail: without the ridge's own exponent F rises", {
  # x = 1 beside z = h: the step from h = 0.001 leaves the ridge alone at 50 h^2 where h is 0.9.
  one_side <- function(h) beta_divergence(1, h, 1.01) + 50 * h^2
  step <- function(h, exponent) h * (h^-0.99 / (h^0.01 + 100 * h))^exponent
  expect_gt(one_side(step(0.001, 1)), 2 * one_side(0.001))
  expect_lt(one_side(step(0.001, beta_exponent(1.01, TRUE))), one_side(0.001))
})

test_that("one iteration is that of the equations for every engine, dense and sparse", {
  set.seed(503)
  for (shape in list(c(8, 12, 3), c(5, 70, 4), c(15, 15, 1))) for (b in betas) {
    x <- drawn_data(shape[1], shape[2], shape[3])
    if (b > 0) x[sample(length(x), 20)] <- 0
    start <- drawn_start(x, shape[3])
    right <- beta_step(x, start$w, start$h, b)
    each_engine(function(backend) {
      for (form in c(identity, if (b > 0) as_sparse_data)) for (block in one_or_all(c(1, 7, 0))) {
        now <- one_iteration(form(x), start$w, start$h, beta_loss(b), backend = backend,
                             block = block)
        expect_lt(max(abs(now$h - right$h)) / max(right$h), 1e-12, label = paste("b", b))
        expect_lt(max(abs(now$w - right$w)) / max(right$w), 1e-12, label = paste("b", b))
      }
    })
  }
})

test_that("masked and weighed entries are filled by the model, in sparse data too", {
  set.seed(504)
  x <- drawn_data(7, 9, 2)
  x[sample(length(x), 15)] <- 0
  start <- drawn_start(x, 2)
  seen <- matrix(sample(c(0, 0.25, 1), length(x), TRUE), nrow(x))
  for (b in c(0.5, 1.5, 3)) {
    h <- beta_side(x, start$h, t(start$w), b, seen = seen)
    # The fill is that of the old pair.
    filled <- ifelse(seen > 0, seen * x + (1 - seen) * start$w %*% start$h, start$w %*% start$h)
    w <- t(beta_side(t(filled), t(start$w), h, b))
    for (form in c(identity, as_sparse_data)) {
      fit <- nmf(form(x), 2, init = start, loss = beta_loss(b), weights = seen,
                 control = loss_control(1))
      expect_equal(unname(coef(fit)), h, tolerance = 1e-12)
      expect_equal(unname(basis(fit)), w, tolerance = 1e-12)
      expect_equal(objective(fit), sum(seen * beta_divergence(x, w %*% h, b)), tolerance = 1e-10)
    }
    missing <- replace(x, seen == 0, NA)
    masked <- nmf(missing, 2, init = start, loss = beta_loss(b), missing = "mask",
                  control = loss_control(1))
    weighed <- nmf(x, 2, init = start, loss = beta_loss(b), weights = 1 * (seen > 0),
                   control = loss_control(1))
    expect_identical(coef(masked), coef(weighed))
  }
})

test_that("ratings take the step of what is stored, zeros among it", {
  set.seed(505)
  rated <- rated_case()
  x <- rated$x
  stored <- rated$stored
  ratings <- rated$ratings
  start <- rated$start
  side <- function(x, u, v, b, stored) {
    z <- t(v) %*% u
    u * over(v %*% (stored * x * z^(b - 2)), v %*% (stored * z^(b - 1)))^beta_exponent(b)
  }
  for (b in c(0.5, 1.5, 3)) {
    h <- side(x, start$h, t(start$w), b, stored)
    w <- t(side(t(x), t(start$w), h, b, t(stored)))
    fit <- nmf(ratings, 2, init = start, loss = beta_loss(b), missing = "unstored",
               control = loss_control(1))
    expect_equal(unname(coef(fit)), h, tolerance = 1e-12)
    expect_equal(unname(basis(fit)), w, tolerance = 1e-12)
    expect_equal(objective(fit), sum((stored * beta_divergence(x, w %*% h, b))), tolerance = 1e-10)
  }
  trace <- nmf(ratings, 2, loss = beta_loss(1.5), missing = "unstored",
               control = loss_control(200))$trace
  expect_lte(max(diff(trace)), 1e-12 * trace[1])
})

test_that("beta_loss() of 0, 1 and 2 gives the bits of the named losses", {
  set.seed(506)
  x <- drawn_data(6, 9, 2)
  start <- drawn_start(x, 2)
  for (b in 0:2) {
    fit <- function(loss) nmf(x, 2, init = start, loss = loss, control = loss_control(20))
    named <- fit(c("is", "kl", "frobenius")[b + 1])
    given <- fit(beta_loss(b))
    expect_identical(given[c("w", "h", "trace")], named[c("w", "h", "trace")])
    expect_null(given$model$beta)
  }
})

test_that("the loss of an entry is the integral of (x - t) t^(b - 2) from z to x, near z too", {
  value <- function(x, z, b) {
    objective(nmf(matrix(x), 1, known = list(w = matrix(1)), loss = beta_loss(b),
                  init = list(w = matrix(1), h = matrix(z)), control = loss_control(1)))
  }
  moved <- function(x, z, b) beta_side(matrix(x), matrix(z), matrix(1), b)[1]
  for (b in betas) for (z in c(0.2, 0.9, 1 - 1e-3, 1 + 1e-7, 1.1, 30)) {
    end <- moved(1, z, b)
    if (abs(end - 1) < 1e-12) next # the value is that after a step
    right <- stats::integrate(function(t) (1 - t) * t^(b - 2), end, 1, rel.tol = 1e-10)$value
    expect_equal(value(1, z, b), right, tolerance = if (abs(end - 1) < 1e-4) 1e-4 else 1e-7,
                 label = paste("b", b, "z", z))
  }
})

test_that("F is the sum of the entries and never rises, penalties included", {
  set.seed(507)
  kinds <- list(NULL, penalty_sparse(0.2, form = "raw"), penalty_sparse(0.2, "both"),
                penalty_ridge(0.2), penalty_ridge(0.2, "h", form = "scale_invariant"),
                list(penalty_sparse(0.1, "w", "raw"), penalty_ridge(0.3, "h", "raw")),
                list(penalty_sparse(0.1, "w"), penalty_ridge(0.3, "w")))
  for (b in betas) for (penalties in kinds) {
    x <- drawn_data(8, 11, 3, noise = 1)
    if (b > 0) x[sample(length(x), 20)] <- 0
    start <- drawn_start(x, 3)
    fit <- nmf(x, 3, init = start, loss = beta_loss(b), penalty = penalties,
               control = loss_control(130))
    expect_lte(max(diff(fit$trace)), 1e-12 * fit$trace[1], label = paste("b", b))
    list_of <- if (inherits(penalties, "nmf_penalty")) list(penalties) else penalties
    right <- beta_total(x, fitted(fit), b) +
      penalty_total(x, fit$w, fit$h, if (is.null(list_of)) list() else list_of, "beta")
    expect_equal(objective(fit), right, tolerance = if (b < 1.1 && b > 1) 1e-4 else 1e-9)
    expect_equal(deviance(fit), 2 * beta_total(x, fitted(fit), b), tolerance = 1e-4)
    expect_equal(fit$model$beta, b)
    expect_identical(fit$loss, "beta")
  }
})

test_that("kkt is the residual by its definition", {
  set.seed(508)
  x <- drawn_data(6, 9, 2)
  for (b in betas) {
    fit <- nmf(x, 2, loss = beta_loss(b), control = loss_control(7))
    z <- fitted(fit)
    slope <- z^(b - 1) - x * z^(b - 2)
    open <- open_conditions(coef(fit), t(basis(fit)) %*% slope) +
      open_conditions(t(basis(fit)), coef(fit) %*% t(slope))
    expect_equal(fit$kkt, open / max(objective(fit), 1e-6 * sum(x^b)), tolerance = 1e-8)
  }
})

test_that("zeros that a beta-divergence up to 2 asks for come back, and F never rises", {
  set.seed(509)
  for (b in c(-0.5, 0.5, 1.5, 2.5)) {
    x <- drawn_data(10, 15, 3)
    start <- drawn_start(x, 3)
    # The first component keeps W H above 0.
    start$h[2:3, ][sample(30, 12)] <- 0
    start$w[, 2:3][sample(20, 6)] <- 0
    fit <- function(by) {
      nmf(x, 3, init = start, loss = beta_loss(b), control = loss_control(300, revive_zeros = by))
    }
    revived <- fit(TRUE)
    expect_lte(max(diff(revived$trace)), 1e-12 * revived$trace[1])
    if (b <= 2) expect_lt(objective(revived), objective(fit(FALSE)))
    else expect_identical(objective(revived), objective(fit(FALSE)))
  }
})

test_that("predict() stays where a fit has converged, and depends on no other sample", {
  set.seed(510)
  x <- drawn_data(9, 12, 2, noise = 1)
  gaps <- replace(x, c(3, 20, 55), NA)
  for (b in c(-0.5, 0.5, 1.5, 3)) for (penalty in list(NULL, penalty_ridge(0.1, "h", "raw"),
                                                      penalty_sparse(0.1, form = "raw"))) {
    fit <- nmf(x, 2, loss = beta_loss(b), penalty = penalty,
               control = nmf_control(3000, tol = 0, scale = "none"))
    found <- predict(fit, x)
    expect_equal(found, coef(fit), tolerance = 1e-3)
    expect_identical(predict(fit, x[, 3, drop = FALSE]), found[, 3, drop = FALSE])
    masked <- predict(fit, gaps, missing = "mask")
    expect_equal(masked[, 12], found[, 12])
    alone <- predict(as_nmf(basis(fit)[-3, ], loss = beta_loss(b)), x[-3, 1, drop = FALSE])
    if (is.null(penalty)) expect_equal(unname(masked[, 1]), unname(alone[, 1]), tolerance = 1e-6)
  }
  sparse <- as_sparse_data(ifelse(x < 2, 0, x))
  fit <- nmf(sparse, 2, loss = beta_loss(1.5), control = loss_control(10))
  expect_equal(predict(fit, sparse), predict(fit, as.matrix(sparse)))
})

test_that("other verbs take a beta-divergence: adapt, as_nmf, meta_nmf, known parts, starts", {
  set.seed(511)
  x <- drawn_data(8, 20, 2)
  loss <- beta_loss(0.5)
  fit <- nmf(x, 2, loss = loss, n_start = 2, control = loss_control(20))
  expect_length(fit$model$starts, 2)
  adapted <- adapt(fit, x[, 1:6], max_iter = 10)
  expect_identical(adapted$model$beta, 0.5)
  known <- nmf(x, 3, loss = loss, known = list(w = fit$w[, 1, drop = FALSE]),
               control = loss_control(20))
  expect_identical(known$w[, 1], fit$w[, 1])
  expect_lte(max(diff(known$trace)), 0)
  meta <- meta_nmf(list(tasks = list(x[, 1:6], x[, 7:12]), target = x[, 13:20]), 2, loss = loss,
                   control = meta_control(2, inner = nmf_control(5, tol = 0)))
  expect_equal(objective(meta), beta_total(x[, 13:20], fitted(meta), 0.5))
  again <- nmf(x, 2, init = fit, loss = loss, control = loss_control(1))
  expect_lte(objective(again), objective(fit))
  dead <- drawn_start(x, 2)
  dead$h[1, ] <- 0
  revived <- nmf(x, 2, init = dead, loss = loss,
                 control = nmf_control(200, tol = 1e-4, revive_dead = TRUE))
  expect_identical(revived$dead, integer())
})

test_that("data in other units give the same fit", {
  set.seed(512)
  x <- drawn_data(6, 9, 2)
  start <- drawn_start(x, 2)
  for (b in c(-0.5, 0.5, 1.5, 3)) for (cost in c(0, 0.1)) {
    # F goes with c^b, and so what is raw on H by c^(b - 1).
    fit <- function(c) {
      nmf(c * x, 2, init = list(w = start$w, h = c * start$h), loss = beta_loss(b),
          penalty = penalty_sparse(cost * c^(b - 1), form = "raw"), control = loss_control(10))
    }
    plain <- fit(1)
    for (c in c(1e-60, 1e-35, 1e8, 1e40, 1e90)) {
      moved <- fit(c)
      expect_equal(fitted(moved) / c, fitted(plain), tolerance = 1e-10)
      expect_equal(objective(moved) / c^b, objective(plain), tolerance = 1e-9)
    }
  }
})

test_that("a weight of 2 is the sample twice, or the feature; F is weighed", {
  set.seed(513)
  x <- drawn_data(6, 9, 2)
  start <- drawn_start(x, 2)
  by <- list(samples = c(2, rep(1, 8)), features = c(1, 1, 2, 4, 1, 1))
  fit <- function(x, b, start, weights = NULL) {
    nmf(x, 2, init = start, loss = beta_loss(b), weights = weights, control = loss_control(30))
  }
  for (b in c(1.5, 3)) {
    weighed <- fit(x, b, start, by)
    rows <- rep(1:6, by$features)
    columns <- rep(1:9, by$samples)
    twice <- fit(x[rows, columns], b, list(w = start$w[rows, ], h = start$h[, columns]))
    expect_equal(fitted(weighed)[rows, columns], fitted(twice), tolerance = 1e-10)
    expect_equal(objective(weighed), objective(twice), tolerance = 1e-10)
  }
  below <- fit(x, 0.5, start, by)
  expect_equal(objective(below),
               sum(outer(by$features, by$samples) * beta_divergence(x, fitted(below), 0.5)),
               tolerance = 1e-10)
  expect_bad(nmf(as_sparse_data(x), 2, loss = beta_loss(0.5), weights = by), "weights")
})

test_that("what a beta-divergence does not allow is refused with what to use", {
  x <- random_matrix(6, 8) + 0.1
  zero <- replace(x, 3, 0)
  expect_bad(beta_loss("a"), "b")
  expect_bad(beta_loss(7), "b")
  expect_bad(beta_loss(), "b")
  expect_bad(nmf(x, 2, loss = 0.5), "loss")
  expect_bad(nmf(x, 2, loss = "beta"), "loss")
  expect_bad(nmf(zero, 2, loss = beta_loss(-0.5)), "x")
  expect_bad(nmf(as_sparse_data(zero), 2, loss = beta_loss(-0.5)), "x")
  expect_bad(nmf(x * 10^(1:8 * 40), 2, loss = beta_loss(-0.5)), "x")
  expect_bad(nmf(zero * 10^(1:8 * 40 - 200), 2, loss = beta_loss(0.5)), "x")
  expect_bad(nmf(x, 2, loss = beta_loss(0.5), solver = "hals"), "solver")
  fit <- nmf(x, 2, loss = beta_loss(-0.5), control = loss_control(2))
  expect_bad(predict(fit, zero), "newdata")
  expect_bad(adapt(fit, zero), "newdata")
  for (penalty in list(penalty_smooth(), penalty_orthogonal(), penalty_orthogonal(exact = TRUE),
                       penalty_graph(as_graph(example_graphs(8)$path), 1))) {
    expect_bad(nmf(x, 2, loss = beta_loss(0.5), penalty = penalty), "loss")
  }
  expect_output(print(beta_loss(0.5)), "<nmf_loss> beta_loss(0.5)", fixed = TRUE)
})
