# The tasks of a group fit as they are given: a list of matrices, what split_tasks() made, or one
# matrix with the batch of every sample.

# list(data, columns, names, samples): for each task its data as check_data() makes them and its
# columns in the answer, the names of features, samples and tasks. `missing`: NULL for a verb that
# takes no missing values.
read_tasks <- function(tasks, batch, weights, missing, samples) {
  check_given("tasks", "a list of matrices with the same features, or one matrix with `batch`")
  if (inherits(tasks, "task_split")) tasks <- split_parts(tasks, samples)
  refuse_whole_source(tasks)
  whole <- !is.list(tasks) || is.data.frame(tasks)
  how <- list(missing = missing, samples = samples, hint = mask_hint)
  if (is.null(missing)) how[c("missing", "hint")] <- c("error", no_gaps_hint)
  if (whole) return(batch_tasks(tasks, batch, weights, how))
  if (!is.null(batch)) {
    stop_input("batch", "left out where `tasks` is a list, whose entries are the tasks",
               describe(batch))
  }
  refuse_few(length(tasks), "tasks", describe(tasks))
  names <- task_names(tasks)
  weights <- task_weights_of(weights, names)
  how$samples <- samples <- where_samples(samples, tasks[[1L]], "tasks[[1]]")
  data <- vector("list", length(tasks))
  for (i in seq_along(tasks)) {
    read <- if (is_source(tasks[[i]])) source_task else matrix_task
    data[[i]] <- read(tasks[[i]], data[[1L]]$x, tasks, i, weights[[i]], how)
    data[[i]] <- entry_weights(data[[i]], task_label(tasks, i))
  }
  counts <- vapply(data, function(one) ncol(one$x), 1L)
  list(data = of_one_kind(data), columns = task_columns(counts), names = names, samples = samples,
       features = rownames(data[[1L]]$x), labels = bound_names(data))
}

# Its tasks alone: the target is none of them.
split_parts <- function(split, samples) {
  if (identical(samples, "rows")) {
    stop_input("samples", "\"columns\" for what split_tasks() made, which has turned its parts",
               "\"rows\"")
  }
  split$tasks
}

refuse_few <- function(count, argument, given) {
  if (count >= 2L) return(invisible())
  stop_input(argument, "of at least two tasks, for what is shared to be told from what is not",
             given, "Of one task alone nmf() is the model.")
}

task_names <- function(tasks) {
  names <- names_or(names(tasks), "task_", length(tasks))
  twice <- names[duplicated(names)]
  if (length(twice)) {
    stop_input("tasks", "a list of tasks with names of their own",
               paste("more than once", some_names(twice)))
  }
  names
}

# What an error calls a task.
task_label <- function(tasks, i) {
  name <- names(tasks)[i]
  if (length(name) && !is.na(name) && nzchar(name)) paste0("tasks$", name)
  else paste0("tasks[[", i, "]]")
}

no_gaps_hint <- "Leave such samples or features out, or use group_nmf(missing = \"mask\")."

# A matrix as a task, with the features of the first in their order. `how`: list(missing, samples,
# hint), as read_tasks() makes it.
matrix_task <- function(x, first, tasks, i, weights, how) {
  argument <- task_label(tasks, i)
  x <- turn_samples(read_data(x, argument), how$samples, argument)
  check_task(like_first(x, first, tasks, i), argument, weights, how)
}

check_task <- function(x, argument, weights, how) {
  weights <- turn_weights(weights, how$samples)
  check_data(x, argument, how$missing, weights, how$samples == "rows", how$hint)
}

like_first <- function(x, first, tasks, i) {
  if (is.null(first)) return(x)
  argument <- task_label(tasks, i)
  x <- as_numbers(x, argument)
  owner <- paste("the features of", task_label(tasks, 1L))
  x <- order_rows(x, rownames(first), argument, owner)
  refuse_other_count(x, first, tasks, i)
  x
}

refuse_other_count <- function(x, first, tasks, i) {
  if (nrow(x) == nrow(first)) return(invisible())
  expected <- paste("a matrix of", nrow(first), "features, as", task_label(tasks, 1L), "has them")
  hint <- if (ncol(x) == ncol(first)) {
    "If those are the samples, which tasks need not share, use samples = \"rows\"."
  } else {
    "Tasks share their features: take the same ones of all."
  }
  stop_input(task_label(tasks, i), expected, describe(x), hint)
}

# Dense and sparse tasks go together as sparse ones.
of_one_kind <- function(data) {
  dense <- vapply(data, function(one) is_dense(one$x), NA)
  if (all(dense) || !any(dense)) return(data)
  if (any(vapply(data[dense], function(one) is_source(one$x), NA))) {
    stop_input("tasks", "all dense or all sparse where dense ones are read by blocks",
               "dense blocks beside sparse tasks",
               "Make sparse ones of them: block_source(function(i) as(..., \"CsparseMatrix\")).")
  }
  data[dense] <- lapply(data[dense], function(one) {
    x <- as_columns(methods::as(one$x, "CsparseMatrix"), "tasks")
    if (is.null(one$weights)) measure_data(list(x = x, weights = NULL))
    else weigh_entries(x, one$weights)
  })
  data
}

# The samples' names, where all tasks have some.
bound_names <- function(data) {
  names <- lapply(data, function(one) colnames(one$x))
  if (!any(vapply(names, is.null, NA))) unlist(names, use.names = FALSE)
}

task_weights_of <- function(weights, names) {
  if (is.null(weights)) return(vector("list", length(names)))
  if (!is.list(weights) || is.data.frame(weights) || length(weights) != length(names)) {
    stop_input("weights", paste("NULL, or a list with the weights of each of the", length(names),
                                "tasks"), describe(weights))
  }
  if (has_names(names(weights))) {
    weights <- weights[name_at(names(weights), names, "weights", "the tasks")]
  }
  unname(weights)
}

# Positions of the names `known` among `given`.
name_at <- function(given, known, argument, owner) {
  at <- name_order(given, known, argument, owner)
  if (is.null(at)) seq_along(known) else at
}

# Weights of samples and features as weights of entries, which a pass takes; every sample must have
# an entry that is known.
entry_weights <- function(data, argument) {
  if (isTRUE(data$partial)) {
    stop_input("weights", "dense: a group fit takes what a sparse matrix does not store for 0",
               "sparse weights", "Use weights of samples, or a matrix of weights.")
  }
  if (!is.null(data$margins)) {
    if (!is.matrix(data$x)) {
      stop_input("weights", "those of entries for sparse tasks", "weights of samples or features",
                 "Use as.matrix() of the task, or task_weights for whole tasks.")
    }
    data <- weigh_entries(data$x, margin_matrix(data$margins, data$x))
  }
  layout <- data_layout(data)
  if (is.null(layout$columns)) return(data)
  lost <- setdiff(seq_len(ncol(data$x)), layout$columns)
  stop_input(argument, "a task in which something was observed of every sample",
             paste(length(lost), "without (first:", paste0(lost[[1L]], ")")),
             "Leave such samples out.")
}

# One matrix with the batch of every sample.
batch_tasks <- function(x, batch, weights, how) {
  how$samples <- samples <- where_samples(how$samples, x, "tasks")
  turned <- samples == "rows"
  x <- as_numbers(turn_samples(read_data(x, "tasks"), samples, "tasks"), "tasks")
  if (is.null(batch)) {
    stop_input("tasks", "a list of matrices, or one matrix with the batch of each sample",
               describe(as_given(x, turned)), "Use batch = a factor of as many samples.")
  }
  batch <- check_batch(batch, x)
  columns <- unname(split(seq_len(ncol(x)), batch))
  checked <- entry_weights(check_task(x, "tasks", weights, how), "tasks")
  data <- lapply(columns, function(at) keep_part(checked, list(rows = NULL, columns = at)))
  list(data = data, columns = columns, names = levels(batch), samples = samples,
       features = rownames(x), labels = colnames(x))
}

check_batch <- function(batch, x) {
  if (!is.atomic(batch) || is.null(batch) || length(batch) != ncol(x) || anyNA(batch)) {
    stop_input("batch", paste("a factor or vector with the batch of each of the", ncol(x),
                              "samples, none missing"), describe(batch))
  }
  batch <- droplevels(as.factor(order_labels(batch, colnames(x), "batch",
                                             "the samples of `tasks`")))
  refuse_few(nlevels(batch), "batch", paste(nlevels(batch), "batch"))
  batch
}

# The number of private columns of every task, no more than its data can tell.
check_private <- function(private, tasks) {
  count <- length(tasks$data)
  whole <- is_number(private) && length(private) %in% c(1L, count) && all(is.finite(private)) &&
    all(private >= 0) && all(private == round(private))
  if (!whole) {
    stop_input("private", paste("a whole number of at least 0, or one for each of the", count,
                                "tasks"), describe(private))
  }
  if (has_names(names(private))) {
    private <- private[name_at(names(private), tasks$names, "private", "the tasks")]
  }
  private <- rep_len(as.integer(private), count)
  most <- vapply(tasks$data, function(one) min(dim(one$x)), 1L)
  over <- which(private > most)
  if (!length(over)) return(private)
  i <- over[[1L]]
  shape <- paste(dim(tasks$data[[i]]$x), c("features", "samples"), collapse = " and ")
  owner <- paste0("for task \"", tasks$names[[i]], "\", which has ", shape)
  few <- ncol(tasks$data[[i]]$x) < nrow(tasks$data[[i]]$x)
  stop_input("private", paste("at most", most[[i]], owner), private[[i]],
             paste0("Give that task fewer private columns", if (few) ", or more samples", "."))
}

# All tasks as one x of a verb, whose blocks they are, or theirs: nothing is bound.
bound_data <- function(tasks) {
  data <- tasks$data
  x <- lapply(data, `[[`, "x")
  blocks <- lapply(x, function(one) if (is_source(one)) one$columns else ncol(one))
  source <- new_source("block_memory", c(nrow(x[[1L]]), sum(unlist(blocks))),
                       list(tasks$features, bound_names(data)), unlist(blocks),
                       sparse = !is_dense(x[[1L]]), what = "tasks", tasks = x,
                       task = rep(seq_along(x), lengths(blocks)),
                       within = unlist(lapply(blocks, seq_along)))
  class(source) <- c("block_tasks", class(source))
  source$seen <- do.call(rbind, lapply(data, seen_task))
  list(x = source, weights = NULL, facts = seen_facts(source))
}

seen_task <- function(data) {
  if (is_source(data$x)) return(data$x$seen)
  data.frame(data$facts, stored = stored_count(data$x), most = most_stored(data$x))
}

#' @export
read_block.block_tasks <- function(source, i) { # nolint: object_name_linter.
  task <- source$tasks[[source$task[[i]]]]
  if (is_source(task)) seen_block(task, source$within[[i]]) else task
}
