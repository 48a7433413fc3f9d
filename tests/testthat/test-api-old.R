# Every spelling of version 0.1.0 that went away is an error that prints the call to write.

x <- matrix(1:24 + 0, 4)

# The error's text, which must be of the package's class.
said <- function(code) tryCatch(code, metanmf_error = conditionMessage)

test_that("old arguments are errors that print the call with the new ones", {
  new <- function(code, call) {
    message <- said(code)
    expect_match(message, paste0("Use ", call, "."), fixed = TRUE)
  }
  new(nmf_control(50, kernel = "blas"), 'nmf_control(50, backend = "blas")')
  new(nmf_control(change = 0.001, tol = 0), "nmf_control(step_tol = 0.001, tol = 0)")
  new(nmf_control(epsilon = c(ratio = 1e-9)), "nmf_control(smoothing = c(ratio = 1e-09))")
  new(nmf_control(revive = TRUE), "nmf_control(revive_dead = TRUE)")
  new(penalty_graph(form = "raw", update = "ratio"),
      'penalty_graph(form = "raw", step = "ratio")')
  new(penalty_orthogonal(exact = TRUE, update = "choi"),
      'penalty_orthogonal(exact = TRUE, step = "choi")')
  new(penalty_orthogonal(exact = TRUE, update = "single"),
      'penalty_orthogonal(exact = TRUE, step = "hard")')
  new(experiment_protocol(update = "ratio"), 'experiment_protocol(step = "ratio")')
  new(knn_graph(x, 2, weights = "heat"), 'knn_graph(x, 2, weighting = "heat")')
  new(knn_graph(x, 2, kernel = "blas"), "knn_graph(x, 2)")
  new(rbf_graph(x, kernel = "native"), "rbf_graph(x)")
  new(plot_basis(x, c(2, 2), scale = "each"), 'plot_basis(x, c(2, 2), colour_range = "each")')
  new(meta_control(alpha = c(1, 2)), "meta_nmf(split, rank, task_weights = c(1, 2))")
  new(meta_control(5, alpha = 2, transfer = "before"),
      'meta_nmf(split, rank, task_weights = 2, control = meta_control(5, transfer = "before"))')
  new(meta_nmf(list(x), 2, alpha = 1), "meta_nmf(list(x), 2, task_weights = 1)")
  new(cluster_samples(x, 2, scale_h = "l2"), 'cluster_samples(x, 2, normalise = "l2")')
})

test_that("old values are errors that print the new ones", {
  for (call in expression(penalty_sparse(form = "scale_free"), penalty_ridge(form = "scale_free"),
                          penalty_smooth(form = "scale_free"), penalty_graph(form = "scale_free"),
                          penalty_orthogonal(form = "scale_free"), gnmf(x, 2, form = "scale_free"),
                          meta_gnmf(list(tasks = list(x), target = x), 2, form = "scale_free"))) {
    message <- said(eval(call))
    expect_match(message, 'use form = "scale_invariant"', fixed = TRUE)
  }
  expect_match(said(penalty_orthogonal(exact = TRUE, step = "single")), 'use step = "hard"',
               fixed = TRUE)
})

test_that("old names of variants are errors that print the new ones", {
  results <- fake_results()
  calls <- expression(
    variants = experiment(small_data(), "NMF", 4, "clean", 1, variants = "c2"),
    variants = experiment(small_data(), "NMF", 4, "clean", 1, variants = c("meta", "long")),
    of = compare_variants(results, of = "c2"),
    to = compare_variants(results, to = c("baseline", "long")),
    variants = plot(results, variants = "c2")
  )
  for (i in seq_along(calls)) {
    expect_match(said(eval(calls[[i]])), paste0("use ", names(calls)[[i]], ' = "plain_'),
                 fixed = TRUE)
  }
})

test_that("basis_parts() prints the call of basis_measures()", {
  expect_match(said(basis_parts(x, c(2, 2))), "Use basis_measures(x, c(2, 2)).", fixed = TRUE)
})

test_that("a field of a fit that is elsewhere now is an error that names the place", {
  fit <- nmf(x, 2, control = nmf_control(1, tol = 0))
  places <- c(scale = "scaling$kind", factor = "scaling$divisor", total = "data$x_norm2",
              kernel = "engine$backend", backend = "engine$backend",
              instructions = "engine$instructions", blas = "engine$blas",
              version = "engine$version", solver = "model$solver", penalty = "model$penalty",
              init = "model$init", starts = "model$starts")
  for (name in names(places)) {
    expect_match(said(fit[[name]]), paste0("Use fit$", places[[name]], "."), fixed = TRUE)
    at <- strsplit(places[[name]], "$", fixed = TRUE)[[1]]
    expect_true(at[[2]] %in% names(fit[[at[[1]]]]), label = name)
  }
  expect_match(said(fit$factor), "The field `factor` of a fit is now `scaling$divisor`",
               fixed = TRUE)
})

test_that("the table of old spellings names nothing that is still there, and only what is", {
  for (verb in names(old_arguments)) {
    now <- names(formals(verb))
    expect_length(intersect(names(old_arguments[[verb]]), now), 0)
    expect_true(all(stats::na.omit(old_arguments[[verb]]) %in% now), label = verb)
  }
})
