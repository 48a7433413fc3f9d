# The names that other packages give to the same things. Each is an error that prints the call to
# write here. Only the tables below know these names.

# Arguments of functions that fit, by what they mean.
foreign_arguments <- list(
  rank = c("k", "r", "ncomp", "n_comp", "n_components", "num_topics", "n_topics"),
  n_start = c("nrun", "n_run", "nruns", "n_runs", "nstart", "n_starts", "restarts"),
  max_iter = c("maxit", "maxiter", "maxIter", "max.iter", "iter.max", "n_iter", "niter", "n.iter",
               "iterations"),
  tol = c("tolerance", "reltol", "rel.tol"),
  threads = c("n_threads", "num_threads", "nthreads", "n_jobs", "ncores"),
  method = c("method", "algorithm", "beta_loss"),
  sparse = c("L1", "l1", "alpha", "alpha_H", "alpha_W", "sparsity"),
  ridge = c("L2", "l2"),
  missing = c("mask", "na.rm"),
  seed = c("seed", "random_state"),
  progress = c("verbose", "trace")
)

# Arguments of other functions, with the names here.
foreign_names <- list(
  nmf_control = c(stats::setNames(rep("max_iter", 9), foreign_arguments$max_iter),
                  stats::setNames(rep("tol", 3), foreign_arguments$tol),
                  stats::setNames(rep("threads", 5), foreign_arguments$threads)),
  predict.nmf_fit = c(newx = "newdata", new_data = "newdata", x = "newdata", X = "newdata",
                      data = "newdata"),
  adapt = c(newx = "newdata", new_data = "newdata", x = "newdata", data = "newdata",
            stats::setNames(rep("max_iter", 9), foreign_arguments$max_iter)),
  bootstrap_nmf = c(x = "newdata", data = "newdata", B = "draws", R = "draws", nboot = "draws",
                    n_boot = "draws", times = "draws", nsim = "draws", conf.level = "level",
                    conf = "level", method = "by"),
  cluster_samples = c(centers = "k", n_clusters = "k", nstart = "n_start", n_init = "n_start",
                      iter.max = "max_iter", method = "algorithm"),
  knn_graph = c(n_neighbors = "k", n_neighbours = "k", neighbors = "k", dist = "metric"),
  plot.nmf_fit = c(col = "colours", cols = "colours", colors = "colours", palette = "colours",
                   which = "type", image.size = "image_size", annotation = "groups",
                   annCol = "groups", wavelength = "axis", wavelengths = "axis"),
  plot_basis = c(col = "colours", cols = "colours", colors = "colours", palette = "colours",
                 ncol = "columns")
)

# Values, by the argument here.
foreign_values <- list(
  loss = c(poisson = "kl", "kullback-leibler" = "kl", KL = "kl", mkl = "kl", mse = "frobenius",
           euclidean = "frobenius", gaussian = "frobenius", "itakura-saito" = "is", IS = "is",
           gamma = "is"),
  solver = c(cd = "hals", scd = "hals", als = "bpp", nnls = "bpp", lee = "mu", brunet = "mu"),
  init = c(svd = "nndsvd", rnd = "random", "k-means" = "kmeans", ica = "nndsvd"),
  type = c("1" = "trace", "2" = "basis", "3" = "coef", heatmap = "coef", objective = "trace",
           prob = "proportion", probabilities = "proportion", posterior = "proportion",
           cluster = "class", clusters = "class", raw = "response", spectra = "profile",
           topic = "class"),
  scale = c(l1 = "sum", L1 = "sum"),
  missing = c("TRUE" = "mask", "na" = "mask", ignore = "mask", impute = "mask"),
  order = c("TRUE" = "share", "FALSE" = "none"),
  weighting = c(gaussian = "heat", rbf = "heat", heat_kernel = "heat", connectivity = "binary"),
  by = c(score = "specific", specificity = "specific", frex = "specific", max = "weight")
)

# The value here of another package's, or the value itself.
own_value <- function(value, argument) {
  known <- foreign_values[[argument]]
  if (length(value) == 1L && as.character(value) %in% names(known)) known[[as.character(value)]]
  else value
}

# A call without values of other packages.
in_own_values <- function(call) {
  for (name in intersect(names(foreign_values), names(call))) {
    if (!is.language(call[[name]])) call[[name]] <- own_value(call[[name]], name)
  }
  call
}

# What to write instead of a value, as text: the call that the user typed with `own` in its place,
# or the argument alone where the value does not stand in a call, as in nmf(x, 2, loss = chosen).
call_with <- function(argument, value, own) {
  alone <- paste(argument, "=", paste(deparse(own), collapse = " "))
  for (i in seq_len(sys.nframe())) {
    call <- sys.call(i)
    if (!identical(environment(sys.function(i)), topenv())) next
    # do.call() puts functions and data into the call, and the package itself uses it.
    if (i > 1L && identical(sys.function(i - 1L), do.call)) next
    data <- vapply(as.list(call), function(part) !is.language(part) && length(part) != 1L, NA)
    if (is.function(call[[1L]]) || any(data)) next
    labels <- names_or_blanks(call)
    typed <- vapply(seq_along(call), function(at) identical(call[[at]], value), NA)
    at <- which(typed & labels == argument)
    if (!length(at)) at <- which(typed & labels == "")
    if (length(at) != 1L) next
    call[[at]] <- own
    # In NMF this is a loss as well.
    if (identical(value, "brunet") && is.null(call$loss)) call$loss <- "kl"
    verb <- sub("^.*::", "", deparse(call[[1L]]))
    text <- call_text(in_own_values(call), verb)
    return(sub("^(\\w+)[.](default|nmf_fit|data[.]frame|formula)\\(", "\\1(", text))
  }
  alone
}

# Raises the error for arguments with names of other packages, if there are any.
stop_foreign <- function(labels, verb, call) {
  renamed <- foreign_names[[verb]]
  foreign <- intersect(labels, names(renamed))
  if (!length(foreign)) return(invisible())
  at <- match(foreign, names(call))
  if (anyNA(at)) {
    hint <- paste0("Did you mean `", renamed[[foreign[[1L]]]], "`?")
  } else {
    for (i in at) {
      names(call)[[i]] <- renamed[[names(call)[[i]]]]
      if (!is.language(call[[i]])) call[[i]] <- own_value(call[[i]], names(call)[[i]])
    }
    hint <- paste0("Use ", call_text(call, sub("[.]nmf_fit$", "", verb)), ".")
  }
  stop_named(paste0("Unknown argument `", foreign[[1L]], "`.\n", hint), "...")
}

# The same for a verb that fits, where one name can mean several things.
stop_foreign_fit <- function(labels, verb, call) {
  foreign <- intersect(labels, unlist(foreign_arguments))
  if (!length(foreign) || !all(foreign %in% names(call))) return(invisible())
  first <- character()
  for (name in foreign) {
    value <- call[[name]]
    call[[name]] <- NULL
    meaning <- names(Filter(function(names) name %in% names, foreign_arguments))
    if (meaning == "seed" && is.character(value)) meaning <- "init"
    if (name == "k" && grepl("gnmf", verb) && has_rank(call)) meaning <- "neighbours"
    if (meaning == "seed") first <- c(first, deparse(call("set.seed", value)))
    if (meaning == "progress") first <- c(first, "options(metanmf.progress = TRUE)")
    call <- add_meant(call, meaning, value, grepl("^meta", verb))
  }
  text <- c(first, call_text(in_own_values(call), verb))
  stop_named(paste0("Unknown argument `", foreign[[1L]], "`.\nUse ", paste(text, collapse = "; "),
                    "."), "...")
}

# The call with an argument of ours for what was meant.
add_meant <- function(call, meaning, value, meta) {
  switch(meaning,
    rank = if (!has_rank(call)) call$rank <- value,
    n_start = if (!meta) call$n_start <- value,
    max_iter = , tol = , threads = call <- add_option(call, meaning, value, meta),
    method = call <- add_method(call, value),
    sparse = call$penalty <- bquote(penalty_sparse(.(if (is.numeric(value)) value else 0.1))),
    ridge = call$penalty <- bquote(penalty_ridge(.(if (is.numeric(value)) value else 0.01))),
    missing = if (!meta) call$missing <- "mask",
    init = call$init <- own_value(value, "init"),
    neighbours = call$graph <- bquote(function(x) knn_graph(x, k = .(value))))
  call
}

has_rank <- function(call) {
  labels <- names_or_blanks(call)[-1L]
  "rank" %in% labels || sum(labels == "") + ("x" %in% labels) >= 2L
}

# An option of the fits: an argument of its own, but of the meta verbs one of an inner control.
add_option <- function(call, option, value, meta) {
  if (!meta) {
    call[[option]] <- value
    return(call)
  }
  made <- function(part, name) is.call(part) && identical(part[[1L]], as.name(name))
  control <- if (made(call$control, "meta_control")) call$control else quote(meta_control())
  inner <- if (made(control$inner, "nmf_control")) control$inner else quote(nmf_control())
  inner[[option]] <- value
  control$inner <- inner
  call$control <- control
  call
}

# A method is a loss, a solver, or both. The losses of scikit-learn may be numbers.
add_method <- function(call, value) {
  if (is.numeric(value)) value <- c("is", "kl", "frobenius")[match(value, 0:2)]
  loss <- own_value(value, "loss")
  solver <- own_value(value, "solver")
  if (isTRUE(loss %in% nmf_losses)) call$loss <- loss
  if (isTRUE(solver %in% nmf_solvers)) call$solver <- solver
  if (identical(value, "brunet")) call$loss <- "kl"
  if (names_binomial(value)) call$loss <- quote(nb_loss())
  call
}
