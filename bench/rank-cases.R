# How often select_rank() finds the planted rank where data are missing, weighted or sparse, with a
# penalty, and where noise multiplies: each case beside the plain call on the same sets.
#   Rscript bench/rank-cases.R [SETS [CASE ...]]
# SETS of each family (default 10), 60 x 90, rank 3 to 12; CASE: missing, weights, sparse, penalty
# or gamma, all of them without one. The seed of set i is 800000 + 1000 f + i, f the place of the
# family below. 10 sets take a few minutes on one free processor.
library(metanmf)
source(file.path("bench", "rank-families.R"))

options <- commandArgs(trailingOnly = TRUE)
sets <- if (length(options) > 0L) as.numeric(options[[1L]]) else 10

seeds <- c(dense = 1, poisson = 2, sparse = 3)
start <- function(family, number) set.seed(800000 + 1000 * seeds[[family]] + number)
planted <- function(family, number) {
  start(family, number)
  plant(family, 60, 90)
}
ranks_of <- function(drawn, ...) {
  choice <- select_rank(drawn$x, loss = drawn$loss, ...)
  c(choice$rank, choice$spectral)
}

# Without a share of the entries, at random.
thinned <- function(drawn, share) {
  hidden <- sample(length(drawn$x), round(share * length(drawn$x)))
  drawn$x[hidden] <- NA
  drawn$x <- drawn$x[rowSums(drawn$x, na.rm = TRUE) > 0, colSums(drawn$x, na.rm = TRUE) > 0]
  drawn
}

# Sets in which every second sample has twice the noise: counts, those of a quarter of the depth.
uneven <- function(family, number) {
  start(family, number)
  rank <- sample(3:12, 1)
  signal <- product(60, 90, rank, if (family == "dense") 1 else 0.3)
  noisier <- rep(c(1, 2), length.out = 90)
  if (family == "poisson") {
    mu <- signal / mean(signal) * between(1, 8)
    depth <- rep(1 / noisier^2, each = 60)
    x <- matrix(rpois(length(mu), mu * depth) / depth, 60)
  } else {
    sd <- sd(signal) * between(0.1, 0.6) * rep(noisier, each = 60)
    x <- pmax(signal + rnorm(length(signal), sd = sd), 0)
  }
  keep <- colSums(x) > 0
  list(x = x[rowSums(x) > 0, keep], rank = rank, weights = 1 / noisier[keep]^2,
       loss = if (family == "poisson") "kl" else "frobenius")
}

# Noise that multiplies, of the shape 5, as the Itakura-Saito loss assumes.
multiplied <- function(family, number, loss) {
  start(family, number)
  rank <- sample(3:12, 1)
  signal <- product(60, 90, rank, if (family == "dense") 1 else 0.3)
  list(x = signal * gammas(60, 90, 5) / 5, rank = rank, loss = loss)
}

# Each returns the ranks of one set by the names of the calls, the plain one first: rows rank and
# spectral.
cases <- list(
  missing = function(family, number) {
    drawn <- planted(family, number)
    tenth <- thinned(drawn, 0.1)
    third <- thinned(drawn, 0.3)
    list(drawn$rank, cbind(plain = ranks_of(drawn),
                           `10 % missing` = ranks_of(tenth, missing = "mask"),
                           `30 % missing` = ranks_of(third, missing = "mask")))
  },
  weights = function(family, number) {
    drawn <- uneven(family, number)
    list(drawn$rank, cbind(plain = ranks_of(drawn),
                           weights = ranks_of(drawn, weights = list(samples = drawn$weights))))
  },
  sparse = function(family, number) {
    drawn <- planted(family, number)
    stored <- drawn
    stored$x <- methods::as(drawn$x, "CsparseMatrix")
    list(drawn$rank, cbind(plain = ranks_of(drawn), dgCMatrix = ranks_of(stored)))
  },
  penalty = function(family, number) {
    drawn <- planted(family, number)
    list(drawn$rank, cbind(plain = ranks_of(drawn),
                           `sparse .05` = ranks_of(drawn, penalty = penalty_sparse(0.05)),
                           `ridge .1` = ranks_of(drawn, penalty = penalty_ridge(0.1))))
  },
  gamma = function(family, number) {
    drawn <- multiplied(family, number, "frobenius")
    counts <- multiplied(family, number, "kl")
    list(drawn$rank, cbind(`loss frobenius` = ranks_of(drawn), `loss kl` = ranks_of(counts)))
  })
asked <- list(missing = c("dense", "poisson"), weights = c("dense", "poisson"), sparse = "poisson",
              penalty = "dense", gamma = c("dense", "sparse"))

# One line for each call: how often exact and near, and how often it chose what the first did.
report <- function(case, family) {
  seen <- lapply(seq_len(sets), function(number) cases[[case]](family, number))
  planted <- vapply(seen, `[[`, 0, 1L)
  for (call in colnames(seen[[1L]][[2L]])) {
    pick <- function(row, call) vapply(seen, function(one) as.numeric(one[[2L]][row, call]), 0)
    rank <- pick(1L, call)
    cat(sprintf(paste("%-8s %-8s %-14s exact %2d, within 1 %2d, bias %4.1f, as the first %2d,",
                      "spectrum exact %2d of %d\n"),
                case, family, call, sum(rank == planted), sum(abs(rank - planted) <= 1),
                mean(rank - planted), sum(rank == pick(1L, 1L)),
                sum(pick(2L, call) == planted, na.rm = TRUE), sets))
  }
}
for (case in if (length(options) > 1L) options[-1L] else names(cases)) {
  for (family in asked[[case]]) report(case, family)
}
