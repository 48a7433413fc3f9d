# The negative binomial loss, on planted counts. Usage: Rscript bench/dispersion.R
# 1. Two updates in plain R from one start, that of ?nb_loss and that of Gouvert, Oberlin and
#    Fevotte (2020): F after 20, 100 and 300 iterations, 60 x 50, rank 4.
# 2. Estimated dispersions over the true one, 200 x 100, rank 5, mean 4, 3 data sets.
# 3. Means of hidden entries and the basis beside Kullback-Leibler, 60 x 120, rank 4, 8 data sets.
library(metanmf)
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

# The median over the features of all data sets, and the mean of one for all.
compare_estimates <- function() {
  cat("\ndispersion | feature / true | common / true | features at 0\n")
  for (phi in c(0.2, 1)) {
    found <- lapply(1:3, function(seed) {
      set.seed(seed)
      x <- planted_counts(200, 100, 5, phi)$x
      each <- function(by) nmf(x, 5, loss = nb_loss(by))$model$dispersion
      list(feature = each("feature")[rowSums(x) > 0], common = each("common"))
    })
    feature <- unlist(lapply(found, `[[`, "feature"))
    common <- vapply(found, `[[`, 0, "common")
    cat(sprintf("%10g | %14.2f | %13.2f | %.3f\n", phi, median(feature) / phi, mean(common) / phi,
                mean(feature == 0)))
  }
}

# The mean error of the means of hidden entries over the mean of all, how like the planted basis the
# basis is (mean of the largest correlations), and the negative log-likelihood of hidden entries.
compare_recovery <- function() {
  cat("\ndispersion mean | loss: error of hidden means, likeness of the basis, -log L of hidden\n")
  for (phi in c(0.2, 1)) for (mean in c(4, 20)) {
    losses <- list(kl = "kl", common = nb_loss("common"), feature = nb_loss("feature"))
    total <- lapply(losses, function(loss) {
      rowMeans(vapply(1:8, function(seed) hidden_errors(seed, phi, mean, loss), numeric(3)))
    })
    for (name in names(losses)) {
      cat(sprintf("%10g %4g | %-8s %6.3f %6.3f %7.1f\n", phi, mean, name, total[[name]][1],
                  total[[name]][2], total[[name]][3]))
    }
  }
}

hidden_errors <- function(seed, phi, mean, loss) {
  set.seed(seed)
  planted <- planted_counts(60, 120, 4, phi, mean)
  x <- planted$x
  hidden <- sample(length(x), length(x) / 10)
  fit <- nmf(replace(x, hidden, NA), 4, loss = loss, missing = "mask",
             control = nmf_control(300, tol = 0))
  z <- fitted(fit)[hidden]
  c(mean(abs(z - planted$z[hidden]), na.rm = TRUE) / mean,
    mean(apply(stats::cor(planted$w, basis(fit), use = "complete.obs"), 2, max)),
    -sum(stats::dnbinom(x[hidden], size = 1 / phi, mu = pmax(z, 1e-6), log = TRUE), na.rm = TRUE))
}

compare_updates()
compare_estimates()
compare_recovery()
