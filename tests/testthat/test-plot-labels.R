# Names along axes.

test_that("ticks are whole numbers at one step, at most as many as there is room for", {
  expect_identical(whole_ticks(1), 1)
  expect_equal(whole_ticks(3), 1:3)
  expect_equal(whole_ticks(12), seq(2, 12, 2))
  expect_equal(whole_ticks(500), seq(100, 500, 100))
  for (count in c(2:60, 999, 20000)) {
    expect_lte(length(whole_ticks(count)), 6)
    expect_length(unique(diff(whole_ticks(count))), 1)
  }
})

test_that("names that fit are flat, then upright, then left out", {
  fitted <- function(count, cell, length = 5) {
    fit <- NULL
    draw_pdf({
      graphics::plot.new()
      fit <- fitting_names(rep(strrep("m", length), count), count, cell, 2, flat = TRUE)
    })
    fit
  }
  expect_true(fitted(5, 1)$flat)
  expect_false(fitted(5, 0.2)$flat)
  expect_null(fitted(500, 0.01))
  expect_lt(nchar(fitted(5, 0.2, 80)$names[[1]]), 50)
})
