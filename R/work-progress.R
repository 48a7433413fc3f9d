# Progress bars for what takes longer than cli's two seconds, and the time that a fit has left.

# Returns a function to call with the number of steps done and, where it has changed, their total;
# the bar closes when `frame`, by default the caller, returns or fails. A script or a batch job has
# no bars unless it asks for them by options(metanmf.progress = TRUE).
progress_bar <- function(label, total, frame = parent.frame()) {
  if (!isTRUE(getOption("metanmf.progress", interactive()))) return(function(...) NULL)
  bar <- cli::cli_progress_bar(label, total = total, .auto_close = TRUE, .envir = frame)
  # cli closes a full bar by itself and forgets its id, so a full bar is not updated again.
  full <- FALSE
  function(done, total_now = total) {
    if (full) return(NULL)
    full <<- done >= total_now # nolint: undesirable_operator_linter.
    cli::cli_progress_update(set = done, total = total_now, id = bar, .envir = frame)
  }
}

# How many iterations a fit has left, from the objective after each one so far. The relative fall of
# the objective shrinks about as a power of the iteration. A straight line through its recent half,
# with both in logarithms, therefore predicts when it reaches `tol`. (A geometric fall was tried as
# well, and predicts an end two to five times too early.) The answer is at least 1, as the fit is
# still running, and at most what `max_iter` leaves, also if nothing can be predicted.
iterations_left <- function(trace, tol, max_iter) {
  done <- length(trace) - 1L
  most <- max_iter - length(trace)
  if (done < 5L || tol <= 0) return(most)
  recent <- seq.int(done %/% 2L + 1L, done)
  falls <- (trace[recent] - trace[recent + 1L]) / abs(trace[recent + 1L])
  if (!all(is.finite(falls) & falls > 0)) return(most)
  time <- log(recent)
  slope <- stats::cov(time, log(falls)) / stats::var(time)
  if (slope >= 0) return(most)
  at <- exp(mean(time) + (log(tol) - mean(log(falls))) / slope)
  min(most, max(1, round(at - done)))
}
