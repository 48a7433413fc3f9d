# What is reported beside the choice of a rank: how well full fits of each rank agree with each
# other and with labels. None of it chooses.

# Runs of each rank from random starts, where labels or the stability are asked for.
described_runs <- 10L

# A data frame with a row for each rank: `nmi` and its `nmi_spread` where there are labels; of the
# runs' consensus `cophenetic`, `dispersion` and `silhouette`; and `stability` of the components.
rank_descriptions <- function(search, ranks, labels, stability) {
  if (is.null(labels) && !stability) return(NULL)
  rows <- lapply(ranks, function(rank) describe_rank(search, rank, labels, stability))
  as.data.frame(do.call(rbind, rows))
}

# The same of one rank, a vector.
describe_rank <- function(search, rank, labels, stability) {
  jobs <- lapply(seq_len(described_runs), function(run) {
    list(search$data, rank, c(search$stream, "full", rank, run), labels, search$options)
  })
  runs <- map_jobs(jobs, full_run, failed = identity)
  runs <- Filter(function(run) !inherits(run, "error"), runs)
  scores <- vapply(runs, `[[`, 0, "score")
  unlist(c(if (!is.null(labels)) list(nmi = mean(scores), nmi_spread = stats::sd(scores)),
           if (stability) with_stream(agreement(runs, rank), search$stream, "samples")))
}

# One fit of all entries from a random start: list(w, class, score), `score` that of its clusters.
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
  consensus <- consensus_matrix(classes)
  stable <- if (rank > 1L && requireNamespace("clue", quietly = TRUE)) {
    mean(suppressMessages(basis_stability(lapply(runs, `[[`, "w"))$cosine), na.rm = TRUE)
  }
  list(cophenetic = cophenetic_correlation(consensus), dispersion = mean((2 * consensus - 1)^2),
       silhouette = consensus_silhouette(consensus, rank),
       stability = if (is.null(stable)) NA_real_ else stable)
}

# A consensus is n x n: larger data are represented by samples drawn from them.
consensus_samples <- 1000L

# The share of runs that put two samples together; `classes`: runs by samples, NA for none.
consensus_matrix <- function(classes) {
  together <- matrix(0, ncol(classes), ncol(classes))
  for (run in seq_len(nrow(classes))) {
    same <- outer(classes[run, ], classes[run, ], `==`)
    together <- together + (same %in% TRUE)
  }
  diag(together) <- nrow(classes)
  together / nrow(classes)
}

# The correlation of the distances 1 - C with those of their average-linkage tree; NA where all
# distances are equal.
cophenetic_correlation <- function(consensus) {
  apart <- stats::as.dist(1 - consensus)
  if (length(apart) < 2L || diff(range(apart)) == 0) return(NA_real_)
  stats::cor(apart, stats::cophenetic(stats::hclust(apart, "average")))
}

# The mean silhouette width (Rousseeuw 1987) of the tree's `rank` clusters at distances 1 - C.
consensus_silhouette <- function(consensus, rank) {
  apart <- 1 - consensus
  if (rank < 2L || rank >= nrow(apart) || all(apart == 0)) return(NA_real_)
  cluster <- stats::cutree(stats::hclust(stats::as.dist(apart), "average"), rank)
  sizes <- tabulate(cluster, rank)
  sums <- t(rowsum(apart, cluster))
  own <- cbind(seq_along(cluster), cluster)
  within <- sums[own] / pmax(sizes[cluster] - 1, 1)
  means <- sums / rep(sizes, each = nrow(sums))
  means[own] <- Inf
  between <- apply(means, 1L, min)
  width <- (between - within) / pmax(between, within)
  width[sizes[cluster] == 1L | is.nan(width)] <- 0
  mean(width)
}
