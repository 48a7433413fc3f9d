# Every native entry, small: sizes 1, 17 and above, no rows, missing values. The last value is
# the list of calls that tools/sanitizers.sh runs one by one, straight to the entries since
# each collects garbage at every allocation; as a script it runs them, and the verbs as well.
# Vectors are longer than 16 doubles: R's shorter ones share pages, which hides an overflow.

library(metanmf)
native <- asNamespace("metanmf")

set.seed(1)
numbers <- function(m, n) matrix(stats::runif(m * n) + 0.01, m)
dense <- numbers(17, 40)
sparse <- Matrix::rsparsematrix(17, 40, 0.3, rand.x = function(k) stats::runif(k) + 0.01)
holes <- replace(dense, seq(3, length(dense), 7), NA)
graph <- Matrix::sparseMatrix(i = c(1:39, 2:40), j = c(2:40, 1:39), x = 1, dims = c(40, 40))
weights <- matrix(rep_len(c(1, 0.5, 0), length(dense)), 17)

# A call of the entry C_fit on its own, with all that R prepares for it.
fit_call <- function(x, loss, solver, penalties = NULL, weights = NULL, threads = 1, rank = 3,
                     ..., instructions = "auto", partial = FALSE) {
  control <- nmf_control(max_iter = 3, tol = 0, kkt = 1e-9, step_tol = 1e-9, block = 7,
                         backend = if (threads > 1) "native" else "auto", threads = threads)
  model <- native$engine_model(rank, loss, solver, native$engine_penalty(penalties, x, loss),
                               penalties, ...)
  if (solver == "exact") control <- native$run_exactly(control, 1L)
  engine <- native$engine_control(control, loss, trace = solver != "exact")
  engine$instructions <- instructions
  list(native$native_fit, native$engine_data(x, weights, partial = partial), numbers(nrow(x), rank),
       numbers(rank, ncol(x)), model, engine, list(iteration = 0, value = NaN, budget = 3))
}

fit_calls <- function() {
  smooth <- list(penalty_graph(graph), penalty_sparse(0.1, "w"))
  several <- list(penalty_ridge(0.1), penalty_orthogonal(0.1, "h", "raw"), penalty_smooth(0.1, "w"))
  single <- list(penalty_orthogonal(exact = TRUE))
  choi <- list(penalty_orthogonal(exact = TRUE, step = "choi"))
  one <- matrix(0.7, 1, 1)
  calls <- list(
    mu = fit_call(dense, "frobenius", "mu"), hals = fit_call(dense, "frobenius", "hals"),
    bpp = fit_call(dense, "frobenius", "bpp"), kl = fit_call(dense, "kl", "mu"),
    is = fit_call(dense, "is", "mu"), single = fit_call(dense, "frobenius", "hals", single),
    choi = fit_call(dense, "frobenius", "mu", choi),
    exact = fit_call(dense, "frobenius", "exact", hold_basis = TRUE),
    exact_kl = fit_call(sparse, "kl", "exact", hold_basis = TRUE),
    graph = fit_call(dense, "frobenius", "mu", smooth),
    graph_hals = fit_call(sparse, "frobenius", "hals", smooth),
    graph_kl = fit_call(sparse, "kl", "mu", smooth), several = fit_call(dense, "kl", "mu", several),
    sparse = fit_call(sparse, "frobenius", "bpp"), missing = fit_call(holes, "frobenius", "hals"),
    ratings = fit_call(sparse, "frobenius", "hals", partial = TRUE),
    ratings_is = fit_call(sparse, "is", "mu", partial = TRUE, threads = 2),
    ratings_kl = fit_call(sparse, "kl", "exact", partial = TRUE, hold_basis = TRUE),
    weighted = fit_call(dense, "kl", "mu", weights = weights),
    held = fit_call(dense, "frobenius", "mu", held = list(basis = c(1L, 0L, 0L), coef = NULL)),
    threads = fit_call(numbers(4, 300), "kl", "mu", threads = 2, rank = 1),
    one_sample = fit_call(dense[, 1, drop = FALSE], "frobenius", "hals", rank = 1),
    one_feature = fit_call(dense[1, , drop = FALSE], "frobenius", "bpp", rank = 1),
    one_entry = fit_call(one, "kl", "mu", rank = 1),
    no_entry = fit_call(sparse * 0, "frobenius", "mu"))
  sets <- native$native_instructions()
  other <- lapply(sets, function(set) fit_call(dense, "kl", "mu", instructions = set))
  c(calls, stats::setNames(other, sets))
}

# One epoch of two tasks.
epoch_call <- function() {
  model <- native$engine_model(3, "frobenius", "mu")
  control <- native$engine_control(nmf_control(max_iter = 2, tol = 0), "frobenius")
  learner <- function(x) {
    list(x = native$engine_data(x), w = numbers(17, 3), h = numbers(3, ncol(x)),
         penalty = model$penalty, graph = NULL, graph_basis = NULL)
  }
  tasks <- list(learner(dense), learner(sparse))
  target <- learner(dense[, 1:9])
  list(native$native_meta_epoch, native$native_meta_prepare(tasks, target, model),
       list(tasks = tasks, target = target, sum = matrix(0, 17, 3)), model,
       list(task = control, target = control),
       list(alpha = c(1, 0.5), accumulate = FALSE, transfer_first = FALSE, fresh_tasks = FALSE))
}

# Dense and sparse tasks with 2 and no private columns; `edges`: of each task to the other, or NULL.
group_call <- function(model, control, edges = list(NULL, NULL)) {
  penalty <- if (!is.null(edges[[1L]])) list(penalty_graph(graph, 1))
  terms <- native$engine_penalty(penalty, sparse, "frobenius")
  sparse_task <- native$engine_data(sparse)
  tasks <- list(x = list(native$engine_data(as.matrix(sparse)), sparse_task), alpha = c(1, 0.5),
                private = c(2L, 0L), coef_cycles = c(2L, 2L), basis_cycles = c(4L, 4L),
                terms = lapply(edges, function(one) native$task_terms(list(terms = terms), one, 1)),
                across = edges)
  columns <- ncol(sparse)
  state <- list(w = numbers(nrow(sparse), 3),
                own = list(numbers(nrow(sparse), 2), matrix(0, nrow(sparse), 0)),
                coef = list(numbers(5, columns), numbers(3, columns)))
  list(native$native_group, tasks, state, model, control,
       list(tied = NULL, lags = FALSE, passes = 2L, budget = 5, iteration = 0, value = NaN,
            pending = FALSE, look = TRUE))
}

# Sample i of one task and sample i of the other are joined.
across <- lapply(c(40L, 0L), function(after) {
  native$graph_edges(Matrix::sparseMatrix(after + 1:40, 1:40, x = 1, dims = c(80, 40)))
})

other_calls <- function() {
  kernels <- list(backend = "native", instructions = "auto")
  blas <- list(backend = "blas", instructions = "auto")
  model <- native$engine_model(3, "frobenius", "hals")
  control <- native$engine_control(nmf_control(), "frobenius")
  sums <- native$engine_sums(17, 3, "frobenius")
  list(epoch = epoch_call(),
       sweep = list(native$native_sweep, native$engine_data(dense), numbers(17, 3), numbers(3, 40),
                    model, control, sums, list(h_norm = NULL, fixed = c(0L, 1L, 0L))),
       group = group_call(model, control),
       group_joined = group_call(model, control, across),
       basis_step = list(native$native_basis_step, numbers(17, 3), sums, model, control),
       knn = list(native$native_knn, dense, 5L, 7L, kernels),
       knn_sparse = list(native$native_knn, sparse, 39L, 0L, blas),
       knn_one = list(native$native_knn, dense[, 1, drop = FALSE], 0L, 0L, kernels),
       pairs = list(native$native_pair_distances, dense, 5L, 40L, blas),
       facts = list(native$native_facts, holes),
       facts_none = list(native$native_facts, numeric()),
       facts_weights = list(native$native_facts, c(1, NA, 2), c(0.5, 1, 0)),
       scale = list(native$native_scale, numbers(17, 3), numbers(3, 40), "l2",
                    list(held_basis = NULL, held_coef = NULL)),
       largest = list(native$native_largest, numbers(17, 3), numbers(3, 40)),
       norms = list(native$native_norms, holes, TRUE),
       norms_sparse = list(native$native_norms, sparse, FALSE),
       residual = list(native$native_residual, holes, numbers(nrow(holes), 3),
                       numbers(3, ncol(holes))),
       model_entries = list(native$native_model_entries, numbers(17, 3), numbers(3, 40),
                            c(1L, 17L, 5L), c(40L, 1L, 7L)),
       gaps = list(native$native_gaps, holes), limits = list(native$native_limits, holes),
       row = list(native$native_row, holes, numbers(nrow(holes), 1)[, 1], 10L),
       size = list(native$native_fit_size, c(17, 40), model, control),
       instructions = list(native$native_instructions))
}

# The same through what users call; a refusal is fine, a matrix without rows must be one.
run_verbs <- function() {
  control <- nmf_control(max_iter = 3, tol = 0)
  fit <- nmf(dense, 3, control = control)
  kl <- nmf(sparse, 3, loss = "kl", control = control)
  predict(fit, dense[, 1:20])
  predict(kl, sparse)
  predict(fit, holes, missing = "mask")
  adapt(fit, dense[, 1:20], max_iter = 2)
  gnmf(dense, 3, graph = function(x) knn_graph(x, 3), control = control)
  knn_graph(sparse, 3, weighting = "heat", metric = "cosine")
  rbf_graph(dense)
  meta_nmf(list(tasks = list(dense, dense), target = dense), 3,
           control = meta_control(2, inner = control))
  for (empty in list(dense[0, ], dense[, 0], sparse[0, ], sparse[, 0])) {
    for (verb in list(function(x) nmf(x, 1), knn_graph)) {
      refusal <- tryCatch(verb(empty), metanmf_error = identity)
      stopifnot(inherits(refusal, "metanmf_error"))
    }
  }
  # No new sample is no error, no feature is.
  stopifnot(identical(dim(predict(fit, dense[, 0])), c(3L, 0L)))
  refusal <- tryCatch(predict(fit, sparse[0, ]), metanmf_error = identity)
  stopifnot(inherits(refusal, "metanmf_error"))
}

calls <- c(fit_calls(), other_calls())
if (sys.nframe() == 0L) {
  for (call in calls) do.call(call[[1L]], call[-1L])
  run_verbs()
  cat(length(calls), "calls and the verbs have run\n")
}
invisible(calls)
