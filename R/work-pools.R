# Where jobs can run beside this session: mirai's daemons, or the workers of future's plan. A pool
# is a list of functions and a number: `size()`, the number of jobs at a time; `send(packed)`, which
# returns a handle; `collect(handle)`, NULL while the job runs, and then what start_job() returned,
# or dead_worker; `renew(count)`, which replaces that many dead workers; `abandon(handles)`, for
# results that are no longer wanted; and `pause`, the most seconds between two looks.

# mirai's daemons come first, because they exist only if the user has started them. `patience` is
# the number of seconds after which a daemon counts as dead, for short jobs.
worker_pool <- function(patience = NULL) {
  if (isNamespaceLoaded("mirai") && mirai::daemons_set()) return(mirai_pool(patience))
  if (requireNamespace("future", quietly = TRUE) && future::nbrOfWorkers() > 1L) future_pool()
}

dead_worker <- structure(list(), class = "metanmf_dead_worker")
is_dead <- function(ended) inherits(ended, "metanmf_dead_worker")

future_pool <- function() {
  # future signals a lost worker as a FutureError from any call.
  guarded <- function(code) tryCatch(code, FutureError = function(error) dead_worker)
  list(
    pause = 0.2,
    size = future::nbrOfWorkers,
    send = function(packed) {
      paths <- .libPaths()
      guarded(future::future({
        loadNamespace("metanmf", lib.loc = c(paths, .libPaths()))
        job <- unserialize(packed)
        job$start(job)
      }, seed = NULL, globals = c("packed", "paths")))
    },
    collect = function(handle) {
      if (is_dead(handle)) return(handle)
      ready <- guarded(future::resolved(handle))
      if (is_dead(ready)) ready else if (ready) guarded(future::value(handle))
    },
    # Setting the plan again restarts all of its workers.
    renew = function(count) {
      plan <- future::plan("list")
      future::plan(future::sequential)
      future::plan(plan)
    },
    abandon = function(handles) NULL
  )
}

# mirai itself does not send a job again or replace a daemon. A lost link is noticed by a time
# limit alone: options(metanmf.job_seconds = ).
mirai_pool <- function(patience = NULL) {
  limit <- if (is.null(patience)) getOption("metanmf.job_seconds") else patience
  status <- mirai::status()
  # Daemons of this machine can be launched from here; those of others cannot.
  local <- any(grepl("^(abstract|ipc):", status$daemons))
  started <- max(1L, status$connections)
  list(
    pause = if (is.null(patience)) 0.2 else 0.01,
    size = function() started,
    send = function(packed) {
      paths <- .libPaths()
      mirai::mirai({
        loadNamespace("metanmf", lib.loc = c(paths, .libPaths()))
        job <- unserialize(packed)
        job$start(job)
      }, packed = packed, paths = paths, .timeout = if (!is.null(limit)) 1000 * limit)
    },
    collect = function(handle) {
      if (mirai::unresolved(handle)) return(NULL)
      value <- handle$data
      if (!mirai::is_error_value(value)) return(value)
      if (!mirai::is_mirai_error(value) && !mirai::is_mirai_interrupt(value)) return(dead_worker)
      # The job could not even begin, for example because the package is not installed there.
      list(value = structure(list(error = simpleError(as.character(value))),
                             class = "metanmf_job_error"))
    },
    renew = function(count) {
      gone <- started - mirai::status()$connections
      if (local && gone > 0L) mirai::launch_local(min(gone, count))
      else if (mirai::status()$connections == 0L) {
        stop_input("workers", "at least one mirai daemon that is connected", "none",
                   "Start some, on this machine by mirai::daemons(2), and give the call again.")
      }
    },
    abandon = function(handles) lapply(handles, mirai::stop_mirai)
  )
}
