# Two updates of the negative binomial loss in plain R, from one start: that of ?nb_loss and that of
# Gouvert, Oberlin and Fevotte (2020). Usage: Rscript bench/dispersion.R
# F after 20, 100 and 300 iterations, on planted counts of 60 x 50, rank 4.

source(file.path("tests", "testthat", "helper-nb.R"))

over <- function(up, down) ifelse(down > 0, up / down, 0)

gouvert_side <- function(x, u, v, phi) {
  z <- t(v) %*% u
  u * over(v %*% over(x, z), v %*% ((1 + phi * x) / (1 + phi * z)))
}

# F after each iteration.
descend <- function(x, start, phi, side, iterations) {
  pair <- start
  vapply(seq_len(iterations), function(i) {
    pair$h <<- side(x, pair$h, t(pair$w), phi) # nolint: undesirable_operator_linter.
    pair$w <<- t(side(t(x), t(pair$w), pair$h, phi)) # nolint: undesirable_operator_linter.
    z <- pair$w %*% pair$h
    sum(ifelse(x > 0, x * log(x / z), 0) - (x + 1 / phi) * (log1p(phi * x) - log1p(phi * z)))
  }, 0)
}

compare_updates <- function() {
  cases <- expand.grid(dispersion = c(0.1, 0.5, 2), mean = c(2, 20, 200))
  cat("mean dispersion | F of ?nb_loss after 20, 100, 300 | F of Gouvert et al.\n")
  for (i in seq_len(nrow(cases))) {
    set.seed(3)
    phi <- cases$dispersion[[i]]
    x <- planted_counts(60, 50, 4, phi, cases$mean[[i]])$x
    x <- x[rowSums(x) > 0, colSums(x) > 0]
    start <- list(w = matrix(runif(nrow(x) * 4), ncol = 4), h = matrix(runif(4 * ncol(x)), 4))
    start$w <- start$w * mean(x) / mean(start$w %*% start$h)
    ours <- descend(x, start, phi, nb_side, 300)
    theirs <- descend(x, start, phi, gouvert_side, 300)
    at <- c(20, 100, 300)
    cat(sprintf("%4g %10g | %9.1f %9.1f %9.1f | %9.1f %9.1f %9.1f\n", cases$mean[[i]], phi,
                ours[at[1]], ours[at[2]], ours[at[3]], theirs[at[1]], theirs[at[2]],
                theirs[at[3]]))
  }
}

compare_updates()
