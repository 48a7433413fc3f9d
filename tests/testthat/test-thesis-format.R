# How scores are written.

test_that("scores have three decimals and no leading zero", {
  expect_identical(format_score(c(0.5834, -0.0126, 1, 10.5, 0, NA)),
                   c(".583", "-.013", "1.000", "10.500", ".000", "-"))
  expect_identical(format_score(c(0.0004, -0.0004, -0.0006), sign = "+"),
                   c(".000", ".000", "-.001"))
  expect_identical(format_score(c(0.0123, -0.2), sign = "+"), c("+.012", "-.200"))
  expect_identical(format_score(c(0.0123, 1234.5), "seconds"), c("0.0123", "1.23e+03"))
})

test_that("a spread or interval that is not known is not written", {
  written <- format_spread(c(0.583, 0.4), c(0.007, NA))
  expect_identical(plain_text(written), c(".583 +- .007", ".400"))
  expect_identical(format_interval(c(0.012, 0.1), c(0.003, NA), c(0.021, NA)),
                   c("+.012 [+.003, +.021]", "+.100"))
})

test_that("p has three decimals, and a small one is not written as nothing", {
  expect_identical(format_p(c(0.0002, 0.0312, 1, NA)), c("<.001", ".031", "1.000", "-"))
})
