# Real sparse counts: milliseconds per iteration by solver, loss and rank, of this version and,
# where its library is named, of an older one, which takes turns with it.
#
#   Rscript bench/stored.R --data=FOLDER [--old=LIBRARY] [--new=LIBRARY] [--ranks=10,20,30]
#                          [--long=20000] [--repeats=5] [--instructions=avx2] [--seed=1]
#
# FOLDER holds pbmc3k.rds, a dgCMatrix of counts (genes x cells), or a list whose `x` is one.
# The long data are its 2000 genes with the most entries, with --long cells drawn with
# replacement, each count thinned to nine in ten. Least squares sees the logarithm of counts per
# 10^4, Kullback-Leibler the counts. One process each; times are of the processor.
source("bench/common.R")
one_thread()
suppressPackageStartupMessages(library(Matrix))
use <- c(old = bench_option("old"), new = bench_option("new", ".library"))
.libPaths(c(normalizePath(use[["new"]]), .libPaths()))
repeats <- bench_option("repeats", 5)

read_counts <- function() {
  file <- file.path(bench_option("data", Sys.getenv("METANMF_DATA")), "pbmc3k.rds")
  if (!file.exists(file)) stop("--data= must name the folder of pbmc3k.rds", call. = FALSE)
  x <- readRDS(file)
  if (is.list(x)) x <- x$x
  x <- as(x, "CsparseMatrix")
  x@x <- as.numeric(x@x)
  x
}

resampled <- function(x, count) {
  fix_seed()
  most <- order(Matrix::rowSums(x > 0), decreasing = TRUE)[seq_len(min(2000, nrow(x)))]
  x <- x[most, sample(ncol(x), count, replace = TRUE)]
  x@x <- as.numeric(stats::rbinom(length(x@x), x@x, 0.9))
  x <- Matrix::drop0(x)
  x[, Matrix::colSums(x) > 0]
}

log_counts <- function(x) {
  x@x <- log1p(1e4 * x@x / rep(Matrix::colSums(x), diff(x@p)))
  x
}

open_version <- function(library_path, instructions) {
  library(metanmf, lib.loc = library_path)
  suppressPackageStartupMessages(library(Matrix))
  options(metanmf.progress = FALSE, metanmf.instructions = instructions)
  timed_fit <<- function(rank, loss, solver, iterations) {
    set.seed(1)
    start <- list(w = matrix(stats::runif(nrow(kept) * rank), ncol = rank),
                  h = matrix(stats::runif(rank * ncol(kept)), rank))
    gc(FALSE)
    before <- proc.time()
    nmf(kept, rank, init = start, loss = loss, solver = solver,
        control = nmf_control(iterations, tol = 0))
    sum((proc.time() - before)[c("user.self", "sys.self")])
  }
  NULL
}
workers <- lapply(use, function(path) {
  node <- parallel::makePSOCKcluster(1L)
  parallel::clusterCall(node, open_version, normalizePath(path), bench_option("instructions"))
  node
})
keep <- function(x) {
  for (node in workers) {
    parallel::clusterCall(node, function(x) {
      kept <<- x
      NULL
    }, x)
  }
}
timed <- function(node, ...) parallel::clusterCall(node, function(...) timed_fit(...), ...)[[1L]]

# Iterations cost the slope between a short and a long fit, the smallest time of each.
iteration_times <- function(rank, loss, solver, iterations) {
  least <- array(Inf, c(length(workers), 2L), list(names(workers), NULL))
  for (i in seq_len(repeats)) for (name in names(workers)) for (long in 1:2) {
    count <- c(2, 2 + iterations)[[long]]
    least[name, long] <- min(least[name, long], timed(workers[[name]], rank, loss, solver, count))
  }
  1000 * (least[, 2L] - least[, 1L]) / iterations
}

print_header("Stored entries")
ranks <- as.numeric(strsplit(bench_option("ranks", "10,20,30"), ",", fixed = TRUE)[[1L]])
counts <- read_counts()
sets <- list(pbmc3k = counts, long = resampled(counts, bench_option("long", 20000)))
for (set in names(sets)) for (loss in c("frobenius", "kl")) {
  x <- if (loss == "kl") sets[[set]] else log_counts(sets[[set]])
  keep(x)
  if (loss == "frobenius") {
    say(set, ": ", nrow(x), " x ", ncol(x), ", ", length(x@x), " entries; ms per iteration, ",
        paste(names(workers), collapse = ", "))
  }
  for (solver in if (loss == "kl") "mu" else c("hals", "mu")) for (rank in ranks) {
    say(sprintf("  %-9s %-4s rank %2d", loss, solver, rank),
        sprintf("%8.1f", iteration_times(rank, loss, solver, 20)))
  }
}
invisible(lapply(workers, parallel::stopCluster))
