# How a contender is measured: whole calls, single iterations, peak memory.

# The problem as raw files for peers.py: adds `folder` to it.
write_problem <- function(problem) {
  problem$folder <- tempfile("problem")
  dir.create(problem$folder)
  put <- function(values, name) writeBin(values, file.path(problem$folder, name))
  x <- problem$x
  writeLines(paste(nrow(x), ncol(x), problem$r), file.path(problem$folder, "shape.txt"))
  if (is.matrix(x)) {
    put(as.double(x), "x")
  } else {
    put(x@x, "data")
    put(x@i, "indices")
    put(x@p, "indptr")
  }
  put(as.double(problem$start$w), "w")
  put(as.double(problem$start$h), "h")
  problem
}

run_python <- function(one, problem, arguments) {
  system2(find_python(), shQuote(c("bench/peers.py", problem$folder, one$python, arguments)),
          stdout = TRUE, stderr = FALSE)
}

# Times of whole calls with these iteration counts, and their relative errors: a data
# frame of count, seconds, error. Ends after a call that took longer than `budget`.
measure <- function(one, problem, counts, budget = Inf, at_least = 0.05, errors = FALSE) {
  if (!is.null(one$python)) {
    said <- run_python(one, problem, c(budget, at_least, sprintf("%.0f", counts)))
    return(utils::read.table(text = said, col.names = c("count", "seconds", "error")))
  }
  table <- data.frame(count = counts, seconds = NA_real_, error = NA_real_)
  last <- new.env()
  for (i in seq_along(counts)) {
    run <- function() last$fit <- one$fit(problem, counts[i])
    table$seconds[i] <- seconds(run, at_least)
    if (errors) table$error[i] <- problem$error(last$fit$w, last$fit$h)
    if (table$seconds[i] > budget) break
  }
  table[!is.na(table$seconds), ]
}

# The problem's first 200 columns, without rows of zeros: some refuse those.
few_columns <- function(problem) {
  few <- seq_len(min(200L, ncol(problem$x)))
  rows <- Matrix::rowSums(problem$x[, few]) > 0
  list(x = problem$x[rows, few], r = problem$r,
       start = list(w = problem$start$w[rows, ], h = problem$start$h[, few]))
}

# Those that can take the problem at all; says who cannot, and why. A refusal of this
# package means that it does not offer the combination.
able <- function(contenders, problem) {
  small <- few_columns(problem)
  Filter(function(one) {
    if (!is.null(one$python)) return(TRUE)
    tryCatch({
      one$fit(small, 1)
      TRUE
    }, metanmf_error = function(refusal) {
      say("Not offered: ", one$name)
      FALSE
    }, error = function(failure) {
      say("Skipped: ", one$name, " fails with: ", conditionMessage(failure))
      FALSE
    })
  }, contenders)
}

# Bytes of peak memory beyond what was held before a fit of five iterations.
contender_peak <- function(one, problem) {
  if (!is.null(one$python)) {
    said <- run_python(one, write_problem(problem), c("peak", "5"))
    return(as.numeric(sub("^peak ", "", grep("^peak ", said, value = TRUE)[1L])))
  }
  one$fit(few_columns(problem), 2)
  peak_of(function() one$fit(problem, 5))
}

# Called in a process of its own, which peak_apart() started.
print_peak <- function(name, problem, sparse = FALSE) {
  found <- Filter(function(one) one$name == name, present_contenders(sparse, quiet = TRUE))
  say("peak ", contender_peak(found[[1L]], problem))
}

# `prefix` goes before the contender's name in --peak=, for the script to find its problem.
memory_table <- function(contenders, size_of_x, prefix = "") {
  names <- vapply(contenders, `[[`, "", "name")
  peak <- vapply(paste0(prefix, names), peak_apart, 0)
  data.frame(contender = names, peak_MB = round(peak / 2^20, 1),
             share_of_x = signif(peak / size_of_x, 2), row.names = NULL)
}

# Iterations between the two counts, enough that their difference is 0.2 s or more.
calibrate <- function(one, problem) {
  between <- 4
  repeat {
    used <- measure(one, problem, c(2, 2 + between), at_least = 0)$seconds
    if (diff(used) >= 0.2 || between > 5000) return(between)
    between <- between * 4
  }
}

# Milliseconds per iteration, ratio to the first contender, and what a call costs besides.
iteration_table <- function(contenders, problem, repeats = bench_option("repeats", 3)) {
  between <- vapply(contenders, calibrate, 0, problem = problem)
  few <- many <- matrix(NA_real_, length(contenders), repeats)
  for (k in seq_len(repeats)) for (i in seq_along(contenders)) {
    used <- measure(contenders[[i]], problem, c(2, 2 + between[i]))$seconds
    few[i, k] <- used[1L]
    many[i, k] <- used[2L]
  }
  spent <- 1000 * (apply(many, 1L, min) - apply(few, 1L, min)) / between
  fixed <- 1000 * apply(few, 1L, min) - 2 * spent
  data.frame(contender = vapply(contenders, `[[`, "", "name"), ms = signif(spent, 3),
             ratio = signif(spent / spent[1L], 3), fixed_ms = signif(pmax(0, fixed), 2))
}
