# Samples and features of which nothing was observed: they are NA in factors, and messages count
# them.

# The shape and names of data all of which is used, see data_layout().
whole_layout <- function(x) {
  list(rows = NULL, columns = NULL, dim = dim(x), names = list(rownames(x), colnames(x)))
}

keep_rows <- function(x, rows) if (is.null(rows)) x else x[rows, , drop = FALSE]
keep_columns <- function(x, columns) if (is.null(columns)) x else x[, columns, drop = FALSE]

# Which rows, or columns, of a factor hold numbers.
has_numbers <- function(factor, by) {
  if (by == "rows") !is.na(rowSums(factor)) else !is.na(colSums(factor))
}

# A plain matrix of finite numbers of at least 0 whose rows, or columns, may be NA as a whole, like
# those of a fit of which nothing was observed.
check_factor <- function(factor, argument, by, ...) {
  factor <- as.matrix(as_numbers(factor, argument, ...))
  check_entries(without_unobserved(factor, by), argument)
  factor
}

# Rows, or columns, of NA alone become 0, unless all are.
without_unobserved <- function(factor, by) {
  missing <- is.na(factor)
  if (!any(missing) || all(missing)) return(factor)
  if (by == "rows") factor[rowSums(missing) == ncol(factor), ] <- 0
  else factor[, colSums(missing) == nrow(factor)] <- 0
  factor
}

# The one message of a call about samples and features that it leaves out. `counts`: c(sample =,
# feature =).
tell_unobserved <- function(counts) {
  if (!sum(counts)) return(invisible())
  tell(paste0("Nothing was observed of ", count_unobserved(counts),
              ": left out, and NA in the result."))
}

# "1 sample and 2 features"
count_unobserved <- function(counts) {
  counts <- counts[counts > 0]
  paste(paste0(counts, " ", names(counts), ifelse(counts == 1, "", "s")), collapse = " and ")
}
