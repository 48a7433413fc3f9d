# The search over ranks: which are visited, which is chosen, and how sure the choice is.

# Visits the ranks that plan_ranks() names, or all of `ranks`: list(visits by rank, stopped). After
# an interrupt it has the ranks visited until then.
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

# The ranks still to visit, in order, supposing that none of them is better: rank 1, then those from
# `first` upwards, and then downwards, in each direction until `patience` ranks in a row are no
# better than the best in that direction. `errors` has the errors of the ranks visited, by name.
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

# A row for each rank: the mean error over the masks, the standard error of its difference from the
# best rank's error, mask by mask, and how far it lies below the error of rank 1.
rank_table <- function(visits, masks) {
  paired <- paired_errors(visits, masks)
  ranks <- vapply(visits, `[[`, 0L, "rank")
  one <- match(1L, ranks)
  gain <- 1 - paired$error / paired$error[one]
  # If rank 1 predicts everything without error, there is nothing to gain.
  gain[is.nan(gain)] <- NA_real_
  data.frame(rank = ranks, paired, gain = gain,
             near = paired$above <= 2 * paired$spread,
             explained = vapply(visits, `[[`, 0, "explained"),
             failed = vapply(visits, `[[`, "", "failed"), row.names = NULL)
}

# A data frame of the mean error of each visit, the error above the least, and the standard error of
# that difference, mask by mask: error, above, spread.
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

# The reasons why the best rank is not determined, the most serious first. `spectral` may be NA.
rank_doubts <- function(rank, near, gain, spectral, largest) {
  apart <- abs(rank - spectral)
  c(
    if (rank == 1L && !is.na(spectral) && spectral > 2L) paste(
      "hidden entries ask for one component, but the spectrum shows", spectral,
      "above the noise"),
    if (rank > 1L && !is.na(apart) && apart >= 2L) paste(
      "hidden entries ask for", rank, "components, but the spectrum shows", spectral,
      "above the noise"),
    if (rank > 1L && rank == largest) "the error still falls at the largest rank tried",
    if (diff(range(near)) > max(3, rank / 2)) paste0(
      "ranks ", min(near), " to ", max(near), " predict equally well"),
    if (rank > 1L && isTRUE(gain < 0.05)) paste0(
      "the best rank predicts only ", percent(gain), " better than one component"))
}

# The row of the choice: that of the least error, or that of the spectrum's count if its error is
# within one standard error of the least.
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
    # Rank 1 may be missing among ranks that the user gave.
    better <- if (!is.na(gain)) paste0(" (", percent(gain), " better than one)")
    said <- if (is.na(spectral)) "the spectrum says nothing here"
            else paste("the spectrum shows", spectral, "above the noise")
    how <- if (chosen == which.min(table$error)) "best" else "within a standard error of the best"
    return(list(verdict = if (is.na(spectral)) "about" else "determined", reason = paste0(
      "they predict hidden entries ", how, better, ", and ", said)))
  }
  list(verdict = "about", reason = paste(
    "hidden entries ask for", rank, "and the spectrum shows", spectral, "above the noise"))
}

# A progress bar over all that is still to be done. The search and the descriptions call begin(plan,
# grown) before the visit of the plan's first rank, describe(ranks) before the full fits of the
# ranks, and ended() after each mask. `after` is the number of full fits of each rank. A fit is
# taken to last as long as its rank plus 4, and a visit as two fits if it also grows, as most do.
rank_progress <- function(masks, after, frame = parent.frame()) {
  report <- progress_bar("Choosing the rank", 1, frame)
  cost <- function(ranks) sum(ranks + 4)
  done <- each <- seen <- total <- 0
  # The bar closes when it is full, and after a rank that is the best yet more ranks follow.
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
