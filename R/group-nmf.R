#' Group NMF: what tasks share, and what each has of its own
#'
#' Factorises several data sets of the same features at once,
#' \deqn{X_i \approx W H_i + B_i G_i,}{X_i ~ W H_i + B_i G_i,} into a basis W that all tasks share
#' and private columns \eqn{B_i} that each task has for itself: batches, instruments, subjects,
#' studies that add something of their own to the same signal.
#'
#' The objective is \deqn{F = \sum_i \alpha_i \|X_i - W H_i - B_i G_i\|^2,}{
#' F = sum_i alpha_i |X_i - W H_i - B_i G_i|^2,} all factors non-negative: group NMF of Lee and Choi
#' (2009). An iteration moves \eqn{[H_i; G_i]} of every task as [nmf()] moves H, with the basis
#' \eqn{[W\ B_i]}{[W B_i]}; from the sums \eqn{P_i = X_i S_i'} and \eqn{A_i = S_i S_i'} that this
#' leaves, \eqn{S_i = [H_i; G_i]}, it then moves W by
#' \eqn{\sum_i \alpha_i (P_i^H - B_i A_i^{GH})}{sum_i alpha_i (P_i^H - B_i A_i^GH)} and
#' \eqn{\sum_i \alpha_i A_i^{HH}}{sum_i alpha_i A_i^HH}, and each \eqn{B_i} by its own
#' \eqn{P_i^G - W A_i^{HG}}{P_i^G - W A_i^HG} and \eqn{A_i^{GG}}{A_i^GG}. Every step lowers F, and
#' nothing of the size of X is made. With `private = 0` it is [nmf()] of all columns, to the last
#' bit where [block_source()] cuts them at the borders of the tasks.
#'
#' @section When it pays: Where every task adds several patterns of its own, and new data come with
#'   others: there [predict()][predict.group_nmf_fit()] keeps W, fits new private columns, and hands
#'   back the coefficients without them. Where tasks are alike it costs a little, so the number of
#'   private columns has no default. Too many cost less than too few.
#'
#' @param tasks A named list of at least two matrices (m x n_i) with the same features; what
#'   [split_tasks()] made, of which it takes the tasks and not the target; or one m x n matrix with
#'   `batch`. Dense or sparse, see [data_matrices]; where some are sparse all are taken as sparse.
#' @param rank The number r of shared components.
#' @param private The number q of private columns: one for all tasks, or one for each (by name,
#'   where both have names). It cannot be above a task's number of samples or features.
#' @param batch For one matrix: a factor with the task of each sample.
#' @param task_weights The weights alpha: `"equal"` (default), or a number of at least 0 for each
#'   task. A task of weight 2 counts like the same task twice.
#' @param init As in [nmf()], for W and H of all columns. Private columns start near the 10 %
#'   quantile of each feature in their task.
#' @param solver `"auto"` (default) or `"hals"`, see [nmf()].
#' @param n_start Number of starts; the best after 20 iterations is gone on with. `NULL` (default):
#'   3 for starts by chance, else 1.
#' @param samples Where the tasks have their samples: in their `"columns"` (default) or `"rows"`.
#' @param ... Must be empty. What follows is matched by its whole name only.
#' @inheritParams nmf
#' @return An object of class `group_nmf_fit`, which is an `nmf_fit` ([nmf()]): `w` is W (m x r) and
#'   `h` holds all \eqn{H_i} (r x n), in the order of the samples of the matrix with `batch` or of
#'   the tasks one after the other. Beside the fields of every fit it has
#' - `private`: for each task `list(w = B_i, h = G_i)`, m x q_i and q_i x n_i, its samples in the
#'   order that they have in `h`;
#' - `tasks`: a factor of length n, the task of each sample;
#' - `task_weights`: the alpha of each task;
#' - `task_losses`: for each task its share of F, without its weight.
#'
#' [basis()] and [coef()][coef.nmf_fit()] give W and H, their product is what is shared;
#' [fitted()][fitted.nmf_fit()], [residuals()][fitted.nmf_fit()] and [deviance()][nmf_fit] are those
#' of the whole model, private parts included.
#' @section Errors: Class `metanmf_error` for tasks that do not have the same features (it names the
#'   task and the features), one task alone, more private columns than a task has samples or
#'   features, weights that are negative or all 0, and bad entries as in [nmf()]. A task of zeros is
#'   legal. A `tol` not reached is the warning `metanmf_not_converged`.
#' @references Lee, H. and Choi, S. (2009). Group nonnegative matrix factorization for EEG
#'   classification. *Proceedings of the 12th International Conference on Artificial Intelligence
#'   and Statistics (AISTATS)*, 320-327.
#' @seealso [predict.group_nmf_fit()] for new data, [meta_nmf()] for Algorithm 1.
#' @examples
#' # Three batches of digits, each with a light of its own from one side
#' set.seed(1)
#' x <- scale_minmax(digits$x[, 1:240])
#' batch <- rep(c("a", "b", "c"), each = 80)
#' light <- cbind(a = rep(7:0, 8), b = rep(0:7, 8), c = rep(0:7, each = 8)) / 7
#' x <- x + light[, batch] * rep(runif(240), each = 64)
#' fit <- group_nmf(x, rank = 8, private = 1, batch = batch, max_iter = 50, tol = 0)
#' fit
#' round(cor(fit$private$a$w, light[, "a"]), 2)
#' @export
group_nmf <- function(tasks, rank, private, ..., batch = NULL, task_weights = "equal",
                      init = "random", solver = c("auto", "hals"), control = nmf_control(),
                      n_start = NULL, samples = c("columns", "rows"), max_iter = NULL,
                      tol = NULL) {
  check_verb_dots(list(...), "group_nmf")
  check_given("rank", "the number of shared components")
  check_given("private", "the number of private columns of each task")
  given <- read_tasks(tasks, batch, NULL, "error", samples)
  rank <- check_count(rank, "rank")
  private <- check_private(private, given)
  alpha <- check_task_weights(task_weights, given$names)
  control <- raise_options(check_control(control), list(max_iter = max_iter, tol = tol))
  bound <- bound_data(given)
  spec <- check_spec(check_loss("frobenius"), if (length(solver) == 2L) "hals" else solver, NULL,
                     control, bound)
  spec$init <- start_name(init)
  spec[c("sorts", "call", "samples")] <-
    list(is_free_order("share", init, NULL, control, NULL), short_call(match.call(), "group_nmf"),
         given$samples)
  plan <- group_plan(given$data, rank, private, alpha, spec)
  state <- best_group_start(init, n_start, bound, given, plan)
  state <- run_group(state, plan, control$max_iter - length(state$trace), group_tol(control))
  warn_unless_settled(state, control)
  new_group_fit(state, plan, bound, given)
}

# The options of a fall of F alone.
group_tol <- function(control) {
  if (is.null(control$tol)) settled_alone[["frobenius"]] else control$tol
}

warn_unless_settled <- function(state, control) {
  if (state$converged || identical(control$tol, 0)) return(invisible())
  warn_not_converged(paste0("The fit did not converge in ", control$max_iter, " iterations.\n",
                            "Raise max_iter or the tolerance in nmf_control(), or set it to 0 to ",
                            "run a\nfixed number of iterations without this warning."))
}

check_task_weights <- function(weights, names) {
  if (is.character(weights)) {
    check_choice(weights, "task_weights", "equal")
    return(rep(1, length(names)))
  }
  if (!is_number(weights) || length(weights) != length(names) || !all(is.finite(weights)) ||
        any(weights < 0) || !any(weights > 0)) {
    stop_input("task_weights", paste("\"equal\", or a number of at least 0 for each of the",
                                     length(names), "tasks, one of them above 0"),
               describe(weights), "A task of weight 0 has no say in W.")
  }
  if (has_names(names(weights))) {
    weights <- weights[name_at(names(weights), names, "task_weights", "the tasks")]
  }
  as.double(unname(weights))
}
