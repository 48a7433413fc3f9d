# Samples that come later.

stream_case <- function(loss = "frobenius") {
  set.seed(3)
  w <- matrix(stats::rexp(36), 12)
  draw <- function(n, basis = w) {
    basis %*% matrix(stats::rexp(3 * n), 3) + 0.5 * matrix(stats::runif(12 * n), 12)
  }
  x <- draw(200)
  list(w = w, draw = draw, x = x,
       fit = nmf(x, 3, loss = loss, solver = solver_online(50), max_iter = 20, tol = 0))
}

test_that("a batch of a stream adds its share to what the half-life leaves of the sums", {
  for (loss in c("frobenius", "kl")) {
    case <- stream_case(loss)
    new <- case$draw(40)
    fit <- case$fit
    before <- fit$model$online$sums
    after <- add_samples(fit, new, half_life = 80, batch = 40, turns = 60)
    sums <- scale_sums(after$model$online$sums, 1 / after$scaling$divisor, loss)
    fade <- 2^(-40 / 80)
    expect_equal(sums$mass, 200 * fade + 40)
    # H of the batch for the W before: exact after so many turns.
    h <- unname(predict(fit, new))
    expect_equal(sums$total, fade * before$total + rowSums(h), tolerance = 1e-3)
    added <- if (loss == "frobenius") new %*% t(h) else
      basis(fit) * (over(new, basis(fit) %*% h) %*% t(h))
    expect_equal(unname(sums$top), unname(fade * before$top + added), tolerance = 1e-3)
  }
})

test_that("a stream of the same samples keeps the basis, and its fit is of the new ones", {
  for (loss in c("frobenius", "kl")) {
    case <- stream_case(loss)
    new <- case$draw(300)
    fit <- add_samples(case$fit, new)
    expect_identical(dim(fit), c(12L, 300L, 3L))
    expect_identical(nobs(fit), 12 * 300)
    expect_equal(fit$model$online$sums$mass, 500)
    z <- unname(fitted(fit))
    left <- if (loss == "kl") sum(new * log(new / z) - new + z) else sum((new - z)^2)
    expect_equal(objective(fit), left, tolerance = 1e-10)
    both <- suppressWarnings(nmf(cbind(case$x, new), 3, loss = loss, init = list(w = basis(fit)),
                                 max_iter = 500))
    exact <- as_nmf(basis(fit), loss = loss)
    all <- nmf(cbind(case$x, new), 3, loss = loss, max_iter = 1, tol = 0,
               init = list(w = basis(fit), h = predict(exact, cbind(case$x, new))))
    expect_lt(all$trace[[1]], 1.05 * objective(both))
  }
})

test_that("where the data drift, a shorter half-life is nearer to what comes now", {
  case <- stream_case()
  other <- case$w[, 3:1] * 0.3 + matrix(stats::rexp(36), 12)
  new <- case$draw(400, other)
  left <- function(half_life) {
    fit <- add_samples(case$fit, new, half_life = half_life)
    now <- case$draw(100, other)
    sum((now - basis(fit) %*% predict(fit, now))^2)
  }
  set.seed(9)
  long <- left(Inf)
  set.seed(9)
  expect_lt(left(50), 0.5 * long)
})

test_that("new samples may come in blocks, in rows, with names in another order or with gaps", {
  case <- stream_case()
  new <- case$draw(120)
  rownames(new) <- rownames(case$x) <- paste0("f", 1:12)
  set.seed(1)
  fit <- nmf(case$x, 3, solver = "online", max_iter = 3, tol = 0)
  here <- add_samples(fit, new, batch = 40)
  same <- function(other) expect_equal(other[c("w", "h")], here[c("w", "h")], tolerance = 1e-12)
  same(add_samples(fit, block_source(new, 80), batch = 40))
  same(add_samples(fit, t(new), samples = "rows", batch = 40))
  same(add_samples(fit, new[12:1, ], batch = 40))
  twice <- add_samples(add_samples(fit, new[, 1:40]), new[, 41:120], batch = 40)
  expect_equal(basis(twice), basis(here), tolerance = 0.05)
  holes <- replace(new, sample(length(new), 60), NA)
  expect_equal(basis(add_samples(fit, holes, missing = "mask")), basis(here), tolerance = 0.1)
})

test_that("fits without sums and bad new samples are refused", {
  case <- stream_case()
  expect_bad(add_samples(nmf(case$x, 2, max_iter = 2, tol = 0), case$x), "fit")
  expect_bad(add_samples(case$x, case$x), "fit")
  expect_bad(add_samples(case$fit), "newdata")
  expect_bad(add_samples(case$fit, case$x[-1, ]), "newdata")
  expect_bad(add_samples(case$fit, -case$x), "newdata")
  expect_bad(add_samples(case$fit, case$x, half_life = 0), "half_life")
  expect_bad(add_samples(case$fit, replace(case$x, 1, NA)), "newdata")
})
