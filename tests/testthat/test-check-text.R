# Text cut to a width.

test_that("text is cut in the middle to the width asked for, and short text stays", {
  expect_identical(shorten("measurement number 12", 11), "meas...r 12")
  expect_identical(shorten(c("short", NA, "exactly 10"), 10), c("short", NA, "exactly 10"))
  for (width in 5:30) expect_identical(nchar(shorten(strrep("x", 99), width)), width)
})
