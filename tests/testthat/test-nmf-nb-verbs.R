# The verbs of a fit by the negative binomial, and what it does not allow.

nb_control <- function(max_iter = 60, ...) nmf_control(max_iter, tol = 0, scale = "none", ...)

test_that("predict() stays where a fit has converged; other verbs know the dispersions", {
  set.seed(531)
  x <- planted_counts(9, 12, 2, 0.3)$x
  x[4, ] <- x[4, ] + 1
  rownames(x) <- letters[1:9]
  phi <- stats::setNames(seq(0.1, 0.9, 0.1), letters[1:9])
  for (penalty in list(NULL, penalty_ridge(0.1, "h", "raw"), penalty_sparse(0.1, form = "raw"))) {
    fit <- nmf(x, 2, loss = nb_loss(rev(phi)), penalty = penalty, control = nb_control(6000))
    expect_identical(fit$model$dispersion, phi)
    expect_equal(predict(fit, x), coef(fit), tolerance = 1e-3)
    expect_identical(predict(fit, x[, 3, drop = FALSE]), predict(fit, x)[, 3, drop = FALSE])
  }
  gaps <- x[c("c", "a", "i", "d"), ]
  expect_equal(suppressMessages(predict(fit, gaps, features = "match")),
               suppressMessages(predict(fit, replace(x, !rownames(x) %in% rownames(gaps), NA),
                                        missing = "mask")))
  adapted <- adapt(fit, x[, 1:6], max_iter = 30)
  expect_identical(adapted$model$dispersion, phi)
  expect_lte(max(diff(adapted$trace)), 0)
  known <- nmf(x, 3, loss = nb_loss(phi), known = list(w = fit$w[, 1, drop = FALSE]),
               control = nb_control(20))
  expect_identical(known$w[, 1], fit$w[, 1])
  signature <- as_nmf(basis(fit), loss = nb_loss(phi))
  expect_equal(dim(predict(signature, x)), c(2, 12))
  expect_identical(update(fit, control = nb_control(2))$iterations, 2L)
  hidden <- suppressMessages(nmf(replace(x, row(x) == 3, NA), 2, loss = nb_loss(phi),
                                 missing = "mask", control = nb_control(5)))
  expect_identical(hidden$model$dispersion, replace(phi, 3, NA))
  bounded <- nmf(x, 2, loss = nb_loss(phi), constraint = constraint_upper(w = 2, h = 3),
                 control = nb_control(100))
  expect_lte(max(bounded$w), 2)
  expect_lte(max(bounded$h), 3)
  expect_lte(max(diff(bounded$trace)), 1e-12 * bounded$trace[1])
  expect_identical(readRDS({
    saveRDS(fit, path <- tempfile())
    path
  }), fit)
  dead <- drawn_start(x, 2)
  dead$h[1, ] <- 0
  revived <- nmf(x, 2, init = dead, loss = nb_loss(phi),
                 control = nmf_control(200, tol = 1e-4, revive_dead = TRUE))
  expect_identical(revived$dead, integer())
})

test_that("what the negative binomial does not allow is refused with what to use", {
  x <- random_matrix(6, 8) + 0.1
  for (bad in list("a", -1, c(1, NA), Inf, numeric(), NULL, TRUE, diag(2))) {
    expect_bad(nb_loss(bad), "dispersion")
  }
  expect_bad(nmf(x, 2, loss = "nb"), "loss")
  expect_bad(nmf(x, 2, loss = nb_loss(1:5)), "loss")
  expect_bad(as_nmf(x, loss = nb_loss(1:5)), "loss")
  expect_bad(nmf(x, 2, loss = nb_loss(0.5), solver = "hals"), "solver")
  expect_bad(nmf(x * 1e200, 2, loss = nb_loss(0.5)), "x")
  expect_bad(nmf(x, 2, loss = nb_loss(0.5), constraint = constraint_simplex()), "loss")
  expect_bad(meta_nmf(list(tasks = list(x, x), target = x), 2, loss = nb_loss(0.5)), "loss")
  for (penalty in list(penalty_orthogonal(), penalty_orthogonal(exact = TRUE))) {
    expect_bad(nmf(x, 2, loss = nb_loss(0.5), penalty = penalty), "loss")
  }
  expect_output(print(nb_loss(0.5)), "<nmf_loss> nb_loss(0.5)", fixed = TRUE)
  expect_output(print(nmf(x, 2, loss = nb_loss(1:6), control = nb_control(2))),
                "6 dispersions, median 3.5", fixed = TRUE)
})
