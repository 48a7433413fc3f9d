# How columns are cut into batches.

test_that("batches are neighbours, all columns are in one, and none crosses a block", {
  for (width in c(1, 7, 64, 1000)) {
    x <- matrix(1, 2, 150)
    for (data in list(x, block_source(x, 40))) {
      cut <- cut_batches(data, width)
      at <- unlist(lapply(cut, `[[`, "at"), recursive = FALSE)
      expect_identical(unlist(at), seq_len(150))
      expect_true(all(lengths(at) <= max(1, 2 * width)))
      blocks <- if (is_source(data)) data$columns else 150L
      expect_identical(vapply(cut, function(one) sum(lengths(one$columns)), 0L), blocks)
      for (one in cut) expect_true(all(vapply(one$columns, function(j) all(diff(j) == 1), NA)))
    }
  }
})

test_that("a pass has 64 batches where each then has enough samples for its components", {
  expect_identical(batch_width(NULL, 64000, 10), 1000)
  expect_identical(batch_width(NULL, 600, 10), 64)
  expect_identical(batch_width(NULL, 600, 50), 200)
  expect_identical(batch_width(30L, 64000, 10), 30L)
})
