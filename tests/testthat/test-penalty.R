# The constructors of penalties, and what exact orthogonality does.

test_that("a penalty keeps what it was given, with the documented defaults", {
  expect_identical(unclass(penalty_sparse(0.2, "both", "raw"))[1:4],
                   list(kind = "sparse", lambda = 0.2, form = "raw", on = "both"))
  defaults <- list(sparse = penalty_sparse(), ridge = penalty_ridge(), smooth = penalty_smooth(),
                   orthogonal = penalty_orthogonal())
  expect_identical(lapply(defaults, `[[`, "kind"),
                   list(sparse = "sparse", ridge = "ridge", smooth = "smooth",
                        orthogonal = "orthogonal"))
  expect_identical(vapply(defaults, `[[`, 0, "lambda"),
                   c(sparse = 0.1, ridge = 0.01, smooth = 1, orthogonal = 1))
  expect_identical(vapply(defaults, `[[`, "", "on"),
                   c(sparse = "h", ridge = "both", smooth = "h", orthogonal = "w"))
  expect_identical(vapply(defaults, `[[`, "", "form"),
                   c(sparse = "scale_invariant", ridge = "raw", smooth = "scale_invariant",
                     orthogonal = "scale_invariant"))
  expect_true(all(vapply(defaults, inherits, NA, "nmf_penalty")))
})

test_that("a wrong argument of a penalty is an error that names it", {
  expect_bad(penalty_sparse(-1), "lambda")
  expect_bad(penalty_ridge("a"), "lambda")
  expect_bad(penalty_smooth(1, on = "both"), "on")
  expect_bad(penalty_sparse(1, form = "published"), "form")
  expect_bad(penalty_sparse(lamda = 1), "...")
  expect_bad(penalty_orthogonal(exact = NA), "exact")
  expect_error(penalty_orthogonal(on = "h", exact = TRUE, step = "choi"),
               class = "metanmf_error")
  expect_bad(penalty_orthogonal(on = "h", exact = TRUE, step = "choi"), "step")
})

test_that("a penalty prints its kind, lambda, form and side", {
  expect_snapshot({
    penalty_sparse(0.1)
    penalty_ridge(0.01)
    penalty_smooth(2, on = "w", form = "raw")
    penalty_orthogonal(1)
    penalty_orthogonal(exact = TRUE)
    penalty_orthogonal(exact = TRUE, step = "choi")
  })
})

test_that("the smooth penalty is the graph penalty with a path, to the bit", {
  set.seed(201)
  x <- drawn_data(9, 14, 3)
  start <- drawn_start(x, 3)
  control <- nmf_control(30, tol = 0)
  for (on in c("h", "w")) for (form in c("scale_invariant", "raw")) for (solver in c("mu",
                                                                                     "hals")) {
    size <- if (on == "h") 14 else 9
    path <- penalty_graph(as_graph(example_graphs(size)$path), 0.7, form, on = on)
    expect_identical(nmf(x, 3, init = start, penalty = penalty_smooth(0.7, on, form),
                         solver = solver,
                         control = control)[c("w", "h", "trace")],
                     nmf(x, 3, init = start, penalty = path, solver = solver,
                         control = control)[c("w", "h", "trace")])
  }
})

test_that("two graphs on a side are one graph, their weighted sum", {
  set.seed(202)
  x <- drawn_data(9, 14, 3)
  start <- drawn_start(x, 3)
  s <- example_graphs(14)
  control <- nmf_control(20, tol = 0, scale = "none")
  both <- list(penalty_graph(s$near, 0.5), penalty_smooth(2))
  fit <- nmf(x, 3, init = start, penalty = both, solver = "mu", control = control)
  sum <- nmf(x, 3, init = start, penalty = penalty_graph(0.5 * s$near + 2 * s$path, 1),
             solver = "mu",
             control = control)
  expect_lt(relative_gap(fit, sum), 1e-10)
})

test_that("a penalty on both factors is one on each", {
  set.seed(203)
  x <- drawn_data(9, 14, 3)
  start <- drawn_start(x, 3)
  control <- nmf_control(20, tol = 0)
  for (form in c("scale_invariant", "raw")) {
    both <- nmf(x, 3, init = start, penalty = penalty_sparse(0.1, "both", form), control = control)
    each <- nmf(x, 3, init = start, penalty = list(penalty_sparse(0.1, "w", form),
                                                   penalty_sparse(0.1, "h", form)),
                control = control)
    expect_identical(both[c("w", "h", "trace")], each[c("w", "h", "trace")])
  }
})

test_that("exact orthogonality leaves one non-zero in every row of W and W'W diagonal", {
  set.seed(204)
  for (shape in list(c(12, 20, 3), c(30, 15, 5), c(8, 8, 2))) {
    x <- drawn_data(shape[1], shape[2], shape[3])
    fit <- nmf(x, shape[3], penalty = penalty_orthogonal(exact = TRUE),
               control = nmf_control(60, tol = 0, scale = "l2"))
    expect_identical(fit$model$solver, "hals")
    expect_true(all(rowSums(basis(fit) > 0) <= 1))
    gram <- crossprod(basis(fit))
    expect_identical(gram[upper.tri(gram)], numeric(sum(upper.tri(gram))))
    expect_lt(max(diff(fit$trace) / fit$trace[-1]), 1e-12)
    expect_equal(objective(fit), sum((x - fitted(fit))^2), tolerance = 1e-10)
  }
})

test_that("exact orthogonality on H leaves one non-zero in every column of H", {
  set.seed(205)
  x <- drawn_data(12, 20, 3)
  fit <- nmf(x, 3, penalty = penalty_orthogonal(on = "h", exact = TRUE),
             control = nmf_control(60, tol = 0))
  expect_true(all(colSums(coef(fit) > 0) <= 1))
  expect_lt(max(diff(fit$trace) / fit$trace[-1]), 1e-12)
  expect_equal(objective(fit), sum((x - fitted(fit))^2), tolerance = 1e-10)
  # A sample's component is the one whose direction it is nearest to.
  unit <- sweep(basis(fit), 2, sqrt(colSums(basis(fit)^2)), `/`)
  nearest <- apply(crossprod(unit, x), 2, which.max)
  again <- nmf(x, 3, init = fit, penalty = penalty_orthogonal(on = "h", exact = TRUE),
               control = nmf_control(300, tol = 0))
  unit <- sweep(basis(again), 2, sqrt(colSums(basis(again)^2)), `/`)
  nearest <- apply(crossprod(unit, x), 2, which.max)
  expect_identical(unname(apply(coef(again), 2, which.max)), unname(nearest))
})

test_that("exact orthogonality finds parts that do not overlap", {
  set.seed(206)
  parts <- rep(1:3, each = 5)
  w <- outer(parts, 1:3, "==") * stats::runif(15, 0.5, 1)
  x <- w %*% matrix(stats::rexp(3 * 40), 3)
  fit <- nmf(x, 3, penalty = penalty_orthogonal(exact = TRUE), n_start = 8,
             control = nmf_control(100, tol = 0))
  expect_lt(objective(fit), 1e-12 * sum(x^2))
  found <- apply(basis(fit), 1, which.max)
  expect_identical(length(unique(paste(found, parts))), 3L)
})

test_that("Choi's update is W o XH' / (W H X' W) with unit columns, H left alone", {
  set.seed(207)
  x <- drawn_data(9, 14, 3)
  start <- drawn_start(x, 3)
  penalty <- penalty_orthogonal(exact = TRUE, step = "choi")
  now <- one_iteration(x, start$w, start$h, penalty = penalty)
  h <- ratio_side(x, start$h, t(start$w), list(), list())
  w <- start$w * over(x %*% t(h), start$w %*% (h %*% t(x) %*% start$w))
  w <- sweep(w, 2, sqrt(colSums(w^2)), `/`)
  expect_lt(relative_gap(now, list(w = w, h = h)), 1e-12)
})

test_that("Choi's fits end with unit columns and less overlap than plain ones", {
  set.seed(208)
  x <- drawn_data(20, 40, 3)
  start <- drawn_start(x, 3)
  control <- nmf_control(300, tol = 0, scale = "l2")
  cosine <- function(fit) mean(crossprod(basis(fit))[upper.tri(diag(3))])
  fit <- nmf(x, 3, init = start, penalty = penalty_orthogonal(exact = TRUE, step = "choi"),
             control = control)
  expect_identical(fit$model$solver, "mu")
  expect_equal(unname(colSums(basis(fit)^2)), rep(1, 3), tolerance = 1e-12)
  expect_lt(cosine(fit), 0.7 * cosine(nmf(x, 3, init = start, solver = "mu", control = control)))
})

test_that("with one factor exactly orthogonal, known parts of the other stay to the bit", {
  set.seed(210)
  x <- drawn_data(12, 20, 3)
  known <- list(w = matrix(stats::runif(12)), h = matrix(stats::runif(20), 1))
  exact <- list(penalty_orthogonal(exact = TRUE), penalty_orthogonal(on = "h", exact = TRUE),
                penalty_orthogonal(exact = TRUE, step = "choi"))
  for (penalty in exact) {
    run <- function(side) {
      nmf(x, 3, penalty = penalty, known = known[side], control = nmf_control(20, tol = 0))
    }
    expect_error(run(penalty$on), "known.*without `exact`", class = "metanmf_error")
    if (penalty$on == "h") expect_identical(unname(run("w")$w[, 1]), known$w[, 1])
    else expect_identical(unname(run("h")$h[3, ]), known$h[1, ])
  }
})

test_that("soft orthogonality parts the columns more the larger lambda is", {
  set.seed(209)
  x <- drawn_data(20, 40, 3)
  start <- drawn_start(x, 3)
  control <- nmf_control(500, tol = 0, scale = "l2")
  cosines <- vapply(c(0, 0.02, 0.2), function(lambda) {
    fit <- nmf(x, 3, init = start, penalty = penalty_orthogonal(lambda), solver = "mu",
               control = control)
    mean(crossprod(basis(fit))[upper.tri(diag(3))])
  }, 0)
  expect_true(all(diff(cosines) < 0))
})
