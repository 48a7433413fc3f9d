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

# The lambda of each penalty as it stands in the objective: in units of all tasks together.
group_lambda <- function(penalties, data, loss) {
  if (is.null(penalties)) return(NULL)
  vapply(penalties, function(one) {
    units <- vapply(data, function(task) lambda_unit(one, seen_entries(task, penalties), loss), 0)
    longest_row <- one$kind == "sparse" && one$on == "w" && one$form == "scale_invariant"
    unit <- if (loss == "frobenius" && longest_row) 2 * sqrt(max(Reduce(`+`, row_squares(data))))
            else if (one$kind == "ridge" && one$on == "both") sqrt(mean(units^2) * length(units))
            else max(units)
    one$lambda * if (loss == "frobenius") unit else 1
  }, 0)
}

row_squares <- function(data) lapply(data, function(task) squared_lengths(task$x, rows = TRUE))

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
