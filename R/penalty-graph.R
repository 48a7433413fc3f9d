#' Graph penalty
#'
#' Gives samples that are neighbours in a graph similar coefficients. It is for the `penalty`
#' argument of [nmf()]; [gnmf()] is the short form. With `on = "w"` it does the same for features
#' and the basis; exchange W and H in what follows.
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
#' The raw form has no minimiser: when H shrinks and W grows it becomes smaller while W H stays as
#' it is, so with enough iterations it fades away. The scale-invariant form takes each row of H at
#' unit length of its column of W and does not fade.
#'
#' @section Updates: With the Frobenius loss and `solver = "mu"`,
#'   \eqn{H \leftarrow H \circ (W'X + \lambda G_{kk} H S) /
#'   (W'W H + \lambda G_{kk} H D)}{H <- H * (W'X + lambda G_kk H S) / (W'W H + lambda G_kk H D)}
#'   with \eqn{G = W'W} (in the raw form 1 replaces \eqn{G_{kk}}{G_kk}). The default for the
#'   scale-invariant form, `"cg"`, moves all of H together. One turn of coordinate descent finds
#'   which entries are 0. Conjugate gradients, at most 20 turns, move all others at once. Entries
#'   that would fall below 0 become 0, and the step is halved until F falls, so F never rises. X is
#'   read twice in an iteration. A factor without a graph or smooth penalty moves as with `"hals"`.
#'
#'   With the Kullback-Leibler loss, entries become the positive root of
#'   \eqn{2 \rho h^2 + b h - g = 0}{2 rho h^2 + b h - g = 0}, which never raises the objective. With
#'   `step = "ratio"` they follow the plain ratio of the thesis author's code, which can raise it.
#'   His `lambda` corresponds to half of it in the objective.
#'
#' @section The default weight: The nearer neighbours are, compared with other samples, the more
#'   they count:
#'   \deqn{\lambda = \frac{\mbox{mean squared distance of all pairs of samples}}{
#'         \mbox{mean squared distance of neighbours}} - 1,}{
#'         lambda = (mean squared distance of all pairs of samples) /
#'                  (mean squared distance of neighbours) - 1,}
#'   where the mean over neighbours is weighted by S. Suppose that samples scatter about a value
#'   that they share with their neighbours. Then lambda is the share of squared distances that is
#'   not due to scatter, divided by the share that is.
#'
#'   Distances are those of `x` as it is fitted, with missing entries filled with means as for the
#'   graph. Samples have unit length if the graph was made by `knn_graph(metric = "cosine")`; for
#'   all other graphs, including a matrix of your own, distances are Euclidean. The result is kept
#'   between 0.01 (neighbours that are no nearer than others, graphs without edges) and 100 (samples
#'   that equal their neighbours). No second fit is needed, and nothing is drawn.
#'
#'   With the Kullback-Leibler divergence and [nb_loss()] the curvature is 1 / z where that of least
#'   squares is 2. There lambda is divided by \eqn{2 \sum x^2 / \sum x}{2 sum(x^2) / sum(x)}, so it
#'   does not depend on the units of `x`. The raw form gets the same number, which has this meaning
#'   only if the columns of W have unit length. The rule does not look at k or at the size of the
#'   weights: at the same lambda, a graph of 15 neighbours or of binary weights pulls harder than
#'   one of 5 or of heat weights. `fit$model$lambda` is the number found.
#'
#' @section A graph function in a saved fit: R keeps a function together with the environment in
#'   which it was made, and so does a fit. A function that is written inside another one, such as
#'   `function(x) knn_graph(x, k)`, brings all variables of that other function, including data,
#'   into the file of [saveRDS()]. To keep the file small, write it at top level, where only its own
#'   text is saved, or give [knn_graph()] itself or a matrix.
#' @param graph A symmetric non-negative n x n matrix of weights between the n samples (dense or any
#'   class of package Matrix), or a function of the data that returns one. The default is
#'   [knn_graph()]. A function is called once for each data set, in this session, and kept in the
#'   fit, so that new data, tasks and targets get graphs of their own. Samples of which nothing was
#'   observed are not in the data that a function gets, and their rows and columns of a matrix are
#'   ignored ([nmf()]).
#' @param lambda Weight of the penalty, at least 0. `NULL`, the default, finds it from the data and
#'   the graph, see The default weight. It has no units in the scale-invariant form of the Frobenius
#'   loss. 100 is the value of Cai et al. (2011), which does harm on much data (see the table in
#'   [gnmf()]). [select_lambda()] says which weights predict best and which give stable clusters.
#' @param form `"scale_invariant"` or `"raw"`, see below.
#' @param step For the Kullback-Leibler loss: `"root"` (default) or `"ratio"` (raw form only).
#' @param on `"h"` (default) for a graph of the samples, n x n, on the rows of H. `"w"` for a graph
#'   of the features, m x m, on the columns of W; a function is then called with `t(x)`.
#' @param ... Must be empty. An unknown argument is an error that suggests the nearest one.
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
