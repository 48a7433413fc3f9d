# What a fit with a penalty needs beside X: the peak of R's memory above the start of the call, as a
# share of X, one iteration on 1000 x 20000.
#
#   Rscript bench/memory.R [--m=1000] [--n=20000] [--rank=10]
source("bench/common.R")
m <- bench_option("m", 1000)
n <- bench_option("n", 20000)
rank <- bench_option("rank", 10)
fix_seed()
x <- matrix(stats::runif(m * n), m)
start <- random_start(m, n, rank)
control <- metanmf::nmf_control(1, tol = 0)
penalties <- list(none = NULL, sparse = metanmf::penalty_sparse(0.1),
                  ridge = metanmf::penalty_ridge(0.1),
                  "ridge raw" = metanmf::penalty_ridge(0.1, form = "raw"),
                  "smooth on W" = metanmf::penalty_smooth(0.1, on = "w"),
                  "graph on W" = metanmf::penalty_graph(Matrix::Diagonal(m), 0.1, on = "w"))
print_header(paste0("Peak above the start, ", m, " x ", n, ", rank ", rank))
for (name in names(penalties)) {
  before <- sum(gc(reset = TRUE)[, "used"] * c(56, 8))
  metanmf::nmf(x, rank, init = start, penalty = penalties[[name]], control = control)
  peak <- sum(gc()[, "max used"] * c(56, 8))
  say(sprintf("%-12s %6.1f MB, %.3f of X", name, (peak - before) / 2^20,
              (peak - before) / (8 * m * n)))
}
