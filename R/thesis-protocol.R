#' Protocol of an experiment
#'
#' Says how [experiment()] splits the data, adds noise, fits and scores. The text of the thesis and
#' the public code of its author differ in many places. Each is an option here or in
#' [meta_control()], and can be set alone.
#'
#' | option | `"thesis"`: as written | `"author"`: as his code runs |
#' | --- | --- | --- |
#' | `task_size` | 50 (faces: 20) | 100 |
#' | `overlap` | no: the rest is the target | yes: the target is the whole half |
#' | `split` | halves drawn anew for every seed | the one of his experiments |
#' | `faces` | 32 x 32 pixels, as his table 4.1 has it | 64 x 64 |
#' | `loss`, `step` of graph models | least squares (2.34) | KL, plain ratio |
#' | `scale_graph` | columns of W to maximum 1 | as they come |
#' | `control` | preset `"thesis"` of [meta_control()] | preset `"author"` |
#'
#' The last row stands for the order of the transfers, the start of the target, the stop rule, sums
#' that are never reset, and the NNDSVD switches, see [meta_control()].
#'
#' The text of the thesis does not give the noise, the graph and its weight, the scaling of the data
#' or the clustering. Both presets take them from the code. Each feature is scaled to 0..1 over all
#' samples, then noise is added, and then the samples are split. The graph is `rbf_graph()` of width
#' 0.5, with lambda 0.3 in the raw form. k-means has the true number of clusters and 5 runs of one
#' start each, whose mean NMI is the score. A half of the 400 faces is too small for five disjoint
#' tasks of 50, so faces have tasks of 20.
#'
#' @param preset `"thesis"` (default) or `"author"`. It sets all options that are not given.
#' @param n_tasks,task_size,overlap Tasks, as in [split_tasks()]. `task_size` may differ by
#'   data set: `c(50, faces = 20)` is 20 for the faces and 50 for the others.
#' @param split With `"random"` learning and evaluation half are drawn for every seed, so the spread
#'   of the results includes theirs. With `"fixed"` they are drawn once for all seeds. `"author"`
#'   takes the data set's `author_split`.
#' @param noise Standard deviation of the noise of noisy data, on data scaled to 0..1. It may differ
#'   by data set, as `task_size` does. The default is 0.4, with 0.1 for Blobs and 0.6 for faces.
#' @param faces Number of rows and of columns of the images of faces, 32 or 64.
#' @param loss,step,scale_graph Options of the graph models: `"frobenius"` or `"kl"`; the KL update,
#'   see [penalty_graph()]; and whether the columns of W are scaled after each fit.
#' @param kmeans_repeats,kmeans_starts Number of runs of k-means, whose mean is the score, and of
#'   starts in each, of which the best is kept. The default is 5 and 1, as in the author's code.
#' @param control Made by [meta_control()]: epochs, iterations and the options of Algorithm 1.
#'   `NULL` (default) takes those of the preset.
#' @param ... Must be empty. An unknown option is an error that suggests the nearest one.
#' @return A list of class `experiment_protocol`.
#' @section Errors: Class `metanmf_error`, naming the option, what was given and what is
#'   expected.
#' @inherit nmf_control references
#' @examples
#' experiment_protocol()
#' # The protocol of the thesis with only the overlapping tasks of the author's code
#' experiment_protocol("thesis", task_size = 100, overlap = TRUE)
#' @export
experiment_protocol <- function(preset = c("thesis", "author"), n_tasks = 5,
                                task_size = c(50, faces = 20), overlap = FALSE,
                                split = c("random", "fixed", "author"),
                                noise = c(0.4, blobs = 0.1, faces = 0.6), faces = 32,
                                loss = c("frobenius", "kl"), step = c("root", "ratio"),
                                scale_graph = TRUE, kmeans_repeats = 5, kmeans_starts = 1,
                                control = NULL, ...) {
  check_dots(list(...), "experiment_protocol")
  preset <- check_choice(preset, "preset", c("thesis", "author"))
  given <- names(match.call())[-1L]
  if (is.null(control)) control <- thesis_meta_control(preset)
  options <- list(n_tasks = n_tasks, task_size = task_size, overlap = overlap, split = split,
                  noise = noise, faces = faces, loss = loss, step = step,
                  scale_graph = scale_graph, kmeans_repeats = kmeans_repeats,
                  kmeans_starts = kmeans_starts, control = control)
  if (preset == "author") {
    fill <- author_protocol[setdiff(names(author_protocol), given)]
    options[names(fill)] <- fill
  }
  new_protocol(options, preset)
}

# Where the author's code leaves the text; the rest of it is in nmf_presets and meta_preset().
author_protocol <- list(task_size = 100, overlap = TRUE, split = "author", faces = 64,
                        loss = "kl", step = "ratio", scale_graph = FALSE)

new_protocol <- function(options, preset) {
  faces <- check_count(options$faces, "faces")
  if (!faces %in% c(32L, 64L)) stop_input("faces", "32 or 64", faces)
  structure(list(
    preset = preset,
    n_tasks = check_count(options$n_tasks, "n_tasks"),
    task_size = check_by_data(options$task_size, "task_size", check_count),
    overlap = check_flag(options$overlap, "overlap"),
    split = check_choice(options$split, "split", c("random", "fixed", "author")),
    noise = check_by_data(options$noise, "noise", check_level),
    faces = faces,
    loss = check_choice(options$loss, "loss", c("frobenius", "kl")),
    step = check_choice(options$step, "step", c("root", "ratio")),
    scale_graph = check_flag(options$scale_graph, "scale_graph"),
    kmeans_repeats = check_count(options$kmeans_repeats, "kmeans_repeats"),
    kmeans_starts = check_count(options$kmeans_starts, "kmeans_starts"),
    control = check_control(options$control, "meta_control")
  ), class = "experiment_protocol")
}

check_level <- function(value, argument) check_number(value, argument, 0)

# Numbers by data set: one without a name, for all others, and named ones.
check_by_data <- function(values, argument, check) {
  labels <- names(values)
  if (is.null(labels)) labels <- rep("", length(values))
  if (!is.numeric(values) || sum(labels == "") != 1L || anyDuplicated(labels)) {
    stop_input(argument, paste("one number for all data sets, and named ones for those that",
                               "differ, such as c(50, faces = 20)"), describe(values))
  }
  stats::setNames(vapply(values, function(value) as.double(check(value, argument)), 0), labels)
}

by_data <- function(values, name) {
  unname(if (name %in% names(values)) values[[name]] else values[names(values) == ""][[1L]])
}

check_protocol <- function(protocol) {
  if (inherits(protocol, "experiment_protocol")) return(protocol)
  if (!is.character(protocol)) {
    stop_input("protocol", "\"thesis\", \"author\", or made by experiment_protocol()",
               describe(protocol))
  }
  experiment_protocol(check_choice(protocol, "protocol", c("thesis", "author")))
}

# All options as text, for a results folder to tell its protocol by.
protocol_text <- function(protocol) {
  text <- unlist(rapply(unclass(protocol), format, how = "list", digits = 15L))
  paste0(names(text), " = ", text, collapse = "; ")
}

#' @export
print.experiment_protocol <- function(x, ...) {
  cat("<experiment_protocol> preset \"", x$preset, "\"\n", sep = "")
  shown <- x[setdiff(names(x), c("preset", "control"))]
  text <- vapply(shown, function(value) {
    if (is.null(names(value))) return(format(value))
    labels <- ifelse(names(value) == "", "", paste(names(value), "= "))
    toString(paste0(labels, vapply(value, format, "")))
  }, "")
  writeLines(strwrap(paste0(names(shown), ": ", text), 90L, indent = 2L, exdent = 4L))
  print(x$control)
  invisible(x)
}
