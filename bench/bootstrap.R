# How often the intervals of bootstrap_nmf() cover the coefficients that were planted.
#   Rscript bench/bootstrap.R [SETS [SEED]]   SETS data sets of each case (10), from SEED (1)
# A set has 100 features (30 where the case says so), 4 components and 40 samples; of W a half, of H
# a third of the entries are 0; Gaussian data above 0 have a fifth component that all samples
# have. Its seed is SEED times 1000 plus its number. W is known, or estimated from 40 or 400
# samples (the best of five fits; its components are matched and scaled to the planted ones). The
# first 35 samples that are not all 0 are looked at, at a level of 95 %, with 200 draws. Printed:
# the share of planted values that the intervals hold, for values that are 0, positive, and in the
# lowest quarter of the positive ones; the same of basic intervals, made from the same ends; the
# mean width over positive ones.
library(metanmf)

options <- as.numeric(commandArgs(trailingOnly = TRUE))
sets <- if (length(options) > 0L) options[[1L]] else 10
seed <- if (length(options) > 1L) options[[2L]] else 1

# The largest entry of each planted component is 1, as is that of each estimated one.
plant <- function(number, case) {
  set.seed(1000 * seed + number)
  m <- case$m
  n <- max(40, case$from)
  w <- matrix(rexp(m * 4) * (runif(m * 4) < 0.5), m)
  w <- w / rep(apply(w, 2, max), each = m)
  h <- matrix(rexp(4 * n) * (runif(4 * n) < 0.7), 4)
  if (case$noise == "gaussian, above 0") {
    w <- cbind(w, runif(m, 0.5, 1))
    h <- rbind(h, runif(n, 2, 4))
  }
  if (grepl("counts", case$noise)) h <- 50 * h
  z <- w %*% h
  x <- switch(case$noise,
    "gaussian, above 0" = z + rnorm(length(z), sd = 0.3),
    "gaussian, cut at 0" = pmax(z + rnorm(length(z), sd = 0.1), 0),
    "counts, Poisson" = rpois(length(z), z),
    # A mean of 0 is NaN with a warning, and 0 here.
    "counts, 5 times as variable" = suppressWarnings(
      ifelse(z > 0, rnbinom(length(z), size = z / 4, mu = z), 0)))
  x <- matrix(x, m)
  stopifnot(x >= 0)
  list(w = w, h = h, x = x)
}

# The estimated components, each in the place and the scale of the planted one nearest to it.
estimated <- function(set, loss) {
  fit <- suppressWarnings(nmf(set$x, 4, loss = loss, n_start = 5, max_iter = 2000))
  w <- basis(fit) / rep(apply(basis(fit), 2, max), each = nrow(set$x))
  unit <- function(w) w / rep(sqrt(colSums(w^2)), each = nrow(w))
  orders <- as.matrix(expand.grid(1:4, 1:4, 1:4, 1:4))
  orders <- orders[apply(orders, 1, function(order) !anyDuplicated(order)), ]
  cosines <- crossprod(unit(set$w), unit(w))
  agree <- apply(orders, 1, function(order) sum(cosines[cbind(1:4, order)]))
  w[, orders[which.max(agree), ]]
}

cover <- function(number, case) {
  set <- plant(number, case)
  loss <- if (grepl("counts", case$noise)) "kl" else "frobenius"
  w <- if (case$from) estimated(set, loss) else set$w
  look <- which(colSums(set$x) > 0)[1:35]
  found <- suppressMessages(bootstrap_nmf(as_nmf(w, loss = loss), set$x[, look], by = case$by))
  truth <- set$h[, look]
  lower <- 2 * found$coef - found$upper
  held <- found$lower <= truth & truth <= found$upper
  basic <- pmax(lower, 0) <= truth & truth <= pmax(2 * found$coef - found$lower, 0)
  small <- truth > 0 & truth < quantile(truth[truth > 0], 0.25)
  c(mean(held[truth == 0]), mean(held[truth > 0]), mean(held[small]), mean(basic[truth == 0]),
    mean(basic[truth > 0]), mean(basic[small]), mean((found$upper - found$lower)[truth > 0]))
}

case <- function(noise, by, from = 0, m = 100) list(noise = noise, by = by, from = from, m = m)
cases <- list(
  case("gaussian, above 0", "features"), case("gaussian, above 0", "features", m = 30),
  case("gaussian, cut at 0", "features"), case("gaussian, cut at 0", "features", 400),
  case("gaussian, cut at 0", "features", 40),
  case("counts, Poisson", "counts"), case("counts, Poisson", "counts", m = 30),
  case("counts, Poisson", "counts", 400), case("counts, Poisson", "counts", 40),
  case("counts, Poisson", "features"), case("counts, Poisson", "features", m = 30),
  case("counts, 5 times as variable", "counts"), case("counts, 5 times as variable", "features"))

cat("seed", seed, "and", sets, "sets of each case; percent\n")
for (one in cases) {
  found <- rowMeans(vapply(seq_len(sets), cover, double(7), case = one), na.rm = TRUE)
  cat(sprintf("%-28s by %-8s %3d features, W %-16s zero %5.1f positive %5.1f smallest %5.1f | ",
              one$noise, one$by, one$m,
              if (one$from) paste("from", one$from, "samples") else "known",
              100 * found[[1]], 100 * found[[2]], 100 * found[[3]]),
      sprintf("basic %5.1f %5.1f %5.1f | width %.3g\n", 100 * found[[4]], 100 * found[[5]],
              100 * found[[6]], found[[7]]), sep = "")
}
