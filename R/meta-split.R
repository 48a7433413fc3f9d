# The tasks and the target of a meta-learned fit as they are given: matrices, or sources that are
# read by blocks.

check_split_parts <- function(split) {
  expected <- "made by split_tasks(), or a list with entries `tasks` and `target`"
  if (!is.list(split) || is.data.frame(split)) {
    hint <- if (length(dim(split)) == 2L) "split_tasks() makes tasks and a target of a matrix."
    stop_input("split", expected, describe(split), hint)
  }
  absent <- setdiff(c("tasks", "target"), names(Filter(Negate(is.null), split)))
  if (length(absent)) {
    stop_input("split", expected, paste0("a list without `", absent[[1L]], "`"))
  }
  if (!is.list(split$tasks) || is.data.frame(split$tasks) || !length(split$tasks)) {
    stop_input("split$tasks", "a list of at least one matrix", describe(split$tasks))
  }
}

# list(tasks, target) of checked data with the same features, each as check_data() returns them.
check_split <- function(split, samples = "columns") {
  if (samples == "rows" && inherits(split, "task_split")) {
    stop_input("samples", "\"columns\" for the result of split_tasks(), which has turned the data",
               "\"rows\"", "Use split_tasks(x, samples = \"rows\") and leave it out here.")
  }
  turned <- samples == "rows"
  target <- if (is_source(split$target)) learner_source(split$target, "split$target")
    else checked_data(turn_samples(split$target, samples, "split$target"), "split$target",
                      turned = turned)
  tasks <- lapply(seq_along(split$tasks), function(i) {
    argument <- paste0("split$tasks[[", i, "]]")
    if (is_source(split$tasks[[i]])) {
      return(learner_source(split$tasks[[i]], argument, target$x, samples))
    }
    task <- as_numbers(turn_samples(split$tasks[[i]], samples, argument), argument)
    if (nrow(task) != nrow(target$x)) {
      stop_input(argument, paste("a matrix with the target's", nrow(target$x), "features in",
                                 setdiff(sample_places, samples)), describe(split$tasks[[i]]))
    }
    checked_data(order_rows(task, rownames(target$x), argument, "the features of the target"),
                 argument, turned = turned)
  })
  list(tasks = tasks, target = target)
}

# A source as the data of a learner, with the features of `target` in their order.
learner_source <- function(x, argument, target = NULL, samples = "columns") {
  if (is_spread(x)) {
    stop_input(argument, "a source that is read in this process", "one with use_workers()",
               "An epoch fits one task after the other here: give block_source() itself.")
  }
  if (samples == "rows") stop_own_samples(x, samples, "columns")
  data <- source_data(x, argument, "error", NULL)
  if (is.null(target)) return(data)
  if (nrow(data$x) != nrow(target)) {
    stop_input(argument, paste("a source with the target's", nrow(target), "features"), describe(x))
  }
  order_source(data, rownames(target), argument, "the features of the target")
}

# Refuses what needs all of a learner's data at once.
refuse_meta_sources <- function(split, init, penalty) {
  sources <- Filter(is_source, c(list(split$target), split$tasks))
  for (one in sources) refuse_source_start(init, one, "tasks in blocks")
  if (!length(sources) || !length(graphs_of(penalty, "w"))) return(invisible())
  stop_input("penalty", "without a graph of features for data in blocks",
             "a graph or smooth penalty on W",
             "Such a graph is made from the rows of X, and blocks are columns.")
}
