# Planted data for bench/rank.R: plant(family, m, n) gives list(x, rank, loss). "null" has no
# structure. Arguments are drawn when they are first needed: the rank, 3 to 12, and a level that
# stands in a call of noisy(), after the noise.
between <- function(low, high) exp(runif(1, log(low), log(high)))
gammas <- function(rows, columns, shape) matrix(rgamma(rows * columns, shape), rows)
product <- function(m, n, k, shape) gammas(m, k, shape) %*% gammas(k, n, shape)
noisy <- function(signal, level) {
  pmax(signal + rnorm(length(signal)) * sd(signal) * level, 0)
}
counted <- function(signal, mean) {
  mu <- signal / mean(signal) * mean
  matrix(rpois(length(mu), mu), nrow(mu))
}

# Memberships as evenly as possible, in random order.
members <- function(groups, size) sample(rep(seq_len(groups), length.out = size))

# W whose columns have the wanted mean cosine, by a profile that all of them share.
correlated_basis <- function(m, k, cosine) {
  w <- gammas(m, k, 0.4)
  shared <- rgamma(m, 0.8)
  apart <- function(amount) {
    columns <- w + amount * shared
    cosines <- crossprod(columns / rep(sqrt(colSums(columns^2)), each = m))
    mean(cosines[upper.tri(cosines)]) - cosine
  }
  w + tryCatch(uniroot(apart, c(0, 20))$root, error = function(e) 0) * shared
}
correlated <- function(m, n, k, cosine) correlated_basis(m, k, cosine) %*% gammas(k, n, 0.4)

# Each returns list(x, rank, loss), the loss left out where it is least squares.
families <- list(
  dense = function(m, n, k) {
    signal <- product(m, n, k, 1)
    level <- between(0.1, 1)
    list(noisy(signal, level), k)
  },
  sparse = function(m, n, k) {
    signal <- product(m, n, k, 0.3)
    level <- between(0.1, 1)
    list(noisy(signal, level), k)
  },
  poisson = function(m, n, k) {
    signal <- product(m, n, k, 0.3)
    list(counted(signal, between(0.3, 8)), k, "kl")
  },
  nb = function(m, n, k) {
    signal <- product(m, n, k, 0.3)
    mu <- signal / mean(signal) * between(0.3, 8)
    list(matrix(rnbinom(m * n, size = runif(1, 2, 6), mu = mu), m), k, "kl")
  },
  unequal = function(m, n, k) {
    decay <- runif(1, 0.65, 0.9)
    signal <- gammas(m, k, 0.4) %*% (gammas(k, n, 0.4) * decay^(0:(k - 1)))
    list(noisy(signal, 0.2), k)
  },
  corr = function(m, n, k) {
    cosine <- runif(1, 0.4, 0.8)
    signal <- correlated(m, n, k, cosine)
    list(noisy(signal, between(0.1, 0.4)), k)
  },
  blocks = function(m, n, k) {
    sample_group <- members(k, n)
    feature_group <- members(k, m)
    w <- outer(feature_group, 1:k, `==`) * gammas(m, k, 3) + 0.05 * gammas(m, k, 1)
    h <- outer(1:k, sample_group, `==`) * gammas(k, n, 5) + 0.02 * gammas(k, n, 1)
    if (runif(1) < 0.5) {
      level <- between(0.2, 1)
      return(list(noisy(w %*% h, level), k))
    }
    list(counted(w %*% h, between(0.5, 4)), k, "kl")
  },
  genes = function(m, n, k) {
    signal <- (gammas(m, k, 0.3) * exp(rnorm(m, 0, 1.2))) %*% gammas(k, n, 0.3)
    list(counted(signal, between(1, 10)), k, "kl")
  },
  heavy = function(m, n, k) {
    signal <- product(m, n, k, 0.4)
    level <- between(0.1, 0.5)
    list(pmax(signal + rt(m * n, 2.5) * sd(signal) * level, 0), k)
  },
  outlier = function(m, n, k) {
    x <- noisy(product(m, n, k, 0.4), 0.3)
    wild <- sample(m * n, max(3, round(0.002 * m * n)))
    x[wild] <- max(x) * runif(length(wild), 1.5, 4)
    list(x, k)
  },
  backgr = function(m, n, k) {
    groups <- k - 1
    sample_group <- members(groups, n)
    feature_group <- members(groups + 1, m)
    level <- outer(rgamma(m, 2), rgamma(n, 4))
    weight <- between(0.4, 1.5)
    clusters <- (outer(feature_group, seq_len(groups), `==`) * gammas(m, groups, 3)) %*%
      (outer(seq_len(groups), sample_group, `==`) * gammas(groups, n, 5))
    list(noisy(level / mean(level) + weight * clusters / mean(clusters), 0.3), k)
  },
  null = function(m, n, k) {
    switch(sample(5, 1), list(abs(matrix(rnorm(m * n), m)), 1), list(matrix(runif(m * n), m), 1),
           list(matrix(rpois(m * n, 1.5), m), 1, "kl"), list(gammas(m, n, 1), 1),
           list(matrix(rpois(m * n, outer(rgamma(m, 2), rgamma(n, 2))), m), 1, "kl"))
  })

plant <- function(family, m, n) {
  drawn <- families[[family]](m, n, sample(3:12, 1))
  x <- drawn[[1L]]
  rows <- rowSums(x) > 0
  columns <- colSums(x) > 0
  list(x = x[rows, columns, drop = FALSE] + 0, rank = as.integer(drawn[[2L]]),
       loss = if (length(drawn) > 2L) drawn[[3L]] else "frobenius")
}
