# Preparing data for a fit: scaling features, adding noise.

#' Scale each feature to the range 0 to 1
#'
#' Shifts and stretches every feature so that its smallest value over all samples becomes 0 and its
#' largest becomes 1. Factorisation needs non-negative data, and least squares give features of
#' large numbers more weight; after scaling all features have the same range.
#'
#' For feature i and sample j, with minimum and maximum taken over the columns of `from`,
#' \deqn{y_{ij} = \frac{x_{ij} - \min_l f_{il}}{\max_l f_{il} - \min_l f_{il}}.}{
#'   y_ij = (x_ij - min_l f_il) / (max_l f_il - min_l f_il).}
#' A feature that does not vary in `from` carries no information and becomes 0, not `NaN`.
#'
#' @param x Numeric matrix with m features in rows and n samples in columns, in any unit, or other
#'   data that [data_matrices] lists. Negative values are allowed in dense data; `NA`, `NaN` and
#'   `Inf` are not.
#' @param from Matrix with the same m features, whose ranges are used. If both have names of
#'   features, they are matched by name. The default is `x` itself, as in the thesis, which scales
#'   all samples before it splits them. Give the learning samples here to scale new samples as those
#'   were scaled. Values of `x` outside the range seen in `from` are then cut to 0 or 1, because a
#'   factorisation cannot take negative data.
#' @param samples Whether `x` and `from` have their samples in their `"columns"` (default) or
#'   `"rows"`.
#' @return A double matrix with the shape and the dimnames of `x` and all entries from 0 to 1. For a
#'   data frame a data frame. For sparse `x`, which must not be negative, a `dgCMatrix`.
#' @section Errors:
#'   A `metanmf_error` when `x` or `from` is not a numeric matrix of finite numbers, when
#'   `from` has another number of rows than `x`, or when `x` is sparse and a feature is
#'   negative somewhere in `from`, as the zeros would then become numbers above 0.
#' @references
#' Khan, A. A. (2025). Meta-Unsupervised Learning: Application to Non-negative Matrix
#' Factorization. Thesis, Bishop's University.
#' @seealso [add_noise()]
#' @examples
#' x <- rbind(a = c(-2, 0, 2), b = c(10, 30, 20), c = 7)
#' scale_minmax(x)
#'
#' # New samples on the scale of the old ones: feature `a` never reached 3 before.
#' scale_minmax(rbind(a = c(1, 3), b = c(15, 25), c = c(7, 8)), from = x)
#'
#' # The cars of a data frame are its rows
#' head(scale_minmax(mtcars[, c("mpg", "hp", "wt")], samples = "rows"))
#' @export
scale_minmax <- function(x, from = x, samples = c("columns", "rows")) {
  samples <- where_samples(samples, x)
  frame <- is.data.frame(x)
  turned <- samples == "rows"
  force(from) # which is x before it is turned
  x <- check_finite_matrix(turn_samples(x, samples, "x"), "x", turned = turned)
  from <- check_finite_matrix(turn_samples(from, samples, "from"), "from", turned = turned)
  if (nrow(from) != nrow(x)) {
    stop_input("from", paste0("a matrix with the ", nrow(x), " ", setdiff(sample_places, samples),
                              " (features) of `x`"), describe(as_given(from, turned)))
  }
  from <- order_rows(from, rownames(x), "from", "the features of `x`")
  ranges <- row_ranges(from)
  low <- ranges$low
  high <- ranges$high
  # A range beyond the largest double is halved, because Inf / Inf would be NaN.
  shrink <- ifelse(is.finite(high - low), 1, 0.5)
  span <- high * shrink - low * shrink
  varies <- span > 0
  scale_values <- function(value, row = TRUE) {
    scaled <- (value * shrink[row] - (low * shrink)[row]) / ifelse(varies, span, 1)[row] *
      varies[row]
    scaled[scaled < 0] <- 0
    scaled[scaled > 1] <- 1
    scaled
  }
  if (is.matrix(x)) return(frame_again(as_given(scale_values(x), turned), frame))
  check_zeros_stay(low[varies], which(varies), samples)
  x@x <- scale_values(x@x, x@i + 1L)
  as_given(Matrix::drop0(x), turned)
}

# A data frame stays one, so that the next function looks for samples in its rows.
frame_again <- function(x, frame) if (frame) as.data.frame(x) else x

# Smallest and largest entry of each row: list(low, high).
row_ranges <- function(x) {
  if (is.matrix(x)) return(list(low = apply(x, 1L, min), high = apply(x, 1L, max)))
  by_row <- order(x@i, x@x, method = "radix")
  row <- x@i[by_row] + 1L
  first <- !duplicated(row)
  last <- !duplicated(row, fromLast = TRUE)
  low <- high <- numeric(nrow(x))
  low[row[first]] <- x@x[by_row[first]]
  high[row[last]] <- x@x[by_row[last]]
  # An entry that is not stored is 0 and counts as well.
  gaps <- tabulate(row, nrow(x)) < ncol(x)
  list(low = ifelse(gaps, pmin(low, 0), low), high = ifelse(gaps, pmax(high, 0), high))
}

# 0 lies above the smallest value where that is negative, and would be scaled to a number
# above 0: every entry would have to be stored.
check_zeros_stay <- function(low, row, samples) {
  lifted <- row[low < 0]
  if (!length(lifted)) return(invisible())
  places <- toString(utils::head(lifted, 3L))
  lines <- setdiff(sample_places, samples)
  stop_input("x", "without negative entries where it is sparse, or its zeros would be lost",
             paste0(length(lifted), " ", lines, " with negative entries (first: ", places, ")"),
             "Use scale_minmax(as.matrix(x)) if a dense copy fits into memory.")
}

#' Add noise to a matrix
#'
#' Adds independent normal noise to every entry and takes the absolute value, so that the result
#' is non-negative again. This is the noise of the thesis' experiments.
#'
#' \deqn{y_{ij} = |x_{ij} + e_{ij}|, \quad e_{ij} \sim N(0, \sigma^2),}{
#'   y_ij = |x_ij + e_ij|,   e_ij ~ N(0, sigma^2),} with \eqn{\sigma}{sigma} = `level`.
#'
#' The absolute value reflects negative sums, so an entry of 0 becomes \eqn{|e_{ij}|}{|e_ij|}, with
#' mean 0.8 `level`. The noise is drawn from R's random number generator, entry by entry in column
#' order. Call `set.seed()` first to make it repeatable.
#'
#' @param x Non-negative numeric matrix, m features in rows and n samples in columns, see
#'   [data_matrices]. The levels below are meant for data scaled to 0..1, see [scale_minmax()].
#' @param level Standard deviation of the noise, in the units of `x`, at least 0. It depends on
#'   those units, so there is no default. The thesis' experiments use 0.1 for Blobs, 0.4 for Digits
#'   and 0.6 for the faces. With 0, `x` is returned as it is and nothing is drawn.
#' @return A non-negative double matrix with the shape and the dimnames of `x`. For a data frame a
#'   data frame.
#' @section Errors:
#'   A `metanmf_error` when `x` is not a matrix of finite, non-negative numbers, when it is
#'   sparse and `level` is above 0 (the noise would fill every entry), or when `level` is not
#'   one finite number of at least 0.
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
  checked <- checked_data(x, "x")$x
  level <- check_number(level, "level", 0)
  if (level == 0) return(x)
  if (!is.matrix(checked)) {
    stop_input("x", "a dense matrix, because noise leaves no entry at 0", describe(x),
               "Use add_noise(as.matrix(x), level) if a dense copy fits into memory.")
  }
  frame_again(abs(checked + stats::rnorm(length(checked), sd = level)), is.data.frame(x))
}

# A numeric matrix of finite numbers of either sign, as a double matrix or a dgCMatrix.
check_finite_matrix <- function(x, argument, turned = FALSE) {
  x <- as_numbers(x, argument)
  bad <- !is.finite(if (is.matrix(x)) x else x@x)
  if (any(bad)) {
    stop_input(argument, "finite", paste("non-finite entries:", where_in_matrix(bad, x, turned)))
  }
  x
}
