# Reads fixtures/<name>.csv. Files of matrix entries (columns matrix, row, column,
# value) come back as a named list of matrices, all others as a data frame.
read_fixture <- function(name) {
  path <- testthat::test_path("fixtures", paste0(name, ".csv"))
  table <- utils::read.csv(path, comment.char = "#")
  if (!identical(names(table), c("matrix", "row", "column", "value"))) return(table)
  lapply(split(table, table$matrix), function(entries) {
    values <- matrix(NA_real_, max(entries$row), max(entries$column))
    values[cbind(entries$row, entries$column)] <- entries$value
    values
  })
}
