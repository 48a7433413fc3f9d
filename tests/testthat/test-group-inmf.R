# Integrative NMF against its equations in plain R.

test_that("an iteration is that of the equations, by coordinate descent and by ratios", {
  problem <- group_problem()
  alpha <- c(0.5, 2, 1)
  h <- lapply(problem$s, function(s) s[1:3, ])
  v <- lapply(1:3, function(i) matrix(stats::runif(24), 8))
  data <- lapply(problem$x, check_data, argument = "x", missing = "error")
  for (solver in c("hals", "mu")) {
    for (lambda in c(0, 2)) {
      spec <- list(loss = check_loss("frobenius"), solver = solver, tied = lambda,
                   control = nmf_control(tol = 0))
      plan <- group_plan(data, 3L, rep(0L, 3), alpha, spec)
      state <- list(w = problem$w, own = v, coef = h)
      wanted <- list(w = problem$w, v = v, h = h)
      for (i in 1:3) {
        state <- iterate_group(state, plan)
        wanted <- inmf_step(problem$x, wanted$w, wanted$v, wanted$h, lambda, alpha, solver,
                            hals_cycles(8, 3)[[1]])
      }
      expect_equal(state$w, wanted$w, tolerance = 1e-10)
      expect_equal(state$own, wanted$v, tolerance = 1e-10)
      expect_equal(state$coef, wanted$h, tolerance = 1e-10)
      expect_equal(sum(alpha * state$losses),
                   inmf_objective(problem$x, wanted$w, wanted$v, wanted$h, lambda, alpha))
    }
  }
})

test_that("F never rises, and the fit says which part of it is the penalty", {
  x <- group_problem()$x
  whole <- do.call(cbind, x)
  for (solver in c("hals", "mu")) {
    for (lambda in c(0, 1, 20)) {
      set.seed(1)
      fit <- inmf(x, 3, lambda, solver = solver, max_iter = 60, tol = 0)
      expect_lte(max(diff(fit$trace)), 1e-12 * fit$trace[[1]])
      expect_equal(deviance(fit), sum((whole - fitted(fit))^2))
      own <- lapply(fit$private, function(one) one$w %*% one$h)
      expect_equal(objective(fit), deviance(fit) + lambda * sum(unlist(own)^2))
      expect_equal(fitted(fit), basis(fit) %*% coef(fit) + do.call(cbind, own),
                   ignore_attr = TRUE)
    }
  }
  expect_s3_class(fit, "inmf_fit")
  expect_output(print(fit), "their changes of W weighed by 20")
})

test_that("a large lambda leaves the tasks nothing of their own, and lambda 0 does not cost", {
  x <- group_problem()$x
  share <- function(lambda) {
    set.seed(1)
    fit <- inmf(x, 3, lambda, max_iter = 200, tol = 0)
    sum(unlist(lapply(fit$private, function(one) one$w %*% one$h))^2) / fit$data$x_norm2
  }
  expect_lt(share(1e4), 1e-6)
  expect_gt(share(0.1), 1e-3)
  expect_bad(inmf(x, 3, -1), "lambda")
})

test_that("new data get a change of W of their own, or none", {
  x <- group_problem()$x
  set.seed(1)
  fit <- inmf(x[-1], 3, 1, max_iter = 50, tol = 0)
  set.seed(2)
  new <- predict(fit, x[[1]], private = 1)
  expect_identical(basis(new), basis(fit))
  expect_identical(dim(new$private$new$w), c(8L, 3L))
  expect_lt(objective(new), sum((x[[1]] - basis(fit) %*% predict(fit, x[[1]], private = 0))^2))
})
