# Penalties on what the tasks of a group fit share: W, and H_i of each task.

# Penalties whose value is a sum over tasks.
check_group_penalty <- function(penalty, tasks) {
  penalties <- check_penalty(penalty)
  if (is.null(penalties)) return(NULL)
  for (one in penalties) refuse_group_penalty(one)
  read <- any(vapply(tasks$data, function(one) is_source(one$x), NA))
  if (read && any(vapply(penalties, function(one) is.function(one$graph), NA))) {
    stop_input("penalty", "without a function for a graph where tasks are read by blocks",
               "a graph function", "Make the graph first, from samples that are in memory.")
  }
  penalties
}

refuse_group_penalty <- function(one) {
  if (isTRUE(one$exact)) {
    stop_input("penalty", "without exact orthogonality for a group fit", format(one),
               "Use penalty_orthogonal(lambda).")
  }
  if (one$kind != "graph") return(invisible())
  if (is.na(one$lambda)) {
    stop_input("penalty", "a graph penalty with a weight for a group fit", "no lambda",
               "Use penalty_graph(lambda = 1), for instance.")
  }
  if (is.function(one$graph) == (one$on == "h")) return(invisible())
  stop_input("penalty", paste("a graph function on H, called for each task, or a matrix on W,",
                              "the same for all tasks"),
             if (one$on == "h") "a matrix on H" else "a function on W")
}

# The lambda of each penalty as it stands in the objective: in nmf()'s units of all samples.
group_lambda <- function(penalties, tasks, loss) {
  if (is.null(penalties)) return(NULL)
  tasks$data <- lapply(tasks$data, with_gaps)
  absolute_lambda(penalties, seen_entries(bound_data(tasks), penalties), loss)
}

# A task whose entries of weight 0 are missing, since blocks have no weights to say so.
with_gaps <- function(task) {
  none <- which(task$weights == 0)
  if (!length(none)) return(task)
  measure_data(list(x = put_entries(task$x, none, NA_real_), weights = NULL))
}

# Tasks with what the engine reads of the penalties beside each of them. It goes with a task's data,
# so that every fit of some of the tasks is penalised with the same weights and the same graphs.
penalised_tasks <- function(tasks, spec) {
  penalties <- spec$penalties
  if (is.null(penalties)) return(tasks)
  tasks$data <- lapply(tasks$data, function(task) {
    seen <- seen_entries(task, penalties)
    task$terms <- engine_penalty(penalties, seen, spec$loss, spec$lambda)
    task
  })
  tasks
}

# The terms of a task; `unit`: that its weights of entries are divided by.
task_terms <- function(task, unit) {
  terms <- if (is.null(task$terms)) engine_penalty(NULL) else task$terms
  terms$penalty <- divide_terms(terms$penalty, unit)
  terms
}

# New data with what the penalties of a fit cost the coefficients of each sample; `cost`: as
# fit$model has it.
costly_task <- function(task, cost, penalties) {
  task$terms <- coef_terms(cost, penalties)
  task
}

# Components that a penalty on W has switched off: there a coefficient would cost without end.
barred_components <- function(task) which(is.infinite(task$terms$penalty$coef$cost[, 2L]))

# A task whose costs are finite, for a start in which the barred components are 0.
without_barred <- function(task, barred) {
  if (length(barred)) task$terms$penalty$coef$cost[barred, ] <- 0
  task
}
