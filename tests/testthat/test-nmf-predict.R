# Fits whose basis is known: predict() reads the basis, the loss and the options alone.
fit_with_basis <- function(w, loss = "frobenius", control = nmf_control(max_iter = 1, tol = 0)) {
  x <- matrix(1, nrow(w), ncol(w) + 2)
  fit <- nmf(x, ncol(w), loss = loss, control = control)
  fit$w[] <- w
  fit
}

backends_here <- function() lapply(c("blas", "native"), function(k) nmf_control(1, 0, backend = k))

test_that("the fit, its basis and the data stay bit-identical", {
  set.seed(1)
  x <- drawn_data(8, 20, 3)
  new <- drawn_data(8, 9, 3)
  fits <- list(nmf(x, 3, control = nmf_control(9, 0)),
               nmf(x, 3, loss = "kl", control = nmf_control(9, 0)),
               gnmf(x, 3, graph = alike, control = nmf_control(9, 0)))
  for (fit in fits) {
    before <- serialize(list(fit, new), NULL)
    w <- basis(fit) + 0
    state <- .Random.seed
    for (type in c("coef", "response", "class", "proportion")) predict(fit, new, type = type)
    expect_identical(basis(fit), w)
    expect_identical(serialize(list(fit, new), NULL), before)
    expect_identical(.Random.seed, state)
  }
})

test_that("type decides what comes back, with names and shapes", {
  set.seed(2)
  x <- drawn_data(6, 20, 3)
  dimnames(x) <- list(letters[1:6], paste0("s", 1:20))
  fit <- nmf(x[, 1:12], 3, control = nmf_control(50, 0))
  new <- x[, 13:20]
  h <- predict(fit, new)
  expect_identical(dimnames(h), list(rownames(coef(fit)), colnames(new)))
  expect_equal(predict(fit, new, type = "response"), basis(fit) %*% h)
  expect_identical(dimnames(predict(fit, new, type = "response")), dimnames(new))
  expect_identical(predict(fit, new, type = "class"), apply(h, 2, which.max))
  expect_type(predict(fit, new, type = "class"), "integer")
  # without new data, the fit's own samples
  expect_identical(predict(fit), coef(fit))
  expect_equal(predict(fit, type = "response"), fitted(fit))
  expect_identical(predict(fit, type = "class"), apply(coef(fit), 2, which.max))
})

test_that("without names there are none for the samples", {
  set.seed(3)
  x <- drawn_data(6, 10, 2)
  fit <- nmf(x, 2, control = nmf_control(5, 0))
  expect_null(colnames(predict(fit, x)))
  expect_null(names(predict(fit, x, type = "class")))
})

test_that("rank 1 is max(0, w'x / w'w) = w'x / w'w and a KL total, by hand", {
  w <- matrix(c(1, 2, 2))
  x <- cbind(c(1, 2, 2), c(3, 0, 0), c(0, 0, 0))
  # w'w = 9; w'x = 9, 3, 0
  expect_equal(unname(predict(fit_with_basis(w), x)), matrix(c(1, 1 / 3, 0), 1))
  # KL: sum(x) / sum(w), with sum(w) = 5
  expect_equal(unname(predict(fit_with_basis(w, "kl"), x)), matrix(c(1, 3 / 5, 0), 1))
})

test_that("rank 2 by hand: both, one or none of the components", {
  # columns (1, 0) and (1, 1): x = (3, 2) = 1 w1 + 2 w2. x = (0, 2): the free solution is
  # (-2, 2), so h1 = 0 and h2 = w2'x / w2'w2 = 1. x = (2, 0): 2 w1.
  fit <- fit_with_basis(cbind(c(1, 0), c(1, 1)))
  h <- predict(fit, cbind(c(3, 2), c(0, 2), c(2, 0), 0))
  expect_equal(unname(h), cbind(c(1, 2), c(0, 1), c(2, 0), 0), tolerance = 1e-10)
  expect_identical(predict(fit, cbind(c(3, 2), c(0, 2), c(2, 0), 0), type = "class"),
                   c(2L, 2L, 1L, NA))
})

test_that("coefficients equal the best of all sets of positive entries, with both kernels", {
  set.seed(4)
  for (control in backends_here()) {
    for (rank in c(1, 2, 5)) {
      w <- matrix(stats::rexp(12 * rank), 12)
      x <- matrix(stats::rexp(12 * 9), 12)
      h <- unname(predict(fit_with_basis(w, control = control), x))
      for (j in 1:9) expect_equal(h[, j], nnls_by_hand(w, x[, j])$h, tolerance = 1e-8)
      expect_lt(nnls_gap(w, x, h), 1e-10)
    }
  }
})

test_that("nearly equal columns of the basis still give the optimum", {
  set.seed(5)
  base <- stats::runif(20)
  # cosines of the columns: about .99, .999 and .9999
  for (apart in c(0.3, 0.1, 0.03)) {
    w <- base + apart * matrix(stats::runif(20 * 4), 20)
    x <- w %*% matrix(stats::runif(4 * 25), 4) + 0.1 * matrix(stats::runif(20 * 25), 20)
    h <- predict(fit_with_basis(w), x)
    best <- vapply(1:25, function(j) nnls_by_hand(w, x[, j])$value, 0)
    expect_equal(colSums((x - w %*% h)^2), best, tolerance = 1e-8,
                 label = paste("residual at", apart))
  }
})

test_that("rank-deficient bases give finite coefficients and the best residual", {
  set.seed(6)
  a <- stats::runif(9)
  b <- stats::runif(9)
  x <- matrix(stats::runif(9 * 12), 9)
  x[, 5] <- 0
  # the residual of (a, b) alone, which no zero column, copy or multiple can lower
  best <- vapply(1:12, function(j) nnls_by_hand(cbind(a, b), x[, j])$value, 0)
  for (w in list(cbind(a, 0, b), cbind(a, a, b), cbind(a, 3 * a, b, b), cbind(a, b, a + b))) {
    h <- predict(fit_with_basis(w), x)
    expect_true(all(is.finite(h) & h >= 0))
    expect_equal(colSums((x - w %*% h)^2), best, tolerance = 1e-8)
    expect_lt(nnls_gap(w, x, h), 1e-8)
    kl <- predict(fit_with_basis(w, "kl"), x)
    expect_true(all(is.finite(kl) & kl >= 0))
    expect_equal(colSums(w %*% kl), colSums(x), tolerance = 1e-5)
  }
  expect_identical(unname(predict(fit_with_basis(cbind(a, 0, b)), x)[2, ]), rep(0, 12))
  for (loss in c("frobenius", "kl")) {
    nothing <- fit_with_basis(matrix(0, 9, 2), loss)
    expect_identical(unname(predict(nothing, x)), matrix(0, 2, 12))
    expect_identical(predict(nothing, x, type = "class"), rep(NA_integer_, 12))
  }
})

test_that("a basis of low rank, none of its columns alike, still gives the optimum", {
  # 12 x 8 of rank 3 or 4; many samples, since few of them lead an active set astray
  for (seed in c(12, 16, 31)) {
    set.seed(seed)
    rank <- if (seed == 12) 3 else 4
    w <- matrix(stats::rexp(12 * rank), 12) %*%
      matrix(stats::rexp(rank * 8) * (stats::runif(rank * 8) < 0.6), rank)
    x <- matrix(stats::runif(12 * 300), 12)
    h <- predict(fit_with_basis(w), x)
    gap <- vapply(1:300, function(j) nnls_gap(w, x[, j], h[, j]), 0)
    j <- which.max(gap)
    expect_equal(sum((x[, j] - w %*% h[, j])^2), nnls_by_hand(w, x[, j])$value,
                 tolerance = 1e-8, label = paste("residual with seed", seed))
  }
})

test_that("the scale of the basis' columns goes into the coefficients", {
  set.seed(16)
  w <- matrix(stats::rexp(12 * 3), 12)
  x <- matrix(stats::rexp(12 * 20), 12)
  by <- c(1e6, 1, 1e-6)
  for (loss in c("frobenius", "kl")) {
    h <- unname(predict(fit_with_basis(w, loss), x))
    scaled <- unname(predict(fit_with_basis(w %*% diag(by), loss), x))
    expect_equal(scaled * by, h, tolerance = 1e-9)
  }
})

test_that("a sample gets the same coefficients alone and in company", {
  set.seed(8)
  w <- matrix(stats::rexp(10 * 3), 10)
  x <- matrix(stats::rpois(10 * 150, 4), 10)
  crowd <- cbind(x, x[, 1] * 1e6)
  for (loss in c("frobenius", "kl")) {
    fit <- fit_with_basis(w, loss)
    h <- unname(predict(fit, x))
    alone <- vapply(1:40, function(j) unname(predict(fit, x[, j, drop = FALSE]))[, 1], numeric(3))
    expect_lt(max(abs(alone - h[, 1:40])) / max(h), 1e-10, label = paste(loss, "alone"))
    expect_lt(max(abs(predict(fit, crowd)[, 1:150] - h)) / max(h), 1e-10,
              label = paste(loss, "beside a large one"))
  }
})

test_that("KL coefficients are optimal column by column", {
  set.seed(9)
  for (control in backends_here()) {
    w <- matrix(stats::rexp(12 * 3), 12)
    x <- matrix(stats::rpois(12 * 40, w %*% matrix(stats::rexp(3 * 40), 3) * 3), 12)
    x[, 7] <- 0
    h <- predict(fit_with_basis(w, "kl", control), x)
    expect_lt(max(kl_gaps(w, x[, -7], h[, -7])), 1e-6)
    # no sample's divergence is above what 10,000 steps of the update reach
    best <- matrix(1, 3, 40)
    for (i in 1:10000) best <- best * (t(w) %*% over(x, w %*% best)) / colSums(w)
    each <- function(h) {
      vapply(1:40, function(j) objective_of(x[, j, drop = FALSE], w, h[, j, drop = FALSE], "kl"), 0)
    }
    excess <- (each(h) - each(best)) / colSums(x)
    expect_lt(max(excess[-7]), 1e-8)
    expect_identical(unname(h[, 7]), rep(0, 3))
    # at the optimum the totals agree
    expect_equal(colSums(w %*% h), colSums(x), tolerance = 1e-6)
  }
})

test_that("KL coefficients meet the optimality conditions on awkward bases and counts", {
  set.seed(18)
  w <- matrix(stats::rexp(20 * 6), 20)
  # ordinary, cosines of .9999, copies, more than half zeros with one row and column of them
  bases <- list(w, 2 + w / 40, cbind(w, w[, 2:3]), cbind(w * (w > 0.7), 0) * (1:20 != 4))
  for (w in bases) for (mean in c(0.2, 5)) {
    x <- matrix(stats::rpois(20 * 30, mean), 20)
    h <- predict(fit_with_basis(w, "kl"), x)
    # the gradient in units of its terms: 0 where h > 0, not below 0 elsewhere
    gradient <- 1 - over(t(w) %*% over(x, w %*% h), matrix(colSums(w), ncol(w), 30))
    expect_gt(min(gradient), -1e-9)
    expect_lt(max(gradient[h > 0]), 1e-9)
  }
})

test_that("a power of two in the data goes into the coefficients to the bit", {
  set.seed(10)
  w <- matrix(stats::rexp(8 * 3), 8)
  x <- matrix(stats::runif(8 * 6), 8)
  for (loss in c("frobenius", "kl")) {
    fit <- fit_with_basis(w, loss)
    h <- predict(fit, x)
    # at 2^1023 the entries are finite and their column sums are not
    for (power in c(-900, -40, 40, 900, 1023)) {
      # below 1e-30 a KL coefficient on its way to 0 may underflow
      alive <- h > 1e-30 | h == 0
      expect_identical(predict(fit, x * 2^power)[alive], (h * 2^power)[alive],
                       label = paste(loss, power))
    }
  }
})

test_that("the graph of a graph-regularised fit plays no part", {
  set.seed(11)
  x <- drawn_data(8, 20, 3)
  new <- drawn_data(8, 9, 3)
  fit <- gnmf(x, 3, graph = alike, control = nmf_control(20, 0))
  plain <- fit
  plain$model["penalty"] <- list(NULL)
  expect_identical(predict(fit, new), predict(plain, new))
  expect_lt(nnls_gap(basis(fit), new, predict(fit, new)), 1e-10)
  # a graph of the old samples does not even have the shape of the new ones
  start <- init_random(x, 3)
  by_matrix <- gnmf(x, 3, graph = alike(x), init = start, control = nmf_control(20, 0))
  by_function <- gnmf(x, 3, graph = alike, init = start, control = nmf_control(20, 0))
  expect_identical(predict(by_matrix, new), predict(by_function, new))
})

test_that("meta-learned and adapted fits predict, under every preset", {
  split <- small_split(40)
  set.seed(12)
  new <- drawn_data(12, 8, 3)
  for (preset in list(NULL, "thesis", "author")) {
    control <- meta_control(preset = preset, epochs = 2)
    fit <- meta_nmf(split, 3, control = control)
    h <- predict(fit, new)
    expect_lt(nnls_gap(basis(fit), new, h), 1e-9)
    expect_equal(predict(fit, split$target), coef(fit), ignore_attr = TRUE)
    graph <- meta_gnmf(split, 3, graph = alike, control = control)
    expect_identical(dim(predict(graph, new)), c(3L, 8L))
    expect_identical(predict(adapt(fit, new), new, type = "class") %in% 1:3, rep(TRUE, 8))
  }
})

test_that("a saved and reloaded fit predicts the same", {
  set.seed(13)
  x <- drawn_data(8, 20, 3)
  file <- tempfile(fileext = ".rds")
  on.exit(unlink(file))
  for (fit in list(nmf(x, 2), meta_nmf(small_split(41, m = 8), 2, control = meta_control(2)))) {
    saveRDS(fit, file)
    expect_identical(predict(readRDS(file), x), predict(fit, x))
  }
})

test_that("bad new data are errors that name what is wrong", {
  set.seed(14)
  x <- matrix(round(stats::runif(40), 3), 4, dimnames = list(letters[1:4], NULL))
  fit <- nmf(x, 2, control = nmf_control(5, 0))
  expect_bad(predict(fit, x[-1, ]), "newdata")
  expect_bad(predict(fit, `rownames<-`(x, c("a", "b", "c", "e"))), "newdata")
  expect_bad(predict(fit, replace(x, 6, NA)), "newdata")
  expect_bad(predict(fit, replace(x, 6, -0.5)), "newdata")
  expect_bad(predict(fit, x[, 1]), "newdata")
  expect_bad(predict(fit, x[-1, 0]), "newdata")
  expect_bad(predict(fit, NULL), "newdata")
  expect_equal(unname(predict(fit, as.data.frame(x))), unname(predict(fit, x)))
  expect_bad(predict(fit, x, type = "clas"), "type")
  # names on one side only cannot disagree
  expect_identical(predict(fit, unname(x)), predict(fit, x))
})

test_that("a missing name of a feature is an error of the package", {
  set.seed(17)
  x <- drawn_data(4, 10, 2)
  rownames(x) <- letters[1:4]
  fit <- nmf(x, 2, control = nmf_control(5, 0))
  rownames(x)[2] <- NA
  expect_error(predict(fit, x), class = "metanmf_error")
})

test_that("a misspelt argument of predict() is not silently ignored", {
  set.seed(15)
  x <- drawn_data(4, 10, 2)
  fit <- nmf(x, 2, control = nmf_control(5, 0))
  expect_error(predict(fit, newdta = x), class = "metanmf_error")
})
