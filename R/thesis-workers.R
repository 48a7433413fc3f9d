# The jobs of an experiment over the workers of a plan. A worker can die, for lack of memory or by
# a fault: its job goes on on a new one, and a fit at which two have died is a failed fit.

# As many jobs at a time as there are workers. What they have done is seen in their files. After
# a death nothing more is sent until the others have ended, since new workers end the old.
spread_jobs <- function(work, report) {
  work$before <- vapply(work$files, count_lines, 0)
  work$died_at <- rep_len("", length(work$jobs))
  waiting <- seq_along(work$jobs)
  running <- list()
  lost <- integer()
  while (length(waiting) || length(running) || length(lost)) {
    while (length(waiting) && !length(lost) && length(running) < future::nbrOfWorkers()) {
      sent <- running_or_dead(send_job(work, waiting[[1L]]))
      if (is_dead(sent)) lost <- waiting[[1L]] else running[[as.character(waiting[[1L]])]] <- sent
      waiting <- waiting[-1L]
    }
    states <- lapply(running, function(job) running_or_dead(future::resolved(job)))
    ended <- vapply(states, function(state) is_dead(state) || state, NA)
    results <- lapply(running[ended], function(job) running_or_dead(future::value(job)))
    lost <- c(lost, as.integer(names(results)[vapply(results, is_dead, NA)]))
    running <- running[!ended]
    if (length(lost) && !length(running)) {
      work <- renew_workers(work, lost)
      waiting <- c(lost, waiting)
      lost <- integer()
    }
    report(spent_cost(work, work$before))
    if (!any(ended)) Sys.sleep(0.2)
  }
}

send_job <- function(work, i) {
  run <- carry_instructions(write_job)
  job <- work$jobs[[i]]
  data <- work$data[[job$dataset]]
  protocol <- work$protocol
  file <- normalizePath(work$files[[i]], mustWork = FALSE)
  token <- normalizePath(work$token)
  future::future(run(job, data, protocol, file, token), packages = "metanmf", seed = NULL,
                 globals = c("run", "job", "data", "protocol", "file", "token"))
}

# What future says of a worker that is gone is an error of this class, whoever is asked.
running_or_dead <- function(code) tryCatch(code, FutureError = identity)
is_dead <- function(state) inherits(state, "FutureError")

# New workers of the same plan, and what is left of the jobs that the old ones lost. A worker
# that is believed dead but lives finds its token gone when it has a row to write.
renew_workers <- function(work, lost) {
  work$token <- take_folder(dirname(work$token))
  for (i in lost) work <- after_death(work, i)
  plan <- future::plan("list")
  future::plan(future::sequential)
  future::plan(plan)
  work
}

# The job without what was done of it, and without a fit at which a worker has died before.
after_death <- function(work, i) {
  rows <- read_rows(work$files[[i]])
  written <- rows[seq_along(rows$seed) > work$before[[i]], ]
  job <- unfinished(work$jobs[[i]], written, retry = FALSE)
  if (nrow(job$fits)) {
    key <- c(job, job$fits[1L, ])[fit_names]
    warn_death(key)
    if (identical(fit_key(key), work$died_at[[i]])) {
      condition <- simpleError("its worker died, twice")
      write_row(failed_row(key, condition, work$protocol), work$files[[i]])
      job$fits <- job$fits[-1L, ]
    }
    work$died_at[[i]] <- fit_key(key)
  }
  work$jobs[[i]] <- job
  work
}

warn_death <- function(key) {
  warning(warningCondition(paste0(
    "A worker died at the fit ", toString(unlist(key)), ".\n",
    "Nothing finished is lost, and new workers go on. Memory may be short: use fewer workers."
  ), class = "metanmf_worker_died"))
}
