# The penalties' edits of the updates against the equations in plain R
# (helper-objective.R), for every kind, form, side, solver and loss that are offered.

quiet_control <- function(max_iter, ...) {
  nmf_control(max_iter = max_iter, tol = 0, scale = "none", ...)
}

test_that("one iteration with a penalty is that of the equations, for every solver and loss", {
  set.seed(101)
  x <- drawn_data(14, 22, 3)
  start <- drawn_start(x, 3)
  for (lambda in c(0.01, 0.4, 1.5)) {
    share <- if (lambda == 0.4) 1 else share_of_cases(1 / 5)
    cases <- offered_cases(penalty_variety(14, 22, lambda), share)
    for (one in cases) {
      now <- one_iteration(x, start$w, start$h, one$loss, one$penalties, solver = one$solver)
      right <- plain_iteration(x, start$w, start$h, one$penalties, one$loss, one$solver)
      # Differences that cancel are the solvers', not the edits': compared with the largest.
      gap <- max(abs(now$h - right$h)) / max(right$h) + max(abs(now$w - right$w)) / max(right$w)
      expect_lt(gap, 1e-12, label = one$label)
    }
  }
})

test_that("an iteration with penalties is the same on every engine and for every block", {
  set.seed(102)
  x <- drawn_data(12, 70, 3)
  start <- drawn_start(x, 3)
  variety <- penalty_variety(12, 70, 0.3)
  at <- list(mu = 14, hals = 14, bpp = 13, kl = 14, is = 15, cg = 14)
  cases <- list(c("mu", "frobenius"), c("hals", "frobenius"), c("bpp", "frobenius"),
                c("mu", "kl"), c("mu", "is"), c("cg", "frobenius"))
  for (i in seq_along(cases)) {
    solver <- cases[[i]][1]
    loss <- cases[[i]][2]
    penalties <- variety[[at[[i]]]]
    right <- if (loss == "is") {
      plain_iteration(x, start$w, start$h, list(penalty_sparse(0.1, "h", "raw")), loss, solver)
    } else plain_iteration(x, start$w, start$h, penalties, loss, solver)
    if (loss == "is") penalties <- penalty_sparse(0.1, "h", "raw")
    each_engine(function(backend) {
      for (block in some_of(c(7, 64, 1, 70), share_of_cases(1 / 2))) {
        now <- one_iteration(x, start$w, start$h, loss, penalties, solver = solver,
                             backend = backend, block = block)
        expect_lt(max(abs(now$h - right$h)) / max(right$h), 1e-12, label = c(solver, loss))
        expect_lt(max(abs(now$w - right$w)) / max(right$w), 1e-12, label = c(solver, loss))
      }
    })
  }
})

test_that("the trace never rises and ends at the objective computed directly", {
  set.seed(103)
  for (shape in list(c(15, 25, 4), c(18, 9, 3))) {
    x <- drawn_data(shape[1], shape[2], shape[3])
    start <- drawn_start(x, shape[3])
    for (lambda in c(0.01, 0.3, 5)) {
      for (one in offered_cases(penalty_variety(shape[1], shape[2], lambda))) {
        fit <- nmf(x, shape[3], init = start, penalty = one$penalties, loss = one$loss,
                   solver = one$solver, control = quiet_control(40))
        size <- pmax(fit$trace[-1], 1e-6 * if (one$loss == "frobenius") sum(x^2) else sum(x))
        expect_lt(max(diff(fit$trace) / size), 1e-12, label = one$label)
        right <- penalised_objective(x, fit$w, fit$h, one$penalties, one$loss)
        expect_lt(abs(objective(fit) / right - 1), 1e-9, label = one$label)
        expect_true(objective(fit) == fit$trace[length(fit$trace)])
      }
    }
  }
})

test_that("lambda = 0 is no penalty to the bit", {
  set.seed(104)
  x <- drawn_data(10, 16, 3)
  start <- drawn_start(x, 3)
  for (case in solver_losses) {
    plain <- nmf(x, 3, init = start, penalty = NULL, loss = case[2], solver = case[1],
                 control = quiet_control(15))
    for (penalties in some_of(penalty_variety(10, 16, 0), share_of_cases(1 / 2))) {
      fit <- nmf(x, 3, init = start, penalty = penalties, loss = case[2], solver = case[1],
                 control = quiet_control(15))
      expect_identical(fit[c("w", "h", "trace")], plain[c("w", "h", "trace")])
    }
  }
})

test_that("a penalty's own term falls as its lambda grows", {
  set.seed(105)
  x <- drawn_data(12, 20, 3)
  start <- drawn_start(x, 3)
  free <- penalty_variety(12, 20, 1)[c(1:12)]
  lambdas <- c(0.001, 0.03, 0.3)
  for (penalties in free) for (loss in c("frobenius", "kl")) {
    if (!is_offered(penalties, "mu", loss)) next
    terms <- vapply(lambdas, function(lambda) {
      penalties[[1]]$lambda <- penalties[[1]]$lambda * lambda
      fit <- nmf(x, 3, init = start, penalty = penalties, loss = loss, solver = "mu",
                 control = quiet_control(1500))
      penalties[[1]]$lambda <- 1
      penalty_total(x, fit$w, fit$h, penalties, loss)
    }, 0)
    expect_lt(max(diff(terms) / terms[-3]), 0, label = penalty_label(penalties, "mu", loss))
  }
})

test_that("scale-invariant penalties and the two-sided raw ridge give the same fit in any units", {
  set.seed(106)
  x <- drawn_data(12, 20, 3)
  start <- drawn_start(x, 3)
  variety <- c(penalty_variety(12, 20, 0.3)[1:14], list(list(penalty_ridge(0.1, "both", "raw"))))
  for (one in offered_cases(variety, share_of_cases(1 / 2))) {
    if (one$loss != "frobenius") next
    penalties <- one$penalties
    label <- one$label
    fit <- nmf(x, 3, init = start, penalty = penalties, loss = "frobenius", solver = one$solver,
               control = quiet_control(10))
    for (c in c(2^20, 3)) {
      # Raw terms on both sides fix the scale of W too: both factors take the root.
      two_sided <- penalties[[1]]$form == "raw"
      by <- if (two_sided) sqrt(c) else 1
      moved <- list(w = start$w * by, h = start$h * c / by)
      again <- nmf(c * x, 3, init = moved, penalty = penalties, loss = "frobenius",
                   solver = one$solver, control = quiet_control(10))
      expect_equal(fitted(again) / c, fitted(fit), tolerance = 1e-9, label = label)
      expect_equal(objective(again) / c^2, objective(fit), tolerance = 1e-9, label = label)
    }
  }
})

test_that("a scale-invariant objective does not change when W and H trade their scale", {
  set.seed(107)
  x <- drawn_data(12, 20, 3)
  start <- drawn_start(x, 3)
  by <- c(1e3, 1, 1e-4)
  moved <- list(w = start$w %*% diag(by), h = start$h / by)
  for (loss in c("frobenius", "kl")) for (penalties in penalty_variety(12, 20, 0.3)[1:14]) {
    if (!is_offered(penalties, "mu", loss)) next
    fit <- nmf(x, 3, init = start, penalty = penalties, loss = loss, solver = "mu",
               control = quiet_control(10))
    again <- nmf(x, 3, init = moved, penalty = penalties, loss = loss, solver = "mu",
                 control = quiet_control(10))
    expect_equal(fitted(again), fitted(fit), tolerance = 1e-9,
                 label = penalty_label(penalties, "mu", loss))
  }
})

test_that("a scale-invariant penalty does not fade with iterations, and a raw one on a side does", {
  set.seed(108)
  x <- drawn_data(12, 20, 3)
  start <- drawn_start(x, 3)
  misfit <- function(penalty, iterations) {
    fit <- nmf(x, 3, init = start, penalty = penalty, solver = "mu",
               control = quiet_control(iterations))
    sum((x - fitted(fit))^2)
  }
  plain <- misfit(NULL, 2000)
  for (make in list(penalty_smooth, function(...) penalty_orthogonal(..., on = "w"))) {
    expect_gt(misfit(make(0.5, form = "scale_invariant"), 2000), 1.5 * plain)
    expect_lt(misfit(make(0.5, form = "raw"), 2000), 1.3 * plain)
  }
})

test_that("from lambda = 1 on the sparse penalty leaves nothing of H", {
  # At lambda = 1 the H step's gain is at most ||w_k|| ||x_j||, less ||w_k|| max ||x_j||.
  set.seed(109)
  x <- drawn_data(12, 20, 3)
  for (solver in c("hals", "bpp")) {
    fit <- suppressWarnings(nmf(x, 3, init = drawn_start(x, 3), penalty = penalty_sparse(1.0001),
                                solver = solver,
                                control = quiet_control(1)))
    expect_identical(max(coef(fit)), 0)
    kept <- nmf(x, 3, init = drawn_start(x, 3), penalty = penalty_sparse(0.5), solver = solver,
                control = quiet_control(1))
    expect_gt(max(coef(kept)), 0)
  }
})

test_that("with weights and known parts a penalised fit descends on the weighted objective", {
  set.seed(110)
  x <- drawn_data(10, 16, 3)
  weights <- matrix(stats::runif(160), 10)
  weights[sample(160, 30)] <- 0
  start <- drawn_start(x, 3)
  known <- list(w = matrix(stats::runif(10)), h = matrix(stats::runif(16), 1))
  with_unit <- function(one) {
    (one$kind == "sparse" && one$form == "scale_invariant") ||
      (one$kind == "ridge" && one$on == "both")
  }
  for (one in offered_cases(penalty_variety(10, 16, 0.2), share_of_cases(1 / 5))) {
    loss <- one$loss
    fit <- nmf(x, 3, init = start, penalty = one$penalties, loss = loss, solver = one$solver,
               control = quiet_control(30), weights = weights,
               known = known)
    expect_lt(max(diff(fit$trace) / fit$trace[-1]), 1e-12, label = one$label)
    expect_identical(unname(fit$w[, 1]), known$w[, 1])
    expect_identical(unname(fit$h[3, ]), known$h[1, ])
    # The unit of lambda is taken from data whose missing entries are filled in: left out here.
    if (loss == "frobenius" && any(vapply(one$penalties, with_unit, NA))) next
    z <- fitted(fit)
    parts <- switch(loss, frobenius = (x - z)^2, kl = x * log(x / z) - x + z,
                    is = x / z - log(x / z) - 1)
    right <- sum(weights * parts) + penalty_total(x, fit$w, fit$h, one$penalties, loss)
    expect_equal(objective(fit), right, tolerance = 1e-9, label = one$label)
  }
})

test_that("penalties take sparse data as they take dense data", {
  set.seed(111)
  x <- matrix(stats::rpois(160, 0.7), 10)
  start <- drawn_start(x + 0.1, 3)
  sparse <- sparse_copy(x)
  for (one in offered_cases(penalty_variety(10, 16, 0.2), share_of_cases(1 / 5))) {
    if (one$loss == "is") next
    label <- one$label
    fit <- function(x) nmf(x, 3, init = start, penalty = one$penalties, loss = one$loss,
                           solver = one$solver, control = quiet_control(10))
    dense <- fit(x)
    # A failure of one penalty must not hide the others'.
    same <- tryCatch(fit(sparse), error = conditionMessage)
    failed <- if (is.character(same)) same
    expect_null(failed, label = label)
    if (is.null(failed)) {
      for (field in c("w", "h", "trace")) {
        gap <- max(abs(same[[field]] - dense[[field]])) / max(dense[[field]])
        expect_lt(gap, 1e-10, label = paste(label, field))
      }
    }
  }
})

test_that("a penalised fit cut into slices of 7 iterations is the same to the bit", {
  set.seed(112)
  x <- drawn_data(9, 14, 3)
  start <- drawn_start(x, 3)
  real <- native_fit
  calls <- new.env()
  short <- function(x, w, h, model, control, progress) {
    # The null model's deviance is a call of rank 1.
    calls$count <- calls$count + (model$rank == 3)
    progress$budget <- min(progress$budget, 7)
    real(x, w, h, model, control, progress)
  }
  for (one in offered_cases(penalty_variety(9, 14, 0.2), share_of_cases(1 / 5))) {
    run <- function() nmf(x, 3, init = start, penalty = one$penalties, loss = one$loss,
                          solver = one$solver, control = quiet_control(20))
    whole <- run()
    calls$count <- 0
    cut <- with_mocked_bindings(run(), native_fit = short)
    expect_equal(calls$count, 3)
    fields <- c("w", "h", "trace", "kkt")
    expect_identical(cut[fields], whole[fields], label = one$label)
  }
})

test_that("penalties are refused twice of a kind on a side, and graphs of two forms", {
  x <- random_matrix(6, 8)
  twice <- list(penalty_sparse(1, "h"), penalty_sparse(2, "both"))
  expect_bad(nmf(x, 2, penalty = twice), "penalty")
  forms <- list(penalty_smooth(1), penalty_graph(diag(8) + 1, form = "raw"))
  expect_bad(nmf(x, 2, penalty = forms), "penalty")
  expect_bad(nmf(x, 2, penalty = list(1)), "penalty")
})
