# Class nmf_fit: its constructor and what users ask of a fit.

new_nmf_fit <- function(fit, x, model, penalty, init, control, class = NULL) {
  components <- fit$components
  if (is.null(components)) components <- paste0("c", seq_len(model$rank))
  dimnames(fit$w) <- list(rownames(x), components)
  dimnames(fit$h) <- list(components, colnames(x))
  value <- if (is.null(fit$value)) utils::tail(fit$trace, 1L) else fit$value
  structure(list(
    w = fit$w, h = fit$h, value = value, trace = fit$trace, iterations = fit$iterations,
    converged = fit$converged, backend = fit$engine$backend,
    instructions = used_instructions(fit$engine$instructions), blas = blas_name(),
    scale = fit$engine$scale, factor = fit$factor, rank = model$rank, loss = model$loss,
    solver = model$solver, penalty = penalty, kkt = fit$kkt,
    init = if (is.character(init)) init else "given", control = control,
    total = fit$total, dead = fit$dead,
    version = process$version
  ), class = c(class, "nmf_fit"))
}

#' Basis, coefficients and fit of a factorisation
#'
#' `basis()` gives W, `coef()` gives H, `fitted()` their product W H, `residuals()` the
#' difference X - W H, and `deviance()` the objective of this W and H, penalties included:
#' with the Frobenius loss and no penalty it is `sum(residuals(fit, x)^2)`. With the raw
#' graph penalty it is that of [nmf()]'s pair before the final scaling, see there.
#'
#' @param object,fit,x A fit, of class `nmf_fit` (`x` in `print()` alone).
#' @param data The m x n matrix the model was fitted to: a fit does not keep it.
#' @param ... Ignored.
#' @return `basis()`: m x r, features by components. `coef()`: r x n, components by
#'   samples. `fitted()` and `residuals()`: m x n. `deviance()`: one number, the
#'   field `value`. `summary()`: a list of class `summary.nmf_fit` that prints itself; its
#'   `empty` is the number of dead components, see [nmf()].
#' @section Errors: Class `metanmf_error` when `data` has another shape than the fit.
#' @examples
#' set.seed(1)
#' x <- matrix(runif(60), 6)
#' fit <- nmf(x, 2, control = nmf_control(max_iter = 50, tol = 0))
#' dim(basis(fit))
#' dim(coef(fit))
#' all.equal(deviance(fit), sum(residuals(fit, x)^2))
#' @name nmf_fit
NULL

#' @rdname nmf_fit
#' @export
basis <- function(fit, ...) UseMethod("basis")

#' @rdname nmf_fit
#' @export
basis.nmf_fit <- function(fit, ...) fit$w

#' @rdname nmf_fit
#' @importFrom stats coef
#' @export
coef.nmf_fit <- function(object, ...) object$h

#' @rdname nmf_fit
#' @importFrom stats fitted
#' @export
fitted.nmf_fit <- function(object, ...) object$w %*% object$h

#' @rdname nmf_fit
#' @importFrom stats residuals
#' @export
residuals.nmf_fit <- function(object, data, ...) {
  check_given("data", "the matrix the model was fitted to",
              "A fit does not keep its data: use residuals(fit, x).")
  data <- check_matrix(data, "data", missing = TRUE)
  if (!identical(dim(data), c(nrow(object$w), ncol(object$h)))) {
    stop_input("data", paste(with_article(paste(nrow(object$w), "x", ncol(object$h))),
                             "matrix, like the fit"),
               describe(data))
  }
  as.matrix(data - fitted(object))
}

#' @rdname nmf_fit
#' @importFrom stats deviance
#' @export
deviance.nmf_fit <- function(object, ...) object$value

#' @rdname nmf_fit
#' @export
print.nmf_fit <- function(x, ...) {
  cat("<", class(x)[[1L]], "> ", nrow(x$w), " features x ", ncol(x$h), " samples, rank ",
      x$rank, "\n", sep = "")
  model <- paste0("loss ", x$loss, ", solver ", x$solver, ", init ", x$init,
                  if (!is.null(x$penalty)) {
                    paste0(", penalty ", paste(vapply(x$penalty, format, ""), collapse = "; "))
                  })
  writeLines(strwrap(model, 100L, indent = 2L, exdent = 4L))
  cat(fit_progress_line(x), "\n", sep = "")
  if (length(x$dead)) writeLines(dead_line(x))
  scaled <- switch(x$scale, max = "scaled to maximum 1", l2 = "scaled to unit length",
                   "not scaled")
  cat("  columns of W ", scaled, "; backend ", x$backend, " (",
      if (x$backend == "blas") paste0(x$blas, ", "), x$instructions, ")\n", sep = "")
  invisible(x)
}

fit_progress_line <- function(x) {
  paste0("  objective ", format(deviance(x), digits = 6), " after ", x$iterations,
         if (inherits(x, "meta_nmf_fit")) " epoch" else " iteration",
         if (x$iterations != 1) "s", if (x$converged) ", converged" else "")
}

dead_line <- function(x) {
  line <- paste0("dead components: ", toString(colnames(x$w)[x$dead]), " (", length(x$dead),
                 " of ", x$rank, ")")
  strwrap(line, 100L, indent = 2L, exdent = 4L)
}

#' @rdname nmf_fit
#' @export
summary.nmf_fit <- function(object, ...) {
  # A component's share: the size of its own part w_k h_k of the fit.
  size <- log_lengths(object$w) + log_lengths(t(object$h))
  size <- exp(size - max(size[size > -Inf], -Inf))
  size[is.nan(size)] <- 0
  structure(list(
    fit = object, relative = deviance(object) / object$total,
    share = if (sum(size) > 0) size / sum(size) else size,
    zeros = c(w = mean(object$w == 0), h = mean(object$h == 0)),
    empty = length(object$dead)
  ), class = "summary.nmf_fit")
}

# Logarithms of the columns' Euclidean lengths, whatever the units: no square overflows.
log_lengths <- function(columns) {
  largest <- apply(columns, 2L, max)
  relative <- sweep(columns, 2L, ifelse(largest > 0, largest, 1), `/`)
  log(largest) + log(colSums(relative^2)) / 2
}

#' @export
print.summary.nmf_fit <- function(x, ...) {
  print(x$fit)
  if (!is.na(x$relative)) {
    cat("  objective is ", format(100 * x$relative, digits = 3), " % of ||X||^2\n", sep = "")
  }
  cat("  components by share of the fit:\n")
  share <- sort(x$share, decreasing = TRUE)
  print(round(utils::head(share, 10L), 3))
  if (length(share) > 10L) cat("  and", length(share) - 10L, "more\n")
  cat("  zeros: ", format(100 * x$zeros[["w"]], digits = 3), " % of W, ",
      format(100 * x$zeros[["h"]], digits = 3), " % of H; empty components: ", x$empty,
      "\n", sep = "")
  invisible(x)
}
