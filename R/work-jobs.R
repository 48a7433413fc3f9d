# Jobs, one after the other or over workers: the same values for any number of workers.

# The values of `run(call..., after)` for every call, a list of argument lists, in their order.
# - `run` draws nothing of its own: what is random is drawn before, or named by the call.
# - `after()` may be called by `run` whenever a part of its job is done, and `tick(i)` is then told
#   of job i. A worker cannot report it. With workers `tick()` is told of all running jobs in turn.
# - `failed` receives the error that ended a job and gives its value: identity() keeps the error
#   as the value, stop() ends everything. So does an error of the disk, whatever `failed` is.
# - `revise(i, call, deaths)` is asked what to send when the worker of job i died: the call, or
#   NULL to give the job up.
# - `ended(i, value)` is called once for every job, when its value is known.
# - `pool` has the workers. With NULL the jobs are run here.
map_jobs <- function(calls, run, tick = function(i) NULL, failed = identity,
                     revise = send_once_more, ended = function(i, value) NULL,
                     pool = if (length(calls) > 1L) worker_pool()) {
  # A full disk is no fault of the job that met it: nothing more can be kept.
  end <- function(error) if (inherits(error, "metanmf_disk")) stop(error) else failed(error)
  if (is.null(pool)) run_serial(calls, run, tick, end, ended)
  else run_parallel(pool, calls, run, tick, end, revise, ended)
}

# list(values, stopped): the values of map_jobs(), with errors as the values of failed jobs, and
# NULL for jobs that had not ended when an interrupt came.
collect_jobs <- function(calls, run, tick = function(i) NULL,
                         pool = if (length(calls) > 1L) worker_pool()) {
  values <- vector("list", length(calls))
  stopped <- tryCatch({
    map_jobs(calls, run, tick, pool = pool, ended = function(i, value) {
      values[i] <<- list(value) # nolint: undesirable_operator_linter.
    })
    FALSE
  }, interrupt = function(condition) TRUE)
  list(values = values, stopped = stopped)
}

# A worker can die by chance or because of its job. If two have died at a job, the job is at fault.
send_once_more <- function(i, call, deaths) if (deaths < 2L) call

worker_died <- function(deaths) {
  errorCondition(paste("its worker died,", if (deaths == 2L) "twice" else paste(deaths, "times")),
                 class = c("metanmf_job_lost", "metanmf_error"))
}

run_serial <- function(calls, run, tick, failed, ended) {
  lapply(seq_along(calls), function(i) {
    call <- c(calls[[i]], list(after = function() tick(i)))
    value <- tryCatch(do.call(run, call, quote = TRUE), error = failed)
    tick(i)
    ended(i, value)
    value
  })
}

# As many jobs at a time as there are workers. After a death nothing more is sent until the others
# have ended, because new workers of a future plan end the old ones.
run_parallel <- function(pool, calls, run, tick, failed, revise, ended) {
  values <- vector("list", length(calls))
  deaths <- integer(length(calls))
  waiting <- seq_along(calls)
  running <- list()
  lost <- integer()
  heard <- list()
  on.exit(pool$abandon(running))
  pause <- 0.002
  while (length(waiting) || length(running) || length(lost)) {
    while (length(waiting) && !length(lost) && length(running) < pool$size()) {
      i <- waiting[[1L]]
      running[[as.character(i)]] <- pool$send(pack_job(run, calls[[i]]))
      waiting <- waiting[-1L]
    }
    answers <- Filter(Negate(is.null), lapply(running, pool$collect))
    at <- as.integer(names(answers))
    dead <- vapply(answers, is_dead, NA)
    lost <- c(lost, at[dead])
    running <- running[setdiff(names(running), names(answers))]
    for (i in at[!dead]) {
      heard[[as.character(i)]] <- answers[[as.character(i)]]$warnings
      value <- answers[[as.character(i)]]$value
      if (inherits(value, "metanmf_job_error")) value <- failed(value$error)
      values[i] <- list(value)
      ended(i, value)
    }
    for (i in c(as.integer(names(running)), at)) tick(i)
    if (length(lost) && !length(running)) {
      pool$renew(length(lost))
      deaths[lost] <- deaths[lost] + 1L
      for (i in lost) {
        again <- revise(i, calls[[i]], deaths[[i]])
        if (is.null(again)) {
          values[i] <- list(failed(worker_died(deaths[[i]])))
          ended(i, values[[i]])
        } else {
          calls[[i]] <- again
          waiting <- c(i, waiting)
        }
      }
      lost <- integer()
    }
    # The pause grows, so that short jobs end at once and long ones are polled rarely.
    pause <- if (length(answers)) 0.002 else min(pool$pause, 2 * pause)
    if (!length(answers)) Sys.sleep(pause)
  }
  for (i in sort(as.integer(names(heard)))) lapply(heard[[as.character(i)]], warning)
  values
}

# All that a job needs, as bytes: a worker loads the package before it reads them, and the
# instruction set chosen here travels with them, so that its bits are those of this session.
pack_job <- function(run, call) {
  serialize(list(start = start_job, run = run, call = call, instructions = chosen_instructions()),
            NULL, xdr = FALSE)
}

# On the worker: the job's value, or its error marked as one, and its warnings, which the session
# that asked gives in the order of the jobs.
start_job <- function(job) {
  old <- options(metanmf.instructions = job$instructions, metanmf.progress = FALSE)
  on.exit(options(old))
  warnings <- list()
  value <- withCallingHandlers(
    tryCatch(do.call(job$run, c(job$call, list(after = function() NULL)), quote = TRUE),
             error = function(error) structure(list(error = error), class = "metanmf_job_error")),
    warning = function(warning) {
      warnings <<- c(warnings, list(warning)) # nolint: undesirable_operator_linter.
      invokeRestart("muffleWarning")
    })
  list(value = value, warnings = warnings)
}
