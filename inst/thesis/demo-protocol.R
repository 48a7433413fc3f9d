# The thesis' protocol (its section 4.2) for one cell: one split, model and rank.
# Loaded by demo.R and by each of its workers.

protocol <- list(
  noise = c(clean = 0, noisy = 0.4), # sd of the normal noise added to pixels in [0, 1]
  ranks = c(2, 3, 5, 10, 14, 18),
  seeds = 1:3,
  epochs = 50,
  iterations = 100,                  # of every inner fit, and of the evaluation's
  clusters = 10,
  repeats = 5                        # k-means runs of one start each; their mean NMI counts
)

models <- data.frame(
  model = c("NMF", "GNMF", "NMF-NNDSVD", "GNMF-NNDSVD"),
  graph = c(FALSE, TRUE, FALSE, TRUE),
  init = c("random", "random", "nndsvd", "nndsvd")
)

# Splits, by noise and seed. A seed's clean and noisy data are halved alike. Noise is
# added before the split, as in the code of the thesis' author.
draw_splits <- function(data, streams) {
  x <- scale_minmax(data$x)
  keys <- expand.grid(noise = names(protocol$noise), seed = protocol$seeds,
                      stringsAsFactors = FALSE)
  splits <- Map(function(noise, seed) {
    use_stream(streams[[seed]][[1]])
    seen <- add_noise(x, protocol$noise[[noise]])
    use_stream(streams[[seed]][[2]])
    split_tasks(seen, n_tasks = 5, task_size = 50, learning = 0.5, labels = data$labels)
  }, keys$noise, keys$seed)
  stats::setNames(splits, paste(keys$noise, keys$seed))
}

# Every noise, seed, model and rank, each with a stream of random numbers of its own,
# so that results depend neither on the number of workers nor on who does what.
plan_cells <- function(streams) {
  plan <- merge(expand.grid(rank = protocol$ranks, model = models$model,
                            noise = names(protocol$noise), seed = protocol$seeds,
                            stringsAsFactors = FALSE), models, sort = FALSE)
  plan <- plan[order(plan$seed, plan$noise, match(plan$model, models$model), plan$rank), ]
  within_seed <- stats::ave(seq_len(nrow(plan)), plan$seed, FUN = seq_along)
  lapply(seq_len(nrow(plan)), function(i) {
    stream <- streams[[plan$seed[[i]]]][[2 + within_seed[[i]]]]
    c(as.list(plan[i, ]), list(stream = stream))
  })
}

# For each seed: streams for the noise, for the split, and for each of its cells.
draw_streams <- function() {
  n <- 2 + length(protocol$ranks) * nrow(models) * length(protocol$noise)
  lapply(stats::setNames(protocol$seeds, protocol$seeds), function(seed) {
    set.seed(seed, "L'Ecuyer-CMRG", "Inversion", "Rejection") # nolint: undesirable_function_linter.
    Reduce(function(stream, i) parallel::nextRNGStream(stream), seq_len(n - 1),
           get(".Random.seed", globalenv()), accumulate = TRUE)
  })
}

use_stream <- function(stream) assign(".Random.seed", stream, envir = globalenv())

# The baseline: the plain model on the evaluation half alone.
fit_baseline <- function(split, cell) fit_plain(split$evaluation, cell, protocol$iterations)

# Algorithm 1 on tasks and target, then the evaluation half from the learned basis.
fit_meta <- function(split, cell) {
  learn <- if (cell$graph) meta_gnmf else meta_nmf
  control <- meta_control(preset = "thesis", epochs = protocol$epochs)
  evaluate(learn(split, cell$rank, init = cell$init, control = control), split)
}

# The control c2: no tasks, no transfer. The plain model learns from all samples of the
# learning half, for as many iterations as Algorithm 1 gives its target.
fit_control <- function(split, cell) {
  learning <- do.call(cbind, c(split$tasks, list(split$target)))
  evaluate(fit_plain(learning, cell, protocol$epochs * protocol$iterations), split)
}

fit_plain <- function(x, cell, iterations) {
  fit <- if (cell$graph) gnmf else nmf
  fit(x, cell$rank, init = cell$init,
      control = nmf_control(preset = "thesis", max_iter = iterations))
}

evaluate <- function(fit, split) adapt(fit, split$evaluation, max_iter = protocol$iterations)

# The NMI of a cell's three fits, one row each, and the fits themselves where asked for.
run_cell <- function(cell, splits) {
  split <- splits[[paste(cell$noise, cell$seed)]]
  use_stream(cell$stream)
  fits <- list(baseline = fit_baseline(split, cell), meta = fit_meta(split, cell),
               c2 = fit_control(split, cell))
  scores <- lapply(fits, score_fit, labels = split$labels$evaluation)
  rows <- data.frame(cell[c("noise", "seed", "model", "rank")], variant = names(fits),
                     do.call(rbind, scores), objective = vapply(fits, deviance, 0),
                     row.names = NULL)
  list(rows = rows, fits = if (is_shown(cell)) fits, cell = cell)
}

# Fits kept for the pictures of bases.
is_shown <- function(cell) cell$rank == 10 && cell$seed == protocol$seeds[[1]]

# k-means on the columns of H, as they are with columns of W at maximum 1.
score_fit <- function(fit, labels) {
  unconverged <- 0
  once <- function(i) {
    found <- cluster_samples(fit, protocol$clusters, n_start = 1)
    nmi(found, labels, variant = "arithmetic")
  }
  count <- function(condition) {
    unconverged <<- unconverged + 1 # nolint: undesirable_operator_linter.
    invokeRestart("muffleWarning")
  }
  scores <- withCallingHandlers(vapply(seq_len(protocol$repeats), once, 0),
                                metanmf_not_converged = count)
  data.frame(nmi = mean(scores), unconverged = unconverged)
}
