# What a batch leaves, how it is weighed, and W from it.

# P and N of the multiplicative update of W for the beta-divergence, in plain R.
terms_of_basis <- function(x, w, h, beta) {
  z <- w %*% h
  list(up = (x * z^(beta - 2)) %*% t(h), down = z^(beta - 1) %*% t(h))
}

online_case <- function(beta) {
  set.seed(4)
  x <- drawn_data(6, 20, 2) + 0.1
  loss <- switch(as.character(beta), "2" = "frobenius", "1" = "kl", "0" = "is", beta_loss(beta))
  solver <- step_solver("online", loss)
  list(x = x, start = drawn_start(x, 2), loss = loss,
       model = engine_model(2, loss, solver, features = 6),
       engine = engine_control(nmf_control(), loss))
}

share_of <- function(case, w, h) {
  batch <- engine_data(case$x, facts = complete_data, masked = FALSE)
  moved <- move_batch(batch, w, h, case$model, case$engine, 3L)
  list(h = moved$h, share = batch_share(moved$sums, w, case$loss), value = moved$value)
}

test_that("W from the share of one batch is one step of Fevotte and Idier's updates", {
  for (beta in c(-1, 0, 0.5, 1, 1.5, 2.5, 3)) {
    case <- online_case(beta)
    w <- case$start$w
    one <- share_of(case, w, case$start$h)
    terms <- terms_of_basis(case$x, w, one$h, beta)
    power <- if (beta < 1) 1 / (2 - beta) else if (beta > 2) 1 / (beta - 1) else 1
    expect_equal(basis_from(one$share, w, case$model, case$engine),
                 w * (terms$up / terms$down)^power, tolerance = 1e-12)
  }
})

test_that("least squares descend to the minimum of <W'W, A> - 2 <W, B>", {
  case <- online_case(2)
  one <- share_of(case, case$start$w, case$start$h)
  expect_equal(one$share$gram, tcrossprod(one$h), tolerance = 1e-12)
  expect_equal(one$share$top, case$x %*% t(one$h), tolerance = 1e-12)
  case$model$basis_cycles <- 500L
  w <- basis_from(one$share, case$start$w, case$model, case$engine)
  slope <- w %*% one$share$gram - one$share$top
  expect_true(all(slope > -1e-8) && all(abs(slope * w) < 1e-7))
  expect_equal(one$value, sum((case$x - case$start$w %*% one$h)^2), tolerance = 1e-12)
})

test_that("sums scaled with W give the scaled W", {
  for (beta in c(-1, 0, 0.5, 1, 1.5, 2, 3)) {
    case <- online_case(beta)
    w <- case$start$w
    share <- share_of(case, w, case$start$h)$share
    divisor <- c(5, 0.1)
    scaled <- scale_sums(share, divisor, case$loss)
    case$model$basis_cycles <- 500L
    expect_equal(basis_from(scaled, w %*% diag(1 / divisor), case$model, case$engine),
                 basis_from(share, w, case$model, case$engine) %*% diag(1 / divisor),
                 tolerance = 1e-10)
  }
})

test_that("what the sums begin with gives back W", {
  for (beta in c(-1, 0, 0.5, 1, 1.5, 2, 3)) {
    case <- online_case(beta)
    w <- case$start$w
    first <- start_share(share_of(case, w, case$start$h)$share, w, case$loss)
    expect_equal(basis_from(first, w, case$model, case$engine), w, tolerance = 1e-10)
  }
})

test_that("an entry of W that is 0 stays 0 and makes nothing else 0 or missing", {
  for (beta in c(0, 0.5, 1, 1.5, 3)) {
    case <- online_case(beta)
    w <- replace(case$start$w, 3, 0)
    share <- share_of(case, w, case$start$h)$share
    moved <- basis_from(add_share(share, share, 0.5), w, case$model, case$engine)
    expect_identical(which(moved == 0), 3L)
    expect_true(all(is.finite(moved)))
  }
})
