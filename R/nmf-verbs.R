# Class nmf_fit: verbs of R's own objects: its shape, its names, its first rows.

#' The shape of a fit
#'
#' `dim()` returns the shape of the data and the number of components, `c(m, n, r)`. So `nrow()` is
#' the number of features and `ncol()` that of samples. A fit is a list: `length()` counts its
#' fields, and `[[` and `$` read them.
#'
#' `head()` and `tail()` show the first and the last rows of the basis, which can have thousands.
#'
#' @param x A fit, of class `nmf_fit`.
#' @param n How many rows, 6 by default. A negative number shows all but so many, as in
#'   [utils::head()].
#' @param ... Passed on to [utils::head()] or [utils::tail()] of the basis, ignored by the others.
#' @return `dim()`: three whole numbers, those of features, samples and components. `dimnames()`: a
#'   list of the names of features, samples and components, `NULL` where there are none.
#'   `rownames()` and `colnames()` are therefore the names of features and of samples. `head()` and
#'   `tail()`: a matrix of up to `n` rows and r columns.
#' @examples
#' set.seed(1)
#' fit <- nmf(t(as.matrix(iris[, 1:4])), 2)
#' dim(fit)
#' rownames(fit)
#' head(fit, 2)
#' @name dim.nmf_fit
NULL

#' @rdname dim.nmf_fit
#' @export
dim.nmf_fit <- function(x) c(nrow(x$w), ncol(x$h), ncol(x$w))

#' @rdname dim.nmf_fit
#' @export
dimnames.nmf_fit <- function(x) list(rownames(x$w), colnames(x$h), colnames(x$w))

# A fit is a list, and R would make a matrix of its fields without a word.
#' @exportS3Method
as.matrix.nmf_fit <- function(x, ...) stop_two_factors()

#' @exportS3Method
t.nmf_fit <- function(x) stop_two_factors()

stop_two_factors <- function() {
  stop_input("x", "a matrix of a fit", "the fit, which has two",
             "Use basis(fit), coef(fit), or fitted(fit) for their product.")
}

#' @rdname dim.nmf_fit
#' @importFrom utils head
#' @export
head.nmf_fit <- function(x, n = 6L, ...) utils::head(x$w, n, ...)

#' @rdname dim.nmf_fit
#' @importFrom utils tail
#' @export
tail.nmf_fit <- function(x, n = 6L, ...) utils::tail(x$w, n, ...)
