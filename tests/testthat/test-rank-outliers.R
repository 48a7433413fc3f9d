least_squares <- list(loss = "frobenius", control = nmf_control(100, 3e-4, scale = "none"))
observed_data <- function(x, ...) check_data(x, "x", ...)
lone_in <- function(x, most = 100, ...) sort(lone_entries(observed_data(x, ...), most))

test_that("an entry is alone when it is four times every other one of its row and its column", {
  x <- matrix(1, 4, 5)
  x[2, 3] <- 4
  expect_identical(lone_in(x, missing = "error"), 10)
  x[2, 3] <- 3.9
  expect_identical(lone_in(x, missing = "error"), numeric())
  x[2, 3] <- 4
  x[2, 5] <- 1.1
  expect_identical(lone_in(x, missing = "error"), numeric())
  x[2, 5] <- NA
  expect_identical(lone_in(x, missing = "mask"), 10)
})

test_that("one that hides another is found first", {
  x <- matrix(1, 4, 5)
  x[2, c(1, 3)] <- c(5, 40)
  expect_identical(lone_in(x, missing = "error"), c(2, 10))
})

test_that("sparse data have the entries of their dense form, and a diagonal has none", {
  set.seed(1)
  x <- as.matrix(Matrix::rsparsematrix(30, 40, 0.3, rand.x = function(k) 1 + runif(k)))
  x[cbind(c(3, 9, 20), c(5, 30, 8))] <- c(20, 90, 8)
  expect_length(lone_in(x, missing = "error"), 3)
  expect_equal(lone_in(Matrix::Matrix(x, sparse = TRUE), missing = "error"),
               lone_in(x, missing = "error"))
  expect_identical(lone_in(diag(5), missing = "error"), numeric())
  expect_identical(find_outliers(observed_data(Matrix::Matrix(x, sparse = TRUE), "unstored"),
                                 least_squares, "a"), numeric())
})

# Planted data of rank 4 and where outliers were put in.
with_outliers <- function(seed, count = 12) {
  set.seed(seed)
  x <- matrix(rgamma(60 * 4, 0.4), 60) %*% matrix(rgamma(4 * 90, 0.4), 4)
  x <- pmax(x + rnorm(length(x), sd = 0.3 * sd(x)), 0)
  at <- sample(length(x), count)
  x[at] <- max(x) * runif(count, 1.5, 4)
  list(x = x, at = sort(at))
}

test_that("outliers are set aside, and the rank is that of the rest", {
  for (seed in 1:2) {
    drawn <- with_outliers(seed)
    choice <- select_rank(drawn$x)
    expect_true(all(drawn$at %in% (choice$outliers[, "feature"] +
                                     60 * (choice$outliers[, "sample"] - 1))))
    expect_lte(nrow(choice$outliers), 0.01 * length(drawn$x))
    expect_identical(choice$rank, 4L)
    expect_output(print(choice), "set aside [0-9]+ outlying entries")
  }
})

test_that("data without a lone entry lose none, and too many are none", {
  set.seed(3)
  x <- matrix(rexp(1500), 30)
  expect_identical(find_outliers(observed_data(x, "error"), least_squares, "a"), numeric())
  drawn <- with_outliers(4, count = 200)
  expect_identical(find_outliers(observed_data(drawn$x, "error"), least_squares, "a"), numeric())
})

test_that("what is far from its prediction is measured in roots of it", {
  x <- matrix(c(4, 1, 9, 100), 2)
  local_mocked_bindings(
    masked_fit = function(...) list(w = matrix(1, 2), h = matrix(c(4, 4), 1)),
    with_stream = function(code, ...) code)
  mask <- new_mask(observed_data(x, "error"), c(1, 4), 2L)
  # Predicted is 4, but no more than the largest seen of row and column: 1 and 9, then 1 and 9.
  expect_equal(hidden_distances(observed_data(x, "error"), mask, 1L, "a", NULL, NULL),
               c(4 - 1, 100 - 1) / sqrt(0.05 * mean(x) * c(0, 0) + pmax(1, 0.05 * mean(x))))
})
