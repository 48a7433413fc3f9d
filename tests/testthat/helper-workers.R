# Two workers of package future, started once for all files of this process: a start takes longer
# than what they are asked for. Files that end a worker start their own.
worker_state <- new.env()

with_two_workers <- function(code) {
  if (is.null(worker_state$cluster)) worker_state$cluster <- future::makeClusterPSOCK(2L)
  old <- future::plan(future::cluster, workers = worker_state$cluster)
  on.exit(future::plan(old))
  force(code)
}
