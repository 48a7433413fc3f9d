test_that("a stream is a state that R accepts, and its name alone decides what it gives", {
  draw <- function(...) with_stream(c(runif(2), rnorm(1), sample.int(100, 1)), ...)
  expect_identical(draw("fit", 3, "NMF"), draw("fit", 3, "NMF"))
  expect_identical(draw("fit", list(a = 3, b = "NMF")), draw("fit", 3, "NMF"))
  expect_false(identical(draw("fit", 3, "NMF"), draw("fit", 4, "NMF")))
  expect_identical(with_stream(RNGkind(), "x"), c("L'Ecuyer-CMRG", "Inversion", "Rejection"))
})

test_that("streams of neighbouring names are as good as independent", {
  first <- vapply(1:2000, function(i) with_stream(runif(1), "seed", i), 0)
  expect_gt(ks.test(first, "punif")$p.value, 1e-3)
  expect_lt(abs(cor(first[-1], first[-2000])), 0.08) # 3.6 standard errors
  expect_false(anyDuplicated(first) > 0)
})

test_that("the user's generator is as it was, also after an error and when it was not there yet", {
  set.seed(7, "Wichmann-Hill")
  before <- .Random.seed
  with_stream(runif(3), "x")
  try(with_stream(stop("no"), "x"), silent = TRUE)
  expect_identical(.Random.seed, before)
  rm(".Random.seed", envir = globalenv())
  with_stream(runif(3), "x")
  expect_false(exists(".Random.seed", globalenv(), inherits = FALSE))
  RNGkind("default")
})
