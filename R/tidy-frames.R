# The factors of a fit as data frames: one row for each entry.

#' The factors of a fit as a data frame
#'
#' Makes a data frame with one row for each entry of W or of H. ggplot2, dplyr and databases take a
#' matrix in this form.
#'
#' @param x A fit, of class `nmf_fit`.
#' @param row.names `NULL` or names of rows, as in [base::as.data.frame()].
#' @param optional Not used.
#' @param ... Must be empty. All later arguments are matched by their whole names.
#' @param matrix `"basis"` (default) for W, or `"coef"` for H.
#' @return A data frame with m r rows for the basis and r n rows for the coefficients:
#' - `component`: a factor, whose levels are the fit's components in the fit's order;
#' - `feature` for the basis, or `sample` for the coefficients: its name, or its number if the data
#'   had no names;
#' - `weight`: the entry, in the scaling of the fit. It is `NA` if nothing was observed of the
#'   feature or sample.
#'
#' The components follow one another, and within each the features or samples are in the order of
#' the data.
#' @section Errors: Class `metanmf_error` for another `matrix`, and for an argument without a name
#'   or with an unknown one.
#' @seealso [tidy.nmf_fit()] for the same as a tibble with broom's names.
#' @examples
#' set.seed(1)
#' fit <- nmf(t(as.matrix(iris[, 1:4])), 2)
#' as.data.frame(fit)
#' head(as.data.frame(fit, matrix = "coef"))
#' @export
as.data.frame.nmf_fit <- function(x, row.names = NULL, # nolint: object_name_linter.
                                  optional = FALSE, ..., matrix = c("basis", "coef")) {
  check_dots(list(...), "as.data.frame.nmf_fit", c("row.names", "matrix"))
  matrix <- check_choice(matrix, "matrix", c("basis", "coef"))
  long <- if (matrix == "basis") long_columns(x$w, "feature") else long_columns(t(x$h), "sample")
  frame <- as.data.frame(long)
  if (!is.null(row.names)) row.names(frame) <- row.names
  frame
}

# The entries of a matrix with a component in each column; `what` names what its rows are.
long_columns <- function(columns, what) {
  rows <- rownames(columns)
  if (is.null(rows)) rows <- seq_len(nrow(columns))
  names <- colnames(columns)
  parts <- list(
    component = factor(rep(seq_along(names), each = nrow(columns)), seq_along(names), names),
    name = rep(rows, length(names)), weight = as.vector(columns)
  )
  names(parts)[[2L]] <- what
  parts
}

# A data frame as a tibble where the package tibble is installed.
as_tidy_frame <- function(frame) {
  if (requireNamespace("tibble", quietly = TRUE)) tibble::as_tibble(frame) else frame
}
