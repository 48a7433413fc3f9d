# Starts of a factorisation: W (m x r) and H (r x n), both non-negative.

start_names <- c("random", "nndsvd", "nndsvda", "nndsvdar")

# An entry of W or H below start_cut * sqrt(mean(x)) counts as rounding error of
# the singular vectors and becomes 0. W and H grow with the square root of the
# data, so the cut follows its scale; it is 1e-6 for data of mean 1.
start_cut <- 1e-6

#' Random start
#'
#' Draws a start for a non-negative factorisation of `x`: every entry of `w` and
#' `h` is uniform on (0, 1), as in line 1 of Algorithm 1 of the thesis.
#'
#' The entries are not matched to the scale of `x`, and need not be. The first
#' multiplicative step
#' \deqn{H \leftarrow H \circ \frac{W'X}{W'WH}}{H <- H * (W'X) / (W'W H)}
#' turns a start (a W, b H) into H / a, whatever b is, so the product W H after
#' it does not depend on a or b. The same holds for the Kullback-Leibler step. It
#' does not hold with a graph penalty, where the scale of the start matters in the
#' first iterations. All entries are positive, so no entry is stuck at zero.
#'
#' Numbers are drawn by [stats::runif()], `w` first, then `h`, both by columns.
#' `set.seed()` before the call makes the start repeatable.
#'
#' @param x numeric matrix, m features in rows and n samples in columns,
#'   non-negative and finite, in any unit. Only its shape and names are used.
#' @param rank number of components r, a whole number from 1 to min(m, n). It has
#'   no default: the number of components is a property of the question asked.
#' @return A list of `w` (m x r, row names of `x`) and `h` (r x n, column names of
#'   `x`), without unit.
#' @section Errors:
#' A condition of class `metanmf_error` when `x` is not a non-negative finite
#' matrix or `rank` is not a whole number from 1 to min(m, n).
#' @references
#' Khan, A. A. (2025). *Meta-Unsupervised Learning: Application to Non-negative
#' Matrix Factorization*. Thesis, Bishop's University. Algorithm 1, line 1.
#'
#' Lee, D. D. and Seung, H. S. (2001). Algorithms for non-negative matrix
#' factorization. *Advances in Neural Information Processing Systems* 13.
#' @seealso [init_nndsvd()] for a start without chance.
#' @examples
#' set.seed(1)
#' x <- matrix(runif(60), nrow = 6)
#' start <- init_random(x, rank = 2)
#' dim(start$w)
#' dim(start$h)
#' @export
init_random <- function(x, rank) {
  x <- check_matrix(x)
  rank <- check_rank(rank, x)
  # dim<- instead of matrix(), which would copy what can be a large H.
  w <- stats::runif(nrow(x) * rank)
  h <- stats::runif(rank * ncol(x))
  dim(w) <- c(nrow(x), rank)
  dim(h) <- c(rank, ncol(x))
  name_start(w, h, x)
}

#' Start by non-negative double singular value decomposition
#'
#' Builds a start for a non-negative factorisation of `x` from its leading
#' singular pairs (NNDSVD, Boutsidis and Gallopoulos 2008).
#'
#' Let s_j, u_j, v_j be the j-th singular value and vectors of `x`. The first pair
#' is taken as absolute values, as both vectors can be chosen non-negative. For
#' j > 1 the positive parts of u_j and v_j make one candidate (p, q), the negative
#' parts (as absolute values) the other. The candidate with the larger
#' \eqn{\mu = \|p\| \|q\|}{mu = |p| |q|} is kept (Euclidean norms):
#' \deqn{w_j = \sqrt{s_j \mu}\, p / \|p\|, \quad h_j = \sqrt{s_j \mu}\, q / \|q\|.}{
#'       w_j = sqrt(s_j mu) p / |p|,  h_j = sqrt(s_j mu) q / |q|.}
#' When both are equally large, the one that holds the first large entry of u_j is
#' kept, so the arbitrary sign of a singular vector never decides.
#'
#' Entries below 1e-6 sqrt(mean(x)) are rounding error and become 0. The cut
#' follows the scale of the data: for any c > 0, `c * x` gives `sqrt(c) * w` and
#' `sqrt(c) * h` (variant `"nndsvd"`; the fill of the others grows with c).
#' Components beyond the numerical rank of `x` have no singular pair and become
#' zero columns of `w` and zero rows of `h`.
#'
#' @section What the zeros mean:
#' A multiplicative update cannot move an entry away from 0. Under such updates
#' the zeros of plain `"nndsvd"` stay zero: they fix where each component may be
#' present, and a zero component stays empty. Prefer `"nndsvda"` or `"nndsvdar"`
#' there. The thesis used plain NNDSVD with multiplicative updates, so plain is
#' what reproduces it. `"nndsvda"` fills all components beyond the rank of `x`
#' alike, and components that start equal stay equal; `"nndsvdar"` tells them apart.
#'
#' @inheritParams init_random
#' @param x numeric matrix, m features in rows and n samples in columns,
#'   non-negative and finite, in any unit.
#' @param variant what becomes of the zeros. `"nndsvd"` keeps them: the published
#'   method, hence the default. `"nndsvda"` fills them with `mean(x)`.
#'   `"nndsvdar"` fills them with `mean(x) / 100 * abs(rnorm())`, small values
#'   that still let every entry move; those of `w` are drawn first.
#' @return A list of `w` (m x r, row names of `x`) and `h` (r x n, column names of
#'   `x`), each in the square root of the unit of `x`. Without random numbers but
#'   for `"nndsvdar"`. The singular value decomposition is exact ([base::svd()]).
#' @section Errors:
#' A condition of class `metanmf_error` when `x` is not a non-negative finite
#' matrix, `rank` is not a whole number from 1 to min(m, n), or `variant` is not
#' one of the three names.
#' @references
#' Boutsidis, C. and Gallopoulos, E. (2008). SVD based initialization: a head start
#' for nonnegative matrix factorization. *Pattern Recognition* 41(4), 1350-1362.
#' \doi{10.1016/j.patcog.2007.09.010}
#' @seealso [init_random()]
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
init_nndsvd <- function(x, rank, variant = c("nndsvd", "nndsvda", "nndsvdar")) {
  x <- check_matrix(x)
  rank <- check_rank(rank, x)
  variant <- check_choice(variant, "variant", start_names[-1L])
  triplets <- leading_svd(x, rank)
  w <- matrix(0, nrow(x), rank)
  h <- matrix(0, rank, ncol(x))
  noise <- max(dim(x)) * .Machine$double.eps * triplets$d[[1L]]
  for (j in which(triplets$d > noise)) {
    pair <- nonnegative_pair(triplets$u[, j], triplets$v[, j], first = j == 1L)
    w[, j] <- sqrt(triplets$d[[j]] * pair$size) * pair$u
    h[j, ] <- sqrt(triplets$d[[j]] * pair$size) * pair$v
  }
  average <- mean(x)
  cut <- start_cut * sqrt(average)
  w[w < cut] <- 0
  h[h < cut] <- 0
  name_start(fill_zeros(w, average, variant), fill_zeros(h, average, variant), x)
}

# The leading singular triplets: d (r), u (m x r), v (n x r). The one place that
# decides how they are computed. Neither orientation of x is cheaper in general.
leading_svd <- function(x, rank) {
  triplets <- svd(x, nu = rank, nv = rank)
  triplets$d <- triplets$d[seq_len(rank)]
  triplets
}

# The part of a singular pair that is kept, at unit length, and its size.
nonnegative_pair <- function(u, v, first) {
  if (first) return(list(u = abs(u), v = abs(v), size = 1))
  # A pair is defined up to its sign. Fixing it makes equal parts repeatable.
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

name_start <- function(w, h, x, components = NULL) {
  # list(NULL, NULL) would stay on as an empty attribute.
  named <- function(rows, columns) if (!(is.null(rows) && is.null(columns))) list(rows, columns)
  dimnames(w) <- named(rownames(x), components)
  dimnames(h) <- named(components, colnames(x))
  list(w = w, h = h)
}

# A start in any of the forms users may give, as list(w = m x r, h = r x n) of double
# matrices; the engine copies them before it moves anything. `x` has been checked.
resolve_init <- function(init, x, rank) {
  rank <- check_rank(rank, x)
  if (is.character(init)) {
    variant <- check_choice(init, "init", start_names)
    if (variant == "random") return(init_random(x, rank))
    return(init_nndsvd(x, rank, variant))
  }
  is_fit <- inherits(init, "nmf_fit")
  if (is_fit) init <- list(w = init[["w"]], h = init[["h"]])
  if (!is.list(init) || is.data.frame(init)) {
    names <- paste0("\"", start_names, "\"", collapse = ", ")
    stop_input("init", paste0("one of ", names, ", a fit, or list(w =, h =)"), describe(init))
  }
  if (!is.null(names(init))) check_names(init, c("w", "h"), "init")
  if (is.null(init$w)) {
    stop_input("init", "a list with an entry named `w`, and one named `h` if wanted",
               "a list without `w`", "Without `h` the start is h = t(w) %*% x.")
  }
  check_start(init$w, "init$w", c(nrow(x), rank), "features of `x` by `rank`")
  check_feature_names(init$w, x)
  components <- colnames(init$w)
  w <- init$w
  storage.mode(w) <- "double"
  if (is.null(init$h)) return(name_start(w, crossprod(w, x), x, components))
  hint <- if (is_fit) "For a start on other data use init = list(w = basis(fit))."
  check_start(init$h, "init$h", c(rank, ncol(x)), "`rank` by samples of `x`", hint)
  h <- init$h
  storage.mode(h) <- "double"
  if (is.null(components)) components <- rownames(init$h)
  name_start(w, h, x, components)
}

# One factor of a start: shape first, since a wrong shape explains most mistakes.
check_start <- function(factor, argument, shape, meaning, hint = NULL) {
  wanted <- paste0("a numeric matrix of ", shape[[1L]], " x ", shape[[2L]], " (", meaning, ")")
  if (!(is.matrix(factor) && (is.numeric(factor) || is.logical(factor)))) {
    if (methods::is(factor, "Matrix")) hint <- "Use as.matrix() on it first."
    stop_input(argument, wanted, describe(factor), hint)
  }
  if (!identical(dim(factor), as.integer(shape))) {
    if (identical(dim(factor), as.integer(rev(shape)))) hint <- "Use t() on it: it is transposed."
    stop_input(argument, wanted, describe(factor), hint)
  }
  check_entries(factor, argument)
}

# The same features in another order would start every component in the wrong place.
check_feature_names <- function(w, x) {
  given <- rownames(w)
  wanted <- rownames(x)
  if (is.null(given) || is.null(wanted) || identical(given, wanted)) return(invisible())
  if (!setequal(given, wanted)) return(invisible())
  stop_input("init$w", "in the same order of features as `x`",
             paste0("row names ", paste(utils::head(given, 3L), collapse = ", "), ", ..., but ",
                    paste(utils::head(wanted, 3L), collapse = ", "), ", ... in `x`"),
             "Use w[rownames(x), ].")
}
