# Which solver goes with what, and what the solvers find.

solver_control <- function(max_iter = 100, ...) nmf_control(max_iter, tol = 0, ...)

solver_names <- c("mu", "hals", "bpp")

combination_penalties <- function() {
  list(none = NULL, sparse = penalty_sparse(0.1), sparse_raw = penalty_sparse(0.1, form = "raw"),
       ridge = penalty_ridge(0.1), smooth = penalty_smooth(0.1),
       graph = penalty_graph(as_graph(example_graphs(8)$path), 0.1),
       graph_ratio = penalty_graph(as_graph(example_graphs(8)$path), 0.1, "raw", "ratio"),
       orthogonal = penalty_orthogonal(0.1), orthogonal_raw = penalty_orthogonal(0.1, form = "raw"),
       single = penalty_orthogonal(exact = TRUE),
       choi = penalty_orthogonal(exact = TRUE, step = "choi"))
}

# The table of ?nmf, row by row: the names above that each solver and loss goes with.
combination_table <- list(
  "mu frobenius" = setdiff(names(combination_penalties()), "single"),
  "hals frobenius" = setdiff(names(combination_penalties()), "choi"),
  "bpp frobenius" = c("none", "sparse", "sparse_raw", "ridge"),
  "cg frobenius" = setdiff(names(combination_penalties()), c("single", "choi")),
  "mu kl" = c("none", "sparse", "sparse_raw", "ridge", "smooth", "graph", "graph_ratio",
              "orthogonal_raw"),
  "mu is" = c("none", "sparse_raw"),
  "ccd kl" = c("none", "sparse", "sparse_raw", "ridge"),
  "ccd frobenius" = character(), "ccd is" = character(),
  "hals kl" = character(), "bpp kl" = character(), "hals is" = character(),
  "bpp is" = character(), "cg kl" = character(), "cg is" = character())

test_that("exactly the combinations of the table run, all others are metanmf_errors", {
  x <- random_matrix(6, 8) + 0.1
  penalties <- combination_penalties()
  for (pair in names(combination_table)) for (name in names(penalties)) {
    part <- strsplit(pair, " ")[[1]]
    run <- function() {
      nmf(x, 2, penalty = penalties[[name]], loss = part[2], solver = part[1],
          control = solver_control(5))
    }
    if (name %in% combination_table[[pair]]) {
      fit <- run()
      expect_identical(fit$model$solver, part[1])
      expect_true(is.finite(objective(fit)))
    } else {
      refusal <- tryCatch(run(), error = identity)
      expect_true(inherits(refusal, "metanmf_error"), label = paste(pair, name))
    }
  }
})

test_that("every refusal says what to use", {
  x <- random_matrix(6, 8) + 0.1
  p <- combination_penalties()
  expect_snapshot(error = TRUE, nmf(x, 2, loss = "kl", solver = "hals"))
  expect_bad(nmf(x, 2, loss = "is", solver = "bpp"), "solver")
  expect_bad(nmf(x, 2, penalty = p$smooth, solver = "bpp"), "solver")
  expect_bad(nmf(x, 2, penalty = p$choi, solver = "hals"), "solver")
  expect_bad(nmf(x, 2, constraint = constraint_simplex(), solver = "cg"), "solver")
  ratings <- Matrix::Matrix(x * (x > 0.5), sparse = TRUE)
  expect_bad(nmf(ratings, 2, penalty = p$graph, solver = "cg", missing = "unstored"), "solver")
  expect_identical(nmf(ratings, 2, penalty = p$graph, missing = "unstored",
                       control = solver_control(2))$model$solver, "mu")
  expect_bad(nmf(x, 2, penalty = p$single, solver = "mu"), "solver")
  expect_snapshot(error = TRUE, nmf(x, 2, penalty = p$single, loss = "kl"))
  expect_bad(nmf(x, 2, penalty = p$orthogonal, loss = "kl"), "loss")
  expect_bad(nmf(x, 2, penalty = p$ridge, loss = "is"), "loss")
  expect_bad(nmf(x, 2, penalty = list(p$graph_ratio, p$sparse), loss = "kl"), "loss")
  expect_bad(nmf(x - x, 2, loss = "is"), "x")
  expect_bad(nmf(x, 2, solver = "newton"), "solver")
})

test_that("auto takes coordinate descent, and with a graph conjugate gradients", {
  x <- random_matrix(6, 8) + 0.1
  p <- combination_penalties()
  chosen <- function(...) nmf(x, 2, ..., control = solver_control(2))$model$solver
  expect_identical(vapply(p, function(one) chosen(penalty = one), ""),
                   c(none = "hals", sparse = "hals", sparse_raw = "hals", ridge = "hals",
                     smooth = "hals", graph = "cg", graph_ratio = "mu", orthogonal = "mu",
                     orthogonal_raw = "mu", single = "hals", choi = "mu"))
  expect_identical(chosen(penalty = list(p$graph, p$orthogonal)), "mu")
  expect_identical(chosen(penalty = list(p$graph, p$sparse)), "cg")
  expect_identical(chosen(penalty = p$graph, loss = "kl"), "mu")
  expect_identical(chosen(penalty = p$graph, constraint = constraint_simplex()), "hals")
  expect_identical(chosen(loss = "kl"), "mu")
  expect_identical(chosen(loss = "is"), "mu")
  expect_identical(nmf(x, 2, control = nmf_control(preset = "thesis"))$model$solver, "mu")
})

test_that("one iteration of each solver and loss is that of the equations for every engine", {
  set.seed(401)
  for (shape in list(c(8, 12, 3), c(60, 9, 2), c(5, 70, 4), c(15, 15, 1))) {
    x <- drawn_data(shape[1], shape[2], shape[3])
    start <- drawn_start(x, shape[3])
    for (case in solver_losses) {
      right <- plain_iteration(x, start$w, start$h, list(), case[2], case[1])
      each_engine(function(backend) {
        for (block in one_or_all(unique(c(1, 7, 64, shape[2])))) {
          now <- one_iteration(x, start$w, start$h, case[2], solver = case[1], backend = backend,
                               block = block)
          expect_lt(max(abs(now$h - right$h)) / max(right$h), 1e-12, label = case)
          expect_lt(max(abs(now$w - right$w)) / max(right$w), 1e-12, label = case)
        }
      })
    }
  }
})

test_that("the last block of coordinate descent may be a single column", {
  x <- random_matrix(12, 65)
  start <- random_matrix(12, 3, seed = 2)
  fits <- lapply(c("native", "blas"), function(backend) {
    nmf(x, 3, init = list(w = start), solver = "hals",
        control = solver_control(5, backend = backend, block = 64))
  })
  expect_lt(relative_gap(fits[[1]], fits[[2]]), 1e-8)
  expect_equal(fits[[1]]$kkt, fits[[2]]$kkt, tolerance = 1e-8)
})

# Columns of H by nnls (Lawson and Hanson) for a given W.
nnls_coef <- function(x, w) apply(x, 2, function(y) nnls::nnls(w, y)$x)

test_that("with W held the solvers find the non-negative least squares of every column", {
  skip_if_not_installed("nnls")
  set.seed(402)
  for (shape in list(c(12, 20, 3), c(30, 15, 6), c(9, 9, 1))) {
    x <- matrix(stats::rexp(shape[1] * shape[2]), shape[1])
    w <- matrix(stats::rexp(shape[1] * shape[3]), shape[1])
    right <- matrix(nnls_coef(x, w), shape[3])
    for (solver in c("hals", "bpp")) {
      fit <- nmf(x, shape[3], solver = solver, known = list(w = w),
                 control = nmf_control(if (solver == "bpp") 1 else 1000, tol = 0,
                                       scale = "none"))
      expect_identical(unname(basis(fit)), w)
      expect_lt(max(abs(coef(fit) - right)), 1e-9 * max(right), label = solver)
    }
  }
})

test_that("with H held the solvers find the non-negative least squares of every row", {
  skip_if_not_installed("nnls")
  set.seed(403)
  x <- matrix(stats::rexp(14 * 25), 14)
  h <- matrix(stats::rexp(4 * 25), 4)
  right <- t(nnls_coef(t(x), t(h)))
  for (solver in c("hals", "bpp")) {
    fit <- nmf(x, 4, solver = solver, known = list(h = h),
               control = nmf_control(if (solver == "bpp") 1 else 1000, tol = 0, scale = "none"))
    expect_identical(unname(coef(fit)), h)
    expect_lt(max(abs(basis(fit) - right)), 1e-9 * max(right), label = solver)
  }
})

test_that("pivoting survives duplicated and zero columns of W and finds the best fit", {
  skip_if_not_installed("nnls")
  set.seed(404)
  x <- matrix(stats::rexp(12 * 20), 12)
  w <- matrix(stats::rexp(12 * 3), 12)
  singular <- list(duplicated = cbind(w, w[, 2]), zero = cbind(w, 0),
                   dependent = cbind(w, w[, 1] + w[, 3]), ones = matrix(1, 12, 4),
                   nearly = cbind(w, w[, 1] * (1 + 1e-14)), zeros = matrix(0, 12, 4))
  for (name in names(singular)) {
    base <- singular[[name]]
    # What the span of the distinct columns reaches is the same.
    distinct <- unique(base[, colSums(base) > 0, drop = FALSE], MARGIN = 2)
    if (name %in% c("dependent", "nearly")) distinct <- w
    right <- if (ncol(distinct)) {
      sum((x - distinct %*% matrix(nnls_coef(x, distinct), ncol(distinct)))^2)
    } else sum(x^2)
    fit <- nmf(x, 4, solver = "bpp", known = list(w = base),
               control = solver_control(1, scale = "none"))
    expect_true(all(is.finite(coef(fit)) & coef(fit) >= 0))
    expect_equal(sum((x - fitted(fit))^2), right, tolerance = 1e-9, label = name)
  }
})

test_that("the solvers agree on the objective from one start where components are well apart", {
  set.seed(405)
  w <- rbind(diag(3), diag(3), diag(3), diag(3)) + 0.02
  x <- w %*% matrix(stats::rexp(3 * 30), 3) + 0.01 * matrix(stats::runif(12 * 30), 12)
  start <- list(w = w + 0.2, h = matrix(1, 3, 30) + stats::runif(90))
  for (penalty in list(NULL, penalty_sparse(0.01), penalty_ridge(0.001))) {
    values <- vapply(solver_names, function(solver) {
      objective(nmf(x, 3, init = start, penalty = penalty, solver = solver,
                   control = solver_control(20000)))
    }, 0)
    # The multiplicative updates are the slow ones.
    expect_lt(abs(values[["hals"]] / values[["bpp"]] - 1), 1e-8)
    expect_lt(abs(values[["mu"]] / values[["bpp"]] - 1), 1e-4)
  }
})

test_that("data without noise are recovered by every solver and loss", {
  set.seed(406)
  w <- rbind(diag(3), matrix(stats::rexp(15), 5)) + 0.01
  x <- w %*% matrix(stats::rexp(3 * 20), 3)
  start <- list(w = w * stats::runif(24, 0.8, 1.2), h = matrix(1, 3, 20))
  for (case in solver_losses) {
    fit <- nmf(x, 3, init = start, penalty = NULL, loss = case[2], solver = case[1],
               control = solver_control(20000))
    expect_lt(max(abs(fitted(fit) - x)) / max(x), 1e-3, label = case)
  }
})

test_that("rows and columns of zeros, rank 1, full rank, one row and one column go with all", {
  set.seed(407)
  shapes <- list(c(6, 8, 1), c(6, 8, 6), c(8, 5, 5), c(1, 9, 1), c(9, 1, 1), c(1, 1, 1))
  for (case in solver_losses) for (shape in shapes) for (zeros in c(FALSE, TRUE)) {
    x <- matrix(stats::rexp(shape[1] * shape[2]), shape[1])
    if (zeros && case[2] == "is") next
    if (zeros) x[1, ] <- x[, shape[2]] <- 0
    fit <- nmf(x, shape[3], init = "random", penalty = NULL, loss = case[2], solver = case[1],
               control = solver_control(50, scale = "none"))
    label <- paste(c(case, shape, zeros), collapse = " ")
    expect_true(all(is.finite(c(fit$w, fit$h, fit$trace, fit$kkt))), label = label)
    expect_gte(min(fit$w, fit$h), 0, label = label)
    expect_lte(max(diff(fit$trace)), 1e-12 * max(sum(x), sum(x^2), fit$trace), label = label)
    expect_equal(objective(fit), loss_value(x, fitted(fit), case[2]), tolerance = 1e-8,
                 label = label)
    if (zeros) expect_lt(max(fitted(fit)[1, ], fitted(fit)[, shape[2]]), 1e-12, label = label)
  }
})

test_that("pivoting loses no component of a random start", {
  set.seed(9)
  planted <- drawn_data(12, 18, 3, noise = 0.3)
  data <- list(list(t(as.matrix(iris[, 1:4])), 2), list(t(as.matrix(iris[, 1:4])), 3),
               list(t(as.matrix(iris[, 1:4])), 4), list(t(as.matrix(mtcars)), 3),
               list(planted, 3))
  for (one in data) for (seed in some_of(1:200, share_of_cases(1 / 10))) {
    set.seed(seed)
    fit <- suppressWarnings(nmf(one[[1]], one[[2]], solver = "bpp"))
    expect_identical(fit$dead, integer(0), label = paste("dead components with seed", seed))
  }
})
