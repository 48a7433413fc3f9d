# The features that characterise a component: those of the largest weight, or the most specific
# ones.

#' Top features of each component
#'
#' Lists the features that tell what a component is: the words of a topic, the marker genes of a
#' programme, the wavelengths of a source. `by = "weight"` lists the largest entries of each column
#' of W. These are often features that are large everywhere. `by = "specific"` lists features that
#' are large in this component *and* small in the others.
#'
#' Specificity is the FREX score of Bischof and Airoldi (2012). Let
#' \eqn{p_{ik} = w_{ik} / \sum_l w_{lk}}{p_ik = w_ik / sum_l w_lk} be the share of feature i in
#' column k, and \eqn{e_{ik} = p_{ik} / \sum_c p_{ic}}{e_ik = p_ik / sum_c p_ic} its exclusivity: 1
#' for a feature of this component alone, 1/r for one that all r components share alike. With
#' \eqn{F_k(p)} and \eqn{E_k(e)} the proportions of features whose share, and exclusivity, in
#' component k is at most as large, \deqn{s_{ik} = \frac{2}{1 / F_k(p_{ik}) + 1 / E_k(e_{ik})},}{
#' s_ik = 2 / (1 / F_k(p_ik) + 1 / E_k(e_ik)),} the score is their harmonic mean. It is at most 1,
#' and near 1 only if both are high. Measures of exclusivity alone, such as the entropy of Kim and
#' Park (2007), put features first that occur once and in one component. The score compares ranks,
#' so it does not depend on units, and texts and expression profiles are treated alike. On 500
#' simulated cells of six types, whose markers are eight times as high as in other types, 48 % of
#' the ten most specific genes were markers, and 3 % of the ten largest. Shares, exclusivity and
#' specificity do not depend on the scaling of W.
#'
#' Ties are in the order of the features. A feature whose weight is 0 is never listed, so a
#' component of a sparse basis can have fewer than n rows, and a dead component has none. Features
#' of which nothing was observed (`NA` in W) are left out.
#'
#' @param fit A fit (class `nmf_fit`), or a non-negative m x r matrix W with a component in each
#'   column.
#' @param n Number of features for each component, at least 1. The default is 10, which fits a line
#'   or a screen. With n above m, all features that have a weight are listed.
#' @param by `"weight"` (default) or `"specific"`.
#' @param ... Must be empty.
#' @return A data frame of class `top_features`, which prints as a table of names with a column for
#'   each component. It has one row for each component and place: `component` (a factor with the
#'   fit's names in the fit's order), `rank` (1 is first), `feature` (its name; its number as text
#'   where W has no row names), `weight` (the entry of W, in its scaling), `exclusivity`
#'   and `specificity` as above. `as.data.frame()` drops the class.
#' @section Errors: Class `metanmf_error` if `fit` is neither a fit nor a matrix of finite
#'   non-negative numbers, if `n` is not a whole number of at least 1, and for another `by`.
#' @references
#' Bischof, J. M. and Airoldi, E. M. (2012). Summarizing topical content with word frequency and
#' exclusivity. *Proceedings of the 29th International Conference on Machine Learning*.
#'
#' Kim, H. and Park, H. (2007). Sparse non-negative matrix factorizations via alternating
#' non-negativity-constrained least squares for microarray data analysis. *Bioinformatics* 23,
#' 1495-1502. \doi{10.1093/bioinformatics/btm134}
#' @seealso [plot.nmf_fit()] with `type = "features"` draws them as bars.
#' @examples
#' # Three planted topics over twelve words; "the" is frequent in all of them
#' words <- c("the", "ship", "sea", "sail", "wind", "court", "judge", "law", "bread", "salt",
#'            "oven", "flour")
#' set.seed(1)
#' topics <- cbind(sea = c(6, 4, 5, 3, 2, rep(0.2, 7)),
#'                 court = c(6, rep(0.2, 4), 5, 4, 3, rep(0.2, 4)),
#'                 kitchen = c(6, rep(0.2, 7), 4, 3, 2, 5))
#' x <- matrix(rpois(12 * 60, topics %*% matrix(rexp(180), 3)), 12, dimnames = list(words, NULL))
#' fit <- nmf(x, 3, loss = "kl", n_start = 5)
#' top_features(fit, 4)
#' top_features(fit, 4, by = "specific")
#' @export
top_features <- function(fit, n = 10, by = c("weight", "specific"), ...) {
  check_dots(list(...), "top_features")
  check_given("fit", "a fit, or a matrix with a basis in its columns")
  w <- check_basis(fit, "fit")
  n <- check_count(n, "n")
  by <- check_choice(by, "by", c("weight", "specific"))
  components <- names_or(colnames(w), "c", ncol(w))
  features <- names_or(rownames(w), "", nrow(w))
  known <- which(has_numbers(w, "rows"))
  w <- w[known, , drop = FALSE]
  exclusive <- exclusivity(w)
  specific <- frex(w, exclusive)
  sorted_by <- if (by == "weight") w else specific
  rows <- lapply(seq_len(ncol(w)), function(k) {
    some <- which(w[, k] > 0)
    best <- utils::head(some[order(-sorted_by[some, k])], n)
    data.frame(component = rep(k, length(best)), rank = seq_along(best),
               feature = features[known[best]], weight = unname(w[best, k]),
               exclusivity = exclusive[best, k], specificity = specific[best, k])
  })
  found <- do.call(rbind, rows)
  found$component <- factor(components[found$component], unique(components))
  structure(found, class = c("top_features", "data.frame"),
            none = setdiff(levels(found$component), found$component))
}

# How much of a feature belongs to each component, when all components are scaled to sum 1.
exclusivity <- function(w) {
  shares <- unname(column_shares(w))
  total <- rowSums(shares)
  shares / ifelse(total > 0, total, 1)
}

# Columns are divided by their sums, whatever their units; columns of zeros stay.
column_shares <- function(w) {
  w <- scale_to_maximum(w)
  sums <- colSums(w)
  w / rep(ifelse(sums > 0, sums, 1), each = nrow(w))
}

frex <- function(w, exclusive) {
  high <- function(values) rank(values, ties.method = "max") / length(values)
  frequent <- apply(unname(w), 2L, high)
  alone <- apply(exclusive, 2L, high)
  matrix(2 / (1 / frequent + 1 / alone), nrow(w))
}

#' @export
print.top_features <- function(x, ...) {
  needed <- c("component", "rank", "feature")
  if (!all(needed %in% names(x)) || !is.factor(x$component) || !nrow(x)) {
    print(structure(x, class = "data.frame"), ...)
    return(invisible(x))
  }
  # A table cut from a larger one has the components of its rows alone.
  each <- split(valid_text(as.character(x$feature)), droplevels(x$component))
  shown <- vapply(each, function(names) c(names, rep("", max(lengths(each)) - length(names))),
                  character(max(lengths(each))))
  shown <- matrix(shorten(shown, 24L), ncol = length(each),
                  dimnames = list(seq_len(max(lengths(each))), shorten(names(each), 24L)))
  print(noquote(shown), ...)
  none <- valid_text(attr(x, "none"))
  if (length(none)) {
    writeLines(strwrap(paste("no feature has a weight in", toString(none)), 100L, exdent = 2L))
  }
  invisible(x)
}
