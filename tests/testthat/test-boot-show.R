# Intervals of a bootstrap printed, drawn, and as a data frame.

# Two components of three samples, of which the last was not observed.
intervals <- function() {
  shape <- function(values) matrix(values, 2, dimnames = list(c("c1", "c2"), c("a", "b", "z")))
  structure(list(coef = shape(c(1, 2, 3, 0, NA, NA)), lower = shape(c(0.5, 1, 2, 0, NA, NA)),
                 upper = shape(c(2, 3, 4, 1, NA, NA)), sd = shape(c(0.4, 0.5, 0.6, 0.2, NA, NA)),
                 by = "features", draws = 200L, level = 0.9), class = "nmf_bootstrap")
}

test_that("the print counts intervals above 0 and those that are missing", {
  shown <- capture.output(print(intervals()))
  expect_match(shown, "of 3 samples, 2 components", all = FALSE)
  expect_match(shown, "90 % intervals of 200 draws of features", all = FALSE)
  expect_match(shown, "3 of 4 intervals lie above 0", all = FALSE)
  expect_match(shown, "2 coefficients without an interval", all = FALSE)
})

test_that("the data frame has a row for each component and sample", {
  frame <- as.data.frame(intervals())
  expect_identical(names(frame), c("component", "sample", "coef", "lower", "upper", "sd"))
  expect_identical(frame$sample, rep(c("a", "b", "z"), 2))
  expect_identical(frame$coef, c(1, 3, NA, 2, 0, NA))
  expect_identical(frame$upper, c(2, 4, NA, 3, 1, NA))
  skip_if_not_installed("generics")
  tidied <- generics::tidy(intervals())
  expect_identical(names(tidied), c("term", "row", "estimate", "conf.low", "conf.high",
                                    "std.error"))
  expect_identical(tidied$conf.low, frame$lower)
})

test_that("the picture has a line from end to end and a point for each coefficient", {
  lines <- drawn_segments(plot(intervals(), sample = c("a", "b")))
  lines <- lines[lines$x0 == lines$x1 & lines$width == 1.5, ]
  expect_identical(nrow(lines), 4L)
  # in the order of samples and components, in proportion to the ends
  length_of <- abs(lines$y1 - lines$y0)
  expect_equal(length_of / length_of[[1]], c(1.5, 2, 2, 1) / 1.5, tolerance = 0.02)
  expect_drawn(drawn_text(plot(intervals(), sample = 1:2)), c("a", "b", "c1", "c2"))
  expect_identical(parameters_changed(plot(intervals())), character())
  for (sample in list("y", 4, 0, integer(), 1.5, rep(1, 9))) {
    expect_bad(plot(intervals(), sample = sample), "sample")
  }
})

test_that("the key of the samples lies above all intervals, in a low picture too", {
  for (samples in list(c("a", "b"), c("a", "b", "z"))) {
    shown <- draw_pdf(plot(intervals(), sample = samples), height = 3.2)
    of_key <- numbers_of(grep("\\(a\\) Tj|\\[\\(a\\)\\]", shown, value = TRUE))[[1L]]
    baseline <- utils::tail(of_key[!is.na(of_key)], 1L)
    lines <- drawn_segments(plot(intervals(), sample = samples), height = 3.2)
    bars <- lines[lines$x0 == lines$x1 & lines$width == 1.5, ]
    expect_lt(max(bars$y0, bars$y1), baseline - 2)
  }
})
