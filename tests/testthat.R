# Without testthat, which is only suggested, there is nothing to run.
if (requireNamespace("testthat", quietly = TRUE)) {
  library(testthat)
  library(metanmf)

  test_check("metanmf")
}
