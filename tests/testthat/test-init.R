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
  starts <- lapply(start_names, resolve_init, x = x, rank = 2)
  for (start in starts) {
    expect_identical(dimnames(start$w), list(rownames(x), NULL))
    expect_identical(dimnames(start$h), list(NULL, colnames(x)))
  }
  expect_null(dimnames(init_nndsvd(unname(x), 2)$w))
})

test_that("a start is not given for what is not a matrix, rank or variant", {
  x <- named_matrix()
  for (start in list(init_random, init_nndsvd)) {
    expect_error(start("x", 2), class = "metanmf_error")
    expect_error(start(-x, 2), class = "metanmf_error")
    expect_error(start(x, 0), class = "metanmf_error")
  }
  expect_bad(init_random(x, 0), "rank")
  expect_bad(init_nndsvd(x, 4), "rank")
  expect_identical(dim(init_random(x, 40)$w), c(nrow(x), 40L))
  expect_bad(init_nndsvd(x, 2, "nndsvdb"), "variant")
})

test_that("a name stands for the start of that name", {
  x <- named_matrix()
  expect_identical(resolve_init("nndsvd", x, 2), init_nndsvd(x, 2))
  expect_identical(resolve_init("nndsvda", x, 2), init_nndsvd(x, 2, "nndsvda"))
  set.seed(3)
  names <- c("random", "nndsvdar", "kmeans")
  resolved <- lapply(names, resolve_init, x = x, rank = 2)
  set.seed(3)
  expect_identical(resolved, list(init_random(x, 2), init_nndsvd(x, 2, "nndsvdar"),
                                  init_kmeans(x, 2)))
})

test_that("a list and a fit that was not scaled are used as they stand, as double matrices", {
  x <- named_matrix()
  w <- matrix(1:6, 3, 2, dimnames = list(NULL, c("one", "two")))
  h <- matrix(1:8, 2, 4)
  start <- resolve_init(list(w = w, h = h), x, 2)
  expect_identical(unname(start$w), matrix(c(1, 2, 3, 4, 5, 6), 3))
  expect_identical(unname(start$h), matrix(c(1, 2, 3, 4, 5, 6, 7, 8), 2))
  expect_identical(dimnames(start$w), list(rownames(x), c("one", "two")))
  expect_identical(dimnames(start$h), list(c("one", "two"), colnames(x)))
  fit <- nmf(x, 2, control = nmf_control(1, tol = 0, scale = "none"))
  fit$w <- w + 0
  fit$h <- h + 0
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
  sparse <- resolve_init(list(w = w), sparse_copy(x), 2)
  expect_true(is.matrix(sparse$h))
  expect_equal(sparse$h, t(w) %*% x, tolerance = 1e-15)
})

test_that("every start that does not fit is an error that says what would", {
  x <- named_matrix()
  w <- matrix(1, 3, 2)
  h <- matrix(1, 2, 4)
  elsewhere <- nmf(matrix(1, 3, 9), 2, control = nmf_control(1, tol = 0))
  named <- matrix(1, 3, 2, dimnames = list(c("b", "a", "z"), NULL))
  bad <- list("nndsdva", 3, list(), list(w, h), list(W = w), list(w = w[, 1]), list(w = t(w)),
              list(w = matrix(1, 3, 5)), list(w = w, h = t(h)), list(w = w, h = h[, 1:3]),
              list(w = -w), list(w = w, h = h / 0), list(w = named), elsewhere)
  for (init in bad) expect_error(resolve_init(init, x, 2), class = "metanmf_error")
  expect_bad(resolve_init("nndsdva", x, 2), "init")
  expect_bad(resolve_init(3, x, 2), "init")
  expect_bad(resolve_init(list(), x, 2), "init")
  expect_bad(resolve_init(list(W = w), x, 2), "init")
  expect_bad(resolve_init(list(w = w[, 1]), x, 2), "init$w")
  expect_bad(resolve_init(list(w = t(w)), x, 2), "init$w")
  expect_bad(resolve_init(list(w = matrix(1, 3, 5)), x, 2), "init$w")
  expect_bad(resolve_init(list(w = w, h = h[, 1:3]), x, 2), "init$h")
  expect_bad(resolve_init(list(w = -w), x, 2), "init$w")
  expect_bad(resolve_init(list(w = w, h = h / 0), x, 2), "init$h")
  expect_bad(resolve_init(list(w = named), x, 2), "init$w")
  expect_bad(resolve_init(elsewhere, x, 2), "init$h")
  expect_bad(resolve_init(list(w = Matrix::Matrix(w)), x, 2), "init$w")
})

test_that("every start of sparse data is that of the same dense data", {
  set.seed(4)
  sparse <- Matrix::rsparsematrix(30, 50, 0.2, rand.x = stats::runif)
  dimnames(sparse) <- list(paste0("f", 1:30), paste0("s", 1:50))
  w <- matrix(runif(90), 30)
  for (init in c(as.list(start_names), list(list(w = w), list(w = w, h = matrix(1, 3, 50))))) {
    set.seed(5)
    truth <- resolve_init(init, as.matrix(sparse), 3)
    set.seed(5)
    start <- resolve_init(init, sparse, 3)
    expect_true(is.matrix(start$w) && is.matrix(start$h))
    expect_equal(start, truth, tolerance = 1e-10, label = format(init)[[1]])
  }
})

test_that("no start depends on entries that are missing or of weight 0", {
  x <- random_matrix(9, 14)
  hidden <- matrix(seq_along(x) %% 5 == 0, 9)
  w <- random_matrix(9, 3, seed = 6)
  masked <- replace(x, hidden, NA)
  for (init in c(as.list(start_names), list(list(w = w)))) {
    set.seed(7)
    truth <- resolve_init(init, masked, 3)
    expect_false(anyNA(unlist(truth)))
    for (value in c(0, 1e300, NaN, Inf)) {
      set.seed(7)
      expect_identical(resolve_init(init, replace(x, hidden, value), 3, weights = 1 - hidden),
                       truth)
    }
  }
})

test_that("c X gives c WH from the same seed, whatever the solver", {
  set.seed(7)
  x <- drawn_data(8, 12, 3)
  for (solver in c("mu", "hals", "bpp")) {
    run <- function(x) {
      set.seed(1)
      fitted(nmf(x, 3, solver = solver, control = nmf_control(12, tol = 0)))
    }
    for (c in c(1e-12, 3, 1e9)) expect_equal(run(c * x) / c, run(x), tolerance = 1e-9)
  }
})
