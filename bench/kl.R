# Counts with the Kullback-Leibler loss (Poisson likelihood), one thread: seconds to the
# same deviance, on a sparse matrix against fastTopics, on a small one also against NMF's
# "brunet", which needs a dense one.
#
#   Rscript bench/kl.R [--rows=10000] [--columns=2000] [--rank=10] [--tokens=600]
#                      [--budget=20] [--repeats=3] [--seed=1] [--peers=fastTopics,NMF]
#   Rscript bench/kl.R --data=FOLDER [--rank=10] ...
#
# FOLDER holds pbmc3k.rds, real counts, see stored.R; then these are looked at, and nothing else.
source("bench/common.R")
source("bench/contenders.R")
source("bench/measure.R")
source("bench/race.R")
one_thread()
use_peers()

# A topic model: each column a document of about `tokens` words from a few of r topics,
# each topic a distribution over the words. Words and documents without a count are left out.
topic_counts <- function(m, n, r, tokens) {
  fix_seed()
  topics <- matrix(stats::rgamma(m * r, 0.1), m)
  topics <- topics / rep(colSums(topics), each = m)
  shares <- matrix(stats::rgamma(r * n, 0.2), r)
  shares <- shares / rep(colSums(shares), each = r)
  x <- matrix(as.numeric(stats::rpois(m * n, tokens * (topics %*% shares))), m)
  x <- Matrix::Matrix(x, sparse = TRUE)
  x[Matrix::rowSums(x) > 0, Matrix::colSums(x) > 0]
}

# 2 sum(x log(x / z) - x + z), z = w h taken at the entries of x alone.
poisson_deviance <- function(x) {
  column <- rep(seq_len(ncol(x)), diff(x@p))
  function(w, h) {
    z <- numeric(length(x@x))
    for (k in seq_len(ncol(w))) z <- z + w[x@i + 1L, k] * h[k, column]
    2 * (sum(x@x * log(x@x / z)) - sum(x@x) + sum(colSums(w) * rowSums(h)))
  }
}

drawn_counts <- function(m, n) {
  tokens <- bench_option("tokens", 600) * m / bench_option("rows", 10000)
  topic_counts(m, n, bench_option("rank", 10), tokens)
}

real_counts <- function(folder) {
  x <- readRDS(file.path(folder, "pbmc3k.rds"))
  x <- as(if (is.list(x)) x$x else x, "CsparseMatrix")
  x@x <- as.numeric(x@x)
  x[Matrix::rowSums(x) > 0, ]
}

# As a start, random factors with the mean of x.
make_problem <- function(x) {
  r <- bench_option("rank", 10)
  start <- random_start(nrow(x), ncol(x), r)
  start$h <- start$h * (sum(x) / length(x)) / mean(start$w %*% start$h[, 1:10])
  list(x = x, r = r, start = start, error = poisson_deviance(x))
}

own_kl <- function() {
  lapply(solvers_offered(), function(solver) {
    fit <- function(problem, iterations) {
      own_fit(problem$x, problem$start, iterations, solver = solver, loss = "kl")
    }
    contender(paste("metanmf", solver), "metanmf", fit)
  })
}

# Its rows are documents. It computes its likelihood in every iteration, and that counts.
fasttopics_kl <- function() {
  fit <- function(extrapolate) function(problem, iterations) {
    counts <- Matrix::t(problem$x)
    start <- fastTopics::init_poisson_nmf(counts, F = problem$start$w, L = t(problem$start$h),
                                          verbose = "none")
    found <- suppressMessages(suppressWarnings(fastTopics::fit_poisson_nmf(
      counts, fit0 = start, numiter = iterations, method = "scd", verbose = "none",
      control = list(extrapolate = extrapolate, nc = 1))))
    list(w = found$F, h = t(found$L))
  }
  list(contender("fastTopics scd", "fastTopics", fit(FALSE)),
       contender("fastTopics scd, extrapolated", "fastTopics", fit(TRUE)))
}

brunet_kl <- function() {
  fit <- function(problem, iterations) {
    start <- NMF::nmfModel(W = problem$start$w, H = problem$start$h)
    found <- NMF::nmf(as.matrix(problem$x), problem$r, method = "brunet", seed = start,
                      .stop = as.integer(iterations))
    list(w = NMF::basis(found), h = NMF::coef(found))
  }
  list(contender("NMF brunet", "NMF", fit))
}

# Goals between the deviance of the fit of rank one, or of the start, and the best: what share of
# that way.
deviance_goals <- function(problem) {
  start <- problem$error(problem$start$w, problem$start$h)
  total <- sum(problem$x)
  null <- problem$error(matrix(Matrix::rowSums(problem$x)),
                        matrix(Matrix::colSums(problem$x) / total, 1L))
  function(best) {
    best + c("start 99%" = 0.01 * (start - best), "start 99.9%" = 0.001 * (start - best),
             "99%" = 0.01 * (null - best), "99.9%" = 0.001 * (null - best))
  }
}

installed <- function(contenders) {
  named <- bench_names("peers", c("metanmf", unique(vapply(contenders, `[[`, "", "package"))))
  Filter(function(one) {
    if (!one$package %in% c("metanmf", named)) return(FALSE)
    here <- one$package == "metanmf" || nzchar(package_version_of(one$package))
    if (!here) say("Skipped: ", one$name, ", its package is not installed")
    here
  }, contenders)
}

run_problem <- function(x, budget, others) {
  problem <- make_problem(x)
  say("\n## ", nrow(problem$x), " x ", ncol(problem$x), ", ",
      signif(100 * length(problem$x@x) / length(problem$x), 2), " % non-zero, rank ", problem$r)
  contenders <- able(c(own_kl(), installed(others)), problem)
  say("Seconds of the whole call to shares of the way from the start, or from rank one, to the ",
      "best deviance")
  print_race(race(contenders, problem, deviance_goals(problem), budget))
}

print_header("Counts, Kullback-Leibler loss")
budget <- bench_option("budget", 20)
folder <- bench_option("data")
if (!is.null(folder)) {
  run_problem(real_counts(folder), budget, fasttopics_kl())
} else {
  rows <- bench_option("rows", 10000)
  run_problem(drawn_counts(rows, bench_option("columns", 2000)), budget, fasttopics_kl())
  run_problem(drawn_counts(1000, 500), budget / 4, c(fasttopics_kl(), brunet_kl()))
}
