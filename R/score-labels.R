# Scores that compare two labellings of the same samples. All of them are made
# from the counts of the pairs of labels that occur.

#' Normalised mutual information of two labellings
#'
#' Measures how much one labelling tells about the other, from 0 (nothing) to 1 (all of it, up to
#' the names of the labels). It is the score in the tables of the thesis.
#'
#' With \eqn{n_{ij}}{n_ij} samples that have label i in `a` and j in `b`, \eqn{a_i} and \eqn{b_j}
#' their sums over j and i, and n samples in all,
#' \deqn{I = \sum_{ij} \frac{n_{ij}}{n} \log \frac{n \, n_{ij}}{a_i b_j}, \quad
#'   H(a) = -\sum_i \frac{a_i}{n} \log \frac{a_i}{n}, \quad
#'   H(a, b) = -\sum_{ij} \frac{n_{ij}}{n} \log \frac{n_{ij}}{n},}{
#'   I = sum_ij n_ij/n log(n n_ij / (a_i b_j)),   H(a) = -sum_i a_i/n log(a_i/n),
#'   H(a, b) = -sum_ij n_ij/n log(n_ij/n),}
#' and the score is I divided by
#'
#' | variant | divisor |
#' | --- | --- |
#' | `"arithmetic"` | (H(a) + H(b)) / 2 |
#' | `"geometric"` | sqrt(H(a) H(b)), Strehl and Ghosh (2002) |
#' | `"min"` | min(H(a), H(b)) |
#' | `"max"` | max(H(a), H(b)) |
#' | `"joint"` | H(a, b) |
#'
#' Vinh, Epps and Bailey (2010) compare the five. If both labellings have a single label each, they
#' agree and the score is 1. If only one of them has a single label, it tells nothing and the score
#' is 0, for every variant. The score is not corrected for chance, so with many small clusters it is
#' well above 0 for random labels; [ari()] is corrected.
#'
#' @param a,b Labels of the same n samples: vectors (integer, character, logical, ...), factors, or
#'   results of [cluster_samples()]. Samples are matched by name if both have names, else by
#'   position. Only which samples share a label matters, not what the labels are. Samples that are
#'   `NA` in one of them are left out, and a message says how many.
#' @param variant The divisor, see the table. The default is `"arithmetic"`. It lies between the
#'   others, and it is also scikit-learn's default, so most published figures can be compared with
#'   it.
#' @return One number from 0 to 1.
#' @section Errors:
#'   A `metanmf_error` when `a` or `b` is not a vector or factor, or is empty, when their
#'   lengths or the names of their samples differ, when no sample has a label in both, or when
#'   `variant` is unknown.
#' @references
#' Strehl, A. and Ghosh, J. (2002). Cluster ensembles - a knowledge reuse framework for combining
#' multiple partitions. Journal of Machine Learning Research 3, 583-617.
#'
#' Vinh, N. X., Epps, J. and Bailey, J. (2010). Information theoretic measures for clusterings
#' comparison: variants, properties, normalization and correction for chance. Journal of Machine
#' Learning Research 11, 2837-2854.
#' @seealso [cluster_samples()], [ari()], [purity()], [clustering_accuracy()]
#' @examples
#' truth <- c("a", "a", "a", "b", "b", "c")
#' nmi(c(2, 2, 2, 1, 1, 3), truth) # the same partition under other names
#' nmi(c(1, 1, 2, 2, 2, 2), truth)
#' nmi(c(1, 1, 2, 2, 2, 2), truth, variant = "joint")
#' @export
nmi <- function(a, b, variant = c("arithmetic", "geometric", "min", "max", "joint")) {
  variant <- check_choice(variant, "variant", c("arithmetic", "geometric", "min", "max", "joint"))
  pairs <- count_pairs(a, b)
  single <- c(length(pairs$in_a), length(pairs$in_b)) == 1L
  if (any(single)) return(as.numeric(all(single)))

  n <- sum(pairs$count)
  # As doubles: the product of two counts can pass the largest integer.
  expected <- as.double(pairs$in_a[pairs$a]) * pairs$in_b[pairs$b]
  information <- sum(pairs$count / n * log(pairs$count * as.double(n) / expected))
  h_a <- entropy(pairs$in_a)
  h_b <- entropy(pairs$in_b)
  divisor <- switch(variant,
    arithmetic = (h_a + h_b) / 2, geometric = sqrt(h_a * h_b), min = min(h_a, h_b),
    max = max(h_a, h_b), joint = entropy(pairs$count)
  )
  min(1, max(0, information / divisor)) # rounding can leave [0, 1]
}

#' Adjusted Rand index of two labellings
#'
#' Measures the share of pairs of samples on which two labellings agree, corrected for chance. It is
#' 1 for equal partitions, 0 on average for random ones, and below 0 for less agreement than that.
#'
#' With \eqn{n_{ij}}{n_ij}, \eqn{a_i}, \eqn{b_j} and n as in [nmi()] and \eqn{c(x) = x (x - 1) / 2},
#' \deqn{ARI = \frac{\sum_{ij} c(n_{ij}) - E}{\frac{1}{2} (A + B) - E}, \quad
#'   A = \sum_i c(a_i), \quad B = \sum_j c(b_j), \quad E = A B / c(n),}{
#'   ARI = (sum_ij c(n_ij) - E) / ((A + B) / 2 - E),
#'   A = sum_i c(a_i),  B = sum_j c(b_j),  E = A B / c(n),}
#' equation 5 of Hubert and Arabie (1985). If the divisor is 0 (both labellings have one cluster, or
#' both have a cluster per sample), the partitions are equal and the index is 1.
#'
#' @inheritParams nmi
#' @return One number, at most 1 and at least -1.
#' @section Errors:
#'   A `metanmf_error` when `a` or `b` is not a vector or factor, or is empty, when their lengths
#'   or the names of their samples differ, or when no sample has a label in both.
#' @references
#' Hubert, L. and Arabie, P. (1985). Comparing partitions. Journal of Classification 2, 193-218.
#' \doi{10.1007/BF01908075}
#' @seealso [nmi()], [purity()], [clustering_accuracy()]
#' @examples
#' ari(c(2, 2, 2, 1, 1, 3), c("a", "a", "a", "b", "b", "c"))
#' ari(c(1, 1, 2, 2), c(1, 2, 1, 2))
#' @export
ari <- function(a, b) {
  pairs <- count_pairs(a, b)
  choose_two <- function(count) sum(count * (count - 1) / 2)
  together <- choose_two(pairs$count)
  in_a <- choose_two(pairs$in_a)
  in_b <- choose_two(pairs$in_b)
  # A single sample makes no pair; it is one cluster on both sides.
  expected <- if (in_a > 0) in_a * in_b / choose_two(sum(pairs$count)) else 0
  divisor <- (in_a + in_b) / 2 - expected
  if (divisor == 0) 1 else (together - expected) / divisor
}

#' Purity of clusters
#'
#' Measures the share of samples whose label is the most frequent one in their cluster.
#'
#' \deqn{\frac{1}{n} \sum_i \max_j n_{ij},}{1/n sum_i max_j n_ij,} where \eqn{n_{ij}}{n_ij} samples
#' of cluster i have label j. Splitting clusters never lowers it, and a cluster for each sample has
#' purity 1. Compare it only between results with the same number of clusters.
#'
#' @param clusters Cluster of each of n samples: a vector, a factor or the result of
#'   [cluster_samples()].
#' @param labels Known labels of the same n samples: a vector or factor. Samples are matched by
#'   name if both have names, else by position. Samples that are `NA` here or in `clusters` are left
#'   out, and a message says how many.
#' @return One number above 0 and at most 1.
#' @section Errors:
#'   A `metanmf_error` when `clusters` or `labels` is not a vector or factor, or is empty, when
#'   their lengths or the names of their samples differ, or when no sample has a label in both.
#' @references
#' Zhao, Y. and Karypis, G. (2004). Empirical and theoretical comparisons of selected criterion
#' functions for document clustering. Machine Learning 55, 311-331.
#' \doi{10.1023/B:MACH.0000027785.44527.d6}
#' @seealso [nmi()], [ari()], [clustering_accuracy()]
#' @examples
#' purity(c(1, 1, 1, 2, 2, 2), c("a", "a", "b", "b", "b", "c"))
#' @export
purity <- function(clusters, labels) {
  pairs <- count_pairs(clusters, labels, c("clusters", "labels"))
  sum(vapply(split(pairs$count, pairs$a), max, 0L)) / sum(pairs$count)
}

#' Accuracy of clusters under the best matching to labels
#'
#' Gives every cluster one label, no label twice, so that as many samples as possible are right, and
#' measures their share.
#'
#' \deqn{\frac{1}{n} \max_{\pi} \sum_i n_{i \pi(i)},}{1/n max_pi sum_i n_i,pi(i),} where
#' \eqn{\pi}{pi} are all one-to-one maps between clusters and labels and \eqn{n_{ij}}{n_ij} samples
#' of cluster i have label j. This is the accuracy AC of Cai et al. (2011). If there are more
#' clusters than labels, the clusters left over count as wrong, so it never exceeds [purity()]. The
#' matching is found by the Hungarian method in [clue::solve_LSAP()]; the package clue must be
#' installed.
#'
#' @inheritParams purity
#' @return One number above 0 and at most 1.
#' @section Errors:
#'   A `metanmf_error` for input as in [purity()]; one of class `metanmf_missing_package` when
#'   clue is not installed.
#' @references
#' Cai, D., He, X., Han, J. and Huang, T. S. (2011). Graph regularized nonnegative matrix
#' factorization for data representation. IEEE Transactions on Pattern Analysis and Machine
#' Intelligence 33, 1548-1560. \doi{10.1109/TPAMI.2010.231}
#'
#' Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research Logistics
#' Quarterly 2, 83-97. \doi{10.1002/nav.3800020109}
#' @seealso [nmi()], [ari()], [purity()]
#' @examplesIf requireNamespace("clue", quietly = TRUE)
#' clustering_accuracy(c(1, 1, 1, 2, 2, 2), c("a", "a", "b", "b", "b", "c"))
#' @export
clustering_accuracy <- function(clusters, labels) {
  pairs <- count_pairs(clusters, labels, c("clusters", "labels"))
  check_installed("clue", "clustering_accuracy()")
  counts <- matrix(0, length(pairs$in_a), length(pairs$in_b))
  counts[cbind(pairs$a, pairs$b)] <- pairs$count
  if (nrow(counts) > ncol(counts)) counts <- t(counts) # solve_LSAP wants the long side across
  match <- as.integer(clue::solve_LSAP(counts, maximum = TRUE))
  sum(counts[cbind(seq_along(match), match)]) / sum(counts)
}

# The pairs of labels that occur: `count` of each, its labels `a` and `b` as whole
# numbers, and the sizes `in_a`, `in_b` of all labels. Only pairs that occur are
# kept, so that many small clusters on both sides need no large table.
count_pairs <- function(a, b, arguments = c("a", "b")) {
  check_label_vector(a, arguments[[1L]])
  check_label_vector(b, arguments[[2L]])
  if (length(a) != length(b)) {
    stop_input(arguments[[2L]], paste0("as long as `", arguments[[1L]], "`, ", length(a)),
               paste(length(b), "labels"), "Both must label the same samples in the same order.")
  }
  b <- order_labels(b, names(a), arguments[[2L]],
                    paste0("the samples of `", arguments[[1L]], "`"))
  labelled <- which_labelled(a, b, arguments)
  a <- match(a[labelled], unique(a[labelled]))
  b <- match(b[labelled], unique(b[labelled]))
  pair <- a + (b - 1) * max(a)
  first <- !duplicated(pair)
  list(count = tabulate(match(pair, pair[first])), a = a[first], b = b[first],
       in_a = tabulate(a), in_b = tabulate(b))
}

# Samples that have a label on both sides. Those of which nothing was observed have none.
which_labelled <- function(a, b, arguments) {
  labelled <- !is.na(a) & !is.na(b)
  names <- paste0("`", arguments, "`", collapse = " or ")
  if (!any(labelled)) {
    stop_input(arguments[[1L]],
               paste0("labels of samples of which `", arguments[[2L]], "` has labels, too"),
               "NA wherever the other has none")
  }
  if (!all(labelled)) {
    tell(paste0("Compared without ", count_unobserved(c(sample = sum(!labelled))), " of ",
                length(a), ", without a label in ", names, "."))
  }
  which(labelled)
}

check_label_vector <- function(value, argument) {
  if (!is.atomic(value) || length(value) == 0L || length(dim(value)) > 1L) {
    stop_input(argument, "a vector or factor with a label per sample", describe(value))
  }
}

check_labels <- function(value, argument) {
  check_label_vector(value, argument)
  missing <- which(is.na(value))
  if (length(missing)) {
    given <- paste0(length(missing), " NA (first at ", toString(utils::head(missing, 3L)), ")")
    stop_input(argument, "labels without NA", given,
               "Leave those samples out of both labellings.")
  }
}

entropy <- function(count) {
  share <- count / sum(count)
  -sum(share * log(share))
}
