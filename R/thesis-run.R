# The jobs of an experiment: which are left, how they are run and written, what is done when a
# worker dies.

run_jobs <- function(jobs, data, protocol, folder, retry) {
  files <- vapply(jobs, job_file, "", folder = folder)
  left <- Map(function(job, file) unfinished(job, read_rows(file), retry), jobs, files)
  left <- Filter(function(job) nrow(job$fits) > 0L, left)
  if (!length(left)) return(invisible())
  token <- lock_folder(folder)
  on.exit(unlink(paste0(token, "*")))
  files <- normalizePath(files[names(left)], mustWork = FALSE)
  calls <- Map(function(job, file, number) {
    list(job = job, data = data[[job$dataset]], protocol = protocol, file = file,
         token = job_token(normalizePath(token), number))
  }, left, files, seq_along(left))
  progress <- row_progress(left, files, data, protocol)
  map_jobs(unname(calls), write_job, progress, stop, death_rule(files, protocol))
}

# Moves the bar by what the rows of a job cost that have come since it began.
row_progress <- function(jobs, files, data, protocol) {
  costs <- lapply(jobs, function(job) fit_costs(job, data[[job$dataset]], protocol))
  before <- vapply(files, count_lines, 0)
  spent <- numeric(length(jobs))
  report <- progress_bar("Experiment", sum(unlist(costs)), parent.frame())
  function(i) {
    done <- min(count_lines(files[[i]]) - before[[i]], length(costs[[i]]))
    now <- sum(costs[[i]][seq_len(done)])
    if (now <= spent[[i]]) return()
    spent[[i]] <<- now # nolint: undesirable_operator_linter.
    report(sum(spent))
  }
}

# The job without the fits that are done; with `retry` those that failed count as not done.
unfinished <- function(job, rows, retry) {
  if (retry) rows <- rows[is.na(rows$message), ]
  if (is.null(rows)) return(job)
  # A file may hold rows of another job: by names that make the same file name, or by hand.
  done <- fit_key(c(job[c("dataset", "noise", "rank", "seed")], job$fits)) %in% fit_key(rows)
  job$fits <- job$fits[!done, ]
  job
}

# Whoever took the folder last writes to it. Workers of a session that was interrupted or
# killed see their token gone and stop, so that no job has two writers.
lock_folder <- function(folder) {
  unlink(list.files(folder, "^run-", full.names = TRUE))
  token <- file.path(folder, basename(tempfile("run-")))
  if (!suppressWarnings(file.create(token))) {
    stop_input("folder", "a folder that can be written to", describe(folder))
  }
  token
}

# A job has a token of its own too, by which a worker that is believed dead but lives is stopped.
job_token <- function(token, number) {
  own <- paste0(token, "-", number)
  file.create(own)
  own
}

# Runs a job and writes every row as soon as it is there; `after` is told of each.
write_job <- function(job, data, protocol, file, token, after) {
  old <- options(metanmf.progress = FALSE)
  on.exit(options(old))
  run_job(job, data, protocol, function(row) {
    if (!file.exists(token)) {
      stop_input("folder", "used by one session at a time", "one that another session took over")
    }
    write_row(row, file)
    after()
  })
}

# What is done when a worker dies: its job goes on with the first fit that has no row, under a new
# token, and a fit at which two workers have died is a row with that message.
death_rule <- function(files, protocol) {
  before <- vapply(files, count_lines, 0)
  died_at <- rep_len("", length(files))
  function(i, call, deaths) {
    unlink(call$token)
    call$token <- job_token(call$token, deaths)
    rows <- read_rows(call$file)
    call$job <- unfinished(call$job, rows[seq_along(rows$seed) > before[[i]], ], retry = FALSE)
    if (!nrow(call$job$fits)) return(call)
    key <- c(call$job, call$job$fits[1L, ])[fit_names]
    warn_death(key)
    if (identical(fit_key(key), died_at[[i]])) {
      write_row(failed_row(key, worker_died(2L), protocol), call$file)
      call$job$fits <- call$job$fits[-1L, ]
    }
    died_at[[i]] <<- fit_key(key) # nolint: undesirable_operator_linter.
    call
  }
}

warn_death <- function(key) {
  warning(warningCondition(paste0(
    "A worker died at the fit ", toString(unlist(key)), ".\n",
    "Nothing finished is lost, and new workers go on. Memory may be short: use fewer workers."
  ), class = "metanmf_worker_died"))
}

count_lines <- function(file) {
  if (!file.exists(file)) return(0)
  sum(readBin(file, "raw", file.size(file)) == charToRaw("\n"))
}

# Multiplications of each fit of a job, about: for the time left.
fit_costs <- function(job, data, protocol) {
  target <- target_control(protocol$control)$max_iter
  whole <- protocol$control$epochs * target
  iterations <- c(baseline = target, meta = whole, plain_matched = whole, plain_long = whole,
                  hals = 1000,
                  kmeans = 1000)
  rank <- if (is.na(job$rank)) 1 else job$rank
  iterations[job$fits$variant] * length(data$x) * (rank + 4)
}
