# The number of private columns.

test_that("0 is answered unless more is better by more than its standard error", {
  rule <- function(...) private_choice(rbind(...), c(0L, 1L, 3L), 1)$private
  expect_identical(rule(c(1, 0.9, 0.5), c(1, 0.8, 0.6), c(1.1, 0.9, 0.5)), 3L)
  expect_identical(rule(c(1, 0.5, 0.5), c(1, 1.6, 1.7), c(1, 0.8, 0.8)), 0L)
  expect_identical(rule(c(1, 1.1, 1.2), c(1, 1.1, 1.2), c(1, 1.1, 1.2)), 0L)
  choice <- private_choice(rbind(c(2, 1, 1), c(4, 2, 3)), c(0L, 1L, 3L), 1)
  expect_equal(choice$errors$error, c(3, 1.5, 2))
  expect_equal(choice$errors$gain, c(0, 0.5, 3 / 8))
  expect_equal(choice$errors$se, c(0, 0, stats::sd(c(1 / 2, 1 / 4)) / sqrt(2)))
  expect_output(print(choice), "1 private column, from 2 tasks left out in turn")
})

test_that("tasks whose errors differ in size, all of which gain, ask for private columns", {
  by_task <- rbind(c(0.26, 0.01), c(0.02, 0.003), c(0.024, 0.006))
  expect_identical(private_choice(by_task, 0:1, 2)$private, 1L)
  # One that gains much does not outvote two that lose.
  by_task <- rbind(c(0.26, 0.01), c(0.02, 0.03), c(0.024, 0.03))
  expect_identical(private_choice(by_task, 0:1, 2)$private, 0L)
  # Errors of 0 have nothing to gain.
  expect_identical(private_choice(matrix(c(0, 0, 0.1, 0), 2), 0:1, 2)$private, 0L)
})

test_that("a strong pattern in every task asks for private columns, and none asks for none", {
  set.seed(5)
  w <- matrix(stats::rexp(40) * (stats::runif(40) < 0.6), 20)
  own <- function() matrix(stats::rexp(20), 20)
  tasks <- function(by) {
    lapply(1:4, function(i) {
      w %*% matrix(stats::rexp(80), 2) + by * own() %*% matrix(stats::rexp(40), 1) +
        0.05 * matrix(stats::runif(800), 20)
    })
  }
  expect_gte(choose_private(tasks(1), 2, 0:1)$private, 1L)
  expect_identical(choose_private(tasks(0), 2, 0:1)$private, 0L)
})

test_that("sizes that are none, and too few tasks, are refused", {
  x <- group_problem()$x
  expect_bad(choose_private(x, 2, -1), "private")
  expect_bad(choose_private(x, 2, 9), "private")
  expect_bad(choose_private(x[1:2], 2, 1), "tasks")
  expect_bad(choose_private(x, 2, 1, hidden = 1), "hidden")
})
