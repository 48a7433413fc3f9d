# The default weight of a graph penalty: NMI of nmf() and of gnmf() at lambda 1, at 100 and at the
# default, means over seeds. The first five sets are those the rule was made on; the others were
# fitted once it was fixed.
#
#   Rscript bench/graph-lambda.R [--data=folder] [--sets=digits,...] [--seeds=10] [--graphs=default]
#
# folder: where coil20.rds, olivetti.rds, fmnist6000.rds and pbmc3k.rds lie, and what
# bench/labelled-sets.R reads. --graphs=all: heat weights, k of 3 and 15 and raw counts as well.
source("bench/common.R")
one_thread()
library(metanmf)
source("bench/real-sets.R")
source("bench/labelled-sets.R")

folder <- bench_option("data", "data")
seeds <- seq_len(bench_option("seeds", 10))

# Fits from the same starts; clusters by the row of H that is largest or k-means, as they come.
score <- function(set, graph, lambda) {
  groups <- length(unique(set$labels))
  scores <- vapply(seeds, function(seed) {
    set.seed(seed)
    fit <- if (identical(lambda, 0)) nmf(set$x, set$rank)
      else if (is.null(lambda)) gnmf(set$x, set$rank, graph = graph)
      else gnmf(set$x, set$rank, graph = graph, lambda = lambda)
    c(nmi(cluster_samples(fit, groups), set$labels),
      if (length(fit$model$lambda)) fit$model$lambda else 0)
  }, numeric(2L))
  rowMeans(scores)
}

row_of <- function(name, set, graph, label = "") {
  tried <- lapply(list(0, 1, 100, NULL), function(lambda) score(set, graph, lambda))
  nmis <- vapply(tried, `[[`, 0, 1L)
  say(sprintf("%-34s  %5.3f  %5.3f  %5.3f   %6.3g: %5.3f", paste(name, label), nmis[1L], nmis[2L],
              nmis[3L], tried[[4L]][2L], nmis[4L]))
}

graph_variants <- list(
  "heat weights" = function(graph) function(x) graph(x, weighting = "heat"),
  "k 3" = function(graph) function(x) graph(x, k = 3),
  "k 15" = function(graph) function(x) graph(x, k = 15))

print_header("NMI by the weight of the graph")
say(sprintf("%-34s  %5s  %5s  %5s   %13s", "", "0", "1", "100", "default"))
for (name in bench_names("sets", names(labelled_sets))) {
  set <- labelled_sets[[name]](folder)
  if (is.null(set)) {
    say("Skipped: ", name, ", whose file or package is not here")
    next
  }
  row_of(name, set, set$graph)
  if (identical(bench_option("graphs"), "all")) for (label in names(graph_variants)) {
    row_of(name, set, graph_variants[[label]](set$graph), label)
  }
}
