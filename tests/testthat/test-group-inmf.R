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

# F with penalties on W and H_i in plain R: those that do not depend on scale weigh by W alone.
penalised_inmf <- function(x, fit, penalties, alpha) {
  h <- lapply(levels(fit$tasks), function(task) coef(fit)[, fit$tasks == task])
  v <- lapply(fit$private, `[[`, "w")
  weighed <- Map(function(one, lambda) replace(one, "lambda", lambda), penalties, fit$model$lambda)
  inmf_objective(x, basis(fit), v, h, fit$model$tied, alpha) +
    penalty_sum(weighed, basis(fit), h, alpha)
}

test_that("with penalties on W and H F is what it is called, and never rises", {
  x <- group_problem()$x
  alpha <- c(0.5, 2, 1)
  for (solver in c("hals", "mu")) {
    for (penalties in penalty_sets) {
      label <- paste(c(solver, vapply(penalties, format, "")), collapse = ", ")
      set.seed(1)
      fit <- inmf(x, 3, 1.5, solver = solver, penalty = penalties, task_weights = alpha,
                  control = nmf_control(60, 0, scale = "none"))
      expect_lte(max(diff(fit$trace)), 1e-11 * fit$trace[[1]], label = label)
      expect_equal(objective(fit), penalised_inmf(x, fit, penalties, alpha), label = label)
      expect_gt(max(vapply(fit$private, function(one) max(one$w), 0)), 0)
    }
  }
})

test_that("a penalised integrative fit ends at a minimum of its F", {
  x <- group_problem()$x
  penalties <- list(penalty_sparse(0.05), penalty_sparse(0.02, "w"),
                    penalty_ridge(0.05, "h", "scale_invariant"))
  set.seed(1)
  fit <- inmf(x, 3, 1.5, penalty = penalties, n_start = 1,
              control = nmf_control(20000, 0, scale = "none"))
  value <- function(w, h, v) {
    fields <- list(w = w, h = h)
    moved <- fit
    moved$w <- w
    moved$h <- h
    moved$private[[2]]$w <- v
    penalised_inmf(x, moved, penalties, rep(1, 3))
  }
  pair <- list(w = fit$w, h = fit$h, v = fit$private[[2]]$w)
  # The slope of F along each entry, as a share of F where the entry moves by the largest one.
  for (part in names(pair)) {
    largest <- max(pair[[part]])
    slope <- vapply(seq_along(pair[[part]]), function(i) {
      moved <- pair
      moved[[part]][[i]] <- moved[[part]][[i]] + 1e-5 * largest
      (do.call(value, moved) - objective(fit)) / 1e-5 / objective(fit)
    }, 0)
    expect_gt(min(slope), -1e-3)
    expect_lt(max(abs(slope[pair[[part]] > 0.01 * largest])), 1e-3)
  }
})

test_that("where tasks may not change W integrative NMF is the penalised pooled fit", {
  problem <- group_problem()
  still <- list(w = problem$w, coef = lapply(problem$s, function(s) s[1:3, ]))
  for (penalties in penalty_sets[c(1, 2, 4)]) {
    still$own <- rep(list(0 * problem$w), 3)
    data <- lapply(problem$x, function(x) {
      task <- check_data(x, "x", "error")
      task$terms <- engine_penalty(penalties, x, "frobenius", vapply(penalties, `[[`, 0, "lambda"))
      task
    })
    spec <- list(loss = check_loss("frobenius"), solver = "hals", control = nmf_control(tol = 0),
                 tied = 1e12, penalties = penalties)
    state <- run_group(still, group_plan(data, 3L, rep(0L, 3), rep(1, 3), spec), 10, fall_rule(0))
    expect_lt(max(unlist(state$own)), 1e-9)
    pooled <- replace(spec, "tied", list(NULL))
    still$own <- rep(list(matrix(0, 8, 0)), 3)
    plain <- run_group(still, group_plan(data, 3L, rep(0L, 3), rep(1, 3), pooled), 10, fall_rule(0))
    expect_equal(state$w, plain$w, tolerance = 1e-6)
    expect_equal(state$cost, plain$cost, tolerance = 1e-6)
    expect_equal(state$trace, plain$trace, tolerance = 1e-6)
  }
})

test_that("new data of a penalised integrative fit carry its costs, and have a V of their own", {
  x <- group_problem()$x
  set.seed(1)
  fit <- inmf(x[-1], 3, 1.5, penalty = list(penalty_sparse(0.1), penalty_ridge(0.02)),
              task_weights = "loss", max_iter = 50, tol = 0)
  new <- predict(fit, x[[1]], private = 1)
  h <- coef(new)
  cost <- fit$model$cost
  expect_gt(min(cost), 0)
  expect_equal(objective(new),
               inmf_objective(x[1], basis(fit), list(new$private$new$w), list(h), 1.5) +
                 sum(cost[, 1] * h + cost[, 2] * h^2))
  expect_lte(max(diff(new$trace)), 1e-12 * new$trace[[1]])
  graph <- penalty_graph(function(x) knn_graph(x, 2), lambda = 1)
  fit <- inmf(x, 3, 1.5, penalty = graph, task_weights = "loto", max_iter = 30, tol = 0)
  expect_lte(max(diff(fit$trace)), 1e-12 * fit$trace[[1]])
  # The objective is more than the loss and the graph's term, so its share is not told.
  expect_no_match(capture.output(print(fit)), "% of the objective")
  expect_bad(inmf(x, 3, 1, penalty = penalty_orthogonal(exact = TRUE)), "penalty")
})
