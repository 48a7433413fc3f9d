# Where a fit stops: the default rule of ?nmf_control, a tolerance that is given, and what is never
# an end.

test_that("the default asks for a small fall and a small residual, a given tol for its own", {
  set.seed(411)
  x <- matrix(rpois(60 * 40, 2 * drawn_data(60, 40, 5)), 60) + diag(1, 60, 40)
  for (loss in c("frobenius", "kl")) {
    set.seed(1)
    fit <- nmf(x, 5, loss = loss)
    falls <- -diff(fit$trace) / utils::tail(fit$trace, -1)
    expect_true(fit$converged)
    expect_lt(fit$kkt, 2.5e-3)
    expect_lte(utils::tail(falls, 2)[[1]], 2e-5)
    set.seed(1)
    loose <- nmf(x, 5, loss = loss, control = nmf_control(tol = 1e-4))
    expect_lt(loose$iterations, fit$iterations)
    falls <- -diff(loose$trace) / utils::head(loose$trace, -1)
    last <- length(falls) - (loss == "kl")
    expect_lte(falls[[last]], 1e-4)
    expect_true(all(falls[seq_len(last - 1)] > 1e-4))
  }
})

test_that("the default ends within .05 % of where the same path ends", {
  set.seed(412)
  for (loss in c("frobenius", "kl", "is")) for (round in 1:3) {
    x <- drawn_data(40, 30, 4)
    x <- switch(loss, frobenius = pmax(x + 0.3 * matrix(rnorm(1200), 40), 0),
                kl = matrix(rpois(1200, 3 * x), 40),
                is = (x + 0.1) * matrix(rgamma(1200, 5, 5), 40))
    x <- x[rowSums(x) > 0, ]
    start <- init_random(x, 4)
    fit <- nmf(x, 4, init = start, loss = loss, control = nmf_control(3000))
    end <- suppressWarnings(nmf(x, 4, init = start, loss = loss,
                                control = nmf_control(6000, tol = 1e-12)))
    expect_true(fit$converged)
    expect_lt(objective(fit) / objective(end) - 1, 5e-4)
  }
})

test_that("least squares with little noise end by a fall below 1e-7 where the residual is large", {
  ended <- 0
  for (seed in 1:4) {
    set.seed(seed)
    x <- matrix(rexp(120 * 5), 120) %*% matrix(rexp(5 * 90), 5)
    x <- pmax(x + 0.01 * sqrt(mean(x^2)) * rnorm(length(x)), 0)
    fit <- suppressWarnings(nmf(x, 5))
    last <- utils::tail(fit$trace, 2)
    small <- last[[1]] - last[[2]] <= 1e-7 * last[[1]]
    expect_identical(fit$converged, small || fit$kkt <= 2.5e-3)
    ended <- ended + small
  }
  expect_gt(ended, 0)
})

test_that("data without noise end without a warning, below 1e-14 of their squares", {
  ended <- 0
  for (seed in 1:6) for (solver in c("hals", "bpp")) {
    set.seed(seed)
    x <- matrix(rexp(160), 40) %*% matrix(rexp(120), 4)
    # A slow path may need more than 1000 iterations, and warns then.
    fit <- suppressWarnings(nmf(x, 4, solver = solver))
    expect_identical(fit$converged, objective(fit) <= 1e-14 * sum(x^2))
    ended <- ended + fit$converged
  }
  expect_gte(ended, 4)
})

test_that("with ratios and a graph, or exact orthogonality, the fall of F alone ends a fit", {
  set.seed(414)
  x <- drawn_data(20, 30, 3) + 0.1
  start <- drawn_start(x, 3)
  for (case in list(list(penalty_graph(knn_graph, 100), "mu"),
                    list(penalty_graph(knn_graph, 100), "hals"),
                    list(penalty_orthogonal(exact = TRUE, on = "h"), "hals"))) {
    fit <- function(tol) {
      nmf(x, 3, init = start, penalty = case[[1]], solver = case[[2]],
          control = nmf_control(tol = tol))
    }
    expect_identical(suppressWarnings(fit(NULL))$trace, suppressWarnings(fit(1e-5))$trace)
  }
})

test_that("a default fit with a graph ends by nmf()'s residual, close to the end of its path", {
  x <- scale_minmax(digits$x[, 1:150])
  for (lambda in c(0.01, 1, 100)) {
    penalty <- penalty_graph(knn_graph, lambda)
    fit <- seeded(nmf(x, 10, penalty = penalty))
    expect_true(fit$converged)
    expect_lt(fit$kkt, 4e-3)
    long <- seeded(nmf(x, 10, penalty = penalty, control = nmf_control(2000, tol = 0)))
    expect_lt(objective(fit) / objective(long) - 1, 1e-3)
  }
})

test_that("a rise is no end of a fit", {
  # Choi's update lets F rise now and then.
  x <- scale_minmax(digits$x[, 1:300])
  set.seed(1)
  fit <- nmf(x, 10, penalty = penalty_orthogonal(exact = TRUE, on = "w", step = "choi"),
             solver = "mu", control = nmf_control(tol = 1e-5))
  expect_true(fit$converged)
  expect_true(any(diff(fit$trace) > 0))
  expect_lte(utils::tail(diff(fit$trace), 1), 1e-13 * sum(x^2))
})

test_that("an objective that is not finite is no end of a fit, with any instructions", {
  set.seed(1)
  x <- matrix(runif(600) + 0.1, 20)
  w <- matrix(runif(60), 20)
  h <- matrix(runif(90), 3)
  w[5, ] <- 1e-315
  each_engine(function(backend) {
    fit <- suppressWarnings(nmf(x, 3, init = list(w = w, h = h), loss = "kl",
                                control = nmf_control(5, scale = "none", backend = backend)))
    expect_false(fit$converged && !is.finite(objective(fit)))
    expect_false(any(fit$trace == 0, na.rm = TRUE))
  })
})
