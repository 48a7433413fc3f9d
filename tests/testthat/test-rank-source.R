# select_rank() of data in blocks.

test_that("data in blocks of up to 1000 samples have the choice of the matrix", {
  x <- planted_rank(40, 60, 3, 3)
  set.seed(5)
  here <- select_rank(x, masks = 3)
  set.seed(5)
  read <- select_rank(blocks_of(x, 13), masks = 3)
  fields <- setdiff(names(here), c("call", "searched"))
  expect_equal(read[fields], here[fields])
  expect_identical(read$searched, c(60L, 60L))
})

test_that("of more samples it looks at some, evenly spaced, and says so", {
  local_mocked_bindings(most_searched = 50L)
  x <- planted_rank(30, 99, 2, 4)
  labels <- rep(c("a", "b", "c"), 33)
  at <- seq(1, 99, by = 2)
  set.seed(5)
  here <- select_rank(x[, at], 1:3, masks = 2, labels = labels[at])
  set.seed(5)
  expect_message(read <- select_rank(blocks_of(x, 20), 1:3, masks = 2, labels = labels),
                 "99 samples.*looks at 50")
  expect_equal(read$ranks, here$ranks)
  expect_output(print(read), "looked at 50 of 99 samples")
  expect_bad(select_rank(blocks_of(x, 20), labels = labels[-1]), "labels")
  expect_bad(select_rank(blocks_of(x, 20), weights = rep(1, 99)), "weights")
})
