# The folder from which several starts of one model that were stopped go on: a file of numbers for
# each start.

start_store <- list(
  description = "nmf.txt", format = "metanmf nmf 1", argument = "folder",
  verb = "nmf()", renew_owner = identity
)

# The folder, made or checked, with the generator where it stood when the starts were first drawn.
# NULL where there is none.
open_start_folder <- function(folder, n_start, data, rank, spec) {
  if (is.null(folder)) return(NULL)
  if (n_start == 1L) {
    stop_input("folder", "NULL with one start, since a folder keeps fits that have ended",
               describe(folder), "Use n_start = 20 with it, for example.")
  }
  if (is_source(data$x)) {
    stop_input("folder", "NULL for data in blocks", describe(folder),
               "Fit one start after the other, and keep the fits with saveRDS().")
  }
  if (!is.null(spec$online)) {
    stop_input("folder", "NULL with solver = \"online\"", describe(folder),
               "Its sums are not kept in a folder: keep the fits with saveRDS().")
  }
  decide <- c("loss", "penalties", "control", "constraints", "solver", "known")
  owner <- c(rank = rank, init = spec$init, model = value_digest(spec[decide]))
  folder <- open_search_folder(start_store, folder, owner, data,
                               data[c("weights", "margins")])
  file <- file.path(folder, "starts.state")
  if (file.exists(file)) {
    assign(".Random.seed", read_checkpoint(file)$random, globalenv())
  } else {
    # Without a state there is none to keep, so a first draw makes one.
    if (!exists(".Random.seed", globalenv(), inherits = FALSE)) stats::runif(1L)
    write_checkpoint(file, c(format = start_store$format, version = process$version), numeric(),
                     "folder")
  }
  folder
}

# The parts of a run that its file holds, behind their lengths.
run_parts <- c("w", "h", "divisor", "trace", "iterations", "converged", "kkt", "loss", "dead",
               "dispersion", "cost")

# The value of `code`, which is what run_model() makes of a start. It is kept in the folder. If it
# was kept there before, that one is returned, with the warning that it gave. A file that cannot be
# read is made again.
kept_run <- function(spec, number, shape, start, code) {
  if (is.null(spec$folder)) return(code)
  file <- file.path(spec$folder, paste0("start-", number, ".run"))
  run <- read_run(kept_numbers(file), shape, spec)
  if (!is.null(run)) {
    run$components <- colnames(start$w)
    warn_unless_converged(list(status = if (run$converged) "converged" else "ended",
                               value = run$value), run$engine, spec$control)
    return(run)
  }
  run <- code
  parts <- run[run_parts]
  write_checkpoint(file, c(format = start_store$format, version = process$version),
                   list(lengths(parts), unlist(parts)), "folder")
  run
}

# A run from the numbers of its file, or NULL if there are none. `shape` is that of the data.
read_run <- function(numbers, shape, spec) {
  if (is.null(numbers)) return(NULL)
  sizes <- numbers[seq_along(run_parts)]
  part <- factor(rep(run_parts, sizes), run_parts)
  run <- split(numbers[-seq_along(run_parts)], part)
  rank <- length(run$w) / shape[[1L]]
  run$w <- matrix(run$w, shape[[1L]])
  run$h <- matrix(run$h, rank)
  run$cost <- matrix(run$cost, rank)
  run$dead <- as.integer(run$dead)
  run$converged <- run$converged == 1
  if (!length(run$dispersion)) run["dispersion"] <- list(NULL)
  run$value <- utils::tail(run$trace, 1L)
  run$engine <- engine_control(spec$control, spec$loss)
  run
}
