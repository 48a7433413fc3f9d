# The thesis' tables of results, 4.3 to 4.10, beside an experiment's.

#' A table of the thesis beside ours
#'
#' Puts the figures of one of the tables 4.3 to 4.10 of the thesis beside those of an experiment:
#' the NMI of a model and of the same model after meta-learning, as means over ranks, for each data
#' set.
#'
#' The thesis prints one figure each, of a single run or of an unknown number of them, without a
#' spread. The table therefore answers two questions about each figure:
#'
#' * `..._outside_mean`: is it outside the bootstrap interval of our *mean* over seeds? That
#'   interval says how well we know the mean, and shrinks as the number of seeds grows. (Few seeds
#'   make it too short, see [compare_variants()].) A single run of the very same method is often
#'   outside.
#' * `..._outside_spread`: is it outside our mean \eqn{\pm}{+-} 2 sd of single *seeds*? About one
#'   run in twenty of the same method would be, and more if there are few seeds, since the sd is
#'   then uncertain. A figure outside was not produced by the method that we ran.
#'
#' Differences are those of [compare_variants()], paired over seeds; `p` is corrected over the data
#' sets of the table. `format()` gives the table as text, for `knitr::kable()`. It marks figures of
#' the thesis outside our spread as "outside", and figures that are only outside the interval of our
#' mean as "off mean".
#'
#' @param results Results of one protocol, from [experiment()], with variants `"baseline"` and
#'   `"meta"` of the table's model. Data sets must be named `blobs`, `coil20`, `digits`, `faces` or
#'   `fmnist`; others are left out.
#' @param table Number of the table, as text: `"4.3"` to `"4.10"`.
#' @param score `"nmi"` (default: with the scaling of W that the protocol has), `"nmi_max"`,
#'   `"nmi_l2"` or `"nmi_none"`.
#' @param level,n_boot As in [compare_variants()].
#' @param x A table.
#' @param ... Unused.
#' @return A data frame of class `thesis_table`, a row for each data set and noise level of
#'   `results` that is in the table: `table`, `model`, `dataset`, `noise`, `score`; `ranks` of the
#'   means (the thesis' are 2 3 5 10 14 18); `seeds`, pairs of baseline and meta; `incomplete`,
#'   seeds left out of these; `thesis_baseline`, `thesis_meta`; for each of `baseline`, `meta` and
#'   `plain_matched` its `_mean` and `_sd` over seeds and the interval of the mean, `_lower` and
#'   `_upper`; `over_baseline` and `over_plain_matched`, what meta gains over them, each with
#'   `_lower`, `_upper`, `_p_holm` and `_bound`; `baseline_outside_mean`, `baseline_outside_spread`,
#'   `meta_outside_mean`, `meta_outside_spread`. `NA` where there is no such variant, or one seed
#'   and no spread. `format()`: a data frame of text.
#' @section Errors:
#'   A `metanmf_error` for an unknown table, results of several protocols, and results without
#'   both variants of the table's model on any of its data sets.
#' @references
#' Khan, A. A. (2025). *Meta-Unsupervised Learning: Application to Non-negative Matrix
#' Factorization*. Thesis, Bishop's University. Tables 4.3 to 4.10.
#' @seealso [compare_variants()]
#' @examples
#' # A small experiment: one rank and a sixth of the samples, not the mean over six ranks that the
#' # thesis has
#' small <- list(digits = list(x = digits$x[, 1:300], labels = digits$labels[1:300]))
#' protocol <- experiment_protocol(task_size = 20, control = meta_control(epochs = 5))
#' results <- experiment(small, "NMF", ranks = 5, noise = 0, seeds = 1:3, protocol = protocol,
#'                       variants = c("baseline", "meta"))
#' set.seed(1)
#' thesis_table(results, "4.3")
#' @export
thesis_table <- function(results, table, score = "nmi", level = 0.95, n_boot = 10000) {
  results <- check_experiment(results)
  check_given("table", "the number of one of the thesis' tables, such as \"4.3\"")
  score <- check_choice(score, "score", grep("^nmi", names(score_labels), value = TRUE))
  published <- utils::read.csv(system.file("thesis", "tables.csv", package = "metanmf",
                                           mustWork = TRUE), colClasses = c(table = "character"))
  table <- check_choice(table, "table", unique(published$table))
  published <- published[published$table == table, , drop = FALSE]
  chosen <- rows_of_table(results, published)
  differences <- compare_variants(chosen, "meta", c("baseline", "plain_matched"), score, level,
                                  n_boot)
  means <- seed_means(chosen, score)
  gains <- differences[differences$to == "baseline", , drop = FALSE]
  rows <- lapply(seq_len(nrow(gains)), function(i) {
    cell <- gains[i, ]
    at_cell <- function(rows) rows[rows$dataset == cell$dataset & rows$noise == cell$noise, ]
    theirs <- published[published$dataset == thesis_names[[cell$dataset]], ]
    cbind(data.frame(table, model = cell$model, dataset = theirs$dataset, noise = cell$noise,
                     score, ranks = at_cell(means)$ranks[[1L]], seeds = cell$seeds,
                     incomplete = cell$incomplete, thesis_baseline = theirs$baseline,
                     thesis_meta = theirs$meta),
          describe_cell(at_cell(means), level, n_boot), describe_gains(at_cell(differences)))
  })
  out <- mark_outside(do.call(rbind, rows))
  rownames(out) <- NULL
  class(out) <- c("thesis_table", "data.frame")
  out
}

# The fits a table is about: its model, its data sets, clean data or noisy.
rows_of_table <- function(results, published) {
  protocols <- unique(results$protocol)
  if (length(protocols) > 1L) {
    stop_input("results", "of one protocol", toString(protocols),
               paste0("Choose one: results[results$protocol == \"", protocols[[1L]], "\", ]."))
  }
  is_noisy <- published$noise[[1L]] == "noisy"
  model <- published$model[[1L]]
  of_model <- results$model == model & results$variant %in% c("baseline", "meta", "plain_matched")
  in_table <- thesis_names[results$dataset] %in% published$dataset
  chosen <- results[of_model & in_table & (results$noise > 0) == is_noisy, , drop = FALSE]
  both <- intersect(row_keys(chosen[chosen$variant == "baseline", ], model_columns),
                    row_keys(chosen[chosen$variant == "meta", ], model_columns))
  if (!length(both)) {
    expected <- paste0("results with variants \"baseline\" and \"meta\" of model \"", model,
                       "\" on ", if (is_noisy) "noisy" else "clean", " data of the table (",
                       toString(names(thesis_names)), ")")
    stop_input("results", expected, "none of them")
  }
  chosen[row_keys(chosen, model_columns) %in% both, , drop = FALSE]
}

# One row: mean, sd and interval of the mean of each variant, from the seeds' means.
describe_cell <- function(means, level, n_boot) {
  columns <- lapply(c("baseline", "meta", "plain_matched"), function(variant) {
    values <- means$value[means$variant == variant]
    values <- values[is.finite(values)]
    interval <- bootstrap_interval(values, level, n_boot)
    stats::setNames(data.frame(mean_or_na(values), stats::sd(values), interval[[1L]],
                               interval[[2L]]),
                    paste0(variant, c("_mean", "_sd", "_lower", "_upper")))
  })
  do.call(cbind, columns)
}

# One row: what meta gains over the baseline and over plain_matched.
describe_gains <- function(differences) {
  columns <- lapply(c("baseline", "plain_matched"), function(to) {
    row <- differences[match(to, differences$to), ]
    stats::setNames(data.frame(row$difference, row$lower, row$upper, row$p_holm, row$bound),
                    paste0("over_", to, c("", "_lower", "_upper", "_p_holm", "_bound")))
  })
  do.call(cbind, columns)
}

mark_outside <- function(table) {
  for (variant in c("baseline", "meta")) {
    column <- function(name) table[[paste0(variant, name)]]
    theirs <- table[[paste0("thesis_", variant)]]
    outside_mean <- theirs < column("_lower") | theirs > column("_upper")
    outside_spread <- abs(theirs - column("_mean")) > 2 * column("_sd")
    table[[paste0(variant, "_outside_mean")]] <- outside_mean
    table[[paste0(variant, "_outside_spread")]] <- outside_spread
  }
  table
}

#' @rdname thesis_table
#' @export
format.thesis_table <- function(x, ...) {
  theirs <- function(variant) {
    mark <- ifelse(x[[paste0(variant, "_outside_spread")]] %in% TRUE, " outside",
                   ifelse(x[[paste0(variant, "_outside_mean")]] %in% TRUE, " off mean", ""))
    paste0(format_score(x[[paste0("thesis_", variant)]]), mark)
  }
  ours <- function(variant) {
    format_spread(x[[paste0(variant, "_mean")]], x[[paste0(variant, "_sd")]])
  }
  gain <- function(to) {
    column <- function(name) x[[paste0("over_", to, name)]]
    format_interval(column(""), column("_lower"), column("_upper"))
  }
  corrected <- function(to) {
    format_corrected(x[[paste0("over_", to, "_p_holm")]], x[[paste0("over_", to, "_bound")]])
  }
  # A table of the thesis has one noise level; results may have several.
  several <- anyDuplicated(x$dataset) > 0L
  data.frame(
    "data set" = if (several) paste0(x$dataset, " (", x$noise, ")") else x$dataset,
    "thesis baseline" = theirs("baseline"), "thesis meta" = theirs("meta"),
    baseline = ours("baseline"), meta = ours("meta"), plain_matched = ours("plain_matched"),
    "meta - baseline" = gain("baseline"), p = corrected("baseline"),
    "meta - plain_matched" = gain("plain_matched"), "p " = corrected("plain_matched"),
    seeds = format(x$seeds), check.names = FALSE
  )
}

#' @rdname thesis_table
#' @export
print.thesis_table <- function(x, ...) {
  if (!all(c("table", "model", "over_plain_matched_p_holm", "meta_outside_spread") %in% names(x))) {
    return(NextMethod())
  }
  text <- format(x)
  cat("Table ", toString(unique(x$table)), " of the thesis: ", toString(unique(x$model)), ", ",
      if (all(x$noise > 0)) "noisy" else "clean", " data, ", toString(unique(x$score)), "\n",
      "Ours: mean ", plus_minus(), " sd over seeds, each the mean over ranks ",
      paste(gsub(" ", ", ", unique(x$ranks)), collapse = "; "), "\n\n", sep = "")
  print_columns(text[c(1:6, 11L)])
  cat("\n")
  print_columns(text[c(1L, 7:10)])
  notes <- c(
    "outside: of our mean and twice the sd of single seeds. off mean: of the bootstrap interval of",
    "our mean only. p: signed-rank test, paired over seeds, corrected (Holm) for the data sets.",
    if (any(grepl("bound", c(text$p, text[["p "]])))) {
      "bound: so few seeds cannot give a p small enough, whatever the difference."
    },
    if (any(x$incomplete > 0)) paste0("Seeds left out, because a rank is absent or failed: ",
                                      paste(x$dataset, x$incomplete, collapse = ", "), ".")
  )
  cat("\n", paste0(notes, "\n"), sep = "")
  invisible(x)
}
