# Folders of blocks: written, read, and what is wrong with one.

test_that("blocks are written from any source, and are what was written", {
  x <- block_counts(6, 20)
  for (given in list(x, sparse_copy(x), block_source(x, 7), reading(x, 7))) {
    folder <- empty_folder()
    written <- write_blocks(given, folder, if (!is_source(given)) 7)
    expect_length(list.files(folder, "rds$"), 3)
    again <- block_source(folder)
    expect_identical(again, written)
    expect_identical(rownames(again), rownames(x))
    expect_identical(unname(as.matrix(read_block(again, 2))), unname(x[, 8:14]))
    expect_identical(is.matrix(read_block(again, 2)), !isS4(given))
  }
})

test_that("a folder of files that something else wrote is read once, in the order of their names", {
  x <- block_counts(6, 20)
  folder <- empty_folder()
  saveRDS(x[, 1:5], file.path(folder, "a.rds"))
  saveRDS(x[, 6:20], file.path(folder, "b.RDS"))
  writeLines("no block", file.path(folder, "notes.txt"))
  source <- block_source(folder)
  expect_identical(dimnames(source), dimnames(x))
  expect_identical(source$columns, c(5L, 15L))
  expect_identical(source$sparse, FALSE)
  expect_identical(read_block(source, 2), x[, 6:20])
  saveRDS(x[1:3, 1:5], file.path(folder, "c.rds"))
  expect_error(nmf(block_source(folder), 2), "block 3 of 3 .c.rds.: a 3 x 5 matrix",
               class = "metanmf_block")
  saveRDS(letters, file.path(folder, "c.rds"))
  expect_error(block_source(folder), "block 3 of 3 .c.rds.", class = "metanmf_block")
  expect_bad(block_source(empty_folder()), "x")
})

test_that("a torn block, and an index that is not that of its files, are named", {
  x <- block_counts(40, 60)
  for (given in list(x, sparse_copy(x))) {
    folder <- empty_folder()
    write_blocks(given, folder, 20)
    source <- block_source(folder)
    file <- file.path(folder, "block-00002.rds")
    whole <- file_bytes(file)
    writeBin(whole[seq_len(length(whole) - 100)], file)
    expect_error(nmf(source, 2), "block\\s+2\\s+of\\s+3\\s+.block-00002.rds.",
                 class = "metanmf_block")
    expect_error(block_source(folder), "(?s)block-00002.rds.*another\\s+size", perl = TRUE,
                 class = "metanmf_error")
    unlink(file)
    expect_error(nmf(source, 2), "block\\s+2\\s+of\\s+3", class = "metanmf_block")
    expect_error(block_source(folder), "is\\s+not\\s+there", class = "metanmf_error")
    writeBin(raw(10), file.path(folder, index_file))
    expect_error(block_source(folder), "index\\s+can\\s+be\\s+read", class = "metanmf_error")
  }
})

test_that("blocks are written to a folder of their own", {
  x <- block_counts(6, 20)
  folder <- empty_folder()
  write_blocks(x, file.path(folder, "new", "deep"))
  expect_bad(write_blocks(x, file.path(folder, "new", "deep")), "path")
  expect_bad(write_blocks(x, 3), "path")
  expect_bad(write_blocks(block_source(x), file.path(folder, "b"), 3), "block")
  file <- file.path(folder, "file")
  writeLines("", file)
  expect_bad(write_blocks(x, file.path(file, "below")), "path")
})

test_that("a full disk leaves no index, so that a part is not taken for the whole", {
  skip_if(!file.exists("/dev/full"), "no full disk to be had")
  x <- block_counts(6, 20)
  folder <- empty_folder()
  bytes <- put_bytes
  local_mocked_bindings(put_bytes = function(bytes, file, mode, argument, before = 0) {
    if (grepl("00002", file)) stop_disk(argument, file, "0 of 10 bytes could be written")
    writeBin(bytes, file)
  })
  expect_error(write_blocks(x, folder, 7), "has room", class = "metanmf_disk")
  expect_identical(list.files(folder), "block-00001.rds")
})
