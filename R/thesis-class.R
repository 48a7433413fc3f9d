# The class of an experiment's results: a data frame with one row per fit.

# The columns of an experiment's results and their types, in order: what is written, read
# and shown.
row_columns <- c(
  protocol = "character", dataset = "character", noise = "numeric", model = "character",
  variant = "character", rank = "integer", seed = "integer", nmi = "numeric",
  scale_w = "character", nmi_max = "numeric", nmi_l2 = "numeric", nmi_none = "numeric",
  ari_max = "numeric", ari_l2 = "numeric", ari_none = "numeric", error = "numeric",
  objective = "numeric", iterations = "integer", learning_iterations = "integer",
  seconds = "numeric", unconverged = "integer", nmi_variant = "character",
  scale_h = "character", kmeans_starts = "integer", kmeans_repeats = "integer",
  message = "character"
)

# What tells one fit from all others, of one protocol and of several.
fit_names <- c("dataset", "noise", "model", "variant", "rank", "seed")
fit_columns <- c("protocol", fit_names)

# A data frame of fits as results of an experiment, its columns in the order of the help page.
new_experiment <- function(rows) {
  check_experiment_columns(rows, "rows")
  rownames(rows) <- NULL
  rows$variant <- with_new_variants(rows$variant)
  class(rows) <- c("metanmf_experiment", "data.frame")
  rows
}

# Results of at least one fit, none of them twice. A plain data frame with the columns, as read
# back from a file, will do.
check_experiment <- function(results, argument = "results") {
  check_experiment_columns(results, argument)
  if (!nrow(results)) stop_input(argument, "results of at least one fit", "no rows")
  twice <- duplicated(row_keys(results, fit_columns))
  if (any(twice)) {
    first <- as.data.frame(results)[which(twice)[[1L]], fit_columns]
    stop_input(argument, "results with each fit once",
               paste0(sum(twice), " rows that repeat another's ", toString(fit_columns),
                      "; first: ",
                      paste(names(first), vapply(first, format, ""), collapse = ", ")),
               "Were the same results bound together twice?")
  }
  new_experiment(results)
}

check_experiment_columns <- function(results, argument) {
  expected <- "results of experiment(), a data frame with one row per fit"
  if (!is.data.frame(results)) stop_input(argument, expected, describe(results))
  absent <- setdiff(names(row_columns), names(results))
  if (length(absent)) {
    stop_input(argument, expected, paste("a data frame without column", toString(absent)))
  }
  for (name in names(row_columns)) {
    value <- results[[name]]
    words <- row_columns[[name]] == "character"
    # A column read from a file is logical when all of it is NA.
    if (all(is.na(value)) || (if (words) is.character(value) else is.numeric(value))) next
    stop_input(paste0(argument, "$", name), if (words) "text" else "numbers", describe(value))
  }
}

# The rows of each group, a list of data frames in order of first appearance.
split_rows <- function(rows, columns) {
  keys <- row_keys(rows, columns)
  unname(split(rows, factor(keys, unique(keys))))
}

# The distinct values, the known ones first; the order does not depend on rows or locale.
distinct_values <- function(values, known = NULL) {
  others <- setdiff(values, c(known, NA))
  c(intersect(known, values), if (length(others)) sort(others, method = "radix"))
}

# Rows in an order that does not depend on the one they came in.
sort_results <- function(rows) {
  place <- function(values, known) match(values, distinct_values(values, known))
  by <- list(rows$protocol, rows$dataset, rows$noise,
             place(rows$model, c(model_table$model, own_models)),
             place(rows$variant, all_variants), place(rows$to, all_variants), rows$seed)
  rows[do.call(order, c(Filter(length, by), method = "radix")), , drop = FALSE]
}

#' Results of an experiment
#'
#' [experiment()] returns a data frame with one row per fit. Its class gives it a short print, a
#' [summary][summary.metanmf_experiment] and pictures. If you choose rows or bind results together
#' by `rbind()`, you get results of an experiment again. If you leave out columns, you get a plain
#' data frame.
#'
#' @param x Results, from [experiment()].
#' @param ... For `[`: rows and columns, as for a data frame. Otherwise unused.
#' @param row.names,optional Unused: rows keep their names.
#' @return `print()`: `x`, invisibly. `[`: results when all columns are kept, else what
#'   a data frame gives. `as.data.frame()`: the rows without the class.
#' @section Errors:
#'   Functions that read results refuse, with a `metanmf_error`, anything that is not a data frame
#'   with the columns listed in [experiment()], that has no rows, or that has the same fit twice.
#' @seealso [summary.metanmf_experiment()], [compare_variants()], [thesis_table()]
#' @examples
#' small <- list(digits = list(x = digits$x[, 1:300], labels = digits$labels[1:300]))
#' protocol <- experiment_protocol(task_size = 20, control = meta_control(epochs = 5))
#' results <- experiment(small, "NMF", ranks = 5, noise = 0, seeds = 1:2, protocol = protocol,
#'                       variants = c("baseline", "meta"))
#' results
#' results[results$seed == 1, ]
#' head(as.data.frame(results))
#' @name metanmf_experiment
NULL

#' @rdname metanmf_experiment
#' @export
print.metanmf_experiment <- function(x, ...) {
  failed <- sum(!is.na(x$message))
  cat("Experiment of ", nrow(x), if (nrow(x) == 1L) " fit" else " fits",
      if (failed) paste0(", ", failed, " of which ended in an error"), "\n", sep = "")
  levels <- lapply(split(x$noise, x$dataset), function(noise) sort(unique(noise)))
  noise <- vapply(levels, function(sd) toString(ifelse(sd == 0, "clean", paste("noise", sd))), "")
  lines <- c(
    protocol = toString(distinct_values(x$protocol)),
    "data sets" = paste0(names(noise), " (", noise, ")", collapse = "; "),
    models = toString(distinct_values(x$model, c(model_table$model, own_models))),
    variants = toString(distinct_values(x$variant, all_variants)),
    ranks = toString(distinct_values(x$rank)), seeds = toString(distinct_values(x$seed))
  )
  if (nrow(x)) {
    labels <- format(paste0("  ", names(lines), ":"))
    writeLines(unlist(Map(function(label, line) {
      strwrap(line, 98L, initial = paste0(label, " "), exdent = nchar(label) + 1L)
    }, labels, lines)))
  }
  invisible(x)
}

#' @rdname metanmf_experiment
#' @export
`[.metanmf_experiment` <- function(x, ...) {
  part <- NextMethod()
  if (is.data.frame(part) && !all(intersect(names(row_columns), names(x)) %in% names(part))) {
    class(part) <- "data.frame"
  }
  part
}

#' @rdname metanmf_experiment
#' @export
as.data.frame.metanmf_experiment <- function(x, row.names = NULL, # nolint: base R's name
                                             optional = FALSE, ...) {
  class(x) <- "data.frame"
  x
}
