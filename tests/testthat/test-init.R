random_matrix <- function(m, n, seed = 1) {
  set.seed(seed)
  matrix(stats::runif(m * n), m, n)
}

named_matrix <- function() {
  matrix(c(1, 0, 2, 3, 1, 0, 2, 2, 4, 1, 0, 1), 3, 4,
         dimnames = list(c("a", "b", "c"), paste0("s", 1:4)))
}

# NNDSVD from its other definition: a component is the leading singular pair of the
# positive entries of u v', which do not depend on the sign of the pair (u, v).
plain_nndsvd <- function(x, rank) {
  s <- svd(x)
  w <- matrix(0, nrow(x), rank)
  h <- matrix(0, rank, ncol(x))
  for (j in seq_len(rank)) {
    top <- svd(pmax(s$u[, j] %o% s$v[, j], 0), nu = 1, nv = 1)
    w[, j] <- sqrt(s$d[j] * top$d[1]) * abs(top$u)
    h[j, ] <- sqrt(s$d[j] * top$d[1]) * abs(top$v)
  }
  list(w = w, h = h)
}

test_that("a random start is U(0, 1), w drawn before h, and nothing else is drawn", {
  x <- random_matrix(5, 7)
  set.seed(42)
  start <- init_random(x, 3)
  after <- runif(1)
  set.seed(42)
  expect_identical(start$w, matrix(runif(15), 5, 3))
  expect_identical(start$h, matrix(runif(21), 3, 7))
  expect_identical(after, runif(1))
})

test_that("the first multiplicative step forgets the scale of a random start", {
  x <- random_matrix(6, 9)
  start <- init_random(x, 3)
  squared <- function(w, h) h * (t(w) %*% x) / (t(w) %*% w %*% h)
  kullback <- function(w, h) h * (t(w) %*% (x / (w %*% h))) / colSums(w)
  for (step in list(squared, kullback)) {
    plain <- start$w %*% step(start$w, start$h)
    w <- 1e-3 * start$w
    expect_equal(w %*% step(w, 1e4 * start$h), plain, tolerance = 1e-12)
  }
})

test_that("names of x go to the rows of w and the columns of h", {
  x <- named_matrix()
  starts <- c(list(init_random(x, 2)), lapply(start_names[-1], init_nndsvd, x = x, rank = 2))
  for (start in starts) {
    expect_identical(dimnames(start$w), list(rownames(x), NULL))
    expect_identical(dimnames(start$h), list(NULL, colnames(x)))
  }
  expect_null(dimnames(init_nndsvd(unname(x), 2)$w))
})

test_that("NNDSVD of a matrix of rank 1 is the matrix itself, split evenly", {
  # singular value |(1, 2, 2)| * |(3, 4)| = 3 * 5 = 15
  start <- init_nndsvd(outer(c(1, 2, 2), c(3, 4)), 1)
  expect_equal(start$w[, 1], sqrt(15) * c(1, 2, 2) / 3, tolerance = 1e-14)
  expect_equal(start$h[1, ], sqrt(15) * c(3, 4) / 5, tolerance = 1e-14)
})

test_that("a tie between the two parts goes to the first large entry", {
  # singular values 3, 1; vectors (1, 1) / sqrt(2) and (1, -1) / sqrt(2) on both
  # sides; both parts of the second pair have size 1 / 2
  start <- init_nndsvd(matrix(c(2, 1, 1, 2), 2), 2)
  expect_equal(start$w, cbind(sqrt(3 / 2) * c(1, 1), c(sqrt(1 / 2), 0)), tolerance = 1e-14)
  expect_equal(start$h, t(start$w), tolerance = 1e-14)
})

test_that("NNDSVD agrees with its definition by positive sections", {
  for (shape in list(c(8, 12, 3), c(20, 9, 4), c(5, 30, 5), c(15, 15, 1), c(7, 7, 7))) {
    x <- random_matrix(shape[1], shape[2], seed = sum(shape))
    expect_equal(init_nndsvd(x, shape[3]), plain_nndsvd(x, shape[3]), tolerance = 1e-10)
  }
})

test_that("NNDSVD and NNDSVDa agree with scikit-learn", {
  known <- read_fixture("nndsvd")
  rank <- ncol(known$w)
  plain <- init_nndsvd(known$x, rank)
  expect_equal(plain, list(w = known$w, h = known$h), tolerance = 1e-10)
  expect_identical(plain$w == 0, known$w == 0)
  expect_identical(plain$h == 0, known$h == 0)
  expect_equal(init_nndsvd(known$x, rank, "nndsvda"), list(w = known$w_mean, h = known$h_mean),
               tolerance = 1e-10)
})

test_that("NNDSVD of c * x is sqrt(c) times that of x, whatever c", {
  x <- random_matrix(8, 12)
  x[, 3] <- 0
  start <- init_nndsvd(x, 4)
  for (c in c(1e-300, 1e-9, 3, 1e7, 1e300)) {
    scaled <- init_nndsvd(c * x, 4)
    expect_equal(scaled$w / sqrt(c), start$w, tolerance = 1e-12)
    expect_equal(scaled$h / sqrt(c), start$h, tolerance = 1e-12)
    expect_identical(scaled$h == 0, start$h == 0)
  }
})

test_that("NNDSVD of the transpose exchanges w and h", {
  x <- random_matrix(6, 10)
  expect_equal(init_nndsvd(t(x), 4)$w, t(init_nndsvd(x, 4)$h), tolerance = 1e-12)
})

test_that("nndsvda fills the zeros of nndsvd with mean(x) and leaves the rest", {
  x <- random_matrix(8, 12)
  plain <- init_nndsvd(x, 4)
  filled <- init_nndsvd(x, 4, "nndsvda")
  expect_gt(sum(plain$w == 0), 0)
  expect_identical(filled$w, ifelse(plain$w == 0, mean(x), plain$w))
  expect_identical(filled$h, ifelse(plain$h == 0, mean(x), plain$h))
})

test_that("nndsvdar fills the zeros with mean(x) / 100 * |N(0, 1)|, those of w first", {
  x <- random_matrix(8, 12)
  plain <- init_nndsvd(x, 4)
  set.seed(7)
  filled <- init_nndsvd(x, 4, "nndsvdar")
  set.seed(7)
  plain$w[plain$w == 0] <- mean(x) / 100 * abs(rnorm(sum(plain$w == 0)))
  plain$h[plain$h == 0] <- mean(x) / 100 * abs(rnorm(sum(plain$h == 0)))
  expect_identical(filled, plain)
})

test_that("nndsvd and nndsvda draw no random number", {
  x <- random_matrix(8, 12)
  before <- .Random.seed
  init_nndsvd(x, 4)
  init_nndsvd(x, 4, "nndsvda")
  expect_identical(.Random.seed, before)
})

test_that("components beyond the rank of x are zero, and nothing is NaN", {
  x <- random_matrix(10, 2) %*% random_matrix(2, 14)
  start <- init_nndsvd(x, 5)
  expect_true(all(is.finite(unlist(start))))
  expect_identical(colSums(start$w) > 0, c(TRUE, TRUE, FALSE, FALSE, FALSE))
  expect_identical(rowSums(start$h) > 0, c(TRUE, TRUE, FALSE, FALSE, FALSE))
})

test_that("rounding error is not taken for a component, however concentrated x is", {
  x <- matrix(0, 600, 600)
  x[1:5, 1:5] <- random_matrix(5, 1) %*% random_matrix(1, 5, seed = 2)
  start <- init_nndsvd(x, 10)
  expect_identical(colSums(start$w) > 0, 1:10 == 1)
})

test_that("a pair whose parts miss each other is empty, not NaN", {
  pair <- nonnegative_pair(c(1, 0), c(-1, 0), first = FALSE)
  expect_identical(pair$size, 0)
  expect_identical(abs(pair$u) + abs(pair$v), c(0, 0))
})

test_that("an all-zero x gives an all-zero start in every variant", {
  for (variant in start_names[-1]) {
    start <- init_nndsvd(matrix(0, 4, 6), 3, variant)
    expect_identical(start, list(w = matrix(0, 4, 3), h = matrix(0, 3, 6)))
  }
})

test_that("all-zero rows and columns of x stay zero in plain NNDSVD", {
  x <- random_matrix(8, 12)
  x[3, ] <- 0
  x[, 5] <- 0
  start <- init_nndsvd(x, 4)
  expect_identical(start$w[3, ], numeric(4))
  expect_identical(start$h[, 5], numeric(4))
  expect_true(all(unlist(start) >= 0))
})

test_that("a start is not given for what is not a matrix, rank or variant", {
  x <- named_matrix()
  for (start in list(init_random, init_nndsvd)) {
    expect_error(start(as.data.frame(x), 2), class = "metanmf_error")
    expect_error(start(-x, 2), class = "metanmf_error")
    expect_error(start(x, 4), class = "metanmf_error")
  }
  expect_error(init_nndsvd(x, 2, "nndsvdb"), class = "metanmf_error")
  expect_snapshot(error = TRUE, {
    init_random(x, 4)
    init_nndsvd(x, 2, "nndsvdb")
  })
})

test_that("a name stands for the start of that name", {
  x <- named_matrix()
  expect_identical(resolve_init("nndsvd", x, 2), init_nndsvd(x, 2))
  expect_identical(resolve_init("nndsvda", x, 2), init_nndsvd(x, 2, "nndsvda"))
  set.seed(3)
  resolved <- list(resolve_init("random", x, 2), resolve_init("nndsvdar", x, 2))
  set.seed(3)
  expect_identical(resolved, list(init_random(x, 2), init_nndsvd(x, 2, "nndsvdar")))
})

test_that("a list and a fit are used as they stand, as double matrices", {
  x <- named_matrix()
  w <- matrix(1:6, 3, 2, dimnames = list(NULL, c("one", "two")))
  h <- matrix(1:8, 2, 4)
  start <- resolve_init(list(w = w, h = h), x, 2)
  expect_identical(unname(start$w), matrix(c(1, 2, 3, 4, 5, 6), 3))
  expect_identical(unname(start$h), matrix(c(1, 2, 3, 4, 5, 6, 7, 8), 2))
  expect_identical(dimnames(start$w), list(rownames(x), c("one", "two")))
  expect_identical(dimnames(start$h), list(c("one", "two"), colnames(x)))
  fit <- structure(list(w = w, h = h, trace = 1, iterations = 1L), class = "nmf_fit")
  expect_identical(resolve_init(fit, x, 2), start)
  named_h <- matrix(1, 2, 4, dimnames = list(c("three", "four"), NULL))
  expect_identical(colnames(resolve_init(list(w = unname(w), h = named_h), x, 2)$w),
                   c("three", "four"))
  expect_identical(w, matrix(1:6, 3, 2, dimnames = list(NULL, c("one", "two"))))
})

test_that("without h the start is W'X", {
  x <- named_matrix()
  w <- matrix(c(1, 0, 2, 0, 3, 1), 3)
  expect_equal(resolve_init(list(w = w), x, 2)$h, t(w) %*% x, tolerance = 1e-15)
})

test_that("every start that does not fit is an error that says what would", {
  x <- named_matrix()
  w <- matrix(1, 3, 2)
  h <- matrix(1, 2, 4)
  elsewhere <- structure(list(w = w, h = matrix(1, 2, 9)), class = "nmf_fit")
  named <- matrix(1, 3, 2, dimnames = list(c("b", "a", "c"), NULL))
  bad <- list("nndsdva", 3, list(), list(w, h), list(W = w), list(w = w[, 1]), list(w = t(w)),
              list(w = matrix(1, 3, 5)), list(w = w, h = t(h)), list(w = w, h = h[, 1:3]),
              list(w = -w), list(w = w, h = h / 0), list(w = named), elsewhere)
  for (init in bad) expect_error(resolve_init(init, x, 2), class = "metanmf_error")
  expect_snapshot(error = TRUE, {
    resolve_init("nndsdva", x, 2)
    resolve_init(3, x, 2)
    resolve_init(list(), x, 2)
    resolve_init(list(W = w), x, 2)
    resolve_init(list(w = w[, 1]), x, 2)
    resolve_init(list(w = t(w)), x, 2)
    resolve_init(list(w = matrix(1, 3, 5)), x, 2)
    resolve_init(list(w = w, h = h[, 1:3]), x, 2)
    resolve_init(list(w = -w), x, 2)
    resolve_init(list(w = w, h = h / 0), x, 2)
    resolve_init(list(w = named), x, 2)
    resolve_init(elsewhere, x, 2)
    resolve_init(list(w = Matrix::Matrix(w)), x, 2)
  })
})
