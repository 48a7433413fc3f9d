# Class nmf_fit: what users ask of a fit, scaling, printing, and a fit outside the session
# that made it.

fixed <- function(...) nmf_control(tol = 0, ...)

test_that("the accessors give W, H, W H, the residual and the objective", {
  set.seed(1)
  x <- drawn_data(6, 9, 2)
  fit <- nmf(x, 2, control = fixed(max_iter = 20))
  expect_identical(basis(fit), fit$w)
  expect_identical(coef(fit), fit$h)
  expect_identical(fitted(fit), fit$w %*% fit$h)
  expect_identical(residuals(fit, x), x - fit$w %*% fit$h)
  expect_equal(objective(fit), sum(residuals(fit, x)^2), tolerance = 1e-10)
  expect_identical(objective(fit), fit$trace[[20]])
  expect_equal(fit$iterations, 20)
  expect_false(fit$converged)
})

test_that("deviance is the data term: the residual sum of squares, or twice the divergence", {
  set.seed(2)
  x <- drawn_data(8, 14, 2) + 0.1
  holes <- replace(x, c(3, 17, 40), NA)
  weights <- matrix(rep_len(c(1, 0.5, 0), 112), 8)
  of <- list(frobenius = function(x, z) (x - z)^2, kl = function(x, z) x * log(x / z) - x + z,
             is = function(x, z) x / z - log(x / z) - 1)
  check <- function(fit, x, weights = 1, count = length(x)) {
    times <- if (fit$loss == "frobenius") 1 else 2
    right <- times * sum(weights * of[[fit$loss]](x, fitted(fit)), na.rm = TRUE)
    expect_equal(deviance(fit), right, tolerance = 1e-10)
    expect_identical(nobs(fit), as.numeric(count))
  }
  for (loss in names(of)) for (scale in c("max", "l2", "none")) {
    control <- fixed(max_iter = 5, scale = scale)
    run <- function(...) nmf(..., rank = 2, loss = loss, control = control)
    check(run(x), x)
    check(run(holes, missing = "mask"), holes, count = 109)
    check(run(x, weights = weights), x, weights, count = sum(weights > 0))
    check(run(x * 1e200), x * 1e200)
    fit <- run(x)
    expect_equal(objective(fit) * if (loss == "frobenius") 1 else 2, deviance(fit),
                 tolerance = 1e-12)
    check(adapt(fit, x[, 1:5], max_iter = 2), x[, 1:5])
    if (loss == "is") next
    penalties <- list(penalty_sparse(0.2), penalty_ridge(0.1, "w"))
    fit <- run(x, penalty = penalties)
    check(fit, x)
    w <- fit$w * by_column(fit$scaling$divisor, fit$w)
    expect_equal(objective(fit), tolerance = 1e-10,
                 penalised_objective(x, w, fit$h / fit$scaling$divisor, penalties, loss))
    expect_gt(objective(fit), deviance(fit) / if (loss == "frobenius") 1 else 2)
    few <- replace(x, x < 1, 0)
    sparse <- sparse_copy(few)
    dense_terms <- function(x, z) ifelse(x > 0, of[[loss]](x, z), if (loss == "kl") z else z^2)
    fit <- run(sparse)
    expect_equal(deviance(fit), tolerance = 1e-10,
                 sum(dense_terms(few, fitted(fit))) * if (loss == "kl") 2 else 1)
    expect_identical(nobs(fit), 112)
    sparse@x[1:2] <- NA
    expect_identical(nobs(run(sparse, missing = "mask")), 110)
    split <- list(tasks = list(x[, 1:6]), target = x)
    learned <- meta_nmf(split, 2, loss = loss, penalty = penalty_sparse(0.1),
                        control = meta_control(2, inner = control))
    check(learned, x)
    expect_gt(objective(learned), deviance(learned) / if (loss == "kl") 2 else 1)
  }
})

test_that("names of features and samples are carried through, components are named", {
  x <- matrix(1:12 + 0, 3, dimnames = list(letters[1:3], LETTERS[1:4]))
  fit <- nmf(x, 2, control = fixed(max_iter = 2))
  expect_identical(dimnames(fit$w), list(letters[1:3], c("c1", "c2")))
  expect_identical(dimnames(fit$h), list(c("c1", "c2"), LETTERS[1:4]))
  expect_identical(dimnames(fitted(fit)), dimnames(x))
  bare <- nmf(unname(x), 2, control = fixed(max_iter = 2))
  expect_identical(dimnames(bare$w), list(NULL, c("c1", "c2")))
})

test_that("scaling sets the columns of W as it says and leaves W H alone", {
  set.seed(2)
  x <- drawn_data(6, 9, 3)
  start <- drawn_start(x, 3)
  start$w[, 2] <- 0
  raw <- nmf(x, 3, init = start, solver = "mu", control = fixed(max_iter = 10, scale = "none"))
  expect_identical(raw$scaling$divisor, c(1, 1, 1))
  size <- list(max = function(w) apply(w, 2, max), l2 = function(w) sqrt(colSums(w^2)))
  for (scale in names(size)) {
    fit <- nmf(x, 3, init = start, solver = "mu", control = fixed(max_iter = 10, scale = scale))
    expect_equal(unname(size[[scale]](fit$w)), c(1, 0, 1), tolerance = 1e-15)
    # A column of zeros keeps the factor 1.
    expect_equal(fit$scaling$divisor, c(size[[scale]](raw$w)[[1]], 1, size[[scale]](raw$w)[[3]]))
    expect_equal(fitted(fit), fitted(raw), tolerance = 1e-14)
    expect_equal(fit$w * by_column(fit$scaling$divisor, fit$w), raw$w, tolerance = 1e-15)
    expect_equal(fit$h / fit$scaling$divisor, raw$h, tolerance = 1e-15)
    expect_identical(fit$trace, raw$trace)
    expect_identical(fit$scaling$kind, scale)
  }
})

test_that("a fit says which backend, instruction set and BLAS it used", {
  set.seed(3)
  x <- drawn_data(6, 9, 2)
  each_engine(function(backend) {
    fit <- nmf(x, 2, control = fixed(max_iter = 2, backend = backend))
    expect_identical(fit$engine$backend, backend)
    expect_identical(fit$engine$instructions, getOption("metanmf.instructions"))
  })
  # A run of the tests may have chosen another set, see tools/test.R.
  chosen <- options(metanmf.instructions = NULL)
  on.exit(options(chosen))
  fit <- nmf(x, 2, control = fixed(max_iter = 2))
  expect_identical(fit$engine$instructions, rev(native_instructions())[[1]])
  expect_identical(fit$engine$backend, default_backend())
  expect_identical(fit$engine$version, as.character(utils::packageVersion("metanmf")))
})

test_that("a fit that was saved and read again predicts the same", {
  set.seed(4)
  x <- drawn_data(6, 9, 2)
  fit <- nmf(x, 2, penalty = penalty_graph(as_graph(example_graphs(9)$path), 1),
             control = fixed(max_iter = 20))
  path <- tempfile(fileext = ".rds")
  on.exit(unlink(path))
  saveRDS(fit, path)
  again <- readRDS(path)
  expect_equal(again, fit)
  expect_identical(predict(again, 2 * x), predict(fit, 2 * x))
})

test_that("nmf() works in a fresh R without library()", {
  code <- paste("x <- matrix(1:12 + 0, 3); set.seed(1)",
                "control <- metanmf::nmf_control(max_iter = 50, tol = 0)",
                "fit <- metanmf::nmf(x, 2, control = control)",
                "g <- metanmf::gnmf(x, 2, graph = diag(4), control = control)",
                "cat(sprintf('%.6f', metanmf::objective(fit)), dim(stats::coef(g)))", sep = "; ")
  r <- file.path(R.home("bin"), "Rscript")
  environment <- paste0("R_LIBS=", paste(.libPaths(), collapse = .Platform$path.sep))
  said <- system2(r, c("--vanilla", "-e", shQuote(code)), stdout = TRUE, stderr = TRUE,
                  env = environment)
  set.seed(1)
  fit <- nmf(matrix(1:12 + 0, 3), 2, control = fixed(max_iter = 50))
  expect_identical(said, paste(sprintf("%.6f", objective(fit)), 2, 4))
})

test_that("kernels and instruction sets give the same fit to 1e-10", {
  set.seed(8)
  x <- drawn_data(30, 70, 4)
  start <- drawn_start(x, 4)
  run <- function(model, backend, instructions) {
    old <- options(metanmf.instructions = instructions)
    on.exit(options(old))
    nmf(x, 4, init = start, loss = model[[1]], solver = model[[2]],
        control = fixed(max_iter = 50, backend = backend))
  }
  for (model in list(c("frobenius", "mu"), c("frobenius", "hals"), c("frobenius", "bpp"),
                     c("kl", "mu"), c("is", "mu"))) {
    known <- run(model, "native", "plain")
    others <- c(lapply(native_instructions(), function(set) run(model, "native", set)),
                list(run(model, "blas", "auto")))
    for (fit in others) {
      expect_equal(objective(fit), objective(known), tolerance = 1e-10)
      expect_equal(fitted(fit), fitted(known), tolerance = 1e-10)
    }
  }
})

test_that("a BLAS that R does not name is unknown", {
  local_mocked_bindings(blas_library = function() "")
  expect_identical(small_fit()$engine$blas, "unknown")
})

test_that("residuals need the data, in the shape of the fit", {
  fit <- small_fit()
  expect_bad(residuals(fit), "data")
  expect_bad(residuals(fit, matrix(1, 6, 8)), "data")
  expect_bad(residuals(fit, matrix(-1, 6, 9)), "data")
})
