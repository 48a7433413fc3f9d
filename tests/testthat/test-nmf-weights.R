# Weights and missing entries: what is not observed leaves no trace, and each solver works on
# the fill, which the tests write down in plain R.

cases <- list(c("mu", "frobenius"), c("hals", "frobenius"), c("bpp", "frobenius"), c("mu", "kl"),
              c("mu", "is"))

run <- function(x, start, case, iterations = 6, ...) {
  nmf(x, ncol(start$w), init = start, loss = case[2], solver = case[1], ...,
      control = nmf_control(iterations, tol = 0, scale = "none"))
}

drawn_case <- function(seed, m = 9, n = 14, rank = 3) {
  set.seed(seed)
  x <- drawn_data(m, n, rank) + 0.1
  list(x = x, start = drawn_start(x, rank), gap = sample(length(x), 20))
}

# The parts of F, entry by entry.
losses_of <- function(x, z, loss) {
  switch(loss, frobenius = (x - z)^2, kl = ifelse(x > 0, x * log(x / z), 0) - x + z,
         is = x / z - log(x / z) - 1)
}

test_that("what is masked does not influence anything, whatever stands there", {
  d <- drawn_case(1)
  outcome <- c("w", "h", "trace", "value", "kkt", "iterations")
  for (case in cases) {
    holes <- replace(d$x, d$gap, NA)
    fit <- run(holes, d$start, case, missing = "mask")
    expect_true(all(is.finite(unlist(fit[c("w", "h", "trace")]))))
    expect_identical(run(replace(d$x, d$gap, NaN), d$start, case, missing = "mask")[outcome],
                     fit[outcome])
    none <- replace(d$x * 0 + 1, d$gap, 0)
    weighed <- run(replace(d$x, d$gap, 1), d$start, case, weights = none)
    expect_equal(weighed[c("w", "h")], fit[c("w", "h")], tolerance = 1e-14)
    for (value in c(if (case[2] != "is") 0, 1e-300, 1e300)) {
      other <- run(replace(d$x, d$gap, value), d$start, case, weights = none)
      expect_identical(other[outcome], weighed[outcome])
    }
  }
})

test_that("masked entries leave no trace in starts, graphs and units either", {
  d <- drawn_case(2)
  none <- replace(d$x * 0 + 1, d$gap, 0)
  fit <- function(value, ...) {
    set.seed(1)
    nmf(replace(d$x, d$gap, value), 2, ..., weights = none,
        control = nmf_control(10, tol = 0))[c("w", "h", "trace")]
  }
  for (init in c("random", "nndsvda", "kmeans")) {
    expect_identical(fit(1e200, init = init), fit(3, init = init))
  }
  graph <- penalty_graph(function(x) knn_graph(x, k = 2))
  expect_identical(fit(1e200, penalty = graph), fit(3, penalty = graph))
  expect_identical(fit(1e200, penalty = penalty_sparse(0.2)), fit(3, penalty = penalty_sparse(0.2)))
})

test_that("one iteration is that of the filled data, from the old pair", {
  d <- drawn_case(3)
  weights <- matrix(stats::runif(length(d$x)), nrow(d$x))
  weights[d$gap] <- 0
  filled <- weights * d$x + (1 - weights) * (d$start$w %*% d$start$h)
  for (case in cases) {
    right <- plain_iteration(filled, d$start$w, d$start$h, list(), case[2], case[1])
    each_engine(function(backend) {
      for (block in c(1, 7, 64)) {
        control <- nmf_control(1, tol = 0, scale = "none", backend = backend, block = block)
        fit <- nmf(d$x, 3, init = d$start, loss = case[2], solver = case[1], weights = weights,
                   control = control)
        expect_lt(max(abs(fit$w - right$w)), 1e-12 * max(right$w), label = case[1])
        expect_lt(max(abs(fit$h - right$h)), 1e-12 * max(right$h), label = case[1])
      }
    })
  }
})

test_that("F is the weighted sum, never rises, and ends at the value returned", {
  d <- drawn_case(4)
  weights <- matrix(stats::runif(length(d$x)), nrow(d$x))
  weights[d$gap] <- 0
  for (case in cases) {
    fit <- run(d$x, d$start, case, iterations = 60, weights = weights)
    right <- sum(weights * losses_of(d$x, fitted(fit), case[2]))
    expect_equal(objective(fit), right, tolerance = 1e-10)
    expect_lt(max(diff(fit$trace)), 1e-12 * fit$trace[[1]])
    expect_length(fit$trace, 60)
  }
})

test_that("weights of 1 are no weights", {
  d <- drawn_case(5)
  for (case in cases) {
    plain <- run(d$x, d$start, case)
    ones <- run(d$x, d$start, case, weights = d$x * 0 + 1)
    expect_equal(ones$w, plain$w, tolerance = 1e-12)
    expect_equal(ones$h, plain$h, tolerance = 1e-12)
    expect_equal(ones$trace, plain$trace, tolerance = 1e-12)
  }
})

test_that("fitted() fills in what was missing from data of low rank", {
  set.seed(6)
  x <- drawn_data(20, 40, 2, noise = 0)
  gap <- sample(length(x), 150)
  fit <- nmf(replace(x, gap, NA), 2, init = "nndsvda", missing = "mask",
             control = nmf_control(5000, tol = 1e-12))
  expect_lt(max(abs(fitted(fit) - x)[gap]), 1e-2 * mean(x))
})

test_that("predict() with a mask is the least squares of the observed rows of each sample", {
  d <- drawn_case(8)
  fit <- nmf(d$x, 3, init = d$start, control = nmf_control(20, tol = 0))
  new <- replace(d$x, d$gap, NA)
  h <- predict(fit, new, missing = "mask")
  for (j in seq_len(ncol(new))) {
    seen <- !is.na(new[, j])
    expect_equal(unname(h[, j]), nnls_by_hand(fit$w[seen, ], new[seen, j])$h, tolerance = 1e-4)
  }
})

test_that("missing entries and weights that cannot be used are errors that say what would do", {
  x <- matrix(1:12 + 0, 3)
  holes <- replace(x, 2, NA)
  ones <- x * 0 + 1
  expect_bad(nmf(holes, 2), "x")
  expect_bad(nmf(holes * NA, 2, missing = "mask"), "x")
  expect_bad(nmf(replace(x, 2, Inf), 2, missing = "mask"), "x")
  expect_bad(nmf(x, 2, missing = "maks"), "missing")
  expect_bad(nmf(x, 2, weights = ones[, 1:3]), "weights")
  expect_bad(nmf(x, 2, weights = -ones), "weights")
  expect_bad(nmf(x, 2, weights = 0 * ones), "weights")
  expect_bad(nmf(x, 2, weights = replace(ones, 4, NA)), "weights")
  expect_bad(nmf(x, 2, weights = 1), "weights")
})

test_that("weights above 1 of sparse data count as those of the same dense data", {
  set.seed(5)
  x <- matrix(stats::rpois(60, 1) + 0, 6)
  heavy <- list(matrix(rep_len(c(1, 2, 0.5, 3), 60), 6), matrix(2, 6, 10), ifelse(x > 0, 1, 3),
                ifelse(x > 0, 2, 1))
  start <- drawn_start(x, 2)
  for (weights in heavy) for (loss in c("frobenius", "kl")) {
    run <- function(x) {
      nmf(x, 2, init = start, loss = loss, solver = if (loss == "kl") "mu" else "auto",
          weights = weights, control = nmf_control(10, tol = 0))
    }
    expect_equal(fitted(run(sparse_copy(x))), fitted(run(x)), tolerance = 1e-10)
    expect_equal(deviance(run(sparse_copy(x))), deviance(run(x)), tolerance = 1e-10)
  }
})
