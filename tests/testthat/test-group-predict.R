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
