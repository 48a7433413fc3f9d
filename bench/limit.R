# How far a multiplicative iteration is from what the machine can do at all, one thread:
# max((4mnr + 3r^2(m + n)) / peak, 8mn / read bandwidth). Both are measured by the loops of
# bench/peak.c, not by R's BLAS, so that the bound is the same under each: additions and
# multiplications from registers with the widest instruction set, and a read in order.
#
#   Rscript bench/limit.R [--data=FOLDER] [--shapes=digits,...] [--repeats=5] [--seed=1]
#                         [--backend=auto] [--instructions=avx2]
source("bench/common.R")
source("bench/machine.R")
one_thread()
load_peak()

repeats <- bench_option("repeats", 5)
backend <- bench_option("backend", "auto")
instructions <- bench_option("instructions")
options(metanmf.instructions = instructions)

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
sets <- known_sets()
rates <- vapply(sets, peak_rate, 0, repeats)
rate <- max(rates)
bandwidth <- read_rate(repeats)
fit <- metanmf::nmf(diag(2), 1, control = metanmf::nmf_control(1, tol = 0, backend = backend))
say("from registers, GFLOP/s: ", toString(paste(sets, signif(rates, 3))), "; reading ",
    signif(bandwidth, 3), " GB/s; backend ", fit$engine$backend)
names <- bench_names("shapes", names(bench_shapes))
print(do.call(rbind, lapply(names, limit_of, rate, bandwidth)), row.names = FALSE)
