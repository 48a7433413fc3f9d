#' Meta-learned non-negative matrix factorisation
#'
#' Learns a basis from many small tasks and one larger target, as a start for unseen data. This is
#' Algorithm 1 of Khan (2025).
#'
#' An epoch factorises every task \eqn{X_{si}}{X_si}, starting from
#' \eqn{(W_{si}, H_{si})}{(W_si, H_si)}, and the target \eqn{X_t}, starting from
#' \eqn{(W_t, H_t)}. It scales the columns of each W and then transfers,
#' \deqn{W_{si} \leftarrow W_{si} + W_t, \quad H_{si} = W_{si}' X_{si},}{
#'   W_si <- W_si + W_t,  H_si = W_si' X_si,}
#' \deqn{W_t \leftarrow W_t + \frac{1}{N} \sum_i \alpha_i W_{si}, \quad H_t = W_t' X_t,}{
#'   W_t <- W_t + 1/N sum_i alpha_i W_si,  H_t = W_t' X_t,}
#' where the \eqn{W_{si}}{W_si} are already augmented. With alpha = 1, \eqn{W_t} therefore becomes
#' \eqn{2 W_t} plus the mean of the tasks' own bases. Columns of the bases are assumed to match.
#' After the last epoch the basis is scaled once more and H is solved for it.
#'
#' @section What to expect: If samples are alike in tasks, target and evaluation, a plain [nmf()] of
#'   the learning set with the same number of iterations is as good: we found no gain over it that
#'   holds. The gain over a short baseline exists because that baseline has not converged. From
#'   plain NNDSVD starts meta-learning gains over a plain fit from the same start, because its sums
#'   fill the zeros; a random start gains as much.
#'
#'   The model \eqn{X_i \approx (W + W_{si}) H_i}{X_i ~ (W + W_si) H_i} is that of integrative NMF
#'   (Yang and Michailidis, 2016) without its penalty. How a task's basis divides into a shared and
#'   an own basis is therefore not identified: do not read \eqn{W_t} as what the tasks share.
#'
#' @param split The result of [split_tasks()], or a list with `tasks`, a list of m x n_i matrices,
#'   and `target`, an m x n_t matrix, all non-negative and with the same m features. Each of them
#'   can be a [block_source()]. An epoch reads it once for each iteration, and two or three times
#'   more.
#' @param rank Number of components r, a whole number that is at most m and at most the number of
#'   samples of every task and of the target.
#' @param samples Whether the tasks and the target of a list have their samples in their `"columns"`
#'   (default) or `"rows"` (default if the target is a data frame). The result of [split_tasks()]
#'   has them in columns.
#' @param epochs The number of epochs of [meta_control()], as in `meta_nmf(split, 5, epochs = 20)`.
#'   `NULL` (default) takes the value in `control`. Giving it in both places is an error. The
#'   iterations within an epoch are set by
#'   `control = meta_control(inner = nmf_control(max_iter = ))`.
#' @param task_weights The weights \eqn{\alpha_i}{alpha_i}: `"equal"` (default), as in the
#'   experiments of the thesis, `"loto"`, `"loss"`, or a number of at least 0 for each task, see
#'   [task_weights].
#' @param ... Must be empty for `meta_nmf()`; for `meta_gnmf()`: `init`, `loss`, `solver`,
#'   `checkpoint`, `samples`, `epochs`, `task_weights`.
#' @param init `"random"` (default) or an NNDSVD variant, see [nmf()]. Every task and the target
#'   start from their own data.
#' @param penalty,loss,solver As in [nmf()], except that `solver = "auto"` always means `"mu"` here,
#'   also for least squares without a graph, where [nmf()] takes `"hals"`. Algorithm 1 has these
#'   updates. Besides, an epoch hands on a start, which `"bpp"` would in part ignore. A graph
#'   penalty needs a function as its graph, since tasks, target and new data each get a graph of
#'   their own. Each is made once.
#' @param control Options, made by [meta_control()].
#' @param checkpoint `NULL` (default), or the name of a file in which the state is kept after each
#'   epoch, at most once a second. After an interruption or a crash, the same call continues from
#'   that state and gives the same fit to the last bit. The file is removed when the fit is
#'   finished. It belongs to one version of the package and to the same data, model and options, and
#'   is refused for others.
#' @return An object of class `meta_nmf_fit`, which is an `nmf_fit` of the target. `w` is the
#'   learned basis, m x r, `h` the target's coefficients for that basis (r x n_t), `value` the
#'   objective of this pair ([objective()]), and `iterations` the number of epochs. `trace` is the
#'   target's objective after its fit in each epoch. It need not fall over epochs, and its last
#'   entry is not `value`: the transfer moves the basis after each fit, and H is then solved for the
#'   loss alone, without the graph. `dead` belongs to the returned pair; no component is revived
#'   ([nmf_control()]).
#' @section Errors: Class `metanmf_error` for tasks with other features than the target, a
#'   rank above the number of features or the size of the target or the smallest task (it says
#'   which), a matrix instead of a function as graph, and bad entries as in [nmf()]. Also class
#'   `metanmf_corrupt_file` for a damaged checkpoint, `metanmf_other_fit` for one of another fit.
#' @references Khan, A. A. (2025). *Meta-Unsupervised Learning: Application to
#'   Non-negative Matrix Factorization*. Bishop's University. Algorithm 1.
#'
#'   Yang, Z. and Michailidis, G. (2016). A non-negative matrix factorization method for
#'   detecting modules in heterogeneous omics multi-modal data. *Bioinformatics* 32(1),
#'   1-8. \doi{10.1093/bioinformatics/btv544}
#' @seealso [adapt()] for the evaluation phase, [predict()] for a basis held fixed.
#' @examples
#' set.seed(1)
#' split <- split_tasks(scale_minmax(digits$x), labels = digits$labels)
#' fit <- meta_nmf(split, rank = 5, control = meta_control(epochs = 3))
#' fit
#' evaluated <- adapt(fit, split$evaluation)
#' nmi(cluster_samples(evaluated, 10), split$labels$evaluation)
#' @export
meta_nmf <- function(split, rank, ..., init = "random", penalty = NULL,
                     loss = c("frobenius", "kl", "is"),
                     solver = c("auto", "mu", "hals", "bpp", "cg"),
                     control = meta_control(), checkpoint = NULL,
                     samples = c("columns", "rows"), epochs = NULL, task_weights = "equal") {
  check_verb_dots(list(...), "meta_nmf", control = "meta_control")
  check_given("split", "tasks and a target, see split_tasks()")
  check_given("rank", "the number of components")
  control <- raise_options(check_control(control, "meta_control"), list(epochs = epochs))
  penalty <- check_penalty(penalty)
  loss <- check_meta_loss(loss)
  check_split_parts(split)
  refuse_meta_sources(split, init, penalty)
  samples <- where_samples(samples, split$target, "split$target")
  data <- check_split(split, samples)
  rank <- check_meta_rank(rank, data)
  control$task_weights <- meta_task_weights(task_weights, data, names(split$tasks), rank, loss)
  check_meta_graph(penalty)
  learners <- start_learners(data, rank, init, penalty, loss, control)
  # "auto" is "mu" here: an epoch carries a start over, and pivoting would ignore its H.
  if (identical(solver, eval(formals(meta_nmf)$solver)) || identical(solver, "auto")) solver <- "mu"
  for (one in c(list(data$target), data$tasks)) check_loss_data(loss, one, control$inner)
  solver <- meta_solver(solver, loss, penalty, control$inner)
  model <- engine_model(rank, loss, solver, penalties = penalty,
                        features = nrow(data$target$x))
  power <- scale_power(max(vapply(c(list(data$target), data$tasks),
                                  function(one) one$facts$largest, 0)), loss_reach(loss))
  keep <- learner_checkpoint(checkpoint, learners,
                             list(model = model, init = init, control = control))
  target <- run_epochs(scale_up_learners(learners, loss, power), model, init, control, power, keep)
  target$terms <- learners$target[c("penalty", "graph", "graph_basis")]
  if (!is.null(penalty)) penalty <- weighed_penalties(penalty, learners$target$found)
  target$trace <- scale_value_back(target$trace, loss, power)
  spec <- list(loss = loss, solver = solver, penalties = penalty, control = control,
               init = start_name(init), call = short_call(match.call(), "meta_nmf"),
               samples = samples)
  fit <- finish_meta(target, data$target, spec)
  keep$done()
  fit
}

# Tasks and target share a loss; dispersions belong to the data of one of them.
check_meta_loss <- function(loss) {
  loss <- check_loss(loss)
  if (loss == "nb") {
    stop_input("loss", "one that is not nb_loss() for a meta-learned fit", format(loss),
               "Use loss = \"kl\" for counts.")
  }
  loss
}

#' @rdname meta_nmf
#' @inheritParams gnmf
#' @param graph A function of the data that returns a graph, [knn_graph()] by default. If `lambda`
#'   is not given, it is found for every task and the target from their own data, and the fit keeps
#'   that of the target.
#' @export
meta_gnmf <- function(split, rank, ..., graph = knn_graph, lambda = NULL,
                      form = "scale_invariant", control = meta_control()) {
  check_verb_dots(list(...), "meta_gnmf", "meta_nmf", "meta_control")
  check_given("split", "tasks and a target, see split_tasks()")
  check_given("rank", "the number of components")
  check_control(control, "meta_control")
  given <- c(graph = !missing(graph), lambda = !missing(lambda), form = !missing(form))
  arguments <- gnmf_arguments(list(graph = graph, lambda = lambda, form = form), given,
                              control$preset, list(...), "meta_gnmf")
  # The author's code does not scale the factors of its graph models.
  if (identical(control$preset, "author")) control <- with_scale(control, "none")
  fit <- do.call(meta_nmf, c(alist(split = split, rank = rank, control = control), arguments))
  fit$call <- short_call(match.call(), "meta_gnmf")
  fit
}

with_scale <- function(control, scale) {
  control$inner$scale <- scale
  if (!is.null(control$target)) control$target$scale <- scale
  control
}

# Every start needs as many features and samples as components: the error says where
# there are too few.
check_meta_rank <- function(rank, data) {
  rank <- check_count(rank, "rank")
  tasks <- vapply(data$tasks, function(one) ncol(one$x), 1L)
  smallest <- which.min(tasks)
  most <- c(dim(data$target$x), tasks[[smallest]])
  owner <- c("features", "samples of the target",
             paste0("samples of the smallest task, split$tasks[[", smallest, "]]"))
  limit <- which.min(most)
  if (rank > most[[limit]]) {
    stop_input("rank", paste0("at most ", most[[limit]], ", the number of ", owner[[limit]]),
               rank, if (limit == 3L) "Use fewer components, or larger tasks: see split_tasks().")
  }
  rank
}

# The weights of the tasks' bases in that of the target. Losses are those of pooled fits without
# penalties.
meta_task_weights <- function(weights, data, names, rank, loss) {
  given <- list(data = data$tasks, names = names_or(names, "task_", length(data$tasks)))
  spec <- list(loss = loss, solver = if (loss == "frobenius") "hals" else "mu",
               control = nmf_control(tol = 0))
  choose_task_weights(weights, given, rank, rep(0L, length(data$tasks)), spec)
}

check_meta_graph <- function(penalty) {
  for (one in graphs_of(penalty, "h")) {
    if (is.function(one$graph)) next
    stop_input("graph", "a function of the data", describe(one$graph),
               "Tasks, target and new data each need a graph of their own samples.")
  }
}

# Line 1: every task's and the target's own start, and their penalties.
start_learners <- function(data, rank, init, penalty, loss, control) {
  start <- function(data) {
    c(list(data = data), resolve_init(init, data$x, rank), engine_penalty(penalty, data$x, loss))
  }
  tasks <- lapply(data$tasks, start)
  if (control$target_start == "init") return(list(tasks = tasks, target = start(data$target)))
  x <- data$target$x
  target <- c(list(data = data$target, w = matrix(0, nrow(x), rank), h = matrix(0, rank, ncol(x))),
              engine_penalty(penalty, x, loss))
  list(tasks = tasks, target = target)
}

# All data and coefficients brought to the same power of two, see scale_power(); starts balanced.
scale_up_learners <- function(learners, loss, power) {
  raise <- function(learner) {
    learner$data <- scale_up_data(learner$data, power)
    learner$x <- do.call(engine_data, learner$data)
    if (is_source(learner$data$x)) learner$x$x_size <- size_of_blocks(learner$data$x, loss)
    if (power != 0) learner$h <- learner$h * 2^power
    learner[c("w", "h")] <- rescale_start(learner[c("w", "h")], model = NULL)
    learner$penalty <- scale_up_terms(learner$penalty, loss, power)
    learner
  }
  list(tasks = lapply(learners$tasks, raise), target = raise(learners$target))
}

# The engine's options for data brought to a power of two, see scale_power().
epoch_engine <- function(control, loss, power) {
  engine <- engine_control(control, loss, trace = FALSE)
  engine$step_tol_coef <- engine$step_tol * 2^power
  engine
}

# Lines 2 to 12: the epochs. Returns the target's pair and its trace.
run_epochs <- function(learners, model, init, control, power, keep) {
  fresh <- fresh_starts(learners$tasks, model, init, control)
  engines <- list(task = epoch_engine(control$inner, model$loss, power),
                  target = epoch_engine(target_control(control), model$loss, power))
  prepared <- native_meta_prepare(learners$tasks, learners$target, model)
  state <- keep$resume(first_state(learners, model$rank, control$epochs))
  report <- progress_bar("Meta-learning", control$epochs)
  while (state$epoch < control$epochs) {
    restart <- !is.null(fresh) && state$epoch %% 2L == 0L
    if (restart) state$tasks <- fresh
    schedule <- list(alpha = control$task_weights, accumulate = control$accumulate,
                     transfer_first = control$transfer == "before", fresh_tasks = restart)
    out <- native_meta_epoch(prepared, state[c("tasks", "target", "sum")], model, engines, schedule)
    state$epoch <- state$epoch + 1
    state[c("tasks", "target", "sum")] <- out[c("tasks", "target", "sum")]
    state$trace[[state$epoch]] <- out$value
    keep$save(state)
    report(state$epoch)
  }
  list(w = state$target$w, h = state$target$h, trace = state$trace, engine = engines$target)
}

# All that changes from epoch to epoch: the pairs, the sum over tasks, the trace.
first_state <- function(learners, rank, epochs) {
  pair <- function(learner) learner[c("w", "h")]
  list(epoch = 0, tasks = lapply(learners$tasks, pair), target = pair(learners$target),
       sum = matrix(0, nrow(learners$target$w), rank), trace = numeric(epochs))
}

# Pairs from which the tasks start again in even epochs, or NULL: only the author's
# graph models do that, and by the inverted switch only those without NNDSVD.
fresh_starts <- function(tasks, model, init, control) {
  if (control$restart != "even" || is.null(tasks[[1L]]$graph)) return(NULL)
  if (is.character(init) && startsWith(init, "nndsvd")) return(NULL)
  lapply(tasks, function(task) start_nndsvd(task$data$x, model$rank, "nndsvd"))
}
