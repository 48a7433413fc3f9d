#' Graph penalty
#'
#' Asks samples that are neighbours in a graph to have similar coefficients. For the
#' penalty argument of [nmf()]; [gnmf()] is the short form. With `on = "w"` the same for
#' features and the basis, W and H exchanged throughout.
#'
#' With the graph's weights \eqn{S_{ij}}{S_ij} and
#' \eqn{q_k = \sum_{i<j} S_{ij} (h_{ki} - h_{kj})^2}{q_k = sum_(i<j) S_ij (h_ki - h_kj)^2}, which
#' is \eqn{h_k L h_k'} for the graph's Laplacian \eqn{L = D - S}, the objective becomes
#'
#' - `form = "scale_invariant"` (default): \eqn{F + \lambda \sum_k \|w_k\|^2 q_k}{
#'   F + lambda sum_k |w_k|^2 q_k},
#' - `form = "raw"`: \eqn{F + \lambda \sum_k q_k}{F + lambda sum_k q_k}, the penalty being
#'   \eqn{\lambda Tr(H L H')}{lambda Tr(H L H')} of Cai et al. (2011), equation (2.34) of
#'   Khan (2025).
#'
#' The raw form has no minimiser: shrinking H and growing W lowers it while the fit
#' stays as it is, so given enough iterations it fades away. The scale-invariant form takes
#' each row of H at unit length of its column of W and cannot be escaped that way.
#'
#' @section Updates: Frobenius: \eqn{H \leftarrow H \circ (W'X + \lambda G_{kk} H S) /
#'   (W'W H + \lambda G_{kk} H D)}{H <- H * (W'X + lambda G_kk H S) / (W'W H + lambda G_kk H D)}
#'   with \eqn{G = W'W} (raw: 1 for \eqn{G_{kk}}{G_kk}) with `solver = "mu"`. The default for
#'   the scale-invariant form, `"cg"`, moves all of H together: one turn of coordinate descent finds
#'   which entries are 0; conjugate gradients, at most 20 turns, move all others at once; what falls
#'   below 0 is put there, and the move halved until F falls, so that F never rises. X is read twice
#'   in an iteration. A factor without a graph or smooth penalty moves as with `"hals"`.
#'   KL: the positive root of
#'   \eqn{2 \rho h^2 + b h - g = 0}{2 rho h^2 + b h - g = 0}, which never raises the
#'   objective, or, with `step = "ratio"`, the plain ratio of the thesis author's code,
#'   which can; his `lambda` corresponds to half of it in the objective.
#'
#' @section The default weight: Neighbours count as much as they are nearer than others:
#'   \deqn{\lambda = \frac{\mbox{mean squared distance of all pairs of samples}}{
#'         \mbox{mean squared distance of neighbours}} - 1,}{
#'         lambda = (mean squared distance of all pairs of samples) /
#'                  (mean squared distance of neighbours) - 1,}
#'   the neighbours' mean weighed by S. If samples scatter about what they share with
#'   their neighbours, that is the part of their squared distances that is no scatter, over that
#'   which is. Distances are taken of `x` as it is fitted (missing entries filled with means, as for
#'   the graph), of samples at unit length where the graph was made by
#'   `knn_graph(metric = "cosine")`, and Euclidean for every other graph, as for a matrix of your
#'   own. The result is kept between 0.01, which neighbours no nearer than others and graphs
#'   without edges get, and 100, which samples get that equal their neighbours. No second fit is
#'   made, and nothing is drawn. With the Kullback-Leibler divergence and [nb_loss()], whose
#'   curvature is 1 / z where that of least squares is 2, it is divided by
#'   \eqn{2 \sum x^2 / \sum x}{2 sum(x^2) / sum(x)}, so that it keeps its meaning in other units of
#'   `x`. In the raw form the number is the same, and means what it says at unit length of
#'   the columns of W only. It knows nothing of k or of the size of the weights: a graph of
#'   15 neighbours, or of binary weights, pulls harder at the same lambda than one of 5, or of heat
#'   weights. `fit$model$lambda` is what was found.
#'
#' @section A graph function in a saved fit: R keeps a function together with the environment
#'   that it was made in, and so does a fit. One that is written inside another function, such as
#'   `function(x) knn_graph(x, k)`, brings all variables of that function into the file of
#'   [saveRDS()], data included. To keep the file small write it at top level, where only its own
#'   text is saved, or give [knn_graph()] itself or a matrix.
#' @param graph A symmetric non-negative n x n matrix of weights between the n samples
#'   (dense or any class of package Matrix), or a function of the data that returns one,
#'   by default [knn_graph()]. A function is called once for each data set, in this session,
#'   and kept in the fit, so that new data, tasks and targets each get a graph of their own.
#'   Samples of which nothing was observed are not in the data that a function gets, and their part
#'   of a matrix plays none ([nmf()]).
#' @param lambda Weight of the penalty, at least 0. `NULL`, the default, finds it from the data and
#'   the graph, see below. It has no units in the scale-invariant form of the Frobenius loss. 100 is
#'   the value of Cai et al. (2011), which does harm on much data (see the table in [gnmf()]).
#'   [select_lambda()] says which weights predict best, and which give stable clusters.
#' @param form `"scale_invariant"` or `"raw"`, see below.
#' @param step For the KL loss: `"root"` (default) or `"ratio"` (raw form only).
#' @param on `"h"` (default): a graph of the samples, n x n, on the rows of H. `"w"`: a
#'   graph of the features, m x m, on the columns of W; a function is called with `t(x)`.
#' @param ... Must be empty: an unknown argument is an error that names the nearest one.
#' @return A list of class `nmf_penalty`.
#' @section Errors: Class `metanmf_error` for a negative or non-numeric `lambda`, an
#'   unknown form, `"ratio"` with the scale-invariant form, and, once the data are known, a
#'   graph that is not n x n, symmetric and non-negative.
#' @references Cai, D., He, X., Han, J. and Huang, T. S. (2011). Graph Regularized
#'   Nonnegative Matrix Factorization for Data Representation. *IEEE TPAMI* 33(8),
#'   1548-1560. \doi{10.1109/TPAMI.2010.231}
#' @examples
#' x <- scale_minmax(digits$x[, 1:150])
#' set.seed(1)
#' fit <- nmf(x, 10, penalty = penalty_graph(knn_graph, lambda = 10))
#' nmi(cluster_samples(fit, 10), digits$labels[1:150])
#' @export
penalty_graph <- function(graph = knn_graph, lambda = NULL,
                          form = c("scale_invariant", "raw"), step = c("root", "ratio"),
                          on = c("h", "w"), ...) {
  check_dots(list(...), "penalty_graph")
  if (!(is.function(graph) || length(dim(graph)) == 2L)) {
    stop_input("graph", "a matrix of weights or a function of the data", describe(graph),
               graph_hint(graph))
  }
  step <- check_choice(step, "step", c("root", "ratio"))
  # Without a weight it is found once the data are known, see engine_penalty().
  lambda <- if (is.null(lambda)) NA_real_ else check_number(lambda, "lambda", 0)
  penalty <- new_penalty("graph", 0, form, on, graph = graph, step = step)
  penalty$lambda <- lambda
  if (step == "ratio" && !(penalty$form == "raw" && penalty$on == "h")) {
    stop_input("step", "\"root\" with the scale-invariant form and on W", "\"ratio\"",
               "The plain ratio is defined for form = \"raw\", on = \"h\" only.")
  }
  penalty
}

new_penalty <- function(kind, lambda, form, on, ..., sides = c("h", "w")) {
  structure(list(kind = kind, lambda = check_number(lambda, "lambda", 0),
                 form = check_choice(form, "form", c("scale_invariant", "raw")),
                 on = check_choice(on, "on", sides), ...), class = "nmf_penalty")
}
