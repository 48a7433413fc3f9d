# Between the verbs and the C engine: the lists it reads, the slices it runs, and powers of
# two where the data are near the ends of the double range.

# The model list the C entries read. `terms` as engine_penalty() makes them; `held`: known
# components, list(basis =, coef =), each NULL or a flag for every component; `features`, the
# rows of the data, matter to solver "hals" alone.
engine_model <- function(rank, loss, solver, terms = engine_penalty(NULL), penalties = NULL,
                         held = NULL, hold_basis = FALSE, features = rank) {
  cycles <- hals_cycles(features, rank)
  c(list(loss = loss, solver = solver, rank = rank, hold_basis = hold_basis,
         coef_cycles = cycles[[1L]], basis_cycles = cycles[[2L]],
         penalty = terms$penalty, graph = terms$graph, graph_basis = terms$graph_basis,
         held_coef = held$coef, held_basis = held$basis),
    solver_steps(solver, penalties))
}

# The data as the C entries read them: all entries, or compressed columns. `weights`: NULL, a
# matrix like a dense x, or one number for each stored entry of a sparse one. `facts`: as
# data_facts() finds them in x. A block of columns is masked where all of X is.
engine_data <- function(x, weights = NULL, facts = data_facts(x, weights),
                        masked = !is.null(weights) || facts$observed < length(stored_values(x))) {
  shared <- list(weight = weights, masked = masked, x_norm2 = facts$x_norm2)
  if (is.matrix(x)) {
    return(c(list(dense = x, dim = dim(x), start = NULL, row = NULL, value = NULL), shared))
  }
  c(list(dense = NULL, dim = dim(x), start = x@p, row = x@i, value = x@x), shared)
}

# The sums of no columns yet, as native_sweep() takes and returns them: B = X H', A = H H', the
# sums of H's rows, the loss, the number of columns; for Itakura-Saito B's denominators too.
engine_sums <- function(features, rank, loss) {
  xht <- matrix(0, features, rank)
  list(xht = xht, denominator = if (loss == "is") xht, hht = matrix(0, rank, rank),
       h_sum = numeric(rank), value = 0, columns = 0)
}

# ||X|| of what is observed, whatever the units.
norm_observed <- function(x) {
  facts <- data_facts(x)
  power <- scale_power(facts$largest)
  if (power != 0) facts <- data_facts(x * 2^power)
  sqrt(facts$x_norm2) / 2^power
}

# Runs a fit to its end and scales the result: list(w, h, divisor, value, trace, iterations,
# converged, kkt, engine, loss, dead), as new_nmf_fit() takes it. `data`: as check_data() returns
# them.
run_fit <- function(data, start, model, control, fixed_start) {
  engine <- running <- engine_control(control, model$loss)
  revive <- isTRUE(control$revive_dead)
  power <- scale_power(data$facts$largest)
  raised <- scale_up(data, start, model, power, fixed_start)
  running$step_tol_coef <- engine$step_tol * 2^power
  # Rounds of reviving go on from each other, and are scaled when all are done.
  if (revive) running$scale <- "none"
  out <- run_slices(raised$data, raised$w, raised$h, raised$model, running)
  if (revive) {
    out <- revive_dead(out, raised$data, raised$model, running)
    out <- scale_pair(out, engine$scale, model)
  }
  if (power != 0) out <- scale_back(out, engine$scale, model, power)
  warn_unless_converged(out, engine)
  trace <- scale_value_back(out$trace, model$loss, power)
  list(w = out$w, h = out$h, divisor = out$divisor, value = utils::tail(trace, 1L),
       trace = trace, iterations = out$iteration, converged = out$status == "converged",
       kkt = out$kkt, engine = engine,
       loss = scale_value_back(out$loss, model$loss, power), dead = out$dead)
}

# A scaled pair with H back in the units of the data. An unscaled W can be so small that H
# would overflow: then its columns are scaled all the same.
scale_back <- function(out, scale, model, power) {
  if (scale == "none" && any(is.infinite(out$h / 2^power))) out <- scale_pair(out, "max", model)
  # What no component of W needs can still be beyond the largest number.
  out$h <- pmin(out$h / 2^power, .Machine$double.xmax)
  out$dead <- sort(union(out$dead, dead_components(out$w, out$h)))
  out
}

# Components of which a column of W or a row of H is given and stays.
known_components <- function(model) {
  union(which(model$held_basis > 0), which(model$held_coef > 0))
}

# The pair with the columns of W scaled; what is known keeps its scale.
scale_pair <- function(out, scale, model) {
  out[c("w", "h", "divisor")] <- native_scale(out$w, out$h, scale,
                                             model[c("held_basis", "held_coef")])
  out$dead <- sort(union(out$dead, dead_components(out$w, out$h)))
  out
}

# Slices of half a second or so: short enough for the progress bar, long enough that
# handing the factors over costs nothing. Results do not depend on it.
run_slices <- function(data, w, h, model, engine) {
  entries <- if (is.null(data$dense)) length(data$value) else length(data$dense)
  multiplications <- 4 * max(entries, 1) * model$rank
  budget <- max(1, min(engine$max_iter, floor(4e9 / multiplications)))
  progress <- list(iteration = 0, value = NaN, budget = budget)
  out <- native_fit(data, w, h, model, engine, progress)
  # A fit that ends in its first slice is over before a bar could be seen.
  if (out$status != "running") return(out)
  report <- progress_bar("Factorising", engine$max_iter)
  report(out$iteration)
  traces <- list(out$trace)
  while (out$status == "running") {
    progress[c("iteration", "value")] <- out[c("iteration", "value")]
    out <- native_fit(data, out$w, out$h, model, engine, progress)
    traces[[length(traces) + 1L]] <- out$trace
    report(out$iteration)
  }
  out$trace <- unlist(traces)
  out
}

warn_unless_converged <- function(out, engine) {
  rules <- c(tol = engine$tol, kkt = engine$kkt)
  rules <- rules[rules > 0]
  if ((out$status == "converged" || !length(rules)) && !is.infinite(out$value)) return()
  message <- paste0("The fit did not reach ", paste(names(rules), "=", rules, collapse = " or "),
                    " in ", engine$max_iter, " iterations.\n",
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

# The power of two that brings the largest entry near 1 where squares would overflow
# or vanish, else 0. A power of two changes no bit of the iteration.
scale_power <- function(largest) {
  if (largest == 0 || (largest < 2^300 && largest > 2^-300)) return(0)
  max(-1000, min(1000, -floor(log2(largest))))
}

# X, H and the penalties' weights brought to that power: list(data, w, h, model), `data` as
# the engine reads them. The squares of X itself may have overflowed, so they are summed again.
scale_up <- function(data, start, model, power, fixed_start = TRUE) {
  data <- scale_up_data(data, power)
  if (power != 0 && fixed_start) start$h <- start$h * 2^power
  model$penalty <- scale_up_terms(model$penalty, model$loss, power)
  if (!model$hold_basis) start <- rescale_start(start, model)
  list(data = do.call(engine_data, data), w = start$w, h = start$h,
       model = model)
}

scale_up_data <- function(data, power) {
  if (power == 0) return(data)
  x <- data$x * 2^power
  list(x = x, weights = data$weights, facts = data_facts(x, data$weights))
}

# A start whose squares would overflow or vanish, brought near 1, but for what is held: the scale
# of a component passes from W to H, and what is then still too large in H, or as a whole too
# small, is no start that could be kept.
rescale_start <- function(start, model) {
  free <- function(held) if (is.null(held)) rep(TRUE, ncol(start$w)) else held == 0
  free_w <- free(model$held_basis)
  free_h <- free(model$held_coef)
  size <- native_sizes(start$w, start$h)
  if (all(vapply(c(size$w_largest, size$h_largest), scale_power, 0) == 0)) return(start)
  by <- free_w * vapply(size$w_largest, scale_power, 0)
  largest <- size$h_largest
  far <- free_h & largest > 0 & log2(largest) - by >= 300
  by_h <- ifelse(far, pmax(-1000, -floor(log2(largest))), -by * free_h)
  if (any(by != 0)) start$w <- start$w * rep(2^by, each = nrow(start$w))
  if (any(by_h != 0)) start$h <- start$h * 2^by_h
  power <- scale_power(max(0, start$h[free_h, ]))
  if (power != 0) start$h[free_h, ] <- start$h[free_h, ] * 2^power
  start
}

# Values of the objective back in the units of the data: F goes with the square, KL
# with the first power, IS has no units. In two steps, so that the factor itself cannot overflow.
scale_value_back <- function(value, loss, power) {
  if (power == 0 || loss == "is") return(value)
  value <- value / 2^power
  if (loss == "kl") value else value / 2^power
}
