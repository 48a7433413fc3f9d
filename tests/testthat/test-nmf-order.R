# In which order the components of a fit stand.

control <- nmf_control(15, tol = 0)

drawn <- function(seed = 1) {
  set.seed(seed)
  drawn_data(10, 16, 4)
}

# The numbers of a fit that do not belong to one component.
whole <- function(fit) fit[c("value", "trace", "iterations", "converged", "kkt", "control", "data")]

test_that("by default a fit is that of the start's order with its components sorted by share", {
  whole_data <- x <- drawn()
  sparse <- sparse_copy(replace(x, x < 2, 0))
  check <- function(x, ...) {
    run <- function(order) {
      set.seed(2)
      nmf(x, 4, ..., control = control, order = order)
    }
    plain <- run("none")
    sorted <- run("share")
    # The size of each part w_k h_k.
    at <- order(-sqrt(colSums(plain$w^2) * rowSums(plain$h^2)))
    expect_identical(unname(sorted$w), unname(plain$w[, at]))
    expect_identical(unname(sorted$h), unname(plain$h[at, ]))
    expect_identical(colnames(basis(sorted)), paste0("c", 1:4))
    expect_identical(rownames(coef(sorted)), paste0("c", 1:4))
    expect_identical(unname(sorted$model$cost), unname(plain$model$cost[at, ]))
    expect_identical(sorted$scaling$divisor, plain$scaling$divisor[at])
    expect_identical(sorted$dead, which(at %in% plain$dead))
    expect_identical(sorted$model$starts, plain$model$starts)
    expect_identical(whole(sorted), whole(plain))
    expect_equal(predict(sorted, whole_data[, 1:3]), ignore_attr = TRUE, tolerance = 1e-10,
                 predict(plain, whole_data[, 1:3])[at, ])
  }
  for (init in start_names) check(x, init = init)
  check(x, n_start = 3)
  check(x, loss = "kl", penalty = penalty_sparse(0.1))
  check(sparse, loss = "kl")
  check(replace(x, 5:9, NA), missing = "mask")
  check(x, penalty = penalty_sparse(0.9))
})

test_that("the shares of a fit never rise along its components, gnmf()'s too", {
  for (seed in 1:5) {
    x <- drawn(seed)
    for (fit in list(nmf(x, 4, control = control),
                     gnmf(x, 4, graph = function(x) knn_graph(x, 3), control = control))) {
      expect_false(is.unsorted(-signif(summary(fit)$share, 8)))
    }
  }
})

test_that("what fixes an order keeps it: given starts, fits, known parts, presets, adapt()", {
  x <- drawn()
  start <- drawn_start(x, 4)
  start$w <- start$w %*% diag(c(1, 10, 100, 1000))
  same <- function(...) {
    run <- function(order) {
      set.seed(3)
      nmf(x, 4, ..., order = order)
    }
    expect_identical(run("share")$w, run("none")$w)
  }
  turned <- nmf(x, 4, control = control)[4:1]
  same(init = start, control = control)
  same(init = turned, control = control)
  same(known = list(w = x[, 5:6]), control = control)
  same(control = nmf_control(15, tol = 0, preset = "thesis"))
  expect_identical(colnames(basis(nmf(x, 4, init = turned, control = control))),
                   c("c4", "c3", "c2", "c1"))
  expect_identical(colnames(basis(adapt(turned, x, max_iter = 2))), c("c4", "c3", "c2", "c1"))
})

test_that("bounds of one component keep its place, and one bound for all does not", {
  x <- drawn()
  run <- function(order, ...) {
    set.seed(3)
    nmf(x, 4, ..., order = order, control = nmf_control(15, tol = 0))
  }
  side <- max(x)
  for (bound in list(constraint_upper(w = c(1, 2, 3, 4), h = side),
                     constraint_upper(w = 2, h = side * c(1, 0.5, 0.2, 0.1)),
                     constraint_upper(w = matrix(1:40 / 10, 10), h = side))) {
    expect_identical(run("share", constraint = bound)$w, run("none", constraint = bound)$w)
  }
  kept <- run("share", constraint = constraint_upper(w = 2, h = side * c(1, 0.5, 0.2, 0.1)))
  expect_true(all(coef(kept) <= side * c(1, 0.5, 0.2, 0.1)))
  cases <- list(list(constraint = constraint_upper(w = 2, h = side)),
                list(constraint = constraint_simplex()),
                list(constraint = constraint_simplex(), loss = "kl"), list(loss = beta_loss(1.5)))
  for (case in cases) {
    plain <- do.call(run, c(list("none"), case))
    sorted <- do.call(run, c(list("share"), case))
    at <- order(-signif(sqrt(colSums(plain$w^2) * rowSums(plain$h^2)), 8))
    expect_false(identical(at, 1:4))
    expect_identical(unname(sorted$w), unname(plain$w[, at]))
    expect_identical(unname(sorted$h), unname(plain$h[at, ]))
    expect_identical(unname(sorted$scaling$divisor), unname(plain$scaling$divisor[at]))
    expect_identical(whole(sorted), whole(plain))
    same <- c("constraint", "formula", "beta", "loss", "lambda", "known")
    expect_identical(sorted$model[same], plain$model[same])
    # A beta-divergence is iterated until it moves little, the others are solved to their end.
    expect_equal(predict(sorted, x[, 1:3]), predict(plain, x[, 1:3])[at, ], ignore_attr = TRUE,
                 tolerance = if (sorted$loss == "beta") 1e-6 else 1e-10)
  }
})

test_that("an order that is none is refused", {
  expect_bad(nmf(drawn(), 2, order = "size"), "order")
})
