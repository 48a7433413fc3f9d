# Data and starts near the ends of the double range.

test_that("one component of the start may be as small or large as doubles allow", {
  set.seed(1)
  x <- drawn_data(8, 12, 3)
  start <- drawn_start(x, 3)
  path <- as_graph(example_graphs(12)$path)
  given <- list(NULL, penalty_sparse(0.1, "both"), penalty_orthogonal(0.1), penalty_ridge(0.1),
                penalty_sparse(0.1, "h", "raw"), penalty_graph(path, 10, "raw"),
                list(penalty_graph(path, 1600), penalty_sparse(0.002), penalty_sparse(1.4, "w")))
  by <- expand.grid(w = 10^c(-300, -156, -147, -100, 160), h = 10^c(-300, -156, -100, 0, 160))
  sides <- lapply(given, function(one) if (inherits(one, "nmf_penalty")) list(one) else one)
  for (one in offered_cases(sides, 1)) for (i in some_of(seq_len(nrow(by)))) {
    pair <- list(w = start$w %*% diag(c(1, by$w[i], 1)), h = diag(c(1, by$h[i], 1)) %*% start$h)
    fit <- nmf(x, 3, init = pair, penalty = one$penalties, loss = one$loss, solver = one$solver,
               control = nmf_control(12, tol = 0))
    label <- paste(c(one$label, by[i, ]), collapse = " ")
    expect_true(all(is.finite(c(fit$w, fit$h, fit$trace, fit$kkt))), label = label)
    expect_lte(max(diff(fit$trace)), 1e-12 * fit$trace[1], label = label)
  }
})

test_that("data at the ends of the double range give the bits of the same data near 1", {
  set.seed(2)
  x <- drawn_data(8, 12, 3)
  start <- drawn_start(x, 3)
  penalties <- list(NULL, penalty_sparse(0.1), penalty_ridge(0.01, "h", "scale_invariant"),
                    penalty_smooth(1), penalty_orthogonal(1))
  for (solver in c("mu", "hals")) for (penalty in penalties) {
    run <- function(power) {
      nmf(x * power, 3, init = list(w = start$w, h = start$h * power), penalty = penalty,
          solver = solver, control = nmf_control(15, tol = 0))
    }
    plain <- run(1)
    for (power in 2^c(-900, -40, 40, 900)) {
      scaled <- run(power)
      expect_identical(scaled$w, plain$w)
      expect_identical(scaled$h, plain$h * power)
    }
  }
})

test_that("scale_power() brings the largest entry near 1 exactly where squares are in danger", {
  expect_identical(scale_power(0), 0)
  expect_identical(scale_power(1e80), 0)
  for (largest in c(1e-308, 1e-200, 1e200, 1e308)) {
    expect_lt(abs(log2(largest * 2^scale_power(largest))), 30)
  }
})

test_that("an H too large for doubles brings W to scale where it was to stay", {
  # W H is 2^100 in the units of the data; with W at 2^-1000 H would be 2^1100.
  pair <- list(w = matrix(2^-1000), h = matrix(2^900), divisor = 1, dead = integer(0))
  model <- engine_model(1, "frobenius", "mu")
  back <- scale_back(pair, "none", model, -200)
  expect_identical(back[1:3], list(w = matrix(1), h = matrix(2^100), divisor = 2^-1000))
  small <- scale_back(pair, "none", model, 200)
  expect_identical(small[c("w", "h")], list(w = matrix(2^-1000), h = matrix(2^700)))
})

test_that("a value of 0 stays 0 in any units, whatever the degree of the loss", {
  for (loss in list("frobenius", "kl", beta_loss(2.5), beta_loss(-1))) {
    for (power in c(-997, -1, 0, 3, 997)) expect_identical(scale_value_back(0, loss, power), 0)
  }
  expect_identical(scale_value_back(3, "frobenius", -400), 3 * 2^400 * 2^400)
  expect_identical(scale_value_back(3, "frobenius", 400), 3 / 2^400 / 2^400)
})
