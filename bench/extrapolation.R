# Whether extrapolation (Ang and Gillis 2019, with restart when F rises) pays: iterations to
# shares of the way from the fit of rank one to the best error seen, with and without it, in
# plain R. On its result extrapolation was left out of the engine, see CONTRIBUTING.md.
#
#   Rscript bench/extrapolation.R [--iterations=300] [--seeds=2] [--rank=10]
source("bench/common.R")
one_thread()

# One iteration maps a pair to a pair; `value` is F of one.
run_plain <- function(pair, method, iterations) {
  trace <- method$value(pair)
  for (i in seq_len(iterations)) {
    pair$h <- method$coef(pair$w, pair$h)
    pair$w <- method$basis(pair$w, pair$h)
    trace <- c(trace, method$value(pair))
  }
  trace
}

# beta grows by 1.05 while F falls, up to a bound that grows by 1.01; when F rises the
# extrapolated points go back to the pair, beta shrinks by 1.5 and bounds itself.
run_extrapolated <- function(pair, method, iterations) {
  beyond <- pair
  beta <- last <- 0.5
  bound <- 1
  trace <- method$value(pair)
  for (i in seq_len(iterations)) {
    h <- method$coef(beyond$w, beyond$h)
    far_h <- pmax(h + beta * (h - pair$h), 1e-16)
    w <- method$basis(beyond$w, far_h)
    value <- method$value(list(w = w, h = far_h))
    if (value > trace[[i]]) {
      beyond <- pair
      bound <- last
      beta <- beta / 1.5
      trace <- c(trace, trace[[i]])
      next
    }
    beyond <- list(w = pmax(w + beta * (w - pair$w), 1e-16), h = far_h)
    pair <- list(w = w, h = far_h)
    last <- beta
    beta <- min(bound, 1.05 * beta)
    bound <- min(1, 1.01 * bound)
    trace <- c(trace, value)
  }
  trace
}

divergence_method <- function(x) {
  quotient <- function(w, h) x / pmax(w %*% h, 1e-300)
  list(coef = function(w, h) h * crossprod(w, quotient(w, h)) / colSums(w),
       basis = function(w, h) w * tcrossprod(quotient(w, h), h) / rep(rowSums(h), each = nrow(w)),
       value = function(pair) {
         z <- pmax(pair$w %*% pair$h, 1e-300)
         sum(ifelse(x > 0, x * log(pmax(x, 1e-300) / z), 0) - x + z)
       })
}

turns <- function(gram, gain, u, count) {
  for (turn in seq_len(count)) for (k in which(diag(gram) > 0)) {
    u[k, ] <- pmax(0, u[k, ] + (gain[k, ] - gram[k, ] %*% u) / gram[k, k])
  }
  u
}

descent_method <- function(x) {
  square <- sum(x^2)
  list(coef = function(w, h) turns(crossprod(w), crossprod(w, x), h, 2),
       basis = function(w, h) t(turns(tcrossprod(h), tcrossprod(h, x), t(w), 4)),
       value = function(pair) {
         square - 2 * sum(pair$w * tcrossprod(x, pair$h)) +
           sum(crossprod(pair$w) * tcrossprod(pair$h))
       })
}

# Images, word counts, and a matrix of low rank with noise.
make_data <- function(rank) {
  fix_seed()
  topics <- matrix(stats::rgamma(400 * rank, 0.1), 400)
  shares <- matrix(stats::rgamma(rank * 300, 0.2), rank)
  means <- 300 * topics %*% shares / outer(rep(1, 400), colSums(topics %*% shares))
  counts <- matrix(as.numeric(stats::rpois(length(means), means)), 400)
  low <- matrix(stats::runif(200 * rank)^6, 200) %*% matrix(stats::runif(rank * 500)^6, rank)
  list(digits = metanmf::scale_minmax(metanmf::digits$x)[, 1:600],
       counts = counts[rowSums(counts) > 0, ],
       noisy = low * pmax(0, 1 + 0.1 * stats::rnorm(length(low))))
}

compare <- function(name, x, method, label, seed, rank, iterations) {
  fix_seed(seed)
  start <- list(w = matrix(stats::runif(nrow(x) * rank), nrow(x)),
                h = matrix(stats::runif(rank * ncol(x)), rank))
  start$h <- start$h * mean(x) / mean(start$w %*% start$h)
  first <- svd(x, 1L, 1L)
  one <- method$value(list(w = first$d[[1L]] * abs(first$u), h = t(abs(first$v))))
  traces <- list(plain = run_plain(start, method, iterations),
                 extrapolated = run_extrapolated(start, method, iterations))
  best <- min(unlist(traces))
  reached <- function(trace, share) which(trace <= best + (one - best) * share)[1L] - 1
  rows <- t(vapply(traces, function(trace) {
    vapply(c("90%" = 0.1, "99%" = 0.01, "99.9%" = 0.001), reached, 0, trace = trace)
  }, numeric(3L)))
  data.frame(method = label, data = name, seed = seed, run = names(traces), rows,
             check.names = FALSE)
}

print_header("Extrapolation: iterations to shares of the way from rank one")
rank <- bench_option("rank", 10)
iterations <- bench_option("iterations", 300)
data <- make_data(rank)
table <- NULL
for (name in names(data)) for (seed in seq_len(bench_option("seeds", 2))) {
  x <- data[[name]]
  run <- function(method, label) compare(name, x, method, label, seed, rank, iterations)
  table <- rbind(table, run(divergence_method(x), "kl mu"), run(descent_method(x), "hals"))
}
print(table, row.names = FALSE)
