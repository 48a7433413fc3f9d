# nmf() as a whole: against scikit-learn and direct sums, and by what must hold whatever
# the data are.

fixed <- function(...) nmf_control(tol = 0, ...)
losses <- c("frobenius", "kl")

test_that("25 iterations agree with scikit-learn's multiplicative updates, trace included", {
  for (loss in losses) {
    known <- read_fixture(paste0("mu_", loss))
    trace <- read_fixture(paste0("mu_", loss, "_trace"))
    start <- list(w = known$w0, h = known$h0)
    for (backend in c("blas", "native")) {
      first <- one_iteration(known$x, known$w0, known$h0, loss, backend = backend)
      expect_equal(first, list(w = known$w1, h = known$h1), tolerance = 1e-10)
      fit <- nmf(known$x, 3, init = start, loss = loss, solver = "mu",
                 control = fixed(max_iter = 25, scale = "none", backend = backend))
      expect_equal(unname(fit$w), known$w, tolerance = 1e-10)
      expect_equal(unname(fit$h), known$h, tolerance = 1e-10)
      expect_equal(fit$trace, trace$objective[-1], tolerance = 1e-10)
    }
  }
})

test_that("an iteration by hand: X = (1 2; 3 4), W = (1, 1)', H = (1 1)", {
  # H = (4, 6) / 2 = (2, 3); XH' = (8, 18)', HH' = 13, W = (8, 18)' / 13; F = |X|^2 - |XH'|^2/13
  x <- matrix(c(1, 3, 2, 4), 2)
  fit <- nmf(x, 1, init = list(w = matrix(1, 2, 1), h = matrix(1, 1, 2)),
             control = fixed(max_iter = 1, scale = "none"))
  expect_equal(as.vector(fit$h), c(2, 3), tolerance = 1e-15)
  expect_equal(as.vector(fit$w), c(8, 18) / 13, tolerance = 1e-15)
  expect_equal(objective(fit), 30 - (64 + 324) / 13, tolerance = 1e-13)
  # KL: H = (2, 3) again; X / WH = (1/2 2/3; 3/2 4/3); W = (3, 7)' / 5
  fit <- nmf(x, 1, init = list(w = matrix(1, 2, 1), h = matrix(1, 1, 2)), loss = "kl",
             control = fixed(max_iter = 1, scale = "none"))
  expect_equal(as.vector(fit$h), c(2, 3), tolerance = 1e-15)
  expect_equal(as.vector(fit$w), c(3, 7) / 5, tolerance = 1e-15)
})

# Data of several kinds, all of them with traps: low rank, uniform, counts with a zero row
# and column, many orders of magnitude.
data_kinds <- function(m, n, rank) {
  counts <- matrix(stats::rpois(m * n, 0.8), m) + 0
  counts[sample(m, 1), ] <- 0
  counts[, sample(n, 1)] <- 0
  list(low = drawn_data(m, n, rank), uniform = matrix(stats::runif(m * n), m),
       counts = counts, wide = matrix(exp(3 * stats::rnorm(m * n)), m))
}

test_that("objective is the last of the trace and F computed directly, scaled or not", {
  set.seed(3)
  for (x in data_kinds(11, 16, 4)) {
    for (loss in losses) {
      size <- if (loss == "kl") sum(x) else sum(x^2)
      for (scale in c("max", "l2", "none")) {
        fit <- nmf(x, 4, loss = loss, control = fixed(max_iter = 20, scale = scale))
        expect_length(fit$trace, 20)
        expect_identical(objective(fit), fit$trace[20])
        # Each sum of m n terms is good to about 1e-15 of ||X||^2 (KL: of sum(X)).
        expect_lt(abs(objective(fit) - objective_of(x, fit$w, fit$h, loss)), 1e-14 * size)
      }
    }
  }
  expect_equal(fit$data$x_norm2, sum(x^2))
  expect_equal(nmf(x, 4, control = fixed(max_iter = 1))$data$x_norm2, sum(x^2), tolerance = 1e-14)
})

test_that("near an exact fit F is still right, falls and stays non-negative", {
  set.seed(4)
  x <- drawn_data(8, 10, 2, noise = 0)
  for (backend in c("blas", "native")) {
    fit <- nmf(x, 2, control = fixed(max_iter = 8000, scale = "none", backend = backend))
    relative <- fit$trace / sum(x^2)
    expect_lt(relative[8000], 1e-10)
    expect_equal(objective(fit), objective_of(x, fit$w, fit$h), tolerance = 1e-9)
    expect_true(all(relative >= 0))
    # From sums alone F would jitter by 1e-16 here; above that floor it must fall.
    falling <- relative > 1e-20
    expect_true(all(diff(relative[falling]) < 0))
  }
})

test_that("planted factors are found again, up to order and scale", {
  # Each component alone in some feature and some sample: the factorisation is unique.
  set.seed(6)
  w <- rbind(diag(3), matrix(stats::runif(15), 5))
  h <- cbind(diag(3), matrix(stats::runif(36), 3))
  x <- w %*% h
  unit <- sweep(w, 2, apply(w, 2, max), "/")
  # Zeros of the factors are approached like 1 / iterations with the squared loss.
  for (case in list(list("frobenius", 20000, 1e-3), list("kl", 5000, 1e-8))) {
    for (init in c("random", "nndsvda")) {
      fit <- nmf(x, 3, init = init, loss = case[[1]], control = fixed(max_iter = case[[2]]))
      expect_lt(sum((x - fitted(fit))^2) / sum(x^2), 1e-8)
      order <- apply(stats::cor(unit, fit$w), 1, which.max)
      expect_setequal(order, 1:3)
      expect_lt(max(abs(fit$w[, order] - unit)), case[[3]])
      expect_lt(max(abs(fit$h[order, ] - h * apply(w, 2, max))), 2 * case[[3]])
    }
  }
})

test_that("c X gives c WH from the same start", {
  set.seed(7)
  x <- drawn_data(8, 12, 3)
  start <- drawn_start(x, 3)
  for (loss in losses) {
    z <- fitted(nmf(x, 3, init = start, loss = loss, solver = "mu", control = fixed(max_iter = 30)))
    for (c in c(1e-12, 3, 1e9)) {
      fit <- nmf(c * x, 3, init = start, loss = loss, solver = "mu", control = fixed(max_iter = 30))
      expect_equal(fitted(fit) / c, z, tolerance = 1e-11)
    }
  }
})

test_that("data scaled by a power of two give the same bits, far beyond what squares allow", {
  set.seed(8)
  x <- drawn_data(8, 12, 3)
  start <- drawn_start(x, 3)
  for (loss in losses) {
    square <- if (loss == "kl") 1 else 2
    control <- nmf_control(max_iter = 400, tol = 1e-2)
    fit <- nmf(x, 3, init = start, loss = loss, control = control)
    expect_true(fit$converged)
    for (power in c(-900, -400, -40, 40, 400, 900)) {
      scaled <- nmf(2^power * x, 3, init = list(w = start$w, h = 2^power * start$h), loss = loss,
                    control = control)
      expect_identical(scaled$w, fit$w)
      expect_identical(scaled$h, 2^power * fit$h)
      expect_identical(scaled$iterations, fit$iterations)
      if (abs(square * power) < 1000) {
        expect_identical(scaled$trace, 2^(square * power) * fit$trace)
      }
    }
  }
})

test_that("data near the ends of double precision give finite factors that fit as well", {
  set.seed(9)
  x <- drawn_data(8, 12, 3)
  start <- drawn_start(x, 3)
  for (loss in losses) {
    for (init in list(start, "nndsvda")) {
      z <- fitted(nmf(x, 3, init = init, loss = loss, control = fixed(max_iter = 30)))
      for (c in c(1e-300, 1e300)) {
        if (is.list(init)) init$h <- c * start$h
        fit <- nmf(c * x, 3, init = init, loss = loss, control = fixed(max_iter = 30))
        expect_true(all(is.finite(fit$w)) && all(is.finite(fit$h)))
        if (is.list(init)) expect_equal(fitted(fit) / c, z, tolerance = 1e-11)
        expect_false(anyNA(fit$trace))
      }
    }
  }
})

test_that("the largest numbers there are give a fit from a random start, not zeros or NaN", {
  x <- drawn_data(8, 12, 3)
  x <- x / max(x)
  for (loss in losses) {
    set.seed(9)
    z <- fitted(nmf(x, 3, loss = loss, control = fixed(max_iter = 5)))
    set.seed(9)
    fit <- nmf(1e308 * x, 3, loss = loss, control = fixed(max_iter = 5))
    expect_false(anyNA(fit$trace))
    expect_lt(max(abs(fitted(fit) / 1e308 - z)), 1e-10)
  }
})

test_that("the same seed gives the same fit, another seed another one", {
  x <- drawn_data(8, 12, 3)
  run <- function(seed, init) {
    set.seed(seed)
    nmf(x, 3, init = init, control = fixed(max_iter = 10))
  }
  for (init in c("random", "nndsvdar")) {
    expect_identical(run(1, init), run(1, init))
    expect_false(identical(run(1, init)$w, run(2, init)$w))
  }
})

test_that("R's random numbers move by what is drawn and by nothing else", {
  x <- drawn_data(8, 12, 3)
  start <- drawn_start(x, 3)
  before <- .Random.seed
  for (init in list(start, start["w"], "nndsvd", "nndsvda")) {
    nmf(x, 3, init = init, control = fixed(max_iter = 5))
    expect_identical(.Random.seed, before)
  }
  set.seed(1)
  nmf(x, 3, control = fixed(max_iter = 5))
  after <- .Random.seed
  set.seed(1)
  stats::runif(8 * 3 + 3 * 12)
  expect_identical(after, .Random.seed)
  # Bad input is found before anything is drawn.
  expect_error(nmf(x, 0), class = "metanmf_error")
  expect_error(nmf(x, 3, loss = "klh"), class = "metanmf_error")
  expect_error(nmf(x, 3, penalty = 1), class = "metanmf_error")
  expect_identical(after, .Random.seed)
})

test_that("a fit goes on from another fit, and a start without h begins at W'X", {
  set.seed(11)
  x <- drawn_data(8, 12, 3)
  start <- drawn_start(x, 3)
  control <- fixed(max_iter = 7, scale = "none")
  for (loss in losses) {
    once <- nmf(x, 3, init = start, loss = loss, control = fixed(max_iter = 14, scale = "none"))
    twice <- nmf(x, 3, init = nmf(x, 3, init = start, loss = loss, control = control), loss = loss,
                 control = control)
    expect_identical(twice[c("w", "h")], once[c("w", "h")])
    # times the number that brings W H nearest to X, where coordinate descent goes on from it
    p <- t(start$w) %*% x
    by <- if (loss == "frobenius") sum(p^2) / sum((start$w %*% p)^2) else 1
    expect_equal(nmf(x, 3, init = start["w"], loss = loss, control = control)$h,
                 nmf(x, 3, init = list(w = start$w, h = by * p), loss = loss, control = control)$h,
                 tolerance = 1e-12)
  }
})

test_that("a fit stops at the first relative decrease below tol, and only then converged", {
  set.seed(12)
  x <- drawn_data(8, 12, 3)
  start <- drawn_start(x, 3)
  run <- function(...) nmf(x, 3, init = start, loss = loss, control = nmf_control(...))
  for (loss in losses) {
    trace <- run(max_iter = 300, tol = 0)$trace
    decrease <- -diff(trace) / trace[-300]
    # Just above and just below what iteration 16 gains.
    for (tol in decrease[15] * c(1.0001, 0.9999)) {
      below <- which(decrease <= tol)[[1]] + 1
      fit <- run(max_iter = 300, tol = tol)
      expect_true(fit$converged)
      expect_identical(fit$trace, trace[seq_len(fit$iterations)])
      # With KL the value is known one iteration later.
      expect_equal(fit$iterations, below + (loss == "kl"))
      expect_warning(short <- run(max_iter = below - 1, tol = tol),
                     class = "metanmf_not_converged")
      expect_false(short$converged)
      expect_identical(short$trace, trace[seq_len(below - 1)])
    }
    expect_no_warning(run(max_iter = 2, tol = 0))
  }
})

test_that("zero rows, zero columns and an all-zero matrix are data like any other", {
  set.seed(13)
  holes <- drawn_data(6, 9, 3)
  holes[2, ] <- 0
  holes[, 4] <- 0
  graph <- penalty_graph(as_graph(example_graphs(9)$path))
  for (x in list(holes, 0 * holes)) {
    for (init in c("random", "nndsvd", "nndsvda", "nndsvdar")) {
      for (loss in losses) {
        for (penalty in list(NULL, graph)) {
          fit <- nmf(x, 3, init = init, penalty = penalty, loss = loss,
                     control = fixed(max_iter = 5))
          expect_true(all(is.finite(fit$w)) && all(is.finite(fit$h)))
          expect_false(anyNA(fit$trace))
          # Without a graph nothing is left in a row or a column of zeros.
          if (is.null(penalty)) expect_identical(fitted(fit)[x == 0 & row(x) == 2], numeric(9))
          if (is.null(penalty)) expect_identical(fitted(fit)[x == 0 & col(x) == 4], numeric(6))
        }
      }
    }
  }
})
