# Cyclic coordinate descent on counts: solver "ccd".

# One turn over each column of u by the equation of ?nmf, from u, w and the entries that are known
# (`seen`: how much each weighs); a cost and a curvature for each component.
newton_turn <- function(x, w, u, seen, cost, curve) {
  for (j in seq_len(ncol(x))) for (k in seq_len(ncol(w))) {
    z <- drop(w %*% u[, j])
    on <- seen[, j] > 0 & x[, j] > 0
    share <- w[on, k] / z[on]
    by <- seen[on, j] * x[on, j]
    slope <- sum(seen[, j] * w[, k]) + cost + 2 * curve * u[k, j] - sum(by * share)
    bend <- sum(by * share^2) + 2 * curve
    move <- max(if (bend > 0) -slope / bend else if (slope > 0) -u[k, j] else 0, -u[k, j])
    if (any(on) && move * max(share) < -0.5) move <- -0.5 / max(share)
    u[k, j] <- u[k, j] + move
  }
  u
}
newton_side <- function(x, w, u, seen = 1 + 0 * x, cost = 0, curve = 0) {
  for (turn in 1:2) u <- newton_turn(x, w, u, seen, cost, curve)
  u
}
newton_pair <- function(x, w, h, seen = 1 + 0 * x, cost = 0, curve = 0) {
  h <- newton_side(x, w, h, seen, cost, curve)
  list(w = t(newton_side(t(x), t(h), t(w), t(seen), cost, curve)), h = h)
}

count_case <- function(m = 12, n = 15, rank = 3) {
  set.seed(4)
  x <- matrix(stats::rpois(m * n, 2), m)
  x[2, ] <- x[, 3] <- 0
  list(x = x, w = matrix(stats::runif(m * rank), m), h = matrix(stats::runif(rank * n), rank))
}
one_descent <- function(x, d, ..., iterations = 1) {
  nmf(x, ncol(d$w), init = d[c("w", "h")], loss = "kl", solver = "ccd", ...,
      control = nmf_control(iterations, tol = 0, scale = "none"))
}

test_that("an iteration is Newton's step entry by entry, on dense and sparse counts", {
  d <- count_case()
  expected <- newton_pair(d$x, d$w, d$h)
  for (x in list(d$x, sparse_copy(d$x))) {
    for (fit in each_engine(function(backend) one_descent(x, d))) {
      expect_lt(relative_gap(fit, expected), 1e-10)
    }
  }
})

test_that("missing entries and weights count as much as they weigh, and so do penalties", {
  d <- count_case()
  holes <- replace(d$x, c(5, 40, 77, 100), NA)
  seen <- 1 * !is.na(holes)
  x <- replace(holes, is.na(holes), 0)
  expected <- newton_pair(x, d$w, d$h, seen)
  for (one in list(holes, sparse_copy(holes))) {
    expect_lt(relative_gap(one_descent(one, d, missing = "mask"), expected), 1e-10)
  }
  weights <- matrix(rep_len(c(1, 0.5, 0.25, 1, 0), length(x)), nrow(x))
  expected <- newton_pair(d$x, d$w, d$h, weights)
  expect_lt(relative_gap(one_descent(d$x, d, weights = weights), expected), 1e-10)
  d$x[2, ] <- d$x[, 3] <- 1
  expected <- newton_pair(d$x, d$w, d$h, 1 * (d$x > 0))
  fit <- one_descent(sparse_copy(d$x), d, missing = "unstored")
  expect_lt(relative_gap(fit, expected), 1e-10)
  penalties <- list(penalty_sparse(0.3, "both", form = "raw"),
                    penalty_ridge(0.2, "both", form = "raw"))
  fit <- one_descent(d$x, d, penalty = penalties)
  expected <- newton_pair(d$x, d$w, d$h, cost = 0.3, curve = 0.2)
  expect_lt(relative_gap(fit, expected), 1e-10)
})

test_that("F never rises, whatever is missing, weighs less, costs or is known", {
  d <- count_case(30, 40, 4)
  sparse <- sparse_copy(d$x)
  cases <- list(
    list(sparse), list(d$x), list(sparse, penalty = penalty_sparse(0.05)),
    list(sparse, penalty = list(penalty_sparse(2, "w", form = "raw"), penalty_ridge(0.1))),
    list(replace(d$x, seq(3, 1200, 7), NA), missing = "mask"),
    list(sparse, known = list(w = d$w[, 1:2])),
    list(sparse, constraint = constraint_upper(w = 2, h = 1)))
  for (case in cases) for (seed in 1:5) {
    set.seed(seed)
    fit <- do.call(nmf, c(case, rank = 4, loss = "kl", solver = "ccd", max_iter = 80, tol = 0))
    expect_lt(max(diff(fit$trace)), 1e-10 * fit$trace[[1L]])
    expect_true(all(is.finite(fit$w), is.finite(fit$h), fit$w >= 0, fit$h >= 0))
  }
})

test_that("what is known stays, and no entry is above its largest value", {
  d <- count_case(30, 40, 4)
  known <- d$w[, 1:2]
  fit <- nmf(sparse_copy(d$x), 4, loss = "kl", solver = "ccd", known = list(w = known))
  expect_identical(unname(fit$w[, 1:2]), known)
  fit <- nmf(sparse_copy(d$x), 4, loss = "kl", constraint = constraint_upper(w = 2, h = 0.7))
  expect_identical(fit$model$solver, "ccd")
  expect_lte(max(fit$h), 0.7)
})

test_that("where it ends the conditions hold, and multiplicative updates find nothing lower", {
  d <- count_case(20, 25, 2)
  x <- sparse_copy(d$x)
  fit <- nmf(x, 2, loss = "kl", solver = "ccd", init = d[c("w", "h")], tol = 1e-10, max_iter = 5000)
  expect_true(fit$converged)
  expect_lt(fit$kkt, 1e-4)
  expect_lt(fit$iterations, 300)
  more <- nmf(x, 2, loss = "kl", solver = "mu", init = fit, tol = 0, max_iter = 1000)
  expect_lt(objective(fit) - objective(more), 1e-6 * objective(fit))
})

test_that("a fit cut into slices, or on two threads, is the same to the bit", {
  d <- count_case(30, 200, 3)
  x <- sparse_copy(d$x)
  model <- engine_model(3, "kl", "ccd")
  engine <- engine_control(nmf_control(37, tol = 0), "kl")
  data <- data_for(engine_data(x), model)
  in_calls <- function(budget) {
    out <- list(w = d$w, h = d$h, iteration = 0, value = NaN, momentum = NULL, status = "running")
    while (out$status == "running") {
      progress <- c(out[c("iteration", "value", "momentum")], budget = budget)
      out <- native_fit(data, out$w, out$h, model, engine, progress)
    }
    out[c("w", "h", "value")]
  }
  whole <- in_calls(100)
  for (budget in c(1, 5, 36)) expect_identical(in_calls(budget), whole)
  engine$threads <- 2L
  expect_identical(in_calls(100), whole)
})

test_that("auto takes it for sparse counts, and ratios where it does not go", {
  x <- sparse_copy(count_case()$x)
  solver <- function(...) nmf(..., rank = 2, loss = "kl", max_iter = 2, tol = 0)$model$solver
  expect_identical(solver(x), "ccd")
  expect_identical(solver(x, penalty = penalty_sparse(0.1)), "ccd")
  expect_identical(solver(as.matrix(x)), "mu")
  expect_identical(solver(x, penalty = penalty_smooth(0.1)), "mu")
  expect_identical(solver(x, constraint = constraint_simplex()), "mu")
  expect_bad(nmf(x, 2, solver = "ccd"), "solver")
  expect_bad(nmf(x, 2, loss = "kl", solver = "ccd", penalty = penalty_smooth(0.1)), "solver")
  expect_bad(nmf(x, 2, loss = "kl", solver = "ccd", constraint = constraint_simplex()), "solver")
  expect_bad(nmf(as.matrix(x), 2, loss = "kl", solver = "ccd",
                 control = nmf_control(smoothing = c(floor = 1e-9))), "solver")
  split <- split_tasks(digits$x[, 1:60], n_tasks = 2, task_size = 10)
  expect_bad(meta_nmf(split, 2, loss = "kl", solver = "ccd"), "solver")
})
