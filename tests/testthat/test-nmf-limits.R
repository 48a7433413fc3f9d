# Columns of H on the simplex and largest values: steps, exact solutions, descent.

unmixed <- function(seed, m = 8, n = 12, r = 3) {
  set.seed(seed)
  w <- matrix(stats::rexp(m * r), m)
  h <- matrix(stats::rexp(r * n), r)
  list(x = w %*% prop.table(h, 2) + 0.05 * matrix(stats::runif(m * n), m), w = w)
}

# A start within the limits, so that nothing is cut.
feasible <- function(x, rank) {
  start <- drawn_start(x, rank)
  start$h <- prop.table(start$h, 2)
  start
}

steps <- function(iterations, ...) nmf_control(iterations, tol = 0, scale = "none", ...)

test_that("in plain R no step within the limits raises F", {
  for (seed in 1:20) {
    case <- unmixed(seed, n = 30, r = 4)
    start <- feasible(case$x, 4)
    f <- function(w, h) sum((case$x - w %*% h)^2)
    h <- pair_step(crossprod(start$w), crossprod(start$w, case$x), start$h)
    expect_lte(f(start$w, h), f(start$w, start$h) * (1 + 1e-12))
    expect_lt(max(abs(colSums(h) - 1)), 1e-12)
    capped <- matrix(0.6, 4, 30)
    begin <- matrix(0.25, 4, 30)
    h <- pair_step(crossprod(start$w), crossprod(start$w, case$x), begin, capped)
    expect_lte(f(start$w, h), f(start$w, begin) * (1 + 1e-12))
    expect_lte(max(h), 0.6)
    # The ratio and coordinate descent, cut to a bound; Kullback-Leibler too.
    upper <- stats::runif(1, 0.2, 2)
    cut <- list(w = pmin(start$w, upper), h = pmin(start$h, upper))
    for (i in 1:5) {
      before <- f(cut$w, cut$h)
      cut$h <- pmin(mu_step(case$x, cut$w, cut$h)$h, upper)
      expect_lte(f(cut$w, cut$h), before * (1 + 1e-12))
      before <- f(cut$w, cut$h)
      cut$h <- bounded_step(crossprod(cut$w), crossprod(cut$w, case$x), cut$h,
                            matrix(upper, 4, 30))
      expect_lte(f(cut$w, cut$h), before * (1 + 1e-12))
      before <- objective_of(case$x, cut$w, cut$h, "kl")
      cut$h <- pmin(kl_step(case$x, cut$w, cut$h)$h, upper)
      expect_lte(objective_of(case$x, cut$w, cut$h, "kl"), before * (1 + 1e-12))
    }
  }
})

test_that("one iteration on the simplex is that of plain R for every engine, sparse or dense", {
  case <- unmixed(31)
  start <- feasible(case$x, 3)
  h <- pair_step(crossprod(start$w), crossprod(start$w, case$x), start$h)
  w <- t(bounded_step(tcrossprod(h), h %*% t(case$x), t(start$w), turns = 4))
  right <- list(w = w, h = h)
  fits <- each_engine(function(backend) {
    lapply(list(case$x, sparse_copy(case$x)), function(x) {
      fit <- nmf(x, 3, init = start, solver = "hals", constraint = constraint_simplex(),
                 control = steps(1, backend = backend))
      list(w = unname(basis(fit)), h = unname(coef(fit)))
    })
  })
  for (fit in unlist(fits, recursive = FALSE)) expect_lt(relative_gap(fit, right), 1e-10)
})

test_that("one iteration below bounds is that of plain R for every engine", {
  case <- unmixed(32)
  start <- feasible(case$x, 3)
  upper <- list(w = matrix(stats::runif(24, 0.3, 2), 8), h = matrix(stats::runif(36, 0.2, 1), 3))
  start <- list(w = pmin(start$w, upper$w), h = pmin(start$h, upper$h))
  constraint <- constraint_upper(w = upper$w, h = upper$h)
  cycles <- hals_cycles(8, 3)
  h <- bounded_step(crossprod(start$w), crossprod(start$w, case$x), start$h, upper$h, cycles[1])
  descent <- list(w = t(bounded_step(tcrossprod(h), h %*% t(case$x), t(start$w), t(upper$w),
                                     cycles[2])), h = h)
  cut <- function(step) {
    h <- pmin(step(start$w, start$h)$h, upper$h)
    list(w = pmin(step_w(start$w, h), upper$w), h = h)
  }
  step_w <- function(w, h) w * over(case$x %*% t(h), w %*% h %*% t(h))
  ratio <- cut(function(w, h) mu_step(case$x, w, h))
  step_w <- function(w, h) w * over(over(case$x, w %*% h) %*% t(h), by_column(rowSums(h), w))
  kl <- cut(function(w, h) kl_step(case$x, w, h))
  right <- list(hals = descent, mu = ratio, kl = kl)
  each_engine(function(backend) {
    for (name in names(right)) {
      loss <- if (name == "kl") "kl" else "frobenius"
      fit <- nmf(case$x, 3, init = start, solver = if (name == "hals") "hals" else "mu",
                 loss = loss, constraint = constraint, control = steps(1, backend = backend))
      fit <- list(w = unname(basis(fit)), h = unname(coef(fit)))
      expect_lt(relative_gap(fit, right[[name]]), 1e-10)
    }
  })
})

# The conditions of min |x - W h|^2 on the limits: the largest violation, relative to |W'x|.
violation <- function(w, x, h, upper = Inf, simplex = FALSE) {
  g <- crossprod(w, w %*% h - x)
  worst <- vapply(seq_len(ncol(h)), function(j) {
    free <- h[, j] > 1e-12 & h[, j] < upper - 1e-12
    nu <- if (!simplex) 0 else if (any(free)) mean(g[free, j]) else sum(h[, j] * g[, j])
    low <- h[, j] <= 1e-12
    top <- h[, j] >= upper - 1e-12
    max(0, abs(g[free, j] - nu), nu - g[low & !top, j], g[top & !low, j] - nu)
  }, 0)
  max(worst) / max(abs(crossprod(w, x)))
}

test_that("predict() is exact on the simplex and below bounds, with dependent columns of W too", {
  for (seed in 1:10) {
    case <- unmixed(seed, m = 6, n = 40, r = 4)
    w <- cbind(case$w, case$w[, 1], 0, rowMeans(case$w))
    x <- case$x * stats::runif(1, 0.2, 3)
    for (basis in list(case$w, w)) {
      h <- predict(as_nmf(basis, constraint = constraint_simplex()), x)
      expect_lt(max(abs(colSums(h) - 1)), 1e-14)
      expect_gte(min(h), 0)
      expect_lt(violation(basis, x, h, simplex = TRUE), 1e-12)
      h <- predict(as_nmf(basis, constraint = constraint_upper(h = 0.4)), x)
      expect_lte(max(h), 0.4)
      expect_lt(violation(basis, x, h, 0.4), 1e-12)
      both <- list(constraint_simplex(), constraint_upper(h = 0.4))
      h <- predict(as_nmf(basis, constraint = both), x)
      expect_lt(max(abs(colSums(h) - 1)), 1e-14)
      expect_lt(violation(basis, x, h, 0.4, TRUE), 1e-12)
    }
  }
})

test_that("two components on the simplex mix as the closed form says", {
  set.seed(40)
  w <- matrix(stats::rexp(12), 6)
  x <- matrix(stats::rexp(60), 6)
  # x ~ w_2 + a (w_1 - w_2), 0 <= a <= 1
  gap <- w[, 1] - w[, 2]
  a <- pmin(1, pmax(0, as.vector(crossprod(gap, x - w[, 2])) / sum(gap^2)))
  fit <- nmf(x, known = list(w = w), constraint = constraint_simplex())
  expect_equal(unname(coef(fit)), rbind(a, 1 - a, deparse.level = 0), tolerance = 1e-12)
  expect_equal(predict(fit, x), coef(fit), tolerance = 1e-12)
})

test_that("the simplex and bounds agree with quadprog's solution", {
  skip_if_not_installed("quadprog")
  case <- unmixed(41, m = 9, n = 20, r = 4)
  gram <- crossprod(case$w)
  solve <- function(x, constraints, limits, equal) {
    quadprog::solve.QP(gram, crossprod(case$w, x), constraints, limits, equal)$solution
  }
  fit <- as_nmf(case$w, constraint = constraint_simplex())
  right <- apply(case$x, 2, solve, cbind(1, diag(4)), c(1, rep(0, 4)), 1)
  expect_equal(unname(predict(fit, case$x)), right, tolerance = 1e-8)
  fit <- as_nmf(case$w, constraint = constraint_upper(h = 0.4))
  right <- apply(case$x, 2, solve, cbind(diag(4), -diag(4)), rep(c(0, -0.4), each = 4), 0)
  expect_equal(unname(predict(fit, case$x)), right, tolerance = 1e-8)
})
