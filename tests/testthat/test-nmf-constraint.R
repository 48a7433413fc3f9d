# What constraints go with, what they refuse, and that fits, predictions and adaptations keep them.

mixtures <- function(seed = 1, m = 9, n = 20, r = 3) {
  set.seed(seed)
  w <- matrix(stats::rexp(m * r), m, dimnames = list(paste0("band", seq_len(m)), NULL))
  h <- prop.table(matrix(stats::rexp(r * n), r, dimnames = list(NULL, paste0("s", seq_len(n)))), 2)
  w %*% h + 0.05 * matrix(stats::runif(m * n), m)
}

brief <- nmf_control(30, tol = 0)
simplex <- constraint_simplex()
both <- constraint_upper(w = 0.8, h = c(0.5, 1, 2))

test_that("constraints print what they say and refuse what they cannot be", {
  expect_snapshot({
    constraint_simplex()
    constraint_upper(h = c(1, 2))
    constraint_upper()
  })
  expect_bad(constraint_upper(w = -1), "w")
  expect_bad(constraint_upper(h = NA_real_), "h")
  expect_bad(constraint_upper(h = "1"), "h")
  expect_bad(constraint_upper(h = list(1)), "h")
  expect_bad(constraint_upper(u = 1), "...")
  x <- mixtures()
  expect_bad(nmf(x, 3, constraint = 1), "constraint")
  expect_bad(nmf(x, 3, constraint = list(simplex, simplex)), "constraint")
  expect_bad(nmf(x, 3, constraint = constraint_upper(w = 1, h = c(1, 2))), "constraint")
  expect_bad(nmf(x, 3, constraint = constraint_upper(w = diag(3), h = 1)), "constraint")
  free <- nmf(x, 3, init = "nndsvd", constraint = constraint_upper(), control = brief)
  expect_null(free$model$constraint)
  expect_identical(coef(free), coef(nmf(x, 3, init = "nndsvd", control = brief)))
})

# Fits that go with constraints, as further arguments of nmf().
combinations <- function(x, constraint) {
  gaps <- replace(x, c(3, 40, 77), NA)
  mixes <- on_a_simplex(check_constraint(constraint))
  chain <- methods::as(1 * (abs(outer(seq_len(ncol(x)), seq_len(ncol(x)), "-")) == 1), "dgCMatrix")
  cases <- list(
    list(x = x), list(x = sparse_copy(x)), list(x = x, solver = "bpp"),
    list(x = gaps, missing = "mask"), list(x = gaps, missing = "mask", solver = "bpp"),
    list(x = sparse_copy(replace(x, stats::runif(length(x)) < 0.3, 0)), missing = "unstored"),
    list(x = x, weights = list(samples = rep(c(0.2, 1, 3), length.out = ncol(x)),
                               features = rep(c(1, 0.5), length.out = nrow(x)))),
    list(x = x, weights = matrix(stats::runif(length(x)), nrow(x))),
    list(x = x, penalty = penalty_ridge(0.1)), list(x = x, penalty = penalty_sparse(0.1, "w")),
    list(x = x, penalty = penalty_orthogonal(0.1, "w")),
    list(x = x, penalty = penalty_graph(chain, 1, "raw"), solver = "hals"),
    list(x = x, known = list(w = 0.5 * x[, 1, drop = FALSE] / max(x))),
    list(x = 2^900 * x), list(x = 2^-900 * x)
  )
  if (mixes) return(cases)
  c(cases, list(list(x = x, solver = "mu"), list(x = x, loss = "kl"), list(x = x, loss = "is"),
                list(x = sparse_copy(x), loss = "kl", missing = "error"),
                list(x = x, solver = "mu", penalty = penalty_graph(chain, 1)),
                list(x = x, loss = "kl", penalty = penalty_sparse(0.1)),
                list(x = x, penalty = penalty_sparse(0.1)),
                list(x = gaps, missing = "mask", loss = "is")))
}

test_that("F never rises and the limits hold, whatever a constraint goes with", {
  x <- mixtures(2)
  for (constraint in list(simplex, both, list(simplex, constraint_upper(w = 1.5, h = 0.7)))) {
    for (case in combinations(x, constraint)) {
      if (max(case$x, na.rm = TRUE) > 1e100 || max(case$x, na.rm = TRUE) < 1e-100) {
        if (!identical(constraint, simplex)) next
      }
      set.seed(3)
      label <- paste(names(case), collapse = " ")
      fit <- do.call(nmf, c(case, list(rank = 3, constraint = constraint, control = brief)))
      size <- switch(fit$loss, frobenius = fit$data$x_norm2, kl = sum(x), is = fit$trace[[1]])
      if (is.finite(size) && size > 0) {
        expect_lt(max(diff(fit$trace)) / size, 1e-12, label = label)
      }
      limits <- engine_limits(fit$model$constraint, dim(x), 3)
      if (limits$simplex) expect_lt(max(abs(colSums(coef(fit)) - 1)), 1e-12, label = label)
      if (!is.null(limits$w)) expect_true(all(basis(fit) <= limits$w), label = label)
      if (!is.null(limits$h)) expect_true(all(coef(fit) <= limits$h), label = label)
      expect_gte(min(basis(fit), coef(fit)), 0)
      expect_identical(fit$scaling$kind, "none")
    }
  }
})

test_that("a power of two in the units of X changes no bit on the simplex or of bounds", {
  x <- mixtures(4)
  start <- init_random(x, 3)
  plain <- nmf(x, 3, init = start, constraint = simplex, control = brief)
  larger <- nmf(2^600 * x, 3, init = list(w = 2^600 * start$w, h = start$h), constraint = simplex,
                control = brief)
  expect_identical(coef(larger), coef(plain))
  expect_identical(basis(larger), 2^600 * basis(plain))
  expect_equal(predict(larger, 2^600 * x), predict(plain, x), tolerance = 1e-12)
  bound <- function(unit) constraint_upper(w = 0.8, h = unit * 0.7)
  plain <- nmf(x, 3, init = start, constraint = bound(1), control = brief)
  larger <- nmf(2^600 * x, 3, init = list(w = start$w, h = 2^600 * start$h),
                constraint = bound(2^600), control = brief)
  expect_identical(coef(larger), 2^600 * coef(plain))
})

test_that("weights of samples on the simplex are those of a matrix of weights", {
  x <- mixtures(5)
  start <- init_random(x, 3)
  weights <- rep(c(1, 2, 0.5, 4), 5)
  run <- function(weights) {
    nmf(x, 3, init = start, weights = weights, constraint = simplex,
        control = nmf_control(3000, tol = 0))
  }
  expect_equal(objective(run(list(samples = weights))),
               objective(run(matrix(weights, nrow(x), 20, byrow = TRUE))), tolerance = 1e-6)
})

test_that("kkt is the residual of the constrained problem, and 0 at a point made by hand", {
  # x_1 = w_1 and x_2 = w_2 are corners, x_3 beyond w_1 has its best mixture at the corner.
  w <- cbind(c(1, 0, 0), c(0, 1, 0))
  x <- cbind(w, c(0.5, 0.5, 3))
  h <- cbind(c(1, 0), c(0, 1), c(0.5, 0.5))
  fit <- nmf(x, known = list(w = w), constraint = simplex)
  expect_equal(unname(coef(fit)), h)
  expect_equal(fit$kkt, 0)
  # Both factors at their bounds, which F would have them leave.
  fit <- nmf(matrix(5, 2, 2), 1, init = list(w = matrix(1, 2, 1), h = matrix(1, 1, 2)),
             constraint = constraint_upper(1, 1), control = nmf_control(1, tol = 0))
  expect_identical(objective(fit), 64)
  expect_identical(fit$kkt, 0)
  # By its definition, of a pair that is not stationary.
  x <- mixtures(6)
  fit <- nmf(x, 3, constraint = list(simplex, constraint_upper(w = 1.2)),
             control = nmf_control(2, tol = 0))
  w <- unname(basis(fit))
  h <- unname(coef(fit))
  residual <- function(u, g, upper) {
    grown <- pmin(pmax(u, rowMeans(u)), upper - u)
    sum(ifelse(g >= 0, u * g, grown * -g))
  }
  g <- crossprod(w, w %*% h - x)
  g <- g - rep(colSums(h * g), each = 3)
  whole <- residual(h, g, Inf) + residual(t(w), t((w %*% h - x) %*% t(h)), 1.2)
  expect_equal(fit$kkt, 2 * whole / objective(fit), tolerance = 1e-8)
  # The default rule ends by it.
  expect_true(nmf(x, 3, init = init_random(x, 3), constraint = simplex)$converged)
  expect_lt(nmf(x, 3, constraint = simplex, control = nmf_control(5000, tol = 0, kkt = 1e-5))$kkt,
            1e-5)
})

sum_of_loss <- function(x, z, loss) {
  sum(switch(loss, frobenius = (x - z)^2, kl = x * log(x / z) - x + z,
             is = x / z - log(x / z) - 1))
}

test_that("predict() and adapt() keep to the constraint of a fit", {
  x <- mixtures(7)
  new <- 1.7 * mixtures(8)
  for (constraint in list(simplex, both)) {
    for (loss in if (identical(constraint, simplex)) "frobenius" else c("frobenius", "kl", "is")) {
      fit <- nmf(x, 3, loss = loss, constraint = constraint, control = nmf_control(200, tol = 0))
      limits <- engine_limits(fit$model$constraint, dim(new), 3)
      h <- predict(fit, new)
      adapted <- adapt(fit, new, max_iter = 20)
      expect_identical(adapted$model$constraint, fit$model$constraint)
      if (limits$simplex) {
        expect_lt(max(abs(colSums(h) - 1), abs(colSums(coef(adapted)) - 1)), 1e-12)
      } else {
        expect_true(all(h <= limits$h) && all(coef(adapted) <= limits$h))
        expect_true(all(basis(adapted) <= limits$w))
        # No sample's coefficients are better when they alone move on.
        again <- nmf(new, known = list(w = basis(fit)), loss = loss, constraint = constraint)
        expect_lt(sum_of_loss(new, basis(fit) %*% h, loss),
                  sum_of_loss(new, fitted(again), loss) * (1 + 1e-8) + 1e-12)
      }
      part <- replace(new, c(2, 30), NA)
      expect_equal(predict(fit, part, missing = "mask")[, 5], h[, 5], tolerance = 1e-6)
    }
  }
  # The data of a converged fit give its coefficients.
  fit <- nmf(x, 3, constraint = simplex, control = nmf_control(20000, tol = 0, kkt = 1e-10))
  expect_equal(predict(fit, x), coef(fit), tolerance = 1e-4)
})

test_that("bounds in a matrix belong to the samples of a fit", {
  x <- mixtures(9)
  fit <- nmf(x, 3, constraint = constraint_upper(w = 1, h = matrix(1, 3, 20)), control = brief)
  expect_bad(predict(fit, x), "fit")
  expect_bad(adapt(fit, x), "fit")
  expect_lte(max(coef(fit)), 1)
})

test_that("what does not go with a constraint is refused by name", {
  x <- mixtures(10)
  bad <- function(argument, ..., constraint = simplex, data = x) {
    expect_bad(nmf(data, 3, ..., constraint = constraint), argument)
  }
  bad("solver", solver = "mu")
  bad("loss", loss = "is")
  bad("penalty", loss = "kl", penalty = penalty_ridge())
  bad("known", loss = "kl", known = list(w = x[, 1, drop = FALSE]))
  bad("constraint", loss = "kl", constraint = list(simplex, both))
  bad("penalty", penalty = penalty_sparse())
  bad("penalty", penalty = penalty_sparse(form = "raw"))
  bad("penalty", penalty = penalty_orthogonal(on = "h"))
  bad("constraint", penalty = penalty_orthogonal(exact = TRUE))
  bad("constraint", penalty = penalty_orthogonal(exact = TRUE), constraint = both)
  bad("known$h", known = list(h = matrix(0.2, 1, 20)))
  bad("control", control = nmf_control(preset = "thesis"))
  bad("smoothing", control = nmf_control(smoothing = c(floor = 1e-9)))
  bad("revive_dead", control = nmf_control(revive_dead = TRUE), constraint = both)
  bad("scale", control = nmf_control(scale = "l2"))
  bad("x", data = replace(x, cbind(1:9, 4), 0))
  expect_error(nmf(replace(x, cbind(1:9, 4), 0), 3, constraint = simplex), "\"s4\"", fixed = TRUE)
  fit <- nmf(x, 3, constraint = simplex, control = brief)
  expect_bad(predict(fit, replace(x, cbind(1:9, 4), 0)), "newdata")
  expect_bad(adapt(fit, replace(x, cbind(1:9, 4), 0)), "newdata")
  # Of a sample of which nothing was observed nothing is said.
  gone <- replace(x, cbind(1:9, 4), NA)
  fit <- suppressMessages(nmf(gone, 3, missing = "mask", constraint = simplex, control = brief))
  expect_identical(unname(which(is.na(coef(fit)[1, ]))), 4L)
  bad("constraint", constraint = list(simplex, constraint_upper(h = 0.3)))
  bad("constraint", known = list(w = x[, 1, drop = FALSE]), constraint = both)
})

test_that("topic proportions are those of a plain fit, and EM leaves them where they are", {
  set.seed(12)
  x <- matrix(stats::rpois(240, 5), 12)
  x[, 7] <- 0
  control <- nmf_control(20000, tol = 0, kkt = 1e-9)
  start <- init_random(x, 3)
  fit <- nmf(x, 3, init = start, loss = "kl", constraint = simplex, control = control)
  plain <- nmf(x, 3, init = start, loss = "kl", control = control)
  expect_identical(fit$scaling$kind, "sum")
  expect_equal(objective(fit), objective(plain), tolerance = 1e-12)
  expect_equal(fitted(fit), fitted(plain), tolerance = 1e-10)
  w <- unname(basis(fit))
  p <- unname(coef(fit, type = "proportion"))
  expect_equal(colSums(w), rep(1, 3))
  expect_true(all(is.na(p[, 7])))
  expect_equal(colSums(p)[-7], rep(1, 19))
  expect_equal(colSums(coef(fit)), colSums(x), tolerance = 1e-6)
  # One step of EM from there, as it stands in Hofmann (1999).
  p[, 7] <- 1 / 3
  total <- colSums(x)
  quotient <- function() over(x, w %*% (p * rep(total, each = 3)))
  moved <- prop.table(p * (t(w) %*% quotient()), 2)
  expect_equal(moved[, -7], p[, -7], tolerance = 1e-4)
  moved <- prop.table(w * (quotient() %*% t(p * rep(total, each = 3))), 2)
  expect_equal(moved, w, tolerance = 1e-4)
  # New samples
  new <- matrix(stats::rpois(60, 5), 12)
  expect_equal(unname(colSums(predict(fit, new))), colSums(new), tolerance = 1e-8)
  expect_equal(colSums(predict(fit, new, type = "proportion")), rep(1, 5), ignore_attr = TRUE)
  expect_equal(colSums(basis(adapt(fit, new, max_iter = 5))), rep(1, 3), ignore_attr = TRUE)
})

test_that("a bound on one factor alone is void, and is taken where the other's scale is fixed", {
  x <- mixtures(11)
  for (bound in list(constraint_upper(w = 1), constraint_upper(h = 1),
                     constraint_upper(h = 1, w = c(1, Inf, Inf)))) {
    expect_bad(nmf(x, 3, constraint = bound), "constraint")
  }
  set.seed(1)
  upper <- constraint_upper(h = 0.2)
  fit <- nmf(x, 3, penalty = penalty_ridge(0.1, "w", "raw"), constraint = upper, control = brief)
  expect_lte(max(coef(fit)), 0.2)
  fit <- nmf(x, known = list(w = x[, 1:3]), constraint = upper, control = brief)
  expect_lte(max(coef(fit)), 0.2)
  fit <- nmf(x, 3, constraint = list(simplex, constraint_upper(w = 1)), control = brief)
  expect_lte(max(basis(fit)), 1)
})
