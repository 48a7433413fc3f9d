# One sample as the sum of its parts.

test_that("the parts add up to the fitted sample, the largest first, with their percentages", {
  fit <- named_fit(3)
  parts <- sample_parts(fit, 4)
  expect_equal(rowSums(parts$values[, -1]), unname(fitted(fit)[, 4]), ignore_attr = TRUE)
  expect_equal(parts$values[, 1], fitted(fit)[, 4], ignore_attr = TRUE)
  p <- coef(fit, type = "proportion")[, 4]
  expect_equal(parts$share, unname(sort(p[p > 0], decreasing = TRUE)), ignore_attr = TRUE)
  images <- drawn_images(plot(fit, "parts", c(3, 2), sample = "s4"))
  # the fitted sample, its parts, and the colour scale
  expect_length(images, 2 + sum(p > 0))
  right <- 255 * (1 - matrix(fitted(fit)[, 4], 3) / max(parts$values))
  expect_lt(max(abs(images[[1]]$grey - right)), 1.01)
  expect_drawn(drawn_text(plot(fit, "parts", c(3, 2), sample = "s4")),
               c("fitted", part_labels(parts)))
})

test_that("with data the sample and what is left of it are drawn, from the matrix or the sample", {
  fit <- named_fit()
  set.seed(1)
  x <- matrix(runif(60), 6, dimnames = list(paste0("gene", 1:6), paste0("s", 1:10)))
  whole <- draw_pdf(plot(fit, "parts", c(3, 2), sample = 2, data = x))
  shown <- drawn_text(plot(fit, "parts", c(3, 2), sample = 2, data = x))
  expect_drawn(shown, c("data", "fitted"))
  expect_identical(drawn_text(plot(fit, "parts", c(3, 2), sample = 2, data = x[6:1, 2])), shown)
  expect_identical(drawn_text(plot(fit, "parts", c(3, 2), sample = 2, data = x[6:1, 10:1])), shown)
  expect_bad(plot(fit, "parts", c(3, 2), data = x[, 1:3]), "data")
  expect_bad(plot(fit, "parts", c(3, 2), data = 1:3), "data")
})

test_that("over an axis the data, the fitted sample and its parts are lines on one scale", {
  fit <- named_fit(3)
  axis <- c(4, 1, 3, 2, 6, 5)
  x <- fitted(fit)
  parts <- sample_parts(fit, 2)
  paths <- paths_of(drawn_paths(plot(fit, "parts", sample = 2, axis = axis, data = x)), 6, "S")
  expect_length(paths, 2 + length(parts$share))
  at <- order(axis)
  slope <- vapply(list(parts$values[at, 1], parts$values[at, 2]), function(values) {
    line <- if (identical(values, parts$values[at, 1])) paths[[2]] else paths[[3]]
    unname(coef(lm(line[, 2] ~ values))[[2]])
  }, 0)
  expect_equal(slope[[1]], slope[[2]], tolerance = 1e-3)
  shown <- drawn_text(plot(fit, "parts", sample = 2, axis = axis, xlab = "shift", data = x))
  expect_drawn(shown, c("data", "fitted", part_labels(parts), "shift"))
  expect_bad(plot(fit, "parts", axis = 1:3), "axis")
})

test_that("without images the parts are bars with percentages and coefficients", {
  fit <- named_fit()
  parts <- sample_parts(fit, 1)
  shown <- drawn_text(plot(fit, "parts"))
  expect_drawn(shown, parts$names)
  expect_match(shown, format(parts$amount[[1]], digits = 3), fixed = TRUE, all = FALSE)
  expect_identical(format_share(c(1, 0.5, 0.034, 0.0001)), c("100 %", "50 %", "3.4 %", "< 0.1 %"))
})

test_that("more than twelve parts end in the sum of the small ones", {
  set.seed(1)
  fit <- nmf(matrix(runif(500), 20), 20, solver = "mu", control = nmf_control(2, 0))
  parts <- sample_parts(fit, 1)
  expect_identical(parts$names[12], "9 others")
  expect_equal(sum(parts$share), 1)
  expect_equal(rowSums(parts$values[, -1]), fitted(fit)[, 1], ignore_attr = TRUE)
})

test_that("a sample that is not there or was not observed is refused", {
  fit <- named_fit()
  expect_bad(plot(fit, "parts", sample = 11), "sample")
  expect_bad(plot(fit, "parts", sample = "t1"), "sample")
  expect_bad(plot(gappy_fit(), "parts", sample = 3), "sample")
})
