# Fits that hold a basis from elsewhere and no samples.

drawn_basis <- function(m, r) {
  matrix(stats::rexp(m * r) * (stats::runif(m * r) < 0.7), m, r,
         dimnames = list(paste0("f", seq_len(m)), paste0("s", seq_len(r))))
}

test_that("one sample against 30 signatures has the amounts of non-negative least squares", {
  skip_if_not_installed("nnls")
  set.seed(1)
  w <- drawn_basis(96, 30)
  x <- cbind(a = stats::rpois(96, 5 * rowSums(w[, 1:6])))
  best <- nnls::nnls(w, x[, 1])$x
  by_basis <- predict(as_nmf(w), x)
  expect_equal(unname(by_basis[, 1]), best, tolerance = 1e-9)
  expect_identical(dimnames(by_basis), list(colnames(w), "a"))
  for (fit in list(nmf(x, known = list(w = w)), nmf(x, 30, known = list(w = w)),
                   nmf(x, known = list(w = w), solver = "bpp"))) {
    expect_equal(unname(coef(fit)[, 1]), best, tolerance = 1e-9)
    expect_identical(unname(basis(fit)), unname(w))
    expect_true(fit$converged)
  }
})

test_that("a known basis has the exact coefficients for every loss, with values missing too", {
  set.seed(2)
  w <- drawn_basis(12, 4) + 0.1
  x <- matrix(stats::rpois(12 * 8, 4) + 1, 12)
  holes <- replace(x, c(2, 30, 31), NA)
  for (loss in c("frobenius", "kl", "is")) {
    for (data in list(x, holes)) {
      fit <- nmf(data, known = list(w = w), loss = loss, missing = "mask")
      expect_equal(coef(fit), predict(as_nmf(w, loss), data, missing = "mask"), tolerance = 1e-4)
      expect_equal(fit$trace[[1]], objective(fit), tolerance = 1e-8)
    }
  }
})

test_that("more components than features have the least residual there is", {
  set.seed(3)
  w <- drawn_basis(5, 9)
  x <- matrix(stats::rexp(5 * 20), 5)
  h <- predict(as_nmf(w), x)
  expect_true(all(h >= 0))
  expect_lt(nnls_gap(w, x, h), 1e-9)
  expect_equal(sum((x - w %*% coef(nmf(x, known = list(w = w))))^2), sum((x - w %*% h)^2),
               tolerance = 1e-9)
  kl <- predict(as_nmf(w, "kl"), x)
  expect_lt(max(kl_gaps(w, x, kl)), 1e-6)
  # some known beside some that are learned: 9 + 3 components of 5 features
  more <- nmf(x, 12, known = list(w = w), control = nmf_control(20, 0))
  expect_identical(unname(basis(more)[, 1:9]), unname(w))
  expect_bad(nmf(x, 12, known = list(w = w), init = "nndsvd"), "rank")
  expect_bad(nmf(x, control = nmf_control()), "rank")
})

test_that("a penalty weighs as much as its lambda says, whatever the samples are", {
  w <- matrix(c(1, 2, 2))
  x <- cbind(c(1, 2, 2), c(3, 1, 1))
  # w'w = 9, w'x = 9, 7 and ||w|| = 3
  fit <- as_nmf(w, penalty = list(penalty_sparse(2, form = "raw"), penalty_ridge(2, on = "h")))
  expect_equal(unname(predict(fit, x)[1, ]), c(8, 6) / 11)
  expect_equal(unname(predict(as_nmf(w, penalty = penalty_sparse(2)), x)[1, ]), c(6, 4) / 9)
  expect_identical(unname(fit$model$lambda), c(2, 2))
  single <- as_nmf(cbind(w, c(1, 0, 0)), penalty = penalty_orthogonal(on = "h", exact = TRUE))
  expect_equal(unname(predict(single, x)), cbind(c(1, 0), c(0, 3)))
  expect_message(predict(as_nmf(w, penalty = penalty_graph(alike)), x), "graph")
})

test_that("every method of a basis alone works or says that it needs samples", {
  set.seed(4)
  w <- drawn_basis(6, 3)
  x <- matrix(stats::rexp(6 * 10), 6)
  fit <- as_nmf(w)
  expect_s3_class(fit, "nmf_fit")
  expect_identical(basis(fit), w)
  expect_identical(coef(fit), matrix(0, 3, 0, dimnames = list(colnames(w), NULL)))
  expect_identical(dim(fitted(fit)), c(6L, 0L))
  expect_identical(dim(predict(fit)), c(3L, 0L))
  expect_identical(c(objective(fit), deviance(fit)), c(NA_real_, NA_real_))
  expect_equal(nobs(fit), 0)
  expect_output(print(fit), "6 features x 0 samples.*a basis alone")
  expect_identical(deparse(fit$call), "as_nmf(w = w)")
  expect_bad(summary(fit), "object")
  expect_bad(cluster_samples(fit, 2), "fit")
  expect_bad(plot(fit), "x")
  expect_bad(plot(fit, "coef"), "x")
  file <- tempfile(fileext = ".rds")
  on.exit(unlink(file))
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off(), add = TRUE)
  expect_identical(plot(fit, "basis"), fit)
  if (requireNamespace("clue", quietly = TRUE)) {
    expect_equal(match_components(fit, fit)$cosine, c(1, 1, 1), ignore_attr = TRUE)
  }
  expect_identical(basis_measures(fit), basis_measures(nmf(x, known = list(w = w))))
  expect_bad(nmf(x, 3, init = fit), "init$h")
  adapted <- adapt(fit, x, max_iter = 20)
  expect_lt(deviance(adapted), sum((x - w %*% predict(fit, x))^2))
  expect_identical(dim(coef(adapted)), c(3L, 10L))
  expect_identical(residuals(adapted, x), x - fitted(adapted))
  saveRDS(fit, file)
  expect_identical(predict(readRDS(file), x), predict(fit, x))
  expect_identical(predict(as_nmf(Matrix::Matrix(w, sparse = TRUE)), x), predict(fit, x))
})

test_that("a basis that cannot be one is refused, with the call that works", {
  w <- matrix(1:6 + 0, 3)
  expect_bad(as_nmf(), "w")
  expect_bad(as_nmf(-w), "w")
  expect_bad(as_nmf(replace(w, 2, NA)), "w")
  expect_bad(as_nmf(w[, 0]), "w")
  expect_bad(as_nmf(w[0, ]), "w")
  expect_bad(as_nmf(0 * w), "w")
  expect_bad(as_nmf(w * 1e200), "w")
  expect_bad(as_nmf("w"), "w")
  expect_error(as_nmf(1:3), "as_nmf(cbind(w))", fixed = TRUE, class = "metanmf_error")
  expect_error(as_nmf(as_nmf(w)), "basis(w)", fixed = TRUE, class = "metanmf_error")
  expect_bad(as_nmf(w, loss = "euclid"), "loss")
  expect_bad(as_nmf(w, penalty = penalty_sparse(1, on = "w")), "penalty")
  expect_bad(as_nmf(w, loss = "is", penalty = penalty_ridge(1, on = "h")), "loss")
  x <- matrix(1, 3, 4)
  expect_error(nmf(x, 2, known = list(w = 1:3)), "list(w = cbind(w))", fixed = TRUE,
               class = "metanmf_error")
  expect_error(nmf(x, 2, known = list(h = 1:4)), "list(h = rbind(h))", fixed = TRUE,
               class = "metanmf_error")
})

test_that("no samples out of some have no coefficients, and a plain matrix has no method", {
  set.seed(5)
  w <- drawn_basis(6, 3)
  x <- matrix(stats::rexp(24), 6, dimnames = list(rownames(w), NULL))
  none <- matrix(0, 3, 0, dimnames = list(colnames(w), NULL))
  for (new in list(x[, 0], Matrix::Matrix(x, sparse = TRUE)[, 0], as.data.frame(x)[, 0])) {
    expect_identical(predict(as_nmf(w), new), none)
    expect_identical(dim(predict(as_nmf(w), new, "response")), c(6L, 0L))
    expect_length(predict(as_nmf(w), new, type = "class"), 0)
  }
  expect_bad(predict(as_nmf(w), x[-1, 0]), "newdata")
  registered <- utils::methods(class = "matrix")
  expect_false(any(attr(registered, "info")$from == "metanmf"))
})
