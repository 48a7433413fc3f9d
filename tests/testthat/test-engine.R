# What stands between the verbs and C: slices, scaling, the warning.

test_that("a start on any scale is as good: W or H may be as small or large as doubles allow", {
  set.seed(1)
  x <- drawn_data(8, 12, 3)
  start <- drawn_start(x, 3)
  for (solver in c("mu", "hals", "bpp")) {
    run <- function(w, h) {
      nmf(x, 3, init = list(w = w, h = h), solver = solver, control = nmf_control(40, tol = 0))
    }
    right <- run(start$w, start$h)
    for (power in 2^c(-1000, -500, 500, 1000)) {
      # What one factor lost the other has: W H is that of the start.
      fit <- run(start$w * power, start$h / power)
      expect_equal(fit$w, right$w, tolerance = 1e-10)
      expect_equal(fit$trace, right$trace, tolerance = 1e-10)
    }
    for (power in 2^c(-900, 900)) {
      expect_lt(objective(run(start$w * power, start$h)), 0.2 * sum(x^2))
      expect_lt(objective(run(start$w, start$h * power)), 0.2 * sum(x^2))
    }
  }
})

test_that("a component that went out in both factors ends at 0, but a known one", {
  w <- cbind(c(1, 2), 1e-150, 1e-150)
  h <- rbind(c(1, 1, 1), 1e-146, c(1, 2, 3))
  run <- function(...) {
    native_fit(engine_data(w %*% h + 0.1), w, h, engine_model(3, "frobenius", "mu", ...),
               engine_control(nmf_control(1, tol = 0), "frobenius"),
               list(iteration = 0, value = NaN, budget = 1))
  }
  out <- run()
  expect_identical(c(out$w[, 2], out$h[2, ], out$dead), c(numeric(5), 2, 3))
  expect_true(all(out$w[, -2] > 0) && all(out$h[-2, ] > 0))
  known <- run(held = list(basis = c(0L, 1L, 0L)))
  expect_identical(known$w[, 2], w[, 2])
  expect_true(all(known$h[2, ] > 0))
})

test_that("the ridge on both factors has no units, and is finite for data of any", {
  set.seed(2)
  x <- drawn_data(8, 12, 3)
  start <- drawn_start(x, 3)
  run <- function(power) {
    nmf(x * power^2, 3, init = lapply(start, `*`, power), penalty = penalty_ridge(0.01),
        solver = "hals", control = nmf_control(100, tol = 0, scale = "none"))
  }
  plain <- run(1)
  for (power in 2^c(-20, 20)) {
    expect_identical(run(power)$w, plain$w * power)
    expect_identical(run(power)$h, plain$h * power)
  }
  for (power in 2^c(-450, 450)) {
    fit <- run(power)
    expect_true(all(is.finite(c(fit$w, fit$h))))
    expect_equal(fitted(fit) / power^2, fitted(plain), tolerance = 0.05)
  }
})

test_that("a tolerance that was asked for and not reached is a warning that names it", {
  set.seed(3)
  x <- drawn_data(8, 12, 3)
  start <- drawn_start(x, 3)
  run <- function(...) nmf(x, 3, init = start, control = nmf_control(...))
  expect_warning(run(3), "did not converge in 3 iterations", class = "metanmf_not_converged")
  expect_warning(run(3, tol = 1e-5), "tol = 1e-05", class = "metanmf_not_converged")
  expect_warning(run(3, tol = 0, kkt = 1e-9), "kkt = 1e-09", class = "metanmf_not_converged")
  expect_warning(run(3, tol = 1e-5, kkt = 1e-9), "tol = 1e-05 or kkt",
                 class = "metanmf_not_converged")
  expect_no_warning(run(3, tol = 0))
  expect_no_warning(run(1000, tol = 1e-3))
})

test_that("an infinite objective says which starts would do", {
  x <- matrix(1:12 + 0, 3)
  start <- list(w = cbind(c(1, 1, 0), c(1, 1, 0)), h = matrix(1, 2, 4))
  expect_warning(nmf(x, 2, init = start, loss = "kl"), "nndsvda", class = "metanmf_not_converged")
})

test_that("rank 1, full rank, one row, one column and zeros go with every solver and loss", {
  cases <- list(c("mu", "frobenius"), c("hals", "frobenius"), c("bpp", "frobenius"),
                c("mu", "kl"), c("mu", "is"))
  set.seed(4)
  for (shape in list(c(6, 8, 1), c(6, 8, 6), c(8, 6, 6), c(1, 9, 1), c(9, 1, 1), c(1, 1, 1),
                     c(6, 65, 2))) {
    x <- matrix(stats::rexp(shape[1] * shape[2]), shape[1]) + 0.01
    for (case in cases) for (zeros in c(FALSE, TRUE)) {
      if (zeros && (case[2] == "is" || min(dim(x)) == 1)) next
      data <- x
      if (zeros) data[2, ] <- data[, 3] <- 0
      fit <- nmf(data, shape[3], loss = case[2], solver = case[1],
                 control = nmf_control(30, tol = 0, scale = "none"))
      expect_true(all(is.finite(c(fit$w, fit$h, fit$trace, fit$kkt))))
      expect_true(all(fit$w >= 0) && all(fit$h >= 0))
      expect_lt(max(diff(fit$trace)), 1e-12 * max(sum(x^2), sum(x), 1))
    }
  }
})

test_that("slices are invisible with sparse, masked and weighed data and known parts", {
  set.seed(5)
  x <- drawn_data(9, 14, 3)
  start <- drawn_start(x, 3)
  gap <- sample(length(x), 20)
  cases <- list(
    sparse = list(x = Matrix::Matrix(replace(x, gap, 0), sparse = TRUE)),
    masked = list(x = replace(x, gap, NA), missing = "mask"),
    weighed = list(x = x, weights = matrix(stats::runif(length(x)), 9)),
    known = list(x = x, known = list(w = start$w[, 1, drop = FALSE]))
  )
  real <- native_fit
  short <- function(x, w, h, model, control, progress) {
    progress$budget <- min(progress$budget, 7)
    real(x, w, h, model, control, progress)
  }
  fields <- c("w", "h", "trace", "kkt")
  for (name in names(cases)) for (one in solver_losses) {
    if (name == "sparse" && one[2] == "is") next
    run <- function() {
      do.call(nmf, c(cases[[name]], list(rank = 3, init = start, solver = one[1], loss = one[2],
                                         control = nmf_control(20, tol = 0))))
    }
    whole <- run()
    cut <- with_mocked_bindings(run(), native_fit = short)
    expect_identical(cut[fields], whole[fields], label = paste(name, one[1], one[2]))
  }
})

# Multiples that are no powers of two, so that nothing is right by the bits alone.
far_scales <- 10^c(-200, -100, -30, 30, 100, 150)

test_that("no small number acts: c X gives c W H with penalties, weights and sparse data too", {
  set.seed(6)
  x <- matrix(stats::rexp(96), 8) + 0.01
  start <- drawn_start(x, 3)
  path <- 1 * (abs(outer(1:12, 1:12, "-")) == 1)
  given <- list(list(x = x, penalty = penalty_sparse(0.1)), list(x = x * (x > 0.5)),
                list(x = as_sparse_data(x * (x > 0.5)), penalty = penalty_sparse(0.05, "w")),
                list(x = replace(x, 5:12, NA), missing = "mask"),
                list(x = x, weights = matrix(stats::runif(96), 8)),
                list(x = x, penalty = penalty_graph(path, 2)), list(x = x, penalty =
                  list(penalty_ridge(0.05, "h", "scale_invariant"), penalty_orthogonal(0.1, "w"))))
  compared <- 0
  for (case in solver_losses) for (one in given) {
    penalties <- if (inherits(one$penalty, "nmf_penalty")) list(one$penalty) else one$penalty
    if (!is_offered(penalties, case[1], case[2])) next
    # Squares have units in a loss that has none.
    kinds <- vapply(penalties, `[[`, "", "kind")
    if (case[2] != "frobenius" && any(kinds != "sparse")) next
    if (case[2] == "is" && (!is.matrix(one$x) || any(one$x == 0, na.rm = TRUE))) next
    fit <- function(c) {
      one$x <- c * one$x
      do.call(nmf, c(one, list(rank = 3, init = list(w = start$w, h = c * start$h),
                               loss = case[2], solver = case[1],
                               control = nmf_control(10, tol = 0))))
    }
    plain <- fit(1)
    for (c in some_of(far_scales, share_of_cases(1 / 3))) {
      scaled <- fit(c)
      compared <- compared + 1
      expect_equal(fitted(scaled) / c, fitted(plain), tolerance = 1e-8)
      expect_equal(scaled$w, plain$w, tolerance = 1e-8)
      expect_equal(scaled$kkt, plain$kkt, tolerance = 1e-6)
    }
  }
  expect_gt(compared, 25) # one scale for each case at least
  # The comparison can fail: a small number that is not relative to the data.
  run <- function(c) {
    fitted(nmf(c * x, 3, init = list(w = start$w, h = c * start$h), solver = "mu",
               control = nmf_control(10, tol = 0, smoothing = c(ratio = 1e-16)))) / c
  }
  expect_gt(max(abs(run(1e-30) / run(1) - 1)), 0.1)
})

test_that("gnmf(), meta_nmf(), predict(), adapt() and the starts know no units either", {
  set.seed(7)
  x <- matrix(stats::rexp(160), 8) + 0.01
  control <- nmf_control(10, tol = 0)
  start <- drawn_start(x, 3)
  verbs <- list(
    graph = function(c) gnmf(c * x, 3, init = list(w = start$w, h = c * start$h),
                             control = control),
    cosine = function(c) gnmf(c * x, 3, graph = function(x) knn_graph(x, 3, weighting = "cosine"),
                              init = "nndsvd",
                              control = control),
    meta = function(c) {
      set.seed(8)
      meta_nmf(list(tasks = list(c * x[, 1:8], c * x[, 5:12]), target = c * x), 3,
               control = meta_control(3, inner = control))
    },
    nndsvd = function(c) nmf(c * x, 3, init = "nndsvd", solver = "mu", control = control),
    kmeans = function(c) {
      set.seed(9)
      nmf(c * x, 3, init = "kmeans", control = control)
    },
    random = function(c) {
      set.seed(9)
      nmf(c * x, 3, control = control)
    }
  )
  for (name in names(verbs)) {
    plain <- verbs[[name]](1)
    for (c in some_of(far_scales, share_of_cases(1 / 3))) {
      fit <- verbs[[name]](c)
      expect_equal(fit$w, plain$w, tolerance = 1e-8, label = paste(name, c))
      expect_equal(fit$h / c, plain$h, tolerance = 1e-8, label = paste(name, c))
      for (loss in c("frobenius", "kl")) {
        plain$loss <- fit$loss <- loss
        expect_equal(predict(fit, c * x) / c, predict(plain, x), tolerance = 1e-8)
      }
      plain$loss <- fit$loss <- "frobenius"
      expect_equal(coef(adapt(fit, c * x, 5)) / c, coef(adapt(plain, x, 5)), tolerance = 1e-8)
    }
  }
})

test_that("a near exact fit is followed to rounding: never negative, never rising, never stuck", {
  set.seed(8)
  truth <- list(w = matrix(stats::rexp(24), 8), h = matrix(stats::rexp(36), 3))
  holes <- lapply(truth, function(factor) factor * (stats::runif(length(factor)) < 0.5))
  x <- truth$w %*% truth$h
  given <- list(dense = list(x = x), sparse = list(x = as_sparse_data(holes$w %*% holes$h)),
                weighed = list(x = x, weights = matrix(stats::runif(96, 0.5, 1), 8)),
                masked = list(x = replace(x, c(3, 20, 47), NA), missing = "mask"),
                penalised = list(x = x, penalty = penalty_ridge(1e-14)))
  for (case in solver_losses) for (name in names(given)) {
    one <- given[[name]]
    if (case[2] == "is" && name == "sparse") next
    if (!is_offered(if (name == "penalised") list(one$penalty), case[1], case[2])) next
    # What rounding leaves of F: squares of it in a sum of squares; of the divergences the terms
    # themselves are rounded.
    data <- as.matrix(one$x)
    total <- switch(case[2], frobenius = sum(data^2, na.rm = TRUE), kl = sum(data, na.rm = TRUE),
                    is = length(data))
    noise <- total * if (case[2] == "frobenius") 1e-28 else 1e-15
    start <- lapply(if (name == "sparse") holes else truth,
                    function(factor) factor * exp(0.01 * stats::rnorm(length(factor))))
    fit <- do.call(nmf, c(one, list(rank = 3, init = start, loss = case[2], solver = case[1],
                                    control = nmf_control(3000, tol = 0))))
    label <- paste(case[1], case[2], name)
    expect_gte(min(fit$trace), 0, label = label)
    expect_lt(min(fit$trace), 1e-10 * total, label = label)
    expect_lt(max(diff(fit$trace)), noise, label = label)
  }
})
