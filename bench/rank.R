# How often select_rank() finds the planted rank, by family of data and by verdict.
#   Rscript bench/rank.R [SETS [SEED]]      SETS of each family (default 20), from SEED (default 1)
# Twelve families of planted data, of rank 3 to 12 and sizes up to 150 x 150; "null" has no
# structure. A set's seed is SEED times 100000 plus its number, so that each can be drawn again.
library(metanmf)

options <- as.numeric(commandArgs(trailingOnly = TRUE))
sets <- if (length(options) > 0L) options[[1L]] else 20
seed <- if (length(options) > 1L) options[[2L]] else 1

sizes <- list(c(30, 50), c(50, 80), c(80, 120), c(150, 50), c(50, 150))
between <- function(low, high) exp(runif(1, log(low), log(high)))
gammas <- function(rows, columns, shape) matrix(rgamma(rows * columns, shape), rows)
noisy <- function(signal, level) {
  pmax(signal + rnorm(length(signal)) * sd(signal) * level, 0)
}
counted <- function(signal, mean) matrix(rpois(length(signal), signal / mean(signal) * mean),
                                         nrow(signal))
product <- function(m, n, k, shape) gammas(m, k, shape) %*% gammas(k, n, shape)

# Memberships as evenly as possible, in random order.
members <- function(groups, size) sample(rep(seq_len(groups), length.out = size))

correlated <- function(m, n, k, cosine) {
  w <- gammas(m, k, 0.4)
  shared <- rgamma(m, 0.8)
  mean_cosine <- function(amount) {
    columns <- w + amount * shared
    angles <- crossprod(columns / rep(sqrt(colSums(columns^2)), each = m))
    mean(angles[upper.tri(angles)]) - cosine
  }
  amount <- tryCatch(uniroot(mean_cosine, c(0, 20))$root, error = function(e) 0)
  (w + amount * shared) %*% gammas(k, n, 0.4)
}

blocks <- function(m, n, k, background = c(0.05, 0.02)) {
  w <- outer(members(k, m), 1:k, `==`) * gammas(m, k, 3) + background[[1L]] * gammas(m, k, 1)
  h <- outer(1:k, members(k, n), `==`) * gammas(k, n, 5) + background[[2L]] * gammas(k, n, 1)
  w %*% h
}

families <- list(
  dense = function(m, n, k) list(noisy(product(m, n, k, 1), between(0.1, 1))),
  sparse = function(m, n, k) list(noisy(product(m, n, k, 0.3), between(0.1, 1))),
  poisson = function(m, n, k) list(counted(product(m, n, k, 0.3), between(0.3, 8)), "kl"),
  nb = function(m, n, k) {
    signal <- product(m, n, k, 0.3)
    mu <- signal / mean(signal) * between(0.3, 8)
    list(matrix(rnbinom(m * n, size = runif(1, 2, 6), mu = mu), m), "kl")
  },
  unequal = function(m, n, k) {
    decay <- runif(1, 0.65, 0.9)^(0:(k - 1))
    list(noisy(gammas(m, k, 0.4) %*% (gammas(k, n, 0.4) * decay), 0.2))
  },
  corr = function(m, n, k) list(noisy(correlated(m, n, k, runif(1, 0.4, 0.8)), between(0.1, 0.4))),
  blocks = function(m, n, k) {
    signal <- blocks(m, n, k)
    if (runif(1) < 0.5) list(noisy(signal, between(0.2, 1)))
    else list(counted(signal, between(0.5, 4)), "kl")
  },
  genes = function(m, n, k) {
    list(counted(exp(rnorm(m, 0, 1.2)) * gammas(m, k, 0.3) %*% gammas(k, n, 0.3), between(1, 10)),
         "kl")
  },
  heavy = function(m, n, k) {
    signal <- product(m, n, k, 0.4)
    list(pmax(signal + rt(m * n, 2.5) * sd(signal) * between(0.1, 0.5), 0))
  },
  outlier = function(m, n, k) {
    x <- noisy(product(m, n, k, 0.4), 0.3)
    wild <- sample(m * n, max(3, round(0.002 * m * n)))
    x[wild] <- max(x) * runif(length(wild), 1.5, 4)
    list(x)
  },
  background = function(m, n, k) {
    level <- outer(rgamma(m, 2), rgamma(n, 4))
    groups <- (outer(members(k, m), seq_len(k - 1), `==`) * gammas(m, k - 1, 3)) %*%
      (outer(seq_len(k - 1), members(k - 1, n), `==`) * gammas(k - 1, n, 5))
    list(noisy(level / mean(level) + between(0.4, 1.5) * groups / mean(groups), 0.3))
  },
  null = function(m, n, k) {
    switch(sample(5, 1), list(abs(matrix(rnorm(m * n), m))), list(matrix(runif(m * n), m)),
           list(matrix(rpois(m * n, 1.5), m), "kl"), list(gammas(m, n, 1)),
           list(matrix(rpois(m * n, outer(rgamma(m, 2), rgamma(n, 2))), m), "kl"))
  })

# One set: its planted rank and what was chosen.
run_set <- function(family, number) {
  set.seed(seed * 1e5 + number)
  size <- sizes[[sample(5, 1)]]
  rank <- sample(3:12, 1)
  drawn <- families[[family]](size[[1L]], size[[2L]], rank)
  x <- drawn[[1L]]
  x <- x[rowSums(x) > 0, colSums(x) > 0]
  loss <- if (length(drawn) > 1L) drawn[[2L]] else "frobenius"
  seconds <- system.time(choice <- select_rank(x, loss = loss))[[1L]]
  data.frame(family, planted = if (family == "null") 1L else rank, rank = choice$rank,
             spectral = choice$spectral, verdict = choice$verdict,
             covered = if (family == "null") 1L %in% choice$near else rank %in% choice$near,
             visited = nrow(choice$ranks), seconds)
}

results <- do.call(rbind, lapply(names(families), function(family) {
  do.call(rbind, lapply(seq_len(sets), function(number) {
    run_set(family, number + 1000 * match(family, names(families)))
  }))
}))
share <- function(rows) {
  c(sets = nrow(rows), exact = mean(rows$rank == rows$planted),
    within_1 = mean(abs(rows$rank - rows$planted) <= 1), bias = mean(rows$rank - rows$planted),
    spectral = mean(rows$spectral == rows$planted, na.rm = TRUE), near = mean(rows$covered),
    visited = mean(rows$visited), seconds = mean(rows$seconds))
}
table_by <- function(rows, by) round(t(vapply(split(rows, rows[[by]]), share, numeric(8))), 2)
print(table_by(results, "family"))
planted <- results[results$family != "null", ]
cat("\nby verdict, without null\n")
print(table_by(planted, "verdict"))
cat("\nall but null\n")
print(round(share(planted), 3))
cat("null above 1 and determined:", sum(results$family == "null" & results$rank > 1 &
                                          results$verdict == "determined"), "\n")
