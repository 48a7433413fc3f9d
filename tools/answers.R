# Rscript tools/answers.R FILE | Rscript tools/answers.R --compare FILE FILE...
# One answer everywhere: fits every solver, loss, data type, kernel and instruction set for a fixed
# number of iterations and writes W, H, F and predictions to FILE; then compares the files of
# several machines, BLASes or core types. 1e-10 relative is what the package promises across them.

arguments <- commandArgs(trailingOnly = TRUE)
promised <- 1e-10

answers <- function() {
  library(metanmf)
  x <- digits$x[, 1:300] + 0
  sparse <- Matrix::Matrix(x, sparse = TRUE)
  holes <- replace(x, seq(5, length(x), 11), NA)
  graph <- knn_graph(x, 5)
  set.seed(1)
  start <- init_random(x, 6)
  models <- list(
    mu = list(x, solver = "mu"), hals = list(x, solver = "hals"), bpp = list(x, solver = "bpp"),
    kl = list(x, loss = "kl"), is = list(x + 1, loss = "is"), sparse = list(sparse),
    sparse_kl = list(sparse, loss = "kl"), missing = list(holes, missing = "mask"),
    graph = list(x, penalty = penalty_graph(graph)), several = list(
      x, solver = "mu", penalty = list(penalty_sparse(0.1), penalty_ridge(0.1, "w"),
                                       penalty_orthogonal(0.1))))
  kernels <- list(blas = "auto", native = metanmf:::native_instructions())
  found <- list()
  for (kernel in names(kernels)) for (set in kernels[[kernel]]) for (name in names(models)) {
    options(metanmf.instructions = set)
    control <- nmf_control(25, tol = 0, kernel = kernel)
    fit <- suppressWarnings(do.call(nmf, c(models[[name]],
                                           list(rank = 6, init = start, control = control))))
    found[[paste(name, kernel, set)]] <-
      list(w = basis(fit), h = coef(fit), value = deviance(fit), trace = fit$trace,
           predicted = if (!anyNA(models[[name]][[1L]])) predict(fit, models[[name]][[1L]][, 1:20]))
  }
  c(found, list(neighbours = list(weights = graph@x), nndsvd = init_nndsvd(x, 6)[c("w", "h")]))
}

# Largest difference relative to the largest entry, over the parts of one answer.
apart <- function(one, other) {
  stopifnot(identical(names(one), names(other)))
  max(mapply(function(a, b) if (length(a)) max(abs(a - b)) / max(abs(a)) else 0, one, other))
}

compare <- function(files) {
  stopifnot(length(files) > 1L)
  all <- lapply(files, readRDS)
  # Kernels and instruction sets are one answer too: each model beside its first fit.
  models <- sub(" .*", "", names(all[[1L]]))
  first <- all[[1L]][match(models, models)]
  worst <- vapply(all, function(found) {
    stopifnot(identical(names(found), names(all[[1L]])))
    max(mapply(apart, first, found))
  }, 0)
  cat(sprintf("%s: %.1e\n", basename(files), worst), sep = "")
  if (!all(worst <= promised)) stop("more than ", promised, " apart", call. = FALSE)
  cat(length(files), "runs of", length(models), "fits each agree to",
      format(max(worst), digits = 2), "\n")
}

if (arguments[[1L]] == "--compare") compare(arguments[-1L]) else saveRDS(answers(), arguments[[1L]])
