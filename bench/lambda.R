# What select_lambda() chooses, and what that is worth.
#   Rscript bench/lambda.R planted [DRAWS [SEED]]    DRAWS of each family (20), from SEED (1)
#   Rscript bench/lambda.R FILE [MASKS [SOLVER]]     "digits", or where pbmc3k.rds, coil20.rds or
#                                                    olivetti.rds lies; MASKS (5)
#   Rscript bench/lambda.R wrong                     300 digits with a graph in the wrong order
# The data sets: x with labels, see the files' README. Seeds are stated where they are set.
library(metanmf)
source(file.path("bench", "real-sets.R"))

arguments <- commandArgs(trailingOnly = TRUE)
number <- function(place, default) {
  if (length(arguments) >= place) as.numeric(arguments[[place]]) else default
}

noisy <- function(signal, level) pmax(signal + rnorm(length(signal), sd = level * sd(signal)), 0)
gammas <- function(rows, columns, shape) matrix(rgamma(rows * columns, shape), rows)

# Planted signals of 40 features x 60 samples with what each penalty asks for; rank is what is
# fitted.
families <- list(
  sparse = function() {
    h <- gammas(6, 60, 1) * (runif(360) < 0.2)
    list(signal = gammas(40, 6, 1) %*% h, rank = 6, penalty = penalty_sparse())
  },
  smooth = function() {
    bump <- function(k) exp(-((1:60 - runif(1, 1, 60)) / runif(1, 5, 15))^2 / 2)
    h <- t(vapply(1:5, bump, numeric(60)))
    list(signal = gammas(40, 5, 0.5) %*% h, rank = 5, penalty = penalty_smooth())
  },
  ridge = function() {
    list(signal = gammas(40, 3, 0.5) %*% gammas(3, 60, 0.5), rank = 8, penalty = penalty_ridge())
  },
  graph = function() {
    h <- gammas(5, 6, 0.5)[, rep(1:6, each = 10)] * gammas(5, 60, 8) / 8
    list(signal = gammas(40, 5, 0.5) %*% h, rank = 5, penalty = penalty_graph(knn_graph))
  }
)

# The error of fits of all entries against the signal without noise, for each weight.
true_errors <- function(x, signal, rank, penalty, lambda) {
  vapply(lambda, function(weight) {
    penalty$lambda <- weight
    mean(vapply(1:3, function(start) {
      set.seed(start)
      fit <- suppressWarnings(nmf(x, rank, penalty = penalty, max_iter = 500))
      sqrt(sum((fitted(fit) - signal)^2) / sum(signal^2))
    }, 0))
  }, 0)
}

planted <- function(family, seed) {
  set.seed(seed)
  drawn <- families[[family]]()
  level <- exp(runif(1, log(0.3), log(1)))
  x <- noisy(drawn$signal, level)
  choice <- select_lambda(x, drawn$rank, drawn$penalty)
  errors <- true_errors(x, drawn$signal, drawn$rank, drawn$penalty, choice$lambdas$lambda)
  at <- function(lambda) errors[match(lambda, choice$lambdas$lambda)]
  data.frame(family, seed, level, none = errors[[1L]], oracle = min(errors),
             minimum = at(choice$lambda), one_error = at(max(choice$near)),
             lambda = choice$lambda, largest = max(choice$near),
             best = choice$lambdas$lambda[which.min(errors)])
}

run_planted <- function(draws, seed) {
  for (family in names(families)) {
    rows <- do.call(rbind, lapply(seq_len(draws), function(i) planted(family, 1000 * seed + i)))
    gain <- function(name) mean(1 - rows[[name]] / rows$none)
    cat(sprintf(paste0("%-7s error without %.3f; below it: oracle %4.1f %%, minimum %4.1f %%, ",
                       "one standard error %4.1f %%; worse than without: %d, %d of %d\n"),
                family, mean(rows$none), 100 * gain("oracle"), 100 * gain("minimum"),
                100 * gain("one_error"), sum(rows$minimum > 1.001 * rows$none),
                sum(rows$one_error > 1.001 * rows$none), draws))
    cat("        lambda: ", paste(rows$lambda, collapse = " "), "\n        largest: ",
        paste(rows$largest, collapse = " "), "\n        oracle: ",
        paste(rows$best, collapse = " "), "\n", sep = "")
  }
}

if (identical(arguments[1L], "planted")) run_planted(number(2L, 20), number(3L, 1))

run_set <- function(file, masks, solver) {
  set <- read_set(file)
  graphs <- list(
    "made of all entries" = set$graph(set$x),
    "made of what each fit sees" = set$graph,
    "made of a plain fit of what each fit sees" = function(x) {
      set.seed(1)
      set$graph(fitted(suppressWarnings(nmf(x, set$rank, max_iter = 200, tol = 1e-4))))
    })
  for (name in names(graphs)) {
    set.seed(1)
    # Fits of all entries have the same graph, in whichever way that of the masks is made.
    labels <- if (name == names(graphs)[[1L]]) set$labels
    choice <- select_lambda(set$x, set$rank, penalty_graph(graphs[[name]]), masks = masks,
                            solver = solver, stability = TRUE, labels = labels)
    cat("\nGraph ", name, "\n", sep = "")
    print(choice)
    print(choice$lambdas, digits = 3)
    cat("smallest weight whose clusters are as stable as any:", choice$stable, "\n")
  }
}

# A graph that is as dense as the right one and knows nothing.
run_wrong <- function() {
  set.seed(1)
  x <- scale_minmax(digits$x[, 1:300])
  graph <- knn_graph(x)
  order <- sample(300)
  wrong <- graph[order, order]
  dimnames(wrong) <- list(NULL, NULL)
  for (one in list(graph, wrong)) {
    set.seed(2)
    choice <- select_lambda(x, 10, penalty_graph(one), masks = 5, solver = "hals",
                            labels = digits$labels[1:300], stability = TRUE)
    print(choice)
    print(choice$lambdas[c("lambda", "error", "stability", "stable", "nmi")], digits = 3)
  }
}

if (identical(arguments[1L], "wrong")) run_wrong()
if (length(arguments) && !arguments[[1L]] %in% c("planted", "wrong")) {
  run_set(arguments[[1L]], number(2L, 5),
          if (length(arguments) > 2L) arguments[[3L]] else "auto")
}
