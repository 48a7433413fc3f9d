# The fixed cost of nmf(): what a fit costs beside its iterations, counted in iterations, with
# random and with given starts. A fit of one iteration against the slope from 1 to 21.
#
#   Rscript bench/fixed.R [--m=1000] [--n=20000] [--rank=10] [--solver=mu] [--repeats=7]
#                         [--instructions=auto,avx2] [--library=LIBRARY]
source("bench/common.R")
one_thread()
library_path <- bench_option("library")
if (!is.null(library_path)) .libPaths(c(normalizePath(library_path), .libPaths()))

m <- bench_option("m", 1000)
n <- bench_option("n", 20000)
rank <- bench_option("rank", 10)
solver <- bench_option("solver", "mu")
repeats <- bench_option("repeats", 7)

fix_seed()
x <- matrix(stats::runif(m * n), m)
start <- random_start(m, n, rank)

fit_seconds <- function(iterations, init) {
  gc(FALSE)
  control <- metanmf::nmf_control(iterations, tol = 0)
  before <- proc.time()
  metanmf::nmf(x, rank, init = init, solver = solver, control = control)
  sum((proc.time() - before)[c("user.self", "sys.self")])
}

# The median over the repeats, each of which times both fits in turn.
fixed_row <- function(instructions, init, title) {
  options(metanmf.instructions = instructions)
  fit_seconds(1, init)
  times <- vapply(seq_len(repeats), function(i) {
    c(one = fit_seconds(1, init), many = fit_seconds(21, init))
  }, numeric(2))
  iteration <- (times["many", ] - times["one", ]) / 20
  calls <- stats::median(times["one", ]) / stats::median(iteration)
  data.frame(instructions, start = title, iteration_ms = signif(1000 * stats::median(iteration), 3),
             call_ms = signif(1000 * stats::median(times["one", ]), 3),
             iterations_a_call = signif(calls, 3), fixed = signif(calls - 1, 3))
}

print_header(paste0("Fixed cost of nmf(), ", m, " x ", n, ", rank ", rank, ", ", solver))
for (instructions in strsplit(bench_option("instructions", "auto,avx2"), ",")[[1L]]) {
  print(rbind(fixed_row(instructions, "random", "random"), fixed_row(instructions, start, "given")),
        row.names = FALSE)
}
