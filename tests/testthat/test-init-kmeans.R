# Three clusters of samples far apart, 20 each.
clusters <- function() {
  set.seed(51)
  centre <- cbind(c(9, 0, 0, 1), c(0, 9, 0, 1), c(0, 0, 9, 1))
  list(x = centre[, rep(1:3, each = 20)] + 0.1 * matrix(runif(240), 4), of = rep(1:3, each = 20))
}

test_that("the columns of w are the means of clusters, when the samples have clusters", {
  data <- clusters()
  means <- sapply(1:3, function(k) rowMeans(data$x[, data$of == k]))
  for (seed in 1:5) {
    set.seed(seed)
    w <- init_kmeans(data$x, 3)$w
    # The largest entry of a column tells which cluster it is.
    expect_equal(w[, order(apply(w, 2, which.max))], means, tolerance = 1e-12)
  }
})

test_that("without steps of k-means the columns of w are samples", {
  x <- random_matrix(5, 30) + 1
  set.seed(52)
  w <- init_kmeans(x, 4, max_iter = 0)$w
  expect_true(all(apply(w, 2, function(column) any(colSums(abs(x - column)) == 0))))
})

test_that("a centre is drawn in proportion to the squared distance from those drawn before", {
  x <- random_matrix(4, 9)
  for (seed in 1:20) {
    set.seed(seed)
    w <- init_kmeans(x, 3, max_iter = 0)$w
    set.seed(seed)
    chosen <- ceiling(runif(1) * 9)
    distance <- colSums((x - x[, chosen])^2)
    for (k in 2:3) {
      chosen[k] <- which(cumsum(distance) > runif(1) * sum(distance))[1]
      distance <- pmin(distance, colSums((x - x[, chosen[k]])^2))
    }
    expect_identical(w, pmax(x[, chosen], mean(x[, chosen]) / 100))
  }
})

test_that("one random number is drawn for each centre, and none else", {
  x <- random_matrix(6, 20)
  set.seed(53)
  init_kmeans(x, 4)
  after <- runif(1)
  set.seed(53)
  expect_identical(runif(5)[5], after)
})

test_that("equal samples are not drawn twice while others are left", {
  x <- cbind(c(1, 0, 0), c(0, 2, 0), c(0.1, 0.1, 3))[, rep(1:3, c(40, 5, 1))]
  for (seed in 1:25) {
    set.seed(seed)
    w <- init_kmeans(x, 3, max_iter = 0)$w
    expect_identical(sort(apply(w, 2, which.max)), 1:3)
  }
})

test_that("each column of h has the length that fits its sample best", {
  x <- random_matrix(7, 25)
  set.seed(54)
  start <- init_kmeans(x, 3)
  fitted <- start$w %*% start$h
  # d/da |x - a W p|^2 = 0 at a = 1
  expect_equal(colSums((x - fitted) * fitted), numeric(25), tolerance = 1e-12)
  direction <- t(start$w) %*% x
  expect_equal(start$h / direction, rep(1, 3) %o% (start$h / direction)[1, ], tolerance = 1e-12)
})

test_that("every entry of w is above 0, and so is h but for samples of zeros", {
  x <- random_matrix(6, 30)
  x[x < 0.6] <- 0
  x[2, ] <- 0
  x[, c(4, 9)] <- 0
  set.seed(55)
  start <- init_kmeans(x, 4)
  expect_true(all(start$w > 0))
  expect_identical(colSums(start$h) == 0, colSums(x) == 0)
  expect_true(all(start$h[, colSums(x) > 0] > 0))
})

test_that("fewer different samples than components, one sample and no data at all give a start", {
  expect_start <- function(x, rank) {
    start <- init_kmeans(x, rank)
    expect_true(all(is.finite(unlist(start)) & unlist(start) >= 0))
    expect_identical(lapply(start, dim), list(w = c(nrow(x), rank), h = c(rank, ncol(x))))
  }
  expect_start(matrix(c(1, 2, 3, 4), 4, 6), 3L)
  expect_start(cbind(0, c(1, 2, 3), 0), 3L)
  expect_start(matrix(0, 3, 4), 2L)
  expect_start(matrix(5, 1, 1), 1L)
})

test_that("c * x has c times the w and the same h, and small samples keep their coefficients", {
  x <- random_matrix(6, 20)
  x[, 3] <- x[, 3] * 1e-200
  set.seed(56)
  start <- init_kmeans(x, 3)
  expect_true(all(start$h[, 3] > 0))
  for (c in 2^c(-700, -20, 3, 700)) {
    set.seed(56)
    scaled <- init_kmeans(c * x, 3)
    expect_equal(scaled$w / c, start$w, tolerance = 1e-12)
    expect_equal(scaled$h, start$h, tolerance = 1e-12)
  }
})

test_that("sparse data give the start of the same dense data", {
  set.seed(57)
  x <- Matrix::rsparsematrix(40, 90, 0.1, rand.x = stats::runif)
  set.seed(58)
  sparse <- init_kmeans(x, 5)
  set.seed(58)
  dense <- init_kmeans(as.matrix(x), 5)
  expect_equal(sparse, dense, tolerance = 1e-10)
  expect_true(is.matrix(sparse$w) && is.matrix(sparse$h))
})

test_that("a few multiplicative updates get further from here than from random numbers", {
  x <- scale_minmax(digits$x[, 1:400])
  reached <- function(init) {
    set.seed(59)
    objective(nmf(x, 10, init = init, solver = "mu", control = nmf_control(max_iter = 10, tol = 0)))
  }
  expect_lt(reached("kmeans"), reached("random"))
})

test_that("init_kmeans() refuses what is no matrix, rank or number of steps", {
  x <- random_matrix(4, 5)
  expect_error(init_kmeans(-x, 2), class = "metanmf_error")
  expect_bad(init_kmeans(x, 6), "rank")
  expect_error(init_kmeans(x, 2, -1), "max_iter", class = "metanmf_error")
})
