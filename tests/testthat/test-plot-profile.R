# Lines of the basis, and bars of its top features.

test_that("each component is a line over the axis, in its order, relative to its largest entry", {
  fit <- drawn_fit(2)
  axis <- c(5, 1, 2, 4, 3, 9)
  paths <- paths_of(drawn_paths(plot(fit, "profile", axis = axis)), 6, "S")
  expect_length(paths, 2)
  at <- order(axis)
  expect_lt(max(abs(residuals(lm(paths[[1]][, 1] ~ axis[at])))), 0.01)
  relative <- fit$w[at, 2] / max(fit$w[, 2])
  expect_lt(max(abs(residuals(lm(paths[[2]][, 2] ~ relative)))), 0.01)
})

test_that("an axis by name is put in order, another one is refused", {
  fit <- named_fit()
  axis <- stats::setNames(c(6, 5, 4, 3, 2, 1), paste0("gene", 1:6))
  expect_identical(check_axis(rev(axis), 6, rownames(fit$w)), as.numeric(6:1))
  for (wrong in list(1:5, letters[1:6], c(1:5, NA))) {
    expect_bad(plot(fit, "profile", axis = wrong), "axis")
  }
  expect_drawn(drawn_text(plot(fit, "profile", axis = axis, xlab = "wavelength (nm)")),
               c("wavelength \\(nm\\)", "c1"))
  # what was not observed is a gap in the line
  expect_length(paths_of(drawn_paths(plot(gappy_fit(), "profile")), 4, "S"), 2)
})

test_that("bars name the top features of every component", {
  fit <- named_fit()
  shown <- drawn_text(plot(fit, "features", n = 3))
  expect_drawn(shown, c(top_features(fit, 3)$feature, "c1", "c2"))
  expect_drawn(drawn_text(plot(fit, "features", by = "specific", n = 1)),
               c(top_features(fit, 1, by = "specific")$feature, "Features by specificity, rank 2"))
  expect_bad(plot(fit, "features", n = 0), "n")
  expect_bad(plot(fit, "features", by = "lift"), "by")
  rownames(fit$w)[[1]] <- strrep("long name ", 20)
  expect_match(drawn_text(plot(fit, "features")), "long.*[.][.][.].*name", all = FALSE)
})
