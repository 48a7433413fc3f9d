#' The runs of a fit: how far they agree
#'
#' The objective of a factorisation has many local minima, so that fits from different starts
#' differ. `nmf(x, rank, n_start = 20, keep = "all")` keeps all of them, and `runs()` says how far
#' they differ in the objective and in each component of the basis.
#'
#' The runs' components are matched one to one with those of the medoid, the run whose basis agrees
#' best with all others on average ([basis_stability()]). The **stability** of a component is the
#' mean cosine between it and its partners in the other runs. It is 1 if every run finds the
#' component, up to scale. The spread over runs says how far the data and the model determine a
#' component. It is no error bar, and a component on which all runs agree can still be wrong. The
#' stability of unrelated bases is not 0, see [match_components()].
#'
#' @param fit A fit by [nmf()] or [gnmf()] with `keep = "scores"` or `"all"`, or by
#'   [consensus_nmf()]; or a list of fits of the same data, of one rank.
#' @param x The result of `runs()`.
#' @param type `"runs"` (default) for a row for each run, or `"components"` for a row for each
#'   component of each run.
#' @param row.names,optional As in [as.data.frame()].
#' @param main Title, or `NULL` for none.
#' @param ... Ignored; for `plot()`, options of the panel of the objective
#'   ([graphics::plot.default()]).
#' @return `runs()`: an object of class `nmf_runs`, a list:
#' - `scores`, a data frame with a row for each run: `run`, its number; `objective`; `above`, how
#'   far it is above the lowest objective, as a share of that; `deviance`, `iterations`,
#'   `converged`, `dead` (the number of dead components); `cosine`, the mean cosine of its
#'   components with the matched ones of the other runs; and `message`, that of the error that ended
#'   the run, whose other columns are then `NA`;
#' - `best`, `medoid`: numbers of the run with the lowest objective and of the medoid;
#' - `components`, a data frame with a row for each component of the best run, in its order:
#'   `component`, its name; `medoid`, which component of the medoid it is matched with; `stability`,
#'   the mean cosine of that to the other runs, and `lowest`, the smallest;
#' - `match` and `cosine`, a row for each run that did not fail, a column for each row of
#'   `components`: which component of the run that is, and its cosine to the medoid's (`NA` in the
#'   row of the medoid itself).
#'
#' The last three are `NULL` with `keep = "scores"`, which keeps no factors, and without package
#' clue, which matches components. A single run has only its scores.
#'
#' `as.data.frame()` returns `scores`, or with `"components"` a data frame of `run`, `component`,
#' `matched` (the number of the component in the run) and `cosine`. `plot()` returns `x`, invisibly.
#' It draws on the left how far the objective of each run is above the lowest, sorted, and on the
#' right the cosine of each run's components to the medoid's, with their mean as a bar.
#' @section Errors: Class `metanmf_error` for a fit that kept no runs, and for what is neither a fit
#'   nor a list of fits.
#' @seealso [consensus()] for the agreement of clusters, [consensus_nmf()] for a basis made of all
#'   runs, [select_rank()] for the rank.
#' @examplesIf requireNamespace("clue", quietly = TRUE)
#' set.seed(1)
#' x <- scale_minmax(digits$x[, 1:300])
#' fit <- nmf(x, 6, n_start = 8, keep = "all", tol = 1e-3)
#' agreement <- runs(fit)
#' agreement
#' plot(agreement)
#' head(as.data.frame(agreement))
#' @export
runs <- function(fit) {
  check_given("fit", "a fit that kept its runs, or a list of fits")
  kept <- kept_of(fit, "runs()")
  scores <- kept$scores
  lowest <- suppressWarnings(min(scores$objective, na.rm = TRUE))
  above <- if (is.finite(lowest) && lowest > 0) scores$objective / lowest - 1 else NA_real_
  scores <- cbind(scores[c("run", "objective")], above = above,
                  scores[c("deviance", "iterations", "converged", "dead")], cosine = NA_real_,
                  scores["message"])
  best <- which.min(scores$objective)
  result <- list(scores = scores, best = if (length(best)) scores$run[[best]] else NA_integer_,
                 medoid = NA_integer_, components = NULL, match = NULL, cosine = NULL)
  if (!is.null(kept$w) && requireNamespace("clue", quietly = TRUE)) {
    result <- with_matches(result, kept$w)
  }
  structure(result, class = "nmf_runs")
}

# `result` with the matches of the runs' bases. The bases of failed runs are NULL.
with_matches <- function(result, bases) {
  there <- which(!vapply(bases, is.null, NA))
  known <- known_features(same_features(bases[there], "fit"), "fit")
  known <- lapply(known, directions)
  found <- match_medoid(known)
  medoid <- known[[found$medoid]]
  # Rows of `components` stand in the order of the best run's.
  best <- match(result$best, result$scores$run[there], nomatch = found$medoid)
  at <- match_columns(known[[best]], medoid)$b
  cosine <- found$cosine[, at, drop = FALSE]
  names <- colnames(bases[[there[[best]]]])
  if (is.null(names)) names <- paste0("c", seq_along(at))
  match <- found$component[, at, drop = FALSE]
  dimnames(match) <- dimnames(cosine) <- list(result$scores$run[there], names)
  result$scores$cosine[there] <- found$agreement
  result$medoid <- result$scores$run[there][[found$medoid]]
  of_others <- function(summarise) {
    apply(cosine, 2L, function(own) if (all(is.na(own))) NA_real_ else summarise(own, na.rm = TRUE))
  }
  result$components <- data.frame(component = names, medoid = at, stability = of_others(mean),
                                  lowest = of_others(min), row.names = NULL)
  result[c("match", "cosine")] <- list(match, cosine)
  result
}

# The runs that a fit kept, or that a list of fits consists of: list(scores, w, h). w and h are
# lists with NULL for a failed run, and are absent if no factors were kept.
kept_of <- function(fit, verb) {
  if (inherits(fit, "nmf_fit")) {
    if (!is.null(fit$model$runs)) return(fit$model$runs)
    stop_input("fit", paste("a fit that kept its runs, for", verb),
               "a fit that kept only the best run",
               "Use nmf(x, rank, n_start = 20, keep = \"all\").")
  }
  if (!is_list_of(fit, "nmf_fit")) {
    stop_input("fit", "a fit that kept its runs, or a list of fits", describe(fit),
               "Use nmf(x, rank, n_start = 20, keep = \"all\").")
  }
  kept_runs(unname(fit), list(keep = "all"))
}

#' @rdname runs
#' @export
print.nmf_runs <- function(x, ...) {
  failed <- sum(!is.na(x$scores$message))
  count <- nrow(x$scores)
  lines <- paste0(count, if (count == 1L) " run" else " runs",
                  if (failed) paste0(", ", failed, " failed: see $scores$message"))
  above <- x$scores$above[is.na(x$scores$message)]
  lines <- c(lines, if (!is.na(x$best)) paste0(
    "  objective ", format(min(x$scores$objective, na.rm = TRUE), digits = 6), " in run ", x$best,
    if (length(above) > 1L && !anyNA(above)) paste0(
      "; the others above it by ", percent(stats::median(sort(above)[-1L])), " in the median, ",
      percent(max(above)), " at most")))
  lines <- c(lines, if (!is.null(x$components) && count - failed > 1L) c(
    paste0("  stability of components: mean cosine to those of run ", x$medoid, ", the medoid"),
    paste0("  ", utils::capture.output(print(round(
      stats::setNames(x$components$stability, valid_text(x$components$component)), 3))))))
  writeLines(lines)
  invisible(x)
}

#' @rdname runs
#' @export
as.data.frame.nmf_runs <- function(x, row.names = NULL, # nolint: object_name_linter.
                                   optional = FALSE, type = c("runs", "components"), ...) {
  type <- check_choice(type, "type", c("runs", "components"))
  if (type == "runs") return(as.data.frame(x$scores, row.names = row.names))
  if (is.null(x$match)) {
    stop_input("type", "\"runs\" where no components were matched", "\"components\"",
               "Use nmf(keep = \"all\"), with package clue installed.")
  }
  data.frame(run = as.integer(rownames(x$match))[row(x$match)],
             component = colnames(x$match)[col(x$match)], matched = c(x$match),
             cosine = c(x$cosine), row.names = row.names)
}
