# A start from a fit of another rank.

one_step <- nmf_control(1, tol = 0)

settled <- function(...) nmf(..., control = nmf_control(300, tol = 1e-6))

quiet <- function(code) suppressWarnings(code, classes = "metanmf_not_converged")

# The objective of the fit, and of one iteration from it with more components.
grown_objective <- function(x, from, to, ...) {
  set.seed(3)
  fit <- quiet(settled(x, from, ...))
  grown <- nmf(x, to, init = fit, control = one_step, ...)
  c(objective(fit), grown$trace[[1]], length(grown$dead))
}

test_that("a larger rank starts at or below the objective of the fit, with every kind of data", {
  set.seed(1)
  x <- drawn_data(15, 22, 5) + 0.1
  holes <- replace(x, sample(length(x), 60), NA)
  weights <- matrix(stats::runif(length(x)) * 3, 15)
  sparse <- sparse_copy(replace(x, x < stats::median(x), 0))
  gaps <- sparse
  gaps@x[c(2, 30)] <- NA
  margins <- list(samples = stats::runif(22), features = 1:15)
  for (loss in c("frobenius", "kl", "is")) {
    lower <- function(...) {
      values <- grown_objective(..., loss = loss)
      expect_lt(values[[2]], 0.999 * values[[1]])
      expect_identical(values[[3]], 0)
    }
    lower(x, 3, 4)
    lower(x, 2, 4)
    lower(holes, 3, 4, missing = "mask")
    lower(x, 3, 4, weights = weights)
    lower(sparse, 2, 3, missing = "unstored")
    if (loss == "is") next
    lower(sparse, 3, 4)
    lower(gaps, 3, 4, missing = "mask")
    lower(x, 3, 4, weights = margins)
    lower(sparse, 3, 4, weights = margins)
    lower(x, 3, 4, penalty = penalty_sparse(0.01))
    lower(x, 3, 4, known = list(w = x[, 1:2]))
    lower(x * 1e-140, 3, 4)
  }
  for (solver in c("mu", "hals", "bpp")) {
    values <- grown_objective(x, 3, 4, solver = solver)
    expect_lt(values[[2]], 0.999 * values[[1]])
  }
})

test_that("sparse data grow as the same dense data do", {
  set.seed(2)
  x <- drawn_data(15, 22, 5)
  x[x < stats::median(x)] <- 0
  fit <- quiet(settled(x, 3))
  grow <- function(x) coef(nmf(x, 5, init = fit, control = one_step))
  expect_equal(grow(sparse_copy(x)), grow(x), tolerance = 1e-8)
})

test_that("no random number is drawn, and the components of the fit keep names and order", {
  set.seed(4)
  x <- drawn_data(10, 15, 4)
  fit <- quiet(settled(x, 2))[c(2, 1)]
  before <- .Random.seed
  grown <- nmf(x, 4, init = fit, control = one_step)
  expect_identical(.Random.seed, before)
  expect_identical(colnames(basis(grown)), c("c2", "c1", "c3", "c4"))
})

test_that("one more component finds the one that was left out of planted parts", {
  w <- kronecker(diag(4), cbind(rep(1, 5)))
  set.seed(5)
  h <- matrix(stats::rexp(4 * 30), 4)
  x <- w %*% h
  # Three of four parts.
  fit <- nmf(x, 3, init = list(w = w[, 1:3], h = h[1:3, ]), control = one_step)
  grown <- nmf(x, 4, init = fit, control = nmf_control(50, tol = 0))
  cosine <- sum(basis(grown)[, 4] * w[, 4]) / sqrt(sum(basis(grown)[, 4]^2) * sum(w[, 4]^2))
  expect_gt(cosine, 0.999)
  expect_lt(objective(grown), 1e-6 * sum(x^2))
})

test_that("a smaller rank drops the components of the least share", {
  set.seed(6)
  x <- drawn_data(10, 15, 4)
  fit <- quiet(settled(x, 4))
  small <- nmf(x, 2, init = fit, control = one_step)
  largest <- sort(order(-summary(fit)$share)[1:2])
  expect_identical(colnames(basis(small)), paste0("c", largest))
  direct <- nmf(x, 2, init = fit[largest], control = one_step)
  expect_identical(basis(small), basis(direct))
})

test_that("what is known keeps its place, whatever the rank of the fit", {
  set.seed(7)
  x <- drawn_data(10, 15, 5)
  known <- list(w = x[, 1:2], h = x[3, , drop = FALSE])
  fit <- quiet(settled(x, 4, known = known))
  for (rank in c(3, 5, 6)) {
    other <- nmf(x, rank, init = fit, known = known, control = one_step)
    expect_identical(unname(basis(other)[, 1:2]), unname(known$w))
    expect_identical(unname(coef(other)[rank, ]), unname(known$h[1, ]))
  }
  grown <- nmf(x, 5, init = fit, known = known, control = one_step)
  expect_lt(grown$trace[[1]], objective(fit))
})

test_that("where nothing is left to explain new components are dead", {
  x <- outer(1:5, 1:6)
  fit <- nmf(x, 1, init = list(w = cbind(1:5), h = rbind(1:6)), control = one_step)
  grown <- nmf(x, 3, init = fit, control = one_step)
  expect_lt(objective(grown), 1e-20)
  expect_identical(grown$dead, 2:3)
})

test_that("a penalty that costs more than a component gains keeps it all the same", {
  set.seed(1)
  x <- drawn_data(15, 22, 5)
  values <- grown_objective(x, 3, 4, penalty = penalty_orthogonal(3))
  expect_identical(values[[3]], 0)
})

test_that("a fit of other data, or more components beside exact orthogonality, are refused", {
  set.seed(8)
  x <- drawn_data(6, 9, 3)
  fit <- settled(x, 2)
  expect_bad(nmf(x[, 1:7], 3, init = fit), "init$h")
  expect_bad(nmf(x[1:5, ], 3, init = fit), "init$w")
  expect_bad(nmf(x, 3, init = fit, penalty = penalty_orthogonal(exact = TRUE)), "init")
  expect_bad(nmf(x, 3, init = as_nmf(basis(fit))), "init$w")
})

test_that("a component placed on the residual alone is the one placed beside all others", {
  set.seed(9)
  x <- drawn_data(15, 22, 5)
  for (given in list(x, replace(x, sample(length(x), 60), NA))) {
    fit <- quiet(settled(given, 3, missing = "mask"))
    data <- engine_data(given)
    pair <- list(w = cbind(unname(basis(fit)), 0), h = rbind(unname(coef(fit)), 0))
    model <- engine_model(4, "frobenius", "hals", features = 15)
    engine <- engine_control(nmf_control(scale = "none"), "frobenius")
    engine$tol <- 0
    expect_true(is_residual_model(model, data))
    alone <- place_on_residual(pair, 4L, data, engine)
    pair$value <- pair_objective(data, pair$w, pair$h, model, engine)
    beside <- place_components(pair, 4L, data, model, engine, leading_residual_column)
    expect_gt(min(sum(alone$w[, 4]), sum(alone$h[4, ])), 0)
    expect_equal(alone[c("w", "h")], beside[c("w", "h")], tolerance = 1e-10)
  }
})
