# Which ranks are visited, and what the errors say about them.

# Visits the ranks that plan_ranks() names, or all of `ranks`: list(visits by rank, stopped). What
# an interrupt leaves is kept.
search_ranks <- function(search, first, ranks = NULL) {
  visits <- list()
  left <- function() {
    if (!is.null(ranks)) return(setdiff(ranks, names(visits)))
    plan_ranks(vapply(visits, function(visit) mean(visit$error), 0), first, search)
  }
  stopped <- tryCatch({
    while (length(plan <- left())) {
      rank <- plan[[1L]]
      below <- visits[[as.character(rank - 1L)]]
      search$begin(plan, !is.null(below))
      visits[[as.character(rank)]] <- visit_rank(search, rank, below$fits)
    }
    FALSE
  }, interrupt = function(condition) TRUE)
  if (stopped && !length(visits)) {
    stop_named("select_rank() was interrupted before the fits of its first rank had ended.", "x",
               "metanmf_interrupted")
  }
  list(visits = visits[order(as.integer(names(visits)))], stopped = stopped)
}

# The ranks still to visit, in their order, if none of them is better: rank 1, then those from
# `first` upwards and downwards until `patience` in a row are no better than the best on that way.
# `errors`: those of the ranks visited, by name.
plan_ranks <- function(errors, first, search) {
  error <- function(rank) unname(errors[as.character(rank)])
  walk <- function(step) {
    best <- error(first)
    best_at <- at <- first
    repeat {
      at <- at + step
      if (at < 1L || at > search$largest || abs(at - best_at) > search$patience) return(integer())
      if (!as.character(at) %in% names(errors)) break
      if (isTRUE(error(at) < best) || is.na(best)) {
        best <- error(at)
        best_at <- at
      }
    }
    end <- max(1L, min(best_at + step * search$patience, search$largest))
    seq.int(at, end, by = step)
  }
  plan <- unique(c(1L, first, walk(1L), walk(-1L)))
  plan[!as.character(plan) %in% names(errors)]
}

# One row a rank: the mean error over the masks, the standard error of its difference from the best
# rank's, mask by mask, and how far it lies below the error of rank 1.
rank_table <- function(visits, masks) {
  paired <- paired_errors(visits, masks)
  ranks <- vapply(visits, `[[`, 0L, "rank")
  one <- match(1L, ranks)
  gain <- 1 - paired$error / paired$error[one]
  # Where rank 1 predicts all without error there is nothing to gain.
  gain[is.nan(gain)] <- NA_real_
  data.frame(rank = ranks, paired, gain = gain,
             near = paired$above <= 2 * paired$spread,
             explained = vapply(visits, `[[`, 0, "explained"),
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

# The row of the choice: the least error, or the count of the spectrum where its error is within one
# standard error of that.
chosen_row <- function(table, spectral) {
  counted <- match(spectral, table$rank)
  if (isTRUE(table$above[counted] <= table$spread[counted])) counted else which.min(table$error)
}

# One of the four verdicts and its reason: list(verdict, reason). `spectral` may be NA.
judge_rank <- function(table, spectral, largest) {
  chosen <- chosen_row(table, spectral)
  rank <- table$rank[[chosen]]
  gain <- table$gain[[chosen]]
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
    how <- if (chosen == which.min(table$error)) "best" else "within a standard error of the best"
    return(list(verdict = if (is.na(spectral)) "about" else "determined", reason = paste0(
      "they predict held-out entries ", how, better, ", and ", said)))
  }
  list(verdict = "about", reason = paste(
    "held-out entries ask for", rank, "and the spectrum shows", spectral, "above the noise"))
}

# A bar over all that is still to be done, for the search and the descriptions to tell it:
# begin(plan, grown) before the visit of the first rank of the plan, describe(ranks) before the full
# fits of the ranks, ended() after each mask. `after`: full fits of each rank. A fit takes about as
# long as its rank plus 4; a visit two of them where it also grows, as nearly all do.
rank_progress <- function(masks, after, frame = parent.frame()) {
  report <- progress_bar("Choosing the rank", 1, frame)
  cost <- function(ranks) sum(ranks + 4)
  done <- each <- seen <- total <- 0
  # A full bar is closed, and a rank that is better than all others has others after it.
  show <- function() report(done, max(total, done + each))
  list(
    begin = function(plan, grown) {
      each <<- (1 + grown) * cost(plan[[1L]]) # nolint: undesirable_operator_linter.
      seen <<- seen + cost(plan[[1L]]) # nolint: undesirable_operator_linter.
      later <- cost(plan[-1L])
      left <- masks * (each + 2 * later) + after * (seen + later)
      total <<- done + left # nolint: undesirable_operator_linter.
      show()
    },
    describe = function(ranks) {
      each <<- cost(ranks[[1L]]) # nolint: undesirable_operator_linter.
      total <<- done + after * cost(ranks) # nolint: undesirable_operator_linter.
      show()
    },
    ended = function(...) {
      done <<- done + each # nolint: undesirable_operator_linter.
      show()
    })
}
