# Where a group fit begins: W and H as nmf() draws them for all columns, B_i from the level that a
# task's features seldom fall below.

# Passes over the coefficients before the first basis moves, since the private ones are drawn.
settling_passes <- 20L

# The columns of each task in the bound matrix.
task_columns <- function(counts) {
  ends <- cumsum(counts)
  Map(seq.int, ends - counts + 1L, ends)
}

# list(w, own, coef) from a start of W and H. Without parts of tasks' own it is that start alone.
group_start <- function(start, plan) {
  columns <- task_columns(vapply(plan$given, function(one) ncol(one$x), 1L))
  coef <- Map(function(at, q) {
    rbind(unname(start$h[, at, drop = FALSE]), drawn_matrix(q, length(at)))
  }, columns, plan$private)
  own <- if (is.null(plan$spec$tied)) Map(private_start, plan$level, plan$private)
         else lapply(plan$given, function(one) changed_start(start$w))
  list(w = unname(start$w), own = unname(own), coef = unname(coef), trace = numeric(),
       converged = FALSE)
}

# V_i: a tenth of W's mean, since most of a task is to be shared.
changed_start <- function(w) mean(w) / 10 * drawn_matrix(nrow(w), ncol(w)) * 2

drawn_matrix <- function(rows, columns) matrix(stats::runif(rows * columns), rows, columns)

# B_i: additive nuisance is there in nearly all samples of a task, so each feature starts near the
# value that a tenth of them are below, and no feature starts at 0.
private_start <- function(level, q) level * drawn_matrix(length(level), q) * 2

private_level <- function(data) {
  low_level(spaced_samples(data$x)) + data$facts$sum / count_observed(data) / 10
}

# The 10 % quantile of each row, as quantile() has it; 0 where nothing was observed. Some rows at a
# time, so that what is sorted is small beside the data.
low_level <- function(x) {
  group <- (seq_len(nrow(x)) - 1L) %/% max(1L, 2^18 %/% ncol(x))
  levels <- lapply(split(seq_len(nrow(x)), group), function(rows) {
    sorted_level(x[rows, , drop = FALSE])
  })
  unlist(levels, use.names = FALSE)
}

sorted_level <- function(x) {
  rows <- nrow(x)
  sorted <- matrix(x[order(rep(seq_len(rows), ncol(x)), x)], ncol(x))
  place <- 1 + pmax(colSums(!is.na(sorted)) - 1, 0) * 0.1
  entry <- function(place) sorted[cbind(place, seq_len(rows))]
  below <- entry(floor(place))
  above <- entry(ceiling(place))
  share <- place - floor(place)
  level <- ifelse(above > below, (1 - share) * below + share * above, below)
  ifelse(is.na(level), 0, level)
}

# Brings the coefficients to their bases. Drawn private ones fit nothing yet, and a basis that moved
# by them would lose its start.
settle_coef <- function(state, plan) {
  if (!any(vapply(state$own, ncol, 1L) > 0L)) return(state)
  order <- list(tied = plan$spec$tied, lags = plan$lags, passes = settling_passes, budget = 0,
                iteration = 0, value = NaN, pending = FALSE, look = FALSE)
  engine <- replace(plan$engine, "max_iter", 1)
  parts <- c("w", "own", "coef")
  state[parts] <- native_group(plan$tasks, state[parts], plan$model, engine, order)[parts]
  state
}

# Iterations that starts are compared after.
trial_iterations <- 20L

# The start to go on with. Of several that are drawn it is the one with the lowest F after some
# iterations, and the fit goes on from there, so that they are not lost.
best_group_start <- function(init, n_start, bound, tasks, plan) {
  drawn <- is.character(init) && init[[1L]] %in% c("random", "nndsvdar")
  count <- if (is.null(n_start)) if (drawn) 3L else 1L else check_starts(n_start, init, bound)
  if (is.list(init) && !is.null(init[["h"]])) init$h <- in_task_order(init$h, tasks)
  draw <- start_source(init, bound$x, plan$rank, NULL, whole_layout(bound$x))
  states <- lapply(seq_len(count), function(i) {
    start <- draw()
    if (needs_mean(init, plan$spec$solver)) start <- match_mean(start, bound)
    group_start(start, plan)
  })
  if (count == 1L) return(settle_coef(states[[1L]], plan))
  trials <- min(trial_iterations, plan$spec$control$max_iter)
  states <- lapply(states, function(state) {
    run_group(settle_coef(state, plan), plan, trials, fall_rule(0))
  })
  states[[which.min(vapply(states, function(one) utils::tail(one$trace, 1L), 0))]]
}

# H of a given start has its columns in the order of the answer; a plan has the tasks one after the
# other.
in_task_order <- function(h, tasks) {
  at <- unlist(tasks$columns)
  if (length(dim(h)) == 2L && ncol(h) == length(at)) h[, at, drop = FALSE] else h
}
