# Clusters of the samples, by k-means on the columns of H.

#' Cluster the samples of a factorisation
#'
#' Runs k-means on the columns of H, the samples' coefficients, and numbers the clusters by
#' decreasing size.
#'
#' k-means looks for k centres \eqn{c_1, \dots, c_k}{c_1, ..., c_k} with small
#' \eqn{\sum_j \min_l \|h_j - c_l\|^2}{sum_j min_l ||h_j - c_l||^2}, \eqn{h_j} being column j of
#' H. Each of `n_start` starts draws its centres among the columns by k-means++ (Arthur and
#' Vassilvitskii 2007): the first with equal probability, each further one with a probability in
#' proportion to its squared distance from the nearest centre so far. [stats::kmeans()] goes on
#' from there, and the start with the smallest sum is kept.
#'
#' The result says how many starts ended at that sum, `agreed`. If several did, more starts would
#' hardly find a better partition. If only one did, another call may well end elsewhere: raise
#' `n_start`, and report scores as means over several calls.
#'
#' Distances depend on the scale of H, and so do the clusters. Two scalings matter, and the result
#' states both. A fit scales the columns of W and multiplies the rows of H to match (`scaling$kind`
#' of the fit); with another scaling of W the rows of H have other weights. `normalise` decides
#' whether samples keep their length.
#'
#' There are clusters without k-means too. `predict(fit, type = "class")` gives the component with
#' the largest coefficient in each sample, and `coef(fit, type = "proportion")` says how much of
#' each sample belongs to each component.
#'
#' Clusters of equal size are numbered by their first sample, so equal partitions have equal
#' labels.
#'
#' @param fit A fit (class `nmf_fit`), or a numeric r x n matrix of coefficients: r components in
#'   rows, n samples in columns.
#' @param k Number of clusters, from 1 to the number of distinct columns of H. There is no default.
#'   If labels are known, it is usually their number.
#' @param n_start Number of random starts, at least 1. The default is 25: on six perfectly separated
#'   groups of counts one start in three found them, so a call with 25 starts hardly ever misses
#'   them. 25 starts take a tenth of a second on two thousand samples.
#' @param normalise `"none"` (default, as in the thesis) uses the columns of H as they are. `"l2"`
#'   divides each by its length first, so that only the mixture of components counts and not the
#'   brightness or size of a sample. A column of zeros stays zero.
#' @param algorithm `"Hartigan-Wong"` (default, since it finds the best minima per start), `"Lloyd"`
#'   or `"MacQueen"`, see [stats::kmeans()]. With as many clusters as samples, where Hartigan-Wong
#'   is not defined, `"Lloyd"` is used.
#' @param max_iter Largest number of iterations per start. The default is 100, since the 10 of
#'   [stats::kmeans()] are often too few for thousands of samples.
#' @param ... Must be empty.
#' @return A plain integer vector of length n with values 1 to k and the names of the samples. It is
#'   `NA` for samples of which nothing was observed. Its attribute `"kmeans"` says how it was found
#'   and prints itself. It is a list of `n_start`, `agreed` (the number of starts that ended at the
#'   sum of squares of the best, to eight digits), `algorithm`, `max_iter`, `scale_w` (the scaling
#'   of W behind H, `NA` for a plain matrix), `size` (samples of each cluster), `normalise`,
#'   `centers` (r x k), `within` (sum of squares of each cluster, in squared units of H), `total`
#'   (that of all samples about their mean) and `unobserved` (the number of samples that are `NA`).
#' @section Errors:
#'   A `metanmf_error` when `fit` is neither a fit nor a matrix of finite numbers, when an option
#'   is not among those listed, or when `k` exceeds the number of distinct columns. A warning of
#'   class `metanmf_not_converged` when the best start did not converge or lost a cluster.
#' @references
#' Arthur, D. and Vassilvitskii, S. (2007). k-means++: the advantages of careful seeding.
#' *Proceedings of the 18th ACM-SIAM Symposium on Discrete Algorithms*, 1027-1035.
#'
#' Hartigan, J. A. and Wong, M. A. (1979). A k-means clustering algorithm. Applied Statistics
#' 28, 100-108. \doi{10.2307/2346830}
#' @seealso [nmi()], [ari()], [purity()], [clustering_accuracy()]; [plot.nmf_fit()] with
#'   `type = "clusters"` draws the proportions of samples by group
#' @examples
#' set.seed(1)
#' fit <- nmf(iris[, 1:4], rank = 2, samples = "rows")
#' clusters <- cluster_samples(fit, k = 3)
#' attr(clusters, "kmeans")
#' table(clusters, iris$Species)
#' nmi(clusters, iris$Species)
#'
#' # Only the mixture of components counts, not the size of a flower
#' table(cluster_samples(fit, k = 3, normalise = "l2"), iris$Species)
#' @export
cluster_samples <- function(fit, k, n_start = 25, normalise = c("none", "l2"),
                            algorithm = c("Hartigan-Wong", "Lloyd", "MacQueen"),
                            max_iter = 100, ...) {
  check_dots(list(...), "cluster_samples")
  check_given("fit", "a fit, or a matrix of coefficients with samples in columns")
  check_given("k", "the number of clusters", "When labels are known, it is usually their number.")
  is_fit <- inherits(fit, "nmf_fit")
  if (is_fit) need_samples(fit, "fit", "cluster_samples()")
  h <- as.matrix(as_numbers(
    if (is_fit) fit$h else fit, "fit",
    "an nmf_fit, or a numeric matrix of coefficients with samples in columns"
  ))
  check_finite_matrix(without_unobserved(h, "columns"), "fit")
  cluster <- stats::setNames(rep(NA_integer_, ncol(h)), colnames(h))
  observed <- has_numbers(h, "columns")
  h <- h[, observed, drop = FALSE]
  k <- check_count(k, "k")
  n_start <- check_count(n_start, "n_start")
  normalise <- check_choice(normalise, "normalise", c("none", "l2"))
  algorithm <- check_choice(algorithm, "algorithm", c("Hartigan-Wong", "Lloyd", "MacQueen"))
  max_iter <- check_count(max_iter, "max_iter")

  unit <- if (normalise == "l2") 1 else kmeans_unit(h)
  points <- if (normalise == "l2") unit_columns(h) else h / unit
  found <- best_kmeans(points, k, n_start, algorithm, max_iter)

  by_size <- order(-found$size, match(seq_len(k), found$cluster))
  cluster[observed] <- match(found$cluster, by_size)
  structure(
    cluster,
    kmeans = structure(class = "kmeans_run", list(
      unobserved = sum(!observed),
      n_start = n_start, agreed = found$agreed, algorithm = found$algorithm,
      max_iter = max_iter, scale_w = if (is_fit) fit$scaling$kind else NA_character_,
      normalise = normalise, size = found$size[by_size],
      centers = unname(t(found$centers[by_size, , drop = FALSE]) * unit),
      within = found$withinss[by_size] * unit^2, total = found$totss * unit^2
    ))
  )
}

# Dividing by a power of two changes no bit, but keeps the squares within a double.
kmeans_unit <- function(h) if (any(h != 0)) 2^floor(log2(max(abs(h)))) else 1

# The best of several runs of k-means on the columns of `h`, each from its own k-means++ start,
# with `agreed`, the number of starts that ended at its sum of squares.
best_kmeans <- function(h, k, n_start, algorithm, max_iter) {
  points <- t(h)
  if (!has_distinct(points, k)) stop_few_points(k, nrow(unique(points)))
  squares <- column_squares(h)
  sums <- numeric(n_start)
  for (i in seq_len(n_start)) {
    centres <- t(seed_centres(h, k, squares, usable = rep(TRUE, ncol(h))))
    # Columns that differ by rounding alone can be drawn twice; R then draws distinct ones. It
    # would take one number for a count.
    if (k == 1L || anyDuplicated(centres)) centres <- k
    run <- run_kmeans(points, k, algorithm, max_iter, centres)
    sums[[i]] <- run$tot.withinss
    if (i == 1L || sums[[i]] < best$tot.withinss) best <- run
  }
  warn_unfinished(best, k, max_iter)
  best$agreed <- sum(sums <= best$tot.withinss * (1 + 1e-8))
  best
}

# stats::kmeans() without its many warnings; `centres` are k rows, or k to have R draw them.
run_kmeans <- function(points, k, algorithm, max_iter, centres, n_start = 1) {
  # Hartigan-Wong refuses as many clusters as points.
  if (k == nrow(points) && algorithm == "Hartigan-Wong") algorithm <- "Lloyd"
  found <- withCallingHandlers(
    tryCatch(
      stats::kmeans(points, centres, iter.max = max_iter, nstart = n_start,
                    algorithm = algorithm),
      # Columns that differ by rounding alone leave a cluster empty.
      error = function(condition) {
        stop_few_points(k, nrow(unique(points)),
                        paste("stats::kmeans() says:", conditionMessage(condition)))
      }
    ),
    warning = function(condition) invokeRestart("muffleWarning")
  )
  found$algorithm <- algorithm
  found
}

# One warning of ours when the best run ended early or lost a cluster.
warn_unfinished <- function(found, k, max_iter) {
  if (any(found$size == 0L)) {
    warn_kmeans(paste0("k-means ended with ", sum(found$size > 0L), " clusters, not ", k, "."))
  } else if (!is.null(found$ifault) && found$ifault != 0L) {
    warn_kmeans(paste0("k-means did not converge within `max_iter` = ", max_iter,
                       " iterations in its best start."))
  }
}

# Are there k distinct rows? One column usually decides, and comparing whole rows is slow.
has_distinct <- function(points, k) {
  for (j in seq_len(ncol(points))) {
    if (length(unique(points[, j])) >= k) return(TRUE)
  }
  nrow(unique(points)) >= k
}

stop_few_points <- function(k, distinct, hint = NULL) {
  stop_input("k", paste0("at most ", distinct, ", the number of distinct columns of H"), k,
             paste(c("Use a smaller `k`.", hint), collapse = "\n"))
}

warn_kmeans <- function(message) {
  hint <- "Raise `max_iter` or `n_start`, or use another `algorithm`."
  warning(structure(
    list(message = paste0(message, "\n", hint), call = NULL),
    class = c("metanmf_not_converged", "warning", "condition")
  ))
}

#' @export
print.kmeans_run <- function(x, ...) {
  w <- switch(as.character(x$scale_w), max = "columns of W at maximum 1",
              l2 = "columns of W at unit length", sum = "columns of W at sum 1",
              none = "W not scaled", "scaling of W not known")
  h <- switch(x$normalise, none = "columns of H as they are", l2 = "columns of H at unit length")
  count <- function(n, what) paste0(n, " ", what, if (n != 1L) "s")
  lines <- c(
    paste0(count(length(x$size), "cluster"), " of ", count(sum(x$size), "sample"), ": ",
           toString(x$size),
           if (sum(x$unobserved)) paste0("; nothing observed of ", count(x$unobserved, "more"))),
    paste("within / total sum of squares", format(sum(x$within), digits = 4), "/",
          format(x$total, digits = 4)),
    paste0("k-means, ", x$algorithm, ", ", count(x$n_start, "start"),
           if (x$n_start > 1L) paste0(", of which ", x$agreed, " ended at this sum")),
    paste0(w, ", ", h)
  )
  writeLines(strwrap(lines, 90L, exdent = 2L))
  invisible(x)
}
