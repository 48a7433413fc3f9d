# Whatever the data are: finite factors of at least 0 or an error of the package, and F that
# never rises. Cases are drawn from their seeds (helper-awkward.R), which a failure names.

expect_sound <- function(seeds, fault) {
  found <- character()
  for (seed in seeds) {
    set.seed(seed)
    said <- fault()
    if (!is.null(said)) found <- c(found, paste0("seed ", seed, ": ", said))
  }
  expect_identical(found, character())
}

test_that("every model on awkward data is finite or refused, and its F never rises", {
  expect_sound(seq_len(10000 * share_of_cases(1 / 20)),
               function() model_fault(awkward_model(awkward_data())))
})

test_that("every other verb on awkward data is finite or refused", {
  expect_sound(20000 + seq_len(2000 * share_of_cases()), verb_fault)
})

test_that("the search can find a fault: a fit with NaN, one below 0, an error of R, a rise", {
  expect_match(answer_fault(list(w = NaN, h = 1)), "not finite")
  expect_match(answer_fault(list(w = -1, h = 1)), "negative")
  expect_match(answer_fault(stop("other")), "not of the package")
  expect_match(answer_fault(warning("other")), "not of the package")
  expect_null(answer_fault(nmf(-1, 1)))
  rising <- list(w = matrix(1), h = matrix(1), trace = c(1, 2), total = 1)
  local_mocked_bindings(nmf = function(...) rising)
  expect_match(model_fault(list(x = matrix(1), loss = "frobenius")), "rises")
})

test_that("the same data on another scale, and samples in another order, give the same fit", {
  scales <- 10^c(-200, -100, -30, 7, 30, 100, 150)
  for (seed in some_of(1:40)) {
    set.seed(seed)
    x <- matrix(stats::rexp(60), 6) + 0.01
    start <- drawn_start(x, 3)
    order <- sample(10)
    for (case in list(c("mu", "frobenius"), c("hals", "frobenius"), c("bpp", "frobenius"),
                      c("mu", "kl"), c("mu", "is"))) {
      fit <- function(x, h) {
        nmf(x, 3, init = list(w = start$w, h = h), loss = case[2], solver = case[1],
            control = nmf_control(10, tol = 0))
      }
      plain <- fit(x, start$h)
      for (c in scales[seed %% 7 + c(1, if (seed %% 7 < 6) 2)]) {
        expect_equal(fitted(fit(c * x, c * start$h)) / c, fitted(plain), tolerance = 1e-8)
      }
      expect_equal(coef(fit(x[, order], start$h[, order])), coef(plain)[, order],
                   tolerance = 1e-8)
    }
  }
})

test_that("KL's value counts z alone where x / z vanishes, and is not negative, sparse or dense", {
  # 1e-300 beside 1e30: the quotient is below the smallest double.
  x <- matrix(c(1e-300, 1e30, 1e30, 1e30), 2)
  w <- matrix(c(1, 1), 2)
  h <- matrix(1e30, 1, 2)
  control <- nmf_control(max_iter = 1, tol = 0, scale = "none")
  for (weights in list(NULL, matrix(c(1, 1, 0.5, 1), 2))) {
    for (given in list(x, as_sparse_data(x))) {
      fit <- nmf(given, 1, init = list(w = w, h = h), loss = "kl", weights = weights,
                 control = control)
      z <- fitted(fit)
      term <- x * (log(x) - log(z)) - x + z
      right <- sum(term * if (is.null(weights)) 1 else weights)
      expect_equal(objective(fit), right, tolerance = 1e-12)
    }
  }
  for (seed in 1:20) {
    set.seed(seed)
    exact <- as_sparse_data(matrix(exp(3 * stats::rnorm(4)), 2))
    fit <- nmf(exact, 2, loss = "kl", control = nmf_control(max_iter = 60, tol = 0))
    expect_gte(min(fit$trace), 0)
  }
})

test_that("predict() is finite where a row of a KL basis is all but 0, as if it were 0", {
  set.seed(3)
  x <- matrix(stats::rpois(24, 4) + 1, 6)
  fit <- nmf(x, 2, loss = "kl", control = nmf_control(max_iter = 30, tol = 0))
  none <- faint <- fit
  none$w[3, ] <- 0
  for (size in c(1e-310, 1e-290, 1e-200)) {
    faint$w[3, ] <- size * fit$w[3, ]
    expect_equal(predict(faint, x), predict(none, x))
  }
})
