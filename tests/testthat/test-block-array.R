# Arrays of package DelayedArray.

test_that("a DelayedArray is read by blocks as its matrix, dense or sparse", {
  skip_if_not_installed("DelayedArray")
  dense <- block_counts(12, 90)
  start <- drawn_start(dense, 3)
  for (x in list(dense, sparse_copy(dense))) {
    source <- block_source(DelayedArray::DelayedArray(x), 40)
    expect_identical(dimnames(source), dimnames(x))
    expect_identical(source$sparse, !is.matrix(x))
    fit <- nmf(source, 3, init = start, max_iter = 5, tol = 0)
    expect_identical(fit$w, nmf(block_source(x, 40), 3, init = start, max_iter = 5, tol = 0)$w)
  }
  later <- block_source(log1p(DelayedArray::DelayedArray(dense)), 40)
  expect_equal(unname(read_block(later, 3)), unname(log1p(dense[, 81:90])))
  expect_identical(block_source(DelayedArray::DelayedArray(dense))$columns, 90L)
})

test_that("a DelayedArray on the disk is cut on the borders of its chunks", {
  skip_if_not_installed("HDF5Array")
  x <- block_counts(12, 90)
  file <- tempfile(fileext = ".h5")
  array <- HDF5Array::writeHDF5Array(x, file, "x", chunkdim = c(12, 15))
  local_mocked_bindings(block_bytes = 12 * 8 * 40)
  source <- block_source(array)
  expect_identical(source$columns, c(30L, 30L, 30L))
  expect_equal(unname(read_block(source, 2)), unname(x[, 31:60]))
})
