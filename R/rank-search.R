# Which ranks are visited, and what the errors say about them.

# Visits rank 1, then the ranks from `first` upwards and downwards until `patience` in a row are no
# better than the best so far; or all of `ranks`. list(visits by rank, stopped): what an interrupt
# leaves is kept.
search_ranks <- function(search, first, ranks = NULL) {
  visits <- list()
  visit <- function(rank) {
    name <- as.character(rank)
    if (is.null(visits[[name]])) {
      below <- visits[[as.character(rank - 1L)]]
      visits[[name]] <<- visit_rank(search, rank, below$fits) # nolint: undesirable_operator_linter.
    }
    mean(visits[[name]]$error)
  }
  walk <- function(step) {
    at <- best_at <- first
    best <- visit(first)
    repeat {
      at <- at + step
      if (at < 1L || at > search$largest || abs(at - best_at) > search$patience) return()
      error <- visit(at)
      if (isTRUE(error < best) || is.na(best)) {
        best <- error
        best_at <- at
      }
    }
  }
  stopped <- tryCatch({
    if (!is.null(ranks)) {
      for (rank in ranks) visit(rank)
    } else {
      visit(1L)
      walk(1L)
      walk(-1L)
    }
    FALSE
  }, interrupt = function(condition) TRUE)
  list(visits = visits[order(as.integer(names(visits)))], stopped = stopped)
}

# One row a rank: the mean error over the masks, the standard error of its difference from the best
# rank's, mask by mask, and how far it lies below the error of rank 1.
rank_table <- function(visits, masks) {
  paired <- paired_errors(visits, masks)
  ranks <- vapply(visits, `[[`, 0L, "rank")
  one <- match(1L, ranks)
  data.frame(rank = ranks, paired, gain = 1 - paired$error / paired$error[one],
             near = paired$above <= 2 * paired$spread,
             explained = vapply(visits, mean_explained, 0),
             failed = vapply(visits, `[[`, "", "failed"), row.names = NULL)
}

# The mean error of each visit, what it is above the least, and the standard error of that
# difference, mask by mask: a data frame(error, above, spread).
paired_errors <- function(visits, masks) {
  errors <- do.call(rbind, lapply(visits, `[[`, "error"))
  means <- rowMeans(errors)
  best <- which.min(means)
  if (!length(best)) {
    stop_named(paste0("Every fit failed. The first one said:\n", visits[[1L]]$failed), "x")
  }
  apart <- errors - rep(errors[best, ], each = nrow(errors))
  data.frame(error = unname(means), above = unname(rowMeans(apart)),
             spread = unname(apply(apart, 1L, stats::sd) / sqrt(masks)))
}

# The deviance explained in what the fits saw.
mean_explained <- function(visit) {
  fits <- Filter(Negate(is.null), visit$fits)
  mean(vapply(fits, function(fit) 1 - deviance(fit) / fit$data$null_deviance, 0))
}

# Why the best rank is not determined, the gravest reason first. `spectral` may be NA.
rank_doubts <- function(rank, near, gain, spectral, largest) {
  apart <- abs(rank - spectral)
  c(
    if (rank == 1L && !is.na(spectral) && spectral > 2L) paste(
      "held-out entries ask for one component, but the spectrum shows", spectral,
      "above the noise"),
    if (rank > 1L && !is.na(apart) && apart >= 2L) paste(
      "held-out entries ask for", rank, "components, but the spectrum shows", spectral,
      "above the noise"),
    if (rank > 1L && rank == largest) "the error still falls at the largest rank tried",
    if (diff(range(near)) > max(3, rank / 2)) paste0(
      "ranks ", min(near), " to ", max(near), " predict equally well"),
    if (rank > 1L && isTRUE(gain < 0.05)) paste0(
      "the best rank predicts only ", percent(gain), " better than one component"))
}

# One of the four verdicts and its reason: list(verdict, reason). `spectral` may be NA.
judge_rank <- function(table, spectral, largest) {
  best <- which.min(table$error)
  rank <- table$rank[[best]]
  gain <- table$gain[[best]]
  causes <- rank_doubts(rank, table$rank[table$near %in% TRUE], gain, spectral, largest)
  if (rank == 1L && (is.na(spectral) || spectral <= 2L)) {
    return(list(verdict = "one", reason = "no further component helps to predict"))
  }
  if (length(causes)) return(list(verdict = "not determined", reason = causes[[1L]]))
  if (is.na(spectral) || rank == spectral) {
    # Rank 1 need not be among ranks that were asked for.
    better <- if (!is.na(gain)) paste0(" (", percent(gain), " better than one)")
    said <- if (is.na(spectral)) "the spectrum says nothing here"
            else paste("the spectrum shows", spectral, "above the noise")
    return(list(verdict = if (is.na(spectral)) "about" else "determined", reason = paste0(
      "they predict held-out entries best", better, ", and ", said)))
  }
  list(verdict = "about", reason = paste(
    "held-out entries ask for", rank, "and the spectrum shows", spectral, "above the noise"))
}
