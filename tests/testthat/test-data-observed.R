test_that("a factor may be NA by whole rows or columns, and no other way", {
  factor <- matrix(1:6 + 0, 3)
  rows <- replace(factor, c(2, 5), NA)
  expect_identical(check_factor(rows, "w", "rows"), rows)
  expect_identical(check_factor(t(rows), "h", "columns"), t(rows))
  expect_identical(has_numbers(rows, "rows"), c(TRUE, FALSE, TRUE))
  expect_identical(has_numbers(t(rows), "columns"), c(TRUE, FALSE, TRUE))
  expect_bad(check_factor(rows, "h", "columns"), "h")
  expect_bad(check_factor(replace(rows, 1, NA), "w", "rows"), "w")
  expect_bad(check_factor(replace(rows, 1, -1), "w", "rows"), "w")
  expect_bad(check_factor(factor * NA, "w", "rows"), "w")
})

test_that("samples and features are counted in words", {
  expect_identical(count_unobserved(c(sample = 1, feature = 2)), "1 sample and 2 features")
  expect_identical(count_unobserved(c(sample = 0, feature = 1)), "1 feature")
  expect_no_message(tell_unobserved(c(sample = 0, feature = 0)))
})
