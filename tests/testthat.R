library(testthat)
library(metanmf)

test_check("metanmf")
