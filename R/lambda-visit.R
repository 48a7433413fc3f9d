# How well each weight predicts the hidden entries of all masks.

# list(table, stopped): the table has a row for each weight, the smallest first. After an interrupt
# it has those that were finished. `told`, list(labels, stability), says what to report beside
# errors.
search_lambdas <- function(search, rank, weigh, lambda, told, folder = NULL) {
  visits <- list()
  bar <- progress_bar("Weights of the penalty", length(lambda))
  stopped <- tryCatch({
    for (one in lambda) {
      visits <- c(visits, list(kept_visit(
        folder, one, visit_lambda(search, rank, weigh(one), told$labels, told$stability))))
      bar(length(visits))
    }
    FALSE
  }, interrupt = function(condition) TRUE)
  list(table = lambda_table(visits, lambda[seq_along(visits)], length(search$masks)),
       stopped = stopped)
}

# The errors of one weight by mask, and what is reported beside them. The fits of all weights begin
# at the same starts, since visit_rank() names starts by rank and mask alone.
visit_lambda <- function(search, rank, penalties, labels, stability) {
  search$options["penalty"] <- list(penalties)
  seen <- visit_rank(search, rank, NULL)
  scores <- if (!is.null(labels)) describe_rank(search, rank, labels, FALSE)
  list(error = seen$error, share = mean_share(seen), explained = seen$explained,
       failed = seen$failed, scores = scores,
       agreement = if (stability) cluster_agreement(seen$fits, rank, search$stream))
}

# The mean nmi() between the clusters of each mask's fit and those of the other masks, one number
# for each mask. There are as many clusters as components.
cluster_agreement <- function(fits, rank, stream) {
  jobs <- lapply(seq_along(fits), function(i) list(fits[[i]]$h, rank, c(stream, "clusters", i)))
  classes <- map_jobs(jobs, cluster_run, failed = function(error) NULL)
  vapply(seq_along(classes), function(i) {
    if (is.null(classes[[i]])) return(NA_real_)
    others <- Filter(Negate(is.null), classes[-i])
    mean(vapply(others, function(other) suppressMessages(nmi(classes[[i]], other)), 0))
  }, 0)
}

cluster_run <- function(h, rank, stream, after) {
  with_stream(suppressWarnings(cluster_samples(h, rank, n_start = 10)), stream)
}

mean_share <- function(visit) {
  mean(vapply(Filter(Negate(is.null), visit$fits), penalty_share, 0))
}

lambda_table <- function(visits, lambda, masks) {
  if (!length(visits)) {
    stop_named("select_lambda() was interrupted before the first weight was tried.", "x",
               "metanmf_interrupted")
  }
  paired <- paired_errors(visits, masks)
  weighed <- lambda > 0
  if (any(weighed) && all(is.na(paired$error[weighed]))) {
    stop_named(paste0("Every fit with the penalty failed. The first one said:\n",
                      visits[weighed][[1L]]$failed), "penalty")
  }
  table <- data.frame(lambda = lambda, paired, near = paired$above <= paired$spread,
                      share = vapply(visits, `[[`, 0, "share"),
                      explained = vapply(visits, `[[`, 0, "explained"),
                      failed = vapply(visits, `[[`, "", "failed"))
  scores <- do.call(rbind, lapply(visits, `[[`, "scores"))
  agreement <- do.call(rbind, lapply(visits, `[[`, "agreement"))
  if (!is.null(agreement)) table$stability <- rowMeans(agreement)
  if (!is.null(agreement)) table$stable <- nearly_most(agreement)
  if (is.null(scores)) table else cbind(table, scores)
}

# Whether the mean of a row is within one standard error, paired by column, of the largest mean.
nearly_most <- function(scores) {
  best <- which.max(rowMeans(scores))
  if (!length(best)) return(rep(NA, nrow(scores)))
  below <- rep(scores[best, ], each = nrow(scores)) - scores
  rowMeans(below) <= apply(below, 1L, stats::sd) / sqrt(ncol(scores))
}
