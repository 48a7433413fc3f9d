# Class nmf_fit: its constructor, and how its fields are read.

# The one place where the fields of a fit are made. `run`: list(w, h, divisor, value, trace, loss,
# iterations, converged, kkt, dead, engine, cost, components), as run_fit() and finish_meta() return
# it; `data`: as check_data() does; `spec`: list(loss, solver, penalties, lambda, control, init,
# known, call, layout, samples, assay, formula, kept), the last as kept_of_data() returns it.
new_nmf_fit <- function(run, data, spec, class = NULL) {
  rank <- ncol(run$w)
  components <- run$components
  if (is.null(components)) components <- paste0("c", seq_len(rank))
  layout <- if (is.null(spec$layout)) data_layout(data) else spec$layout
  run$w <- spread_rows(run$w, layout)
  run$h <- spread_columns(run$h, layout)
  dimnames(run$w) <- list(layout$names[[1L]], components)
  dimnames(run$h) <- list(components, layout$names[[2L]])
  dimnames(run$cost) <- list(components, c("linear", "square"))
  known <- if (is.null(spec$known)) c(0L, 0L) else spec$known$count
  structure(list(
    w = run$w, h = run$h, value = run$value, trace = run$trace,
    iterations = as.integer(run$iterations), converged = run$converged, kkt = run$kkt,
    dead = run$dead, call = spec$call,
    model = list(rank = rank, loss = as.character(spec$loss), beta = attr(spec$loss, "beta"),
                 dispersion = spread_dispersion(spec$loss, layout),
                 estimated = attr(spec$loss, "estimate"),
                 solver = spec$solver, penalty = spec$penalties, init = spec$init,
                 known = stats::setNames(known, c("w", "h")),
                 starts = run$value, lambda = spec$lambda, cost = run$cost,
                 formula = spec$formula, constraint = spec$constraints),
    engine = list(backend = run$engine$backend,
                  instructions = used_instructions(run$engine$instructions),
                  blas = blas_name(), version = process$version),
    scaling = list(kind = run$engine$scale, divisor = run$divisor),
    control = spec$control,
    data = c(list(deviance = loss_deviance(run$loss, spec$loss), x_norm2 = data$facts$x_norm2,
                  n_observed = count_observed(data),
                  samples = if (is.null(spec$samples)) "columns" else spec$samples,
                  assay = spec$assay), spec$kept)
  ), class = c(class, "nmf_fit"))
}

# A field by its whole name, of a fit of this version or an earlier one. `rank` and `loss` are read
# without `model` too, because they are asked for most.
read_field <- function(fit, name) {
  fields <- current_fields(fit)
  if (name %in% names(fields)) return(fields[[name]])
  if (name %in% c("rank", "loss")) return(fields$model[[name]])
  if (name %in% names(old_fields)) {
    stop_named(paste0("The field `", name, "` of a fit is now `", old_fields[[name]],
                      "`.\nUse fit$", old_fields[[name]], "."), name)
  }
  # What terms() of R asks for; other packages have it for the top words of a topic.
  if (name == "terms") {
    stop_named("A fit by nmf() has no terms.\nUse top_features(fit) for the top features.", name)
  }
  stop_unknown(name, c(names(fit_types), "rank", "loss"), "field of a fit:", name)
}

#' @export
`$.nmf_fit` <- function(x, name) read_field(x, name)

#' @export
`[[.nmf_fit` <- function(x, i, ...) {
  if (is.character(i) && length(i) == 1L) read_field(x, i) else NextMethod()
}
