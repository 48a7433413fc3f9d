# Jobs whose results are rows of a folder. Only units without a row are run, every row is on the
# disk before the next one is begun, and if a worker dies, only the row that it was making is lost.
#
# A job is list(file, units, call): `units`, a data frame of the keys of the rows to be made, which
# go to `file`; `call`, a list of what its work needs beside. The work on it is a list of
# - `run(units, keep, <call>)`, which makes the rows and hands each to keep() when it is finished
# - `failed(unit, error, <call>)`, the row of a unit at which two workers died
# - `costs(units, <call>)`, how long each unit takes against the others; `label`, for the bar

# With `retry`, rows that report an error count as missing.
run_rows <- function(store, folder, jobs, work, retry = FALSE) {
  jobs <- lapply(jobs, function(job) {
    job$file <- file.path(normalizePath(folder), basename(job$file))
    rows_left(store, job, read_rows(store, job$file), retry)
  })
  jobs <- unname(Filter(function(job) nrow(job$units) > 0L, jobs))
  if (!length(jobs)) return(invisible())
  token <- normalizePath(lock_folder(store, folder))
  on.exit(unlink(paste0(token, "*")))
  calls <- Map(function(job, number) {
    list(store = store, job = job, run = work$run, token = job_token(token, number))
  }, jobs, seq_along(jobs))
  before <- vapply(jobs, function(job) count_lines(job$file), 0)
  map_jobs(calls, write_rows, row_progress(jobs, before, work), stop, death_rule(before, work))
}

# The job without the units that have a row. A file may also hold rows of another job, if two names
# make the same file name, or if someone put them there.
rows_left <- function(store, job, rows, retry = FALSE) {
  if (retry) rows <- rows[is.na(rows[[store$failure]]), ]
  if (!is.null(rows)) {
    done <- row_keys(job$units, store$key) %in% row_keys(rows, store$key)
    job$units <- job$units[!done, , drop = FALSE]
  }
  job
}

# Runs the job, here or on a worker; `after` is called after each row.
write_rows <- function(store, job, run, token, after) {
  old <- options(metanmf.progress = FALSE)
  on.exit(options(old))
  keep <- function(row) {
    if (!file.exists(token)) {
      stop_input(store$argument, "used by one session at a time",
                 "one that another session took over")
    }
    write_row(store, row, job$file)
    after()
  }
  # The worker may have died after its last row, with nothing left to do.
  if (nrow(job$units)) do.call(run, c(list(job$units, keep), job$call), quote = TRUE)
}

# Advances the progress bar by the costs of the rows that a job has written.
row_progress <- function(jobs, before, work) {
  costs <- lapply(jobs, function(job) {
    do.call(work$costs, c(list(job$units), job$call), quote = TRUE)
  })
  spent <- numeric(length(jobs))
  report <- progress_bar(work$label, sum(unlist(costs)), parent.frame())
  function(i) {
    done <- min(count_lines(jobs[[i]]$file) - before[[i]], length(costs[[i]]))
    now <- sum(costs[[i]][seq_len(done)])
    if (now <= spent[[i]]) return()
    spent[[i]] <<- now # nolint: undesirable_operator_linter.
    report(sum(spent))
  }
}

count_lines <- function(file) {
  if (!file.exists(file)) return(0)
  sum(readBin(file, "raw", file.size(file)) == charToRaw("\n"))
}

# What happens when a worker dies: its job continues with the first unit that has no row, under a
# new token. A unit at which two workers have died gets a row with that message.
death_rule <- function(before, work) {
  died_at <- rep_len("", length(before))
  function(i, call, deaths) {
    unlink(call$token)
    call$token <- job_token(call$token, deaths)
    store <- call$store
    rows <- read_rows(store, call$job$file)
    call$job <- rows_left(store, call$job, rows[seq_along(rows[[1L]]) > before[[i]], ])
    if (!nrow(call$job$units)) return(call)
    unit <- call$job$units[1L, , drop = FALSE]
    warning(warningCondition(paste0(
      "A worker died at ", toString(unlist(unit[store$key])), ".\n",
      "Nothing finished is lost, and new workers continue. Memory may be short: use fewer workers."
    ), class = "metanmf_worker_died"))
    key <- row_keys(unit, store$key)
    if (identical(key, died_at[[i]])) {
      row <- do.call(work$failed, c(list(unit, worker_died(2L)), call$job$call), quote = TRUE)
      write_row(store, row, call$job$file)
      call$job$units <- call$job$units[-1L, , drop = FALSE]
    }
    died_at[[i]] <<- key # nolint: undesirable_operator_linter.
    call
  }
}
