# Some entries of a source as a matrix.

test_that("source[i, j] is what the whole matrix has there, in any order", {
  dense <- block_counts(6, 50)
  for (x in list(dense, sparse_copy(dense))) {
    for (source in list(block_source(x, 7), blocks_of(x, 13))) {
      for (j in list(3, 20:5, c(50, 1, 50), -(2:49), c("s7", "s41"), seq_len(50) %% 3 == 0)) {
        expect_identical(source[, j], x[, j, drop = FALSE])
      }
      expect_identical(source[c("g5", "g2"), 14:12], x[c("g5", "g2"), 14:12])
      expect_identical(source[2:1, ], x[2:1, ])
      expect_identical(dim(source[, integer()]), c(6L, 0L))
    }
  }
})

test_that("only the blocks that are asked for are read", {
  x <- block_counts(6, 50)
  read <- integer()
  source <- reading(x, 10, function(part, i) {
    read <<- c(read, i)
    part
  })
  expect_identical(unname(source[, c(45, 12, 13)]), unname(x[, c(45, 12, 13)]))
  expect_setequal(read, c(2, 5))
})

test_that("places that a source does not have are refused", {
  source <- block_source(block_counts(6, 50), 7)
  expect_bad(source[, 51], "j")
  expect_bad(source["g9", 1], "i")
  expect_bad(source[3], "j")
  expect_bad(source[, 1, 2], "...")
})
