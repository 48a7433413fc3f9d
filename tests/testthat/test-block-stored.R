# What inst/large/cells.csv keeps of bench/cells.R, from which the vignette has its figures.

test_that("a million cells took the memory that print() had promised, within a fifth", {
  stored <- utils::read.csv(system.file("large", "cells.csv", package = "metanmf",
                                        mustWork = TRUE))
  expect_identical(stored$what, c("batch", "online"))
  expect_true(all(stored$cells == 1e6))
  share <- stored$peak / stored$promised
  expect_true(all(share > 0.8 & share < 1.2))
  # The promise is the present one: blocks of about the same size, H and W.
  source <- new_source("s", c(2000, 1e6), NULL, rep(20000, 50), sparse = TRUE,
                       largest = 2^20 * stored$disk[[1]] / 50)
  expect_equal(fit_memory(source, 20) / 2^20, stored$promised[[1]], tolerance = 0.01)
  expect_equal(online_memory(source, 20) / 2^20, stored$promised[[2]], tolerance = 0.01)
})
