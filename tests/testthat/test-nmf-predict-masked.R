# Coefficients of samples of which not everything was observed: each is a problem of its own.

# Holes in a share of the entries; the first feature stays, so that no sample is empty.
with_holes <- function(x, share = 0.4) {
  holes <- matrix(stats::runif(length(x)) < share, nrow(x))
  holes[1, ] <- FALSE
  replace(x, holes, NA)
}

# The answer by definition: each sample alone, on the rows that were observed of it.
by_rows <- function(fit, x) {
  vapply(seq_len(ncol(x)), function(j) {
    seen <- !is.na(x[, j])
    part <- fit
    part$w <- fit$w[seen, , drop = FALSE]
    predict(part, x[seen, j, drop = FALSE])[, 1]
  }, numeric(ncol(fit$w)))
}

plain_fit <- function(w, loss, backend = "auto") {
  fit <- nmf(matrix(1, nrow(w), ncol(w) + 2), ncol(w), loss = loss,
             control = nmf_control(max_iter = 1, tol = 0, backend = backend))
  fit$w[] <- w
  fit
}

test_that("missing values change nothing but which rows count", {
  set.seed(1)
  w <- matrix(stats::rexp(30 * 5) * (stats::runif(150) < 0.8), 30)
  x <- with_holes(w %*% matrix(stats::rexp(5 * 40), 5) + 0.3 * matrix(stats::rexp(30 * 40), 30))
  x[, 7] <- ifelse(is.na(x[, 7]), 0, x[, 7]) # one sample is whole
  for (loss in c("frobenius", "kl")) for (backend in c("blas", "native")) {
    fit <- plain_fit(w, loss, backend)
    h <- unname(predict(fit, x, missing = "mask"))
    expect_equal(h, unname(by_rows(fit, x)), tolerance = 1e-7, label = paste(loss, backend))
    sparse <- methods::as(Matrix::Matrix(x, sparse = TRUE), "CsparseMatrix")
    expect_equal(unname(predict(fit, sparse, missing = "mask")), h, tolerance = 1e-9)
  }
})

test_that("least squares with missing values equals the best of all sets of positive entries", {
  set.seed(2)
  w <- matrix(stats::rexp(12 * 3), 12)
  x <- with_holes(matrix(stats::rexp(12 * 15), 12))
  h <- predict(plain_fit(w, "frobenius"), x, missing = "mask")
  for (j in 1:15) {
    seen <- !is.na(x[, j])
    expect_equal(unname(h[, j]), nnls_by_hand(w[seen, ], x[seen, j])$h, tolerance = 1e-8)
  }
})

test_that("a weight counts like so many copies of the entry", {
  set.seed(3)
  w <- matrix(stats::rexp(10 * 3), 10)
  x <- matrix(stats::rpois(10 * 20, 4), 10)
  weights <- matrix(sample(c(0, 1, 2, 4) / 4, 200, TRUE), 10)
  weights[1, ] <- 1
  for (loss in c("frobenius", "kl")) {
    h <- predict(plain_fit(w, loss), x, weights = weights)
    copies <- vapply(1:20, function(j) {
      rows <- rep(1:10, 4 * weights[, j])
      predict(plain_fit(w[rows, ], loss), x[rows, j, drop = FALSE])[, 1]
    }, numeric(3))
    expect_equal(unname(h), unname(copies), tolerance = 1e-7, label = loss)
  }
})

test_that("a sample with missing values is the same alone and in company, to the bit", {
  set.seed(4)
  w <- matrix(stats::rexp(10 * 3), 10)
  x <- with_holes(matrix(stats::rexp(10 * 90) + 0.1, 10))
  crowd <- cbind(x, x[, 1] * 1e3)
  for (loss in c("frobenius", "kl", "is")) {
    fit <- plain_fit(w, loss)
    h <- predict(fit, crowd, missing = "mask")
    for (j in c(1, 44, 90)) {
      expect_identical(predict(fit, x[, j, drop = FALSE], missing = "mask")[, 1], h[, j])
    }
  }
})

test_that("Itakura-Saito coefficients are where plain updates of every sample end", {
  set.seed(5)
  w <- matrix(stats::rexp(12 * 3) + 0.1, 12)
  x <- (w %*% matrix(stats::rexp(3 * 10) + 0.1, 3)) * matrix(stats::rexp(120) + 0.2, 12)
  seen <- !is.na(with_holes(x))
  for (mask in list(seen | TRUE, seen)) {
    h <- predict(plain_fit(w, "is"), replace(x, !mask, NA), missing = "mask")
    best <- matrix(1, 3, 10)
    for (i in 1:20000) {
      z <- w %*% best
      best <- best * (t(w) %*% (mask * x / z^2)) / (t(w) %*% (mask / z))
    }
    cost <- function(h) {
      z <- w %*% h
      colSums(mask * (x / z - log(x / z) - 1))
    }
    expect_lt(max(cost(h) / cost(best) - 1), 1e-8)
  }
})

test_that("a component that no observed row holds gets nothing", {
  w <- cbind(c(1, 1, 0, 0), c(0, 0, 1, 1))
  x <- cbind(c(2, 2, NA, NA), c(2, 2, 3, NA))
  for (loss in c("frobenius", "kl")) {
    h <- predict(plain_fit(w, loss), x, missing = "mask")
    expect_equal(unname(h), cbind(c(2, 0), c(2, 3)), tolerance = 1e-12, label = loss)
  }
})

test_that("a feature of which the basis holds nothing leaves Itakura-Saito as it is without it", {
  set.seed(6)
  w <- matrix(stats::rexp(12 * 3) + 0.1, 12)
  x <- matrix(stats::rexp(12 * 5) + 0.2, 12)
  wide <- plain_fit(rbind(w, 0), "is")
  expect_silent(h <- predict(wide, rbind(x, 7)))
  expect_equal(h, predict(plain_fit(w, "is"), x), tolerance = 1e-12)
})
