# What select_lambda() chooses, and what that is worth.
#   Rscript bench/lambda.R planted [DRAWS [SEED]]    DRAWS of each family (20), from SEED (1)
#   Rscript bench/lambda.R FILE [MASKS [SOLVER]]     "digits", or where pbmc3k.rds, coil20.rds or
#                                                    olivetti.rds lies; MASKS (5)
#   Rscript bench/lambda.R wrong                     300 digits with a graph in the wrong order
#   Rscript bench/lambda.R losses [DRAWS [SEED]]     noise of other losses, DRAWS of each (20): the
#                                                    absolute error beside the loss as a score
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

# Data of positive means z as each loss assumes them, the loss, and penalties that go with it, each
# with the family that it is for.
noises <- list(
  is = list(loss = "is", penalties = list(sparse = penalty_sparse(on = "both", form = "raw")),
            draw = function(z) z * rgamma(length(z), 4) / 4),
  `beta 0.5` = list(loss = beta_loss(0.5), penalties = list(
    sparse = penalty_sparse(), ridge = penalty_ridge()), draw = function(z) {
    count <- rpois(length(z), 2 * sqrt(z) / 0.3)
    ifelse(count > 0, rgamma(length(z), pmax(count, 1), 2 / (0.3 * sqrt(z))), 0)
  }),
  nb = list(loss = nb_loss(0.25), penalties = list(
    sparse = penalty_sparse(), smooth = penalty_smooth()),
    draw = function(z) rnbinom(length(z), size = 4, mu = 4 * z)))

# The mean loss of x at a prediction p, which is kept off 0.
loss_of <- function(x, p, loss) {
  mean(asNamespace("metanmf")$divergence_terms(x, pmax(p, 1e-3 * mean(x)), loss))
}

# One set: the loss of the signal at fits of all entries with the weight that each score chooses.
planted_loss <- function(noise, family, seed) {
  inner <- asNamespace("metanmf")
  set.seed(seed)
  drawn <- families[[family]]()
  signal <- drawn$signal / mean(drawn$signal) + 0.05
  x <- signal
  x[] <- noise$draw(signal)
  if (identical(noise$loss, nb_loss(0.25))) signal <- 4 * signal
  data <- inner$check_data(x, "x", "error")
  masks <- inner$draw_masks(data, 10, 0.1)
  weights <- c(0, 10^seq(-1, 3, 0.5))
  options <- list(model_loss = noise$loss,
                  control = nmf_control(max_iter = 200, tol = 1e-4, scale = "none"))
  penalty <- noise$penalties[[family]]
  found <- vapply(weights, function(weight) {
    penalty$lambda <- weight
    options$penalty <- list(penalty)
    errors <- vapply(seq_along(masks), function(i) {
      set.seed(1000 * seed + i)
      fit <- inner$masked_fit(inner$hide_entries(x, masks[[i]]), drawn$rank, "random", data,
                              options)
      p <- inner$predict_entries(fit, masks[[i]])
      c(mean(abs(masks[[i]]$value - p)), loss_of(masks[[i]]$value, p, noise$loss))
    }, double(2))
    set.seed(seed)
    fit <- suppressWarnings(nmf(x, drawn$rank, loss = noise$loss, penalty = penalty,
                                max_iter = 500))
    c(rowMeans(errors), loss_of(signal, fitted(fit), noise$loss))
  }, double(3))
  of <- function(row) found[3, which.min(found[row, ])]
  c(none = found[3, 1], best = min(found[3, ]), absolute = of(1), loss = of(2))
}

run_losses <- function(draws, seed) {
  for (name in names(noises)) for (family in names(noises[[name]]$penalties)) {
    rows <- t(vapply(1000 * seed + seq_len(draws), function(one) {
      planted_loss(noises[[name]], family, one)
    }, double(4)))
    gain <- function(column) mean(1 - rows[, column] / rows[, "none"])
    worse <- function(column) sum(rows[, column] > 1.001 * rows[, "none"])
    cat(sprintf(paste0("%-8s %-6s below the loss without: best %4.1f %%, absolute error %4.1f %%, ",
                       "loss %4.1f %%; worse than without: %d, %d of %d\n"), name, family,
                100 * gain("best"), 100 * gain("absolute"), 100 * gain("loss"), worse("absolute"),
                worse("loss"), draws))
  }
}

if (identical(arguments[1L], "wrong")) run_wrong()
if (identical(arguments[1L], "losses")) run_losses(number(2L, 20), number(3L, 1))
if (length(arguments) && !arguments[[1L]] %in% c("planted", "wrong", "losses")) {
  run_set(arguments[[1L]], number(2L, 5),
          if (length(arguments) > 2L) arguments[[3L]] else "auto")
}
