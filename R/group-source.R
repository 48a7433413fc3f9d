# Tasks that are read by blocks, see block_source(): what they are as the data of a task.

# Refuses what a source cannot be as a task before any of it is read, since reading may take hours.
refuse_task_source <- function(x, argument, samples) {
  if (is_spread(x)) {
    stop_input(argument, "a source that is read in this process", "one with use_workers()",
               "Of a group fit the blocks of all tasks are read here: give block_source() itself.")
  }
  if (identical(samples, "rows")) stop_own_samples(x, samples, "columns")
}

# Samples of one source may take turns between tasks, and each task would then read all of its
# blocks, so a source is one task.
refuse_whole_source <- function(x) {
  if (!is_source(x)) return(invisible())
  stop_input("tasks", "a list with a block source for each task", describe(x),
             paste("Cut the data where tasks begin: list(a = block_source(...),",
                   "b = block_source(...))."))
}

# A source as a task: looked at, with the features of the first in their order.
source_task <- function(x, first, tasks, i, weights, how) {
  argument <- task_label(tasks, i)
  refuse_task_source(x, argument, how$samples)
  if (!is.null(weights)) {
    stop_input("weights", "NULL for a task in blocks", describe(weights),
               "`task_weights` weighs whole tasks.")
  }
  data <- source_data(x, argument, how$missing, NULL)
  if (is.null(first)) return(data)
  data <- order_source(data, rownames(first), argument,
                       paste("the features of", task_label(tasks, 1L)))
  refuse_other_count(data$x, first, tasks, i)
  data
}

# Refuses sources for a verb that asks for single entries of a task, as blocks are read whole.
refuse_sources <- function(tasks, verb) {
  if (!is.list(tasks) || is.data.frame(tasks)) return(invisible())
  whole <- is_source(tasks)
  if (!whole && !any(vapply(tasks, is_source, NA))) return(invisible())
  stop_input("tasks", paste("in memory for", verb), "data in blocks",
             "Some of the samples of each task will do: task[, sample(ncol(task), 500)].")
}

# Samples that the level of a task's features is taken from at most.
most_level_samples <- 1000L

# Some samples of a task, evenly spaced and no more than a block holds, as a dense matrix.
spaced_samples <- function(x) {
  at <- spaced_places(ncol(x), min(most_level_samples, dense_width(nrow(x))))
  as.matrix(if (is_source(x)) some_entries(x, NULL, at)
            else keep_columns(x, if (length(at) < ncol(x)) at))
}
