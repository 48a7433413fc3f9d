#' Integrative NMF
#'
#' Factorises several data sets of the same features with one basis that each of them may change:
#' \deqn{F = \sum_i \alpha_i \left(\|X_i - (W + V_i) H_i\|^2 + \lambda \|V_i H_i\|^2\right),}{
#' F = sum_i alpha_i (|X_i - (W + V_i) H_i|^2 + lambda |V_i H_i|^2),} all factors non-negative
#' (Yang and Michailidis, 2016). This is the model of package rliger.
#'
#' The loop is that of [group_nmf()], with the private coefficients tied to \eqn{H_i}. H is updated
#' with the Gram matrix \eqn{(W + V_i)'(W + V_i) + \lambda V_i' V_i}{
#' (W + V_i)'(W + V_i) + lambda V_i'V_i}; W from the sums of \eqn{P_i - V_i A_i} and \eqn{A_i};
#' \eqn{V_i} from \eqn{P_i - W A_i} and \eqn{(1 + \lambda) A_i}{(1 + lambda) A_i}. No step
#' raises F.
#'
#' Here the change that a task makes to W has the same coefficients as W. If tasks add patterns with
#' gains of their own (light, contamination, sources of one batch), use [group_nmf()].
#'
#' @param lambda The weight of the tasks' own changes in F, a number of at least 0 without units.
#'   With `lambda = 0`, W and \eqn{V_i} are not identified: what all \eqn{V_i} share could be moved
#'   to W without changing F, so that W depends on the start.
#' @param penalty `NULL` (default), or penalties on W and on the \eqn{H_i}{H_i}, as in
#'   [group_nmf()]. The \eqn{V_i} carry none, and scale-invariant penalties on \eqn{H_i}{H_i} weigh
#'   by the lengths of the columns of W alone.
#' @inheritParams group_nmf
#' @param solver `"auto"` (default), which is `"hals"`, or `"mu"`.
#' @return An object of class `inmf_fit`, which is a `group_nmf_fit` ([group_nmf()]): `private` has
#'   for each task `list(w = V_i, h = H_i)`, m x r and r x n_i, and `model$tied` is lambda. The
#'   objective includes it and penalties, and the deviance does not.
#'   [predict()][predict.group_nmf_fit()] fits a \eqn{V_e} for new data beside \eqn{H_e}, or none
#'   with `private = 0`.
#' @section Errors: As in [group_nmf()], and for a lambda below 0. Missing values and weights of
#'   entries are not offered: use [group_nmf()], or `task_weights` for whole tasks.
#' @references Yang, Z. and Michailidis, G. (2016). A non-negative matrix factorization method for
#'   detecting modules in heterogeneous omics multi-modal data. *Bioinformatics* 32(1),
#'   1-8. \doi{10.1093/bioinformatics/btv544}
#' @seealso [group_nmf()]
#' @examples
#' set.seed(1)
#' x <- scale_minmax(digits$x[, 1:200])
#' fit <- inmf(x, 5, lambda = 5, batch = rep(1:2, 100), max_iter = 20, tol = 0)
#' fit
#' @export
inmf <- function(tasks, rank, lambda, ..., batch = NULL, task_weights = "equal", init = "random",
                 solver = c("auto", "mu", "hals"), control = nmf_control(), n_start = NULL,
                 samples = c("columns", "rows"), max_iter = NULL, tol = NULL, penalty = NULL) {
  check_verb_dots(list(...), "inmf")
  check_given("rank", "the number of components")
  check_given("lambda", "the weight of the tasks' own parts, such as 5")
  given <- read_tasks(tasks, batch, NULL, NULL, samples)
  rank <- check_count(rank, "rank")
  lambda <- check_number(lambda, "lambda", 0)
  control <- raise_options(check_control(control), list(max_iter = max_iter, tol = tol))
  solver <- check_choice(solver, "solver", c("auto", "mu", "hals"))
  penalties <- check_group_penalty(penalty, given)
  spec <- group_spec(check_loss("frobenius"), solver, control, given, init, lambda, penalties)
  spec$call <- short_call(match.call(), "inmf")
  fit_groups(given, rank, rep(0L, length(given$data)), task_weights, spec, init, n_start)
}
