# New data of a group fit: W stays, private columns are new.

# The mean pattern of a planted shared part, with other private patterns for the new data.
new_task <- function(seed = 11) {
  set.seed(seed)
  w <- matrix(stats::rexp(24) * (stats::runif(24) < 0.5), 12)
  draw <- function(n, r = 2) matrix(stats::rexp(r * n), r)
  own <- function() matrix(stats::rexp(12) * (stats::runif(12) < 0.5), 12)
  x <- lapply(1:4, function(i) w %*% draw(40) + own() %*% draw(40, 1))
  h <- draw(25)
  list(tasks = x, w = w, h = h, x = w %*% h + own() %*% draw(25, 1))
}

test_that("the shared part of new data is nearer to the truth with private columns than without", {
  case <- new_task()
  set.seed(1)
  fit <- group_nmf(case$tasks, 2, 1, max_iter = 250, tol = 0)
  set.seed(2)
  new <- predict(fit, case$x)
  expect_identical(basis(new), basis(fit))
  error <- function(h) sum((basis(fit) %*% h - case$w %*% case$h)^2) / sum((case$w %*% case$h)^2)
  expect_lt(error(coef(new)), 0.25 * error(predict(fit, case$x, private = 0)))
  expect_identical(dim(new$private$new$w), c(12L, 1L))
  expect_identical(dim(new$private$new$h), c(1L, 25L))
  expect_equal(fitted(new), basis(fit) %*% coef(new) + new$private$new$w %*% new$private$new$h)
  expect_equal(deviance(new), sum((case$x - fitted(new))^2))
  set.seed(2)
  expect_identical(predict(fit, case$x, type = "coef"), coef(new))
  set.seed(2)
  expect_equal(predict(fit, case$x, type = "response"), basis(fit) %*% coef(new))
})

test_that("new private columns are those of the best of five starts", {
  case <- new_task()
  fit <- group_nmf(case$tasks, 2, 1, max_iter = 20, tol = 0)
  data <- check_data(case$x, "x", "error")
  spec <- list(loss = loss_of(fit), solver = "hals", control = nmf_control(scale = "none"))
  set.seed(2)
  each <- replicate(5, {
    new_task_state(data, fit$w, 3L, spec, new_task_rounds)$state$trace
  }, simplify = FALSE)
  ends <- vapply(each, function(trace) trace[[length(trace)]], 0)
  expect_gt(diff(range(ends)), 0)
  set.seed(2)
  expect_equal(objective(predict(fit, case$x, private = 3)), min(ends), tolerance = 1e-12)
})

test_that("without private columns it is the prediction of any fit", {
  case <- new_task()
  fit <- group_nmf(case$tasks, 2, 0, max_iter = 20, tol = 0)
  expect_equal(predict(fit, case$x), predict(as_nmf(basis(fit)), case$x))
  expect_identical(predict(fit, case$x, private = 0, type = "class"),
                   predict(fit, case$x, type = "class"))
  expect_identical(predict(fit), coef(fit))
  expect_bad(predict(fit, case$x, private = 13), "private")
  expect_bad(predict(fit, case$x[-1, ], private = 1), "newdata")
  expect_s3_class(adapt(fit, case$x, max_iter = 3), "nmf_fit")
})

test_that("a task that is added leaves W and the others as they are", {
  case <- new_task()
  set.seed(1)
  fit <- group_nmf(case$tasks, 2, 1, max_iter = 50, tol = 0)
  set.seed(2)
  more <- add_task(fit, case$x, name = "e")
  expect_identical(basis(more), basis(fit))
  expect_identical(unname(coef(more)[, 1:160]), unname(coef(fit)))
  expect_identical(more$private[1:4], fit$private)
  expect_identical(levels(more$tasks), c(levels(fit$tasks), "e"))
  whole <- cbind(do.call(cbind, case$tasks), case$x)
  expect_equal(deviance(more), sum(residuals(more, whole)^2))
  expect_equal(objective(more), sum(more$task_losses))
  expect_output(print(more), "5 tasks")
  expect_bad(add_task(fit, case$x, name = "task_1"), "name")
  expect_bad(add_task(fit, case$x[-1, ]), "newdata")
  expect_bad(add_task(nmf(case$x, 2, max_iter = 1, tol = 0), case$x), "fit")
})

# F of a new task whose coefficients h of component k cost a_k h + d_k h^2, in plain R.
costly_objective <- function(x, w, b, h, g, cost, weights = 1) {
  sum(weights * (x - w %*% h - b %*% g)^2, na.rm = TRUE) +
    sum(cost[, 1] * h + cost[, 2] * h^2)
}

# How far the pair is from its conditions: a gradient of 0, or above 0 where the entry is 0, as a
# share of the largest term of the gradients.
condition_gap <- function(x, w, b, h, g, cost) {
  left <- x - w %*% h - b %*% g
  pairs <- list(list(h, cost[, 1] + 2 * cost[, 2] * h - 2 * t(w) %*% left),
                list(g, -2 * t(b) %*% left), list(b, -2 * left %*% t(g)))
  gap <- function(pair) max(abs(ifelse(pair[[1]] > 1e-8 * max(pair[[1]]), pair[[2]],
                                       pmin(pair[[2]], 0))))
  max(vapply(pairs, gap, 0)) / max(abs(2 * t(w) %*% x))
}

new_task_penalties <- list(
  penalty_sparse(0.05), penalty_ridge(0.01), penalty_sparse(0.5, "h", "raw"),
  penalty_sparse(0.02, "w"), penalty_ridge(0.05, "h", "scale_invariant"),
  list(penalty_sparse(0.05), penalty_orthogonal(0.1), penalty_smooth(0.1, on = "w")))

test_that("new coefficients carry the penalties of the fit, in its units, and new columns none", {
  case <- new_task()
  for (penalty in new_task_penalties) {
    label <- paste(vapply(check_penalty(penalty), format, ""), collapse = ", ")
    set.seed(1)
    fit <- group_nmf(case$tasks, 2, 1, penalty = penalty, max_iter = 100, tol = 0)
    cost <- fit$model$cost
    expect_true(all(is.finite(cost)) && max(cost) > 0, label = label)
    for (x in list(case$x, case$x / 10)) {
      new <- predict(fit, x, private = 1)
      own <- new$private$new
      expect_equal(objective(new),
                   costly_objective(x, basis(fit), own$w, coef(new), own$h, cost), label = label)
      expect_equal(deviance(new), sum((x - fitted(new))^2), label = label)
      expect_lte(max(diff(new$trace)), 1e-12 * new$trace[[1]], label = label)
    }
    expect_identical(new$model$cost, cost)
    expect_identical(predict(new, x, private = 0), predict(fit, x, private = 0), label = label)
  }
})

test_that("at its end a penalised new task meets the conditions for a minimum", {
  case <- new_task()
  spec <- list(loss = check_loss("frobenius"), control = nmf_control(scale = "none"))
  cost <- cbind(c(2, 5), c(0.3, 1))
  for (solver in c("hals", "mu")) {
    spec$solver <- solver
    data <- costly_task(check_data(case$x, "x", "error"), cost, NULL)
    set.seed(3)
    new <- new_task_state(data, case$w, 1L, spec, 10L)
    state <- run_group(new$state, new$plan, if (solver == "mu") 20000 else 2000, fall_rule(0))
    expect_lte(max(diff(state$trace)), 1e-12 * state$trace[[1]])
    h <- state$coef[[1]][1:2, ]
    g <- state$coef[[1]][3, , drop = FALSE]
    expect_lt(condition_gap(case$x, case$w, state$own[[1]], h, g, cost),
              if (solver == "mu") 1e-4 else 1e-8)
    # Without the costs the same pair is no minimum.
    expect_gt(condition_gap(case$x, case$w, state$own[[1]], h, g, 0 * cost), 1e-3)
  }
})

test_that("a task of a converged fit is at a minimum of the new task's objective", {
  case <- new_task()
  set.seed(1)
  # A raw penalty on H alone would have no minimum, as W could grow for ever.
  ridge <- penalty_ridge(0.02, "h", "scale_invariant")
  fit <- group_nmf(case$tasks, 2, 1, max_iter = 5000, tol = 0, n_start = 1,
                   penalty = list(penalty_sparse(0.05), ridge))
  for (i in 1:4) {
    own <- fit$private[[i]]
    h <- coef(fit)[, fit$tasks == levels(fit$tasks)[[i]]]
    expect_lt(condition_gap(case$tasks[[i]], basis(fit), own$w, h, own$h, fit$model$cost), 1e-10)
  }
})

test_that("weights and divergences of new data leave the penalties as they were", {
  case <- new_task()
  weights <- matrix(rep(c(0.5, 1, 4), length.out = length(case$x)), nrow(case$x))
  set.seed(1)
  fit <- group_nmf(case$tasks, 2, 1, penalty = penalty_ridge(0.02, "h"), max_iter = 50, tol = 0)
  holes <- replace(case$x, seq(2, length(case$x), by = 9), NA)
  new <- predict(fit, holes, weights = weights, missing = "mask", private = 1)
  own <- new$private$new
  expect_equal(objective(new), costly_objective(holes, basis(fit), own$w, coef(new), own$h,
                                                fit$model$cost, weights))
  for (loss in c("kl", "is")) {
    positive <- lapply(case$tasks, `+`, 0.1)
    set.seed(1)
    fit <- group_nmf(positive, 2, 1, loss = loss, penalty = penalty_sparse(0.5, "h", "raw"),
                     max_iter = 50, tol = 0)
    expect_equal(unname(fit$model$cost[, 1]), 0.5 / fit$scaling$divisor)
    new <- predict(fit, case$x + 0.1)
    expect_equal(objective(new) - deviance(new) / 2, sum(fit$model$cost[, 1] * coef(new)))
    expect_lte(max(diff(new$trace)), 1e-12 * new$trace[[1]])
  }
})

test_that("penalties that join samples are named and left out, and dead components stay off", {
  case <- new_task()
  set.seed(1)
  fit <- group_nmf(case$tasks, 2, 1, max_iter = 20, tol = 0,
                   penalty = list(penalty_smooth(0.5), penalty_ridge(0.02, "h")))
  said <- capture_messages(new <- predict(fit, case$x))
  expect_match(said, "kind: smooth", all = FALSE)
  expect_identical(vapply(new$model$penalty, `[[`, "", "kind"), "ridge")
  expect_identical(new$model$lambda, fit$model$lambda[2])
  said <- capture_messages(more <- add_task(fit, case$x))
  expect_match(said, "kind: smooth", all = FALSE)
  expect_gt(objective(more) - objective(fit), more$task_losses[["task_5"]])
  fit$model$cost[2, 2] <- Inf
  for (solver in c("hals", "mu")) {
    fit$model$solver <- solver
    suppressMessages(new <- predict(fit, case$x))
    expect_identical(unname(coef(new)[2, ]), numeric(25))
    expect_identical(basis(new), basis(fit))
    expect_gt(min(rowSums(coef(new))[1]), 0)
    expect_equal(deviance(new), sum((case$x - fitted(new))^2))
  }
})
