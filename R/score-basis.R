# Measures of bases: how local their components are, how the components of two match, and how much
# several agree.

#' Measures of how local components are
#'
#' Measures how far each component of a basis describes a part of the samples, such as a stroke of a
#' digit or an eye of a face, rather than a whole sample: how few features it uses and, if features
#' are the pixels of an image, how these lie in it.
#'
#' There are three measures of a component \eqn{w} of m pixels. None decides alone: a component that
#' is a part of an image has a high `sparseness` *and* high `neighbours`.
#'
#' - `sparseness` is \eqn{(\sqrt m - \|w\|_1 / \|w\|_2) / (\sqrt m - 1)}{(sqrt(m) - |w|_1 / |w|_2)
#'   / (sqrt(m) - 1)}, Hoyer (2004). It is 1 for one pixel and 0 if all pixels are equal. It does
#'   not depend on where pixels lie, so shuffling them does not change it.
#' - `concentration` is \eqn{1 - s(w) / s(1)}. Here \eqn{s(w)} is the mean squared distance of the
#'   pixels to their centroid, each weighted by its value, and \eqn{s(1)} that of an image of equal
#'   pixels, \eqn{(a^2 + b^2 - 2) / 12} for a rows and b columns. It is 1 for one pixel, 0 for a
#'   component spread as far as equal pixels are, and below 0, but never below -2, for one that lies
#'   at the edges with little between. It is high only for *one* place: two eyes have their centroid
#'   on the nose and count as spread out, though they are a fair part of a face.
#' - `neighbours`, Moran's I (1950), is fair to them. With \eqn{z = w - \bar w}{z = w - mean(w)} it
#'   is the mean of \eqn{z_i z_j} over all pairs of pixels that share an edge, divided by the mean
#'   of \eqn{z_i^2}. It is near 1 for smooth patches, however far apart, about 0 for shuffled
#'   pixels, and below 0, about -1 in a chessboard, where neighbours differ more than pixels at
#'   random. Speckle, which noisy data leave in a basis, lowers it. It says nothing about how much
#'   of the image is used: a smooth whole face is near 1 as well, and a single pixel near 0.
#'
#' All three are the same for \eqn{w} and \eqn{c w}, c > 0, so they do not depend on the scaling of
#' a fit. Features of which nothing was observed (`NA` in W) are left out: means and distances are
#' those of the other pixels, and m is their number.
#'
#' @param fit A fit (class `nmf_fit`), or a non-negative m x r matrix W with a component in each
#'   column.
#' @param image_size Two whole numbers, rows and columns of an image, with product m, as in
#'   [plot_basis()]. `NULL`, the default, means that the features are not pixels; only `sparseness`
#'   is then returned.
#' @return A data frame with a row for each of the r components, in the order of the fit:
#'   `component` (1 to r), `sparseness` and, with `image_size`, `concentration` and `neighbours`.
#'   `NA` where a measure has no value: all three for a component of zeros and for m = 1,
#'   `neighbours` for pixels that are all equal.
#' @section Errors: Class `metanmf_error` if `fit` is neither a fit nor a matrix of finite
#'   non-negative numbers, or if `image_size` does not multiply to the number of features.
#' @references
#' Hoyer, P. O. (2004). Non-negative matrix factorization with sparseness constraints. Journal of
#' Machine Learning Research 5, 1457-1469.
#'
#' Moran, P. A. P. (1950). Notes on continuous stochastic phenomena. Biometrika 37, 17-23.
#' \doi{10.1093/biomet/37.1-2.17}
#' @seealso [plot_basis()] to see them, [match_components()] to compare two bases.
#' @examples
#' # one patch, two patches, speckle, the whole image
#' patch <- matrix(0, 8, 8)
#' patch[3:4, 2:3] <- 1
#' two <- patch + patch[, 8:1]
#' set.seed(1)
#' w <- cbind(c(patch), c(two), sample(two), 1)
#' basis_measures(w, c(8, 8))
#'
#' fit <- nmf(scale_minmax(digits$x), 10, control = nmf_control(max_iter = 50, tol = 0))
#' colMeans(basis_measures(fit, digits$image_size)[-1])
#' @export
basis_measures <- function(fit, image_size = NULL) {
  check_given("fit", "a fit, or a matrix with a basis in its columns")
  w <- scale_to_maximum(check_basis(fit, "fit"))
  columns <- lapply(seq_len(ncol(w)), function(k) w[, k])
  parts <- data.frame(component = seq_along(columns), sparseness = measured(columns, sparseness))
  if (is.null(image_size)) return(parts)

  image_size <- check_image_size(image_size, nrow(w))
  images <- lapply(columns, matrix, nrow = image_size[[1L]])
  parts$concentration <- measured(images, concentration)
  parts$neighbours <- measured(images, likeness_of_neighbours)
  parts
}

# A component of zeros has no measures: all of them are NA.
measured <- function(components, measure) {
  vapply(components, function(one) {
    if (any(one > 0, na.rm = TRUE)) measure(one) else NA_real_
  }, 0)
}

# A basis as a plain m x r matrix, from a fit or a matrix.
check_basis <- function(value, argument) {
  if (inherits(value, "nmf_fit")) return(value$w)
  check_factor(value, argument, "rows", "a fit, or a matrix with a basis in its columns")
}

# Columns with maximum 1, so that squares of extreme entries stay finite; zero columns stay.
scale_to_maximum <- function(w) {
  largest <- apply(w, 2L, max, na.rm = TRUE)
  largest[largest == 0] <- 1
  w / rep(largest, each = nrow(w))
}

sparseness <- function(w) {
  w <- w[!is.na(w)]
  root <- sqrt(length(w))
  if (root == 1) return(NA_real_)
  min(1, max(0, (root - sum(w) / sqrt(sum(w^2))) / (root - 1))) # rounding can leave [0, 1]
}

concentration <- function(image) {
  known <- !is.na(image)
  spread_of_even <- image_spread(1 * known)
  if (spread_of_even == 0) return(NA_real_)
  1 - image_spread(replace(image, !known, 0)) / spread_of_even
}

# Mean squared distance of the pixels to their centroid, each weighted by its value.
image_spread <- function(image) {
  share <- image / sum(image)
  spread(rowSums(share)) + spread(colSums(share))
}

# Variance of the place along one side of an image.
spread <- function(share) {
  place <- seq_along(share)
  sum(share * (place - sum(share * place))^2)
}

# Moran's I. An image of equal pixels has no variance to compare with.
likeness_of_neighbours <- function(image) {
  z <- image - mean(image, na.rm = TRUE)
  variance <- mean(z^2, na.rm = TRUE)
  below <- z[-1L, ] * z[-nrow(z), ]
  beside <- z[, -1L] * z[, -ncol(z)]
  pairs <- c(below, beside)
  if (variance == 0 || all(is.na(pairs))) return(NA_real_)
  mean(pairs, na.rm = TRUE) / variance
}

#' Match the components of two bases
#'
#' The order of components is arbitrary, so those of two fits must be matched before they are
#' compared. Each component of `a` is matched with one of `b`, and none is used twice, so that the
#' sum of the cosines of matched components is as large as possible. This is the Hungarian method
#' (Kuhn 1955) in [clue::solve_LSAP()]; the package clue must be installed.
#'
#' The cosine of \eqn{w} and \eqn{v} is \eqn{w'v / (\|w\|_2 \|v\|_2)}{w'v / (|w|_2 |v|_2)}. It runs
#' from 0, no feature in common, to 1, equal up to scale, and does not depend on the scaling of the
#' fits. It is not corrected for chance: columns of positive numbers are never at right angles, and
#' two bases of unrelated columns of uniform random numbers reach 0.75 and more. Compare cosines
#' with those of bases of similar sparseness (see [basis_measures()]), not with 0.
#'
#' A component of zeros has no direction, and its cosine with others is taken as 0. Two of them are
#' matched with each other, with cosine `NA`. Features of which some basis observed nothing (`NA`)
#' are left out of all bases, and a message says how many.
#'
#' @param a,b The two bases: fits (class `nmf_fit`) or non-negative m x r matrices W, with the
#'   same m features (by name where they have names) and the same number r of components.
#' @return A data frame with a row for each component of `a`, in order: `a` (1 to r), `b` (the
#'   component of `b` that it is matched with) and `cosine`. `basis(b)[, match$b]` puts the
#'   columns of `b` into the order of those of `a`.
#' @section Errors: Class `metanmf_error` if `a` or `b` is neither a fit nor a matrix of finite
#'   non-negative numbers, and for bases of different shape or with different names of features;
#'   class `metanmf_missing_package` if clue is not installed.
#' @references
#' Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research Logistics
#' Quarterly 2, 83-97. \doi{10.1002/nav.3800020109}
#' @seealso [basis_stability()] for more than two bases.
#' @examplesIf requireNamespace("clue", quietly = TRUE)
#' set.seed(1)
#' # Two runs on counts of 30 genes, with three components planted
#' w <- matrix(rgamma(90, 0.3), 30, dimnames = list(paste0("gene", 1:30), NULL))
#' counts <- matrix(rpois(30 * 50, 10 * w %*% matrix(rgamma(150, 0.5), 3)), 30)
#' first <- nmf(counts, 3, loss = "kl", order = "none")
#' second <- nmf(counts, 3, loss = "kl", order = "none")
#' match <- match_components(first, second)
#' match
#' # The components of the second run in the order of the first
#' aligned <- second[match$b]
#' round(colSums(abs(basis(first) - basis(aligned))), 3)
#' @export
match_components <- function(a, b) {
  check_given("a", "a fit, or a matrix with a basis in its columns")
  check_given("b", "the fit or matrix to compare `a` with")
  bases <- list(a = check_basis(a, "a"), b = check_basis(b, "b"))
  bases <- known_features(same_features(bases, "b"), "b")
  check_installed("clue", "match_components()")
  match_columns(directions(bases$a), directions(bases$b))
}

#' How much several bases agree
#'
#' Fits of the same data from different starts, or of samples of the same population, find the same
#' components as far as the data determine them. Each pair of bases is matched by
#' [match_components()], and the mean cosine of its matched components says how far the two agree.
#'
#' The mean cosine is 1 if the bases are equal up to the order and the scale of their components. As
#' explained in [match_components()], unrelated bases do not have 0. Components of zeros in both
#' bases are left out of the mean. A component of zeros in one basis counts as 0.
#'
#' @param fits A list of at least two bases: fits (class `nmf_fit`) or non-negative m x r
#'   matrices W, with the same m features (by name where they have names) and the same number r of
#'   components.
#' @return A data frame with a row for each of the k (k - 1) / 2 pairs of the k bases: `a` and
#'   `b`, their names in `fits`, or their numbers if it has no names, and `cosine`, the mean cosine
#'   of the pair (`NA` if all components of both are zero). `mean(result$cosine)` sums this up in
#'   one number. Pairs that share a basis are not independent, so a confidence interval needs
#'   repetitions of the whole procedure.
#' @section Errors: Class `metanmf_error` if `fits` is not a list of at least two bases of the same
#'   shape; class `metanmf_missing_package` if clue is not installed.
#' @seealso [match_components()]
#' @examplesIf requireNamespace("clue", quietly = TRUE)
#' set.seed(1)
#' fits <- lapply(1:3, function(start) nmf(iris[, 1:4], 2, samples = "rows"))
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
  bases <- known_features(same_features(bases, "fits"), "fits")
  check_installed("clue", "basis_stability()")
  found <- match_pairs(lapply(bases, directions))
  label <- if (is.null(names(fits))) seq_along(fits) else names(fits)
  data.frame(a = label[found$a], b = label[found$b], cosine = found$cosine)
}

# Bases with their features in the order of the first that names them. Different numbers of
# components cannot be matched one to one.
same_features <- function(bases, argument) {
  shapes <- vapply(bases, function(w) paste(nrow(w), "x", ncol(w)), "")
  other <- which(shapes != shapes[[1L]])
  if (length(other)) {
    stop_input(argument, "equal in shape: the same features and number of components",
               paste(shapes[[1L]], "and", shapes[[other[[1L]]]]))
  }
  known <- unlist(Filter(has_names, lapply(bases, rownames))[1L])
  lapply(bases, order_rows, known, argument, "the features of the first basis")
}

# Bases of the features that all of them hold numbers of; one message says how many do not.
known_features <- function(bases, argument) {
  known <- Reduce(`&`, lapply(bases, has_numbers, "rows"))
  if (all(known)) return(bases)
  if (!any(known)) {
    stop_input(argument, "bases with a feature of which all of them hold numbers",
               "bases without one")
  }
  tell(paste0("The bases are compared without ", count_unobserved(c(feature = sum(!known))),
              " that are NA in one."))
  lapply(bases, keep_rows, which(known))
}

# Columns of length 1, zero columns excepted. The largest entry goes first: a length can
# overflow where no entry does.
directions <- function(w) unit_columns(scale_to_maximum(w))
