# What C finds out of single entries, against plain R.

shapes <- list(c(1, 1), c(7, 3), c(3, 70), c(65, 130))

with_gaps <- function(m, n) {
  x <- matrix(stats::rexp(m * n), m)
  x[sample(m * n, m * n %/% 4)] <- NA
  x
}

test_that("the residual is X - W H where X was observed, and counts what is above, for every set", {
  old <- options(metanmf.instructions = NULL)
  on.exit(options(old))
  set.seed(1)
  for (set in native_instructions()) for (shape in shapes) for (r in c(1, 4)) {
    options(metanmf.instructions = set)
    x <- with_gaps(shape[[1L]], shape[[2L]])
    w <- matrix(stats::runif(nrow(x) * r), nrow(x))
    h <- matrix(stats::runif(r * ncol(x)), r)
    left <- x - w %*% h
    left[is.na(left)] <- 0
    expect_equal(native_residual(x, w, h),
                 list(residual = left, above = colSums(pmax(left, 0)^2)), tolerance = 1e-13)
  }
})

test_that("entries of W H, gaps and largest entries are those of plain R", {
  set.seed(2)
  for (shape in shapes) {
    x <- with_gaps(shape[[1L]], shape[[2L]])
    w <- matrix(stats::runif(nrow(x) * 3), nrow(x))
    h <- matrix(stats::runif(3 * ncol(x)), 3)
    at <- sample(length(x), 2 * length(x), TRUE)
    places <- arrayInd(at, dim(x))
    expect_equal(native_model_entries(w, h, places[, 1], places[, 2]), (w %*% h)[at])
    expect_equal(native_gaps(x), list(rows = rowSums(is.na(x)), columns = colSums(is.na(x))))
    expect_equal(native_limits(x),
                 list(rows = apply(x, 1, function(row) max(0, row, na.rm = TRUE)),
                      columns = apply(x, 2, function(column) max(0, column, na.rm = TRUE))))
  }
})

test_that("a row of H for one component is least squares, approached by fills where X has gaps", {
  set.seed(3)
  x <- matrix(stats::rnorm(8 * 30), 8)
  w <- stats::runif(8)
  expect_equal(native_row(x, w, 1L), pmax(drop(w %*% x) / sum(w^2), 0))
  x[sample(length(x), 40)] <- NA
  x[, 1] <- NA
  exact <- apply(x, 2, function(column) {
    seen <- !is.na(column)
    if (any(seen)) max(0, sum(w[seen] * column[seen]) / sum(w[seen]^2)) else 0
  })
  expect_equal(native_row(x, w, 1000L), exact, tolerance = 1e-8)
  filled <- function(h) ifelse(is.na(x), outer(w, h), x)
  two <- pmax(drop(w %*% filled(native_row(x, w, 1L))) / sum(w^2), 0)
  expect_equal(native_row(x, w, 2L), two)
  expect_identical(native_row(x, 0 * w, 5L), rep(0, 30))
})

test_that("what does not fit together is refused instead of read past its end", {
  x <- matrix(1, 4, 6)
  w <- matrix(1, 4, 2)
  h <- matrix(1, 2, 6)
  expect_error(native_residual(x, matrix(1, 5, 2), h), "do not belong together")
  expect_error(native_residual(x, w, matrix(1, 2, 5)), "2 x 5 where 2 x 6")
  expect_error(native_residual(1:3, w, h), "not a double matrix")
  expect_error(native_model_entries(w, matrix(1, 3, 6), 1L, 1L), "do not belong together")
  expect_error(native_model_entries(w, h, 5L, 1L), "out of range")
  expect_error(native_model_entries(w, h, 1L, 0L), "out of range")
  expect_error(native_model_entries(w, h, NA_integer_, 1L), "out of range")
  expect_error(native_model_entries(w, h, 1:2, 1L), "for each entry")
  expect_error(native_model_entries(w, h, 1, 1), "for each entry")
  expect_error(native_row(x, 1, 1L), "for each row")
  expect_error(native_row(x, rep(1, 4), 1), "no count")
  expect_error(native_gaps(1), "not a double matrix")
  expect_error(native_limits(1), "not a double matrix")
})
