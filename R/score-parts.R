# How much the components of a basis of images look like parts.

#' Measures of parts in a basis
#'
#' How much each component of a basis is a part of the data rather than a whole sample: how few
#' features it uses and, where features are the pixels of an image, how they lie in it.
#'
#' Of a component \eqn{w} of m pixels, three measures are taken. None decides alone: parts are high
#' in `sparseness` *and* in `neighbours`.
#'
#' - `sparseness` is \eqn{(\sqrt m - \|w\|_1 / \|w\|_2) / (\sqrt m - 1)}{(sqrt(m) - |w|_1 / |w|_2)
#'   / (sqrt(m) - 1)}, Hoyer (2004): 1 for one pixel, 0 when all pixels are equal. It does not see
#'   where pixels lie: shuffling them leaves it as it is.
#' - `concentration` is \eqn{1 - s(w) / s(1)}. Here \eqn{s(w)} is the mean squared distance of the
#'   pixels to their centroid, each weighted by its value, and \eqn{s(1)} that of an image of equal
#'   pixels, \eqn{(a^2 + b^2 - 2) / 12} for a rows and b columns. It is 1 for one pixel, 0 for what
#'   is spread as far as equal pixels are, and below 0, never below -2, for what lies at the edges
#'   with little between. It asks for *one* place: two eyes have their centroid on the nose and
#'   count as spread out, though they are a fair part of a face.
#' - `neighbours`, Moran's I (1950), is fair to them. With \eqn{z = w - \bar w}{z = w - mean(w)} it
#'   is the mean of \eqn{z_i z_j} over all pairs of pixels that share an edge, divided by the mean
#'   of \eqn{z_i^2}: near 1 for smooth patches, however far apart, about 0 for shuffled pixels, and
#'   below 0, about -1 in a chessboard, where neighbours differ more than pixels at random.
#'   Speckle, which noisy data leave in a basis, lowers it. It says nothing about how much of the
#'   image is used: a smooth whole face is near 1 as well, and a single pixel near 0.
#'
#' All three are the same for \eqn{w} and \eqn{c w}, c > 0, so the scaling of a fit plays no part.
#'
#' @param fit A fit (class `nmf_fit`), or a non-negative m x r matrix W with a component in each
#'   column.
#' @param image_size Two whole numbers, rows and columns of an image, with product m, as in
#'   [plot_basis()]. `NULL`, the default: the features are no pixels, `sparseness` alone is given.
#' @return A data frame with a row for each of the r components, in the order of the fit:
#'   `component` (1 to r), `sparseness` and, with `image_size`, `concentration` and `neighbours`.
#'   `NA` where a measure has no value: all three for a component of zeros and for m = 1,
#'   `neighbours` for pixels that are all equal.
#' @section Errors: Class `metanmf_error` for what is neither a fit nor a matrix of finite
#'   non-negative numbers, or an `image_size` that does not multiply to the number of features.
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

# Nothing can be said of a component of zeros.
measured <- function(components, measure) {
  vapply(components, function(one) if (any(one > 0)) measure(one) else NA_real_, 0)
}

# A basis as a plain m x r matrix, from a fit or a matrix.
check_basis <- function(value, argument) {
  if (inherits(value, "nmf_fit")) return(value$w)
  w <- as_numbers(value, argument, "a fit, or a matrix with a basis in its columns")
  check_entries(w, argument)
  as.matrix(w)
}

# Columns with maximum 1, so that squares of extreme entries stay finite; zero columns stay.
scale_to_maximum <- function(w) {
  largest <- apply(w, 2L, max)
  largest[largest == 0] <- 1
  w / rep(largest, each = nrow(w))
}

sparseness <- function(w) {
  root <- sqrt(length(w))
  if (root == 1) return(NA_real_)
  min(1, max(0, (root - sum(w) / sqrt(sum(w^2))) / (root - 1))) # rounding can pass the ends
}

concentration <- function(image) {
  share <- image / sum(image)
  spread_of_even <- (sum(dim(image)^2) - 2) / 12
  if (spread_of_even == 0) return(NA_real_)
  1 - (spread(rowSums(share)) + spread(colSums(share))) / spread_of_even
}

# Variance of the place along one side of an image.
spread <- function(share) {
  place <- seq_along(share)
  sum(share * (place - sum(share * place))^2)
}

# Moran's I. An image of equal pixels has no variance to compare with.
likeness_of_neighbours <- function(image) {
  z <- image - mean(image)
  variance <- mean(z^2)
  if (variance == 0) return(NA_real_)
  below <- z[-1L, ] * z[-nrow(z), ]
  beside <- z[, -1L] * z[, -ncol(z)]
  mean(c(below, beside)) / variance
}
