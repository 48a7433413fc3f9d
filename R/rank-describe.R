# What is reported beside the choice of a rank: how well fits of all entries agree with each other
# and with labels, for each rank. The choice does not depend on it.

# Number of runs of each rank from random starts, made if labels or the stability are asked for.
described_runs <- 10L

# The choice with more columns in `ranks`: with labels `nmi` and `nmi_spread`; for the consensus of
# the runs `cophenetic`, `dispersion` and `silhouette`; and `stability` for their components. Ranks
# that an interrupt left out are NA in them.
describe_choice <- function(choice, search, labels, stability) {
  if (is.null(labels) && !stability) return(choice)
  ranks <- choice$ranks$rank
  rows <- list()
  stopped <- tryCatch({
    for (i in seq_along(ranks)) {
      search$describe(ranks[i:length(ranks)])
      rows[[i]] <- describe_rank(search, ranks[[i]], labels, stability)
    }
    FALSE
  }, interrupt = function(condition) TRUE)
  choice$stopped <- choice$stopped || stopped
  if (!length(rows)) return(choice)
  choice$ranks <- cbind(choice$ranks,
                        as.data.frame(do.call(rbind, rows))[seq_along(ranks), , drop = FALSE])
  rownames(choice$ranks) <- NULL
  choice
}

# The same columns for one rank, as a vector.
describe_rank <- function(search, rank, labels, stability) {
  jobs <- lapply(seq_len(described_runs), function(run) {
    list(search$data, rank, c(search$stream, "full", rank, run), labels, search$options)
  })
  runs <- map_jobs(jobs, full_run, failed = identity, ended = search$ended)
  runs <- Filter(function(run) !inherits(run, "error"), runs)
  scores <- vapply(runs, `[[`, 0, "score")
  unlist(c(if (!is.null(labels)) list(nmi = mean(scores), nmi_spread = stats::sd(scores)),
           if (stability) with_stream(agreement(runs, rank), search$stream, "samples")))
}

# One fit of all entries from a random start: list(w, class, score). `score` is that of its
# clusters.
full_run <- function(data, rank, stream, labels, options, after) {
  with_stream({
    fit <- masked_fit(data$x, rank, "random", data, options)
    score <- NA_real_
    if (!is.null(labels)) {
      clusters <- suppressWarnings(cluster_samples(fit, length(unique(labels[!is.na(labels)]))))
      score <- suppressMessages(nmi(clusters, labels))
    }
    list(w = fit$w, class = largest_component(fit$h), score = score)
  }, stream)
}

# How far runs agree: the consensus of Brunet et al. (2004) over at most `consensus_samples`
# samples, and the mean cosine of matched components over all pairs of runs.
agreement <- function(runs, rank) {
  classes <- do.call(rbind, lapply(runs, `[[`, "class"))
  n <- ncol(classes)
  if (n > consensus_samples) classes <- classes[, sort(sample.int(n, consensus_samples))]
  tree <- consensus_tree(classes, rank)
  stable <- if (rank > 1L && requireNamespace("clue", quietly = TRUE)) {
    mean(suppressMessages(basis_stability(lapply(runs, `[[`, "w"))$cosine), na.rm = TRUE)
  }
  list(cophenetic = tree$cophenetic, dispersion = consensus_dispersion(classes),
       silhouette = tree$silhouette, stability = if (is.null(stable)) NA_real_ else stable)
}

# A tree needs the distances of all pairs. More samples than this are represented by some of them.
consensus_samples <- 1000L
