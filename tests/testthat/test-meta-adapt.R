# adapt() from its definition: start W and W'X, then `iterations` of the one-line update,
# then columns of W at maximum 1.
adapt_by_hand <- function(w, x, step, iterations) {
  one <- list(w = w, h = t(w) %*% x)
  for (i in seq_len(iterations)) one <- step(x, one$w, one$h)
  one
}

expect_adapted <- function(got, wanted) {
  size <- apply(wanted$w, 2, max)
  expect_equal(unname(basis(got)), wanted$w / by_column(size, wanted$w), tolerance = 1e-9)
  expect_equal(unname(coef(got)), wanted$h * size, tolerance = 1e-9)
}

old_and_new <- function(seed, m = 10, n = 25, n_new = 14) {
  set.seed(seed)
  list(old = drawn_data(m, n, 3), new = drawn_data(m, n_new, 3))
}

quick <- nmf_control(max_iter = 5, tol = 0)

test_that("adapt() starts from W and W'X and moves both factors, for both losses", {
  data <- old_and_new(1)
  for (loss in c("frobenius", "kl")) {
    fit <- nmf(data$old, 3, loss = loss, solver = "mu", control = quick)
    got <- adapt(fit, data$new, max_iter = 6)
    wanted <- adapt_by_hand(unname(basis(fit)), data$new,
                            if (loss == "kl") kl_step else mu_step, 6)
    expect_adapted(got, wanted)
    expect_equal(objective(got), objective_of(data$new, wanted$w, wanted$h, loss))
    expect_gt(max(abs(basis(got) - basis(fit))), 1e-3)
    expect_identical(got$iterations, 6L)
    expect_identical(class(got), "nmf_fit")
  }
})

test_that("adapt() equals nmf() from list(w) and leaves the fit as it was", {
  data <- old_and_new(2)
  set.seed(1)
  fit <- nmf(data$old, 3, control = quick)
  before <- serialize(list(fit, data), NULL)
  state <- .Random.seed
  got <- adapt(fit, data$new)
  expect_identical(.Random.seed, state)
  expect_identical(serialize(list(fit, data), NULL), before)
  same <- nmf(data$new, 3, init = list(w = basis(fit)),
              control = nmf_control(max_iter = 100, tol = 0))
  expect_identical(unname(basis(got)), unname(basis(same)))
  expect_identical(unname(coef(got)), unname(coef(same)))
  expect_length(got$trace, 100)
})

test_that("coordinate descent goes on from the number of W'X that fits the new data best", {
  data <- old_and_new(17, m = 30)
  fit <- nmf(data$old, 3, solver = "hals", control = nmf_control(200, 0))
  w <- basis(fit)
  fitted_at <- function(by, count = 3) {
    nmf(data$new, 3, init = list(w = w, h = by * crossprod(w, data$new)), solver = "hals",
        control = nmf_control(count, 0))
  }
  z <- w %*% crossprod(w, data$new)
  best <- stats::optimize(function(by) sum((data$new - by * z)^2), c(0, 1), tol = 1e-10)$minimum
  expect_equal(adapt(fit, data$new, max_iter = 3)$trace, fitted_at(best)$trace, tolerance = 1e-7)
  # one iteration on images lowers F below that of the basis held fixed, from W'X it does not
  x <- scale_minmax(digits$x[, 1:400])
  set.seed(1)
  images <- nmf(x[, 1:200], 10, solver = "hals", control = nmf_control(100, 0))
  new <- x[, 201:400]
  held <- sum((new - predict(images, new, type = "response"))^2)
  expect_lt(objective(adapt(images, new, max_iter = 1)), held)
  expect_gt(objective(thesis_adapt(images, new, max_iter = 1)), held)
  # whatever the units; and nothing to scale is nothing
  expect_identical(coef(adapt(fit, data$new * 2^400, 2)), coef(adapt(fit, data$new, 2)) * 2^400)
  expect_identical(unname(coef(adapt(fit, 0 * data$new, 2))), matrix(0, 3, 14))
})

test_that("the thesis adapts from W'X as it is, whatever the solver", {
  data <- old_and_new(18)
  fit <- nmf(data$old, 3, solver = "hals", control = quick)
  start <- list(w = basis(fit), h = crossprod(basis(fit), data$new))
  same <- nmf(data$new, 3, init = start, solver = "hals", control = nmf_control(4, 0))
  got <- thesis_adapt(fit, data$new, max_iter = 4)
  expect_identical(got$trace, same$trace)
  expect_false(identical(adapt(fit, data$new, max_iter = 4)$trace, same$trace))
})

test_that("all iterations are run and nothing warns, whatever stopped the fit itself", {
  data <- old_and_new(3)
  fit <- nmf(data$old, 2, control = nmf_control(max_iter = 2000, tol = 1e-4))
  expect_true(fit$converged)
  expect_no_warning(got <- adapt(fit, data$new, max_iter = 500))
  expect_identical(got$iterations, 500L)
  # the other stop rule, by the change of the factors
  fit <- nmf(data$old, 2, control = nmf_control(max_iter = 2000, tol = 0, step_tol = 1e-2))
  expect_identical(adapt(fit, data$new, max_iter = 500)$iterations, 500L)
  # and the one by the residual of the conditions of optimality
  fit <- nmf(data$old, 2, control = nmf_control(max_iter = 2000, tol = 0, kkt = 0.1))
  expect_identical(adapt(fit, data$new, max_iter = 500)$iterations, 500L)
})

test_that("the graph function is called once, on the new data", {
  data <- old_and_new(4)
  seen <- new.env()
  counted <- function(x) {
    seen$data <- c(seen$data, list(unname(x)))
    alike(x)
  }
  fit <- gnmf(data$old, 3, graph = counted, lambda = 2, solver = "mu", control = quick)
  seen$data <- NULL
  got <- adapt(fit, data$new, max_iter = 6)
  expect_identical(seen$data, list(data$new))
  step <- function(x, w, h) mu_graph_step(x, w, h, alike(x), 2, "scale_invariant")
  expect_adapted(got, adapt_by_hand(unname(basis(fit)), data$new, step, 6))
})

test_that("a graph can be given for the new samples, and must be where a matrix was used", {
  data <- old_and_new(5)
  given <- example_graphs(ncol(data$new))$near
  step <- function(x, w, h) mu_graph_step(x, w, h, given, 2, "raw")
  for (graph in list(alike, alike(data$old))) {
    fitted_at <- function(scale) {
      set.seed(1)
      gnmf(data$old, 3, graph = graph, lambda = 2, form = "raw",
           control = nmf_control(max_iter = 5, tol = 0, scale = scale))
    }
    # a raw penalty depends on the scale of W, which is that before the fit was scaled
    fit <- fitted_at("max")
    wanted <- adapt_by_hand(unname(basis(fitted_at("none"))), data$new, step, 6)
    expect_adapted(adapt(fit, data$new, max_iter = 6, graph = given), wanted)
    expect_adapted(adapt(fit, data$new, max_iter = 6, graph = function(x) given), wanted)
  }
  expect_bad(adapt(fit, data$new), "graph")
  expect_bad(adapt(fit, data$new, graph = diag(3)), "graph")
  expect_bad(adapt(fit, data$new, graph = given - 1), "graph")
  expect_bad(adapt(fit, data$new, graph = "knn"), "graph")
})

test_that("what is missing of the new samples, or weighs less, counts as in nmf()", {
  data <- old_and_new(16)
  weights <- matrix(stats::runif(140), 10)
  holes <- replace(data$new, c(3, 50, 51), NA)
  for (loss in c("frobenius", "kl")) {
    fit <- nmf(data$old, 3, loss = loss, solver = "mu", control = quick)
    same <- function(x, ...) {
      start <- nmf(x, 3, init = list(w = basis(fit)), loss = loss, solver = "mu",
                   control = nmf_control(6, 0), ...)
      got <- adapt(fit, x, max_iter = 6, ...)
      expect_identical(unname(basis(got)), unname(basis(start)))
      expect_identical(unname(coef(got)), unname(coef(start)))
      expect_identical(nobs(got), nobs(start))
    }
    same(holes, missing = "mask")
    same(data$new, weights = weights)
    same(holes, missing = "mask", weights = weights)
    same(data$new, weights = rep(1:2, 7))
    same(Matrix::Matrix(data$new * (data$new > 2), sparse = TRUE), missing = "unstored")
  }
  expect_bad(adapt(fit, holes), "newdata")
  expect_bad(adapt(fit, data$new, weights = weights[, -1]), "weights")
  expect_bad(adapt(fit, data$new, missing = "none"), "missing")
})

test_that("adapt() of a meta-learned fit uses the options of the target's fits", {
  split <- small_split(30)
  new <- old_and_new(6, m = 12)$new
  fit <- meta_nmf(split, 2, control = meta_control(
    epochs = 2, inner = nmf_control(max_iter = 3, scale = "l2"),
    target = nmf_control(max_iter = 4, tol = 0, scale = "max", backend = "native", block = 3)))
  got <- adapt(fit, new, max_iter = 6)
  expect_adapted(got, adapt_by_hand(unname(basis(fit)), new, mu_step, 6))
  expect_identical(got$scaling$kind, "max")
  expect_identical(got$engine$backend, "native")
  # the author stops tasks on a small change, but never the evaluation
  fit <- meta_nmf(split, 1, control = meta_control(preset = "author", epochs = 2))
  expect_identical(adapt(fit, new)$iterations, 100L)
})

test_that("adapt() of the author's graph model is his ratio from the learned basis, unscaled", {
  split <- small_split(31)
  new <- old_and_new(7, m = 12)$new
  fit <- meta_gnmf(split, 2, graph = alike, control = meta_control(preset = "author", epochs = 2))
  got <- adapt(fit, new, max_iter = 6)
  step <- function(x, w, h) kl_ratio_step(x, w, h, alike(x), 0.3)
  wanted <- adapt_by_hand(unname(basis(fit)), new, step, 6)
  expect_equal(unname(basis(got)), wanted$w, tolerance = 1e-9)
  expect_equal(unname(coef(got)), wanted$h, tolerance = 1e-9)
})

test_that("evaluation = \"init\" drops the learned basis for NNDSVD, without a graph alone", {
  split <- small_split(32)
  new <- old_and_new(8, m = 12)$new
  adapted <- function(evaluation, ...) {
    set.seed(3)
    control <- meta_control(epochs = 2, evaluation = evaluation)
    adapt(meta_nmf(split, 2, ..., control = control), new, max_iter = 6)
  }
  from_nndsvd <- nmf(new, 2, init = "nndsvd", solver = "mu",
                     control = nmf_control(max_iter = 6, tol = 0))
  expect_identical(basis(adapted("init", init = "nndsvd")), basis(from_nndsvd))
  expect_false(identical(basis(adapted("basis", init = "nndsvd")), basis(from_nndsvd)))
  expect_identical(basis(adapted("init")), basis(adapted("basis")))
  graph <- penalty_graph(alike, 2)
  expect_identical(basis(adapted("init", init = "nndsvd", penalty = graph)),
                   basis(adapted("basis", init = "nndsvd", penalty = graph)))
})

test_that("an adapted fit can be adapted and predicted from again", {
  data <- old_and_new(9)
  first <- adapt(nmf(data$old, 3, solver = "mu", control = quick), data$new, max_iter = 3)
  again <- adapt(first, data$old, max_iter = 4)
  expect_adapted(again, adapt_by_hand(unname(basis(first)), data$old, mu_step, 4))
  expect_lt(nnls_gap(basis(again), data$new, predict(again, data$new)), 1e-9)
})

test_that("names of new samples and of features are carried", {
  data <- old_and_new(10)
  rownames(data$old) <- rownames(data$new) <- letters[1:10]
  colnames(data$new) <- paste0("new", 1:14)
  got <- adapt(nmf(data$old, 3, control = quick), data$new, max_iter = 2)
  expect_identical(rownames(basis(got)), letters[1:10])
  expect_identical(colnames(coef(got)), colnames(data$new))
})

test_that("a power of two in the new data goes into the coefficients alone", {
  data <- old_and_new(11)
  fit <- nmf(data$old, 3, control = quick)
  plain <- adapt(fit, data$new, max_iter = 6)
  for (power in c(-600, 40, 600)) {
    scaled <- adapt(fit, data$new * 2^power, max_iter = 6)
    expect_identical(basis(scaled), basis(plain))
    expect_identical(coef(scaled), coef(plain) * 2^power)
  }
})

test_that("zero columns in the new data give zero coefficients and no NaN", {
  data <- old_and_new(12)
  data$new[, c(1, 5)] <- 0
  for (loss in c("frobenius", "kl")) {
    got <- adapt(nmf(data$old, 3, loss = loss, control = quick), data$new)
    expect_true(all(is.finite(c(basis(got), coef(got), got$trace))))
    expect_identical(unname(coef(got)[, c(1, 5)]), matrix(0, 3, 2))
  }
})

test_that("fewer new samples than components are adapted to", {
  data <- old_and_new(13)
  fit <- nmf(data$old, 3, solver = "mu", control = quick)
  wanted <- adapt_by_hand(unname(basis(fit)), data$new[, 1:2], mu_step, 4)
  expect_adapted(adapt(fit, data$new[, 1:2], max_iter = 4), wanted)
})

test_that("an NNDSVD start of the new data needs as many samples as components, and says so", {
  split <- small_split(33)
  new <- old_and_new(15, m = 12)$new
  adapted <- function(evaluation, samples) {
    control <- meta_control(epochs = 1, evaluation = evaluation)
    adapt(meta_nmf(split, 3, init = "nndsvd", control = control), new[, samples, drop = FALSE])
  }
  expect_bad(adapted("init", 1:2), "newdata")
  expect_identical(dim(coef(adapted("init", 1:3))), c(3L, 3L))
  expect_identical(dim(coef(adapted("basis", 1))), c(3L, 1L))
})

test_that("bad input to adapt() is an error that names what is wrong", {
  set.seed(14)
  x <- matrix(round(stats::runif(40), 3), 4, dimnames = list(letters[1:4], NULL))
  fit <- nmf(x, 2, control = quick)
  expect_bad(adapt(x, x), "fit")
  expect_bad(adapt(fit), "newdata")
  expect_bad(adapt(newdata = x), "fit")
  expect_bad(adapt(fit, x[-1, ]), "newdata")
  expect_bad(adapt(fit, `rownames<-`(x, c("a", "b", "c", "e"))), "newdata")
  expect_bad(adapt(fit, replace(x, 6, NA)), "newdata")
  expect_bad(adapt(fit, x[, 1]), "newdata")
  expect_bad(adapt(fit, x, max_iter = 0), "max_iter")
  expect_bad(adapt(fit, x, maxiter = 3), "...")
  expect_bad(adapt(fit, x, graph = diag(10)), "graph")
})

test_that("new data that a loss or its options cannot take are refused, by predict() too", {
  data <- old_and_new(9)
  sparse <- Matrix::Matrix(data$new, sparse = TRUE)
  fit <- nmf(data$old + 1, 3, loss = "is", control = quick)
  for (verb in list(adapt, predict)) {
    expect_error(verb(fit, sparse), "positive numbers .* sparse", class = "metanmf_error")
    expect_error(verb(fit, replace(data$new, 3, 0)), "1 zeros", class = "metanmf_error")
  }
  expect_error(predict(fit, sparse, missing = "mask"), class = "metanmf_error")
  expect_true(all(is.finite(predict(fit, replace(data$new, 3, NA), missing = "mask"))))
  # The author's small numbers would fill the zeros of sparse data.
  fit <- nmf(data$old, 3, loss = "kl", control = nmf_control(preset = "author"))
  expect_error(adapt(fit, sparse), "smoothing", class = "metanmf_error")
  expect_equal(predict(fit, sparse), predict(fit, data$new))
})
