# The course of the objective.

test_that("plot() draws the objective of every iteration to scale", {
  fit <- drawn_fit()
  lines <- draw_pdf(plot(fit, value = "objective"))
  # A path is one line to move and one for each further point; the trace has 20 points.
  points <- do.call(rbind, lapply(numbers_of(grep("^[-0-9.]+ [-0-9.]+ [ml]( S)?$", lines,
                                                  value = TRUE)), `[`, 1:2))
  moves <- grepl(" m$", grep("^[-0-9.]+ [-0-9.]+ [ml]( S)?$", lines, value = TRUE))
  paths <- split(seq_along(moves), cumsum(moves))
  path <- points[paths[[which.max(lengths(paths))]], ]
  expect_identical(nrow(path), 20L)
  # linear axes: a straight line maps values to places, within the file's 0.01 points
  expect_lt(max(abs(stats::residuals(stats::lm(path[, 2] ~ fit$trace)))), 0.01)
  expect_lt(max(abs(diff(path[, 1]) - mean(diff(path[, 1])))), 0.02)
})

test_that("the axis of the trace says iterations, or epochs for a meta-learned fit", {
  expect_match(drawn_text(plot(drawn_fit())), "(iteration)", fixed = TRUE, all = FALSE)
  set.seed(2)
  split <- split_tasks(matrix(runif(200), 5), n_tasks = 2, task_size = 4)
  meta <- meta_nmf(split, 2, control = meta_control(epochs = 2))
  expect_match(drawn_text(plot(meta)), "(epoch)", fixed = TRUE, all = FALSE)
  expect_match(drawn_text(plot(meta, main = "Mine")), "(Mine)", fixed = TRUE, all = FALSE)
})

test_that("a trace is drawn where some of it is finite, and denormal values are 0", {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  fit <- nmf(random_matrix(6, 8), 2, control = nmf_control(5, tol = 0))
  for (trace in list(c(Inf, 3, 2), c(NaN, 2, 1), 1e-310 * (5:1), 0)) {
    fit$trace <- trace
    expect_no_warning(plot(fit))
  }
  fit$trace <- c(Inf, Inf)
  expect_bad(plot(fit), "x")
})

test_that("the trace is the excess over the lowest objective in percent, on a logarithmic axis", {
  fit <- drawn_fit()
  f <- fit$trace
  expect_equal(trace_excess(f), c((f[-20] - f[20]) / f[20], NA))
  path <- Filter(function(path) nrow(path) == 19, drawn_paths(plot(fit)))[[1]]
  # a straight line maps the logarithms to places
  expect_lt(max(abs(residuals(lm(path[, 2] ~ log(trace_excess(f)[-20]))))), 0.01)
  shown <- drawn_text(plot(fit))
  expect_drawn(shown, c("1", "10", "above the lowest objective, %",
                        paste("lowest:", format(min(f), digits = 6))))
})

test_that("axes of the trace have whole iterations and decimals instead of powers", {
  fit <- drawn_fit()
  fit$trace <- 3e6 + c(1e6, 1e4, 0)
  shown <- drawn_text(plot(fit, value = "objective"))
  expect_drawn(shown, c("1", "2", "3", "3,000,000", "4,000,000"))
  expect_not_drawn(shown, "1.5")
  expect_not_drawn(shown, "3e+06")
  fit$trace <- 5
  shown <- drawn_text(plot(fit))
  expect_drawn(shown, "1")
  expect_not_drawn(shown, "0.6")
  expect_identical(format_each_number(c(100, 0.01, 1e-5)), c("100", "0.01", "1e-05"))
})

test_that("what may rise, is short or ends at 0 is drawn as it is, and `value` decides", {
  expect_identical(trace_value(NULL, c(3, 2, 1), TRUE), "objective")
  expect_identical(trace_value(NULL, c(3, 2, 1), FALSE), "excess")
  expect_identical(trace_value(NULL, c(3, 2), FALSE), "objective")
  expect_identical(trace_value(NULL, c(3, 2, 0), FALSE), "objective")
  expect_identical(trace_value("objective", c(3, 2, 1), FALSE), "objective")
  expect_bad(plot(drawn_fit(), value = "gap"), "value")
  expect_bad(plot(drawn_fit(), colour = 2), "...")
  expect_no_error(draw_pdf(plot(drawn_fit(), col = "red", ylim = c(1e-3, 10), lwd = 2)))
})
