# Which of the data a fit is made of: samples and features of which nothing was observed are
# left out, and NA in the fit.

# list(rows, columns, dim, names): the numbers of the features and samples of which something was
# observed, NULL for all, and the whole's shape and names. `rows` and `columns` are flags of those
# that may be used at all.
data_layout <- function(data, rows = TRUE, columns = TRUE) {
  x <- data$x
  weighs <- function(weights) if (is.null(weights)) TRUE else weights > 0
  usable <- list(rows = rep_len(rows & weighs(data$margins$features), nrow(x)),
                 columns = rep_len(columns & weighs(data$margins$samples), ncol(x)))
  known <- usable
  if (isTRUE(data$partial) || data$facts$observed < stored_count(x)) {
    counts <- count_known(data, usable)
    known <- list(rows = usable$rows & counts$rows > 0,
                  columns = usable$columns & counts$columns > 0)
  }
  layout <- whole_layout(x)
  layout[c("rows", "columns")] <- lapply(known, function(flags) if (!all(flags)) which(flags))
  layout
}

# Known entries of each row and column, among those flagged. Gaps are counted, since they are few.
count_known <- function(data, flags) {
  x <- data$x
  if (isTRUE(data$partial)) return(count_places(entry_places(x), flags, dim(x)))
  gaps <- count_gaps(x, flags)
  list(rows = sum(flags$columns) - gaps$rows, columns = sum(flags$rows) - gaps$columns)
}

# How many entries of each row and column are missing, among those flagged.
count_gaps <- function(x, flags) UseMethod("count_gaps")

#' @exportS3Method
count_gaps.default <- function(x, flags) {
  if (!is.matrix(x)) return(count_places(entry_places(x, which(is.na(x@x))), flags, dim(x)))
  if (all(flags$rows, flags$columns)) return(native_gaps(x))
  gaps <- which(is.na(x))
  count_places(cbind((gaps - 1L) %% nrow(x) + 1L, (gaps - 1L) %/% nrow(x) + 1L), flags, dim(x))
}

count_places <- function(at, flags, shape) {
  list(rows = tabulate(at[flags$columns[at[, 2L]], 1L], shape[[1L]]),
       columns = tabulate(at[flags$rows[at[, 1L]], 2L], shape[[2L]]))
}

# The data of a fit. At least one entry must be known.
observed_data <- function(data, layout, argument) {
  if (!identical(layout$rows, integer())) return(keep_part(data, layout))
  stop_input(argument, "a matrix with at least one entry that is not missing and has a weight",
             paste(with_article(paste(layout$dim[[1L]], "x", layout$dim[[2L]])),
                   "matrix of which nothing was observed"))
}

# The data that a layout keeps.
keep_part <- function(data, layout) {
  if (is.null(layout$rows) && is.null(layout$columns)) return(data)
  if (is.matrix(data$weights)) {
    data$weights <- keep_columns(keep_rows(data$weights, layout$rows), layout$columns)
  } else if (!is.null(data$weights)) {
    data$weights <- data$weights[kept_entries(data$x, layout)]
  }
  if (!is.null(data$margins)) data$margins <- keep_margins(data$margins, layout)
  data$x <- if (is_source(data$x)) keep_in_blocks(data$x, layout)
            else keep_columns(keep_rows(data$x, layout$rows), layout$columns)
  measure_data(data)
}

keep_margins <- function(margins, layout) {
  keep <- function(weights, at) if (is.null(at)) weights else weights[at]
  list(samples = keep(margins$samples, layout$columns),
       features = keep(margins$features, layout$rows))
}

# Which stored entries of a sparse x stand in rows and columns that are kept.
kept_entries <- function(x, layout) {
  at <- entry_places(x)
  (is.null(layout$rows) | at[, 1L] %in% layout$rows) &
    (is.null(layout$columns) | at[, 2L] %in% layout$columns)
}

# W and H of the whole data from those of the data that were fitted, NA elsewhere.
spread_rows <- function(w, layout) {
  if (is.null(layout$rows)) return(w)
  whole <- if (is.null(layout$w)) matrix(NA_real_, layout$dim[[1L]], ncol(w)) else layout$w
  whole[layout$rows, ] <- w
  whole
}

spread_columns <- function(h, layout) {
  if (is.null(layout$columns)) return(h)
  whole <- if (is.null(layout$h)) matrix(NA_real_, nrow(h), layout$dim[[2L]]) else layout$h
  whole[, layout$columns] <- h
  whole
}
