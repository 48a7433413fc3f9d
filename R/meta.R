#' Meta-learned non-negative matrix factorisation
#'
#' Learns a basis over many small tasks and one larger target, to start from on unseen
#' data: Algorithm 1 of Khan (2025).
#'
#' An epoch factorises every task \eqn{X_{si}} from \eqn{(W_{si}, H_{si})} and the
#' target \eqn{X_t} from \eqn{(W_t, H_t)}, scales the columns of each W, and transfers:
#' \deqn{W_{si} \leftarrow W_{si} + W_t, \quad H_{si} = W_{si}' X_{si},}
#' \deqn{W_t \leftarrow W_t + \frac{1}{N} \sum_i \alpha_i W_{si}, \quad H_t = W_t' X_t,}
#' with the \eqn{W_{si}} just augmented, so that with alpha = 1 \eqn{W_t} becomes
#' \eqn{2 W_t} plus the mean of the tasks' own. The columns of the bases are taken as
#' matching. After the last epoch the basis is scaled once more and H is solved for it.
#'
#' What to expect: on samples that are alike in tasks, target and evaluation, no gain
#' over a plain [nmf()] of the learning set with the same number of iterations has been
#' found to hold; the gain over a short baseline is that baseline not having converged.
#' (From plain NNDSVD starts it gains over a plain fit from the same start, because its sums
#' fill the zeros; a random start gains as much.)
#' The model \eqn{X_i \approx (W + W_{si}) H_i} is that of integrative NMF (Yang and
#' Michailidis, 2016) without its penalty, so the split of a task's basis into a shared
#' and an own part is not identified: do not read \eqn{W_t} as "what the tasks share".
#'
#' @param split Made by [split_tasks()], or a list with `tasks`, a list of m x n_i
#'   matrices, and `target`, an m x n_t matrix: non-negative, the same m features.
#' @param rank Number of components r, a whole number, at most m and the number of
#'   samples of every task and of the target.
#' @param ... Must be empty for `meta_nmf()`; for `meta_gnmf()`: `init`, `loss`, `solver`.
#' @param init `"random"` (default) or an NNDSVD variant, for every task and the target,
#'   each from its own data; see [nmf()].
#' @param penalty,loss,solver As in [nmf()]. A graph penalty needs a function as its
#'   graph: tasks, target and new data each get a graph of their own, built once.
#' @param control Made by [meta_control()].
#' @return An object of class `meta_nmf_fit`, which is an `nmf_fit` of the target: `w` is
#'   the learned basis, m x r, `h` the target's coefficients for that basis (r x n_t),
#'   `trace` the target's objective after its fit in each epoch (it need not fall across
#'   epochs: the transfer moves the basis in between; `deviance()` is its last value, and
#'   not the objective of the pair returned, whose basis was moved once more), `iterations` the number of epochs.
#' @section Errors: Class `metanmf_error` for tasks with other features than the target,
#'   a rank above the size of the smallest task, a matrix instead of a function as graph,
#'   and bad entries as in [nmf()].
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
                     loss = c("frobenius", "kl"), solver = c("auto", "mu"),
                     control = meta_control()) {
  check_fit_names(list(...), names(formals(meta_nmf)), "meta_control")
  control <- check_control(control, "meta_control")
  penalty <- check_penalty(penalty)
  loss <- check_choice(loss, "loss", nmf_losses)
  solver <- check_choice(solver, "solver", c("auto", "mu"))
  data <- check_split(split)
  rank <- check_meta_rank(rank, data)
  control$alpha <- spread_alpha(control$alpha, length(data$tasks))
  check_meta_graph(penalty)
  learners <- start_learners(data, rank, init, penalty, control)
  power <- scale_power(max(data$target, vapply(data$tasks, max, 0)))
  model <- engine_model(rank, loss, penalty)
  target <- run_epochs(raise_learners(learners, power), raise_lambda(model, power), init,
                       control)
  target$trace <- lower_value(target$trace, loss, power)
  finish_meta(target, data$target, model, penalty, init, control)
}

#' @rdname meta_nmf
#' @inheritParams gnmf
#' @param graph A function of the data that returns a graph, [knn_graph()] by default.
#' @export
meta_gnmf <- function(split, rank, graph = knn_graph, lambda = 100, form = "scale_free",
                      ..., control = meta_control()) {
  check_control(control, "meta_control")
  check_fit_names(list(...), c(names(formals(meta_gnmf)), names(formals(meta_nmf))),
                  "meta_control")
  asked <- c(if (!missing(graph)) list(graph = graph),
             if (!missing(lambda)) list(lambda = lambda), if (!missing(form)) list(form = form))
  arguments <- gnmf_arguments(asked, control$preset, list(...))
  # The author's code leaves the factors of its graph models as they come.
  if (identical(control$preset, "author")) control <- without_scaling(control)
  do.call(meta_nmf, c(alist(split = split, rank = rank, control = control), arguments))
}

without_scaling <- function(control) {
  control$inner$scale <- "none"
  if (!is.null(control$target)) control$target$scale <- "none"
  control
}

# list(tasks, target) of checked matrices with the same features.
check_split <- function(split) {
  if (!(is.list(split) && is.list(split$tasks) && length(split$tasks) &&
          !is.null(split$target))) {
    stop_input("split", paste("made by split_tasks(), or a list with `tasks`, a list of",
                              "matrices, and `target`, a matrix"), describe(split))
  }
  target <- check_matrix(split$target, "split$target")
  tasks <- lapply(seq_along(split$tasks), function(i) {
    argument <- paste0("split$tasks[[", i, "]]")
    task <- check_matrix(split$tasks[[i]], argument)
    if (nrow(task) != nrow(target)) {
      stop_input(argument, paste("a matrix with the target's", nrow(target),
                                 "features in rows"), describe(task))
    }
    check_same_features(rownames(task), rownames(target), argument, "the target")
    task
  })
  list(tasks = tasks, target = target)
}

check_meta_rank <- function(rank, data) {
  sizes <- c(nrow(data$target), ncol(data$target), vapply(data$tasks, ncol, 1L))
  check_count(rank, "rank", 1, min(sizes))
}

spread_alpha <- function(alpha, count) {
  if (!length(alpha) %in% c(1L, count)) {
    stop_input("alpha", paste("one weight, or one for each of the", count, "tasks"),
               paste(length(alpha), "weights"))
  }
  rep_len(alpha, count)
}

check_meta_graph <- function(penalty) {
  if (!is.null(penalty) && !is.function(penalty$graph)) {
    stop_input("graph", "a function of the data", describe(penalty$graph),
               "Tasks, target and new data each need a graph of their own samples.")
  }
}

# Line 1: every task's and the target's own start, and their graphs.
start_learners <- function(data, rank, init, penalty, control) {
  start <- function(x) {
    c(list(x = x), resolve_init(init, x, rank), list(graph = penalty_edges(penalty, x)))
  }
  tasks <- lapply(data$tasks, start)
  if (control$target_start == "init") return(list(tasks = tasks, target = start(data$target)))
  target <- list(x = data$target, w = matrix(0, nrow(data$target), rank),
                 h = matrix(0, rank, ncol(data$target)),
                 graph = penalty_edges(penalty, data$target))
  list(tasks = tasks, target = target)
}

# All data and coefficients brought to the same power of two, see scale_power().
raise_learners <- function(learners, power) {
  if (power == 0) return(learners)
  raise <- function(learner) {
    learner$x <- learner$x * 2^power
    learner$h <- learner$h * 2^power
    learner
  }
  list(tasks = lapply(learners$tasks, raise), target = raise(learners$target))
}

# Lines 2 to 12: the epochs. Returns the target's pair and its trace.
run_epochs <- function(learners, model, init, control) {
  tasks <- learners$tasks
  target <- learners$target
  fresh <- fresh_starts(tasks, model, init, control)
  task_control <- engine_control(control$inner, model$loss, trace = FALSE)
  target_control <- engine_control(target_control(control), model$loss, trace = FALSE)
  sum <- matrix(0, nrow(target$x), model$rank)
  trace <- numeric(control$epochs)
  report <- progress_bar("Meta-learning", control$epochs)
  for (epoch in seq_len(control$epochs)) {
    restart <- !is.null(fresh) && epoch %% 2L == 1L
    if (restart) tasks <- Map(utils::modifyList, tasks, fresh)
    schedule <- list(alpha = control$alpha, accumulate = control$accumulate,
                     transfer_first = control$transfer == "before", fresh_tasks = restart)
    out <- native_meta_epoch(tasks, target, sum, model, task_control, target_control, schedule)
    tasks <- Map(function(task, pair) utils::modifyList(task, pair), tasks, out$tasks)
    target <- utils::modifyList(target, out$target)
    sum <- out$sum
    trace[[epoch]] <- out$value
    report(epoch)
  }
  list(w = target$w, h = target$h, trace = trace, engine = target_control)
}

# Pairs from which the tasks start again in even epochs, or NULL: only the author's
# graph models do that, and by the inverted switch only those without NNDSVD.
fresh_starts <- function(tasks, model, init, control) {
  if (control$restart != "even" || is.null(tasks[[1L]]$graph)) return(NULL)
  if (is.character(init) && startsWith(init, "nndsvd")) return(NULL)
  lapply(tasks, function(task) init_nndsvd(task$x, model$rank))
}

# The learned basis, scaled, with the target's coefficients solved for it.
finish_meta <- function(target, x, model, penalty, init, control) {
  scaled <- native_scale(target$w, target$h, target$engine$scale)
  h <- solve_coef(x, scaled$w, model$loss, target_control(control))
  fit <- list(w = scaled$w, h = h, factor = scaled$factor, trace = target$trace,
              iterations = control$epochs, converged = FALSE, engine = target$engine,
              total = if (model$loss == "frobenius") sum(x^2) else NA_real_)
  new_nmf_fit(fit, x, model, penalty, init, control, class = "meta_nmf_fit")
}
