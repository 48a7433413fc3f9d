least_squares_setting <- function(x, masks = 3) {
  data <- check_data(x, "x", "error")
  control <- nmf_control(max_iter = 50, tol = 0, scale = "none")
  new_search(data, masks, 0.2, list(error = "absolute", control = control))
}

test_that("the error is the mean absolute one of predictions capped by what was seen", {
  x <- matrix(c(1, 2, 3, 4, 5, 60), 2)
  data <- check_data(x, "x", "error")
  fit <- list(w = matrix(c(1, 10)), h = matrix(c(1, 1, 9), 1))
  mask <- new_mask(data, c(1, 6), 2L)
  # W H is 1 at entry (1, 1) and 90 at entry (2, 3); of row 2 the largest seen is 4, of column 3, 5.
  expect_equal(mask$most, c(2, 4))
  expect_equal(hidden_error(fit, mask, data, "absolute")$mean, (0 + 56) / 2)
  p <- c(1, 4)
  z <- c(1, 60)
  expect_equal(hidden_error(fit, mask, data, "kl")$mean, mean(z * log(z / p) - z + p))
  expect_equal(hidden_error(fit, mask, data, "absolute")$worst, 1)
})

test_that("what is left of rounding is no error, so that exact data have the least rank", {
  x <- matrix(3, 10, 12)
  data <- check_data(x, "x", "error")
  mask <- new_mask(data, c(3, 8), 2L)
  fit <- function(more) list(w = matrix(1, 10), h = matrix(3 * (1 + more), 1, 12))
  expect_identical(hidden_error(fit(-1e-15), mask, data, "absolute")$mean, 0)
  expect_gt(hidden_error(fit(-1e-9), mask, data, "absolute")$mean, 0)
  for (seed in 1:3) {
    set.seed(seed)
    expect_identical(select_rank(x, masks = 3)[c("rank", "verdict")],
                     list(rank = 1L, verdict = "one"))
  }
})

test_that("a prediction of 0 costs a finite divergence", {
  x <- matrix(c(1, 2, 3, 4), 2)
  fit <- list(w = matrix(0, 2, 1), h = matrix(0, 1, 2))
  mask <- list(at = 2, stored = 1L, rows = 2, columns = 1, value = 2, weight = 1, most = 2)
  floor <- 1e-3 * mean(x)
  expect_equal(hidden_error(fit, mask, check_data(x, "x", "error"), "kl")$mean,
               2 * log(2 / floor) - 2 + floor)
})

test_that("a rank grown from the one below is never worse in objective than a random start", {
  set.seed(1)
  x <- matrix(rgamma(400, 0.5), 20)
  search <- least_squares_setting(x)
  one <- visit_rank(search, 3L, NULL)
  grown <- visit_rank(search, 4L, one$fits)
  alone <- visit_rank(search, 4L, NULL)
  expect_true(all(vapply(grown$fits, objective, 0) <= vapply(alone$fits, objective, 0)))
})

test_that("a visit depends on the seed, not on the visits before it", {
  set.seed(2)
  x <- matrix(runif(300), 15)
  search <- least_squares_setting(x)
  first <- visit_rank(search, 2L, NULL)
  visit_rank(search, 5L, NULL)
  runif(3)
  expect_identical(visit_rank(search, 2L, NULL)$error, first$error)
})

test_that("sparse and dense forms of the same data give the same error for the same mask", {
  set.seed(3)
  x <- Matrix::rsparsematrix(25, 30, 0.3, rand.x = function(k) 1 + rpois(k, 2))
  search <- least_squares_setting(x)
  visited <- visit_rank(search, 3L, NULL)
  mask <- search$masks[[1L]]
  fit <- visited$fits[[1L]]
  dense <- as.matrix(x)
  hidden <- hide_entries(dense, mask)
  p <- pmin((fit$w %*% fit$h)[mask$at], apply(hidden, 1, max, na.rm = TRUE)[row(x)[mask$at]],
            apply(hidden, 2, max, na.rm = TRUE)[col(x)[mask$at]])
  apart <- abs(dense[mask$at] - p)
  stored <- dense[mask$at] > 0
  expect_equal(visited$error[[1L]], (mean(apart[stored]) * sum(dense > 0) +
                                       mean(apart[!stored]) * sum(dense == 0)) / length(dense))
})

test_that("a fit that fails is a message, and the other masks go on", {
  set.seed(4)
  search <- least_squares_setting(matrix(runif(200), 10))
  real <- masked_fit
  calls <- 0
  local_mocked_bindings(masked_fit = function(...) {
    calls <<- calls + 1
    if (calls == 2) stop("no room")
    real(...)
  })
  visited <- visit_rank(search, 2L, NULL)
  expect_identical(is.na(visited$error), c(FALSE, TRUE, FALSE))
  expect_identical(visited$failed, "no room")
})

test_that("data too large to keep for every mask have the same errors", {
  set.seed(4)
  dense <- matrix(rpois(600, 2), 20) + 0
  weights <- matrix(stats::runif(600, 0.5, 1), 20)
  for (x in list(dense, as(dense, "CsparseMatrix"))) {
    choose <- function() {
      set.seed(5)
      select_rank(x, 1:3, masks = 3, weights = if (is.matrix(x)) weights)
    }
    kept <- choose()
    expect_false(is.null(draw_masks(check_data(x, "x", "error"), 2, 0.1)[[1L]]$seen))
    local({
      local_mocked_bindings(most_kept = length(x) - 1)
      expect_null(draw_masks(check_data(dense, "x", "error"), 2, 0.1)[[1L]]$seen)
      # A sparse x counts by what it stores.
      local_mocked_bindings(most_kept = 1)
      again <- choose()
      fields <- c("rank", "near", "verdict", "ranks", "hidden", "worst")
      expect_identical(again[fields], kept[fields])
    })
  }
})
