some_bytes <- function(count = 20000) as.raw(seq_len(count) %% 256)

test_that("what is appended is there to the last byte", {
  file <- tempfile()
  on.exit(unlink(file))
  append_bytes(some_bytes(7), file, "file")
  append_bytes(some_bytes(), file, "file")
  expect_identical(content_of(file), c(some_bytes(7), some_bytes()))
})

test_that("what replaces a file is there whole, and leaves nothing beside it", {
  folder <- folder_of()
  on.exit(unlink(folder, recursive = TRUE))
  file <- file.path(folder, "kept")
  writeLines("half", paste0(file, ".new"))
  for (count in c(0, 1, 5000)) {
    replace_bytes(some_bytes(count), file, "file")
    expect_identical(content_of(file), some_bytes(count))
  }
  expect_identical(list.files(folder), "kept")
})

# tools/check-faults fills a disk; here the file is shorter than it would have to be.
test_that("a write that fell short is told, for bytes that R's buffer holds and for more", {
  file <- tempfile()
  on.exit(unlink(file))
  for (count in c(1L, 100L, 100000L)) {
    unlink(file)
    said <- tryCatch(put_bytes(some_bytes(count), file, "ab", "folder", before = 3),
                     metanmf_disk = conditionMessage)
    # A long path breaks the lines elsewhere.
    said <- gsub("[[:space:]]+", " ", said)
    fell_short <- paste(max(0, count - 3), "of", count, "bytes could be written.")
    expect_match(said, fell_short, fixed = TRUE)
    expect_match(said, "Make room and call again: what was finished before is kept.", fixed = TRUE)
  }
})

test_that("what another process appends at the same moment is kept, and is no full disk", {
  file <- tempfile()
  on.exit(unlink(file))
  # The file had 3 bytes when its size was asked, and 6 when these were appended.
  writeBin(charToRaw("abcdef"), file)
  expect_no_error(put_bytes(charToRaw("ghi"), file, "ab", "folder", before = 3))
  expect_identical(rawToChar(file_bytes(file)), "abcdefghi")
})

test_that("bytes that did not fit are taken back, and what was there stays", {
  file <- tempfile()
  on.exit(unlink(file))
  writeLines("kept", file)
  local_mocked_bindings(put_bytes = function(bytes, file, mode, argument, before) {
    cat("par", file = file, append = TRUE)
    stop_disk(argument, file, "3 of 9 bytes could be written")
  })
  expect_error(append_bytes(some_bytes(9), file, "folder"), "3\\s+of\\s+9", class = "metanmf_error")
  expect_identical(readLines(file), "kept")
})

test_that("a file that cannot be replaced stays as it was, and nothing is left beside it", {
  folder <- folder_of()
  on.exit(unlink(folder, recursive = TRUE))
  file <- file.path(folder, "kept")
  dir.create(file)
  expect_error(replace_bytes(some_bytes(9), file, "file"), class = "metanmf_disk")
  expect_error(replace_bytes(some_bytes(9), file.path(folder, "no", "such"), "file"), "no",
               class = "metanmf_disk")
  unlink(file, recursive = TRUE)
  writeLines("old", file)
  local_mocked_bindings(native_sync = function(path) NA)
  expect_error(replace_bytes(some_bytes(9), file, "file"), "reports\\s+an\\s+error",
               class = "metanmf_disk")
  expect_error(append_bytes(some_bytes(9), tempfile(), "file"), "reports\\s+an\\s+error",
               class = "metanmf_disk")
  expect_identical(readLines(file), "old")
  expect_identical(list.files(folder), "kept")
})

test_that("lines go to bytes and back, in UTF-8, and what is no text is told", {
  lines <- c("", "na\u00efve", "tab\t", "", "end")
  expect_identical(text_lines(line_bytes(lines)), lines)
  expect_identical(line_bytes(character()), raw())
  expect_identical(line_bytes("\u00ef"), as.raw(c(0xc3, 0xaf, 0x0a)))
  expect_identical(text_lines(charToRaw("a\r\nb")), c("a", "b"))
  expect_null(text_lines(as.raw(c(0x61, 0, 0x62))))
  expect_null(text_lines(as.raw(c(0xc3, 0x28))))
  expect_null(file_bytes(tempdir()))
})

test_that("a written file can be brought to the disk, and what is not there cannot", {
  file <- tempfile()
  writeLines("x", file)
  on.exit(unlink(file))
  skip_on_os("windows")
  expect_true(native_sync(file))
  expect_true(native_sync(tempdir()))
  expect_false(native_sync(file.path(tempdir(), "not there")))
})
