#' Which samples belong together in how many runs
#'
#' Fits from different starts put each sample into the cluster of its largest coefficient
#' (`predict(fit, type = "class")`). The **consensus** of two samples is the share of runs that put
#' them together (Brunet et al. 2004). If it is near 0 or 1, the runs agree.
#'
#' The consensus is n x n for n samples, and is made only if you ask for it: `agree[i, j]` is a
#' block of it, `as.matrix(agree)` is all of it, and [consensus_neighbours()] has its largest
#' entries as a sparse graph. What is kept is one class for each run and sample. From these classes
#' the following are computed exactly:
#' - the **dispersion** of Kim and Park (2007),
#'   \eqn{\rho = n^{-2} \sum_{ij} 4 (c_{ij} - 1/2)^2}{rho = sum_ij 4 (c_ij - 1/2)^2 / n^2}. It is 1
#'   if all entries are 0 or 1;
#' - the **cophenetic correlation** of Brunet et al. (2004): that of the distances
#'   \eqn{1 - c_{ij}}{1 - c_ij} with the distances in their tree by average linkage;
#' - the **silhouette**, the mean width (Rousseeuw 1987) of the clusters that the tree is cut into.
#'
#' Samples that were together in all runs form one leaf of the tree, which counts them, so that a
#' tree of few leaves stands for many samples. If there are more than `most` leaves, the tree is
#' made of `most` random samples, always the same ones, and each of the others joins the cluster
#' whose samples it was with most often.
#'
#' Neither number chooses a rank well: see Other criteria in [select_rank()].
#'
#' @param fit A fit by [nmf()] or [gnmf()] with `keep = "all"` and at least two runs; or a list of
#'   fits of the same samples, which may have different ranks.
#' @param ... Must be empty.
#' @param k Number of clusters that the tree is cut into. `NULL` (default) takes the rank.
#' @param most Largest number of leaves of the tree, 2000 by default. Time and memory grow with its
#'   square (32 MB for 2000).
#' @param x The result of `consensus()`.
#' @param i,j Numbers, names or `TRUE` and `FALSE` of samples.
#' @param row.names,optional As in [as.data.frame()].
#' @return An object of class `nmf_consensus`, a list: `runs`, the number of runs; `k`;
#'   `dispersion`, `cophenetic` (`NA` where all distances are equal) and `silhouette` (`NA` for one
#'   cluster, or more than there are leaves); `samples`, a data frame with a row for each sample:
#'   `sample` (its name, or number), `cluster` and `silhouette`, its own width (`NA` outside of the
#'   tree); `leaves`, the number of leaves; `order`, the samples in the tree in its order; and
#'   `classes`, runs x n, the component of each sample in each run. A sample without coefficients,
#'   or of which nothing was observed, has the class `NA` and is together with no other. A sample
#'   that has no class in any run has `NA` for its cluster, and counts in none of the numbers.
#'
#'   `agree[i, j]`, `as.matrix()`: numeric matrices of 0..1, named by the samples, with ones on the
#'   diagonal. `as.data.frame()`: `samples`.
#' @section Errors: Class `metanmf_error` for a fit that kept no factors, a single run, fits of
#'   different samples, fits of different ranks without `k`, and `k` above the number of samples.
#' @references Brunet, J.-P., Tamayo, P., Golub, T. R. and Mesirov, J. P. (2004). Metagenes and
#'   molecular pattern discovery using matrix factorization. *PNAS* 101(12), 4164-4169.
#'   \doi{10.1073/pnas.0308531101}
#'
#'   Kim, H. and Park, H. (2007). Sparse non-negative matrix factorizations via alternating
#'   non-negativity-constrained least squares for microarray data analysis. *Bioinformatics* 23(12),
#'   1495-1502. \doi{10.1093/bioinformatics/btm134}
#'
#'   Rousseeuw, P. J. (1987). Silhouettes: a graphical aid to the interpretation and validation of
#'   cluster analysis. *Journal of Computational and Applied Mathematics* 20, 53-65.
#'   \doi{10.1016/0377-0427(87)90125-7}
#' @seealso [runs()] for the agreement of bases, [plot.nmf_consensus()].
#' @examples
#' set.seed(1)
#' x <- scale_minmax(digits$x[, 1:200])
#' fit <- nmf(x, 6, n_start = 8, keep = "all", tol = 1e-3)
#' agree <- consensus(fit)
#' agree
#' agree[1:4, 1:4]
#' nmi(agree$samples$cluster, digits$labels[1:200])
#' @export
consensus <- function(fit, ..., k = NULL, most = 2000) {
  check_dots(list(...), "consensus")
  check_given("fit", "a fit that kept its runs, or a list of fits")
  most <- check_count(most, "most", 2)
  kept <- kept_of(fit, "consensus()")
  classes <- run_classes(kept)
  if (is.null(k)) k <- rank_of_runs(kept)
  k <- check_count(k, "k", maximum = ncol(classes))
  known <- which(colSums(!is.na(classes)) > 0)
  at <- known[tree_samples(classes[, known, drop = FALSE], most)]
  tree <- consensus_tree(classes[, at, drop = FALSE], k)
  clusters <- rep(NA_integer_, ncol(classes))
  widths <- rep(NA_real_, ncol(classes))
  clusters[at] <- tree$cluster
  widths[at] <- tree$widths
  if (length(at) < length(known)) {
    clusters[known] <- join_clusters(classes[, known, drop = FALSE], clusters[known])
  }
  names <- colnames(classes)
  samples <- data.frame(sample = if (is.null(names)) seq_len(ncol(classes)) else names,
                        cluster = clusters, silhouette = widths)
  structure(list(runs = nrow(classes), k = k,
                 dispersion = consensus_dispersion(classes[, known, drop = FALSE]),
                 cophenetic = tree$cophenetic, silhouette = tree$silhouette, samples = samples,
                 leaves = tree$leaves, order = at[tree$order], classes = classes),
            class = "nmf_consensus")
}

# The component with the largest coefficient of each sample in each run, runs x samples.
run_classes <- function(kept) {
  if (is.null(kept$h)) {
    stop_input("fit", "a fit that kept the factors of its runs", "a fit that kept their scores",
               "Use nmf(x, rank, n_start = 20, keep = \"all\").")
  }
  coefs <- Filter(Negate(is.null), kept$h)
  if (length(coefs) < 2L) {
    stop_input("fit", "a fit of at least two runs that did not fail", length(coefs),
               "Use nmf(x, rank, n_start = 20, keep = \"all\").")
  }
  counts <- vapply(coefs, ncol, 0L)
  if (all(counts == 0L)) {
    stop_input("fit", "fits with samples", "bases alone, from as_nmf()",
               "Use runs(fit), which compares the bases.")
  }
  if (any(counts != counts[[1L]])) {
    stop_input("fit", "fits of the same samples", paste("fits of", toString(unique(counts)),
                                                        "samples"))
  }
  names <- unlist(Filter(has_names, lapply(coefs, colnames))[1L])
  coefs <- lapply(coefs, order_columns, names, "fit", "the samples of the first fit")
  classes <- do.call(rbind, lapply(coefs, function(h) unname(largest_component(h))))
  dimnames(classes) <- if (!is.null(names)) list(NULL, names)
  classes
}

rank_of_runs <- function(kept) {
  ranks <- unique(vapply(Filter(Negate(is.null), kept$h), nrow, 0L))
  if (length(ranks) == 1L) return(ranks)
  stop_input("k", "given for fits of different ranks", paste("fits of rank", toString(ranks)),
             "Use consensus(fits, k = 5), the number of clusters.")
}

# Gives samples without a cluster (NA) to the cluster whose samples they were with most often.
join_clusters <- function(classes, clusters) {
  z <- memberships(classes)
  known <- which(!is.na(clusters))
  own <- outer(clusters[known], seq_len(max(clusters[known])), `==`)
  own <- own / rep(colSums(own), each = length(known))
  means <- Matrix::crossprod(z[known, , drop = FALSE], own)
  left <- which(is.na(clusters))
  clusters[left] <- max.col(as.matrix(z[left, , drop = FALSE] %*% means), ties.method = "first")
  clusters
}

#' @rdname consensus
#' @export
print.nmf_consensus <- function(x, ...) {
  shown <- function(value) if (is.na(value)) "NA" else format(round(value, 3), nsmall = 3)
  left <- sum(!is.na(x$samples$cluster)) - length(x$order)
  writeLines(c(
    paste0("consensus of ", x$runs, " runs, ", nrow(x$samples), " samples"),
    paste0("  dispersion ", shown(x$dispersion), ", cophenetic correlation ", shown(x$cophenetic),
           ", silhouette ", shown(x$silhouette)),
    paste0("  sizes of ", x$k, if (x$k == 1L) " cluster: " else " clusters: ",
           toString(tabulate(x$samples$cluster, x$k))),
    paste0("  tree of ", x$leaves, if (x$leaves == 1L) " leaf" else " leaves",
           if (left) paste0(", of ", length(x$order), " samples drawn from all"))))
  invisible(x)
}

#' @rdname consensus
#' @export
as.data.frame.nmf_consensus <- function(x, row.names = NULL, # nolint: object_name_linter.
                                        optional = FALSE, ...) {
  as.data.frame(x$samples, row.names = row.names)
}

#' @rdname consensus
#' @export
as.matrix.nmf_consensus <- function(x, ...) x[]

#' @rdname consensus
#' @export
`[.nmf_consensus` <- function(x, i, j) {
  n <- ncol(x$classes)
  places <- function(index, argument) {
    index_places(index, colnames(x$classes), n, argument, "samples")
  }
  rows <- if (missing(i)) seq_len(n) else places(i, "i")
  columns <- if (missing(j)) seq_len(n) else places(j, "j")
  consensus_block(x$classes, rows, columns)
}

#' The nearest samples by the consensus of runs
#'
#' Makes a sparse graph of the samples that were together in most runs. It is made from blocks of
#' the consensus, never from the n x n matrix, and can be given to [gnmf()] or [penalty_graph()].
#'
#' @param x The result of [consensus()].
#' @param k Number of neighbours of each sample, 15 by default. Among samples with the same
#'   consensus the first ones are taken. A sample that was together with fewer others has fewer
#'   neighbours.
#' @return A symmetric n x n `dgCMatrix` without diagonal, named by the samples: the consensus of
#'   each sample with its `k` nearest and with those that have it among theirs, 0 elsewhere.
#' @section Errors: Class `metanmf_error` for `k` that is not in 1..n-1.
#' @examples
#' set.seed(1)
#' x <- scale_minmax(digits$x[, 1:200])
#' fit <- nmf(x, 6, n_start = 8, keep = "all", tol = 1e-3)
#' near <- consensus_neighbours(consensus(fit), k = 5)
#' gnmf(x, 6, graph = near)
#' @export
consensus_neighbours <- function(x, k = 15) {
  check_given("x", "the result of consensus()")
  if (!inherits(x, "nmf_consensus")) stop_input("x", "made by consensus()", describe(x))
  n <- ncol(x$classes)
  k <- check_count(k, "k", maximum = max(1L, n - 1L))
  z <- memberships(x$classes)
  pairs <- lapply(split(seq_len(n), ceiling(seq_len(n) / 256)), function(columns) {
    # tcrossprod() of sparse matrices would store nearly all entries with twice the memory.
    together <- as.matrix(z %*% Matrix::t(z[columns, , drop = FALSE]))
    together[cbind(columns, seq_along(columns))] <- 0
    near <- lapply(seq_along(columns), function(own) {
      count <- together[, own]
      least <- sort(count, decreasing = TRUE, method = "quick")[[k]]
      at <- c(which(count > least), if (least > 0) which(count == least))
      at <- utils::head(at, k)
      cbind(at, rep(columns[[own]], length(at)), count[at])
    })
    do.call(rbind, near)
  })
  pairs <- do.call(rbind, pairs)
  low <- pmin(pairs[, 1L], pairs[, 2L])
  high <- pmax(pairs[, 1L], pairs[, 2L])
  once <- !duplicated(low + (high - 1) * n)
  graph_from_pairs(low[once], high[once], pairs[once, 3L] / nrow(x$classes), 0, x$classes)
}
