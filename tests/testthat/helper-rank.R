# Data of planted rank with noise, for the tests of select_rank().
planted_rank <- function(m, n, rank, seed, noise = 0.2) {
  set.seed(seed)
  x <- matrix(rgamma(m * rank, 0.5), m) %*% matrix(rgamma(rank * n, 0.5), rank)
  pmax(x + rnorm(m * n, sd = noise * sd(x)), 0)
}
