# Ratings: sparse data of which only the stored entries were observed. The truth is the dense
# matrix with NA, and plain R on the observed entries.

control <- function(iterations = 6) nmf_control(iterations, tol = 0, scale = "none")

drawn_ratings <- function(seed, m = 12, n = 15, rank = 3, share = 0.5) {
  set.seed(seed)
  dense <- drawn_data(m, n, rank) + 0.1
  seen <- matrix(stats::runif(m * n) < share, m)
  at <- which(seen, arr.ind = TRUE)
  x <- Matrix::sparseMatrix(i = at[, 1], j = at[, 2], x = dense[seen], dims = c(m, n))
  # Some of the stored ratings are 0, and were observed.
  list(x = x, dense = replace(dense, !seen, NA), seen = seen, start = drawn_start(dense, rank))
}

loss_at <- list(frobenius = function(x, z) (x - z)^2,
                kl = function(x, z) ifelse(x > 0, x * log(x / z), 0) - x + z,
                is = function(x, z) x / z - log(x / z) - 1)

# One iteration of weighted multiplicative updates.
weighted_mu <- function(x, seen, w, h, loss) {
  x[!seen] <- 1
  up <- switch(loss, frobenius = function(z) seen * x, kl = function(z) seen * x / z,
               is = function(z) seen * x / z^2)
  down <- switch(loss, frobenius = function(z) seen * z, kl = function(z) seen + 0 * z,
                 is = function(z) seen / z)
  z <- w %*% h
  h <- h * (t(w) %*% up(z)) / (t(w) %*% down(z))
  z <- w %*% h
  list(w = w * (up(z) %*% t(h)) / (down(z) %*% t(h)), h = h)
}

test_that("\"mu\" takes the weighted multiplicative step, entry by entry", {
  d <- drawn_ratings(1)
  weights <- d$seen * matrix(stats::runif(180, 0.1, 3), 12)
  for (loss in names(loss_at)) for (backend in c("blas", "native")) {
    for (given in list(NULL, weights)) {
      omega <- if (is.null(given)) d$seen else given
      right <- weighted_mu(d$dense, omega, d$start$w, d$start$h, loss)
      fit <- nmf(d$x, 3, init = d$start, loss = loss, solver = "mu", missing = "unstored",
                 weights = given, control = nmf_control(1, 0, scale = "none", backend = backend))
      expect_equal(unname(fit$h), unname(right$h), tolerance = 1e-12, label = loss)
      expect_equal(unname(fit$w), unname(right$w), tolerance = 1e-12, label = loss)
    }
  }
})

test_that("\"bpp\" solves every sample and every feature from what was observed of it", {
  d <- drawn_ratings(2)
  fit <- nmf(d$x, 3, init = d$start, solver = "bpp", missing = "unstored", control = control(1))
  for (j in 1:15) {
    right <- nnls_by_hand(d$start$w[d$seen[, j], , drop = FALSE], d$dense[d$seen[, j], j])$h
    expect_equal(unname(fit$h[, j]), right, tolerance = 1e-8)
  }
  for (i in 1:12) {
    right <- nnls_by_hand(t(unname(fit$h)[, d$seen[i, ]]), d$dense[i, d$seen[i, ]])$h
    expect_equal(unname(fit$w[i, ]), right, tolerance = 1e-8)
  }
})

test_that("F is that of the observed entries, never rises, and ends where a dense fit stays", {
  d <- drawn_ratings(3, share = 0.7)
  for (case in list(c("mu", "frobenius"), c("hals", "frobenius"), c("bpp", "frobenius"),
                    c("mu", "kl"), c("mu", "is"))) {
    run <- function(x, missing, iterations, init) {
      nmf(x, 2, init = init, solver = case[1], loss = case[2], missing = missing,
          control = control(iterations))
    }
    fit <- run(d$x, "unstored", 40, list(w = d$start$w[, 1:2], h = d$start$h[1:2, ]))
    expect_lt(max(diff(fit$trace)), 1e-12 * fit$trace[[1]], label = case[1])
    right <- sum(loss_at[[case[2]]](d$dense, fitted(fit)), na.rm = TRUE)
    expect_equal(objective(fit), right, tolerance = 1e-10)
    expect_equal(nobs(fit), sum(d$seen))
    expect_equal(fit$data$x_norm2, sum(d$dense^2, na.rm = TRUE), tolerance = 1e-12)
    long <- run(d$x, "unstored", 3000, fit)
    dense <- run(d$dense, "mask", 300, long)
    expect_lt(1 - objective(dense) / objective(long), 1e-5, label = toString(case))
  }
})

test_that("everything observed is no ratings: the same iterates as the plain fit", {
  d <- drawn_ratings(4, share = 2)
  full <- as.matrix(d$x)
  for (case in list(c("mu", "frobenius"), c("hals", "frobenius"), c("bpp", "frobenius"),
                    c("mu", "kl"), c("mu", "is"))) {
    run <- function(x, missing) {
      nmf(x, 3, init = d$start, solver = case[1], loss = case[2], missing = missing,
          control = control())
    }
    fit <- run(d$x, "unstored")
    right <- run(full, "error")
    expect_equal(fit$w, right$w, tolerance = 1e-10, label = toString(case))
    expect_equal(fit$h, right$h, tolerance = 1e-10)
    expect_equal(fit$trace, right$trace, tolerance = 1e-10)
    expect_equal(fit$kkt, right$kkt, tolerance = 1e-8)
  }
})

test_that("penalties act on ratings as on dense data with NA, where all is observed", {
  d <- drawn_ratings(5, share = 2)
  penalties <- list(penalty_sparse(0.1), penalty_sparse(0.1, on = "w", form = "raw"),
                    penalty_ridge(0.01), penalty_smooth(1), penalty_smooth(1, on = "w"),
                    penalty_graph(function(x) knn_graph(x, k = 3), 10),
                    penalty_orthogonal(0.5, form = "raw"), penalty_orthogonal(exact = TRUE))
  for (penalty in penalties) for (case in list(c("mu", "frobenius"), c("hals", "frobenius"),
                                               c("bpp", "frobenius"), c("mu", "kl"))) {
    one <- list(penalty)
    if (!is.null(refuse_loss(case[2], one)) || !is.null(refuse_solver(case[1], case[2], one))) next
    run <- function(x, missing) {
      nmf(x, 3, init = d$start, solver = case[1], loss = case[2], missing = missing,
          penalty = penalty, control = control())
    }
    fit <- run(d$x, "unstored")
    right <- run(as.matrix(d$x), "error")
    expect_equal(fit$w, right$w, tolerance = 1e-9, label = format(penalty))
    expect_equal(fit$trace, right$trace, tolerance = 1e-9, label = format(penalty))
    expect_equal(fit$kkt, right$kkt, tolerance = 1e-6, label = format(penalty))
  }
})

test_that("penalised fits of ratings never rise, and known parts stay", {
  d <- drawn_ratings(6)
  known <- list(w = d$start$w[, 1, drop = FALSE], h = d$start$h[3, , drop = FALSE])
  for (penalty in list(NULL, penalty_sparse(0.2), penalty_ridge(0.1), penalty_smooth(1),
                       penalty_orthogonal(0.2))) for (loss in c("frobenius", "kl")) {
    if (loss == "kl" && has_penalty(list(penalty), "orthogonal")) next
    fit <- nmf(d$x, 3, init = d$start, loss = loss, missing = "unstored", penalty = penalty,
               known = known, control = control(30))
    expect_lt(max(diff(fit$trace)), 1e-10 * fit$trace[[1]])
    expect_identical(unname(fit$w[, 1]), unname(known$w[, 1]))
    expect_identical(unname(fit$h[3, ]), unname(known$h[1, ]))
  }
})

test_that("zeros that ratings ask for come back as they do in dense data, and F never rises", {
  d <- drawn_ratings(15, m = 20, n = 24, share = 2)
  start <- d$start
  start$h[matrix(stats::runif(72) < 0.4, 3) & row(start$h) < 3] <- 0
  start$w[2:4, 1] <- 0
  seen <- matrix(stats::runif(480) < 0.6, 20)
  some <- d$x
  some@x[!seen] <- NA
  weights <- matrix(stats::runif(480, 0.1, 3), 20)
  for (loss in names(loss_at)) {
    run <- function(x, missing, iterations = 125, weights = NULL) {
      nmf(x, 3, init = start, solver = "mu", loss = loss, missing = missing, weights = weights,
          control = control(iterations))
    }
    fit <- run(d$x, "unstored")
    right <- run(as.matrix(d$x), "error")
    expect_equal(fit$h, right$h, tolerance = 1e-9, label = loss)
    expect_equal(fit$w, right$w, tolerance = 1e-9, label = loss)
    expect_lt(sum(fit$h == 0), sum(start$h == 0))
    trace <- run(some, "unstored", 300, weights)$trace
    expect_lt(max(diff(trace)), 1e-12 * trace[[1]], label = loss)
  }
})

test_that("stored zeros are observed, stored NA and what weighs nothing are not", {
  d <- drawn_ratings(7)
  zeros <- d$x
  zeros@x[c(3, 20)] <- 0
  fit <- function(x, ...) {
    nmf(x, 3, init = d$start, loss = "kl", ..., control = control())[c("w", "h", "trace", "data")]
  }
  dense <- replace(d$dense, which(d$seen)[c(3, 20)], 0)
  one <- fit(zeros, missing = "unstored")
  expect_equal(one$trace[[7 - 1]], sum(loss_at$kl(dense, one$w %*% one$h), na.rm = TRUE),
               tolerance = 1e-10)
  holes <- d$x
  holes@x[c(3, 20)] <- NA
  none <- fit(holes, missing = "unstored")
  expect_equal(none$data$n_observed, sum(d$seen) - 2)
  ones <- d$x
  ones@x[] <- 1
  ones@x[c(3, 20)] <- 0
  expect_identical(fit(zeros, missing = "unstored", weights = ones)$trace, none$trace)
  expect_equal(fit(zeros, weights = ones)$trace, none$trace, tolerance = 1e-12)
})

test_that("sparse weights of sparse data weigh what they store, zeros of the data included", {
  d <- drawn_ratings(8)
  weights <- Matrix::rsparsematrix(12, 15, 0.4, rand.x = function(n) stats::runif(n, 0.2, 2))
  full <- as.matrix(weights)
  fit <- nmf(d$x, 2, weights = weights, init = "nndsvda", control = control(2000))
  right <- sum(full * (as.matrix(d$x) - fitted(fit))^2)
  expect_equal(objective(fit), right, tolerance = 1e-10)
  expect_equal(nobs(fit), sum(full > 0))
  dense <- nmf(as.matrix(d$x), 2, weights = full, init = fit, control = control(500))
  expect_equal(objective(dense), right, tolerance = 1e-4)
})

test_that("weights of samples and features weigh the stored ratings, beside any penalty", {
  d <- drawn_ratings(9)
  u <- stats::runif(15, 0.1, 3)
  v <- stats::runif(12, 0.1, 2)
  full <- outer(v, u)
  fit <- nmf(d$x, 3, init = d$start, missing = "unstored", penalty = penalty_sparse(0.1),
             weights = list(samples = u, features = v), control = control())
  right <- nmf(d$x, 3, init = d$start, missing = "unstored", penalty = penalty_sparse(0.1),
               weights = full, control = control())
  expect_equal(fit$trace, right$trace, tolerance = 1e-12)
  expect_equal(deviance(fit), sum(full * (d$dense - fitted(fit))^2, na.rm = TRUE),
               tolerance = 1e-10)
})

test_that("threads, blocks and slices change no bit of a fit of ratings", {
  d <- drawn_ratings(10, m = 60, n = 300)
  fit <- function(...) {
    nmf(d$x, 3, init = d$start, missing = "unstored",
        control = nmf_control(5, 0, backend = "native", ...))[c("w", "h", "trace")]
  }
  one <- fit()
  expect_identical(fit(threads = 2), one)
  expect_equal(fit(block = 7), one, tolerance = 1e-12)
})

test_that("predict() of ratings is exact on what was observed of each sample", {
  d <- drawn_ratings(11)
  for (loss in names(loss_at)) {
    fit <- nmf(d$x, 3, init = d$start, loss = loss, missing = "unstored", control = control(20))
    expect_equal(predict(fit, d$x, missing = "unstored"),
                 predict(fit, d$dense, missing = "mask"), tolerance = 1e-8, label = loss)
    weights <- matrix(stats::runif(180, 0.1, 3), 12)
    expect_equal(predict(fit, d$x, missing = "unstored", weights = weights),
                 predict(fit, d$dense, missing = "mask", weights = weights), tolerance = 1e-6)
  }
})

test_that("where a fit of ratings ended predict() gives its coefficients, and adapt() stays", {
  d <- drawn_ratings(14, m = 20, n = 30)
  weights <- d$x
  weights@x <- stats::runif(length(d$x@x), 0.2, 2)
  for (loss in c("frobenius", "kl")) for (given in list(NULL, weights)) {
    fit <- nmf(d$x, 3, init = d$start, loss = loss, missing = "unstored", weights = given,
               penalty = penalty_sparse(0.05), control = nmf_control(3000, 0))
    h <- predict(fit, d$x, missing = "unstored", weights = given)
    # Multiplicative updates come near 0 slowly.
    expect_equal(h, coef(fit), tolerance = if (loss == "kl") 1e-3 else 1e-5, label = loss)
    again <- adapt(fit, d$x, missing = "unstored", weights = given, max_iter = 500)
    expect_equal(objective(again), objective(fit), tolerance = 1e-2, label = loss)
  }
})

test_that("a 100000 x 100000 matrix of 30000 ratings is factorised, which would be 80 GB", {
  set.seed(12)
  size <- 1e5
  x <- Matrix::sparseMatrix(i = sample(size, 3e4), j = sample(size, 3e4), x = stats::runif(3e4),
                            dims = c(size, size))
  expect_message(fit <- nmf(x, 2, missing = "unstored", control = nmf_control(3, tol = 0)),
                 "Nothing was observed of 70000 samples and 70000 features")
  expect_true(all(is.finite(fit$trace)))
  expect_identical(is.na(coef(fit)[1, ]), diff(x@p) == 0)
  expect_lt(max(diff(fit$trace)), 1e-20)
})

test_that("planted ratings of rank 3 are found where they were not observed", {
  set.seed(13)
  truth <- matrix(stats::rexp(180), 60) %*% matrix(stats::rexp(240), 3)
  seen <- matrix(stats::runif(length(truth)) < 0.3, 60)
  x <- as_sparse_data(truth * seen)
  for (init in c("random", "nndsvda")) {
    fit <- nmf(x, 3, init = init, missing = "unstored", control = nmf_control(1000, tol = 0))
    expect_lt(sqrt(mean((fitted(fit) - truth)[!seen]^2)), 1e-2 * mean(truth))
  }
  for (init in c("kmeans", "nndsvd", "nndsvdar")) {
    expect_bad(nmf(x, 3, init = init, missing = "unstored"), "init")
  }
})

test_that("a `missing` that is unknown, or does not go with the data, says what would do", {
  x <- matrix(1:12 + 0, 3)
  expect_bad(nmf(x, 2, missing = "unstored"), "missing")
  expect_bad(nmf(as_sparse_data(x), 2, missing = "unknown"), "missing")
  refusal <- tryCatch(nmf(x, 2, missing = "zeros"), error = conditionMessage)
  expect_match(refusal, "\"error\", \"mask\", \"unstored\"", fixed = TRUE)
  empty <- Matrix::sparseMatrix(i = integer(), j = integer(), x = numeric(), dims = c(4, 5))
  expect_bad(nmf(empty, 2, missing = "unstored"), "x")
  expect_bad(nmf(as_sparse_data(x), 2, missing = "unstored", weights = 0 * x), "weights")
  expect_bad(nmf(as_sparse_data(x), 2, missing = "unstored", weights = x[, 1:2]), "weights")
})
