# Who reaches a given error first: seconds of whole calls to goals that depend on the best
# error seen. `problem$error(w, h)` measures a fit outside of the timed part.

# Errors after more and more iterations, until a call takes longer than the budget.
error_curve <- function(one, problem, budget) {
  measure(one, problem, unique(round(1.5^(0:40))), budget, at_least = 0, errors = TRUE)
}

# The iterations that reach `goal`, log error being interpolated between two counts of the
# curve. Errors fall ever slower, so this is late rather than early. NA: not reached.
iterations_to <- function(curve, goal) {
  reached <- which(curve$error <= goal)
  if (!length(reached)) return(NA_real_)
  last <- reached[1L]
  if (last == 1L) return(curve$count[1L])
  above <- log(curve$error[last - 1L])
  share <- (above - log(goal)) / (above - log(curve$error[last]))
  before <- curve$count[last - 1L]
  ceiling(before + share * (curve$count[last] - before))
}

# The whole calls that reach `goals(best error of all)`, a named vector from loose to
# strict, timed in turns. A call above half a second is timed once.
race <- function(contenders, problem, goals, budget = bench_option("budget", 2),
                 repeats = bench_option("repeats", 3)) {
  curves <- lapply(contenders, error_curve, problem = problem, budget = budget)
  lowest <- vapply(curves, function(curve) min(curve$error, na.rm = TRUE), 0)
  wanted <- goals(min(lowest))
  counts <- vapply(curves, function(curve) vapply(wanted, iterations_to, 0, curve = curve),
                   wanted)
  counts <- matrix(counts, length(contenders), byrow = TRUE)
  times <- matrix(Inf, nrow(counts), ncol(counts), dimnames = list(NULL, names(wanted)))
  for (k in seq_len(repeats)) for (i in seq_along(contenders)) {
    run <- which(!is.na(counts[i, ]) & (k == 1 | times[i, ] < 0.5))
    if (!length(run)) next
    used <- measure(contenders[[i]], problem, counts[i, run])$seconds
    times[i, run] <- pmin(times[i, run], used)
  }
  list(names = vapply(contenders, `[[`, "", "name"), times = times, counts = counts,
       lowest = lowest, budget = budget)
}

# Seconds, and iterations to the middle goal, "-" for a goal that was not reached; then how
# much longer than this package the fastest other takes.
print_race <- function(found) {
  shown <- function(values) {
    text <- format(signif(values, 3), drop0trailing = TRUE, trim = TRUE)
    ifelse(is.finite(values), text, "-")
  }
  middle <- ceiling(ncol(found$times) / 2)
  say("best error seen ", signif(min(found$lowest), 6), "; budget ", found$budget, " s a call")
  table <- data.frame(contender = found$names, shown(found$times),
                      iterations = shown(found$counts[, middle]),
                      lowest_error = signif(found$lowest, 6), check.names = FALSE)
  dimnames(table)[[2L]][1L + seq_len(ncol(found$times))] <- colnames(found$times)
  names(table)[ncol(table) - 1L] <- paste0("iterations_", colnames(found$times)[middle])
  print(table, row.names = FALSE)
  own <- grepl("^metanmf", found$names)
  if (any(own)) print_lead(found, own, "the best of this package")
  default <- startsWith(found$names, paste("metanmf", offered("solver")[1L]))
  if (any(default)) print_lead(found, default, "the default solver")
}

print_lead <- function(found, mine, whose) {
  own <- grepl("^metanmf", found$names)
  lead <- vapply(colnames(found$times), function(goal) {
    best <- min(found$times[mine, goal])
    others <- found$times[!own, goal]
    if (!is.finite(best) || !any(is.finite(others))) return(paste0(goal, ": -"))
    paste0(goal, ": ", signif(min(others) / best, 3), "x (", found$names[!own][which.min(others)],
           ")")
  }, "")
  say("fastest other / ", whose, ", ", toString(lead))
}
