# Starts from the leading singular pairs.

#' Start by non-negative double singular value decomposition
#'
#' Builds a start for a non-negative factorisation of `x` from its leading
#' singular pairs (NNDSVD, Boutsidis and Gallopoulos 2008).
#'
#' Let s_j, u_j, v_j be the j-th singular value and vectors of `x`. Both vectors of the first pair
#' can be chosen non-negative, so their absolute values are taken. For j > 1 the positive parts of
#' u_j and v_j make one candidate (p, q), and their negative parts, as absolute values, the other.
#' The candidate with the larger
#' \eqn{\mu = \|p\| \|q\|}{mu = |p| |q|} is kept (Euclidean norms):
#' \deqn{w_j = \sqrt{s_j \mu}\, p / \|p\|, \quad h_j = \sqrt{s_j \mu}\, q / \|q\|.}{
#'       w_j = sqrt(s_j mu) p / |p|,  h_j = sqrt(s_j mu) q / |q|.}
#' If both are equally large, the one with the first large entry of u_j is kept, so that the
#' arbitrary sign of a singular vector does not decide.
#'
#' Entries below 1e-6 sqrt(mean(x)) are rounding errors and become 0. This cut follows the scale of
#' the data: for any c > 0, `c * x` gives `sqrt(c) * w` and `sqrt(c) * h`. (This holds for variant
#' `"nndsvd"`; the fill of the others grows with c.) Components beyond the numerical rank of `x`
#' have no singular pair and become zero columns of `w` and zero rows of `h`.
#'
#' @section What the zeros mean:
#' A multiplicative update cannot move an entry away from 0. With such updates the zeros of plain
#' `"nndsvd"` stay zero, so they decide where each component may be present, and a component of
#' zeros stays empty. Prefer `"nndsvda"` or `"nndsvdar"` there. The thesis used plain `"nndsvd"`
#' with multiplicative updates. `"nndsvda"` fills all components beyond the rank of `x` alike, and
#' components that start equal stay equal; `"nndsvdar"` makes them differ.
#'
#' @section The decomposition:
#' Only `rank` singular pairs are computed, to 1e-12 of the largest singular value. The method
#' depends on the shape of `x`, and sparse `x` is never made dense. With s the smaller of m and n:
#' - [base::svd()] for dense `x` with s up to 100 or `rank` above s / 4,
#' - the eigenvectors of the s x s matrix of cross products for s up to 1000,
#' - `irlba::irlba()` for larger ones, where that package is installed,
#' - without it [base::svd()] for dense `x`, and the cross products for sparse `x` with s
#'   up to 5000.
#'
#' The results of all but the first method are refined by products with `x` until they are exact.
#' The start therefore does not depend on the method, to 1e-8, and less closely where singular
#' values nearly coincide. No method changes R's stream of random numbers.
#'
#' @inheritParams init_random
#' @param x Numeric matrix with m features in rows and n samples in columns, non-negative and
#'   finite, in any unit; [data_matrices] lists what else is accepted. Entries that a sparse `x`
#'   does not store are 0; [nmf()] with `missing = "unstored"` takes variant `"nndsvda"` only.
#' @param rank Number of components r, a whole number from 1 to min(m, n), as there are no more
#'   singular vectors.
#' @param variant What becomes of the zeros. `"nndsvd"`, the default, keeps them as published.
#'   `"nndsvda"` fills them with `mean(x)`. `"nndsvdar"` fills them with `mean(x) / 100 *
#'   abs(rnorm())`, small values that let every entry move; those of `w` are drawn first.
#' @return A list of `w` (m x r, named by the features of `x`) and `h` (r x n, named by its
#'   samples), each in the square root of the unit of `x`. `samples` does not change these shapes.
#'   Only `"nndsvdar"` draws random numbers.
#' @section Errors:
#' A condition of class `metanmf_error` when `x` is not a non-negative finite
#' matrix, `rank` is not a whole number from 1 to min(m, n), or `variant` is not
#' one of the three names; of class `metanmf_missing_package` when sparse `x` has more
#' than 5000 features and samples and irlba is not installed.
#' @references
#' Boutsidis, C. and Gallopoulos, E. (2008). SVD based initialization: a head start
#' for nonnegative matrix factorization. *Pattern Recognition* 41(4), 1350-1362.
#' \doi{10.1016/j.patcog.2007.09.010}
#' @seealso [init_random()], [init_kmeans()]
#' @examples
#' x <- outer(c(1, 2, 2), c(3, 4))
#' start <- init_nndsvd(x, rank = 1)
#' start$w %*% start$h
#'
#' set.seed(1)
#' x <- matrix(runif(60), nrow = 6)
#' mean(init_nndsvd(x, rank = 3)$w == 0)
#' mean(init_nndsvd(x, rank = 3, variant = "nndsvda")$w == 0)
#' @export
init_nndsvd <- function(x, rank, variant = c("nndsvd", "nndsvda", "nndsvdar"),
                        samples = c("columns", "rows")) {
  x <- check_matrix(x, samples = samples)
  variant <- check_choice(variant, "variant", nndsvd_variants)
  start_nndsvd(x, check_rank(rank, x, variant), variant)
}

nndsvd_variants <- c("nndsvd", "nndsvda", "nndsvdar")

# An entry of W or H below start_cut * sqrt(mean(x)) counts as rounding error of
# the singular vectors and becomes 0. W and H grow with the square root of the
# data, so the cut follows its scale; it is 1e-6 for data of mean 1.
start_cut <- 1e-6

start_nndsvd <- function(x, rank, variant) fill_nndsvd(nndsvd_parts(x, rank), variant)

# What all variants share: list(w, h, average, unit). The plain factors and the mean of x are
# brought near 1 by a power of two, and `unit` is the number to multiply the factors by. The fill
# has the units of x and the factors their square root; for extreme data the two differ by more than
# doubles can hold.
nndsvd_parts <- function(x, rank) {
  power <- scale_power(largest_entry(x))
  power <- power - power %% 2
  if (power != 0) x <- multiplied(x, 2^power)
  triplets <- leading_svd(x, rank)
  w <- matrix(0, nrow(x), rank)
  h <- matrix(0, rank, ncol(x))
  noise <- max(dim(x)) * .Machine$double.eps * triplets$d[[1L]]
  for (j in which(triplets$d > noise)) {
    pair <- nonnegative_pair(triplets$u[, j], triplets$v[, j], first = j == 1L)
    w[, j] <- sqrt(triplets$d[[j]] * pair$size) * pair$u
    h[j, ] <- sqrt(triplets$d[[j]] * pair$size) * pair$v
  }
  average <- entry_mean(x)
  cut <- start_cut * sqrt(average)
  w[w < cut] <- 0
  h[h < cut] <- 0
  c(name_start(w, h, x), average = average, unit = 2^(-power / 2))
}

fill_nndsvd <- function(parts, variant) {
  lapply(parts[c("w", "h")], function(factor) {
    fill_zeros(factor, parts$average, variant) * parts$unit
  })
}

# The half of a singular pair that is kept, at unit length, and its size.
nonnegative_pair <- function(u, v, first) {
  if (first) return(list(u = abs(u), v = abs(v), size = 1))
  # A pair is defined up to its sign. Fixing the sign makes equal halves repeatable.
  lead <- u[[which(abs(u) > max(abs(u)) / 2)[[1L]]]]
  u <- sign(lead) * u
  v <- sign(lead) * v
  parts <- list(list(u = pmax(u, 0), v = pmax(v, 0)), list(u = pmax(-u, 0), v = pmax(-v, 0)))
  lengths_u <- vapply(parts, function(part) sqrt(sum(part$u^2)), 0)
  lengths_v <- vapply(parts, function(part) sqrt(sum(part$v^2)), 0)
  size <- lengths_u * lengths_v
  best <- if (size[[2L]] > size[[1L]] * (1 + 1e-10)) 2L else 1L
  if (size[[best]] == 0) return(list(u = 0 * u, v = 0 * v, size = 0))
  list(u = parts[[best]]$u / lengths_u[[best]], v = parts[[best]]$v / lengths_v[[best]],
       size = size[[best]])
}

fill_zeros <- function(factor, average, variant) {
  zero <- factor == 0
  if (variant == "nndsvda") factor[zero] <- average
  if (variant == "nndsvdar") factor[zero] <- average / 100 * abs(stats::rnorm(sum(zero)))
  factor
}
