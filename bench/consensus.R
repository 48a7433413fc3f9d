# How near the planted basis consensus_nmf() comes, beside the best of the same number of runs and a
# single run, by family of data.
#   Rscript bench/consensus.R [SETS [RUNS [SEED]]]   SETS of each family (default 20), RUNS (default
#   30) a set, from SEED (default 1)
# A set's seed is SEED times 100000 plus its number, so that each can be drawn again. The planted
# rank is given to all. The error of a basis is 1 minus the mean cosine of its components matched
# to the planted ones. All fits have nmf()'s defaults.
library(metanmf)
source(file.path("bench", "rank-families.R"))

options <- as.numeric(commandArgs(trailingOnly = TRUE))
sets <- if (length(options) > 0L) options[[1L]] else 20
runs <- if (length(options) > 1L) options[[2L]] else 30
seed <- if (length(options) > 2L) options[[3L]] else 1

sizes <- list(c(30, 50), c(50, 80), c(80, 120), c(150, 50), c(50, 150))
counts_of <- function(w, n, mean) {
  list(x = counted(w %*% gammas(ncol(w), n, 0.3), mean), w = w, loss = "kl")
}

families <- list(
  sparse = function(m, n, k) {
    w <- gammas(m, k, 0.3)
    list(x = noisy(w %*% gammas(k, n, 0.3), between(0.1, 1)), w = w, loss = "frobenius")
  },
  poisson = function(m, n, k) counts_of(gammas(m, k, 0.3), n, between(0.3, 8)),
  correlated = function(m, n, k) {
    w <- correlated_basis(m, k, runif(1, 0.4, 0.8))
    list(x = noisy(w %*% gammas(k, n, 0.4), between(0.1, 0.4)), w = w, loss = "frobenius")
  })

basis_error <- function(w, planted) {
  1 - mean(suppressMessages(match_components(w, planted))$cosine)
}

run_set <- function(family, number) {
  set.seed(seed * 1e5 + number)
  size <- sizes[[sample(5, 1)]]
  rank <- sample(3:8, 1)
  drawn <- families[[family]](size[[1L]], size[[2L]], rank)
  samples <- colSums(drawn$x) > 0
  x <- drawn$x[, samples]
  folder <- tempfile()
  on.exit(unlink(folder, recursive = TRUE))
  fit <- function(...) {
    tryCatch(suppressWarnings(suppressMessages(
      consensus_nmf(x, rank, n_start = runs, loss = drawn$loss, keep = "bases", ...))),
      metanmf_error = function(error) NULL)
  }
  plain <- fit(folder = folder)
  # Of the same runs none is dropped.
  all <- fit(folder = folder, density = 2)
  bases <- all$model$runs$w
  single <- vapply(bases, basis_error, 0, planted = drawn$w)
  error_of <- function(fit) if (is.null(fit)) NA_real_ else basis_error(fit, drawn$w)
  resampled <- if (drawn$loss == "kl") error_of(fit(resample = "poisson")) else NA_real_
  data.frame(family, rank, single = mean(single), best = single[[which.min(all$model$starts)]],
             consensus = error_of(plain), undropped = error_of(all), resampled,
             refused = is.null(plain),
             stability = if (is.null(plain)) NA_real_
                         else mean(plain$model$consensus$components$stability))
}

results <- do.call(rbind, lapply(names(families), function(family) {
  do.call(rbind, lapply(seq_len(sets), function(number) {
    run_set(family, number + 1000 * match(family, names(families)))
  }))
}))
# Where consensus_nmf() refused, the comparison is of the other sets.
share <- function(rows) {
  there <- rows[!rows$refused, ]
  gap <- there$consensus - there$best
  c(sets = nrow(rows), refused = sum(rows$refused), single = mean(there$single),
    best = mean(there$best), consensus = mean(there$consensus), undropped = mean(there$undropped),
    resampled = mean(there$resampled), nearer = mean(gap < 0), gap = mean(gap),
    gap_error = sd(gap) / sqrt(length(gap)))
}
table <- t(vapply(split(results, factor(results$family, names(families))), share, numeric(10)))
print(round(table, 4))
cat("\nby the mean stability of components\n")
stable <- droplevels(cut(results$stability, c(-1, 0.7, 0.9, 0.97, 1)))
print(round(t(vapply(split(results, stable), share, numeric(10))), 4))
