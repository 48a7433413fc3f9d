# A sparse X, 20000 x 5000 with 1 % of the entries, r 20, one thread: milliseconds per
# iteration and peak memory, against plain R on Matrix's dgCMatrix and the peers.
#
#   Rscript bench/sparse.R [--rows=20000] [--columns=5000] [--density=0.01] [--rank=20]
#                          [--peers=RcppML,...] [--repeats=3] [--seed=1] [--python=python3]
source("bench/common.R")
source("bench/contenders.R")
source("bench/measure.R")
one_thread()
use_peers()
# RcppML finds the class of a sparse matrix only when Matrix is attached.
library(Matrix)

make_problem <- function() {
  fix_seed()
  m <- bench_option("rows", 20000)
  n <- bench_option("columns", 5000)
  rank <- bench_option("rank", 20)
  x <- Matrix::rsparsematrix(m, n, bench_option("density", 0.01),
                             rand.x = function(count) stats::runif(count))
  list(x = x, r = rank, start = random_start(m, n, rank))
}

problem <- make_problem()
if (!is.null(bench_option("peak"))) {
  print_peak(bench_option("peak"), problem, sparse = TRUE)
} else {
  print_header("Sparse X")
  contenders <- present_contenders(sparse = TRUE)
  say(nrow(problem$x), " x ", ncol(problem$x), ", ", length(problem$x@x), " entries, rank ",
      problem$r)
  contenders <- able(contenders, problem)
  problem <- write_problem(problem)
  table <- iteration_table(contenders, problem)
  unlink(problem$folder, recursive = TRUE)
  names(table)[3L] <- paste("over", contenders[[1L]]$name)
  dense <- 8 * as.numeric(nrow(problem$x)) * ncol(problem$x)
  memory <- memory_table(contenders, dense)
  say("ms per iteration; peak memory beyond what was held (a dense copy is ",
      round(dense / 2^20), " MB)")
  print(cbind(table, peak_MB = memory$peak_MB), row.names = FALSE)
}
