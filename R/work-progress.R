# A progress bar for what takes longer than cli's two seconds. It is off with
# options(metanmf.progress = FALSE).

# Returns a function to call with the number of steps done; the bar closes when
# `frame`, by default the caller, returns or fails.
progress_bar <- function(label, total, frame = parent.frame()) {
  if (!isTRUE(getOption("metanmf.progress", TRUE))) return(function(done) NULL)
  bar <- cli::cli_progress_bar(label, total = total, .auto_close = TRUE, .envir = frame)
  # cli closes a full bar by itself and forgets its id, so a full bar is not updated again.
  full <- FALSE
  function(done) {
    if (full) return(NULL)
    full <<- done >= total # nolint: undesirable_operator_linter.
    cli::cli_progress_update(set = done, id = bar, .envir = frame)
  }
}
