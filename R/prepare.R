# What is done to the data before a fit: scaling features, adding noise.

#' Scale each feature to the range 0 to 1
#'
#' Shifts and stretches every row of a matrix so that its smallest value over all samples becomes
#' 0 and its largest becomes 1. Factorisation needs non-negative data, and the squared loss weighs
#' features by their size; this gives every feature the same range.
#'
#' For feature i and sample j, with minimum and maximum taken over the columns of `from`,
#' \deqn{y_{ij} = \frac{x_{ij} - \min_l f_{il}}{\max_l f_{il} - \min_l f_{il}}.}{
#'   y_ij = (x_ij - min_l f_il) / (max_l f_il - min_l f_il).}
#' A feature that does not vary in `from` carries no information and becomes 0, not `NaN`.
#'
#' @param x Numeric matrix, m features in rows and n samples in columns, in any unit. Negative
#'   values are allowed; `NA`, `NaN` and `Inf` are not.
#' @param from Matrix with the same m features, whose ranges are used. The default, `x` itself,
#'   is what the thesis does: it scales all samples before it splits them. Give the learning
#'   samples here to scale new samples as those were scaled. Values of `x` outside the range
#'   seen in `from` are then cut to 0 or 1, because a factorisation cannot take negative data.
#' @return A double matrix of the shape and with the dimnames of `x`, every entry from 0 to 1.
#' @section Errors:
#'   A `metanmf_error` when `x` or `from` is not a numeric matrix of finite numbers, or when
#'   `from` has another number of rows than `x`.
#' @references
#' Khan, A. A. (2025). Meta-Unsupervised Learning: Application to Non-negative Matrix
#' Factorization. Thesis, Bishop's University.
#' @seealso [add_noise()]
#' @examples
#' x <- rbind(a = c(-2, 0, 2), b = c(10, 30, 20), c = 7)
#' scale_minmax(x)
#'
#' # New samples on the scale of old ones: 3 lies beyond what `a` reached.
#' scale_minmax(rbind(a = c(1, 3), b = c(15, 25), c = c(7, 8)), from = x)
#'
#' range(scale_minmax(digits$x))
#' @export
scale_minmax <- function(x, from = x) {
  x <- check_finite_matrix(x, "x")
  from <- check_finite_matrix(from, "from")
  if (nrow(from) != nrow(x)) {
    stop_input("from", paste0("a matrix with the ", nrow(x), " rows (features) of `x`"),
               describe(from))
  }
  low <- apply(from, 1L, min)
  high <- apply(from, 1L, max)
  # A range beyond the largest double is halved, so that no NaN comes out.
  shrink <- ifelse(is.finite(high - low), 1, 0.5)
  span <- high * shrink - low * shrink
  varies <- span > 0
  scaled <- (x * shrink - low * shrink) / ifelse(varies, span, 1) * varies
  scaled[scaled < 0] <- 0
  scaled[scaled > 1] <- 1
  scaled
}

#' Add noise to a matrix
#'
#' Adds independent normal noise to every entry and takes the absolute value, so that the result
#' is non-negative again. This is the noise of the thesis' experiments.
#'
#' \deqn{y_{ij} = |x_{ij} + e_{ij}|, \quad e_{ij} \sim N(0, \sigma^2),}{
#'   y_ij = |x_ij + e_ij|,   e_ij ~ N(0, sigma^2),} with \eqn{\sigma}{sigma} = `level`.
#'
#' The absolute value reflects negative sums: entries of 0 become \eqn{|e_{ij}|}{|e_ij|}, with
#' mean 0.8 `level`. The noise is drawn from R's random number generator, entry by entry in column
#' order; `set.seed()` makes it repeatable.
#'
#' @param x Non-negative numeric matrix, m features in rows and n samples in columns. The levels
#'   below are meant for data scaled to 0..1, see [scale_minmax()].
#' @param level Standard deviation of the noise, in the units of `x`, at least 0. There is no
#'   default because it depends on those units. The thesis' experiments use 0.1 for Blobs, 0.4
#'   for Digits and 0.6 for the faces. With 0, `x` is returned as it is and nothing is drawn.
#' @return A double matrix of the shape and with the dimnames of `x`, non-negative.
#' @section Errors:
#'   A `metanmf_error` when `x` is not a matrix of finite, non-negative numbers, or when `level`
#'   is not one finite number of at least 0.
#' @references
#' Khan, A. A. (2025). Meta-Unsupervised Learning: Application to Non-negative Matrix
#' Factorization. Thesis, Bishop's University.
#' @seealso [scale_minmax()]
#' @examples
#' x <- scale_minmax(digits$x)
#' set.seed(1)
#' noisy <- add_noise(x, level = 0.4)
#' range(noisy)
#' sqrt(mean((noisy - x)^2))
#' @export
add_noise <- function(x, level) {
  checked <- check_matrix(x)
  level <- check_number(level, "level", 0)
  if (level == 0) return(x)
  abs(checked + stats::rnorm(length(checked), sd = level))
}

# A numeric matrix of finite numbers of either sign, as a plain double matrix.
check_finite_matrix <- function(x, argument,
                                expected = paste("a numeric matrix, features in rows and",
                                                 "samples in columns")) {
  usable <- is.matrix(x) && (is.numeric(x) || is.logical(x)) && length(x) > 0L
  if (!usable) stop_input(argument, expected, describe(x), conversion_hint(x))
  bad <- !is.finite(x)
  if (any(bad)) {
    stop_input(argument, "finite", paste("non-finite entries:", where_in_matrix(bad)))
  }
  if (!is.double(x)) storage.mode(x) <- "double"
  x
}

conversion_hint <- function(x) {
  if (is.data.frame(x)) return("Use as.matrix() on its numeric columns.")
  if (methods::is(x, "Matrix")) return("Use as.matrix() on it first.")
  NULL
}
