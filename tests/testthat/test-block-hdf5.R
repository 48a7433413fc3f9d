# 10x and .h5ad files, written here by their published layout.

# A file of the sparse x, genes x cells, with the entries of each column in descending order.
write_10x <- function(x, file) {
  h5 <- hdf5r::H5File$new(file, "w")
  on.exit(h5$close_all())
  group <- h5$create_group("matrix")
  turned <- unlist(lapply(seq_len(ncol(x)), function(j) rev(seq.int(x@p[j] + 1, length.out =
                                                                      x@p[j + 1] - x@p[j]))))
  group[["data"]] <- as.integer(x@x[turned])
  group[["indices"]] <- x@i[turned]
  group[["indptr"]] <- x@p
  group[["shape"]] <- dim(x)
  group[["barcodes"]] <- colnames(x)
  group$create_group("features")
  group[["features/id"]] <- rownames(x)
}

# An .h5ad file of x, whose rows there are the cells: dense, or as compressed rows.
write_h5ad <- function(x, file, kind = "csr_matrix") {
  h5 <- hdf5r::H5File$new(file, "w")
  on.exit(h5$close_all())
  if (is.matrix(x)) {
    h5[["X"]] <- x # HDF5 counts dimensions the other way round
  } else {
    group <- h5$create_group("X")
    hdf5r::h5attr(group, "encoding-type") <- kind
    hdf5r::h5attr(group, "shape") <- rev(dim(x))
    group[["data"]] <- x@x
    group[["indices"]] <- x@i
    group[["indptr"]] <- x@p
  }
  for (side in c("obs", "var")) {
    group <- h5$create_group(side)
    hdf5r::h5attr(group, "_index") <- "names"
    group[["names"]] <- dimnames(x)[[if (side == "obs") 2 else 1]]
  }
}

test_that("a 10x file is read as it was written, whatever the order of its entries", {
  skip_if_not_installed("hdf5r")
  x <- sparse_copy(block_counts(30, 50))
  file <- tempfile(fileext = ".h5")
  write_10x(x, file)
  source <- block_source(file)
  expect_identical(dimnames(source), dimnames(x))
  expect_identical(unname(as.matrix(read_block(source, 1))), unname(as.matrix(x)))
  start <- drawn_start(x, 3)
  fit <- function(x) nmf(x, 3, init = start, loss = "kl", solver = "mu", max_iter = 5, tol = 0)
  expect_identical(fit(source)$w, fit(block_source(x))$w)
  expect_output(print(source), "sparse, a 10x file")
})

test_that("an .h5ad file gives its cells as columns, by blocks, dense or sparse", {
  skip_if_not_installed("hdf5r")
  dense <- block_counts(30, 50)
  local_mocked_bindings(block_bytes = 30 * 8 * 20)
  for (x in list(dense, sparse_copy(dense))) {
    file <- tempfile(fileext = ".h5ad")
    write_h5ad(x, file)
    source <- block_source(file)
    expect_identical(dimnames(source), dimnames(x))
    expect_gt(length(source$columns), 2)
    parts <- lapply(seq_along(source$columns), function(i) as.matrix(read_block(source, i)))
    expect_identical(unname(do.call(cbind, parts)), unname(dense))
    expect_identical(source$sparse, !is.matrix(x))
  }
  again <- unserialize(serialize(source, NULL))
  process$hdf5 <- NULL
  expect_identical(read_block(again, 2), read_block(source, 2))
})

test_that("other files are refused with what to do", {
  skip_if_not_installed("hdf5r")
  file <- tempfile(fileext = ".h5ad")
  write_h5ad(sparse_copy(block_counts(6, 9)), file, "csc_matrix")
  expect_error(block_source(file), "tocsr", class = "metanmf_error")
  file <- tempfile(fileext = ".h5")
  h5 <- hdf5r::H5File$new(file, "w")
  h5[["other"]] <- 1:3
  h5$close_all()
  expect_bad(block_source(file), "x")
  writeLines("text", file <- tempfile(fileext = ".h5"))
  expect_error(block_source(file), "can be opened", class = "metanmf_error")
})
