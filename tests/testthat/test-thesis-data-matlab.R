bytes_of <- function(name) {
  path <- test_path("fixtures", name)
  readBin(path, "raw", file.size(path))
}

test_that("scipy's files give their matrix, as doubles or bytes, compressed or not", {
  known <- read_fixture("faces_small")$faces
  for (name in c("faces_double.mat", "faces_compressed.mat", "faces_bytes.mat")) {
    expect_equal(mat_variable(bytes_of(name), "faces"), known, tolerance = 0)
  }
  expect_equal(mat_variable(bytes_of("faces_double.mat"), "v"), matrix(0:5 / 7, 2, byrow = TRUE),
               tolerance = 0)
  expect_null(mat_variable(bytes_of("faces_double.mat"), "face"))
})

test_that("a big-endian file is read as such", {
  # One variable written by hand: flags, sizes 1 x 2, name x (a small element), int16 -2 and 300.
  big <- function(...) writeBin(c(...), raw(), endian = "big")
  element <- c(big(6L, 8L, 6L, 0L), big(5L, 8L, 1L, 2L), as.raw(c(0, 1, 0, 1)), charToRaw("x"),
               raw(3), as.raw(c(0, 4, 0, 3, 255, 254, 1, 44)))
  bytes <- c(raw(124), as.raw(c(1, 0)), charToRaw("MI"), big(14L, length(element)), element)
  expect_equal(mat_variable(bytes, "x"), matrix(c(-2, 300), 1))
})

test_that("what stands before the matrix in a file is passed over", {
  whole <- bytes_of("faces_bytes.mat")
  # An element of eight bytes (type 1) that is no matrix.
  first <- c(writeBin(c(1L, 8L), raw(), endian = "little"), as.raw(1:8))
  expect_identical(mat_variable(append(whole, first, 128L), "faces"), mat_variable(whole, "faces"))
})
test_that("a file cut anywhere before its matrix ends is no file", {
  whole <- bytes_of("faces_bytes.mat")
  for (kept in c(0, 100, 128, 130, 140, 200, 300, length(whole) - 8)) {
    cut <- whole[seq_len(kept)]
    found <- tryCatch(mat_variable(cut, "faces"), error = function(e) NULL)
    expect_null(found)
  }
  expect_error(mat_variable(charToRaw(strrep("<html>not found</html>", 20)), "faces"),
               "no MATLAB 5 file")
})

test_that("a compressed file that was changed is read or refused, and never takes all memory", {
  whole <- bytes_of("faces_compressed.mat")
  set.seed(2)
  for (i in 1:100) {
    changed <- whole
    at <- sample(129:length(whole), 2)
    changed[at] <- as.raw(sample(0:255, 2, replace = TRUE))
    found <- tryCatch(mat_variable(changed, "faces"), error = conditionMessage)
    expect_true(is.null(found) || is.matrix(found) || is.character(found))
    expect_false(any(grepl("allocate", found)))
  }
  # What zlib alone says of bytes that end too soon.
  content <- serialize(stats::runif(1000), NULL)
  packed <- memCompress(content, "gzip")
  expect_identical(inflate_bytes(packed), content)
  expect_lt(length(inflate_bytes(packed[seq_len(length(packed) %/% 2)])), length(content))
})
