# Rscript tools/answers.R FILE [PATTERN] | Rscript tools/answers.R --compare FILE FILE...
# One answer everywhere: fits each row of the table of solvers in ?nmf, every kind of data, start
# and verb, for a fixed number of iterations, with each backend and instruction set, and writes
# what comes out to FILE; then compares the files of several machines, BLASes, core types or
# versions of the package. 1e-10 relative is what the package promises across them.

arguments <- commandArgs(trailingOnly = TRUE)
promised <- 1e-10
rank <- 6

# The data, graphs and starts that the fits share.
material <- function() {
  x <- metanmf::digits$x[, 1:300] + 0
  set.seed(1)
  list(x = x, sparse = Matrix::Matrix(x, sparse = TRUE),
       holes = replace(x, seq(5, length(x), 11), NA),
       weights = matrix(rep_len(c(1, 0.5, 0, 0.25, 1), length(x)), nrow(x)),
       graph = knn_graph(x, 5), features = knn_graph(t(x), 3), start = init_random(x, rank),
       new = metanmf::digits$x[, 301:320] + 0,
       gaps = replace(metanmf::digits$x[, 301:320] + 0, seq(3, 64 * 20, 7), NA))
}

# Sparse, ridge, smooth, orthogonal and graph terms in their forms and sides, by name.
penalty_list <- function(data) {
  graph <- function(lambda = 100, ...) penalty_graph(data$graph, lambda, ...)
  list(
    none = NULL, graph = graph(), graph_weak = graph(0.5), graph_raw = graph(0.3, form = "raw"),
    graph_w = penalty_graph(data$features, 10, on = "w"), smooth = penalty_smooth(),
    smooth_raw = penalty_smooth(0.5, on = "w", form = "raw"), sparse = penalty_sparse(0.1),
    sparse_both = penalty_sparse(0.05, "both"), sparse_raw = penalty_sparse(2, form = "raw"),
    ridge = penalty_ridge(0.05), ridge_free = penalty_ridge(0.1, "h", form = "scale_invariant"),
    orthogonal = penalty_orthogonal(0.2), orthogonal_raw = penalty_orthogonal(0.1, form = "raw"),
    several = list(penalty_sparse(0.1), penalty_ridge(0.1, "w"), penalty_orthogonal(0.1)),
    exact_w = penalty_orthogonal(exact = TRUE),
    exact_h = penalty_orthogonal(on = "h", exact = TRUE),
    choi = penalty_orthogonal(exact = TRUE, step = "choi"),
    graph_ratio = graph(0.3, form = "raw", step = "ratio")
  )
}

# Which of them go with which loss and solver: the table in ?nmf.
model_grid <- function(data) {
  penalties <- penalty_list(data)
  rows <- list(
    mu = c("none", "graph", "graph_weak", "graph_raw", "graph_w", "smooth", "smooth_raw", "sparse",
           "sparse_both", "sparse_raw", "ridge", "ridge_free", "orthogonal", "orthogonal_raw",
           "several", "choi"),
    hals = c("none", "graph", "graph_weak", "graph_raw", "graph_w", "smooth", "smooth_raw",
             "sparse", "sparse_both", "sparse_raw", "ridge", "ridge_free", "orthogonal",
             "orthogonal_raw", "several", "exact_w", "exact_h"),
    bpp = c("none", "sparse", "sparse_both", "sparse_raw", "ridge", "ridge_free"),
    kl = c("none", "graph", "graph_raw", "graph_ratio", "graph_w", "smooth", "smooth_raw", "sparse",
           "sparse_raw", "ridge", "ridge_free", "orthogonal_raw"),
    is = c("none", "sparse_raw"), beta = c("none", "sparse", "ridge"),
    nb = c("none", "graph", "sparse", "ridge", "orthogonal_raw")
  )
  models <- list()
  for (row in names(rows)) for (name in rows[[row]]) {
    kind <- if (row %in% c("kl", "is")) list(loss = row)
            else if (row == "beta") list(loss = beta_loss(0.5))
            else if (row == "nb") list(loss = nb_loss(0.5)) else list(solver = row)
    models[[paste0(row, ".", name)]] <-
      c(list(if (row == "is") data$x + 1 else data$x, penalty = penalties[[name]]), kind)
  }
  models
}

# Columns of H that sum to one and largest values.
constraint_grid <- function(data) {
  simplex <- constraint_simplex()
  upper <- constraint_upper(w = 10, h = 0.5)
  x <- data$x[, colSums(data$x) > 0]
  list(
    simplex.hals = list(x, constraint = simplex), simplex.bpp = list(x, constraint = simplex,
                                                                     solver = "bpp"),
    simplex.missing = list(data$holes, constraint = simplex, missing = "mask"),
    upper.mu = list(x, constraint = upper, solver = "mu"), upper.hals = list(x, constraint = upper),
    upper.bpp = list(x, constraint = upper, solver = "bpp"),
    upper.kl = list(x, constraint = upper, loss = "kl"),
    upper.is = list(x + 1, constraint = upper, loss = "is")
  )
}

# Kinds of data, and what is known of the factors.
data_grid <- function(data) {
  graph <- penalty_graph(data$graph, 100)
  w <- data$start$w[, 1:2]
  h <- data$start$h[1, , drop = FALSE]
  list(
    sparse.mu = list(data$sparse, solver = "mu"), sparse.hals = list(data$sparse),
    sparse.bpp = list(data$sparse, solver = "bpp"),
    sparse.kl = list(data$sparse, loss = "kl", solver = "mu"),
    sparse.ccd = list(data$sparse, loss = "kl", solver = "ccd"),
    sparse.beta = list(data$sparse, loss = beta_loss(1.5)),
    sparse.nb = list(data$sparse, loss = nb_loss(seq(0, 2, length.out = nrow(data$sparse)))),
    estimated.nb = list(round(data$x), loss = nb_loss("common")),
    missing.nb = list(data$holes, missing = "mask", loss = nb_loss(2)),
    missing.beta = list(data$holes, missing = "mask", loss = beta_loss(0.5)),
    sparse.graph = list(data$sparse, penalty = graph),
    sparse.kl_graph = list(data$sparse, loss = "kl", penalty = graph),
    missing.hals = list(data$holes, missing = "mask"),
    missing.mu = list(data$holes, missing = "mask", solver = "mu"),
    missing.kl = list(data$holes, missing = "mask", loss = "kl"),
    missing.is = list(data$holes + 1, missing = "mask", loss = "is"),
    missing.sparse = list(methods::as(replace(data$sparse, 40:60, NA), "CsparseMatrix"),
                          missing = "mask"),
    weights.hals = list(data$x, weights = data$weights),
    weights.kl = list(data$x, weights = data$weights, loss = "kl"),
    weights.graph = list(data$x, weights = data$weights, penalty = graph, solver = "hals"),
    known.w = list(data$x, known = list(w = w)), known.h = list(data$x, known = list(h = h)),
    known.mu = list(data$x, known = list(w = w, h = h), solver = "mu"),
    known.bpp = list(data$x, known = list(w = w), solver = "bpp"),
    known.kl = list(data$x, known = list(w = w), loss = "kl"),
    tiny.hals = list(data$x * 1e-200), huge.mu = list(data$x * 1e200, solver = "mu"),
    huge.kl = list(data$x * 1e200, loss = "kl")
  )
}

parts <- function(fit) {
  list(w = basis(fit), h = coef(fit), value = objective(fit), trace = fit$trace, kkt = fit$kkt)
}

quietly <- function(fit) parts(suppressWarnings(fit))

# Starts drawn or computed by the package, several starts, stop rules, scalings, a revival.
start_fits <- function(data, control, native) {
  fit <- function(init, ..., x = data$x, by = control()) {
    set.seed(2)
    quietly(nmf(x, rank, init = init, ..., control = by))
  }
  dead <- data$start
  dead$h[3, ] <- 0
  stopped <- function(...) fit(data$start, solver = "mu", by = control(300, ...))
  c(lapply(c(random = "random", nndsvd = "nndsvd", nndsvda = "nndsvda", nndsvdar = "nndsvdar",
             kmeans = "kmeans"), fit),
    list(random_mu = fit("random", solver = "mu"), several = fit("random", n_start = 3),
         sparse_nndsvd = fit("nndsvd", x = data$sparse, solver = "mu"),
         given_w = fit(data$start["w"]),
         revived = fit(dead, by = control(60, 1e-9, revive_dead = TRUE)),
         unscaled = fit(data$start, by = control(scale = "none")),
         unit = fit(data$start, by = control(scale = "l2"), penalty = penalty_sparse(0.1)),
         blocks = fit(data$start, by = control(block = 40)),
         threads = fit(data$start, by = do.call(control, list(threads = 2)[native])),
         tol = stopped(1e-3), kkt = stopped(0, kkt = 0.05), step = stopped(0, step_tol = 0.5)))
}

# The other verbs: a basis carried to new samples, and learned over tasks.
verb_fits <- function(data, control) {
  fit <- nmf(data$x, rank, init = data$start, control = control())
  counts <- nmf(data$x, rank, init = data$start, loss = "kl", control = control())
  set.seed(3)
  split <- split_tasks(data$x, n_tasks = 3, task_size = 30)
  meta <- function(..., verb = meta_nmf) {
    set.seed(4)
    verb(split, rank, control = meta_control(epochs = 3, inner = control(max_iter = 10)), ...)
  }
  learned <- meta()
  graph <- meta(verb = meta_gnmf, graph = function(x) knn_graph(x, 3))
  list(
    predict = list(h = predict(fit, data$new)), predict_kl = list(h = predict(counts, data$new)),
    predict_sparse = list(h = predict(counts, Matrix::Matrix(data$new, sparse = TRUE))),
    predict_masked = list(h = predict(fit, data$gaps, missing = "mask")),
    adapt = quietly(adapt(fit, data$new, max_iter = 20)), meta = quietly(learned),
    meta_adapt = quietly(adapt(learned, split$evaluation, max_iter = 10)),
    meta_graph = quietly(graph), meta_hals = quietly(meta(solver = "hals")),
    meta_kl = quietly(meta(loss = "kl")),
    gnmf = quietly(gnmf(data$x, rank, lambda = 100, init = data$start, control = control())),
    thesis = quietly(gnmf(data$x, rank, init = data$start,
                          control = nmf_control(25, tol = 0, preset = "thesis"))),
    author = quietly(nmf(data$x, rank, init = data$start, loss = "kl",
                         control = nmf_control(25, tol = 0, preset = "author")))
  )
}

answers_of <- function(data, control, native) {
  models <- c(model_grid(data), data_grid(data), constraint_grid(data))
  fits <- lapply(models, function(model) {
    quietly(do.call(nmf, c(model[1L], list(rank = rank, init = data$start, control = control()),
                           Filter(Negate(is.null), model[-1L]))))
  })
  prefixed <- function(found, prefix) stats::setNames(found, paste0(prefix, ".", names(found)))
  c(fits, prefixed(start_fits(data, control, native), "start"),
    prefixed(verb_fits(data, control), "verb"))
}

answers <- function(pattern) {
  data <- material()
  sets <- metanmf:::native_instructions()
  runs <- list(blas = utils::tail(sets, 1L), native = sets)
  found <- list(neighbours = list(weights = data$graph@x),
                nndsvd = init_nndsvd(data$x, rank)[c("w", "h")])
  for (backend in names(runs)) for (set in runs[[backend]]) {
    if (!grepl(pattern, paste(backend, set))) next
    options(metanmf.instructions = set)
    control <- function(max_iter = 25, tol = 0, ...) {
      nmf_control(max_iter, tol = tol, ..., backend = backend)
    }
    one <- answers_of(data, control, backend == "native")
    found <- c(found, stats::setNames(one, paste(names(one), backend, set)))
  }
  found
}

# Largest difference relative to the largest entry, over the parts of one answer. A KKT residual
# has no units, and one near 0 is all rounding, so its unit is 1.
apart <- function(one, other) {
  stopifnot(identical(names(one), names(other)))
  max(vapply(names(one), function(name) {
    a <- one[[name]]
    b <- other[[name]]
    stopifnot(length(a) == length(b), identical(as.vector(is.na(a)), as.vector(is.na(b))))
    unit <- if (name == "kkt") 1 else max(abs(a), 0, na.rm = TRUE)
    if (all(a == b, na.rm = TRUE)) 0 else max(abs(a / unit - b / unit), na.rm = TRUE)
  }, 0))
}

compare <- function(files) {
  stopifnot(length(files) > 1L)
  all <- lapply(files, readRDS)
  # Backends and instruction sets are one answer too: each model beside its first fit.
  shared <- Reduce(intersect, lapply(all, names))
  stopifnot(length(shared) > 0L)
  models <- sub(" .*", "", shared)
  first <- all[[1L]][shared][match(models, models)]
  for (i in seq_along(files)) {
    gap <- mapply(apart, first, all[[i]][shared])
    cat(sprintf("%s: %.1e", basename(files[[i]]), max(gap)),
        if (length(all[[i]]) > length(shared)) paste("; not compared:",
                                                     length(all[[i]]) - length(shared)), "\n")
    far <- gap > promised
    if (any(far)) cat(sprintf("  %s %.1e\n", shared[far], gap[far]), sep = "")
    all[[i]] <- max(gap)
  }
  if (!all(unlist(all) <= promised)) stop("more than ", promised, " apart", call. = FALSE)
  cat(length(files), "runs of", length(shared), "fits each agree to",
      format(max(unlist(all)), digits = 2), "\n")
}

if (arguments[[1L]] == "--compare") {
  compare(arguments[-1L])
} else {
  library(metanmf)
  saveRDS(answers(if (length(arguments) > 1L) arguments[[2L]] else "."), arguments[[1L]])
}
