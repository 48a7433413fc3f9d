# Class group_nmf_fit: its constructor and methods.

# The fit that a run ends with. The columns of W are scaled, and so are those of each B_i; samples
# are in the order of the answer.
new_group_fit <- function(state, plan, bound, tasks) {
  spec <- plan$spec
  shared <- seq_len(plan$rank)
  h <- do.call(cbind, lapply(state$coef, function(s) s[shared, , drop = FALSE]))
  h[, unlist(tasks$columns)] <- h
  scaled <- native_scale(state$w, h, plan$engine$scale)
  value <- utils::tail(state$trace, 1L)
  # The deviance is of the loss alone, so what integrative NMF adds to it is taken off.
  loss <- sum(plan$alpha * (state$losses - state$added))
  run <- c(scaled, list(value = value, loss = loss, trace = state$trace,
                        iterations = length(state$trace), converged = state$converged,
                        kkt = state$kkt, dead = dead_components(scaled$w, scaled$h),
                        engine = plan$engine,
                        cost = plan$unit * scale_cost(state$cost, scaled$divisor)))
  layout <- whole_layout(bound$x)
  layout$names <- list(tasks$features, tasks$labels)
  spec$layout <- layout
  spec$kept <- kept_of_data(bound, spec$loss, spec$control)
  class <- c(if (!is.null(spec$tied)) "inmf_fit", "group_nmf_fit")
  fit <- new_nmf_fit(run, bound, spec, class)
  at <- if (spec$sorts) component_order(fit) else seq_len(plan$rank)
  if (spec$sorts) fit <- in_share_order(fit)
  with_tasks(fit, state, plan, tasks, rep(1 / run$divisor, each = plan$features), at)
}

# The fields that belong to tasks. `scale`: what entries of W were multiplied by; `at`: which
# component of the run each one of the fit is.
with_tasks <- function(fit, state, plan, tasks, scale, at) {
  fields <- unclass(fit)
  tied <- !is.null(plan$spec$tied)
  fields$private <- stats::setNames(lapply(seq_along(plan$given), function(i) {
    h <- fields$h[, tasks$columns[[i]], drop = FALSE]
    if (!tied) return(private_parts(state, plan, i, tasks$features, h))
    list(w = `dimnames<-`((state$own[[i]] * scale)[, at, drop = FALSE], dimnames(fields$w)), h = h)
  }), tasks$names)
  of <- integer(ncol(fields$h))
  of[unlist(tasks$columns)] <- rep(seq_along(tasks$columns), lengths(tasks$columns))
  fields$tasks <- factor(of, seq_along(tasks$names), tasks$names)
  fields$task_weights <- stats::setNames(plan$alpha, tasks$names)
  fields$task_losses <- stats::setNames(state$losses, tasks$names)
  if (tied) fields$model$tied <- plan$spec$tied
  structure(fields, class = class(fit))
}

# list(w = B_i, h = G_i), scaled as W is. `like`: a matrix whose columns are named as the samples.
private_parts <- function(state, plan, i, features, like) {
  q <- plan$private[[i]]
  own <- native_scale(state$own[[i]], state$coef[[i]][plan$rank + seq_len(q), , drop = FALSE],
                      plan$engine$scale)[c("w", "h")]
  names <- if (q > 0L) paste0("p", seq_len(q))
  dimnames(own$w) <- list(features, names)
  dimnames(own$h) <- list(names, colnames(like))
  own
}

#' @export
print.group_nmf_fit <- function(x, ...) {
  NextMethod()
  ranks <- vapply(x$private, function(one) ncol(one$w), 1L)
  own <- if (!is.null(x$model$tied)) paste("their changes of W weighed by", format(x$model$tied))
         else paste0(if (length(unique(ranks)) == 1L) ranks[[1L]] else toString(ranks),
                     " private column", if (!identical(unique(ranks), 1L)) "s",
                     if (length(ranks) > 1L) " each")
  cat("  ", nlevels(x$tasks), " task", if (nlevels(x$tasks) > 1L) "s", ", ", own,
      if (length(unique(x$task_weights)) > 1L) {
        paste0(", weights ", toString(format(x$task_weights, digits = 2)))
      }, "\n", sep = "")
  invisible(x)
}

# The entries of W H with what the tasks have of their own, which the model of any other fit lacks.
#' @exportS3Method
fitted_entries.group_nmf_fit <- function(fit, chosen) { # nolint: object_name_linter.
  NextMethod() + private_entries(fit, chosen)
}

private_entries <- function(fit, chosen) {
  columns <- if (is.null(chosen)) seq_len(ncol(fit$h))
             else if (is.null(chosen$places)) seq_len(ncol(fit$h))[chosen$columns]
             else chosen$places[, 2L]
  rows <- if (is.null(chosen$places)) {
    if (is.null(chosen)) seq_len(nrow(fit$w)) else seq_len(nrow(fit$w))[chosen$rows]
  } else {
    chosen$places[, 1L]
  }
  within <- stats::ave(seq_along(fit$tasks), fit$tasks, FUN = seq_along)[columns]
  task <- as.integer(fit$tasks)[columns]
  z <- if (is.null(chosen$places)) matrix(0, length(rows), length(columns))
       else numeric(length(rows))
  for (i in unique(task)) {
    own <- fit$private[[i]]
    at <- which(task == i)
    if (is.matrix(z)) z[, at] <- own$w[rows, , drop = FALSE] %*% own$h[, within[at], drop = FALSE]
    else z[at] <- model_entries(own$w, own$h, rows[at], within[at])
  }
  z
}
