# Least squares with a graph, lambda .01, 1 and 100: the default gnmf() against the lowest
# objective that any solver reaches from the same start, and its time beside that of nmf().
#
#   Rscript bench/graph-step.R [--data=folder] [--sets=digits,coil20,pbmc3k] [--seeds=1]
#                              [--iterations=20000] [--solvers=mu,hals,cg]
#
# folder: where coil20.rds and pbmc3k.rds lie. All genes of pbmc3k, as log counts per 10^4.
source("bench/common.R")
one_thread()
library(metanmf)
source("bench/real-sets.R")

folder <- bench_option("data", "data")
iterations <- bench_option("iterations", 20000)

graph_sets <- list(
  digits = function() read_set("digits"),
  coil20 = function() read_set(file.path(folder, "coil20.rds")),
  pbmc3k = function() {
    stored <- readRDS(file.path(folder, "pbmc3k.rds"))
    list(x = variable_genes(stored$x, nrow(stored$x)), rank = 10, graph = cosine_graph)
  })

# Processor seconds of the call, the fit with them.
timed <- function(call) {
  time <- system.time(fit <- suppressWarnings(call))
  list(fit = fit, seconds = time[["user.self"]] + time[["sys.self"]])
}

lowest <- function(set, start, graph, lambda, solver) {
  fit <- gnmf(set$x, set$rank, init = start, graph = graph, lambda = lambda, solver = solver,
              control = nmf_control(iterations, tol = 0))
  objective(fit)
}

compare <- function(name, set, graph, lambda, seed) {
  fix_seed(seed)
  start <- init_random(set$x, set$rank)
  plain <- timed(nmf(set$x, set$rank, init = start))
  ours <- timed(gnmf(set$x, set$rank, init = start, graph = graph, lambda = lambda))
  ends <- vapply(bench_names("solvers", c("mu", "hals", "cg")), lowest, 0, set = set,
                 start = start, graph = graph, lambda = lambda)
  over <- 100 * (objective(ours$fit) / c(min(ends), ends) - 1)
  say(sprintf("%-7s lambda %-4g seed %d: %4d iterations, %s, kkt %.1e, %5.2f s, %.1f x nmf();",
              name, lambda, seed, ours$fit$iterations,
              if (ours$fit$converged) "converged" else "not done", ours$fit$kkt, ours$seconds,
              ours$seconds / plain$seconds),
      sprintf(" above the lowest %.3f %% (%s)", over[1L],
              paste(names(ends), sprintf("%.3f", over[-1L]), collapse = ", ")))
}

print_header("The default gnmf() against the lowest objective of any solver")
say("iterations of the others: ", iterations)
for (name in bench_names("sets", names(graph_sets))) {
  set <- graph_sets[[name]]()
  graph <- set$graph(set$x)
  for (lambda in c(0.01, 1, 100)) for (seed in seq_len(bench_option("seeds", 1))) {
    compare(name, set, graph, lambda, seed)
  }
}
