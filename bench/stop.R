# Where the default stop rule ends: how far above the end of the same path, and its price against
# the rule of 0.1.0 (tol = 1e-5 alone, zeros locked). 30 planted problems for least squares, 10 each
# for Kullback-Leibler and Itakura-Saito, a seed each; see ?nmf_control, tol.
# Rscript bench/stop.R [first seed, 1 by default]
library(metanmf)
first <- as.integer(c(commandArgs(TRUE), "1")[[1L]])

draw <- function(rows, columns, zeros) {
  out <- matrix(rexp(rows * columns), rows) * (runif(rows * columns) >= zeros)
  out[, colSums(out) == 0] <- 1
  out
}

planted <- function(seed, loss) {
  set.seed(seed)
  m <- sample(20:300, 1L)
  n <- sample(30:400, 1L)
  if (loss != "frobenius") { m <- min(m, 150L); n <- min(n, 150L) }
  rank <- sample(3:(if (loss == "frobenius") 20L else 8L), 1L)
  rank <- min(rank, m %/% 3L, n %/% 3L)
  zeros <- sample(c(0, .3, .6), 1L)
  model <- draw(m, rank, zeros) %*% t(draw(n, rank, zeros))
  noise <- c(0, .01, .05, .1, .3, .6)[[seed %% 6L + 1L]]
  x <- switch(loss,
              frobenius = pmax(model + noise * sqrt(mean(model^2)) * rnorm(m * n), 0),
              kl = matrix(rpois(m * n, model * 2 / mean(model)), m),
              is = (model + .05 * mean(model)) * matrix(rgamma(m * n, 5, 5), m))
  list(x = x[rowSums(x) > 0, colSums(x) > 0, drop = FALSE], rank = rank, noise = noise)
}

measure <- function(seed, loss) {
  one <- planted(seed, loss)
  fit <- function(...) {
    set.seed(seed)
    control <- nmf_control(...)
    took <- system.time(out <- suppressWarnings(nmf(one$x, one$rank, loss = loss,
                                                    control = control)))
    list(fit = out, seconds = sum(took[1:2]))
  }
  old <- fit(tol = 1e-5, revive_zeros = FALSE)
  new <- fit()
  end <- objective(fit(max_iter = 20000, tol = 1e-12)$fit)
  size <- if (loss == "frobenius") sum(one$x^2) else if (loss == "kl") sum(one$x) else length(one$x)
  data.frame(loss = loss, seed = seed, m = nrow(one$x), n = ncol(one$x), rank = one$rank,
             noise = one$noise, old = objective(old$fit) / end - 1,
             new = objective(new$fit) / end - 1, relative = objective(new$fit) / size,
             kkt = new$fit$kkt, old_iterations = old$fit$iterations,
             iterations = new$fit$iterations, converged = new$fit$converged,
             old_seconds = old$seconds, seconds = new$seconds)
}

problems <- rbind(data.frame(loss = "frobenius", seed = first + 0:29),
                  data.frame(loss = "kl", seed = first + 0:9),
                  data.frame(loss = "is", seed = first + 0:9))
found <- do.call(rbind, Map(measure, problems$seed, problems$loss))
options(width = 160)
print(format(found, digits = 2), row.names = FALSE)
for (loss in unique(found$loss)) {
  here <- found[found$loss == loss, ]
  noisy <- here[!(here$loss == "frobenius" & here$noise == 0), ]
  cat(sprintf("%s: within .05 %%: %d of %d (was %d), worst %.3f %% (was %.3f); time %.2f times\n",
              loss, sum(noisy$new <= 5e-4), nrow(noisy), sum(noisy$old <= 5e-4),
              100 * max(noisy$new), 100 * max(noisy$old),
              sum(here$seconds) / sum(here$old_seconds)))
  if (loss == "frobenius") {
    clean <- here[here$noise == 0, ]
    cat(sprintf("  without noise: %d of %d converged, worst F %.1e of ||X||^2\n",
                sum(clean$converged), nrow(clean), max(clean$relative)))
  }
}
