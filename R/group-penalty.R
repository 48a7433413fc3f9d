# Penalties on what the tasks of a group fit share: W, and H_i of each task.

# Penalties whose value is a sum over tasks.
check_group_penalty <- function(penalty, tasks) {
  penalties <- check_penalty(penalty)
  if (is.null(penalties)) return(NULL)
  if (any(vapply(tasks$data, function(one) is_source(one$x), NA))) {
    stop_input("penalty", "left out for tasks that are read by blocks", describe(penalty))
  }
  for (one in penalties) refuse_group_penalty(one)
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

# What the engine reads of them for each task; `unit`: that weights of entries were divided by.
group_terms <- function(penalties, lambda, data, loss, unit) {
  lapply(data, function(task) {
    terms <- engine_penalty(penalties, seen_entries(task, penalties), loss, lambda)
    terms$penalty <- divide_terms(terms$penalty, unit)
    terms
  })
}

# A plan with the penalties of its model. As in nmf(), a graph leaves the rule to the fall of F.
penalised_plan <- function(plan) {
  penalties <- plan$spec$penalties
  if (is.null(penalties)) return(plan)
  plan$tasks$terms <- group_terms(penalties, plan$spec$weighed, plan$given, plan$spec$loss,
                                  plan$unit)
  if (has_penalty(penalties, c("graph", "smooth"))) plan$engine$stationary <- 0
  plan
}
