# What is reported beside the choice of a rank.

test_that("labels and stability add their columns, and do not move the choice", {
  set.seed(2)
  block <- kronecker(diag(3), matrix(1, 10, 15))
  x <- block * matrix(rgamma(length(block), 5), nrow(block)) + 0.01
  labels <- rep(letters[1:3], each = 15)
  choose <- function(...) {
    set.seed(3)
    select_rank(x, 2:4, masks = 3, ...)
  }
  plain <- choose()
  full <- choose(labels = labels, stability = TRUE)
  expect_identical(full$rank, plain$rank)
  expect_equal(full$ranks[names(plain$ranks)], plain$ranks)
  expect_equal(full$ranks$nmi[[2L]], 1)
  expect_equal(full$ranks$cophenetic[[2L]], 1)
  expect_bad(choose(labels = labels[-1]), "labels")
})
