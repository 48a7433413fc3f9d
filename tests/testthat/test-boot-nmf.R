# Intervals for the coefficients of samples, given the basis.

planted <- function(m = 30, n = 6, r = 3, seed = 1) {
  set.seed(seed)
  w <- matrix(rgamma(m * r, 0.5) + 0.1, m, dimnames = list(paste0("f", 1:m), paste0("k", 1:r)))
  h <- matrix(rgamma(r * n, 1), r) * (matrix(runif(r * n), r) < 0.7) + 0.01
  list(w = w, h = h, z = w %*% h, x = w %*% h + runif(m * n) / 10)
}

test_that("the estimate is what predict() gives, for all losses, and lies between the ends", {
  p <- planted()
  for (loss in c("frobenius", "kl", "is")) {
    fit <- as_nmf(p$w, loss = loss)
    found <- bootstrap_nmf(fit, p$x, draws = 20)
    expect_identical(found$coef, predict(fit, p$x))
    expect_true(all(found$lower <= found$upper & found$lower >= 0))
    expect_gt(mean(found$lower <= found$coef & found$coef <= found$upper), 0.9)
  }
  expect_identical(dimnames(found$lower), dimnames(found$coef))
  expect_identical(dim(found$sd), c(3L, 6L))
})

test_that("without noise every draw of features has the same coefficients", {
  p <- planted()
  found <- bootstrap_nmf(as_nmf(p$w), p$z, draws = 20)
  expect_equal(unname(found$lower), p$h, tolerance = 1e-8)
  expect_equal(unname(found$upper), p$h, tolerance = 1e-8)
})

test_that("the spread over features is that of weighted least squares in plain R", {
  p <- planted(200, 1, 2)
  set.seed(3)
  x <- p$z + rnorm(200, sd = 0.02) + 0.06
  fit <- as_nmf(cbind(p$w, 1))
  found <- bootstrap_nmf(fit, x, draws = 200)
  basis <- fit$w
  residual <- drop(x - basis %*% found$coef)
  bread <- solve(crossprod(basis))
  # the sandwich, with the same factor of degrees of freedom
  expected <- sqrt(diag(bread %*% crossprod(basis * residual) %*% bread) * 200 / 197)
  expect_equal(as.vector(found$sd), unname(expected), tolerance = 0.15)
})

test_that("the spread over counts is the inverse Fisher information", {
  p <- planted(100, 1, 2)
  set.seed(4)
  h <- c(30, 50)
  counts <- matrix(rpois(100, p$w %*% h), 100, dimnames = list(rownames(p$w), NULL))
  found <- bootstrap_nmf(as_nmf(p$w, loss = "kl"), counts, by = "counts", draws = 200)
  z <- drop(p$w %*% found$coef)
  expect_equal(as.vector(found$sd), unname(sqrt(diag(solve(crossprod(p$w / sqrt(z)))))),
               tolerance = 0.15)
})

test_that("the spread over over-dispersed counts is that of their variance, sparse or dense", {
  p <- planted(150, 1, 2)
  set.seed(5)
  phi <- rep_len(c(0.05, 0.4), 150)
  mean <- drop(p$w %*% c(60, 90))
  counts <- matrix(rnbinom(150, size = 1 / phi, mu = mean), 150,
                   dimnames = list(rownames(p$w), NULL))
  fit <- as_nmf(p$w, loss = nb_loss(phi))
  set.seed(6)
  found <- bootstrap_nmf(fit, counts, by = "counts", draws = 200)
  z <- drop(p$w %*% found$coef)
  information <- crossprod(p$w / sqrt(z + phi * z^2))
  expect_equal(as.vector(found$sd), unname(sqrt(diag(solve(information)))), tolerance = 0.15)
  drawn <- function(x) {
    set.seed(6)
    bootstrap_nmf(fit, x, by = "counts", draws = 20)$sd
  }
  expect_equal(drawn(methods::as(counts, "CsparseMatrix")), drawn(counts), tolerance = 1e-6)
  expect_true(all(bootstrap_nmf(fit, counts, draws = 20)$upper >= 0))
})

test_that("set.seed() repeats the draws, and blocks and workers do not change them", {
  p <- planted(n = 150)
  fit <- as_nmf(p$w)
  draw <- function(x) {
    set.seed(9)
    bootstrap_nmf(fit, x, draws = 20)
  }
  here <- draw(p$x)
  expect_identical(here, draw(p$x))
  expect_equal(draw(p$x[, 100:150])$lower, here$lower[, 100:150])
  expect_gt(length(sample_blocks(dim(p$x), 60)), 2)
  skip_on_cran()
  skip_if_not_installed("future")
  expect_identical(with_two_workers(draw(p$x)), here)
})

test_that("sparse data, rows of samples and other orders of features are the same samples", {
  p <- planted()
  fit <- as_nmf(p$w)
  draw <- function(x, ...) {
    set.seed(2)
    found <- bootstrap_nmf(fit, x, draws = 20, ...)
    found[c("coef", "lower", "upper", "sd")]
  }
  p$x[cbind(c(3, 9, 20), c(1, 2, 2))] <- 0
  dense <- draw(p$x)
  expect_equal(draw(methods::as(p$x, "CsparseMatrix")), dense)
  expect_equal(draw(t(p$x), samples = "rows"), dense)
  expect_equal(draw(p$x[30:1, ]), dense)
  expect_equal(draw(p$x, weights = matrix(2, 30, 6)), dense)
  expect_equal(draw(p$x, weights = list(features = rep(2, 30))), dense)
  counts <- round(20 * p$x)
  fit <- as_nmf(p$w, loss = "kl")
  expect_equal(draw(methods::as(counts, "CsparseMatrix"), by = "counts"),
               draw(counts, by = "counts"))
})

test_that("a missing entry is one of weight 0; samples of few features have no interval", {
  p <- planted(30, 4)
  fit <- as_nmf(p$w)
  draw <- function(...) {
    set.seed(2)
    suppressMessages(bootstrap_nmf(fit, ..., draws = 20))
  }
  x <- p$x
  x[5:9, 2] <- NA
  x[4:30, 3] <- NA
  x[, 4] <- NA
  weights <- 1 - is.na(x)
  found <- draw(x, missing = "mask")
  expect_equal(found$lower[, 1:2], draw(replace(x, is.na(x), 1), weights = weights)$lower[, 1:2])
  expect_true(all(is.na(found$lower[, 3:4])) && !anyNA(found$coef[, 3]))
  counts <- round(20 * x)
  fit <- as_nmf(p$w, loss = "kl")
  found <- draw(counts, by = "counts", missing = "mask")
  expect_true(!anyNA(found$upper[, 1:3]) && all(is.na(found$upper[, 4])))
  stored <- methods::as(round(20 * p$x), "CsparseMatrix")
  stored <- Matrix::drop0(stored * (matrix(runif(120), 30) < 0.7))
  found <- draw(stored, by = "counts", missing = "unstored")
  expect_identical(found$coef, predict(fit, stored, missing = "unstored"))
  expect_true(all(found$lower <= found$coef + found$sd))
})

test_that("penalties and a simplex hold in the draws", {
  p <- planted()
  fit <- as_nmf(p$w, constraint = constraint_simplex())
  found <- bootstrap_nmf(fit, p$x, draws = 20)
  expect_true(all(found$upper <= 1 + 1e-8))
  set.seed(1)
  fit <- nmf(p$x, 2, penalty = penalty_sparse(0.5), max_iter = 50, tol = 0)
  expect_identical(bootstrap_nmf(fit, p$x, draws = 20)$coef, predict(fit, p$x))
})

test_that("what cannot be drawn is refused by name", {
  p <- planted()
  fit <- as_nmf(p$w)
  expect_bad(bootstrap_nmf(p$w, p$x), "fit")
  expect_bad(bootstrap_nmf(fit), "newdata")
  expect_bad(bootstrap_nmf(fit, p$x[1:5, ]), "newdata")
  expect_bad(bootstrap_nmf(fit, replace(p$x, 1, NA)), "newdata")
  expect_bad(bootstrap_nmf(fit, p$x, by = "samples"), "by")
  expect_bad(bootstrap_nmf(fit, round(p$x), by = "counts"), "by")
  expect_bad(bootstrap_nmf(as_nmf(p$w, loss = "kl"), p$x, by = "counts"), "newdata")
  expect_bad(bootstrap_nmf(fit, p$x, draws = 19), "draws")
  expect_bad(bootstrap_nmf(fit, p$x, level = 1), "level")
  expect_bad(bootstrap_nmf(fit, p$x, level = 95), "level")
  expect_bad(bootstrap_nmf(fit, p$x, weights = -1), "weights")
  expect_bad(bootstrap_nmf(fit, p$x, missing = "unstored"), "missing")
  expect_bad(bootstrap_nmf(fit, p$x, seed = 3), "...")
  expect_bad(bootstrap_nmf(fit, p$x, "counts"), "...")
  expect_error(bootstrap_nmf(fit, p$x, B = 50), "Use bootstrap_nmf(fit, p$x, draws = 50).",
               fixed = TRUE)
})

test_that("features that are not all there are answered with arguments that this verb has", {
  p <- planted()
  rownames(p$w) <- rownames(p$x) <- paste0("f", seq_len(nrow(p$x)))
  message <- conditionMessage(expect_error(bootstrap_nmf(as_nmf(p$w), p$x[-1, ])))
  expect_match(message, "missing = \"mask\"", fixed = TRUE)
  expect_no_match(message, "features =", fixed = TRUE)
})
