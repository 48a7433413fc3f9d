# Penalties on what the tasks of a group fit share: W, and H_i of each task.

# The penalties of a group fit, each on one factor, or NULL for none.
check_group_penalty <- function(penalty, tasks) {
  penalties <- check_penalty(penalty)
  if (is.null(penalties)) return(NULL)
  for (one in penalties) refuse_group_penalty(one)
  read <- any(vapply(tasks$data, function(one) is_source(one$x), NA))
  if (read && any(vapply(penalties, function(one) is.function(one$graph), NA))) {
    stop_input("penalty", "one with a matrix for a graph where tasks are read by blocks",
               "a graph function", "Make the graph first, from samples that are in memory.")
  }
  penalties
}

refuse_group_penalty <- function(one) {
  if (isTRUE(one$exact)) {
    stop_input("penalty", "one without exact orthogonality for a group fit", format(one),
               "Use penalty_orthogonal(lambda).")
  }
  if (one$kind != "graph") return(invisible())
  if (is.na(one$lambda)) {
    stop_input("penalty", "one with a `lambda` for a graph in a group fit", "no lambda",
               "Use penalty_graph(lambda = 1), for instance.")
  }
  if (one$on == "h" || !is.function(one$graph)) return(invisible())
  stop_input("penalty", "one with a matrix for a graph on W, the same for all tasks", "a function",
             "Make the graph of the features first.")
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
  graph <- whole_graph(penalties, tasks)
  columns <- task_columns(lengths(tasks$columns))
  tasks$data <- Map(function(task, at) {
    own <- penalties
    if (!is.null(graph)) own <- with_graph(own, graph[at, at, drop = FALSE])
    task$terms <- engine_penalty(own, seen_entries(task, penalties), spec$loss, spec$lambda)
    task
  }, tasks$data, columns)
  joined_tasks(tasks, graph, columns, spec)
}

# The graph of samples that is given as a matrix, over those of all tasks in the order of the
# answer: as the tasks have them, one after the other. NULL where each task has a graph of its own.
whole_graph <- function(penalties, tasks) {
  one <- find_penalty(penalties, "graph", "h")
  if (is.null(one) || is.function(one$graph)) return(NULL)
  at <- unlist(tasks$columns)
  graph <- resolve_graph(one$graph, NULL, list(count = length(at), names = tasks$labels,
                                               kind = "sample"))
  graph@Dimnames <- list(NULL, NULL)
  graph[at, at, drop = FALSE]
}

with_graph <- function(penalties, graph) {
  lapply(penalties, function(one) {
    if (one$kind == "graph" && one$on == "h") one$graph <- graph
    one
  })
}

# Tasks with their edges to other tasks, n x n_i, where there are some.
joined_tasks <- function(tasks, graph, columns, spec) {
  if (is.null(graph)) return(tasks)
  # Beside a smooth penalty the lambda of the graph is in its edges, see side_graph().
  of_samples <- vapply(spec$penalties, function(one) one$kind == "graph" && one$on == "h", NA)
  smooth <- find_penalty(spec$penalties, "smooth", "h")
  if (!is.null(smooth)) graph <- spec$lambda[of_samples] * graph
  across <- lapply(columns, function(at) {
    edges <- methods::as(graph[, at, drop = FALSE], "TsparseMatrix")
    other <- !(edges@i + 1L) %in% at
    Matrix::sparseMatrix(edges@i[other] + 1L, edges@j[other] + 1L, x = edges@x[other],
                         dims = dim(edges))
  })
  if (!any(vapply(across, function(one) length(one@x) > 0L, NA))) return(tasks)
  tasks$data <- Map(function(task, across, at) {
    task$edges <- list(across = across, rows = at)
    task
  }, tasks$data, across, columns)
  tasks
}

# The edges of each task to the others' samples as the engine reads them, NULL for none. An edge has
# the product of the weights of its tasks, so that a task of weight 2 counts like the same task
# twice; the weight of its own task is that of the whole term.
task_edges <- function(data, alpha) {
  rows <- lapply(data, function(task) task$edges$rows)
  if (any(vapply(rows, is.null, NA))) return(vector("list", length(data)))
  by <- rep(alpha, lengths(rows))
  lapply(data, function(task) {
    across <- task$edges$across[unlist(rows), , drop = FALSE]
    across@x <- across@x * by[across@i + 1L]
    graph_edges(across)
  })
}

# The terms of a task; `across`: its edges to other tasks; `unit`: that its weights of entries are
# divided by.
task_terms <- function(task, across, unit) {
  terms <- if (is.null(task$terms)) engine_penalty(NULL) else task$terms
  if (!is.null(across)) terms$graph$degree <- terms$graph$degree + across$degree
  terms$penalty <- divide_terms(terms$penalty, unit)
  terms
}

# New data with what the penalties of a fit cost the coefficients of each sample; `cost`: as
# fit$model has it.
costly_task <- function(task, cost, penalties) {
  task$terms <- coef_terms(cost, penalties)
  task$edges <- NULL
  task
}

# Components that a penalty on W has switched off, where a coefficient would cost without end.
barred_components <- function(task) which(is.infinite(task$terms$penalty$coef$cost[, 2L]))

# A task with finite costs, as the engine needs them. Barred components start at 0 and stay there.
without_barred <- function(task, barred) {
  if (length(barred)) task$terms$penalty$coef$cost[barred, ] <- 0
  task
}
