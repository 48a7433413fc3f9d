#' Graph-regularised non-negative matrix factorisation
#'
#' [nmf()] with a graph penalty and nothing more: samples that are neighbours in a
#' graph get similar coefficients. With a graph that says something about the samples
#' it changes clusterings more than any other choice in this package.
#'
#' \deqn{\min_{W, H \ge 0} \|X - WH\|^2 + \lambda Tr(H L H')}{
#'   min ||X - WH||^2 + lambda Tr(H L H'),  W, H >= 0}
#' is equation (2.34) of Khan (2025), after Cai et al. (2011): `form = "raw"`. The
#' default is its scale-invariant form, see [penalty_graph()] for both and for the updates.
#'
#' @inheritParams nmf
#' @inheritParams penalty_graph
#' @inheritSection penalty_graph A graph function in a saved fit
#' @param graph A symmetric non-negative n x n matrix of weights, or a function of the
#'   data that returns one. [knn_graph()] by default: 5 neighbours, binary weights.
#'   Under a preset [rbf_graph()], which carries next to no information on most data.
#' @param lambda Weight of the penalty, at least 0. `NULL`, the default, finds it from the data and
#'   the graph, see The default weight in [penalty_graph()]; 0.3 under a preset.
#' @param form `"scale_invariant"` by default, `"raw"` under a preset.
#' @param ... Further arguments of [nmf()]: `init`, `loss`, `solver`, `missing`, `weights`,
#'   `known`, `n_start`, `samples`, `assay`, `max_iter`, `tol`, `threads`, `constraint`, `order`,
#'   `keep`, by their whole names.
#' @return An object of class `nmf_fit`, see [nmf()]; `trace` includes the penalty.
#' @section What a graph is worth:
#' The graph does the work, so a graph that says little about the samples does harm. These numbers
#' are the NMI of clusters with the known digits, in [digits], rank 10, seeds 1 to 3;
#' `Rscript bench/digits.R` in the sources prints them:
#' - Spectral clustering of the same graph, which uses nothing else, has 0.83 or 0.86, depending on
#'   the variant. What `gnmf()` adds is components that can be looked at.
#' - With noise of 0.4 fewer than half of the edges join equal digits. There `lambda = 100` has
#'   0.09 to 0.10, below plain NMF, and `lambda = 1` 0.40 to 0.43. k-means on the pixels has 0.44 to
#'   0.45. [select_lambda()] with `stability = TRUE` helps to choose the weight without labels.
#' - The published form can be made small by shrinking H and growing W, which leaves W H as it is.
#'   So it fades with the iterations: 0.79 to 0.85 after 1000 and 0.65 to 0.66 after 10000. The
#'   scale-invariant form has 0.86 after either. Use `form = "raw"` to repeat published work, with
#'   its number of iterations.
#'
#' @section What the weight does: NMI of [cluster_samples()] with the known groups, means over
#'   seeds 1 to 3 (the first five sets, on which the rule was made) and 1 to 10 (the others,
#'   which were fitted once it was fixed), as `bench/graph-lambda.R` prints them: of `nmf()`, and
#'   of `gnmf()` at lambda 1, at 100 as in Cai et al. (2011), and at the default. 5 neighbours;
#'   cosine graphs for cells. At 100 five of the nine stand below `nmf()`; the default does on
#'   two, on faces by 0.02 and on tissues by 0.01.
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
#' @section Presets: With `control = nmf_control(preset = "thesis")` the graph, lambda
#'   and form that are not given become the thesis': `rbf_graph` of width 0.5, 0.3, raw.
#'   `"author"` also changes the loss to KL and the update to the plain ratio, as in
#'   that thesis' public code.
#' @section Errors and warnings: As [nmf()], and class `metanmf_error` for a graph that
#'   is not n x n, symmetric and non-negative, or whose names are not those of the samples, and for
#'   a negative lambda.
#' @inherit penalty_graph references
#' @seealso [knn_graph()], [rbf_graph()], [meta_gnmf()]
#' @examples
#' x <- scale_minmax(digits$x[, 1:200])
#' set.seed(1)
#' fit <- gnmf(x, rank = 10, control = nmf_control(max_iter = 100, tol = 0))
#' nmi(cluster_samples(fit, 10), digits$labels[1:200])
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
    stop_input("penalty", paste0("left out: ", verb, "() makes it from graph and lambda"),
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
