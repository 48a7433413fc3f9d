# Group NMF (Lee & Choi 2009): minimise sum_i alpha_i |X_i - W H_i - B_i G_i|^2, with its iterations
# in C (group.c), which know a task by its sums P_i = X_i S_i' and A_i = S_i S_i' alone.

# What stays the same over the iterations. `data`: for each task a list as check_data() makes it;
# `alpha`: their weights; `private`: their numbers of private columns; `spec`: list(loss, solver,
# control, penalties, tied), `tied` being the lambda of integrative NMF alone; `hold`: W stays. The
# engine takes weights of entries up to 1: all are divided by `unit`, and so are the penalties.
group_plan <- function(data, rank, private, alpha, spec, hold = FALSE) {
  features <- nrow(data[[1L]]$x)
  tied <- !is.null(spec$tied)
  if (tied) private <- rep(0L, length(data))
  unit <- max(vapply(data, function(one) largest_weight(one$weights), 0))
  masked <- any(vapply(data, is_masked, NA))
  cycles <- vapply(rank + private, function(columns) hals_cycles(features, columns), c(1L, 1L))
  read <- lapply(data, task_engine_data, spec$loss, unit, masked)
  across <- task_edges(data, alpha)
  level <- Map(function(one, q) if (q > 0L) private_level(one) else numeric(features), data,
               private)
  list(given = data, level = unname(level), unit = unit,
       lags = masked || spec$loss != "frobenius", rank = rank, private = private, alpha = alpha,
       features = features, spec = spec, engine = group_engine(spec),
       model = engine_model(rank, spec$loss, spec$solver, hold_basis = hold, features = features),
       tasks = list(x = read, alpha = as.double(alpha), private = as.integer(private),
                    coef_cycles = cycles[1L, ], basis_cycles = cycles[2L, ],
                    terms = Map(task_terms, data, across, unit), across = across))
}

# With a graph the KKT residual falls too slowly to wait for it, so the fall of F alone ends a fit,
# as it does in nmf().
group_engine <- function(spec) {
  engine <- engine_control(spec$control, spec$loss)
  if (has_penalty(spec$penalties, c("graph", "smooth"))) engine$stationary <- 0
  engine
}

facts_of <- function(data, name) vapply(data, function(one) as.double(one$facts[[name]]), 0)

is_masked <- function(data) {
  !is.null(data$weights) || data$facts$observed < stored_count(data$x)
}

# A task as the engine reads it. A masked task is known by its loss before a pass, others after it,
# so if one is masked all are read that way, and F is of one pair.
task_engine_data <- function(data, loss, unit, masked) {
  weights <- data$weights
  facts <- data$facts
  if (unit != 1) {
    weights <- if (is.null(weights)) array(1 / unit, dim = dim_of_stored(data$x))
               else weights / unit
    facts <- data_facts(data$x, weights)
  }
  read <- engine_data(data$x, weights, facts, masked = masked)
  if (is_source(data$x)) read$x_size <- size_of_blocks(data$x, loss)
  read
}

dim_of_stored <- function(x) if (is.matrix(x)) dim(x) else length(x@x)

# Up to `max_iter` iterations: the state with `trace`, F after each of all iterations so far,
# `losses`, those of the tasks, `added`, what integrative NMF adds to them, `converged` and, with
# `look`, the `kkt` of the pair it ends with. In slices, as run_slices() runs a fit.
run_group <- function(state, plan, max_iter, rule, look = FALSE) {
  begun <- length(state$trace)
  engine <- plan$engine
  engine[names(rule)] <- rule
  engine$max_iter <- begun + max_iter
  value <- if (begun) utils::tail(state$trace, 1L) / plan$unit else NaN
  order <- list(tied = plan$spec$tied, lags = plan$lags, passes = 0L,
                budget = slice_of_tasks(plan, max_iter), iteration = begun, value = value,
                pending = FALSE, look = look)
  report <- progress_bar("Factorising", max_iter)
  repeat {
    out <- native_group(plan$tasks, state[c("w", "own", "coef")], plan$model, engine, order)
    state[c("w", "own", "coef")] <- out[c("w", "own", "coef")]
    state$trace <- c(state$trace, plan$unit * out$trace)
    if (out$status != "running") break
    went_on <- c("iteration", "value", "pending")
    order[went_on] <- out[went_on]
    report(out$iteration - begun)
  }
  report(max_iter)
  state$losses <- plan$unit * out$losses
  state[c("added", "kkt", "cost")] <- out[c("added", "kkt", "cost")]
  state$converged <- out$status == "converged"
  state
}

# Iterations in a slice of about half a second.
slice_of_tasks <- function(plan, max_iter) {
  entries <- sum(vapply(plan$given, function(one) as.double(stored_count(one$x)), 0))
  multiplications <- 4 * max(entries, 1) * (plan$rank + max(plan$private))
  max(1, min(max_iter, floor(4e9 / multiplications)))
}
