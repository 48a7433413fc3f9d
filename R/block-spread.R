# A source whose blocks are read and worked on by workers. The passes of a fit, and whatever else is
# asked of all blocks, are sent to them: W goes out, and H and sums come back.

#' Work on blocks by several processes or machines
#'
#' `nmf(source, rank, workers = TRUE)` lets workers read the blocks of a [block_source()] and take
#' the steps of H, and so does `predict(fit, use_workers(source))`. W goes out to them, and for each
#' block H and small sums come back, which are added in the order of the blocks. So the fit is that
#' of one process to the last bit, for any number of workers with one type of processor. Data never
#' pass through the session, because each worker opens the folder or file by its path.
#' `nmf(use_workers(source), rank)` is the same call, and lets you set `patience`.
#'
#' @section Starting workers: Workers are the daemons of package mirai, or else those of
#'   [future::plan()]. On this machine:
#'
#' ```
#' mirai::daemons(4)
#' fit <- nmf(block_source("/data/blocks"), 20, workers = TRUE)
#' mirai::daemons(0)
#' ```
#'
#' On two other machines, which connect to this one through an SSH tunnel:
#'
#' ```
#' mirai::daemons(2, url = mirai::local_url(tcp = TRUE),
#'                remote = mirai::ssh_config(c("ssh://one", "ssh://two"), tunnel = TRUE))
#' ```
#'
#' As 20 jobs of Slurm, on a network that connects the machines (with `tls = TRUE` in `host_url()`
#' if others could listen):
#'
#' ```
#' mirai::daemons(20, url = mirai::host_url(),
#'                remote = mirai::cluster_config("sbatch", "#SBATCH --mem=8G"))
#' ```
#'
#' Each worker needs this package, in the version of this session, and the data under the same path.
#'
#' @section What can go wrong: A worker of this machine that is killed is replaced, and its blocks
#'   are given to a free worker. If a worker is stopped, or its connection is lost, the session
#'   waits `patience` seconds and then gives its blocks to others. If that happens four times to the
#'   same blocks, the fit ends with an error. Neither event changes a bit of the result. If a worker
#'   cannot open a file or lacks a package, the fit ends with an error that repeats what the worker
#'   said.
#'
#' @section What it costs: The work of a worker is divided into about four jobs. In every pass W, m
#'   x r, goes out once for each job, with the H of its blocks, and m r + r^2 numbers and H come
#'   back for each block. Blocks should therefore have some 64 MB, as `block_source()` cuts them.
#'   The workers also do what a verb asks of the data beside its passes, such as the first check of
#'   all blocks.
#'
#' @section What is refused: Data in memory are refused, since no worker could open them, and so are
#'   graph and smooth penalties on H, which tie samples of different blocks, and
#'   `solver = "online"`, which takes one batch after another.
#' @param source A [block_source()] that reads from files, or a function that can.
#' @param ... Must be empty.
#' @param patience Seconds to wait for an answer, 60 by default. Choose several times what a worker
#'   needs for its share of a pass.
#' @return `use_workers()` returns the source, marked to be read by workers.
#' @section Errors: An error of class `metanmf_error` if there are no workers, which names the call
#'   that starts some, and for what is refused.
#' @seealso [block_source()]; [experiment()] and `n_start` of [nmf()], which spread whole fits
#' @examples
#' folder <- tempfile("blocks")
#' x <- write_blocks(scale_minmax(digits$x[, 1:300]), folder, block = 100)
#' set.seed(1)
#' here <- nmf(x, 5, max_iter = 10, tol = 0)
#' if (requireNamespace("mirai", quietly = TRUE)) {
#'   mirai::daemons(1)
#'   set.seed(1)
#'   there <- nmf(x, 5, max_iter = 10, tol = 0, workers = TRUE)
#'   print(identical(basis(here), basis(there)))
#'   mirai::daemons(0)
#' }
#' unlink(folder, recursive = TRUE)
#' @export
use_workers <- function(source, ..., patience = 60) {
  check_dots(list(...), "use_workers", "patience")
  if (!is_source(source)) {
    stop_input("source", "a block source", describe(source),
               "block_source(path) reads a folder or a file by blocks.")
  }
  refuse_memory(source)
  source$patience <- check_number(patience, "patience", 0.1)
  source
}

is_spread <- function(source) is_source(source) && !is.null(source$patience)

refuse_memory <- function(source) {
  if (!inherits(source, "block_memory")) return(invisible())
  stop_input("workers", "FALSE for a matrix in memory", "TRUE",
             "write_blocks(x, path) writes it to a folder that workers can open.")
}

# The data of a verb, marked to be read by workers if `workers` says so.
with_workers <- function(x, workers) {
  if (!check_flag(workers, "workers")) return(x)
  if (!is_source(x)) {
    stop_input("workers", "FALSE for data in memory", "TRUE",
               "Starts and ranks are spread anyway. block_source() is for one fit of large data.")
  }
  if (is_spread(x)) x else use_workers(x)
}

# f(source, i) for every block, in their order, computed by the source's workers if it has any.
each_block <- function(source, f, numbers = seq_along(source$columns)) {
  if (!is_spread(source)) return(lapply(numbers, function(i) f(source, i)))
  part <- bare_source(source)
  calls <- lapply(block_groups(source, numbers), function(group) list(part, group, f))
  unlist(spread_jobs(source, calls, run_blocks), recursive = FALSE)
}

run_blocks <- function(part, group, f, after) lapply(group, function(i) f(part, i))

# The blocks that each job reads, as groups of neighbours with about the same number of columns.
# There are four groups for each worker, so that a slow worker delays the pass only a little.
block_groups <- function(source, numbers = seq_along(source$columns)) {
  groups <- min(length(numbers), 4L * source_pool(source)$size())
  ends <- cumsum(as.double(source$columns[numbers]))
  unname(split(numbers, ceiling(groups * ends / ends[[length(ends)]])))
}

source_pool <- function(source) {
  pool <- worker_pool(source$patience)
  if (!is.null(pool)) return(pool)
  stop_input("workers", "FALSE, or TRUE with workers that are running", "TRUE without any",
             "Start two on this machine by mirai::daemons(2); ?use_workers has other machines.")
}

# What a worker needs to read blocks. The names of all samples are left out.
bare_source <- function(source) {
  source["patience"] <- list(NULL)
  source$names[2L] <- list(NULL)
  if (!is.null(source$of)) source$of <- bare_source(source$of)
  source
}

spread_jobs <- function(source, calls, run) {
  lost <- function(i, call, deaths) if (deaths < 4L) call
  failed <- function(fault) {
    if (!inherits(fault, "metanmf_job_lost")) stop(fault)
    stop_input("workers", paste("workers that answer within", format(source$patience), "s"),
               "one job that was given out four times without an answer",
               "See mirai::status(), or wait longer: use_workers(source, patience = ).")
  }
  map_jobs(calls, run, failed = failed, revise = lost, pool = source_pool(source))
}

# A pass of the engine over all blocks, as C asks for it (spread_parts() in parts_r.c): the answers
# of all blocks, each list(h, sums).
spread_pass <- function(source, masked, model, control, order) {
  part <- bare_source(source)
  control$threads <- 1L
  calls <- lapply(block_groups(source), function(group) {
    at <- lapply(group, columns_of, source = source)
    list(part, group, masked, model_of_columns(model, unlist(at)), control,
         order[c("act", "w", "known", "flags", "block")],
         lapply(at, function(columns) order$h[, columns, drop = FALSE]))
  })
  unlist(spread_jobs(source, calls, run_part_pass), recursive = FALSE)
}

# The same pass over the blocks of one group, run on a worker.
run_part_pass <- function(part, group, masked, model, control, order, h, after) {
  first <- 0L
  lapply(seq_along(group), function(k) {
    x <- engine_data(seen_block(part, group[[k]]), facts = complete_data, masked = masked)
    own <- model_of_columns(model, first + seq_len(ncol(h[[k]])))
    first <<- first + ncol(h[[k]]) # nolint: undesirable_operator_linter.
    native_part_pass(x, h[[k]], own, control, order)
  })
}

# The model of some samples, with their columns of the upper limits of H.
model_of_columns <- function(model, columns) {
  if (!is.null(model$limits$h)) model$limits$h <- model$limits$h[, columns, drop = FALSE]
  model
}
