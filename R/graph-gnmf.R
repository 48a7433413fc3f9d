#' Graph-regularised non-negative matrix factorisation
#'
#' Fits [nmf()] with a graph penalty, so that samples that are neighbours in a graph get similar
#' coefficients. An informative graph changes clusterings more than any other choice in this
#' package.
#'
#' \deqn{\min_{W, H \ge 0} \|X - WH\|^2 + \lambda Tr(H L H')}{
#'   min ||X - WH||^2 + lambda Tr(H L H'),  W, H >= 0}
#' is equation (2.34) of Khan (2025), after Cai et al. (2011), and belongs to `form = "raw"`. The
#' default is its scale-invariant form. [penalty_graph()] describes both and their updates.
#'
#' @inheritParams nmf
#' @inheritParams penalty_graph
#' @inheritSection penalty_graph A graph function in a saved fit
#' @param graph A symmetric non-negative n x n matrix of weights, or a function of the data that
#'   returns one. The default is [knn_graph()] with 5 neighbours and binary weights. For counts of
#'   cells or words use `function(x) knn_graph(x, metric = "cosine")`. Presets use [rbf_graph()],
#'   which carries almost no information on most data.
#' @param lambda Weight of the penalty, at least 0. `NULL`, the default, finds it from the data and
#'   the graph, see The default weight in [penalty_graph()]. Presets use 0.3.
#' @param form `"scale_invariant"` by default. Presets use `"raw"`.
#' @param ... Further arguments of [nmf()]: `init`, `loss`, `solver`, `missing`, `weights`,
#'   `known`, `n_start`, `samples`, `assay`, `max_iter`, `tol`, `threads`, `constraint`, `order`,
#'   `keep`, by their whole names.
#' @return An object of class `nmf_fit`, see [nmf()]; `trace` includes the penalty.
#' @section What a graph is worth:
#' The graph does the work, so an uninformative graph does harm. The numbers below are the NMI of
#' clusters with the known digits, in [digits], rank 10, seeds 1 to 3. `Rscript bench/digits.R` in
#' the sources prints them.
#' - Spectral clustering of the same graph, which uses nothing else, has 0.83 or 0.86, depending on
#'   the variant. In addition, `gnmf()` gives components that can be looked at.
#' - With noise of 0.4 fewer than half of the edges join equal digits. There `lambda = 100` has
#'   0.09 to 0.10, below plain NMF, and `lambda = 1` 0.40 to 0.43. k-means on the pixels has 0.44 to
#'   0.45. [select_lambda()] with `stability = TRUE` helps to choose the weight without labels.
#' - The published form becomes small when H shrinks and W grows, which leaves W H as it is. Its
#'   effect therefore fades with the iterations: the NMI is 0.79 to 0.85 after 1000 and 0.65 to 0.66
#'   after 10000. The scale-invariant form has 0.86 after either. Use `form = "raw"` to repeat
#'   published work, with its number of iterations.
#'
#' @section What the weight does: The table has the NMI of [cluster_samples()] with the known groups
#'   for `nmf()`, and for `gnmf()` with lambda 1, with 100 as in Cai et al. (2011), and with the
#'   default. `bench/graph-lambda.R` prints it. Graphs have 5 neighbours, and the cosine metric for
#'   cells. The rule for the default was made on the first five sets, whose numbers are means over
#'   seeds 1 to 3. The others were fitted after that, with seeds 1 to 10. With 100, five of the nine
#'   sets have a lower NMI than with `nmf()`. With the default two have: faces by 0.02 and tissues
#'   by 0.01.
#'
#'   | data | `nmf()` | 1 | 100 | default |
#'   | --- | --- | --- | --- | --- |
#'   | Digits | 0.665 | 0.845 | 0.860 | 4.8: 0.847 |
#'   | COIL20, 16 x 16 | 0.760 | 0.847 | 0.892 | 13: 0.883 |
#'   | Olivetti faces, 16 x 16 | 0.808 | 0.789 | 0.742 | 3.0: 0.788 |
#'   | Fashion-MNIST, 2000 | 0.543 | 0.594 | 0.554 | 4.0: 0.576 |
#'   | pbmc3k, log, 1000 genes | 0.722 | 0.764 | 0.671 | 0.46: 0.757 |
#'   | Golub, leukaemia | 0.430 | 0.567 | 0.230 | 0.30: 0.627 |
#'   | tissues (dslabs) | 0.897 | 0.919 | 0.825 | 4.3: 0.887 |
#'   | panc8 (bbknnR) | 0.642 | 0.720 | 0.590 | 0.65: 0.707 |
#'   | USPS, 1834 | 0.408 | 0.509 | 0.430 | 1.9: 0.517 |
#'
#' @section Presets: With `control = nmf_control(preset = "thesis")`, graph, lambda and form become
#'   those of the thesis unless they are given: `rbf_graph` of width 0.5, 0.3 and raw. `"author"`
#'   also changes the loss to KL and the update to the plain ratio, as in the public code of that
#'   thesis.
#' @section Errors and warnings: As [nmf()], and class `metanmf_error` for a graph that
#'   is not n x n, symmetric and non-negative, or whose names are not those of the samples, and for
#'   a negative lambda.
#' @inherit penalty_graph references
#' @seealso [knn_graph()], [rbf_graph()], [meta_gnmf()]
#' @examples
#' x <- scale_minmax(digits$x[, 1:200])
#' set.seed(1)
#' fit <- gnmf(x, rank = 10)
#' fit
#' nmi(cluster_samples(fit, 10), digits$labels[1:200])
#'
#' # Counts of 60 genes in 90 cells of three types: a graph by angles between cells
#' types <- rep(1:3, each = 30)
#' genes <- matrix(rgamma(60 * 3, 0.5), 60)
#' counts <- matrix(rpois(60 * 90, 3 * genes[, types]), 60)
#' cells <- gnmf(counts, 3, graph = function(x) knn_graph(x, metric = "cosine"))
#' nmi(cluster_samples(cells, 3), types)
#' @export
gnmf <- function(x, rank, ..., graph = knn_graph, lambda = NULL, form = "scale_invariant",
                 control = nmf_control()) {
  check_verb_dots(list(...), "gnmf", "nmf")
  check_given("x", "the data, features in rows and samples in columns")
  check_given("rank", "the number of components")
  if (inherits(x, "formula")) {
    stop_input("x", "a matrix or a data frame", "a formula",
               "Use nmf(formula, data, rank, penalty = penalty_graph(knn_graph)).")
  }
  check_control(control)
  given <- c(graph = !missing(graph), lambda = !missing(lambda), form = !missing(form))
  arguments <- gnmf_arguments(list(graph = graph, lambda = lambda, form = form), given,
                              control$preset, list(...))
  # Quoted, so that a traceback does not print the data.
  fit <- do.call(nmf, c(alist(x = x, rank = rank, control = control), arguments))
  fit$call <- short_call(match.call(), "gnmf")
  fit
}

# What gnmf() passes on to nmf(): the penalty, and the loss that a preset implies. `term`: graph,
# lambda and form; those that are not `given` are the preset's. `more` wins over the preset.
gnmf_arguments <- function(term, given, preset, more, verb = "gnmf") {
  if ("penalty" %in% names(more)) {
    stop_input("penalty", paste0("left out, since ", verb, "() makes it from graph and lambda"),
               describe(more$penalty),
               paste0("Use ", sub("gnmf", "nmf", verb), "(penalty = ) to give one yourself."))
  }
  if (!is.null(preset)) {
    published <- list(graph = rbf_graph, lambda = 0.3, form = "raw")
    term[names(published)[!given]] <- published[!given]
  }
  author <- identical(preset, "author")
  if (!"loss" %in% names(more)) more$loss <- if (author) "kl" else "frobenius"
  ratio <- author && identical(more$loss, "kl") && identical(term$form, "raw")
  more$penalty <- penalty_graph(term$graph, term$lambda, term$form, if (ratio) "ratio" else "root")
  more
}
