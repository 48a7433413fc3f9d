# Neighbour graphs, one thread: time and memory of knn_graph() and of
# rbf_graph(), exact neighbours against FNN, RANN and RcppHNSW, and what the graph adds to
# an iteration.
#
#   Rscript bench/graph.R [--samples=10000] [--features=500] [--peers=FNN,RANN,RcppHNSW]
#                         [--peer-samples=10000] [--seed=1]
#
# The peers take minutes at 10000 samples: --peer-samples=2000 or --peers=none to cut that.
source("bench/common.R")
one_thread(hand_back)
use_peers()

# 50 groups, so that neighbours mean something, as in real data.
grouped <- function(m, n) {
  fix_seed()
  centre <- matrix(stats::runif(m * 50), m)
  centre[, sample(50, n, replace = TRUE)] + 0.3 * matrix(stats::runif(m * n), m)
}

# Processor seconds, megabytes at the peak beyond what was held, and of the result.
print_cost <- function(label, make, note = function(value) "") {
  kept <- new.env()
  peak <- peak_of(function() kept$time <- seconds(function() kept$value <- make(), 0))
  say("  ", formatC(label, width = -28), sprintf(
    "%7.2f s, peak %7.1f MB, result %6.1f MB  %s", kept$time, peak / 2^20,
    as.numeric(utils::object.size(kept$value)) / 2^20, note(kept$value)))
  invisible(kept$value)
}

# The neighbours of the others, k x n, as FNN, RANN and RcppHNSW return them: n x k.
peer_searches <- function(x, k) {
  rows <- t(x)
  hnsw <- function(...) {
    RcppHNSW::hnsw_knn(rows, k + 1, n_threads = 1, verbose = FALSE, ...)$idx[, -1L]
  }
  list(FNN = list(
         "FNN brute" = function() FNN::get.knn(rows, k, "brute")$nn.index,
         "FNN kd_tree" = function() FNN::get.knn(rows, k, "kd_tree")$nn.index),
       RANN = list("RANN kd" = function() RANN::nn2(rows, k = k + 1)$nn.idx[, -1L]),
       RcppHNSW = list(
         "RcppHNSW default" = function() hnsw(),
         "RcppHNSW M 32, ef 200" = function() hnsw(M = 32, ef_construction = 200, ef = 200)))
}

# The share of the exact neighbours that a search found. The graph is symmetric, so a
# neighbour found is an entry of its column.
recall <- function(index, graph) {
  pairs <- cbind(as.vector(index), rep(seq_len(nrow(index)), ncol(index)))
  hits <- Matrix::sparseMatrix(pairs[, 1L], pairs[, 2L], x = 1, dims = dim(graph))
  sum((hits * (graph > 0))@x) / nrow(pairs)
}

compare_peers <- function(m, n, k = 5) {
  x <- grouped(m, n)
  say("\nExact neighbours, k ", k, ", ", m, " x ", n)
  graph <- print_cost("metanmf knn_graph", function() metanmf::knn_graph(x, k))
  searches <- peer_searches(x, k)
  known <- names(searches)
  chosen <- if (identical(bench_option("peers"), "none")) NULL else bench_names("peers", known)
  for (package in chosen) {
    if (!requireNamespace(package, quietly = TRUE)) {
      say("  Skipped: ", package, " is not installed")
      next
    }
    for (label in names(searches[[package]])) {
      print_cost(label, searches[[package]][[label]],
                 function(index) sprintf("recall %.3f", recall(index, graph)))
    }
  }
}

own_graphs <- function(m, n) {
  x <- grouped(m, n)
  say("\n", m, " x ", n)
  print_cost("knn_graph, k 5", function() metanmf::knn_graph(x),
             function(graph) paste(length(graph@x), "entries"))
  for (weights in c("heat", "cosine")) {
    print_cost(paste("knn_graph,", weights), function() metanmf::knn_graph(x, weighting = weights))
  }
  if (n <= 6000) print_cost("rbf_graph, sigma 0.5", function() metanmf::rbf_graph(x))
}

# Milliseconds per iteration with and without the graph, in turns.
graph_share <- function(m, n, r) {
  x <- grouped(m, n)
  start <- random_start(m, n, r)
  graph <- metanmf::knn_graph(x)
  fit <- function(count, penalty) {
    force(count)
    force(penalty)
    function() own_fit(x, start, count, solver = "mu", penalty = penalty)
  }
  penalty <- metanmf::penalty_graph(graph)
  many <- 2 + ceiling(4e9 / (4 * m * n * r))
  times <- take_turns(list(fit(2, NULL), fit(many, NULL), fit(2, penalty), fit(many, penalty)))
  spent <- 1000 * (times[c(2, 4)] - times[c(1, 3)]) / (many - 2)
  say(sprintf("  %d x %d r%d: %.3g ms without, %.3g ms with the graph, + %.0f %%", m, n, r,
              spent[1L], spent[2L], 100 * (spent[2L] / spent[1L] - 1)))
}

print_header("Neighbour graphs")
# What loads on first use is not the graph's.
warm <- metanmf::knn_graph(grouped(10, 200))
n <- bench_option("samples", 10000)
m <- bench_option("features", 500)
for (shape in list(c(64, 1797), c(784, 6000), c(m, n))) own_graphs(shape[1L], shape[2L])
say("\nWhat the 5 nearest neighbours add to an iteration")
for (r in c(5, 18)) graph_share(m, n, r)
compare_peers(m, bench_option("peer-samples", n))
