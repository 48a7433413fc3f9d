# What is asked of all of X in one pass.

test_that("the facts are smallest, largest, sum, number and squares, without NaN, for every set", {
  old <- options(metanmf.instructions = NULL)
  on.exit(options(old))
  set.seed(11)
  for (set in native_instructions()) {
    options(metanmf.instructions = set)
    for (n in c(1, 2, 3, 7, 8, 9, 30, 1001)) {
      x <- stats::rnorm(n)
      gaps <- replace(x, sample(n, n %/% 3), sample(c(NA, NaN), n %/% 3, TRUE))
      for (values in list(x, gaps)) {
        kept <- values[!is.na(values)]
        expect_equal(unlist(native_facts(values), use.names = FALSE),
                     c(min(kept), max(kept), sum(kept), length(kept), sum(kept^2),
                       sum(kept), length(kept)),
                     tolerance = 1e-13)
        weights <- stats::runif(n)
        weighted <- unlist(native_facts(values, weights)[c("x_norm2", "x_sum", "x_weight")])
        expect_equal(unname(weighted),
                     unname(colSums(weights * cbind(values^2, values, values^0), na.rm = TRUE)) -
                       c(0, 0, sum(weights[is.na(values)])), tolerance = 1e-12)
      }
    }
    found <- function(values) unlist(native_facts(values), use.names = FALSE)
    expect_identical(found(c(NA, NaN)), c(Inf, -Inf, 0, 0, 0, 0, 0))
    expect_identical(found(c(1, Inf, -Inf, NA)), c(-Inf, Inf, NaN, 3, Inf, NaN, 3))
    expect_identical(found(numeric()), c(Inf, -Inf, 0, 0, 0, 0, 0))
  }
})
