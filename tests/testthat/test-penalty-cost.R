# What penalties cost the coefficients of one sample, as predict() takes it into account.

quiet_fit <- function(...) suppressWarnings(nmf(..., control = nmf_control(20000, 1e-14)))

sums_over_samples <- list(
  sparse = penalty_sparse(0.05), sparse_on_w = penalty_sparse(0.05, on = "w"),
  sparse_on_both = penalty_sparse(0.05, on = "both"),
  sparse_raw = penalty_sparse(0.5, on = "both", form = "raw"),
  ridge = penalty_ridge(0.05), ridge_on_h = penalty_ridge(0.1, on = "h", form = "scale_invariant"),
  ridge_on_w = penalty_ridge(0.1, on = "w", form = "scale_invariant"),
  smooth_on_w = penalty_smooth(0.1, on = "w"),
  two = list(penalty_sparse(0.02), penalty_ridge(0.02))
)
least_squares_alone <- list(
  orthogonal_on_w = penalty_orthogonal(0.02), exact = penalty_orthogonal(on = "h", exact = TRUE),
  exact_and_sparse = list(penalty_orthogonal(on = "h", exact = TRUE), penalty_sparse(0.05))
)

# Data of three components, and counts.
cost_data <- function(loss, m = 12, n = 25) {
  x <- drawn_data(m, n, 3, noise = 0.3)
  if (loss == "kl") x[] <- stats::rpois(m * n, 3 * x)
  x
}

test_that("predict() of the fit's own samples gives its coefficients at convergence", {
  for (loss in c("frobenius", "kl")) {
    set.seed(1)
    x <- cost_data(loss)
    penalties <- c(sums_over_samples, if (loss == "frobenius") least_squares_alone)
    for (name in names(penalties)) {
      label <- paste(loss, name)
      fit <- quiet_fit(x, 3, loss = loss, penalty = penalties[[name]])
      expect_no_message(h <- predict(fit, x))
      expect_lt(max(abs(h - coef(fit))) / max(h), 1e-5, label = label)
      sparse <- predict(fit, Matrix::Matrix(x, sparse = TRUE))
      expect_equal(sparse, h, tolerance = 1e-9, label = label)
      expect_lt(max(abs(predict(fit, x[, 4, drop = FALSE]) - h[, 4])) / max(h), 1e-9, label = label)
      # without its penalties the fit predicts something else
      fit$model["cost"] <- fit$model["penalty"] <- list(NULL)
      expect_gt(max(abs(predict(fit, x) - h)) / max(h), 1e-3, label = label)
    }
  }
})

test_that("with missing values and weights each sample is penalised as it was in the fit", {
  for (loss in c("frobenius", "kl")) {
    set.seed(2)
    x <- cost_data(loss)
    weights <- list(NULL, matrix(sample(c(0.25, 1, 3), length(x), TRUE), nrow(x)),
                    list(samples = rep(c(0.25, 1, 3), length.out = 25), features = rep(1:2, 6)))
    x[sample(length(x), 40)] <- NA
    for (penalty in sums_over_samples[c("sparse", "ridge", "sparse_on_both")]) {
      for (weigh in weights) {
        fit <- quiet_fit(x, 2, loss = loss, penalty = penalty, missing = "mask", weights = weigh)
        h <- predict(fit, x, missing = "mask", weights = weigh)
        # zeros of the multiplicative updates are reached slowly beside missing entries
        expect_lt(max(abs(h - coef(fit))) / max(h), if (loss == "kl") 2e-3 else 1e-5,
                  label = paste(loss, format(penalty)))
      }
    }
  }
})

test_that("weights of features scale W alone, and a raw penalty on H counts beside them", {
  set.seed(11)
  x <- cost_data("frobenius")
  w <- matrix(stats::rexp(24), 12)
  penalty <- penalty_sparse(2, on = "h", form = "raw")
  for (features in list(rep(1, 12), rep(c(0.5, 2, 5), 4))) {
    fit <- nmf(x, 2, known = list(w = w), penalty = penalty, weights = list(features = features),
               control = nmf_control(5000, 0))
    h <- predict(fit, x, weights = list(features = features))
    expect_equal(h, coef(fit), tolerance = 1e-8)
    expect_equal(fit$model$cost[, 1], c(c1 = 2, c2 = 2))
  }
})

# A fit of one component that is known, so that nothing but H was found.
known_fit <- function(w, x, loss, ...) {
  nmf(x, 1, loss = loss, known = list(w = w), penalty = list(...),
      control = nmf_control(5000, 0))
}

test_that("one component has the coefficient that is found by hand", {
  w <- matrix(c(1, 2, 2))
  x <- cbind(c(1, 2, 2), c(3, 1, 1), c(0.1, 0.1, 0.1))
  sparse <- penalty_sparse(0.5, on = "h", form = "raw")
  ridge <- penalty_ridge(2, on = "h", form = "raw")
  # w'w = 9; w'x = 9, 7, 0.5; the third is below half of lambda = 2
  fit <- known_fit(w, x, "frobenius", penalty_sparse(2, on = "h", form = "raw"), ridge)
  expect_equal(unname(predict(fit, x)[1, ]), c(8, 6, 0) / 11)
  # -s / h + b + 2 c h = 0 with s = sum(x), b = sum(w) + 0.5, c = 2
  fit <- known_fit(w, x, "kl", sparse, ridge)
  expect_equal(unname(predict(fit, x)[1, ]), (sqrt(5.5^2 + 16 * colSums(x)) - 5.5) / 8)
  # -s / h^2 + 3 / h + 0.5 = 0 with s = sum(x / w)
  fit <- known_fit(w, x, "is", sparse)
  expect_equal(unname(predict(fit, x)[1, ]), sqrt(9 + 2 * colSums(x / w[, 1])) - 3,
               tolerance = 1e-5)
})

test_that("with exact orthogonality each sample takes the one component that fits it best", {
  set.seed(3)
  x <- cost_data("frobenius")
  fit <- nmf(x, 3, penalty = penalty_orthogonal(on = "h", exact = TRUE),
             control = nmf_control(5, 0))
  new <- matrix(stats::rexp(12 * 40), 12)
  holes <- replace(new, sample(480, 150), NA)
  for (data in list(new, holes)) {
    h <- predict(fit, data, missing = "mask")
    expect_true(all(colSums(h > 0) == 1))
    for (j in 1:40) {
      seen <- !is.na(data[, j])
      w <- basis(fit)[seen, ]
      best <- colSums(w * data[seen, j]) / colSums(w^2)
      rss <- vapply(1:3, function(k) sum((data[seen, j] - w[, k] * best[[k]])^2), 0)
      expect_equal(unname(h[, j]), replace(numeric(3), which.min(rss), best[[which.min(rss)]]))
    }
  }
})

test_that("a sparse H that is exactly orthogonal never raises the objective", {
  set.seed(4)
  x <- cost_data("frobenius")
  fit <- nmf(x, 3, penalty = least_squares_alone$exact_and_sparse, control = nmf_control(30, 0))
  expect_lt(max(diff(fit$trace)), 1e-10 * fit$trace[[1]])
  h <- coef(fit)
  expect_true(all(colSums(h > 0) <= 1))
})

test_that("penalties that are no sum over samples are named once, and the others stay", {
  set.seed(5)
  x <- cost_data("frobenius")
  left_out <- list(penalty_graph(alike, 1), penalty_orthogonal(0.1, on = "h"))
  fit <- quiet_fit(x, 2, penalty = c(left_out, list(penalty_ridge(0.1))))
  said <- capture_messages(h <- predict(fit, x, type = "coef"))
  expect_length(said, 1)
  expect_match(said, "graph, orthogonal")
  without <- fit
  without$model$penalty <- fit$model$penalty[3]
  expect_no_message(expect_identical(predict(without, x), h))
  expect_message(predict(nmf(x, 2, penalty = penalty_smooth(1), control = nmf_control(5, 0)), x),
                 "smooth")
  expect_no_message(predict(fit))
})

test_that("a fit that was saved without costs predicts without penalties, and says so", {
  set.seed(6)
  x <- cost_data("frobenius")
  fit <- quiet_fit(x, 2, penalty = penalty_ridge(0.05))
  fit$model$cost <- fit$model$lambda <- NULL
  expect_message(h <- predict(fit, x), "ridge")
  expect_lt(nnls_gap(basis(fit), x, h), 1e-10)
  expect_identical(dim(adapt(fit, x, max_iter = 2)$h), c(2L, 25L))
})

test_that("a component that a penalty on W has switched off stays off", {
  set.seed(7)
  x <- cost_data("frobenius")
  start <- list(w = matrix(1, 12, 2), h = rbind(matrix(1, 1, 25), 0))
  fit <- nmf(x, 2, init = start, solver = "hals", penalty = penalty_sparse(0.01, on = "w"),
             control = nmf_control(20, 0))
  expect_identical(unname(predict(fit, x)[2, ]), numeric(25))
  expect_gt(min(basis(fit)[, 2]), 0)
})

test_that("the units of the data go into the coefficients", {
  set.seed(8)
  for (loss in c("frobenius", "kl")) {
    x <- cost_data(loss)
    for (penalty in list(penalty_sparse(0.05), penalty_sparse(0.02, on = "both"))) {
      start <- drawn_start(x, 2)
      predicted <- function(by) {
        one <- list(w = start$w, h = start$h * by)
        fit <- nmf(x * by, 2, loss = loss, init = one, penalty = penalty,
                   control = nmf_control(20, 0))
        predict(fit, x * by) / by
      }
      for (power in c(-700, 700)) {
        expect_equal(predicted(2^power), predicted(1), tolerance = 1e-10,
                     label = paste(loss, power))
      }
    }
  }
})

test_that("the coefficients of a meta-learned target have the penalties of its tasks", {
  set.seed(9)
  split <- small_split(50)
  for (penalty in list(penalty_sparse(0.1), penalty_ridge(0.1), penalty_sparse(0.1, on = "w"))) {
    fit <- meta_nmf(split, 2, penalty = penalty, control = meta_control(2))
    expect_equal(predict(fit, split$target), coef(fit), tolerance = 1e-12)
    plain <- fit
    plain$model["penalty"] <- plain$model["cost"] <- list(NULL)
    expect_gt(max(abs(predict(plain, split$target) - coef(fit))), 1e-3 * max(coef(fit)))
  }
})

test_that("adapt() keeps the weight that penalties on H had in the fit", {
  set.seed(10)
  x <- cost_data("frobenius")
  longest <- function(x) 2 * sqrt(max(colSums(x^2)))
  fit <- nmf(x, 2, penalty = penalty_sparse(0.1, on = "both"), control = nmf_control(5, 0))
  expect_equal(fit$model$lambda, 0.1 * c(longest(x), longest(t(x))))
  got <- adapt(fit, x[, 1:6] / 10, max_iter = 3)
  expect_equal(got$model$lambda, 0.1 * c(longest(x), longest(t(x[, 1:6] / 10))))
  z <- basis(got) %*% coef(got)
  w <- sqrt(colSums(basis(got)^2))
  h <- sqrt(rowSums(coef(got)^2))
  terms <- c(sum(w * rowSums(coef(got))), sum(h * colSums(basis(got))))
  expect_equal(objective(got), sum((x[, 1:6] / 10 - z)^2) + sum(got$model$lambda * terms))
})
