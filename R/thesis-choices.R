# What the experiments do where a verb of the package has a default of its own. The stored results
# were made with these choices and the verbs' defaults may change, so each is stated: here, or as
# an argument by the caller. No code of the thesis reads a default of the core.

# Options of a fit beside those of a preset. No rule but the objective's and the change that the
# author looks at stops a fit; neither the product's backend nor the blocks change more than digits.
fit_choices <- list(step_tol = 0, kkt = 0, scale = "max", backend = "auto", threads = 1,
                    block = 0, smoothing = NULL, revive_dead = FALSE, revive_zeros = FALSE)

# Algorithm 1 as the text has it; the author's preset says where his code differs.
meta_choices <- list(transfer = "after", accumulate = FALSE, target_start = "init",
                     restart = "never", evaluation = "basis")

thesis_control <- function(..., preset = NULL) {
  said <- c(names(list(...)), if (!is.null(preset)) names(nmf_presets[[preset]]))
  do.call(nmf_control, c(list(...), fit_choices[setdiff(names(fit_choices), said)],
                         preset = preset))
}

# The author stops tasks on a small change, the target and the evaluation never.
thesis_meta_control <- function(preset) {
  left <- setdiff(names(meta_choices), names(meta_preset(preset)))
  target <- if (preset == "author") thesis_control(step_tol = 0, preset = preset)
  do.call(meta_control, c(list(inner = thesis_control(preset = preset), target = target),
                          meta_choices[left], preset = preset))
}

# "As this package runs them", in the practice part: nmf() and gnmf() as they came in 0.1.0, with
# more iterations than either needs to converge.
settled_control <- function() thesis_control(max_iter = 5000, tol = 1e-5)

# The control "hals" is to end near its optimum: a tenth of the usual fall of the objective.
hals_control <- function() thesis_control(max_iter = 5000, tol = 1e-6)

# A fit of complete data from one start. Its components stand in the order of the start, which
# the stored pictures of bases keep.
thesis_fit <- function(x, rank, control, init = "random", penalty = NULL, loss = "frobenius",
                       solver = "mu") {
  nmf(x, rank, init = init, penalty = penalty, loss = loss, solver = solver, control = control,
      missing = "error", weights = NULL, known = NULL, n_start = 1, samples = "columns",
      assay = NULL, max_iter = NULL, tol = NULL, threads = NULL, constraint = NULL,
      order = "none", keep = "best", folder = NULL, workers = FALSE)
}

thesis_meta_fit <- function(split, rank, control, init = "random", penalty = NULL,
                            loss = "frobenius") {
  meta_nmf(split, rank, init = init, penalty = penalty, loss = loss, solver = "mu",
           control = control, checkpoint = NULL, samples = "columns", epochs = NULL,
           task_weights = "equal")
}

# Line 14 of Algorithm 1: from W as the fit has it, whatever its scale is to a penalty, and W'X as
# it is, whatever the solver. The fit's own function makes the graph of the new samples.
thesis_adapt <- function(fit, newdata, max_iter = 100) {
  start <- function(fit, data) list(w = fit$w, h = start_coef(fit$w, data$x))
  adapt_from(start, fit, check_newdata(newdata, fit, samples = "columns"), max_iter, graph = NULL,
             list(call = quote(adapt(fit, newdata)), samples = "columns"))
}

# The graph of Cai et al. (2011), and that of the thesis author's code.
thesis_knn_graph <- function(x) {
  knn_graph(x, k = 5, weighting = "binary", metric = "euclidean", sigma = NULL,
            samples = "columns")
}

thesis_rbf_graph <- function(x) {
  rbf_graph(x, sigma = 0.5, threshold = 1e-8, samples = "columns")
}

# 100 is the lambda of Cai et al. (2011), and was gnmf()'s default for both forms.
cai_penalty <- function(form, graph = thesis_knn_graph) {
  penalty_graph(graph, lambda = 100, form = form, step = "root", on = "h")
}

# The term of the thesis; 0.3 stands in its author's code alone.
thesis_penalty <- function(step) {
  penalty_graph(thesis_rbf_graph, lambda = 0.3, form = "raw", step = step, on = "h")
}

# The text says "half" of the learning set; the author's experiments bring halves of their own.
thesis_split <- function(x, labels, n_tasks = 5, task_size = 50, overlap = FALSE, halves = NULL) {
  if (is.null(halves)) {
    return(split_tasks(x, n_tasks = n_tasks, task_size = task_size, learning = 0.5,
                       labels = labels, overlap = overlap, split = NULL, samples = "columns"))
  }
  split_tasks(x, n_tasks = n_tasks, task_size = task_size, labels = labels, overlap = overlap,
              split = halves, samples = "columns")
}

# Clusters of the samples by R's own k-means on the columns of H as they are, its centres drawn
# uniformly among the samples. cluster_samples() draws them by k-means++ since 0.2.0.
thesis_clusters <- function(h, clusters, n_start) {
  found <- run_kmeans(t(h / kmeans_unit(h)), clusters, "Hartigan-Wong", max_iter = 100,
                      centres = clusters, n_start = n_start)
  warn_unfinished(found, clusters, max_iter = 100)
  found$cluster
}

thesis_nmi <- function(clusters, labels) nmi(clusters, labels, variant = "arithmetic")
