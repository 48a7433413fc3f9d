# Two installed versions of this package side by side: the time of a new iteration as a share of
# an old one, on the shapes of mu.R, peers.R and small.R, and of whole calls on small data.
#
#   Rscript bench/versions.R --old=LIBRARY [--new=LIBRARY] [--repeats=15] [--data=FOLDER]
#                            [--shapes=digits,...] [--instructions=avx2]
#
# One process each, the same data in both, which take turns within every repeat; what is printed
# is the median over the repeats of the ratio of their processor times.
source("bench/common.R")
one_thread()
use <- c(old = bench_option("old"), new = bench_option("new", ".library"))
if (length(use) < 2L) stop("--old= must name the library of the other version", call. = FALSE)
.libPaths(c(normalizePath(use[["new"]]), .libPaths()))
repeats <- bench_option("repeats", 15)
instructions <- bench_option("instructions")

# What a process does: loads its version, keeps the data of a shape, and times one fit.
open_version <- function(library_path, instructions) {
  library(metanmf, lib.loc = library_path)
  options(metanmf.progress = FALSE, metanmf.instructions = instructions)
  products <<- intersect(c("backend", "kernel"), names(formals(nmf_control)))
  timed_fit <<- function(iterations, solver, backend, times) {
    control <- do.call(nmf_control,
                       c(list(iterations, tol = 0), stats::setNames(backend, products)))
    gc(FALSE)
    before <- proc.time()
    for (i in seq_len(times)) {
      nmf(kept$x, kept$r, init = kept$start, solver = solver, control = control)
    }
    sum((proc.time() - before)[c("user.self", "sys.self")])
  }
  NULL
}

workers <- lapply(use, function(path) {
  node <- parallel::makePSOCKcluster(1L)
  parallel::clusterCall(node, open_version, normalizePath(path), instructions)
  node
})
on_all <- function(fun, ...) {
  lapply(workers, function(node) parallel::clusterCall(node, fun, ...)[[1L]])
}
keep <- function(problem) {
  on_all(function(problem) {
    kept <<- problem
    NULL
  }, problem)
  invisible()
}
timed <- function(node, ...) {
  parallel::clusterCall(node, function(...) timed_fit(...), ...)[[1L]]
}

# Processor times of the two versions, whose order changes with every repeat.
ratio_of <- function(measure) {
  ratios <- vapply(seq_len(repeats), function(i) {
    order <- if (i %% 2) c("old", "new") else c("new", "old")
    spent <- vapply(workers[order], measure, 0)
    spent[["new"]] / spent[["old"]]
  }, 0)
  c(median = stats::median(ratios), stats::quantile(ratios, c(0.25, 0.75)))
}

# Iterations that take about `least` seconds, counted on the old version.
enough <- function(solver, backend, least = 0.15) {
  old <- function(iterations) timed(workers$old, iterations, solver, backend, 1)
  per <- (old(12) - old(2)) / 10
  max(6, min(20000, ceiling(least / max(per, 1e-6))))
}

iteration_row <- function(title, solver, backend) {
  many <- enough(solver, backend)
  ratio <- ratio_of(function(node) {
    timed(node, 2 + many, solver, backend, 1) - timed(node, 2, solver, backend, 1)
  })
  data.frame(shape = title, solver = solver, backend = backend, what = "iteration",
             t(round(ratio, 3)), check.names = FALSE)
}

call_row <- function(title, solver, iterations, times = 100) {
  ratio <- ratio_of(function(node) timed(node, iterations, solver, "auto", times))
  data.frame(shape = title, solver = solver, backend = "auto",
             what = paste("call,", iterations, "iterations"), t(round(ratio, 3)),
             check.names = FALSE)
}

own_shape <- function(m, n, r) {
  fix_seed()
  list(x = matrix(stats::runif(m * n), m), r = r, title = paste0(m, "x", n, " r", r),
       start = random_start(m, n, r))
}

print_header("Two versions")
versions <- on_all(function() format(utils::packageVersion("metanmf")))
say("New (", versions$new, ") as a share of old (", versions$old, "): median, quartiles of ",
    repeats, " repeats")
rows <- list()
add <- function(row) {
  rows[[length(rows) + 1L]] <<- row
  say(sprintf("%-30s %-5s %-7s %-20s", row$shape, row$solver, row$backend, row$what),
      sprintf("%8.3f", unlist(row[5:7])))
}
for (shape in list(c(64, 1797, 10), c(784, 6000, 18), c(500, 10000, 5))) {
  problem <- do.call(own_shape, as.list(shape))
  keep(problem)
  for (backend in c("blas", "native")) add(iteration_row(problem$title, "mu", backend))
}
for (name in bench_names("shapes", names(bench_shapes))) {
  problem <- load_shape(name)
  keep(problem[c("x", "r", "start")])
  for (solver in c("mu", "hals", "bpp")) add(iteration_row(problem$title, solver, "auto"))
}
for (m in c(64, 784)) {
  problem <- own_shape(m, 50, 10)
  keep(problem)
  for (solver in c("mu", "hals")) add(iteration_row(problem$title, solver, "auto"))
  for (iterations in c(1, 50)) add(call_row(problem$title, "hals", iterations))
}
keep(list(x = diag(2), r = 1, start = list(w = matrix(1, 2, 1), h = matrix(1, 1, 2))))
add(call_row("2x2 r1", "mu", 1, 500))
rows <- do.call(rbind, rows)
cat("Largest median: ", max(rows$median), "\n", sep = "")
invisible(lapply(workers, parallel::stopCluster))
