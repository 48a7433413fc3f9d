# The runs of consensus_nmf(), kept as rows of a folder, each with its basis in a file beside it.

run_store <- list(
  types = c(run = "integer", objective = "numeric", deviance = "numeric", iterations = "integer",
            converged = "logical", dead = "integer", digest = "character", data = "character",
            message = "character"),
  key = "run", failure = "message", claim = "data", description = "consensus.txt",
  format = "metanmf consensus 1", argument = "folder", verb = "consensus_nmf()",
  renew_rows = identity, renew_owner = identity
)

run_work <- list(label = "Runs", run = function(...) make_runs(...),
                 failed = function(unit, error, ...) failed_run(unit$run, error),
                 costs = function(units, ...) rep(1, nrow(units)))

# Makes the runs that have no row yet: list(scores, w, stopped). Runs that were finished before an
# interrupt stay.
stored_runs <- function(count, plan, retry) {
  jobs <- lapply(seq_len(count), function(run) {
    list(file = paste0("start-", run, ".rows"), units = data.frame(run = run),
         call = list(plan = plan))
  })
  stopped <- tryCatch({
    run_rows(run_store, plan$folder, jobs, run_work, retry)
    FALSE
  }, interrupt = function(condition) TRUE)
  scores <- do.call(rbind, lapply(jobs, function(job) {
    utils::tail(read_rows(run_store, file.path(plan$folder, job$file)), 1L)
  }))
  w <- lapply(seq_len(NROW(scores)), function(i) {
    if (is.na(scores$message[[i]])) stored_basis(plan, scores[i, ])
  })
  list(scores = scores[setdiff(names(scores), c("digest", "data"))], w = w, stopped = stopped)
}

# Makes the runs `units` of a plan. The basis of a run is written before its row is handed to
# keep().
make_runs <- function(units, keep, plan) {
  for (run in units$run) {
    keep(tryCatch({
      fit <- planned_fit(plan, run)
      write_checkpoint(basis_file(plan, run), basis_owner(plan, run), list(fit$w))
      data.frame(run = run, objective = objective(fit), deviance = deviance(fit),
                 iterations = fit$iterations, converged = fit$converged, dead = length(fit$dead),
                 digest = value_digest(unname(fit$w)), data = "x", message = NA_character_)
    }, error = function(error) {
      if (inherits(error, "metanmf_disk")) stop(error)
      failed_run(run, error)
    }))
  }
}

failed_run <- function(run, error) {
  data.frame(run = run, objective = NA_real_, deviance = NA_real_, iterations = NA_integer_,
             converged = NA, dead = NA_integer_, digest = NA_character_, data = "x",
             message = conditionMessage(error))
}

# One run, which depends on the plan and its own number alone.
planned_fit <- function(plan, run) {
  with_stream({
    x <- if (plan$resample == "poisson") draw_counts(plan$x) else plan$x
    quietly(do.call(nmf, c(alist(x = x), list(rank = plan$rank), plan$arguments,
                           list(samples = "columns"))))
  }, "consensus_nmf", plan$stream, run)
}

basis_file <- function(plan, run) file.path(plan$folder, paste0("start-", run, ".basis"))

basis_owner <- function(plan, run) c(model = plan$digest, run = run)

# The basis of a finished run. If its file is missing or damaged, the run is made again, to the bit.
stored_basis <- function(plan, row) {
  file <- basis_file(plan, row$run)
  numbers <- kept_numbers(file)
  if (length(numbers) == nrow(plan$x) * plan$rank) {
    w <- matrix(numbers, nrow(plan$x))
    if (value_digest(w) == row$digest) return(w)
  }
  w <- unname(planned_fit(plan, row$run)$w)
  if (value_digest(w) != row$digest) {
    stop_input("folder", "a folder as consensus_nmf() left it",
               paste0(basename(file), ": it is gone or damaged, and its run gives other numbers ",
                      "here"), "Use another folder.", class = "metanmf_corrupt_file")
  }
  write_checkpoint(file, basis_owner(plan, row$run), list(w))
  w
}
