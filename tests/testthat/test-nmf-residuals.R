# Fitted values and residuals, of all entries or of some.

control <- nmf_control(10, tol = 0)

losses <- c("frobenius", "kl", "is")

counts_of <- function(m = 8, n = 12) {
  set.seed(1)
  matrix(stats::rpois(m * n, 3) + 1, m, dimnames = list(letters[seq_len(m)], NULL))
}

test_that("squares of the deviance residuals sum to the deviance", {
  x <- counts_of()
  holes <- replace(x, c(3, 17, 40), NA)
  zeros <- replace(x, x < 3, 0)
  for (loss in losses) {
    total <- function(x, ...) {
      fit <- nmf(x, 2, loss = loss, control = control, ...)
      expect_equal(sum(residuals(fit, x, "deviance")^2, na.rm = TRUE), deviance(fit),
                   tolerance = 1e-9)
    }
    total(x)
    total(holes, missing = "mask")
    total(sparse_copy(zeros), missing = "unstored")
    if (loss == "is") next
    total(zeros)
    total(sparse_copy(zeros))
  }
})

test_that("residuals by beta_loss(b) have the variance z^(2 - b), their squares the deviance", {
  x <- counts_of()
  for (b in c(-0.5, 0.5, 1.5)) {
    fit <- nmf(x, 2, loss = beta_loss(b), control = control)
    z <- fitted(fit)
    expect_equal(residuals(fit, x, "pearson"), (x - z) / z^(1 - b / 2))
    expect_equal(sum(residuals(fit, x, "deviance")^2), deviance(fit), tolerance = 1e-9)
    expect_bad(logLik(fit), "object")
    # The best constant is the mean.
    null <- function(level) {
      2 * sum((x^b + (b - 1) * level^b - b * x * level^(b - 1)) / (b * (b - 1)))
    }
    expect_equal(fit$data$null_deviance, null(mean(x)))
    expect_lt(null(mean(x)), min(null(1.01 * mean(x)), null(0.99 * mean(x))))
  }
})

test_that("residuals are those of glm() with the model's means", {
  x <- counts_of()
  families <- list(frobenius = stats::gaussian(), kl = stats::poisson(), is = stats::Gamma())
  for (loss in losses) {
    fit <- nmf(x, 2, loss = loss, control = control)
    z <- fitted(fit)
    of <- families[[loss]]
    expect_equal(residuals(fit, x), x - z)
    expect_equal(residuals(fit, x, "pearson"), (x - z) / sqrt(of$variance(z)))
    expect_equal(c(residuals(fit, x, "deviance")), tolerance = 1e-7,
                 c(sign(x - z)) * sqrt(of$dev.resids(c(x), c(z), 1)))
  }
})

test_that("where the model is 0 and right nothing is left", {
  x <- rbind(c(2, 4, 0), 0)
  fit <- nmf(x, 1, init = list(w = rbind(1, 0), h = rbind(c(2, 4, 0))), loss = "kl",
             control = nmf_control(1, tol = 0))
  for (type in c("response", "pearson", "deviance")) {
    expect_equal(residuals(fit, x, type), 0 * x, tolerance = 1e-12)
  }
})

test_that("entries and blocks are those of all fitted values and residuals", {
  x <- counts_of()
  sparse <- sparse_copy(replace(x, x < 3, 0))
  fit <- nmf(x, 2, loss = "kl", control = control)
  places <- cbind(c(1, 8, 3, 1), c(2, 12, 3, 2))
  named <- data.frame(feature = letters[places[, 1]], sample = places[, 2])
  blocks <- list(list(features = c("c", "a")), list(samples = -(1:4)), list(),
                 list(features = 2:3, samples = rep(c(TRUE, FALSE), 6)))
  for (data in list(x, sparse)) for (type in c("response", "pearson", "deviance")) {
    all <- residuals(fit, data, type)
    expect_equal(residuals(fit, data, type, at = places), all[places], ignore_attr = TRUE)
    expect_equal(residuals(fit, data, type, at = named), all[places], ignore_attr = TRUE)
    for (at in blocks) {
      rows <- if (is.null(at$features)) 1:8 else at$features
      columns <- if (is.null(at$samples)) 1:12 else at$samples
      expect_equal(residuals(fit, data, type, at = at), all[rows, columns])
      expect_equal(fitted(fit, at = at), fitted(fit)[rows, columns])
    }
  }
  expect_equal(fitted(fit, at = places), fitted(fit)[places], ignore_attr = TRUE)
  expect_identical(fitted(fit, at = matrix(0, 0, 2)), numeric())
})

test_that("residuals of ratings are those of the stored entries, and stay sparse", {
  rated <- sparse_copy(replace(counts_of(), counts_of() < 4, 0))
  fit <- nmf(rated, 2, missing = "unstored", control = control)
  left <- residuals(fit, rated)
  expect_s4_class(left, "dgCMatrix")
  expect_identical(left@p, rated@p)
  expect_equal(left@x, (as.matrix(rated) - fitted(fit))[as.matrix(rated) > 0])
  expect_equal(sum(residuals(fit, rated, "deviance")@x^2), deviance(fit))
})

test_that("an entry of sparse data costs no more room than itself", {
  set.seed(2)
  tall <- Matrix::rsparsematrix(2e5, 2000, 1e-6, rand.x = function(k) stats::rpois(k, 3) + 1)
  fit <- as_nmf(matrix(stats::runif(4e5), 2e5))
  fit$h <- matrix(stats::runif(4000), 2)
  # All of it would take 3.2 GB.
  at <- cbind(c(5, 2e5), c(1, 2000))
  expect_equal(fitted(fit, at = at), rowSums(fit$w[at[, 1], ] * t(fit$h[, at[, 2]])))
  expect_length(residuals(fit, tall, at = at), 2)
})

test_that("residuals need the data, in the shape of the fit, and places need to be there", {
  x <- counts_of(6, 9)
  fit <- nmf(x, 2, control = control)
  expect_bad(residuals(fit), "data")
  expect_bad(residuals(fit, matrix(1, 6, 8)), "data")
  expect_bad(residuals(fit, matrix(-1, 6, 9)), "data")
  expect_bad(residuals(fit, x, "working"), "type")
  expect_bad(residuals(fit, x, kind = "pearson"), "...")
  expect_bad(fitted(fit, where = 1), "...")
  for (at in list(cbind(1:2), cbind(0, 1), cbind(7, 1), cbind("a", "z"), cbind("x", "y"), 3,
                  cbind(-1, 1), cbind(TRUE, TRUE), matrix(1, 1, 3))) {
    expect_bad(fitted(fit, at = at), "at")
  }
  expect_bad(fitted(fit, at = list(rows = 1)), "at")
  expect_bad(fitted(fit, at = list(features = "z")), "at$features")
  expect_bad(fitted(fit, at = list(samples = 10)), "at$samples")
})

test_that("residuals of data in blocks are those of the matrix, and read no other blocks", {
  x <- block_counts(12, 60)
  fit <- nmf(x, 3, loss = "kl", max_iter = 10, tol = 0)
  read <- integer()
  source <- reading(x, 20, function(part, i) {
    read <<- c(read, i)
    part
  }, samples = colnames(x))
  places <- cbind(c(1, 5, 5), c(30, 2, 30))
  block <- list(features = c("g3", "g1"), samples = 22:35)
  for (type in c("response", "pearson", "deviance")) {
    for (at in list(places, block)) {
      expect_identical(residuals(fit, source, type, at = at), residuals(fit, x, type, at = at))
    }
  }
  expect_setequal(read, 1:2)
  expect_identical(residuals(fit, blocks_of(x[12:1, 60:1], 20), at = block),
                   residuals(fit, x, at = block))
  expect_identical(residuals(fit, blocks_of(sparse_copy(x), 20), at = block),
                   residuals(fit, x, at = block))
  expect_bad(residuals(fit, source), "at")
  expect_bad(residuals(fit, blocks_of(x[, -1], 20), at = block), "data")
})
