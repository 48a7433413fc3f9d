test_that("every task has a spring, and so has the target", {
  for (n in 1:4) {
    # a spring is a path of 13 points: its start, and 12 turns
    expect_length(paths_of(drawn_paths(plot_epoch(n)), 13L, "S"), n + 1)
  }
})

test_that("a basis goes from the target to every task and from every task to the target", {
  places <- epoch_places(3)
  drawn <- new.env()
  local_mocked_bindings(carry = function(x0, y0, x1, y1, ...) {
    drawn$heights <- c(drawn$heights, list(c(y0, y1)))
  })
  draw_pdf(plot_epoch(3))
  tasks <- places$task
  expect_setequal(drawn$heights, c(lapply(tasks, function(y) c(places$target, y)),
                           lapply(tasks, function(y) c(y, places$target))))
})

test_that("stages run from left to right and lanes do not overlap", {
  for (n in 1:4) {
    places <- epoch_places(n)
    order <- c(places$start, places$fitted, places$scaled, places$plus_task, places$plus_target,
               places$end)
    expect_false(is.unsorted(order, strictly = TRUE))
    expect_gt(min(-diff(c(places$task, places$target))), 2 * places$half)
  }
})

test_that("the figure names the lines of Algorithm 1 and its title", {
  text <- drawn_text(plot_epoch())
  for (words in c("(line 3 \\(tasks\\))", "(line 5 \\(target\\))", "(line 6 \\(tasks\\))",
                  "(line 8 \\(target\\))", "(line 7 \\(tasks\\))", "(line 9 \\(target\\))",
                  "(One epoch of meta-learning, from k to k + 1)")) {
    expect_match(text, words, fixed = TRUE, all = FALSE)
  }
  expect_no_match(drawn_text(plot_epoch(main = NULL)), "One epoch")
})

test_that("it returns NULL invisibly and leaves graphical parameters alone", {
  expect_identical(parameters_changed(shown <- withVisible(plot_epoch())), character())
  expect_identical(shown, list(value = NULL, visible = FALSE))
})

test_that("a number of tasks that cannot be drawn is an error", {
  for (wrong in list(0, 5, 1.5, "two", NULL)) {
    expect_error(plot_epoch(wrong), class = "metanmf_error")
  }
  expect_bad(plot_epoch(5), "n_tasks")
})
