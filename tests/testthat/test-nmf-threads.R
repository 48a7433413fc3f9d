# Threads, and sizes beyond 32 bits: what is worked on at a time must not show.

wide <- function(seed = 1, m = 7, n = 400, rank = 2) {
  set.seed(seed)
  x <- drawn_data(m, n, rank) + 0.01
  list(x = x, start = drawn_start(x, rank))
}

threaded <- function(x, start, threads, loss = "frobenius", solver = "auto", ...) {
  nmf(x, ncol(start$w), init = start, loss = loss, solver = solver, ...,
      control = nmf_control(12, tol = 0, backend = "native", threads = threads, block = 16))
}

size_of <- function(dim, rank, ..., solver = "hals") {
  native_fit_size(dim, engine_model(rank, "frobenius", solver, features = dim[[1]]),
                  engine_control(nmf_control(...), "frobenius"))
}

test_that("these fits have several chunks to share", {
  expect_gt(length(size_of(c(7, 400), 2, block = 16)$starts), 3)
})

test_that("one thread and two give the same bits: losses and solvers", {
  d <- wide()
  cases <- list(c("frobenius", "mu"), c("frobenius", "hals"), c("frobenius", "bpp"),
                c("kl", "mu"), c("is", "mu"))
  fields <- c("w", "h", "trace", "kkt", "value")
  for (case in cases) {
    one <- threaded(d$x, d$start, 1, case[1], case[2])
    two <- threaded(d$x, d$start, 2, case[1], case[2])
    expect_identical(two[fields], one[fields])
  }
})

test_that("one thread and two give the same bits: sparse, masked and penalised", {
  d <- wide(2)
  sparse <- Matrix::Matrix(d$x * (stats::runif(length(d$x)) < 0.5), sparse = TRUE)
  holes <- replace(d$x, sample(length(d$x), 300), NA)
  fields <- c("w", "h", "trace")
  same <- function(x, ...) {
    expect_identical(threaded(x, d$start, 2, ...)[fields], threaded(x, d$start, 1, ...)[fields])
  }
  for (loss in c("frobenius", "kl")) {
    same(sparse, loss)
    same(holes, loss, missing = "mask")
    same(d$x, loss, penalty = penalty_graph(knn_graph, 1))
  }
  for (on in c("h", "w")) {
    same(holes, missing = "mask", penalty = penalty_graph(knn_graph, 9, on = on))
  }
  for (solver in c("hals", "bpp")) {
    same(d$x, solver = solver, penalty = penalty_sparse(0.05))
    same(sparse, solver = solver)
    same(holes, solver = solver, missing = "mask")
  }
  same(holes, "is", missing = "mask")
})

test_that("threads come with the native backend, which a fit says", {
  d <- wide(3)
  fit <- nmf(d$x, 2, control = nmf_control(2, tol = 0, threads = 2))
  expect_identical(fit$engine$backend, "native")
  expect_error(nmf_control(threads = 2, backend = "blas"), class = "metanmf_error")
})

test_that("a forked child uses one thread and gives the same bits", {
  skip_on_os("windows")
  d <- wide(4)
  here <- threaded(d$x, d$start, 2)
  child <- parallel::mccollect(parallel::mcparallel(threaded(d$x, d$start, 2)))[[1]]
  expect_identical(child[c("w", "h", "trace")], here[c("w", "h", "trace")])
  expect_identical(parallel::mccollect(parallel::mcparallel(forked()))[[1]], TRUE)
  expect_false(forked())
})

test_that("scratch of more than 2^31 numbers is counted exactly", {
  # The rule on steps keeps copies of W and H, an r x r matrix, and LAPACK's room for it: 5 r + 64.
  dim <- c(1e5, 1e6)
  rank <- 1e4
  more <- size_of(dim, rank, step_tol = 1)$doubles - size_of(dim, rank)$doubles
  expect_identical(more, dim[[1]] * rank + rank * dim[[2]] + rank^2 + 5 * rank + 64)
  expect_gt(more, 2^31)
})

test_that("the scratch of a fit grows with m + n, not with m n", {
  # Twice the features and samples hold four times the data.
  for (solver in c("mu", "hals", "bpp")) {
    small <- size_of(c(1e4, 1e4), 10, solver = solver)$doubles
    large <- size_of(c(2e4, 2e4), 10, solver = solver)$doubles
    expect_lt(large, 2.01 * small)
    expect_lt(small, 1e4 * 1e4 / 10)
  }
})

test_that("chunks of data of more than 2^31 entries cover every column once, in order", {
  for (dim in list(c(2e9, 2e9), c(5, 2e9), c(1e5, 1e6))) {
    size <- size_of(dim, 3)
    expect_identical(size$starts[[1]], 0)
    expect_identical(size$starts[[length(size$starts)]], dim[[2]])
    expect_true(all(diff(size$starts) > 0))
    expect_true(all(size$starts[-length(size$starts)] %% size$block == 0))
  }
})
