# Samples and features of which nothing was observed: a fit leaves them out and says so.

solvers <- list(c("mu", "frobenius"), c("hals", "frobenius"), c("bpp", "frobenius"), c("mu", "kl"),
                c("mu", "is"))

test_that("the fit is that of the other samples and features, with NA in the places left out", {
  x <- unobserved_case()
  part <- x[-3, -5]
  control <- nmf_control(15, tol = 0)
  outcome <- c("trace", "value", "kkt", "dead", "iterations", "data")
  same <- function(fit, right) {
    expect_identical(unname(fit$w[-3, ]), unname(right$w))
    expect_identical(unname(fit$h[, -5]), unname(right$h))
    expect_true(all(is.na(fit$w[3, ])) && all(is.na(fit$h[, 5])))
    expect_identical(list(rownames(fit$w), colnames(fit$h)), dimnames(x))
    expect_identical(fit[outcome], right[outcome])
  }
  for (case in solvers) {
    for (init in c("random", "nndsvda", "kmeans")) {
      fit <- function(x, ...) {
        seeded(nmf(x, 3, init = init, solver = case[1], loss = case[2], control = control, ...))
      }
      right <- fit(part)
      same(fit(x, missing = "mask"), right)
      if (case[2] != "is") same(fit(sparse_copy(x), missing = "mask"), fit(sparse_copy(part)))
      seen <- 1 * !is.na(x)
      weighed <- fit(replace(x, is.na(x), 7), weights = seen)
      expect_equal(weighed$w[-3, ], right$w, tolerance = 1e-12, ignore_attr = TRUE)
      expect_true(all(is.na(weighed$h[, 5])))
    }
  }
})

test_that("what else is missing stays missing, and weights keep their entries", {
  x <- replace(unobserved_case(), c(1, 25, 77), NA)
  weights <- matrix(seq(0.1, 1, length.out = 140), 10)
  for (form in list(identity, sparse_copy)) {
    fit <- function(x, weights) {
      seeded(nmf(form(x), 3, missing = "mask", weights = weights,
                 control = nmf_control(9, tol = 0)))
    }
    whole <- fit(x, weights)
    right <- fit(x[-3, -5], weights[-3, -5])
    expect_identical(unname(whole$w[-3, ]), unname(right$w))
    expect_identical(whole$trace, right$trace)
    expect_equal(nobs(whole), sum(!is.na(x)))
  }
})

test_that("data of which nothing was observed are an error, by NA and weights together as well", {
  weights <- matrix(c(1, 0), 1)
  for (loss in c("frobenius", "kl", "is")) {
    expect_bad(nmf(matrix(c(NA, 1), 1), 1, missing = "mask", weights = weights, loss = loss), "x")
    expect_bad(nmf(matrix(NA_real_, 2, 3), 1, missing = "mask", loss = loss), "x")
  }
  expect_bad(nmf(sparse_copy(matrix(NA_real_, 2, 3)), 1, missing = "mask"), "x")
  x <- replace(matrix(1, 4, 4), cbind(1:4, rep(1:2, each = 4)), NA)
  refusal <- expect_error(nmf(x, 3, missing = "mask", init = "nndsvd"), "2 .*samples with data",
                          class = "metanmf_error")
})

test_that("the samples and features left out are counted once in a message, and in print()", {
  x <- unobserved_case()
  count <- function(code) length(capture_messages(code))
  told <- "Nothing was observed of 1 sample and 1 feature: left out, and NA in the result."
  expect_message(fit <- nmf(x, 2, missing = "mask"), told, fixed = TRUE)
  expect_identical(count(nmf(x, 2, missing = "mask", n_start = 3)), 1L)
  expect_output(print(fit), "nothing observed of 1 sample and 1 feature: NA", fixed = TRUE)
  expect_output(print(summary(fit)), "nothing observed of 1 sample and 1 feature: NA")
  whole <- replace(x, is.na(x), 1)
  expect_no_message(complete <- nmf(whole, 2, missing = "mask"))
  expect_no_match(capture_output(print(complete)), "nothing observed")
  two <- replace(x, cbind(1:10, 6), NA)
  expect_message(nmf(two, 2, missing = "mask"), "2 samples and 1 feature")
  expect_message(nmf(two[-3, ], 2, missing = "mask"), "observed of 2 samples: left out")
})

test_that("a start taken from a fit with gaps draws them anew, repeatably", {
  x <- unobserved_case()
  fit <- suppressMessages(nmf(x, 3, missing = "mask", control = nmf_control(200, scale = "none")))
  whole <- replace(x, is.na(x), 1)
  begin <- function(init, seed = 1) {
    set.seed(seed)
    nmf(whole, 3, init = init, control = nmf_control(50, tol = 0))
  }
  again <- begin(fit)
  expect_false(anyNA(c(again$w, again$h)))
  expect_identical(begin(fit), again)
  expect_identical(begin(list(w = basis(fit), h = coef(fit)))[c("w", "h")], again[c("w", "h")])
  expect_false(identical(begin(fit, 2)$w, again$w))
  expect_false(anyNA(begin(list(w = basis(fit)))$h))

  start <- resolve_init(fit, whole, 3)
  expect_identical(start$w[-3, ], fit$w[-3, ])
  expect_identical(start$h[, -5], fit$h[, -5])
  expect_true(all(start$w[3, ] > 0 & start$w[3, ] < colMeans(fit$w[-3, ])))
  expect_true(all(start$h[, 5] > 0 & start$h[, 5] < rowMeans(fit$h[, -5])))

  before <- .Random.seed
  suppressMessages(nmf(x, 3, init = fit, missing = "mask", control = nmf_control(5, tol = 0)))
  expect_identical(.Random.seed, before)
  expect_bad(nmf(whole, 3, init = list(w = replace(basis(again), 4, NA))), "init$w")
  expect_bad(nmf(whole, 3, init = list(w = basis(again) * NA)), "init$w")
})

test_that("known parts that are NA leave out what they belong to, and all that is known stays", {
  x <- unobserved_case()
  whole <- replace(x, is.na(x), 1)
  control <- nmf_control(20, tol = 0)
  fit <- suppressMessages(nmf(x, 3, missing = "mask", control = control))
  later <- seeded(nmf(whole, 3, known = list(w = basis(fit)), control = control))
  right <- seeded(nmf(whole[-3, ], 3, known = list(w = basis(fit)[-3, ]), control = control))
  expect_identical(basis(later), basis(fit))
  expect_identical(coef(later), coef(right))
  other <- seeded(nmf(whole, 4, known = list(h = coef(fit)), control = control))
  expect_identical(coef(other)[2:4, ], coef(fit))
  # A basis that is known says what an unobserved feature would be.
  w <- basis(later)
  w[3, ] <- 1:3
  filled <- seeded(nmf(x, 3, missing = "mask", known = list(w = w), control = control))
  expect_identical(basis(filled), w)
  expect_equal(fitted(filled)[3, -5], drop(1:3 %*% coef(filled)[, -5]))
  expect_bad(nmf(whole, 3, known = list(w = replace(w, 2, NA))), "known$w")
})

test_that("graphs lose the samples and features of which nothing was observed", {
  x <- unobserved_case()
  part <- x[-3, -5]
  set.seed(2)
  joined <- function(n) {
    graph <- matrix(stats::rbinom(n^2, 1, 0.4), n)
    1 * (graph + t(graph) > 0)
  }
  samples <- joined(14)
  features <- joined(10)
  fit <- function(x, on_h, on_w) {
    penalties <- list(penalty_graph(on_h, 2), penalty_graph(on_w, 3, on = "w"))
    seeded(nmf(x, 3, penalty = penalties, missing = "mask", control = nmf_control(20, tol = 0)))
  }
  for (graphs in list(list(samples, features), list(knn_graph, knn_graph))) {
    whole <- fit(x, graphs[[1]], graphs[[2]])
    less <- function(graph, at) if (is.matrix(graph)) graph[-at, -at] else graph
    right <- fit(part, less(graphs[[1]], 5), less(graphs[[2]], 3))
    expect_identical(unname(whole$w[-3, ]), unname(right$w))
    expect_identical(whole$trace, right$trace)
    expect_identical(whole$model$penalty[[1]]$graph, graphs[[1]])
  }
  expect_bad(fit(x, samples[-5, -5], features), "graph")
})

test_that("what is smooth along the samples costs across a gap the least that it can cost", {
  # Of all values in a gap of g steps, straight lines cost least: 1 / g of the squared difference.
  gap <- keep_graphs(list(penalty_smooth(1)), list(rows = NULL, columns = c(1L, 2L, 5L)))[[1]]
  weights <- as.matrix(path_graph(gap$at))
  expect_equal(weights, matrix(c(0, 1, 0, 1, 0, 1 / 3, 0, 1 / 3, 0), 3))
  least <- stats::optim(c(0, 0), function(between) sum(diff(c(2, between, 8))^2), method = "BFGS")
  expect_equal(weights[2, 3] * (8 - 2)^2, least$value, tolerance = 1e-6)
  x <- unobserved_case()
  control <- nmf_control(30, tol = 0)
  fit <- seeded(nmf(x, 2, penalty = penalty_smooth(1), solver = "mu", missing = "mask",
                    control = control))
  path <- as.matrix(path_graph(setdiff(1:14, 5)))
  right <- seeded(nmf(x[-3, -5], 2, penalty = penalty_graph(path, 1), solver = "mu",
                      control = control))
  expect_equal(fit$h[, -5], right$h, tolerance = 1e-10, ignore_attr = TRUE)
})

test_that("ratings and weights of samples or features leave out what they do not cover", {
  x <- unobserved_case()
  part <- x[-3, -5]
  control <- nmf_control(10, tol = 0)
  # Stored entries of ratings, none of them in row 3 or column 5.
  seen <- which(!is.na(x), arr.ind = TRUE)[seq(1, 117, by = 2), ]
  ratings <- Matrix::sparseMatrix(i = seen[, 1], j = seen[, 2], x = x[seen], dims = dim(x))
  fit <- function(x, ...) seeded(nmf(x, 3, control = control, ...))
  whole <- fit(ratings, missing = "unstored", weights = list(samples = 1:14))
  right <- fit(ratings[-3, -5], missing = "unstored", weights = list(samples = (1:14)[-5]))
  expect_identical(unname(whole$w[-3, ]), unname(right$w))
  expect_identical(whole[c("trace", "data")], right[c("trace", "data")])
  expect_true(all(is.na(c(whole$w[3, ], whole$h[, 5]))))
  expect_true(all(is.na(seeded(predict(right, ratings[-3, ], missing = "unstored"))[, 5])))

  none <- list(samples = replace(1:14, 5, 0), features = replace(1:10, 3, 0))
  for (loss in c("frobenius", "kl", "is")) {
    whole <- fit(replace(x, is.na(x), 8), weights = none, loss = loss)
    right <- fit(part, weights = list(samples = (1:14)[-5], features = (1:10)[-3]), loss = loss)
    expect_identical(unname(whole$h[, -5]), unname(right$h))
    expect_identical(whole[c("trace", "data")], right[c("trace", "data")])
    again <- seeded(predict(right, replace(part, 1, 8), weights = replace(rep(1, 13), 2, 0)))
    expect_identical(unname(which(is.na(again[1, ]))), 2L)
  }
})
