# Entries that multiplicative updates have locked at 0, and their revival (?nmf_control).

# One side's step at an iteration that revives: columns with entries to revive move by Newton's
# steps on these over their number, the others by the ratio. lambda: list(sparse, ridge), raw.
revived_side <- function(x, u, v, loss, lambda) {
  z <- t(v) %*% u
  gain <- switch(loss, frobenius = v %*% x, kl = v %*% over(x, z), is = v %*% (x / z^2))
  cost <- switch(loss, frobenius = v %*% z + lambda$sparse / 2 + lambda$ridge * u,
                 kl = matrix(rowSums(v), nrow(u), ncol(u)) + lambda$sparse + 2 * lambda$ridge * u,
                 is = v %*% (1 / z) + lambda$sparse)
  bend <- switch(loss, frobenius = matrix(rowSums(v^2), nrow(u), ncol(u)) + lambda$ridge,
                 kl = v^2 %*% over(x, z^2) + 2 * lambda$ridge, is = v^2 %*% (2 * x / z^3))
  plain <- if (loss == "kl" && lambda$ridge > 0) {
    root(u * gain, matrix(rowSums(v) + lambda$sparse, nrow(u), ncol(u)), lambda$ridge + 0 * u)
  } else u * over(gain, cost)
  wanted <- u <= 0.1 * rowMeans(u) & gain > cost * (1 + 1e-10)
  number <- rep(pmax(colSums(wanted), 1), each = nrow(u))
  grown <- u + ifelse(wanted, (gain - cost) / bend, 0) / number
  some <- colSums(wanted) > 0
  plain[, some] <- grown[, some]
  list(u = plain, revived = sum(some))
}

locked_start <- function(x, rank) {
  start <- drawn_start(x, rank)
  start$h[matrix(runif(length(start$h)) < 0.4, rank) & col(start$h) > 1] <- 0
  start$w[2:4, 1] <- 0
  start$h[rank, ] <- start$h[rank, ] + 0.1
  start$w[, rank] <- start$w[, rank] + 0.1
  start
}

mu_cases <- list(list("frobenius", 0, 0), list("frobenius", 0.2, 0.1), list("kl", 0, 0),
                 list("kl", 0.2, 0), list("kl", 0.2, 0.1), list("is", 0, 0), list("is", 0.2, 0))

case_penalties <- function(case) {
  c(if (case[[2]] > 0) list(penalty_sparse(case[[2]], form = "raw", on = "h")),
    if (case[[3]] > 0) list(penalty_ridge(case[[3]], form = "raw", on = "h")))
}

run_zeros <- function(x, start, case, iterations, ...) {
  nmf(x, ncol(start$w), init = start, loss = case[[1]], solver = "mu",
      penalty = case_penalties(case), ...,
      control = nmf_control(iterations, tol = 0, scale = "none"))
}

test_that("iteration 110 revives by Newton's step over the number of entries, as in plain R", {
  set.seed(401)
  x <- drawn_data(12, 17, 3) + 0.1
  start <- locked_start(x, 4)
  for (case in mu_cases) {
    before <- run_zeros(x, start, case, 109)
    after <- run_zeros(x, start, case, 110)
    h <- revived_side(x, before$h, t(before$w), case[[1]],
                      list(sparse = case[[2]], ridge = case[[3]]))
    w <- revived_side(t(x), t(before$w), h$u, case[[1]], list(sparse = 0, ridge = 0))
    expect_gt(h$revived, 3)
    expect_equal(after$h, h$u, tolerance = 1e-9, ignore_attr = TRUE, label = toString(case))
    expect_equal(after$w, t(w$u), tolerance = 1e-9, ignore_attr = TRUE, label = toString(case))
  }
})

test_that("sparse and dense data are revived alike, with gaps and without", {
  set.seed(402)
  x <- as.matrix(Matrix::rsparsematrix(30, 25, 0.3, rand.x = function(n) 1 + rpois(n, 2)))
  gaps <- x
  gaps[which(x > 0)[c(3, 40, 77)]] <- NA
  start <- locked_start(x, 4)
  for (case in mu_cases[c(1, 3, 4)]) for (data in list(x, gaps)) {
    dense <- run_zeros(data, start, case, 140, missing = "mask")
    sparse <- run_zeros(methods::as(data, "CsparseMatrix"), start, case, 140, missing = "mask")
    expect_equal(sparse$h, dense$h, tolerance = 1e-8, label = toString(case))
    expect_equal(sparse$w, dense$w, tolerance = 1e-8, label = toString(case))
  }
})

test_that("F never rises where zeros are revived, from any start and with any weights", {
  set.seed(403)
  for (round in seq_len(share_of_cases(12))) {
    x <- drawn_data(sample(5:30, 1), sample(5:30, 1), 3) + 0.02
    start <- locked_start(x, 3)
    weights <- if (round %% 3 == 0) matrix(runif(length(x)), nrow(x))
    for (case in mu_cases) {
      fit <- run_zeros(x, start, case, 260, weights = weights)
      expect_lte(max(diff(fit$trace)), 1e-12 * fit$trace[[1]], label = toString(case))
    }
  }
})

test_that("zeros of a start come back where F wants them, and stay with revive_zeros = FALSE", {
  set.seed(404)
  x <- drawn_data(20, 30, 4) + 0.05
  start <- locked_start(x, 4)
  zeros <- start$h == 0
  for (loss in c("frobenius", "kl", "is")) {
    run <- function(revive) {
      nmf(x, 4, init = start, loss = loss, solver = "mu",
          control = nmf_control(400, tol = 0, revive_zeros = revive))
    }
    free <- run(TRUE)
    locked <- run(FALSE)
    expect_true(all(locked$h[zeros] == 0))
    expect_gt(mean(free$h[zeros] > 0), 0.1)
    expect_lt(objective(free), 0.95 * objective(locked))
  }
})

test_that("nothing is revived in the first 100 iterations, nor with what ties entries together", {
  set.seed(405)
  x <- drawn_data(12, 17, 3) + 0.1
  start <- locked_start(x, 3)
  both <- function(iterations, ..., control = list()) {
    lapply(c(TRUE, FALSE), function(revive) {
      set <- c(list(iterations, tol = 0, revive_zeros = revive), control)
      nmf(x, 3, init = start, solver = "mu", ..., control = do.call(nmf_control, set))$h
    })
  }
  expect_same <- function(pair) expect_identical(pair[[1]], pair[[2]])
  expect_same(both(109, loss = "kl"))
  expect_false(identical(both(110, loss = "kl")[[1]], both(110, loss = "kl")[[2]]))
  expect_same(both(150, loss = "kl", penalty = penalty_smooth(1)))
  expect_same(both(150, penalty = penalty_orthogonal(1)))
  expect_same(both(150, loss = "kl", control = list(smoothing = c(floor = 1e-12))))
  for (preset in c("thesis", "author")) expect_false(nmf_control(preset = preset)$revive_zeros)
})

test_that("known parts are not revived, and slices and threads change no bit", {
  set.seed(406)
  x <- drawn_data(40, 200, 3) + 0.1
  start <- locked_start(x, 4)
  w <- start$w[, 1, drop = FALSE]
  fit <- nmf(x, 4, init = start, known = list(w = w), loss = "kl",
             control = nmf_control(150, tol = 0, scale = "none"))
  expect_identical(fit$w[, 1], w[, 1])
  for (loss in c("frobenius", "kl")) {
    model <- engine_model(4L, loss, "mu", features = nrow(x))
    control <- nmf_control(150, tol = 0, scale = "none", threads = 2)
    data <- engine_data(x)
    run <- function(engine, budget) {
      out <- list(w = start$w, h = start$h, iteration = 0, value = NaN, status = "running")
      while (out$status == "running") {
        progress <- list(iteration = out$iteration, value = out$value, budget = budget)
        out <- native_fit(data, out$w, out$h, model, engine, progress)
      }
      out[c("w", "h")]
    }
    engine <- engine_control(control, loss)
    whole <- run(engine, 1000)
    expect_identical(run(engine, 7), whole)
    engine$threads <- 1L
    expect_identical(run(engine, 1000), whole)
  }
})
