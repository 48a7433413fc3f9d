# Awkward data and models, drawn from a seed: see test-awkward.R.

one_of <- function(choices) choices[[sample(length(choices), 1)]]

# Numbers of one kind: ordinary, of wildly different sizes, denormal, counts, all equal.
awkward_numbers <- function(count) {
  kind <- one_of(c("uniform", "wide", "denormal", "counts", "constant", "tiny", "huge", "sizes"))
  switch(kind, uniform = stats::runif(count), wide = 10^stats::runif(count, -300, 300),
         denormal = stats::runif(count) * 2^-1060, counts = stats::rpois(count, 1) + 0,
         constant = rep(stats::rexp(1), count), tiny = 1e-300 * stats::runif(count),
         huge = 1e300 * stats::runif(count), sizes = 10^stats::runif(count, -8, 8))
}

awkward_data <- function() {
  shape <- one_of(list(c(1, 1), c(1, 6), c(6, 1), c(3, 4), c(5, 9), c(9, 5), c(4, 70), c(12, 7)))
  x <- matrix(awkward_numbers(prod(shape)), shape[1])
  if (stats::runif(1) < 0.3) x[stats::runif(length(x)) < stats::runif(1)] <- 0
  if (stats::runif(1) < 0.2) x[sample(nrow(x), 1), ] <- 0
  if (stats::runif(1) < 0.2) x[, sample(ncol(x), 1)] <- 0
  if (stats::runif(1) < 0.2) x[, ] <- x[, sample(ncol(x), ncol(x), TRUE)]
  if (stats::runif(1) < 0.15) x[sample(nrow(x), 1), ] <- 1
  if (stats::runif(1) < 0.03) x[] <- 0
  x
}

# A model that nmf() offers, as its arguments, and whether F is claimed not to rise.
awkward_model <- function(x) {
  case <- one_of(list(c("mu", "frobenius"), c("hals", "frobenius"), c("bpp", "frobenius"),
                      c("auto", "frobenius"), c("mu", "kl"), c("mu", "is"),
                      c("mu", "beta"), c("mu", "nb")))
  lambda <- 10^stats::runif(1, -4, 4)
  on <- one_of(c("h", "w"))
  form <- one_of(c("scale_invariant", "raw"))
  n <- if (on == "h") ncol(x) else nrow(x)
  # Isolated nodes, everybody with everybody, and those of most tension: star, bipartite, loops.
  graph <- one_of(c(list(Matrix::Diagonal(n), matrix(1, n, n), matrix(0, n, n)),
                    example_graphs(n)))
  penalty <- one_of(list(NULL, NULL, penalty_sparse(lambda, on, form), penalty_ridge(lambda),
                         penalty_ridge(lambda, on, form), penalty_smooth(lambda, on, form),
                         penalty_graph(graph, lambda, form, on = on),
                         penalty_orthogonal(lambda, on, form), penalty_orthogonal(exact = TRUE),
                         penalty_orthogonal(exact = TRUE, step = "choi")))
  init <- one_of(c("random", "random", "nndsvd", "nndsvda", "kmeans"))
  more <- if (init == "random" && stats::runif(1) < 0.3) 4 else 0
  model <- list(x = x, rank = one_of(seq_len(min(dim(x)) + more)), penalty = penalty,
                loss = switch(case[2],
                              beta = beta_loss(one_of(c(-1, -0.5, 0.3, 0.9, 1.5, 2.5, 3))),
                              nb = nb_loss(one_of(list(1e-9, 0.5, 200, seq_len(nrow(x)) - 1,
                                                      "common"))),
                              case[2]),
                solver = case[1], init = init,
                control = nmf_control(one_of(c(1, 3, 12)), tol = 0,
                                      scale = one_of(c("none", "max", "l2", "sum")),
                                      backend = one_of(c("blas", "native")),
                                      block = one_of(c(0, 1, 5, 64)), threads = 1))
  if (stats::runif(1) < 0.15) {
    model$x[sample(length(x), ceiling(length(x) * stats::runif(1) / 2))] <- NA
    model$missing <- "mask"
  } else if (stats::runif(1) < 0.1) {
    model$weights <- matrix(one_of(list(c(0, 1), c(0.5, 1), c(1e-300, 1)))[
      sample(2, length(x), TRUE)], nrow(x))
  }
  if (stats::runif(1) < 0.25) model$x <- as_sparse_data(model$x)
  if (stats::runif(1) < 0.1 && model$rank > 1) {
    model$known <- list(w = matrix(stats::runif(nrow(x)), nrow(x)))
  }
  if (stats::runif(1) < 0.15) {
    model$constraint <- awkward_constraint(x)
    if (stats::runif(1) < 0.7) model["penalty"] <- list(NULL)
  } else if (stats::runif(1) < 0.2 && !isTRUE(penalty$exact)) {
    model$control <- nmf_control(60, tol = 1e-2, scale = model$control$scale,
                                 backend = model$control$backend, revive_dead = TRUE)
  }
  model
}

# Bounds are near the data's own sizes, or far from them.
awkward_constraint <- function(x) {
  bound <- function() {
    one_of(list(max(x, 0, na.rm = TRUE), 10^stats::runif(1, -3, 3), 0, matrix(1, 1, 1)))
  }
  one_of(list(constraint_simplex(), constraint_upper(w = bound(), h = bound()),
              list(constraint_simplex(), constraint_upper(w = bound()))))
}

as_sparse_data <- function(x) methods::as(Matrix::Matrix(x, sparse = TRUE), "generalMatrix")

# What is wrong with a call's answer, or NULL: it must give finite numbers of at least 0, and NA for
# the features and samples that are not `observed`, or a metanmf_error.
answer_fault <- function(code, observed = NULL) {
  quiet <- function(code) {
    suppressMessages(suppressWarnings(code, classes = "metanmf_not_converged"))
  }
  answer <- tryCatch(quiet(code),
                     metanmf_error = function(refusal) NULL, error = identity,
                     warning = identity)
  if (inherits(answer, "condition")) {
    return(paste("not of the package:", conditionMessage(answer)))
  }
  if (isS4(answer)) answer <- answer@x
  if (!is.null(observed) && !is.null(answer)) {
    if (is.matrix(answer)) answer <- list(h = answer)
    gone <- c(answer[["w"]][!observed$rows, ], answer[["h"]][, !observed$columns])
    if (!all(is.na(gone))) return("numbers where nothing was observed")
    answer <- list(w = answer[["w"]][observed$rows, ], h = answer[["h"]][, observed$columns])
  }
  values <- if (is.list(answer)) unlist(answer[c("w", "h")]) else answer
  if (!all(is.finite(values)) || any(values < 0)) "numbers that are not finite, or negative"
}

# Which features and samples have an entry that is known and has a weight.
observed_parts <- function(x, weights = NULL) {
  known <- !is.na(as.matrix(x)) & (if (is.null(weights)) TRUE else weights > 0)
  list(rows = rowSums(known) > 0, columns = colSums(known) > 0)
}

# The same for a model, whose F must not rise.
model_fault <- function(model) {
  fit <- NULL
  fault <- answer_fault(fit <- do.call(nmf, model), observed_parts(model$x, model$weights))
  if (!is.null(fault) || is.null(fit)) return(fault)
  if (anyNA(fit$trace)) return("NaN in the trace")
  exempt <- isTRUE(model$penalty$exact) && model$penalty$step == "choi"
  # Among denormal numbers F itself has few digits.
  if (exempt || any(is.infinite(fit$trace)) || max(fit$trace) < 1e-290) return(NULL)
  # F comes from sums, which are off by the rounding of ||X||^2 and ||WH||^2, or of sum(X).
  total <- switch(model$loss, kl = sum(model$x, na.rm = TRUE), is = 0, beta = 0,
                  nb = sum(model$x, na.rm = TRUE),
                  max(fit$data$x_norm2, sum(fitted(fit)^2, na.rm = TRUE)))
  rise <- max(diff(fit$trace), -Inf) / max(fit$trace[-1], 1e-2 * total)
  if (!is.nan(rise) && rise > 1e-12) paste("F rises by", signif(rise, 3))
}

# Another verb on awkward data, drawn too.
verb_fault <- function() {
  x <- awkward_data()
  new <- x[, sample(ncol(x), ncol(x), TRUE), drop = FALSE]
  if (stats::runif(1) < 0.3) new <- awkward_data()
  verb <- one_of(c("predict", "adapt", "meta_nmf", "gnmf", "knn_graph", "init", "cluster"))
  more <- if (verb %in% c("predict", "adapt")) 3 else 0
  rank <- one_of(seq_len(min(dim(x)) + more))
  loss <- one_of(c("frobenius", "kl"))
  either <- function(x) if (stats::runif(1) < 0.3) as_sparse_data(x) else x
  control <- nmf_control(4, tol = 0)
  fit <- suppressWarnings(nmf(x, rank, loss = loss, control = control),
                          classes = "metanmf_not_converged")
  few <- min(2, max(1, ncol(x) - 1))
  gaps <- replace(new, 1, NA)
  fault <- answer_fault(switch(verb,
    predict = predict(fit, either(gaps), missing = "mask"),
    adapt = adapt(fit, either(new), max_iter = 4),
    meta_nmf = meta_nmf(list(tasks = list(either(x), x), target = either(x)), rank, loss = loss,
                        control = meta_control(2, inner = control)),
    gnmf = gnmf(either(x), rank, graph = function(x) knn_graph(x, k = few), loss = loss,
                control = control),
    knn_graph = knn_graph(either(x), k = few, weighting = one_of(c("binary", "heat", "cosine")),
                          metric = one_of(c("euclidean", "cosine"))),
    init = one_of(list(init_nndsvd, init_kmeans, init_random))(either(x), rank),
    cluster = as.integer(cluster_samples(fit, k = few))
  ), if (verb == "predict") observed_parts(gaps))
  if (!is.null(fault)) paste0(verb, "(): ", fault)
}
