# What the tables of help pages show, to be held against stored results.

# The rows of the tables on a page, each as the text of its cells.
table_rows <- function(page) {
  file <- test_path("..", "..", "man", paste0(page, ".Rd"))
  skip_if_not(file.exists(file), "man/ is not here")
  lines <- grep("\\tab", readLines(file), value = TRUE, fixed = TRUE)
  cells <- strsplit(sub("\\\\cr *$", "", lines), "\\tab", fixed = TRUE)
  lapply(cells, function(row) trimws(gsub("\\\\code\\{|\\}", "", row)))
}

# The row that begins with `label` goes on with `means`, in the first `count` of its other cells.
expect_page_rows <- function(page, label, means, count = Inf) {
  rows <- table_rows(page)
  found <- Filter(function(row) identical(row[seq_along(label)], label), rows)
  expect_length(found, 1L)
  shown <- utils::head(found[[1L]][-seq_along(label)], count)
  expect_identical(shown[nzchar(shown)], means, label = paste(label, collapse = " "))
}
