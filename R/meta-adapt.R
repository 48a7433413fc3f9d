#' Adapt a fit to new data
#'
#' Factorises new data, starting from the basis of a fit. Both factors move. To keep the basis as it
#' is, use [predict()]. This is the evaluation phase of Algorithm 1 of Khan (2025), line 14: it
#' starts from W and W'X and runs `max_iter` iterations. With solver `"hals"`, W'X is multiplied by
#' the number that brings W H nearest to the new data.
#'
#' The penalties of the fit are used. Penalties on H keep the weight that they had in the fit
#' (`fit$model$lambda`), because the cost of one sample does not depend on how many there are. The
#' lambda of a penalty on W alone is relative to the new data, as in [nmf()]. A raw penalty depends
#' on the scale of W, so with one the start is the W of the objective, before [nmf()] scaled it.
#'
#' A transferred basis saves iterations. After [gnmf()] prefer `adapt()`, which makes a graph of the
#' new samples; [predict()] uses none.
#'
#' @section Few new samples: The table shows the NMI of five clusters of [digits], with W of rank 10
#'   from 898 images and new images of five classes drawn at random (20 seeds, three draws each;
#'   `Rscript bench/studies/run.R --parts=few`, whose rows come with the package). "Fresh" is a fit
#'   of the new images alone, "k-means" needs no fit.
#'
#' | new samples | 10 | 20 | 50 | 100 | 200 |
#' | --- | --- | --- | --- | --- | --- |
#' | clean: `predict()` | 0.80 | 0.76 | 0.74 | 0.72 | 0.72 |
#' | clean: `adapt()` | 0.69 | 0.73 | 0.72 | 0.74 | 0.75 |
#' | clean: fresh | 0.62 | 0.73 | 0.74 | 0.74 | 0.75 |
#' | clean: k-means | 0.81 | 0.80 | 0.78 | 0.77 | 0.78 |
#' | noise of 0.4: `predict()` | 0.67 | 0.55 | 0.47 | 0.44 | 0.43 |
#' | noise of 0.4: `adapt()` | 0.48 | 0.45 | 0.39 | 0.38 | 0.42 |
#' | noise of 0.4: fresh | 0.51 | 0.47 | 0.37 | 0.38 | 0.42 |
#' | noise of 0.4: k-means | 0.66 | 0.52 | 0.45 | 0.45 | 0.49 |
#'
#'   So keep the basis for up to 50 new samples, and for noisy ones at all of these sizes. From 100
#'   clean samples on, adapting gains 0.02 to 0.03 over keeping it, and a fresh fit as much.
#' @param fit A fit, of class `nmf_fit`.
#' @param newdata Non-negative m x n matrix with the features of the fit in rows and new samples in
#'   columns (n x m if `samples` is `"rows"`). Features of which the fit observed nothing are left
#'   out and are `NA` in the result.
#' @param max_iter Number of iterations, 100 by default, as in the thesis. All of them are run, and
#'   no component is revived ([nmf_control()]).
#' @param graph For a fit with a graph penalty, the graph of the new samples: a matrix or a function
#'   of the data. By default it is the function that the fit was made with. A fit that was made with
#'   a matrix needs a new one here.
#' @param missing,weights As in [nmf()], for the new samples.
#' @param ... Must be empty. All later arguments are matched by their whole names.
#' @param samples Whether `newdata`, and a matrix of `weights`, have their samples in their
#'   `"columns"` or `"rows"`. `NULL` (default) means as in the data of the fit, `fit$data$samples`.
#' @param assay Which matrix to use if `newdata` is a container of several, as in [nmf()]. `NULL`
#'   (default) means the one that was fitted, `fit$data$assay`, or the only one.
#' @param features As in [predict()][predict.nmf_fit()]. With `"match"`, features that `newdata`
#'   lacks are left out and are `NA` in the result.
#' @return An object of class `nmf_fit` for the new data, see [nmf()]. `fit` itself is
#'   not changed.
#' @section Errors: Class `metanmf_error` for data with other features than the fit, for bad
#'   entries, and for a graph that does not fit the new samples. A fit with `evaluation = "init"`
#'   (see [meta_control()]) and an NNDSVD start needs at least as many new samples as components;
#'   all others take any number.
#' @inherit nmf_control references
#' @examples
#' # A basis of 100 flowers, adapted to 50 others
#' set.seed(1)
#' train <- sample(150, 100)
#' fit <- nmf(iris[train, 1:4], 2, samples = "rows")
#' adapted <- adapt(fit, iris[-train, 1:4])
#' basis(fit)
#' basis(adapted)
#' # Both factors moved, so it is nearer to the new data than predict() is
#' deviance(adapted)
#' sum((t(iris[-train, 1:4]) - predict(fit, iris[-train, 1:4], type = "response"))^2)
#' @export
adapt <- function(fit, newdata, max_iter = 100, graph = NULL,
                  missing = c("error", "mask", "unstored"), weights = NULL, ..., samples = NULL,
                  assay = NULL, features = c("same", "match")) {
  check_dots(list(...), "adapt")
  check_given("fit", "a fit made by nmf(), gnmf(), meta_nmf() or meta_gnmf()")
  check_given("newdata", "a matrix of new samples, with the features of the fit in rows")
  if (!inherits(fit, "nmf_fit")) {
    stop_input("fit", "a fit made by nmf(), gnmf(), meta_nmf() or meta_gnmf()",
               describe(fit))
  }
  newdata <- formula_data(newdata, fit, "newdata")
  samples <- where_samples(samples, newdata, "newdata", fit)
  assay <- which_assay(newdata, "newdata", assay, fit)
  newdata <- read_data(newdata, "newdata", assay)
  data <- check_newdata(newdata, fit, missing, weights, samples = samples, features = features)
  adapt_from(continued_start, fit, data, max_iter, graph,
             list(call = short_call(match.call(), "adapt"), samples = samples, assay = assay))
}

# `start`: a function of the fit and the data that gives the pair to begin with, unless the fit asks
# for another start. Fewer samples than components are enough for it. `said`: list(call,
# samples, assay).
adapt_from <- function(start, fit, data, max_iter, graph, said) {
  layout <- data_layout(data, usable_features(fit, data))
  data <- observed_data(data, layout, "newdata")
  fit$w <- keep_rows(fit$w, layout$rows)
  control <- run_exactly(evaluation_control(fit), check_count(max_iter, "max_iter"))
  loss <- layout_loss(loss_of(fit), layout)
  check_loss_data(loss, data, control, "newdata")
  penalty <- adapt_penalty(fit$model$penalty, graph, layout$dim[[2L]])
  init <- evaluation_init(fit, data$x)
  spec <- c(list(loss = loss, solver = step_solver(fit$model$solver, loss), penalties = penalty,
                 control = control, lambda = adapt_lambda(fit, penalty, data), layout = layout,
                 init = if (is.null(init)) "given" else init,
                 constraints = fit$model$constraint, limits = coef_limits(fit, ncol(data$x))), said)
  if (!is.null(spec$limits)) spec$limits["w"] <- adapt_upper(fit, layout)
  check_free_scale(spec$constraints, penalty, NULL, fit$rank)
  if (isTRUE(spec$limits$simplex)) check_mixtures(data$x, "newdata")
  begin <- if (is.null(init)) start(fit, data)
           else resolve_init(init, data$x, fit$rank, data$weights)
  begin <- limit_start(begin, spec$limits)
  adapted <- fit_model(data, begin, with_terms(spec, data))
  tell_unobserved(unobserved_counts(adapted) - c(0, sum(data$absent)))
  adapted
}

# The options of the evaluation's fit: those of the target in a meta-learned fit.
evaluation_control <- function(fit) {
  if (inherits(fit$control, "meta_control")) target_control(fit$control) else fit$control
}

# W of the fit and W'X. A raw penalty depends on the scale of W, so with one W is that of the
# objective.
continued_start <- function(fit, data) {
  raw <- any(vapply(fit$model$penalty, function(one) one$form == "raw", NA))
  w <- if (raw) unscaled_pair(fit)$w else fit$w
  start <- list(w = w, h = start_coef(w, data$x, data$weights))
  if (fit$model$solver %in% c("hals", "cg", "online")) match_projection(start) else start
}

# Penalties on H keep the weight they had in the fit, whatever the units of the new samples.
adapt_lambda <- function(fit, penalties, data) {
  if (is.null(penalties)) return(NULL)
  lambda <- absolute_lambda(penalties, seen_entries(data, penalties), loss_of(fit))
  kept <- fit$model$lambda
  on_h <- vapply(penalties, `[[`, "", "on") != "w"
  if (!is.null(kept)) lambda[on_h] <- kept[on_h]
  lambda
}

# The name of an NNDSVD start of the new data, or NULL. The author's code starts the evaluation of
# Meta-NMF-NNDSVD from one and so drops the learned basis.
evaluation_init <- function(fit, newdata) {
  if (identical(fit$control$evaluation, "init") && is.null(fit$model$penalty) &&
        startsWith(fit$model$init, "nndsvd")) {
    if (ncol(newdata) >= fit$rank) return(fit$model$init)
    stop_input("newdata", paste("a matrix of at least", fit$rank,
                                "samples, one for each component"), describe(newdata),
               paste("With evaluation = \"init\" the fit asks for an NNDSVD start of the new data.",
                     "Use predict(), or fit with meta_control(evaluation = \"basis\")."))
  }
}

adapt_penalty <- function(penalties, graph, n) {
  own <- find_penalty(penalties, "graph", "h")
  if (is.null(own)) {
    if (!is.null(graph)) {
      stop_input("graph", "left out for a fit without a graph penalty", describe(graph))
    }
    return(penalties)
  }
  if (!is.function(own$graph) && is.null(graph)) {
    stop_input("graph", paste0("given: a graph of the ", n, " new samples"), "nothing",
               "The fit was made with a matrix, which belongs to its own samples only.")
  }
  lapply(penalties, function(one) {
    if (!is.null(graph) && one$kind == "graph" && one$on == "h") one$graph <- graph
    one
  })
}
