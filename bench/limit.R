# How far a multiplicative iteration is from what the machine can do at all, one thread:
# max((4mnr + 3r^2(m + n)) / dgemm rate, 8mn / read bandwidth).
#
#   Rscript bench/limit.R [--data=FOLDER] [--shapes=digits,...] [--repeats=5] [--seed=1]
#                         [--backend=auto]
source("bench/common.R")
one_thread()
# R's own look for NaN would be timed otherwise.
options(matprod = "blas")

repeats <- bench_option("repeats", 5)
backend <- bench_option("backend", "auto")

# Billions of additions and multiplications a second in a square product of size 2048.
dgemm_rate <- function(size = 2048) {
  fix_seed()
  a <- matrix(stats::runif(size^2), size)
  b <- matrix(stats::runif(size^2), size)
  times <- take_turns(list(plain = function() a %*% b, crossed = function() crossprod(a, b)),
                      repeats)
  2 * size^3 / min(times) / 1e9
}

# Billions of bytes a second that a matrix times a vector reads; the matrix, 512 MB, is
# larger than any cache. The reference BLAS may not reach what the memory gives.
read_bandwidth <- function(size = 8192) {
  x <- matrix(1, size, size)
  v <- rep(1, size)
  times <- take_turns(list(plain = function() x %*% v, crossed = function() crossprod(x, v)),
                      repeats)
  8 * size^2 / min(times) / 1e9
}

# Iterations enough for half a second, from a first guess at 5e9 operations a second.
iteration_ms <- function(problem) {
  operations <- 4 * length(problem$x) * problem$r
  many <- 2 + max(6, ceiling(5e9 / operations))
  fit <- function(count) {
    control <- metanmf::nmf_control(count, tol = 0, backend = backend)
    function() {
      metanmf::nmf(problem$x, problem$r, init = problem$start, solver = "mu",
                   control = control)
    }
  }
  times <- take_turns(list(few = fit(2), many = fit(many)), repeats)
  1000 * (times[["many"]] - times[["few"]]) / (many - 2)
}

limit_of <- function(name, rate, bandwidth) {
  problem <- load_shape(name)
  m <- nrow(problem$x)
  n <- ncol(problem$x)
  r <- problem$r
  arithmetic <- (4 * m * n * r + 3 * r^2 * (m + n)) / rate / 1e6
  memory <- 8 * m * n / bandwidth / 1e6
  spent <- iteration_ms(problem)
  data.frame(shape = problem$title, arithmetic_ms = signif(arithmetic, 3),
             memory_ms = signif(memory, 3), iteration_ms = signif(spent, 3),
             over_bound = signif(spent / max(arithmetic, memory), 3))
}

print_header("The limit of the machine")
rate <- dgemm_rate()
bandwidth <- read_bandwidth()
fit <- metanmf::nmf(diag(2), 1, control = metanmf::nmf_control(1, tol = 0, backend = backend))
say("dgemm ", signif(rate, 3), " GFLOP/s; reading ", signif(bandwidth, 3), " GB/s; backend ",
    fit$engine$backend)
names <- bench_names("shapes", names(bench_shapes))
print(do.call(rbind, lapply(names, limit_of, rate, bandwidth)), row.names = FALSE)
