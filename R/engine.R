# Between the verbs and the C engine: the lists it reads and the slices it runs.

# The model list the C entries read. `terms` as engine_penalty() makes them; `held`: known
# components, list(basis =, coef =), each NULL or a flag for every component; `features`, the
# rows of the data, matter to solver "hals" alone; `limits`: as engine_limits() makes them.
engine_model <- function(rank, loss, solver, terms = engine_penalty(NULL), penalties = NULL,
                         held = NULL, hold_basis = FALSE, features = rank, limits = NULL) {
  cycles <- if (solver == "ccd") ccd_cycles else hals_cycles(features, rank)
  c(list(loss = loss, beta = attr(loss, "beta"), dispersion = attr(loss, "dispersion"),
         solver = solver, rank = rank,
         hold_basis = hold_basis,
         coef_cycles = cycles[[1L]], basis_cycles = cycles[[2L]],
         penalty = terms$penalty, graph = terms$graph, graph_basis = terms$graph_basis,
         held_coef = held$coef, held_basis = held$basis, limits = limits),
    solver_steps(solver, penalties, limits))
}

# The data as the C entries read them: all entries, or compressed columns. `weights`: NULL, a
# matrix like a dense x, or one number for each stored entry of a sparse one. `facts`: as
# data_facts() finds them in x. A block of columns is masked where all of X is. `partial`: only what
# a sparse x stores was observed.
engine_data <- function(x, weights = NULL, facts = data_facts(x, weights),
                        masked = !is.null(weights) || facts$observed < stored_count(x),
                        partial = FALSE) {
  if (is_source(x)) return(engine_parts(x, facts, masked))
  shared <- list(weight = weights, masked = masked || partial, x_norm2 = facts$x_norm2,
                 x_sum = facts$x_sum, x_weight = facts$x_weight,
                 partial = partial, by_row = if (partial) engine_rows(x, weights))
  if (is.matrix(x)) {
    return(c(list(dense = x, dim = dim(x), start = NULL, row = NULL, value = NULL), shared))
  }
  c(list(dense = NULL, dim = dim(x), start = x@p, row = x@i, value = x@x), shared)
}

# A sparse matrix and the weights of its entries by rows: its transpose by columns.
engine_rows <- function(x, weights) {
  rows <- Matrix::t(x)
  if (!is.null(weights)) {
    x@x <- weights
    weights <- Matrix::t(x)@x
  }
  engine_data(rows, weights, complete_data, masked = TRUE)
}

# The sums of no columns yet, as native_sweep() takes and returns them: B = X H', A = H H', the
# sums of H's rows, the loss, the number of columns; for losses of two terms B's denominators too.
engine_sums <- function(features, rank, loss) {
  xht <- matrix(0, features, rank)
  list(xht = xht, denominator = if (has_two_terms(loss)) xht, hht = matrix(0, rank, rank),
       h_sum = numeric(rank), value = 0, columns = 0)
}

# Runs a fit to its end and scales the result: list(w, h, divisor, value, trace, iterations,
# converged, kkt, engine, loss, dead, dispersion, cost), as new_nmf_fit() takes it. `data`: as
# check_data() returns them.
run_fit <- function(data, start, model, control, fixed_start) {
  if (!is.null(data$margins)) return(run_margins(data, start, model, control, fixed_start))
  engine <- running <- engine_control(control, model$loss)
  revive <- isTRUE(control$revive_dead)
  power <- scale_power(data$facts$largest, loss_reach(model$loss))
  raised <- scale_up(data, start, model, power, fixed_start)
  running$step_tol_coef <- engine$step_tol * 2^power
  if (!has_residual_rule(model)) running$stationary <- 0
  estimates <- !is.null(attr(model$loss, "estimate"))
  # Rounds of reviving, or of estimates, continue each other and are scaled when all are done.
  if (revive || estimates) running$scale <- "none"
  run <- if (estimates) run_dispersed else run_slices
  out <- run(raised$data, raised$w, raised$h, raised$model, running)
  if (revive) out <- revive_dead(out, raised$data, raised$model, running)
  if (revive || estimates) out <- scale_pair(out, engine$scale, model)
  if (power != 0) out <- scale_back(out, engine$scale, model, power)
  warn_unless_converged(out, engine, control)
  value_back <- function(value) {
    scale_value_back(value, model$loss, power) * largest_weight(data$weights)
  }
  trace <- value_back(out$trace)
  list(w = out$w, h = out$h, divisor = out$divisor, value = utils::tail(trace, 1L),
       trace = trace, iterations = out$iteration, converged = out$status == "converged",
       kkt = out$kkt, engine = engine,
       loss = value_back(out$loss), dead = out$dead, dispersion = out$dispersion,
       cost = kept_cost(out, model, power) * largest_weight(data$weights))
}

# Components of which a column of W or a row of H is given and stays.
known_components <- function(model) {
  union(which(model$held_basis > 0), which(model$held_coef > 0))
}

# The pair with the columns of W scaled, except for known components.
scale_pair <- function(out, scale, model) {
  out[c("w", "h", "divisor")] <- native_scale(out$w, out$h, scale,
                                             model[c("held_basis", "held_coef")])
  out$dead <- sort(union(out$dead, dead_components(out$w, out$h)))
  out
}

# Slices of about half a second are short enough for the progress bar, and long enough that handing
# the factors over costs nothing. Results do not depend on their length.
run_slices <- function(data, w, h, model, engine) {
  entries <- if (!is.null(data$entries)) data$entries
             else if (is.null(data$dense)) length(data$value) else length(data$dense)
  by_entry <- model$rank * (if (isTRUE(data$partial)) model$rank else 1)
  multiplications <- 4 * max(entries, 1) * by_entry
  budget <- max(1, min(engine$max_iter, floor(4e9 / multiplications)))
  progress <- list(iteration = 0, value = NaN, budget = budget, momentum = NULL)
  data <- data_for(data, model)
  if (!is.null(data$spread)) {
    spread <- data$spread
    data$spread <- function(order) spread(model, engine, order)
  }
  out <- native_fit(data, w, h, model, engine, progress)
  # A fit that ends in its first slice is over before a bar could be seen.
  if (out$status != "running") return(out)
  report <- progress_bar("Factorising", engine$max_iter)
  trace <- out$trace
  while (out$status == "running") {
    report(out$iteration, out$iteration + iterations_left(trace, engine$tol, engine$max_iter))
    went_on <- c("iteration", "value", "momentum")
    progress[went_on] <- out[went_on]
    out <- native_fit(data, out$w, out$h, model, engine, progress)
    trace <- c(trace, out$trace)
  }
  report(out$iteration, out$iteration)
  out$trace <- trace
  out
}

# Whether the default rule looks at the KKT residual. With a graph, ratios and coordinate descent
# are too slow for that, so the fall of F alone ends a fit. Exact orthogonality has other
# conditions.
has_residual_rule <- function(model) {
  (model$coef_step == "cg" || is.null(model$graph) && is.null(model$graph_basis)) &&
    !any(c(model$coef_step, model$basis_step) %in% c("hard", "choi"))
}

warn_unless_converged <- function(out, engine, control) {
  rules <- c(tol = control$tol, kkt = engine$kkt)
  rules <- rules[rules > 0]
  ruled <- is.null(control$tol) || length(rules)
  if ((out$status == "converged" || !ruled) && !is.infinite(out$value)) return()
  goal <- if (length(rules)) paste0("reach ", paste(names(rules), "=", rules, collapse = " or "))
          else "converge"
  message <- paste0("The fit did not ", goal, " in ", engine$max_iter, " iterations.\n",
                    "Raise max_iter or the tolerance in nmf_control(), or set it to 0 to run a\n",
                    "fixed number of iterations without this warning.")
  if (is.infinite(out$value)) {
    message <- paste0("The objective is infinite: zeros of the start leave entries of W H at 0 ",
                      "where X is positive.\n",
                      "Use init = \"nndsvda\", \"nndsvdar\" or \"random\" with this loss.")
  }
  warn_not_converged(message)
}

warn_not_converged <- function(message) {
  warning(structure(list(message = message, call = NULL),
                    class = c("metanmf_not_converged", "warning", "condition")))
}
