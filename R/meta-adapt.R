#' Adapt a fit to new data
#'
#' Factorises new data starting from a fit's basis; both factors move. This is the
#' evaluation phase of Algorithm 1 of Khan (2025), line 14: start from W and W'X, then
#' `max_iter` iterations. To keep the basis as it is, use [predict()].
#'
#' A transferred basis saves iterations. On clean data the result forgets where it
#' started. On the digits that come with the package, [predict()] clusters better for up to
#' 300 noisy samples (more were not tried); after [gnmf()], `adapt()` clusters better.
#'
#' @param fit A fit, of class `nmf_fit`.
#' @param newdata Non-negative m x n matrix with the features of the fit in rows and new
#'   samples in columns.
#' @param max_iter Iterations, all of them run, so that no component is revived
#'   ([nmf_control()]). 100 by default, as in the thesis.
#' @param graph For a fit with a graph penalty: the graph of the new samples, a matrix
#'   or a function of the data. By default the function the fit was made with; needed
#'   when the fit was made with a matrix.
#' @param ... Must be empty.
#' @return An object of class `nmf_fit` for the new data, see [nmf()]. `fit` itself is
#'   not changed.
#' @section Errors: Class `metanmf_error` for data with other features than the fit,
#'   bad entries, or a graph that does not fit the new samples. A fit that was told to start
#'   its evaluation from NNDSVD (see [meta_control()]) needs at least as many new samples as
#'   components; all others take any number.
#' @inherit nmf_control references
#' @examples
#' x <- scale_minmax(digits$x[, 1:300])
#' set.seed(1)
#' fit <- nmf(x[, 1:200], 10, control = nmf_control(max_iter = 100, tol = 0))
#' adapted <- adapt(fit, x[, 201:300])
#' objective(adapted)
#' @export
adapt <- function(fit, newdata, max_iter = 100, graph = NULL, ...) {
  check_dots(list(...), "adapt")
  check_given("fit", "a fit made by nmf(), gnmf(), meta_nmf() or meta_gnmf()")
  check_given("newdata", "a matrix of new samples, with the features of the fit in rows")
  if (!inherits(fit, "nmf_fit")) {
    stop_input("fit", "a fit made by nmf(), gnmf(), meta_nmf() or meta_gnmf()",
               describe(fit))
  }
  data <- check_newdata(newdata, fit)
  newdata <- data$x
  control <- run_exactly(evaluation_control(fit), check_count(max_iter, "max_iter"))
  check_loss_data(fit$loss, data, control, "newdata")
  penalty <- adapt_penalty(fit$model$penalty, graph, ncol(newdata))
  init <- evaluation_start(fit, newdata)
  spec <- list(loss = fit$loss, solver = fit$model$solver, penalties = penalty, control = control,
               init = start_name(init), call = short_call(match.call(), "adapt"))
  # With a basis given, fewer samples than components are enough.
  start <- if (is.list(init)) init else resolve_init(init, newdata, fit$rank)
  fit_model(data, start, spec)
}

# The options of the evaluation's fit: those of the target in a meta-learned fit.
evaluation_control <- function(fit) {
  if (inherits(fit$control, "meta_control")) target_control(fit$control) else fit$control
}

# The author's code starts Meta-NMF-NNDSVD's evaluation from NNDSVD of the new data
# and so drops the learned basis; everything else starts from W and W'X.
evaluation_start <- function(fit, newdata) {
  if (identical(fit$control$evaluation, "init") && is.null(fit$model$penalty) &&
        startsWith(fit$model$init, "nndsvd")) {
    if (ncol(newdata) >= fit$rank) return(fit$model$init)
    stop_input("newdata", paste("a matrix of at least", fit$rank,
                                "samples, one for each component"), describe(newdata),
               paste("With evaluation = \"init\" the fit asks for an NNDSVD start of the new data.",
                     "Use predict(), or fit with meta_control(evaluation = \"basis\")."))
  }
  list(w = fit$w, h = start_coef(fit$w, newdata))
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
