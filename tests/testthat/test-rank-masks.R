data_of <- function(x, ...) check_data(x, "x", ...)

sparse_counts <- function(m = 30, n = 40) {
  Matrix::rsparsematrix(m, n, 0.2, rand.x = function(k) 1 + rpois(k, 2))
}

test_that("ten masks of a tenth hide every entry exactly once", {
  set.seed(1)
  masks <- draw_masks(data_of(matrix(runif(600), 20), "error"), 10, 0.1)
  expect_identical(sort(unlist(lapply(masks, `[[`, "at"))), 1:600)
})

test_that("entries that are missing are hidden by no mask", {
  set.seed(2)
  x <- matrix(runif(300), 15)
  x[sample(300, 40)] <- NA
  masks <- draw_masks(data_of(x, "mask"), 10, 0.1)
  expect_setequal(unlist(lapply(masks, `[[`, "at")), which(!is.na(x)))
})

test_that("each stored entry of sparse data is hidden once, beside as many zeros", {
  set.seed(3)
  x <- sparse_counts()
  masks <- draw_masks(data_of(x, "error"), 10, 0.1)
  stored <- unlist(lapply(masks, function(mask) mask$at[seq_len(mask$stored)]))
  expect_setequal(stored, which(as.matrix(x) != 0))
  expect_false(anyDuplicated(stored) > 0)
  for (mask in masks) {
    zeros <- mask$at[-seq_len(mask$stored)]
    expect_length(zeros, mask$stored)
    expect_true(all(as.matrix(x)[zeros] == 0))
    expect_false(anyDuplicated(zeros) > 0)
  }
})

test_that("of ratings only what is stored is hidden", {
  set.seed(4)
  masks <- draw_masks(data_of(sparse_counts(), "unstored"), 5, 0.1)
  expect_true(all(lengths(lapply(masks, `[[`, "at")) == vapply(masks, `[[`, 0L, "stored")))
})

test_that("no mask hides all that was observed of a row or column", {
  set.seed(5)
  x <- matrix(runif(200), 10)
  x[2, -7] <- NA
  x[-3, 9] <- NA
  masks <- draw_masks(data_of(x, "mask"), 20, 0.4)
  for (mask in masks) {
    seen <- !is.na(hide_entries(x, mask))
    expect_true(all(rowSums(seen) > 0) && all(colSums(seen) > 0))
  }
})

test_that("dense and sparse data hide the same entries and hand back their values", {
  set.seed(6)
  x <- sparse_counts()
  mask <- draw_masks(data_of(x, "error"), 3, 0.1)[[2L]]
  dense <- as.matrix(x)
  expect_equal(as.matrix(hide_entries(x, mask)), hide_entries(dense, mask))
  expect_equal(hidden_values(x, mask), dense[mask$at])
  hidden <- hide_entries(dense, mask)
  expect_equal(seen_limits(hide_entries(x, mask)),
               list(rows = apply(hidden, 1, max, na.rm = TRUE),
                    columns = apply(hidden, 2, max, na.rm = TRUE)))
})

test_that("the weights of hidden zeros make them stand for all zeros", {
  set.seed(7)
  data <- data_of(sparse_counts(), "error")
  mask <- draw_masks(data, 10, 0.1)[[1L]]
  weights <- hidden_weights(data, mask)
  stored <- seq_len(mask$stored)
  expect_equal(sum(weights[stored]), length(data$x@x))
  expect_equal(sum(weights[-stored]), sum(as.matrix(data$x) == 0))
})

test_that("weights of entries, features and samples count in the error", {
  set.seed(8)
  x <- matrix(runif(120), 8)
  weights <- matrix(runif(120), 8)
  data <- data_of(x, "error", weights)
  mask <- draw_masks(data, 2, 0.5)[[1L]]
  expect_equal(hidden_weights(data, mask), weights[mask$at])
  data <- data_of(x, "error", list(features = 1:8, samples = 1:15))
  expect_equal(hidden_weights(data, mask), outer(1:8, 1:15)[mask$at])
})
