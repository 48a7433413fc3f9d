# Fits by mini-batches against plain R, and where they come to.

online_data <- function(loss, m = 12, n = 240) {
  set.seed(2)
  drawn_data(m, n, 3) + if (identical(loss, "frobenius") || identical(loss, "kl")) 0 else 0.1
}

test_that("one pass is Mairal's for Kullback-Leibler, batch by batch in plain R", {
  x <- online_data("kl")
  start <- drawn_start(x, 3)
  fit <- nmf(x, 3, init = start, loss = "kl", solver = solver_online(60, turns = 4, fade = 2),
             max_iter = 1, control = nmf_control(scale = "none"))
  w <- start$w
  seen <- 0
  for (first in c(1, 61, 121, 181)) {
    part <- x[, first + 0:59]
    h <- start$h[, first + 0:59]
    for (turn in 1:4) h <- h * over(t(w) %*% over(part, w %*% h), colSums(w))
    total <- rowSums(h)
    if (first == 1) {
      c_sum <- w * by_column(total, w)
      b_sum <- total
      seen <- 60
    }
    fade <- (seen / (seen + 60))^2
    seen <- seen + 60
    c_sum <- fade * c_sum + w * (over(part, w %*% h) %*% t(h))
    b_sum <- fade * b_sum + total
    w <- c_sum / by_column(b_sum, w)
  }
  expect_equal(unname(basis(fit)), w, tolerance = 1e-10)
  expect_equal(fit$model$online$sums$total, b_sum, tolerance = 1e-10)
})

test_that("from the third pass on F falls at every step", {
  for (loss in list("frobenius", "kl", "is", beta_loss(0.5), beta_loss(1.5), beta_loss(3))) {
    x <- online_data(loss)
    beta <- if (inherits(loss, "nmf_loss")) attr(loss, "beta")
            else c(frobenius = 2, kl = 1, is = 0)[[loss]]
    value <- function(learner) {
      z <- learner$w %*% do.call(cbind, learner$coef)
      if (beta == 2) sum((x - z)^2)
      else if (beta == 1) sum(x * log(x / z) - x + z)
      else if (beta == 0) sum(x / z - log(x / z) - 1)
      else sum((x^beta + (beta - 1) * z^beta - beta * x * z^(beta - 1)) / (beta * (beta - 1)))
    }
    data <- checked_data(x, "x")
    start <- drawn_start(x, 3)
    model <- engine_model(3, loss, step_solver("online", loss), features = nrow(x))
    learner <- online_learner(data, scale_up(data, start, model, 0), nmf_control(),
                              solver_online(40, turns = 2))
    learner <- online_pass(online_pass(learner))
    learner$sums <- Reduce(add_share, learner$shares)
    values <- value(learner)
    step <- function(learner, batch, number) {
      learner <- meet_again(learner, batch, number)
      values <<- c(values, value(learner))
      learner
    }
    for (pass in 1:4) {
      learner <- fold_batches(learner$x, learner$batches, FALSE, learner, step)
    }
    expect_length(values, 25)
    expect_true(all(diff(values) <= 1e-12 * values[-1]), label = format(loss))
  }
})

test_that("passes come to the objective of the batch fit, and one pass near it", {
  for (loss in c("frobenius", "kl")) {
    set.seed(2)
    x <- drawn_data(12, 600, 3, noise = 3)
    start <- drawn_start(x, 3)
    fit <- function(...) nmf(x, 3, init = start, loss = loss, ...)
    here <- fit(max_iter = 3000)
    ended <- suppressWarnings(fit(solver = "online", max_iter = 500))
    expect_lt(objective(ended), 1.005 * objective(here))
    once <- fit(solver = "online", max_iter = 1)
    expect_lt(objective(once), objective(fit(max_iter = 3, tol = 0)))
    expect_identical(ended$value, utils::tail(ended$trace, 1))
    expect_length(ended$trace, ended$iterations)
  }
})

test_that("a source gives the fit of its matrix cut alike, and missing entries are left out", {
  x <- block_counts()
  start <- drawn_start(x, 3)
  for (loss in c("frobenius", "kl")) {
    fit <- function(x, ...) {
      nmf(x, 3, init = start, loss = loss, solver = solver_online(50), max_iter = 6, tol = 0, ...)
    }
    for (data in list(x, sparse_copy(x))) {
      expect_equal(fit(blocks_of(data, 100))[c("w", "h", "value")],
                   fit(data)[c("w", "h", "value")], tolerance = 1e-10)
    }
    holes <- replace(x, sample(length(x), 200), NA)
    masked <- fit(holes, missing = "mask")
    z <- fitted(masked)
    left <- if (loss == "kl") x * log(x / z) - x + z else (x - z)^2
    left[x == 0 & loss == "kl"] <- z[x == 0 & loss == "kl"]
    expect_equal(objective(masked), sum(left[!is.na(holes)]), tolerance = 1e-10)
    plain <- nmf(holes, 3, init = start, loss = loss, missing = "mask", max_iter = 6, tol = 0)
    expect_lt(objective(masked), objective(plain))
  }
})

test_that("the order of components, units and starts are those of any fit", {
  x <- online_data("kl")
  fit <- function(x, ...) {
    set.seed(5)
    nmf(x, 3, solver = "online", max_iter = 5, tol = 0, ...)
  }
  one <- fit(x, n_start = 2)
  expect_length(one$model$starts, 2)
  share <- summary(one)$share
  expect_identical(order(share, decreasing = TRUE), 1:3)
  sums <- one$model$online$sums
  expect_equal(tcrossprod(unname(coef(one))), unname(sums$gram), tolerance = 0.05)
  expect_equal(objective(fit(x * 2^400)) / 2^800, objective(fit(x)), tolerance = 1e-8)
  expect_equal(basis(fit(x * 2^-500)), basis(fit(x)), tolerance = 1e-8)
  expect_null(one[1:2]$model$online)
  expect_equal(one[3:1]$model$online$sums$total, rev(sums$total))
  expect_warning(nmf(x, 3, solver = "online", max_iter = 3, tol = 1e-9),
                 class = "metanmf_not_converged")
})

test_that("a batch fit finds next to nothing to lower where the passes have ended", {
  skip_on_cran()
  x <- unname(scale_minmax(digits$x))
  for (seed in 1:2) {
    set.seed(seed)
    start <- init_random(x, 10)
    ended <- nmf(x, 10, init = start, solver = solver_online(batch = 64), max_iter = 300)
    further <- suppressWarnings(nmf(x, 10, init = ended, max_iter = 1000))
    expect_gt(objective(further) / objective(ended), 1 - 5e-4)
    # From the start there is far more to lower, so that the bound means something.
    early <- nmf(x, 10, init = start, solver = solver_online(batch = 64), max_iter = 2, tol = 0)
    later <- suppressWarnings(nmf(x, 10, init = early, max_iter = 1000))
    expect_lt(objective(later) / objective(early), 1 - 1e-2)
  }
})
