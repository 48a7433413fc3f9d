# The residual of the conditions for a stationary point, by its definition in ?nmf_control.

test_that("kkt is the residual of the returned pair as it is defined", {
  set.seed(301)
  for (shape in list(c(9, 14, 3), c(20, 8, 4), c(6, 6, 1))) {
    x <- drawn_data(shape[1], shape[2], shape[3])
    start <- drawn_start(x, shape[3])
    for (case in solver_losses) {
      each_engine(function(backend) {
        for (iterations in one_or_all(c(1, 4, 23))) {
          control <- nmf_control(iterations, tol = 0, scale = "none", backend = backend)
          fit <- nmf(x, shape[3], init = start, penalty = NULL, loss = case[2],
                     solver = case[1], control = control)
          right <- pair_residual(x, fit$w, fit$h, case[2])
          expect_lt(abs(fit$kkt - right), 1e-10 * max(1, right), label = case)
        }
      })
    }
  }
})

test_that("kkt is 0 at a stationary point made by hand", {
  # X = diag(2, 1), w = (1, 0)', h = (2, 0): W'W H - W'X = (2 - 2, 0), W HH' - XH' = (4 - 4, 0).
  # F = 1, which no pair of rank 1 on this support betters.
  x <- diag(c(2, 1))
  start <- list(w = matrix(c(1, 0)), h = matrix(c(2, 0), 1))
  for (solver in c("mu", "hals", "bpp")) {
    fit <- nmf(x, 1, init = start, solver = solver, control = nmf_control(1, tol = 0))
    expect_identical(fit$kkt, 0)
    expect_identical(objective(fit), 1)
  }
  # An exact product of whole numbers is stationary for every loss.
  w <- rbind(c(1, 1), c(1, 2), c(4, 1))
  h <- rbind(c(1, 2, 3, 1), c(2, 1, 1, 4))
  for (case in solver_losses) {
    fit <- nmf(w %*% h, 2, init = list(w = w, h = h), penalty = NULL, loss = case[2],
               solver = case[1], control = nmf_control(1, tol = 0))
    expect_lt(fit$kkt, 1e-8)
  }
})

test_that("kkt has no units and does not depend on the scale of the columns of W", {
  set.seed(302)
  x <- drawn_data(9, 14, 3)
  start <- drawn_start(x, 3)
  for (case in solver_losses) {
    kkt <- function(by, scale) {
      moved <- list(w = start$w, h = by * start$h)
      nmf(by * x, 3, init = moved, penalty = NULL, loss = case[2], solver = case[1],
          control = nmf_control(7, tol = 0, scale = scale))$kkt
    }
    right <- kkt(1, "none")
    expect_gt(right, 1e-6)
    expect_equal(kkt(2^30, "max"), right, tolerance = 1e-9)
    expect_equal(kkt(3, "l2"), right, tolerance = 1e-9)
  }
})

test_that("every solver reaches a residual below 1e-6, and stops by it", {
  set.seed(303)
  for (shape in list(c(8, 12, 2), c(12, 7, 3))) {
    x <- drawn_data(shape[1], shape[2], shape[3]) + 0.05
    start <- drawn_start(x, shape[3])
    for (case in solver_losses) {
      control <- nmf_control(2e5, tol = 0, kkt = 1e-7, scale = "none")
      fit <- nmf(x, shape[3], init = start, penalty = NULL, loss = case[2], solver = case[1],
                 control = control)
      expect_lt(fit$kkt, 1e-6)
      expect_lte(fit$kkt, 1e-7)
      expect_true(fit$converged)
      expect_lt(fit$iterations, 2e5)
      expect_lt(pair_residual(x, fit$w, fit$h, case[2]), 1e-6, label = case)
    }
  }
})

test_that("penalised fits reach a residual below 1e-6 too", {
  set.seed(304)
  x <- drawn_data(8, 12, 2) + 0.05
  start <- drawn_start(x, 2)
  variety <- penalty_variety(8, 12, 0.05)
  # All in the scale-invariant form, and of the raw forms those on both factors.
  for (one in offered_cases(variety[c(1:14, 25, 26)], share_of_cases(1 / 3))) {
    control <- nmf_control(1e6, tol = 0, kkt = 1e-6, scale = "none")
    fit <- nmf(x, 2, init = start, penalty = one$penalties, loss = one$loss, solver = one$solver,
               control = control)
    expect_lte(fit$kkt, 1e-6, label = one$label)
    expect_true(fit$converged)
  }
})

test_that("with penalties kkt is made from the slopes of the penalised objective", {
  set.seed(306)
  x <- drawn_data(7, 10, 2)
  start <- drawn_start(x, 2)
  slopes <- function(fit, penalties, field) {
    step <- 1e-5 * max(fit[[field]])
    value <- function(at, by) {
      fit[[field]][at] <- fit[[field]][at] + by * step
      penalised_objective(x, fit$w, fit$h, penalties)
    }
    down <- vapply(seq_along(fit[[field]]), function(at) (value(at, 1) - value(at, -1)) / 2, 0)
    array(down / step, dim(fit[[field]]))
  }
  variety <- some_of(penalty_variety(7, 10, 0.3), share_of_cases(1 / 2))
  for (penalties in variety) for (solver in c("mu", "hals")) {
    fit <- unclass(nmf(x, 2, init = start, penalty = penalties, solver = solver,
                       control = nmf_control(3, tol = 0, scale = "none")))[c("w", "h", "kkt")]
    right <- (open_conditions(fit$h, slopes(fit, penalties, "h")) +
                open_conditions(t(fit$w), t(slopes(fit, penalties, "w")))) /
      penalised_objective(x, fit$w, fit$h, penalties)
    expect_lt(abs(fit$kkt - right), 1e-6 * max(1, right),
              label = penalty_label(penalties, solver, ""))
  }
})

test_that("a fit with a small residual cannot be bettered by small moves of an entry", {
  set.seed(305)
  x <- drawn_data(6, 9, 2)
  start <- drawn_start(x, 2)
  for (penalties in list(list(penalty_sparse(0.05)), list(penalty_smooth(0.3)),
                         list(penalty_ridge(0.02)), list(penalty_orthogonal(0.1)))) {
    fit <- nmf(x, 2, init = start, penalty = penalties, solver = "hals",
               control = nmf_control(1e5, tol = 0, kkt = 1e-9, scale = "none"))
    best <- penalised_objective(x, fit$w, fit$h, penalties)
    for (field in c("w", "h")) for (at in seq_along(fit[[field]])) for (by in c(-1, 1) * 1e-4) {
      moved <- unclass(fit)[c("w", "h")]
      size <- max(moved[[field]])
      moved[[field]][at] <- max(0, moved[[field]][at] + by * size)
      expect_gte(penalised_objective(x, moved$w, moved$h, penalties), best * (1 - 1e-12),
                 label = penalty_label(penalties, "hals", field))
    }
  }
})

test_that("kkt = 0 never stops a fit, and a wrong kkt is an error", {
  x <- diag(2)
  start <- list(w = diag(2), h = diag(2))
  fit <- nmf(x, 2, init = start, control = nmf_control(25, tol = 0))
  expect_equal(fit$iterations, 25)
  expect_false(fit$converged)
  fit <- nmf(x, 2, init = start, control = nmf_control(25, tol = 0, kkt = 1e-9))
  expect_equal(fit$iterations, 10)
  expect_true(fit$converged)
  expect_bad(nmf_control(kkt = -1), "kkt")
})

test_that("a residual that was asked for and not reached is what the warning names", {
  x <- random_matrix(6, 8)
  expect_warning(nmf(x, 2, control = nmf_control(1, tol = 0, kkt = 1e-9)), "kkt",
                 class = "metanmf_not_converged")
})
