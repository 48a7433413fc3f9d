# Means and spreads of an experiment. The unit is the seed: ranks of one seed share its split,
# noise and starts, so they are averaged first and never counted as replications.

# The scores of a fit, and what figures call them: how columns of W are scaled before k-means
# moves NMI as much as anything, so it is always said.
score_labels <- c(
  nmi = "NMI", nmi_max = "NMI (W at maximum 1)", nmi_l2 = "NMI (W at unit length)",
  nmi_none = "NMI (W as fitted)",
  ari_max = "ARI (W at maximum 1)", ari_l2 = "ARI (W at unit length)",
  ari_none = "ARI (W as fitted)",
  error = "relative error", objective = "objective", iterations = "iterations",
  learning_iterations = "iterations of learning", seconds = "seconds of processor time"
)

model_columns <- c("protocol", "dataset", "noise", "model")

#' Means and spreads over seeds
#'
#' Makes one row for each data set, noise, model and variant. The score is averaged over the ranks
#' of each seed, and `mean` and `sd` are taken over seeds. Ranks of one seed share a split, the
#' noise and the starts; to count each of them as a replication would make the spread look smaller
#' than it is.
#'
#' Scores rise or fall with the rank, so means over different ranks cannot be compared. Every
#' variant of a model must therefore have all ranks and seeds that any of its variants has. A seed
#' for which a fit is absent, crashed or has no finite score is left out and counted in
#' `incomplete`.
#'
#' @param object Results, from [experiment()].
#' @param score Name of a column: `"nmi"` (default, with the scaling of W that the protocol has),
#'   `"nmi_max"`, `"nmi_l2"`, `"nmi_none"`, `"ari_max"`, `"ari_l2"`, `"ari_none"`,
#'   `"error"`, `"objective"` (in the squared units of the data, so large ranks and data sets are
#'   better compared by `"error"`), `"iterations"`, `"learning_iterations"` or `"seconds"`.
#' @param x A summary.
#' @param ... Unused.
#' @return A data frame of class `summary.metanmf_experiment`: `protocol`, `dataset`, `noise`,
#'   `model`, `variant`; `score`, the name of the column; `ranks`, the number of ranks in the mean
#'   of a seed; `seeds`, the number of complete seeds; `incomplete`, the number of seeds left out;
#'   `failed`, the number of fits that ended in an error; `mean` and `sd` over seeds, in the unit of
#'   the score, `NA` if there are too few seeds. `print()` shows mean \eqn{\pm}{+-} sd.
#' @section Errors:
#'   A `metanmf_error` for an unknown `score` and for results that cannot be used, see
#'   [metanmf_experiment].
#' @seealso [compare_variants()] for differences, [thesis_table()] for the thesis' figures.
#' @examples
#' small <- list(digits = list(x = digits$x[, 1:300], labels = digits$labels[1:300]))
#' protocol <- experiment_protocol(task_size = 20, control = meta_control(epochs = 5))
#' results <- experiment(small, "NMF", ranks = 5, noise = 0, seeds = 1:2, protocol = protocol,
#'                       variants = c("baseline", "meta"))
#' summary(results)
#' summary(results, score = "seconds")
#' @export
summary.metanmf_experiment <- function(object, score = "nmi", ...) {
  results <- check_experiment(object, "object")
  score <- check_choice(score, "score", names(score_labels))
  groups <- split_rows(seed_means(results, score), c(model_columns, "variant"))
  failed <- results[!is.na(results$message), , drop = FALSE]
  failed_keys <- row_keys(failed, c(model_columns, "variant"))
  rows <- lapply(groups, function(seeds) {
    values <- seeds$value[is.finite(seeds$value)]
    data.frame(seeds[1L, c(model_columns, "variant")], score = score,
               ranks = lengths(strsplit(seeds$ranks[[1L]], " ")), seeds = length(values),
               incomplete = nrow(seeds) - length(values),
               failed = sum(failed_keys == row_keys(seeds[1L, ], c(model_columns, "variant"))),
               mean = mean_or_na(values), sd = stats::sd(values))
  })
  table <- do.call(rbind, rows)
  rownames(table) <- NULL
  class(table) <- c("summary.metanmf_experiment", "data.frame")
  table
}

# One row per protocol, data set, noise, model, variant and seed: `value` is the mean score over
# `ranks` (one text), NA for a seed that is not complete. Sorted.
seed_means <- function(results, score) {
  groups <- split_rows(as.data.frame(results), model_columns)
  means <- do.call(rbind, lapply(groups, function(rows) means_of_model(rows, score)))
  sort_results(means)
}

# The fits of one model: ranks x seeds x variants, NA where there is none.
means_of_model <- function(rows, score) {
  ranks <- sort(unique(rows$rank), na.last = TRUE)
  seeds <- unique(rows$seed)
  variants <- unique(rows$variant)
  scores <- array(NA_real_, c(length(ranks), length(seeds), length(variants)))
  scores[cbind(match(rows$rank, ranks), match(rows$seed, seeds),
               match(rows$variant, variants))] <- rows[[score]]
  data.frame(rows[1L, model_columns], variant = rep(variants, each = length(seeds)),
             seed = rep(seeds, length(variants)), ranks = paste(ranks, collapse = " "),
             value = as.vector(colMeans(scores)), row.names = NULL)
}

# mean() of nothing is NaN; here it is not known.
mean_or_na <- function(values) if (length(values)) mean(values) else NA_real_

#' @rdname summary.metanmf_experiment
#' @export
print.summary.metanmf_experiment <- function(x, ...) {
  counts <- c("ranks", "seeds", "incomplete", "failed")
  if (!all(c(model_columns, "variant", "score", counts, "mean", "sd") %in% names(x))) {
    return(NextMethod())
  }
  cat("Mean over ranks of each seed, then mean ", plus_minus(), " sd over seeds: ",
      toString(unique(x$score)), "\n", sep = "")
  value <- vapply(seq_len(nrow(x)), function(i) {
    format_spread(x$mean[[i]], x$sd[[i]], x$score[[i]])
  }, "")
  shown <- as.data.frame(unclass(x))[c(model_columns, "variant", "score", counts)]
  print_columns(drop_silent(cbind(shown, value)))
  if (any(x$incomplete > 0)) {
    cat("incomplete: seeds left out, because a rank is absent or its fit failed\n")
  }
  invisible(x)
}
