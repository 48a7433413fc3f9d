# Fits in the form of the packages generics and broom. Neither is needed, loaded or imported.

#' Tidy a fit
#'
#' Methods for `tidy()`, `glance()` and `augment()` of the package generics, which broom and
#' tidymodels export as well. They are registered when generics is loaded; this package does not
#' need it. Results are tibbles if the package tibble is installed, and plain data frames otherwise.
#'
#' `tidy()` returns one row for each entry of a factor, `glance()` one row for the fit, and
#' `augment()` one row for each sample. Column names follow broom where broom has one. Samples are
#' in rows here, as in all tidy data, whereas they are in the columns of H elsewhere in this
#' package.
#'
#' @param x A fit, of class `nmf_fit`.
#' @param matrix `"basis"` (default) for W, or `"coef"` for H.
#' @param data A data frame about the samples of the fit, with a row for each, such as the data that
#'   were fitted. Its columns are kept in front of those that are added. Rows are in the order of
#'   the samples, or are matched by name if both have names. `NULL`, the default, keeps only the
#'   names of the samples.
#' @param newdata New samples, whose coefficients [predict.nmf_fit()] finds. In a data frame with a
#'   sample in each row, the columns named like the features of the fit are used, and all columns
#'   are kept. If the features of the fit have no names, the columns are its features, in their
#'   order. Of a matrix, as `predict()` takes it, the names of the samples are kept. If `newdata` is
#'   given, `data` is not used.
#' @param missing For `newdata`: `"error"` (default), `"mask"` or `"unstored"`, as in
#'   [predict.nmf_fit()].
#' @param ... Must be empty. All later arguments are matched by their whole names.
#' @return `tidy()`: `component` (a factor with the fit's components in their order), `term` (the
#'   feature) for the basis or `row` (the sample) for the coefficients, by name or by number, and
#'   `value`. The order of rows is that of [as.data.frame.nmf_fit()], and so are the `NA`s.
#'
#'   `glance()`, one row: `features`, `samples` and `rank`; `loss` and `solver`; `objective` and
#'   `deviance`, see [objective()], and the `explained` share of the null deviance, see
#'   [summary.nmf_fit()]; `iterations` (epochs for [meta_nmf()]), `converged` and `kkt`, see
#'   [nmf()]; `dead`, the number of dead components; `nobs`, the number of observed entries. Figures
#'   that a fit of an earlier version did not keep are `NA`.
#'
#'   `augment()`: `.rownames` if the rows or the samples have names, the columns of `data` or
#'   `newdata`, `.cluster`, the component with the largest coefficient as a factor (`NA` where all
#'   are 0 or nothing was observed), and a column for each component's coefficients: `.coef_c1`,
#'   `.coef_c2` and so on, by the components' names.
#' @section Errors: Class `metanmf_error` for an unknown `matrix` or argument, for `data` with
#'   another number of rows than the fit has samples, for `newdata` that lack a feature, and for
#'   `augment()` without `newdata` of a basis without samples, which [as_nmf()] makes.
#' @examples
#' set.seed(1)
#' fit <- nmf(t(as.matrix(iris[, 1:4])), 2)
#' if (requireNamespace("generics", quietly = TRUE)) {
#'   print(generics::tidy(fit, matrix = "basis"))
#'   print(generics::glance(fit))
#'   print(head(generics::augment(fit, iris)))
#'   generics::augment(fit, newdata = iris[c(1, 51, 101), ])
#' }
#' @name tidy.nmf_fit
#' @aliases glance.nmf_fit augment.nmf_fit
NULL

#' @rdname tidy.nmf_fit
#' @exportS3Method generics::tidy
tidy.nmf_fit <- function(x, ..., matrix = c("basis", "coef")) {
  check_dots(list(...), "tidy.nmf_fit", "matrix")
  matrix <- check_choice(matrix, "matrix", c("basis", "coef"))
  frame <- as.data.frame(x, matrix = matrix)
  names(frame) <- c("component", if (matrix == "basis") "term" else "row", "value")
  as_tidy_frame(frame)
}

#' @rdname tidy.nmf_fit
#' @exportS3Method generics::glance
glance.nmf_fit <- function(x, ...) {
  check_dots(list(...), "glance.nmf_fit", character())
  model <- x$model
  as_tidy_frame(data.frame(
    features = nrow(x$w), samples = ncol(x$h), rank = model$rank, loss = model$loss,
    solver = model$solver, objective = x$value, deviance = x$data$deviance,
    explained = explained_deviance(x), iterations = x$iterations, converged = x$converged,
    kkt = x$kkt, dead = length(x$dead), nobs = x$data$n_observed
  ))
}

#' @rdname tidy.nmf_fit
#' @exportS3Method generics::augment
augment.nmf_fit <- function(x, data = NULL, newdata = NULL, ...,
                            missing = c("error", "mask", "unstored")) {
  check_dots(list(...), "augment.nmf_fit", c("data", "newdata", "missing"))
  if (is.null(newdata)) {
    need_samples(x, "x", "augment() without `newdata`")
    return(augmented(x$h, if (!is.null(data)) sample_rows(data, x$h)))
  }
  if (!is.data.frame(newdata)) return(augmented(stats::predict(x, newdata, missing = missing)))
  # A formula makes its features of the columns.
  if (!is.null(x$model[["formula"]])) {
    return(augmented(stats::predict(x, newdata, missing = missing), newdata))
  }
  features <- feature_columns(newdata, rownames(x$w))
  # predict() looks for samples where the fit's own data had them.
  if (!identical(x$data[["samples"]], "rows")) features <- t(features)
  augmented(stats::predict(x, features, missing = missing), newdata)
}

# The columns of H as rows behind what is `known` of the samples.
augmented <- function(h, known = NULL) {
  components <- rownames(h)
  found <- lapply(seq_along(components), function(k) unname(h[k, ]))
  names(found) <- make.unique(paste0(".coef_", components))
  class <- factor(unname(largest_component(h)), seq_along(components), components)
  found <- c(list(.cluster = class), found)
  rows <- if (is.null(known)) colnames(h) else attr(known, "row.names")
  # What an earlier augment() has added is replaced.
  known <- as.list(known)[setdiff(names(known), c(".rownames", names(found)))]
  # Like broom, numbers of rows are not taken for names.
  columns <- c(if (is.character(rows)) list(.rownames = rows), known, found)
  # data.frame() would change names, and columns that are lists or matrices.
  as_tidy_frame(structure(columns, class = "data.frame", row.names = seq_len(ncol(h))))
}

# Names of rows as as.matrix() keeps them, NULL for numbers that R gave.
given_row_names <- function(frame) if (.row_names_info(frame) > 0L) row.names(frame)

# `data` with a row for each sample of H, in the order of H.
sample_rows <- function(data, h) {
  if (!is.data.frame(data) || nrow(data) != ncol(h)) {
    stop_input("data", paste("a data frame with a row for each of the", ncol(h),
                             "samples of the fit, or NULL"),
               describe(data), "For coefficients of other samples use augment(fit, newdata = x).")
  }
  at <- name_order(given_row_names(data), colnames(h), "data", "the samples of the fit")
  if (is.null(at)) data else data[at, , drop = FALSE]
}

# The columns of `newdata` that are the features of a fit, n x m. Other columns do not matter where
# the features have names.
feature_columns <- function(newdata, features) {
  if (has_names(features)) {
    absent <- setdiff(features, names(newdata))
    if (length(absent)) {
      stop_input("newdata", paste("a data frame with a column for each of the", length(features),
                                  "features of the fit"),
                 paste("no column", some_names(absent)),
                 "Add what was not observed as a column of NA, with missing = \"mask\".")
    }
    newdata <- newdata[names(newdata) %in% features]
    at <- name_order(names(newdata), features, "newdata", "the features of the fit")
    if (!is.null(at)) newdata <- newdata[at]
  }
  for (name in names(newdata)) {
    if (!is_number(newdata[[name]])) {
      stop_input("newdata", "a data frame whose features are columns of numbers",
                 paste0("a column \"", name, "\" of class ", class(newdata[[name]])[[1L]]))
    }
  }
  matrix <- as.matrix(newdata)
  if (!has_names(features)) dimnames(matrix) <- NULL
  matrix
}
