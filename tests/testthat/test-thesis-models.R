# What the models of an experiment are fitted to.

test_that("the control without tasks learns from every sample that Algorithm 1 sees, once", {
  x <- scale_minmax(digits$x[, 1:100])
  set.seed(1)
  apart <- split_tasks(x, n_tasks = 2, task_size = 10)
  columns <- c(unlist(apart$index$tasks), apart$index$target)
  expect_identical(learning_half(apart), x[, columns])
  expect_setequal(columns, apart$index$learning)
  set.seed(1)
  overlapping <- split_tasks(x, n_tasks = 2, task_size = 10, overlap = TRUE)
  expect_identical(learning_half(overlapping), overlapping$target)
  expect_setequal(overlapping$index$target, overlapping$index$learning)
})
