# Differences between variants, paired over seeds, with interval and corrected p.

#' Compare variants, paired over seeds
#'
#' Estimates whether one variant is better than others, and by how much. A seed draws the split, the
#' noise and the starts, and the variants of one seed share them. The difference is therefore taken
#' within each seed, after averaging over ranks, and the seeds are the sample.
#'
#' The interval is a percentile bootstrap. Seeds are drawn with replacement `n_boot` times, and the
#' ends of the interval are the quantiles (1 - level) / 2 and (1 + level) / 2 of the mean
#' differences. Call `set.seed()` first to make it repeatable; the order of the rows of `results`
#' does not matter. The interval is too short if there are few seeds: for normal differences, an
#' interval of level 95 % contains the true mean in 83 % of cases with five seeds and in 90 % with
#' ten.
#'
#' `p` belongs to the two-sided Wilcoxon signed-rank test. Differences of 0 are dropped, equal ones
#' share their mean rank, and the rank sum is compared with those of all \eqn{2^n} choices of signs.
#' It is exact for any number of seeds, with or without ties. To keep rounding from making ranks,
#' differences below 1e-12 of the scores count as 0, and those that agree in eight digits as equal.
#'
#' With several data sets there are as many chances of a small p. `p_holm` is therefore corrected
#' (Holm 1979) over a family of comparisons. By default a family is a table of the thesis: all data
#' sets with the same kind of noise (clean, or with noise), model and `to`. n seeds cannot give a p
#' below \eqn{2/2^n} (`p_smallest`), so five seeds cannot give one below .0625, whatever the
#' difference. `bound` marks rows in which even this, in the whole family at once and corrected, is
#' above 1 - level. There p says how many seeds there are, not whether there is a difference.
#' `print()` says so in words.
#'
#' The controls `"hals"` and `"kmeans"` belong to no model and are compared with every model, by
#' data set, noise and seed. k-means on the data has no rank; its score is compared with the mean
#' over ranks.
#'
#' @param results Results, from [experiment()], or a data frame with the same columns.
#' @param of The variant whose gain is estimated, by default `"meta"`.
#' @param to The variants that it is compared with. The default is the comparison of the thesis,
#'   `"baseline"`, and the two controls with as many iterations as meta has, `"plain_matched"` and
#'   `"plain_long"`. Those that `results` lack are left out, and so is `of`.
#' @param score As in [summary.metanmf_experiment()]. For errors and seconds smaller is better.
#' @param level Level of the interval, between 0 and 1, by default 0.95. The level of the test is
#'   1 - level.
#' @param n_boot Number of bootstrap draws. With the default of 10000 the ends are uncertain by some
#'   hundredths of the interval's length.
#' @param family Which columns define a family: any of `"dataset"`, `"noise"` (the kind, clean or
#'   not), `"model"` and `"to"`. Comparisons that agree in these are corrected together. The default
#'   is a table of the thesis. `character()` makes one family of all. Different protocols are never
#'   in one family.
#' @param x A comparison.
#' @param ... Unused.
#' @return A data frame of class `variant_comparison`, a row for each data set, noise, model and
#'   `to`: `protocol`, `dataset`, `noise`, `model`, `of`, `to`, `score`, `level`; `seeds`, the
#'   number of pairs; `incomplete`, seeds left out because either variant lacks a rank (or the two
#'   have different ranks); `difference`, the mean of `of` minus `to`, in the unit of the score;
#'   `se`, the standard deviation divided by the root of the number of seeds; `lower`, `upper`; `p`,
#'   `p_holm`; `p_smallest` and `p_holm_smallest`, the smallest values that these could have;
#'   `family`, the number of comparisons corrected together; `bound`. With one seed there is a
#'   difference but no spread: `se`, the interval and all p are `NA`, and `bound` is `TRUE`.
#' @section Errors:
#'   A `metanmf_error` if `of` is not in `results`, if no model has both `of` and any of `to`, for
#'   an unknown variant, and if another argument is not of the kind described.
#' @references
#' Wilcoxon, F. (1945). Individual comparisons by ranking methods. Biometrics Bulletin 1, 80-83.
#'
#' Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal
#' of Statistics 6, 65-70.
#'
#' Efron, B. and Tibshirani, R. J. (1993). An Introduction to the Bootstrap. Chapman and Hall.
#' Section 13.3.
#' @seealso [summary.metanmf_experiment()], [thesis_table()]
#' @examples
#' small <- list(digits = list(x = digits$x[, 1:300], labels = digits$labels[1:300]))
#' protocol <- experiment_protocol(task_size = 20, control = meta_control(epochs = 5))
#' results <- experiment(small, "NMF", ranks = 5, noise = 0, seeds = 1:3, protocol = protocol,
#'                       variants = c("baseline", "meta"))
#' set.seed(1)
#' compare_variants(results, to = "baseline")
#' @export
compare_variants <- function(results, of = "meta",
                             to = c("baseline", "plain_matched", "plain_long"),
                             score = "nmi", level = 0.95, n_boot = 10000,
                             family = c("noise", "model", "to")) {
  results <- check_experiment(results)
  of <- check_choice(of, "of", distinct_values(results$variant, all_variants))
  to <- setdiff(check_choices(to, "to", union(all_variants, results$variant)), of)
  score <- check_choice(score, "score", names(score_labels))
  level <- check_number(level, "level", 0, 1)
  n_boot <- check_count(n_boot, "n_boot")
  family <- check_choices(family, "family", c("dataset", "noise", "model", "to"))
  means <- seed_means(results, score)
  pairs <- do.call(rbind, lapply(to, function(variant) pair_seeds(means, of, variant)))
  if (!length(pairs) || !nrow(pairs)) {
    stop_input("to", paste0("variants that a model with \"", of, "\" is paired with"),
               paste0(toString(to), "; the results have ",
                      toString(distinct_values(results$variant, all_variants))))
  }
  groups <- split_rows(sort_results(pairs), c(model_columns, "to"))
  rows <- lapply(groups, function(group) {
    data.frame(group[1L, model_columns], of = of, to = group$to[[1L]], score = score,
               level = level, compare_pairs(group$difference, level, n_boot))
  })
  table <- correct_table(do.call(rbind, rows), family)
  rownames(table) <- NULL
  class(table) <- c("variant_comparison", "data.frame")
  table
}

# `of` minus `variant` for every seed of the models that have both; NA where one is incomplete or
# their ranks differ. k-means has no rank.
pair_seeds <- function(means, of, variant) {
  ours <- means[means$variant == of, , drop = FALSE]
  theirs <- means[means$variant == variant, , drop = FALSE]
  is_control <- variant %in% names(own_models)
  by <- if (is_control) setdiff(model_columns, "model") else model_columns
  ours <- ours[row_keys(ours, by) %in% row_keys(theirs, by), , drop = FALSE]
  place <- match(row_keys(ours, c(by, "seed")), row_keys(theirs, c(by, "seed")))
  value <- theirs$value[place]
  difference <- ours$value - value
  difference[which(abs(difference) < 1e-12 * pmax(abs(ours$value), abs(value)))] <- 0
  ranks <- theirs$ranks[place]
  difference[ranks != ours$ranks & ranks != "NA"] <- NA
  data.frame(ours[c(model_columns, "seed")], to = rep(variant, nrow(ours)), difference)
}

# The statistics of one group's differences, one a seed.
compare_pairs <- function(difference, level, n_boot) {
  known <- difference[is.finite(difference)]
  n <- length(known)
  interval <- bootstrap_interval(known, level, n_boot)
  data.frame(seeds = n, incomplete = length(difference) - n, difference = mean_or_na(known),
             se = stats::sd(known) / sqrt(n), lower = interval[[1L]], upper = interval[[2L]],
             p = signed_rank_p(known), p_smallest = if (n > 1L) 2 / 2^n else NA_real_)
}

#' @rdname compare_variants
#' @export
print.variant_comparison <- function(x, ...) {
  shown <- c(model_columns, "to", "score", "seeds", "incomplete")
  statistics <- c("of", "level", "difference", "lower", "upper", "p", "p_holm", "p_smallest",
                  "p_holm_smallest", "family", "bound")
  if (!all(c(shown, statistics) %in% names(x)) || !nrow(x)) return(NextMethod())
  level <- x$level[[1L]]
  cat(toString(unique(x$of)), " minus another variant, paired over seeds: ",
      toString(unique(x$score)), "\n", "Mean difference [", format(100 * level),
      " % bootstrap interval]; p: exact Wilcoxon signed-rank; p_holm: corrected\n", sep = "")
  difference <- vapply(seq_len(nrow(x)), function(i) {
    format_interval(x$difference[[i]], x$lower[[i]], x$upper[[i]], x$score[[i]])
  }, "")
  shown <- as.data.frame(unclass(x))[shown]
  p_holm <- format_corrected(x$p_holm, x$bound)
  print_columns(drop_silent(cbind(shown, difference, p = format_p(x$p), p_holm)))
  notes <- c(describe_bounds(x), if (any(x$incomplete > 0)) {
    "incomplete: seeds left out, because a rank is absent, failed, or is not in both variants."
  })
  if (length(notes)) cat("\n", paste0(strwrap(notes, 98L, exdent = 2L), "\n"), sep = "")
  invisible(x)
}

# Where the number of seeds alone decides, one sentence for each number of seeds and family.
describe_bounds <- function(table) {
  single <- is.na(table$p)
  out_of_reach <- split_rows(table[table$bound & !single, , drop = FALSE],
                             c("seeds", "family", "p_holm_smallest", "level"))
  sentences <- vapply(out_of_reach, function(rows) {
    alpha <- 1 - rows$level[[1L]]
    family <- rows$family[[1L]]
    enough <- ceiling(log2(2 * family / alpha))
    paste0("bound (", nrow(rows), " of ", nrow(table), " rows): ", rows$seeds[[1L]],
           " seeds cannot give a p below ", format_p(rows$p_smallest[[1L]]),
           if (family > 1L) paste0(", nor, corrected for ", family, " comparisons, below ",
                                   format_p(rows$p_holm_smallest[[1L]])),
           ". So ", format(alpha, digits = 3), " is out of reach, whatever the difference; ",
           "a large p there is no evidence of equality. It takes ", enough, " seeds.")
  }, "")
  c(sentences, if (any(single)) {
    paste0("No p or interval in ", sum(single), " of ", nrow(table), " rows: fewer than two seeds.")
  })
}
