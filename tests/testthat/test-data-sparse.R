# Sparse data: the same answers as the same numbers stored densely, and no dense copy.

cases <- list(c("mu", "frobenius"), c("hals", "frobenius"), c("bpp", "frobenius"), c("mu", "kl"))

sparse_case <- function(seed = 1, m = 30, n = 45, rank = 4) {
  set.seed(seed)
  x <- Matrix::rsparsematrix(m, n, 0.3, rand.x = function(k) stats::rexp(k) + 0.1)
  x[3, ] <- 0
  x[, 7] <- 0
  x <- Matrix::drop0(x)
  list(x = x, dense = as.matrix(x), start = drawn_start(as.matrix(x), rank))
}

fit_of <- function(x, start, case, ..., iterations = 15) {
  nmf(x, ncol(start$w), init = start, loss = case[2], solver = case[1], ...,
      control = nmf_control(iterations, tol = 0))
}

expect_same_fit <- function(a, b, label = NULL) {
  for (field in c("w", "h", "trace", "value", "data")) {
    expect_equal(a[[field]], b[[field]], tolerance = 1e-10, label = paste(label, field))
  }
}

test_that("sparse data give the fit of the same dense data: solvers and losses", {
  d <- sparse_case()
  for (case in cases) {
    expect_same_fit(fit_of(d$x, d$start, case), fit_of(d$dense, d$start, case), case[1])
  }
})

test_that("one sparse iteration is the equation for every engine and block", {
  d <- sparse_case(2)
  steps <- list(frobenius = mu_step, kl = kl_step)
  for (loss in names(steps)) {
    right <- steps[[loss]](unname(d$dense), d$start$w, d$start$h)
    each_engine(function(backend) {
      for (block in c(1, 7, 64)) {
        now <- one_iteration(d$x, d$start$w, d$start$h, loss, backend = backend, block = block)
        expect_lt(relative_gap(now, right), 1e-12)
      }
    })
  }
})

test_that("a sparse iteration is the equation for every number of vectors of components", {
  steps <- list(frobenius = mu_step, kl = kl_step)
  for (rank in c(1, 3, 8, 10, 13, 20, 27, 30, 32, 33, 45, 67)) {
    d <- sparse_case(rank, m = 90, n = 20, rank = rank)
    for (loss in names(steps)) {
      right <- steps[[loss]](unname(d$dense), d$start$w, d$start$h)
      each_engine(function(backend) {
        now <- one_iteration(d$x, d$start$w, d$start$h, loss, backend = backend)
        expect_lt(relative_gap(now, right), 1e-12)
      })
    }
  }
})

test_that("sparse equals dense with every penalty", {
  d <- sparse_case(3)
  penalties <- list(penalty_sparse(0.1), penalty_sparse(0.1, on = "w"), penalty_ridge(0.01),
                    penalty_ridge(0.1, on = "h", form = "scale_invariant"), penalty_smooth(1),
                    penalty_smooth(1, on = "w"), penalty_graph(knn_graph, 10),
                    penalty_orthogonal(0.5, form = "raw"), penalty_orthogonal(exact = TRUE))
  tried <- 0
  for (penalty in penalties) for (case in cases) {
    one <- list(penalty)
    if (!is.null(refuse_loss(case[2], one)) || !is.null(refuse_solver(case[1], case[2], one))) next
    expect_same_fit(fit_of(d$x, d$start, case, penalty = penalty),
                    fit_of(d$dense, d$start, case, penalty = penalty), format(penalty))
    tried <- tried + 1
  }
  expect_gt(tried, 20)
})

test_that("sparse equals dense with weights, with missing entries and with known parts", {
  d <- sparse_case(4)
  set.seed(5)
  weights <- matrix(sample(c(0, 0.3, 1), length(d$dense), TRUE, c(1, 1, 8)), nrow(d$dense))
  holes <- d$x
  at <- sample(length(holes@x), 30)
  holes@x[at] <- NA
  known <- list(w = d$start$w[, 1, drop = FALSE])
  for (case in cases) {
    expect_same_fit(fit_of(d$x, d$start, case, weights = weights),
                    fit_of(d$dense, d$start, case, weights = weights), "weights")
    expect_same_fit(fit_of(holes, d$start, case, missing = "mask"),
                    fit_of(as.matrix(holes), d$start, case, missing = "mask"), "missing")
    expect_same_fit(fit_of(d$x, d$start, case, known = known),
                    fit_of(d$dense, d$start, case, known = known), "known")
  }
})

test_that("every verb takes sparse data: gnmf, predict, adapt, meta_nmf, starts, residuals", {
  d <- sparse_case(6, n = 120, rank = 3)
  fit <- function(x) gnmf(x, 3, init = d$start, control = nmf_control(10, tol = 0))
  sparse <- fit(d$x)
  dense <- fit(d$dense)
  expect_same_fit(sparse, dense)
  expect_equal(predict(sparse, d$x), predict(dense, d$dense), tolerance = 1e-10)
  counts <- nmf(d$x, 3, init = d$start, loss = "kl", control = nmf_control(10, tol = 0))
  expect_equal(predict(counts, d$x), predict(counts, d$dense), tolerance = 1e-10)
  expect_same_fit(adapt(sparse, d$x, max_iter = 5), adapt(dense, d$dense, max_iter = 5))
  expect_equal(residuals(sparse, d$x), residuals(dense, d$dense), tolerance = 1e-10)
  learned <- function(x) {
    set.seed(7)
    meta_nmf(split_tasks(x, n_tasks = 2, task_size = 20), 3, control = meta_control(epochs = 2))
  }
  expect_equal(learned(d$x)$w, learned(d$dense)$w, tolerance = 1e-10)
  for (init in c("nndsvd", "nndsvda", "kmeans", "random")) {
    start <- function(x) {
      set.seed(8)
      nmf(x, 3, init = init, control = nmf_control(5, tol = 0))
    }
    expect_same_fit(start(d$x), start(d$dense), init)
  }
})

test_that("the cosine graph of sparse data is that of the dense ones", {
  d <- sparse_case(9, n = 80)
  graph <- function(x) knn_graph(x, k = 4, metric = "cosine")
  expect_equal(graph(d$x), graph(d$dense), tolerance = 1e-10)
})

test_that("a 100000 x 100000 matrix of 10000 entries is factorised, which would be 80 GB", {
  set.seed(10)
  size <- 1e5
  x <- Matrix::sparseMatrix(i = sample(size, 1e4), j = sample(size, 1e4), x = stats::runif(1e4),
                            dims = c(size, size))
  for (case in cases) {
    fit <- nmf(x, 2, loss = case[2], solver = case[1], control = nmf_control(3, tol = 0))
    expect_true(all(is.finite(fit$trace)))
    expect_false(is.unsorted(-fit$trace))
  }
})

test_that("sparse data of zeros alone, and a stored zero, do no harm", {
  d <- sparse_case(11)
  stored <- d$x
  stored@x[4] <- 0
  for (case in cases) {
    expect_same_fit(fit_of(stored, d$start, case), fit_of(as.matrix(stored), d$start, case))
    empty <- Matrix::sparseMatrix(i = integer(), j = integer(), x = numeric(), dims = c(5, 6))
    expect_equal(objective(nmf(empty, 2, loss = case[2], solver = case[1])), 0)
  }
})

test_that("near an exact fit F of sparse data is that of dense ones, to four digits", {
  set.seed(8)
  truth <- list(w = matrix(stats::rexp(24), 8), h = matrix(stats::rexp(36), 3))
  truth <- lapply(truth, function(factor) factor * (stats::runif(length(factor)) < 0.5))
  x <- truth$w %*% truth$h
  # Zeros of WH that are zeros of X are moved too: they are what sums would lose.
  start <- lapply(truth, function(factor) factor + 1e-10 * stats::rexp(length(factor)))
  for (solver in c("mu", "hals", "bpp")) {
    control <- nmf_control(3, tol = 0)
    dense <- nmf(x, 3, init = start, solver = solver, control = control)$trace
    expect_lt(max(dense), 1e-17 * sum(x^2), label = solver)
    sparse <- nmf(as_sparse_data(x), 3, init = start, solver = solver, control = control)$trace
    expect_lt(max(abs(sparse / dense - 1)), 1e-4, label = solver)
  }
})
