#' Group NMF: what tasks share, and what each has of its own
#'
#' Factorises several data sets of the same features at once,
#' \deqn{X_i \approx W H_i + B_i G_i,}{X_i ~ W H_i + B_i G_i,} into a basis W that all tasks share
#' and private columns \eqn{B_i} of each task. Tasks are batches, instruments, subjects or studies
#' that add something of their own to the same signal.
#'
#' The objective is \deqn{F = \sum_i \alpha_i \|X_i - W H_i - B_i G_i\|^2,}{ F = sum_i alpha_i |X_i
#' - W H_i - B_i G_i|^2,} with all factors non-negative. This is group NMF of Lee and Choi (2009).
#' An iteration updates \eqn{[H_i; G_i]} of every task as [nmf()] updates H, with the basis \eqn{[W\
#' B_i]}{[W B_i]}. From the sums \eqn{P_i = X_i S_i'} and \eqn{A_i = S_i S_i'} with \eqn{S_i = [H_i;
#' G_i]}, it then updates W by \eqn{\sum_i \alpha_i (P_i^H - B_i A_i^{GH})}{sum_i alpha_i (P_i^H -
#' B_i A_i^GH)} and \eqn{\sum_i \alpha_i A_i^{HH}}{sum_i alpha_i A_i^HH}, and each \eqn{B_i} by
#' \eqn{P_i^G - W A_i^{HG}}{P_i^G - W A_i^HG} and \eqn{A_i^{GG}}{A_i^GG}. No step raises F, and
#' nothing of the size of X is allocated. With `private = 0` the fit is that of [nmf()] of all
#' columns, to the last bit if [block_source()] cuts them at the borders of the tasks, and if a
#' penalty ties no samples.
#'
#' @section When it pays: It pays if every task adds several patterns of its own, and new data come
#'   with others. Then [predict()][predict.group_nmf_fit()] keeps W, fits new private columns, and
#'   returns the coefficients without them. If tasks are alike, private columns cost a little
#'   accuracy, so their number has no default. Too many cost less than too few, but in tasks of few
#'   samples they cost a lot as well. The table has mixtures of three known parts, in three tasks of
#'   7 (spectra of sugars) or 14 samples (genes in tissues) with p additive patterns of their own,
#'   each as strong as the mixtures: the correlation with the true parts, the mean of 20 draws. The
#'   best three of all components are those that the truth points out. All other figures are in
#'   `vignette("learning-across-studies")`, and `bench/studies/run.R` in the package's repository
#'   makes all of its tables again.
#'
#' | | sugars: p = 0 | p = 1 | p = 2 | tissues: p = 0 | p = 1 | p = 2 |
#' | --- | --- | --- | --- | --- | --- | --- |
#' | `nmf()` | 0.99 | 0.53 | 0.37 | 0.99 | 0.28 | 0.23 |
#' | `nmf()`, rank r + p | 0.98 | 0.73 | 0.69 | 1.00 | 0.50 | 0.53 |
#' | `nmf()`, rank r + 3p, best r | 0.98 | 0.98 | 0.92 | 0.99 | 0.99 | 0.99 |
#' | `private = 1` | 0.90 | 0.94 | 0.63 | 0.87 | 0.99 | 0.52 |
#' | `private = 2` | 0.88 | 0.78 | 0.81 | 0.82 | 0.92 | 0.98 |
#' | `private = 3` | 0.87 | 0.69 | 0.69 | 0.74 | 0.82 | 0.89 |
#'
#' @section What it costs: With the same iterations 1.4 to 2.5 times the processor time of an
#'   [nmf()] whose rank is r + q, the number of components that a sample has here, from one start,
#'   and 1.7 to 3.0 times from the default three (64 x 1797 in 15 tasks, 1000 x 2000 and 2000 x 500
#'   in 5, 500 x 5000 in 10; `bench/group-cost.R`), the most for many small tasks. Beside an `nmf()`
#'   whose rank is the number of all columns of W and the \eqn{B_i}{B_i} it is 0.5 to 1.5 times. No
#'   vector of a fit is as large as X.
#'
#' @section Penalties: Penalties lie on W and on the \eqn{H_i}{H_i}, in the units of [nmf()] of all
#'   samples. Private columns and their coefficients carry none. A penalty on \eqn{H_i}{H_i} is part
#'   of the term of task i and has its weight. The fits that find `task_weights` have the same
#'   penalties, and so have new data, see [predict()][predict.group_nmf_fit()]. Exact orthogonality
#'   is not offered, because its step gives each sample one component among all of its columns,
#'   private ones included.
#'
#'   A graph of samples is a function, which is called for each task, or a matrix over the samples
#'   of all tasks, in the order of `h`. Its edges may join samples of two tasks; such an edge has
#'   the product of the weights of its tasks. \eqn{H_i}{H_i} moves while its neighbours in other
#'   tasks stay, so that no step raises F. A graph of features is a matrix. Graphs need a
#'   `lambda`, since each task would find another one.
#'
#' @param tasks A named list of at least two matrices (m x n_i) with the same features, or the
#'   result of [split_tasks()], whose target is ignored, or one m x n matrix with `batch`. Matrices
#'   are dense or sparse, see [data_matrices]. If some are sparse, all are taken as sparse. Some or
#'   all tasks of a list may be a [block_source()]. These are read once in each iteration, and no
#'   more than a few of their blocks are in memory at a time.
#' @param rank The number r of shared components.
#' @param private The number q of private columns: one number for all tasks, or one for each
#'   (matched by name, if both have names). It cannot be above a task's number of samples or
#'   features.
#' @param batch For one matrix, a factor with the task of each sample.
#' @param task_weights The weights alpha: `"equal"` (default), `"loto"`, `"loss"`, or a number of
#'   at least 0 for each task, see [task_weights]. A task of weight 2 counts like the same task
#'   twice.
#' @param init As in [nmf()], for W and H of all columns, except `"kmeans"`, which needs all of them
#'   at once. Private columns start near the 10 % quantile of each feature in their task, taken from
#'   at most 1000 of its samples, evenly spaced.
#' @param weights `NULL` (default), or a list with the weights of each task's entries, samples or
#'   features, each as in [nmf()] or `NULL`. For one matrix, the weights are those of [nmf()]. An
#'   entry with weight 0 is treated as missing.
#' @param missing `"error"` (default), or `"mask"`, with which entries that are `NA` are left out.
#' @param loss As in [nmf()], except [nb_loss()], whose dispersions belong to one data set.
#' @param solver `"hals"`, `"mu"`, or `"auto"` (default), which is `"hals"` for least squares and
#'   `"mu"` otherwise. The multiplicative updates of W are
#'   \eqn{W \circ \sum_i \alpha_i P_i^H / (W K + \sum_i \alpha_i B_i A_i^{GH})}{
#'   W * sum_i alpha_i P_i^H / (W K + sum_i alpha_i B_i A_i^GH)} with K as above. Zeros are not
#'   brought back (`revive_zeros` in [nmf_control()]).
#' @param n_start Number of starts. The best of them after 20 iterations is continued. `NULL`
#'   (default) means 3 random starts, or 1 if the start is not random.
#' @param samples Whether the tasks have their samples in their `"columns"` (default) or `"rows"`.
#' @param penalty `NULL` (default), or penalties on W and on the \eqn{H_i}{H_i}, made by
#'   [penalties] or [penalty_graph()], alone or in a list, see Penalties.
#' @param max_iter,tol Those of [nmf_control()]. `NULL` takes the values in `control`.
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
#' [basis()] and [coef()][coef.nmf_fit()] return W and H, whose product is what tasks share.
#' [fitted()][fitted.nmf_fit()], [residuals()][fitted.nmf_fit()] and [deviance()][nmf_fit] are those
#' of the whole model, private columns included.
#' @section Errors: Class `metanmf_error` for tasks that do not have the same features (it names the
#'   task and the features), for one task alone, for more private columns than a task has samples or
#'   features, for weights that are negative or all 0, and for bad entries as in [nmf()]. Also for a
#'   block source with `batch`, and for sources with `weights`, with workers ([use_workers()]), or
#'   that are dense while other tasks are sparse. A task of zeros is legal. If `tol` is not reached,
#'   there is a warning of class `metanmf_not_converged`.
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
                      weights = NULL, init = "random", loss = c("frobenius", "kl", "is"),
                      solver = c("auto", "mu", "hals"), control = nmf_control(),
                      missing = c("error", "mask"), n_start = NULL,
                      samples = c("columns", "rows"), max_iter = NULL, tol = NULL,
                      penalty = NULL) {
  check_verb_dots(list(...), "group_nmf")
  check_given("rank", "the number of shared components")
  check_given("private", "the number of private columns of each task")
  missing <- check_choice(missing, "missing", c("error", "mask"))
  given <- read_tasks(tasks, batch, weights, missing, samples)
  rank <- check_count(rank, "rank")
  private <- check_private(private, given)
  control <- raise_options(check_control(control), list(max_iter = max_iter, tol = tol))
  loss <- check_group_loss(loss)
  solver <- check_choice(solver, "solver", c("auto", "mu", "hals"))
  penalties <- check_group_penalty(penalty, given)
  spec <- group_spec(loss, solver, control, given, init, penalties = penalties)
  spec$call <- short_call(match.call(), "group_nmf")
  fit_groups(given, rank, private, task_weights, spec, init, n_start)
}

# The model of a group fit of these tasks; `tied`: the lambda of integrative NMF.
group_spec <- function(loss, solver, control, tasks, init, tied = NULL, penalties = NULL) {
  for (one in tasks$data) check_loss_data(loss, one, control, "tasks")
  solver <- if (solver != "auto") solver else if (loss == "frobenius") "hals" else "mu"
  bound <- bound_data(tasks)
  refuse_source_start(init, bound$x, "a group fit")
  spec <- check_spec(loss, solver, penalties, control, bound)
  c(spec, list(tied = tied, lambda = group_lambda(penalties, tasks, loss),
               init = start_name(init), samples = tasks$samples,
               sorts = is_free_order("share", init, NULL, control, NULL)))
}

# Weights of the tasks, starts, the loop and the fit that it ends with.
fit_groups <- function(tasks, rank, private, task_weights, spec, init, n_start) {
  tasks <- penalised_tasks(tasks, spec)
  alpha <- choose_task_weights(task_weights, tasks, rank, private, spec)
  bound <- bound_data(tasks)
  plan <- group_plan(tasks$data, rank, private, alpha, spec)
  state <- best_group_start(init, n_start, bound, tasks, plan)
  left <- spec$control$max_iter - length(state$trace)
  state <- run_group(state, plan, left, stop_rule(plan), TRUE)
  warn_unless_settled(state, spec$control)
  new_group_fit(state, plan, bound, tasks)
}

# All tasks share one loss, and the dispersions of nb_loss() belong to the data of one fit.
check_group_loss <- function(loss) {
  loss <- check_loss(loss)
  if (loss != "nb") return(loss)
  stop_input("loss", "one that is not nb_loss() for a group fit", format(loss),
             "Use loss = \"kl\" for counts.")
}
