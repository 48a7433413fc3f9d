# Data frames as matrices of numbers.

data_frame_matrix <- function(x, argument) {
  check_frame(x, argument)
  as.matrix(x)
}

# Columns that are no numbers are refused by name, with the call that leaves them out.
check_frame <- function(x, argument) {
  wrong <- which(!vapply(x, is_number, NA))
  if (!length(wrong)) return(invisible())
  first <- wrong[[1L]]
  names_column <- length(wrong) == 1L && length(x) > 1L && !anyDuplicated(x[[first]])
  hint <- if (names_column) row_names_hint(argument, first)
    else paste0("Leave out what is not a number: use ", argument, "[sapply(", argument,
                ", is.numeric)].")
  stop_input(argument, "a numeric matrix, or a data frame of numeric columns",
             paste0(describe(x), " whose column ", first, " (\"", names(x)[[first]],
                    "\") is of class ", class(x[[first]])[[1L]],
                    if (length(wrong) > 1L) paste0("; ", length(wrong), " such columns")), hint)
}

# Tibbles and tables that were read from a file keep the names of their rows in a column.
row_names_hint <- function(argument, at) {
  paste0("If it names the rows, use\ndata.frame(", argument, "[-", at, "], row.names = ", argument,
         "[[", at, "]], check.names = FALSE).")
}
