# Runs the jobs of an experiment, one after the other or over the workers of a plan, and
# shows the time left.

run_jobs <- function(jobs, data, protocol, folder, retry) {
  files <- vapply(jobs, job_file, "", folder = folder)
  left <- Map(function(job, file) unfinished(job, read_rows(file), retry), jobs, files)
  left <- Filter(function(job) nrow(job$fits) > 0L, left)
  if (!length(left)) return(invisible())
  token <- take_folder(folder)
  on.exit(unlink(token))
  costs <- lapply(left, function(job) fit_costs(job, data[[job$dataset]], protocol))
  work <- list(jobs = left, files = files[names(left)], data = data, protocol = protocol,
               token = token, costs = costs)
  report <- progress_bar("Experiment", sum(unlist(work$costs)))
  if (length(left) > 1L && requireNamespace("future", quietly = TRUE) &&
        future::nbrOfWorkers() > 1L) {
    spread_jobs(work, report)
  } else {
    follow_jobs(work, report)
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
take_folder <- function(folder) {
  unlink(list.files(folder, "^run-", full.names = TRUE))
  token <- file.path(folder, basename(tempfile("run-")))
  if (!suppressWarnings(file.create(token))) {
    stop_input("folder", "a folder that can be written to", describe(folder))
  }
  token
}

# Runs a job and writes every row as soon as it is there; `after` is told of each.
write_job <- function(job, data, protocol, file, token, after = function() NULL) {
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

follow_jobs <- function(work, report) {
  spent <- 0
  for (i in seq_along(work$jobs)) {
    job <- work$jobs[[i]]
    finished <- 0L
    write_job(job, work$data[[job$dataset]], work$protocol, work$files[[i]], work$token,
              function() {
                # nolint start: undesirable_operator_linter.
                finished <<- finished + 1L
                spent <<- spent + work$costs[[i]][[finished]]
                # nolint end
                report(spent)
              })
  }
}

spent_cost <- function(work, before) {
  lines <- vapply(work$files, count_lines, 0) - before
  sum(mapply(function(cost, done) sum(cost[seq_len(min(done, length(cost)))]), work$costs, lines))
}

count_lines <- function(file) {
  if (!file.exists(file)) return(0)
  sum(readBin(file, "raw", file.size(file)) == charToRaw("\n"))
}

# Multiplications of each fit of a job, about: for the time left.
fit_costs <- function(job, data, protocol) {
  target <- target_control(protocol$control)$max_iter
  whole <- protocol$control$epochs * target
  iterations <- c(baseline = target, meta = whole, c2 = whole, long = whole, hals = 1000,
                  kmeans = 1000)
  rank <- if (is.na(job$rank)) 1 else job$rank
  iterations[job$fits$variant] * length(data$x) * (rank + 4)
}
