# Another table than that of experiments: one column of each type.
towns <- list(
  types = c(name = "character", people = "integer", area = "numeric", coast = "logical",
            error = "character"),
  key = "name", failure = "error", claim = "name", description = "towns.txt",
  format = "towns 1", argument = "place", verb = "count_towns()",
  renew_rows = identity, renew_owner = identity
)

town <- function(name = "Ulm", people = 126329L, area = 118.68, coast = FALSE, error = NA) {
  list(name = name, people = people, area = area, coast = coast, error = as.character(error))
}

with_rows <- function(..., code) {
  file <- tempfile(fileext = ".rows")
  on.exit(unlink(file))
  for (row in list(...)) write_row(towns, row, file)
  code(file)
}

test_that("values come back to the bit, the extreme and the absent ones too", {
  set.seed(1)
  drawn <- readBin(as.raw(sample(0:255, 8 * 500, replace = TRUE)), "double", 500)
  drawn <- drawn[!is.nan(drawn)]
  areas <- c(drawn, 0, -0, 1 / 3, 0.1, 1e22, 1e23, .Machine$double.xmax, .Machine$double.xmin,
             4.9406564584124654e-324, 2.2250738585072011e-308, Inf, -Inf, NA, NaN)
  with_rows(code = function(file) {
    for (area in areas) write_row(towns, town(area = area, people = NA, coast = NA), file)
    back <- read_rows(towns, file)
    expect_true(identical(back$area, areas, num.eq = FALSE))
    expect_identical(back$people, rep(NA_integer_, length(areas)))
    expect_identical(back$coast, rep(NA, length(areas)))
  })
  with_rows(town(people = -.Machine$integer.max, coast = TRUE), code = function(file) {
    expect_identical(read_rows(towns, file)$people, -.Machine$integer.max)
    expect_true(read_rows(towns, file)$coast)
  })
})

test_that("text comes back as it was, whatever its signs and its encoding", {
  latin <- "M\xfcnchen"
  Encoding(latin) <- "latin1"
  texts <- c("a b", "", "NA", "tab\tand\nnew\r\nlines", "C:\\temp\\new", "\u4e0a\u6d77 \U1f600",
             "50 %09", "\001odd", "'\"#,", " spaces ", latin, NA)
  with_rows(code = function(file) {
    for (text in texts) write_row(towns, town(error = text), file)
    expect_identical(read_rows(towns, file)$error, enc2utf8(texts))
    expect_length(readLines(file), length(texts))
  })
})

test_that("bytes that are no text are written as their numbers", {
  with_rows(town(error = "a\xff"), code = function(file) {
    expect_identical(read_rows(towns, file)$error, "a<ff>")
  })
})

test_that("a file that was cut at any byte gives the whole lines before, and goes on", {
  with_rows(town("Ulm"), town("Bonn"), town("\u00c5lesund"), code = function(file) {
    content <- content_of(file)
    ends <- which(content == charToRaw("\n"))
    for (size in some_of(0:length(content), share_of_cases(1 / 4))) {
      writeBin(content[seq_len(size)], file)
      whole <- sum(ends <= size)
      expect_identical(NROW(read_rows(towns, file)), whole)
      expect_identical(file.size(file), as.double(c(0, ends)[[whole + 1L]]))
      write_row(towns, town("Kiel"), file)
      expect_identical(utils::tail(read_rows(towns, file)$name, 1), "Kiel")
    }
  })
})

test_that("a line that is not as written is refused by its number and file, and stays", {
  with_rows(town("Ulm"), town("Bonn"), town("Kiel"), code = function(file) {
    lines <- readLines(file)
    lines[[2]] <- sub("126329", "126328", lines[[2]])
    writeLines(lines, file)
    expect_error(read_rows(towns, file), "line 2 is not as written", class = "metanmf_corrupt_file")
    expect_error(read_rows(towns, file), "count_towns", class = "metanmf_corrupt_file")
    expect_identical(readLines(file), lines)
  })
})

test_that("lines with a checksum that fits other columns or types are refused", {
  with_rows(code = function(file) {
    put <- function(...) {
      line <- paste(..., sep = "\t")
      writeLines(paste0(line, "\t", row_checksum(line)), file)
      read_rows(towns, file)
    }
    expect_identical(put("Ulm", 1, 2, TRUE, NA)$people, 1L)
    expect_error(put("Ulm", 1, 2, TRUE), "other fields", class = "metanmf_corrupt_file")
    expect_error(put("Ulm", "many", 2, TRUE, NA), "`people` has entries that are not numbers",
                 class = "metanmf_corrupt_file")
    expect_error(put("Ulm", "NaN", 2, TRUE, NA), "`people`", class = "metanmf_corrupt_file")
    expect_error(put("Ulm", 1, 2, "q()", NA), "`coast`", class = "metanmf_corrupt_file")
  })
})

# As an earlier version wrote them: format(digits = 17), no marks, an empty text for NA.
test_that("rows of the first version are read", {
  with_rows(code = function(file) {
    line <- paste("Ulm", "126329", "0.10000000000000001", "TRUE", "50 % of C:\\new", sep = "\t")
    writeLines(paste0(line, "\t", row_checksum(line)), file)
    expect_identical(as.list(read_rows(towns, file)),
                     town(area = 0.1, coast = TRUE, error = "50 % of C:\\new"))
  })
})

test_that("rows of older words are brought up to date", {
  with_rows(town("Karl-Marx-Stadt"), code = function(file) {
    renewing <- utils::modifyList(towns, list(
      renew_rows = function(rows) transform(rows, name = "Chemnitz")))
    expect_identical(read_rows(renewing, file)$name, "Chemnitz")
  })
})
