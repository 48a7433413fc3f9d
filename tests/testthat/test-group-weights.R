# Weights of tasks.

test_that("weights by left-out losses are the formula of the page", {
  losses <- c(0.1, 0.12, 0.11, 0.5, 0.09)
  width <- 1.48 * stats::median(abs(losses - 0.11)) + 0.02 * 0.11
  expect_equal(loto_weights(losses), exp(-pmax(0, losses - 0.11) / width))
  expect_identical(loto_weights(c(0, 0, 0)), c(1, 1, 1))
  expect_equal(loss_weights(c(0.1, 0.2, 0.4)), c(2, 1, 0.5))
  expect_equal(loss_weights(c(0, 0.2, 0.4)), c(10, 1, 0.5))
  expect_identical(loss_weights(numeric(3)), c(1, 1, 1))
})

# Tasks of one planted basis, the last one noise.
corrupted_tasks <- function() {
  set.seed(8)
  w <- matrix(stats::rexp(36), 12)
  x <- lapply(1:4, function(i) w %*% matrix(stats::rexp(90), 3))
  x$bad <- matrix(stats::rexp(360) * 4, 12)
  stats::setNames(x, c("a", "b", "c", "d", "bad"))
}

test_that("a corrupted task loses its say by left-out losses, and keeps it without", {
  x <- corrupted_tasks()
  weights <- function(rule) {
    set.seed(1)
    group_nmf(x, 3, 0, task_weights = rule, max_iter = 20, tol = 0)$task_weights
  }
  expect_identical(unname(weights("equal")), rep(1, 5))
  by_others <- weights("loto")
  expect_lt(by_others[["bad"]], 0.01)
  expect_gt(stats::median(by_others), 0.9)
  expect_lt(weights("loss")[["bad"]], 1)
  set.seed(1)
  expect_lt(inmf(x, 3, 5, task_weights = "loto", max_iter = 5, tol = 0)$task_weights[["bad"]], 0.1)
})

test_that("numbers go by name, and what cannot be told apart is refused", {
  x <- corrupted_tasks()
  fit <- group_nmf(x, 2, 0, task_weights = c(bad = 0, a = 1, b = 2, c = 3, d = 4), max_iter = 3,
                   tol = 0)
  expect_identical(fit$task_weights, c(a = 1, b = 2, c = 3, d = 4, bad = 0))
  expect_bad(group_nmf(x[1:2], 2, 0, task_weights = "loto"), "task_weights")
  expect_bad(group_nmf(x, 2, 0, task_weights = "even"), "task_weights")
})

test_that("tasks of zeros and of the same data are weighed without a failure", {
  x <- corrupted_tasks()
  x$bad <- 0 * x$bad
  set.seed(1)
  expect_true(all(is.finite(group_nmf(x, 2, 1, task_weights = "loto", max_iter = 3,
                                      tol = 0)$task_weights)))
})

weighing_penalties <- list(penalty_sparse(3, "h", "raw"), penalty_ridge(0.5, "w", "raw"))

# Losses as shares of the squares of the data.
shares <- function(losses, x) losses / vapply(x, function(one) sum(one^2), 0)

test_that("weights by own losses are those of a fit with the penalties of the model", {
  x <- corrupted_tasks()
  set.seed(1)
  fit <- suppressWarnings(group_nmf(x, 3, 1, penalty = weighing_penalties, n_start = 1,
                                    max_iter = loss_iterations, tol = loss_fall))
  losses <- shares(unname(fit$task_losses), x)
  weights <- function(penalty) {
    set.seed(1)
    group_nmf(x, 3, 1, penalty = penalty, task_weights = "loss", max_iter = 1,
              tol = 0)$task_weights
  }
  expect_equal(unname(weights(weighing_penalties)), pmin(10, stats::median(losses) / losses))
  expect_gt(max(abs(weights(NULL) - weights(weighing_penalties))), 0.1)
})

test_that("a task that is left out has the penalties of the others' fit on its coefficients", {
  x <- corrupted_tasks()
  spec <- list(loss = check_loss("frobenius"), solver = "hals", control = nmf_control(tol = 0))
  set.seed(1)
  losses <- vapply(seq_along(x), function(i) {
    # One component, so that its order does not matter for the draws that follow.
    others <- suppressWarnings(group_nmf(
      x[-i], 1, 1, penalty = weighing_penalties, n_start = 1,
      control = nmf_control(loss_iterations, loss_fall, scale = "none")))
    task <- costly_task(check_data(x[[i]], "x", "error"), others$model$cost, NULL)
    # What a component costs a sample, by hand: the raw penalty on H alone.
    expect_equal(unname(others$model$cost), cbind(3, 0))
    new_task_state(task, others$w, 1L, spec, left_out_rounds)$state$losses
  }, 0)
  set.seed(1)
  fit <- group_nmf(x, 1, 1, penalty = weighing_penalties, task_weights = "loto",
                   control = nmf_control(1, 0, scale = "none"))
  expect_equal(unname(fit$task_weights), loto_weights(shares(losses, unname(x))))
  expect_lt(fit$task_weights[["bad"]], 0.1)
})

test_that("a graph of samples is made once for each task, whatever finds the weights", {
  x <- corrupted_tasks()
  for (rule in c("equal", "loss", "loto")) {
    made <- 0
    count <- function(x) {
      made <<- made + 1
      knn_graph(x, 3)
    }
    fit <- group_nmf(x, 3, 1, penalty = penalty_graph(count, 1), task_weights = rule,
                     max_iter = 5, tol = 0)
    expect_identical(made, 5, label = rule)
    expect_true(all(is.finite(fit$task_weights)))
  }
})
