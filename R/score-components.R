# Which components of two bases are the same, and how much several bases agree.

#' Match the components of two bases
#'
#' The order of components is arbitrary, so those of two fits must be matched before they are
#' compared. Each component of `a` gets one of `b`, no one twice, so that the sum of the cosines
#' between matched components is as large as possible (the Hungarian method, Kuhn 1955, in
#' [clue::solve_LSAP()]; the package clue must be installed).
#'
#' The cosine of \eqn{w} and \eqn{v} is \eqn{w'v / (\|w\|_2 \|v\|_2)}{w'v / (|w|_2 |v|_2)}: from
#' 0, no feature in common, to 1, equal up to scale. The scaling of the fits plays no part. It is
#' not corrected for chance: columns of positive numbers are never at right angles, and two bases
#' of unrelated columns of uniform random numbers reach 0.75 and more. Compare cosines between
#' bases of similar sparseness (see [basis_measures()]), not with 0.
#'
#' A component of zeros has no direction: its cosine with others is taken as 0. Two of them are
#' matched with each other, with cosine `NA`.
#'
#' @param a,b The two bases: fits (class `nmf_fit`) or non-negative m x r matrices W, with the
#'   same m features in the same order and the same number r of components.
#' @return A data frame with a row for each component of `a`, in order: `a` (1 to r), `b` (the
#'   component of `b` that it is matched with) and `cosine`. `basis(b)[, match$b]` puts the
#'   columns of `b` into the order of those of `a`.
#' @section Errors: Class `metanmf_error` for what is neither a fit nor a matrix of finite
#'   non-negative numbers, and for bases of different shape or with different names of features;
#'   `metanmf_missing_package` when clue is not installed.
#' @references
#' Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research Logistics
#' Quarterly 2, 83-97. \doi{10.1002/nav.3800020109}
#' @seealso [basis_stability()] for more than two bases.
#' @examplesIf requireNamespace("clue", quietly = TRUE)
#' set.seed(1)
#' x <- scale_minmax(digits$x)
#' control <- nmf_control(max_iter = 50, tol = 0)
#' first <- nmf(x, 5, control = control)
#' second <- nmf(x, 5, control = control)
#' match <- match_components(first, second)
#' match
#' # one above the other, in the same order
#' plot_basis(list(first = basis(first), second = basis(second)[, match$b]), digits$image_size,
#'            columns = 5)
#' @export
match_components <- function(a, b) {
  check_given("a", "a fit, or a matrix with a basis in its columns")
  check_given("b", "the fit or matrix to compare `a` with")
  bases <- list(a = check_basis(a, "a"), b = check_basis(b, "b"))
  check_same_shape(bases, "b")
  check_installed("clue", "match_components()")
  match_columns(directions(bases$a), directions(bases$b))
}

#' How much several bases agree
#'
#' Fits of the same data from different starts, or of samples of the same population, find the
#' same components as far as these are determined by the data. Each pair of bases is matched by
#' [match_components()], and the mean cosine of its matched components says how far they agree.
#'
#' A pair has 1 when the bases are equal up to the order and the scale of their components. As
#' explained in [match_components()], unrelated bases do not have 0. Components of zeros in both
#' bases are left out of the mean; one in a single basis counts as 0.
#'
#' @param fits A list of at least two bases: fits (class `nmf_fit`) or non-negative m x r
#'   matrices W, with the same m features in the same order and the same number r of components.
#' @return A data frame with a row for each of the k (k - 1) / 2 pairs of the k bases: `a` and
#'   `b`, their names in `fits`, or their numbers if it has no names, and `cosine`, the mean
#'   cosine of the pair (`NA` if all components of both are zero). `mean(result$cosine)` sums it
#'   up in one number. Pairs that share a basis are not independent: a confidence interval needs
#'   repetitions of the whole.
#' @section Errors: Class `metanmf_error` for what is not a list of at least two bases of the
#'   same shape; `metanmf_missing_package` when clue is not installed.
#' @seealso [match_components()]
#' @examplesIf requireNamespace("clue", quietly = TRUE)
#' set.seed(1)
#' x <- scale_minmax(digits$x)
#' control <- nmf_control(max_iter = 50, tol = 0)
#' fits <- lapply(1:3, function(start) nmf(x, 5, control = control))
#' stability <- basis_stability(fits)
#' stability
#' mean(stability$cosine)
#' @export
basis_stability <- function(fits) {
  check_given("fits", "a list of at least two fits, or of matrices with a basis in their columns")
  if (!is.list(fits) || is.data.frame(fits) || inherits(fits, "nmf_fit") || length(fits) < 2L) {
    stop_input("fits", "a list of at least two fits or matrices", describe(fits))
  }
  bases <- lapply(fits, check_basis, "fits")
  check_same_shape(bases, "fits")
  check_installed("clue", "basis_stability()")
  bases <- lapply(bases, directions)
  pairs <- utils::combn(length(bases), 2L)
  cosine <- apply(pairs, 2L, function(pair) {
    cosines <- match_columns(bases[[pair[[1L]]]], bases[[pair[[2L]]]])$cosine
    if (all(is.na(cosines))) NA_real_ else mean(cosines, na.rm = TRUE)
  })
  label <- if (is.null(names(fits))) seq_along(fits) else names(fits)
  data.frame(a = label[pairs[1L, ]], b = label[pairs[2L, ]], cosine = cosine)
}

# Components of different number or features cannot be matched one to one.
check_same_shape <- function(bases, argument) {
  shapes <- vapply(bases, function(w) paste(nrow(w), "x", ncol(w)), "")
  other <- which(shapes != shapes[[1L]])
  if (length(other)) {
    stop_input(argument, "of one shape: the same features and number of components",
               paste(shapes[[1L]], "and", shapes[[other[[1L]]]]))
  }
  known <- Filter(Negate(is.null), lapply(bases, rownames))
  for (features in known) {
    check_same_features(features, known[[1L]], argument, "the first basis")
  }
}

# Columns of length 1, zero columns excepted. The largest entry goes first: a length can
# overflow where no entry does.
directions <- function(w) unit_columns(scale_to_maximum(w))

match_columns <- function(a, b) {
  cosine <- pmin(crossprod(a, b), 1)
  # A reward for zero with zero keeps zero columns from taking the partner of another column.
  cosine[outer(colSums(a) == 0, colSums(b) == 0, `&`)] <- NA
  partner <- as.integer(clue::solve_LSAP(replace(cosine, is.na(cosine), 1), maximum = TRUE))
  own <- seq_along(partner)
  data.frame(a = own, b = partner, cosine = cosine[cbind(own, partner)])
}
