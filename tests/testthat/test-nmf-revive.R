# Dead components: which they are, and the new start they get on request.

revived <- function(..., tol = 1e-6) nmf_control(3000, tol = tol, revive_dead = TRUE, ...)
left_dead <- function(..., tol = 1e-6) nmf_control(3000, tol = tol, ...)

# nmf() without its warning, from a start whose components 2 and 4 are zero.
quietly <- function(code) suppressWarnings(code, classes = "metanmf_not_converged")

dying_start <- function(x, rank = 5) {
  start <- drawn_start(x, rank)
  start$w[, c(2, 4)] <- 0
  start
}

# Samples made of 1 to 5 of five parts.
parts_data <- function(m = 12, n = 30) {
  h <- matrix(stats::rexp(5 * n) * (stats::runif(5 * n) < 0.5), 5)
  matrix(stats::rexp(m * 5), m) %*% h + 0.01 * matrix(stats::runif(m * n), m)
}

test_that("a component is dead where its column or its row has nothing above the floor", {
  w <- cbind(a = c(0, 2), b = c(0, 0), c = c(1, 1), d = c(0, 3))
  h <- rbind(c(0, 5), c(4, 4), c(0, 0), c(1e-30, 0))
  expect_identical(dead_components(w, h), c(2L, 3L))
  expect_identical(dead_components(w, h, floor = 1e-30), c(2L, 3L, 4L))
  expect_identical(dead_components(w, h, floor = 2), 1:4)
  expect_identical(dead_components(w[, 1, drop = FALSE], h[1, , drop = FALSE]), integer(0))
})

test_that("every fit reports its dead components, and none where all live", {
  set.seed(1)
  x <- parts_data()
  start <- dying_start(x)
  for (loss in nmf_losses) {
    fit <- nmf(x, 5, init = start, loss = loss, solver = "mu", control = nmf_control(20, tol = 0))
    expect_identical(fit$dead, c(2L, 4L))
    expect_length(summary(fit)$dead, 2)
  }
  expect_identical(nmf(x, 5, control = nmf_control(20, tol = 0))$dead, integer(0))
  graph <- gnmf(x, 5, init = start, solver = "mu", control = nmf_control(20, tol = 0))
  expect_identical(graph$dead, c(2L, 4L))
  # An NNDSVD start of data of rank 1 has one component.
  one <- outer(1:6, 1:8)
  fit <- meta_nmf(list(tasks = list(one, 2 * one), target = one), 3, init = "nndsvd",
                  control = meta_control(2))
  expect_identical(fit$dead, 2:3)
  expect_identical(adapt(fit, 3 * one, max_iter = 5)$dead, 2:3)
  # Every sample is too short for a penalty at its limit.
  expect_identical(nmf(x, 2, penalty = penalty_sparse(1), control = left_dead())$dead, 1:2)
})

test_that("with the author's floor a component is dead where nothing is above the floor", {
  set.seed(2)
  fit <- nmf(matrix(0, 4, 5), 2, loss = "kl", control = nmf_control(200, preset = "author"))
  expect_true(all(fit$w > 0) && all(fit$h > 0))
  expect_identical(fit$dead, 1:2)
})

test_that("without dead components revive_dead = TRUE changes no bit", {
  set.seed(3)
  x <- parts_data()
  for (case in solver_losses) {
    start <- drawn_start(x, 3)
    run <- function(control) {
      quietly(nmf(x, 3, init = start, loss = case[2], solver = case[1], control = control))
    }
    same <- c("w", "h", "trace", "value", "iterations", "converged", "kkt", "dead")
    expect_identical(run(revived(tol = 1e-3))[same], run(left_dead(tol = 1e-3))[same])
  }
})

test_that("reviving goes on from the fit that stopped and never ends above it", {
  skip_on_cran()
  set.seed(4)
  x <- parts_data()
  start <- dying_start(x)
  data <- list(dense = list(x = x), sparse = list(x = as_sparse_data(x * (x > 1))),
               masked = list(x = replace(x, sample(length(x), 50), NA), missing = "mask"),
               weighed = list(x = x, weights = matrix(stats::runif(length(x)), nrow(x))))
  cases <- offered_cases(c(list(NULL), penalty_variety(12, 30, 0.05)))
  tried <- back <- 0
  for (given in data) for (one in cases) {
    if (one$loss == "is" && !is.matrix(given$x)) next
    run <- function(control) {
      quietly(do.call(nmf, c(given, list(rank = 5, init = start, penalty = one$penalties,
                                         loss = one$loss, solver = one$solver,
                                         control = control))))
    }
    plain <- run(nmf_control(150, tol = 1e-4))
    fit <- run(nmf_control(300, tol = 1e-4, revive_dead = TRUE))
    label <- one$label
    expect_length(fit$trace, fit$iterations)
    expect_lte(fit$iterations, 300)
    expect_identical(objective(fit), fit$trace[[fit$iterations]])
    expect_lt(max(diff(fit$trace)) / fit$trace[[1]], 1e-12, label = label)
    if (!plain$converged) next
    tried <- tried + 1
    expect_lte(objective(fit), objective(plain), label = label)
    expect_identical(fit$trace[seq_along(plain$trace)], plain$trace, label = label)
    if (length(plain$dead) > length(fit$dead)) {
      back <- back + 1
      expect_lt(objective(fit), objective(plain) * (1 - 1e-4))
    }
  }
  expect_gt(back, tried / 4)
})

test_that("F of a revived fit is the objective of its pair, computed directly", {
  set.seed(5)
  x <- parts_data()
  start <- dying_start(x)
  for (case in solver_losses) {
    fit <- quietly(nmf(x, 5, init = start, loss = case[2], solver = case[1], control = revived()))
    expect_identical(fit$dead, integer(0))
    expect_equal(objective(fit), loss_value(x, fitted(fit), case[2]), tolerance = 1e-6)
  }
  fit <- nmf(x, 5, init = start, penalty = penalty_sparse(0.02), control = revived(scale = "none"))
  expect_equal(objective(fit), penalised_objective(x, fit$w, fit$h, penalty_sparse(0.02)))
})

test_that("parts that a start lacks are found: disjoint parts to the last digit", {
  x <- matrix(0, 6, 9)
  x[1:2, 1:3] <- 1:2 %o% 1:3
  x[3:4, 4:6] <- 2:1 %o% 4:6
  x[5:6, 7:9] <- c(1, 3) %o% 2:4
  start <- list(w = cbind(c(1, 1, 0, 0, 0, 0), 0, 0), h = rbind(rep(1, 9), 0, 0))
  for (case in solver_losses[1:4]) {
    fit <- quietly(nmf(x, 3, init = start, loss = case[2], solver = case[1],
                       control = revived(step_tol = 1e-8)))
    expect_identical(fit$dead, integer(0))
    expect_lt(objective(fit), 1e-10 * sum(x^2))
    # Each got a part of its own.
    expect_identical(sort(max.col(t(unname(fit$w)), ties.method = "first")), c(2L, 3L, 6L))
  }
})

test_that("components placed together start from different samples, each from what is left", {
  x <- matrix(c(3, 0, 0, 0, 2, 0, 0, 0, 1), 3)
  pair <- list(w = matrix(0, 3, 3), h = matrix(0, 3, 3), value = sum(x^2))
  for (solver in c("mu", "hals", "bpp")) {
    placed <- place_components(pair, c(2L, 1L, 3L), engine_data(x),
                               engine_model(3, "frobenius", solver),
                               engine_control(revived(), "frobenius"))
    expect_identical(placed$placed, c(2L, 1L, 3L))
    # The longest sample first.
    expect_identical(max.col(t(placed$w)), c(2L, 1L, 3L))
  }
})

test_that("a component that the penalty kills again is reported dead, not tried for ever", {
  set.seed(6)
  x <- parts_data()
  start <- drawn_start(x, 5)
  for (solver in c("mu", "hals", "bpp")) for (lambda in c(0.1, 0.3, 0.9, 1)) {
    run <- function(control) {
      nmf(x, 5, init = start, penalty = penalty_sparse(lambda), solver = solver, control = control)
    }
    plain <- run(left_dead(tol = 1e-5))
    fit <- run(revived(tol = 1e-5))
    expect_lte(objective(fit), objective(plain))
    # Ratios take for ever to get to 0, the others are there at once.
    if (lambda == 1 && solver != "mu") expect_identical(fit$dead, 1:5)
    if (lambda == 1) expect_identical(fit$trace, plain$trace)
  }
})

test_that("a round that lowers F by less than the tolerance is undone, and so is a placing", {
  set.seed(12)
  x <- parts_data()
  start <- dying_start(x)
  run <- function(control) nmf(x, 5, init = start, solver = "bpp", control = control)
  same <- c("w", "h", "trace", "value", "iterations", "converged", "kkt", "dead")
  expect_identical(run(revived(tol = 1e-3))$dead, integer(0))
  # Nothing can lower F by more than all of it.
  expect_identical(run(revived(tol = 1))[same], run(left_dead(tol = 1))[same])
  # Zeros in the place of the parts: F rises to ||X||^2, and multiplicative updates stay there.
  worse <- function(pair, ...) list(w = 0 * pair$w, h = 0 * pair$h, placed = c(2L, 4L))
  ratio <- function(control) nmf(x, 5, init = start, solver = "mu", control = control)
  with_mocked_bindings(
    expect_identical(ratio(revived(tol = 1e-3))[same], ratio(left_dead(tol = 1e-3))[same]),
    place_components = worse
  )
  # At this penalty no component is worth its cost.
  model <- engine_model(5, "frobenius", "hals", engine_penalty(list(penalty_sparse(1)), x))
  pair <- c(lapply(start, `*`, 0), list(value = sum(x^2)))
  placed <- place_components(pair, 1:5, engine_data(x), model,
                             engine_control(revived(), "frobenius"))
  expect_identical(placed$placed, integer(0))
  expect_identical(placed[c("w", "h")], pair[c("w", "h")])
})

test_that("known parts stay as they are, and a known component that is dead is left alone", {
  set.seed(7)
  x <- parts_data()
  start <- dying_start(x)
  known <- list(w = cbind(stats::runif(12), 0), h = matrix(stats::runif(30), 1))
  for (case in solver_losses) {
    fit <- quietly(nmf(x, 5, init = start, loss = case[2], solver = case[1], known = known,
                       control = revived(tol = 1e-4)))
    expect_identical(unname(fit$w[, 1:2]), known$w)
    expect_identical(unname(fit$h[5, , drop = FALSE]), known$h)
    expect_true(2L %in% fit$dead)
    expect_false(4L %in% fit$dead)
  }
})

test_that("of several starts each is revived, and the best is kept", {
  set.seed(10)
  x <- parts_data()
  run <- function(control) {
    set.seed(9)
    nmf(x, 5, penalty = penalty_sparse(0.3), solver = "bpp", n_start = 4, control = control)
  }
  plain <- run(left_dead(tol = 1e-5))
  fit <- run(revived(tol = 1e-5))
  falls <- plain$model$starts - fit$model$starts
  expect_true(all(falls >= 0) && any(falls > 0))
  expect_identical(objective(fit), min(fit$model$starts))
})

test_that("reviving draws no random numbers and does not depend on units or on the backend", {
  set.seed(10)
  x <- parts_data()
  start <- dying_start(x)
  before <- .Random.seed
  for (case in solver_losses) {
    run <- function(power = 1, backend = "native", order = seq_len(30)) {
      quietly(nmf(power * x[, order], 5, init = list(w = start$w, h = power * start$h[, order]),
                  loss = case[2], solver = case[1],
                  control = nmf_control(300, tol = 1e-3, revive_dead = TRUE, backend = backend)))
    }
    fit <- run()
    for (power in 2^c(-900, 900)) {
      expect_identical(run(power)$w, fit$w)
      expect_identical(run(power)$h, power * fit$h)
    }
    expect_equal(objective(run(backend = "blas")), objective(fit), tolerance = 1e-6)
    expect_equal(coef(run(order = 30:1)), coef(fit)[, 30:1], tolerance = 1e-6)
  }
  expect_identical(.Random.seed, before)
})

test_that("a sparse matrix of 100000 x 100000 is revived, which would be 80 GB", {
  set.seed(11)
  # Two blocks of 50 x 50; the start knows of the first.
  block <- expand.grid(i = 1:50, j = 1:50)
  x <- Matrix::sparseMatrix(i = c(block$i, 1e5 - block$i), j = c(block$j, 1e5 - block$j),
                            x = 1 + stats::runif(5000), dims = c(1e5, 1e5))
  start <- list(w = cbind(1 * (1:1e5 <= 50), 0), h = rbind(1 * (1:1e5 <= 50), 0))
  fit <- nmf(x, 2, init = start, solver = "mu",
             control = nmf_control(40, tol = 1e-3, revive_dead = TRUE))
  expect_true(fit$converged)
  expect_identical(fit$dead, integer(0))
  expect_lt(objective(fit), 0.1 * fit$data$x_norm2)
})

test_that("an infinite objective falls to any other, and rounding is no fall", {
  expect_true(falls(Inf, 5, 0.1))
  expect_true(falls(5, 4, 0.1))
  expect_false(falls(5, 4.9, 0.1))
  expect_false(falls(5, 5, 0))
  expect_false(falls(Inf, Inf, 0))
  expect_false(falls(5, NaN, 0))
  expect_true(falls(5, 5 - 1e-10, 0))
})

test_that("what cannot be promised is refused with what to do", {
  x <- matrix(1:12 + 0, 3)
  expect_bad(nmf_control(revive_dead = NA), "revive_dead")
  expect_bad(nmf_control(tol = 0, revive_dead = TRUE), "revive_dead")
  expect_bad(nmf_control(preset = "author", revive_dead = TRUE), "revive_dead")
  expect_bad(nmf_control(smoothing = c(ratio = 1e-9), revive_dead = TRUE), "revive_dead")
  expect_bad(meta_control(inner = nmf_control(revive_dead = TRUE)), "inner")
  expect_bad(meta_control(target = nmf_control(revive_dead = TRUE)), "target")
  expect_bad(nmf(x, 2, penalty = penalty_orthogonal(exact = TRUE),
                 control = nmf_control(revive_dead = TRUE)),
             "revive_dead")
  expect_error(nmf(x, 2, penalty = penalty_orthogonal(exact = TRUE, step = "choi"),
                   solver = "mu", control = nmf_control(revive_dead = TRUE)),
               class = "metanmf_error")
  expect_no_error(nmf_control(tol = 0, kkt = 1e-3, revive_dead = TRUE))
  # adapt() runs all its iterations and revives nothing.
  fit <- nmf(x, 2, control = nmf_control(revive_dead = TRUE))
  expect_length(adapt(fit, x, max_iter = 7)$trace, 7)
})
