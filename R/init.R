# Starts of a factorisation: W (m x r) and H (r x n), both non-negative.

start_names <- c("random", "nndsvd", "nndsvda", "nndsvdar", "kmeans")

#' Random start
#'
#' Draws a start for a non-negative factorisation of `x`. Every entry of `w` and `h` is uniform on
#' (0, 1), as in line 1 of Algorithm 1 of the thesis.
#'
#' The entries need not have the scale of `x`. The first multiplicative step
#' \deqn{H \leftarrow H \circ \frac{W'X}{W'WH}}{H <- H * (W'X) / (W'W H)}
#' turns a start (a W, b H) into H / a, whatever b is, so the product W H after
#' it does not depend on a or b. The same holds for the Kullback-Leibler step. It does not hold with
#' a graph penalty, where the scale of the start matters in the first iterations. For solvers other
#' than `"mu"`, [nmf()] gives H the scale of the data. All entries are positive, so no entry is
#' stuck at zero.
#'
#' Numbers are drawn by [stats::runif()], `w` first, then `h`, both by columns. Call `set.seed()`
#' first to make the start repeatable.
#'
#' @param x Numeric matrix with m features in rows and n samples in columns, non-negative and
#'   finite, in any unit; [data_matrices] lists what else is accepted. Only its shape and names are
#'   used.
#' @param rank Number of components r, a whole number of at least 1. It can be above m and n.
#'   [select_rank()] helps to choose it.
#' @param samples Whether `x` has its samples in its `"columns"` (default) or `"rows"`.
#' @return A list of `w` (m x r, named by the features of `x`) and `h` (r x n, named by its
#'   samples), both without unit. `samples` does not change these shapes.
#' @section Errors:
#' A condition of class `metanmf_error` when `x` is not a non-negative finite
#' matrix or `rank` is not a whole number of at least 1.
#' @references
#' Khan, A. A. (2025). *Meta-Unsupervised Learning: Application to Non-negative
#' Matrix Factorization*. Thesis, Bishop's University. Algorithm 1, line 1.
#'
#' Lee, D. D. and Seung, H. S. (2001). Algorithms for non-negative matrix
#' factorization. *Advances in Neural Information Processing Systems* 13.
#' @seealso [init_nndsvd()] for a start without chance, [init_kmeans()] for one from
#'   the samples.
#' @examples
#' set.seed(1)
#' x <- t(as.matrix(iris[, 1:4]))
#' start <- init_random(x, rank = 2)
#' start$w
#' dim(start$h)
#' nmf(x, 2, init = start)
#' @export
init_random <- function(x, rank, samples = c("columns", "rows")) {
  x <- check_matrix(x, samples = samples)
  start_random(x, check_count(rank, "rank"))
}

start_random <- function(x, rank) {
  # dim<- instead of matrix(), which would copy what can be a large H, and as doubles, since a
  # count of entries can pass the largest integer.
  w <- stats::runif(as.double(nrow(x)) * rank)
  h <- stats::runif(as.double(rank) * ncol(x))
  dim(w) <- c(nrow(x), rank)
  dim(h) <- c(rank, ncol(x))
  name_start(w, h, x)
}

# Coordinate descent, which also begins a fit by pivoting, takes few steps before W moves, so a
# random start must have the scale of x; multiplicative updates correct it in their first step.
needs_mean <- function(init, solver) {
  identical(init, "random") && solver %in% c("hals", "bpp", "ccd", "cg", "online")
}

# Whether H = W'X, which a start without H has, needs the same.
needs_ratio <- function(init, solver) {
  solver %in% c("hals", "cg", "online") && is.list(init) && is.null(init[["h"]])
}

# The name of the start that a fit reports.
start_name <- function(init) if (is.character(init)) init[[1L]] else "given"

# H multiplied so that W H has the mean of x, missing entries counted as 0.
match_mean <- function(start, data) {
  seen <- start
  if (!is.null(data$margins)) {
    seen <- scale_pair_by(start, margin_factors(data$margins, "frobenius"))
    data <- scale_margins(data, "frobenius")
  }
  start$h <- start$h * mean_ratio(seen, data)
  start
}

# The mean of x, missing entries counted as 0, over that of W H.
mean_ratio <- function(start, data) {
  x <- data$x
  stored <- stored_count(x)
  level <- data$facts$sum / max(stored, 1)
  if (!is.finite(level)) {
    largest <- data$facts$largest
    level <- data_facts(multiplied(x, 1 / largest))$sum / stored * largest
  }
  model <- sum(colSums(start$w) * rowSums(start$h)) / prod(dim(x))
  known <- if (isTRUE(data$partial)) 1 else stored / prod(dim(x))
  level * known / model
}

name_start <- function(w, h, x, components = NULL) {
  # Assigning list(NULL, NULL) would keep an empty dimnames attribute.
  named <- function(rows, columns) if (!(is.null(rows) && is.null(columns))) list(rows, columns)
  dimnames(w) <- named(rownames(x), components)
  dimnames(h) <- named(components, colnames(x))
  list(w = w, h = h)
}

# A start in any of the forms users may give, as list(w = m x r, h = r x n) of double
# matrices; the engine copies them before it moves anything. `x` has been checked and may have NA.
# Such entries, and those of weight 0, have no influence on the start.
resolve_init <- function(init, x, rank, weights = NULL, layout = whole_layout(x)) {
  start_source(init, x, rank, weights, layout)()
}

# Checks that the named start can give so many components. Features and samples of which nothing was
# observed have been left out of `x`.
check_rank <- function(rank, x, init) {
  rank <- check_count(rank, "rank")
  most <- if (init == "kmeans") ncol(x) else min(dim(x))
  if (rank <= most) return(rank)
  stop_input("rank", paste0("at most ", most, " with init = \"", init, "\", the number of ",
                            if (most == ncol(x)) "samples" else "features", " with data"),
             rank, "Use init = \"random\", or init_random(), for more components.")
}

# The same as a function that gives a start at every call, so that several starts share the work
# that they have in common.
start_source <- function(init, x, rank, weights, layout) {
  if (!is.character(init)) {
    given <- given_start(init, x, rank, weights, layout)
    return(function() given)
  }
  name <- check_choice(init, "init", start_names)
  if (name == "random") return(function() start_random(x, rank))
  check_rank(rank, x, name)
  x <- fill_missing(x, weights)
  if (name == "kmeans") return(function() start_kmeans(x, rank))
  parts <- nndsvd_parts(x, rank)
  function() fill_nndsvd(parts, name)
}

given_start <- function(init, x, rank, weights, layout) {
  is_fit <- inherits(init, "nmf_fit")
  init <- check_start_list(if (is_fit) unscaled_pair(init) else init)
  w <- check_start(init$w, "init$w", c(layout$dim[[1L]], rank), "features of `x` by `rank`")
  w <- order_rows(w, layout$names[[1L]], "init$w", "the features of `x`")
  w <- draw_unobserved(keep_rows(w, layout$rows))
  components <- colnames(w)
  if (is.null(init$h)) return(name_start(w, start_coef(w, x, weights), x, components))
  hint <- if (is_fit) "For a start on other data use init = list(w = basis(fit))."
  h <- check_start(init$h, "init$h", c(rank, layout$dim[[2L]]), "`rank` by samples of `x`", hint)
  h <- order_columns(h, layout$names[[2L]], "init$h", "the samples of `x`")
  h <- order_rows(h, components, "init$h", "the components of `init$w`")
  h <- t(draw_unobserved(t(keep_columns(h, layout$columns))))
  if (is.null(components)) components <- rownames(h)
  name_start(w, h, x, components)
}

# Refuses a given start from which nothing can grow. Multiplicative steps leave 0 at 0, so some w_k
# must meet data in the samples of its h_k. Least squares solvers find H from W, and coordinate
# descent also W from H where w_k is 0.
# `x` may have NA.
check_start_lives <- function(start, x, weights, solver) {
  if (meets_few(start, x, solver)) return(invisible())
  x <- fill_missing(x, weights)
  # Of most starts the first component meets the data, so no more than x times a vector is formed.
  for (k in seq_len(ncol(start$w))) {
    samples <- if (solver == "mu") start$h[k, ] > 0 else rep(TRUE, ncol(x))
    reached <- times_columns(x, cbind(as.double(samples)))[, 1L] > 0
    if (any(start$w[, k] > 0 & reached)) return(invisible())
  }
  without_basis <- start$h[colSums(start$w) == 0, column_sums(x) > 0]
  if (solver == "hals" && any(without_basis > 0)) return(invisible())
  stop_input("init", "a start of which some component meets the data",
             "a start whose components are all 0 where `x` is above 0",
             paste0("With solver = \"", solver, "\" they would stay 0. Use init = \"random\"."))
}

# Whether the first component meets what was observed of the first samples that it may have, as in
# nearly all starts: then no gap of x need be filled.
meets_few <- function(start, x, solver) {
  if (is_source(x)) return(FALSE)
  samples <- if (solver == "mu") which(start$h[1L, ] > 0) else seq_len(ncol(x))
  few <- as.matrix(x[, utils::head(samples, 16L), drop = FALSE])
  any(start$w[, 1L] > 0 & few > 0, na.rm = TRUE)
}

# The pair that a fit's F belongs to. With raw penalties that is not the scaled pair but the one
# from before the columns of W were scaled; for a meta-learned fit it is the pair as it is.
unscaled_pair <- function(fit) {
  pair <- list(w = fit$w, h = fit$h)
  divisor <- fit$scaling$divisor
  if (inherits(fit, "meta_nmf_fit") || length(divisor) != ncol(pair$w) ||
        all(divisor == 1)) return(pair)
  raised <- list(w = pair$w * rep(divisor, each = nrow(pair$w)), h = pair$h / divisor)
  # If no double can undo the scaling of a fit, the start is its scaled pair.
  sound <- is.finite(unlist(raised)) | is.na(unlist(pair))
  if (all(sound)) raised else pair
}

# Draws rows of NA, of which the fit behind the start observed nothing: each entry is U(0, 1) times
# the mean of its column.
draw_unobserved <- function(factor) {
  fresh <- !has_numbers(factor, "rows")
  if (!any(fresh)) return(factor)
  level <- if (all(fresh)) rep(1, ncol(factor)) else row_means(t(factor[!fresh, , drop = FALSE]))
  factor[fresh, ] <- stats::runif(sum(fresh) * ncol(factor)) * rep(level, each = sum(fresh))
  factor
}

# Starts made from data take a rating that was not observed for 0. On 2000 x 1500 planted ratings
# with 2 % stored, fits from "nndsvda" predicted the others with an error of 0.12 of their spread,
# as did the best of the random starts; from the other names the error was 4 to 1000 times the
# spread.
check_partial_init <- function(init) {
  if (!is.character(init) || !init[[1L]] %in% c("kmeans", "nndsvd", "nndsvdar")) return(invisible())
  stop_input("init", paste("\"random\", \"nndsvda\", a fit, or list(w =, h =) where only stored",
                           "entries were observed"), describe(init[[1L]]),
             "This start would take all others for 0. Use init = \"nndsvda\".")
}

# H = W'X multiplied so that W H is as near to X as possible. Multiplicative updates do this in
# their first step; coordinate descent would need several.
match_projection <- function(start) {
  p <- start$h / max(start$h)
  ratio <- sum(p^2) / sum(p * (crossprod(start$w) %*% p))
  if (is.finite(ratio) && ratio > 0) start$h <- start$h * ratio
  start
}

# H = W'X for a start that has W alone (m x r, a plain matrix), as a plain matrix.
start_coef <- function(w, x, weights = NULL) t(transposed_product(fill_missing(x, weights), w))

check_start_list <- function(init) {
  if (!is.list(init) || is.data.frame(init)) {
    names <- paste0("\"", start_names, "\"", collapse = ", ")
    stop_input("init", paste0(names, ", a fit, or list(w =, h =)"), describe(init))
  }
  if (!is.null(names(init))) check_names(init, c("w", "h"), "init")
  if (is.null(init$w)) {
    stop_input("init", "a list with an entry named `w` and, if wanted, one named `h`",
               "a list without `w`", "Use list(w = ); without `h` the start is h = t(w) %*% x.")
  }
  init
}

# One factor of a start as a double matrix. The shape is checked first, since a wrong shape explains
# most mistakes.
check_start <- function(factor, argument, shape, meaning, hint = NULL) {
  wanted <- paste0("a numeric matrix of ", shape[[1L]], " x ", shape[[2L]], " (", meaning, ")")
  if (!(is.matrix(factor) && (is.numeric(factor) || is.logical(factor)))) {
    if (methods::is(factor, "Matrix")) hint <- paste0("Use as.matrix(", argument, ").")
    stop_input(argument, wanted, describe(factor), hint)
  }
  if (!identical(dim(factor), as.integer(shape))) {
    if (identical(dim(factor), as.integer(rev(shape)))) {
      hint <- paste0("It is transposed: use t(", argument, ").")
    }
    stop_input(argument, wanted, describe(factor), hint)
  }
  check_entries(without_unobserved(factor, if (argument == "init$w") "rows" else "columns"),
                argument)
  storage.mode(factor) <- "double"
  factor
}
