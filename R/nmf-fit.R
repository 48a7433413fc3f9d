# Class nmf_fit: its methods.

#' Basis, coefficients and fit of a factorisation
#'
#' `basis()` gives W, `coef()` gives H, `fitted()` their product W H, `residuals()` the
#' difference X - W H. Rows and columns of which nothing was observed are `NA` in all four.
#'
#' `coef(fit, type = "proportion")` tells how each sample divides among the components,
#' \deqn{p_{kj} = \frac{h_{kj} \sum_i w_{ik}}{\sum_c h_{cj} \sum_i w_{ic}}:}{
#' p_kj = h_kj sum_i w_ik / sum_c (h_cj sum_i w_ic):} the part that component k makes of the fitted
#' total of sample j, \eqn{\sum_i (WH)_{ij}}{sum_i (WH)_ij}. Columns sum to 1. Multiplying a column
#' of W and dividing its row of H changes nothing, so proportions do not depend on the scaling of
#' the fit, as H does. Of counts fitted by Kullback-Leibler they are the proportions of topics. A
#' sample whose coefficients are all 0 has none: its column is `NA`.
#'
#' `objective()` is F, what the fit minimised, penalties included: see [nmf()]. It is the one
#' to compare fits of the same model by, such as those of several starts.
#'
#' `deviance()` is the data term alone, without penalties, on the scale of a likelihood: the
#' residual sum of squares for the Frobenius loss, and twice the divergence for Kullback-Leibler,
#' Itakura-Saito and [beta_loss()], the deviance of a Poisson, gamma or Tweedie model. It tells how
#' well W H reproduces the data, whatever else the model asks for. `nobs()` is the
#' number of entries in it: all of X but those that are missing or have the weight 0. With weights
#' each entry's part of F and of the
#' deviance is multiplied by its weight.
#'
#' For the Frobenius loss without a penalty objective and deviance are both
#' `sum(residuals(fit, x)^2)`. With raw penalties the objective is that of [nmf()]'s pair before
#' the final scaling, see there.
#'
#' @param object,fit,x A fit, of class `nmf_fit` (`x` in `print()` alone).
#' @param type `"coef"` (default): H itself. `"proportion"`: the proportions above, the soft
#'   clustering that belongs to the hard one of `predict(fit, type = "class")`.
#' @param data The m x n matrix the model was fitted to: a fit does not keep it. Its names, where it
#'   has some, decide which entry is which.
#' @param samples Where `data` have their samples, in their `"columns"` or `"rows"`. `NULL`
#'   (default): where the fit's data had them, `fit$data$samples`. What is
#'   returned has them in columns.
#' @param assay For `data` in a container: which of its matrices, as in [nmf()]. `NULL` (default):
#'   the one the fit was made of, `fit$data$assay`, or the only one.
#' @param ... Ignored.
#' @return `basis()`: m x r, features by components. `coef()`: r x n, components by
#'   samples, for either type. `fitted()` and `residuals()`: m x n.
#'   `objective()`, `deviance()` and `nobs()`: one
#'   number. `summary()`: a list of class `summary.nmf_fit` that prints itself; its
#'   `empty` is the number of dead components, see [nmf()].
#' @section Fits of earlier versions: A fit that version 0.1.0 saved is read by all functions and by
#'   `$` like a fit of this version. What it did not keep is `NA` or `NULL`: `nobs()`, the call, and
#'   the deviance where there were penalties. A fit that a later version saved, or that lacks a
#'   part, is refused.
#' @section Errors: Class `metanmf_error` when `data` has another shape than the fit, for a saved
#'   fit that is newer than the package or not whole, and for a field that no fit has.
#' @examples
#' set.seed(1)
#' x <- matrix(runif(60), 6)
#' fit <- nmf(x, 2, control = nmf_control(max_iter = 50, tol = 0))
#' dim(basis(fit))
#' dim(coef(fit))
#' all.equal(deviance(fit), sum(residuals(fit, x)^2))
#' round(coef(fit, type = "proportion")[, 1:4], 3)
#'
#' sparse <- nmf(x, 2, penalty = penalty_sparse(0.1), control = nmf_control(50, tol = 0))
#' c(objective = objective(sparse), deviance = deviance(sparse), entries = nobs(sparse))
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
coef.nmf_fit <- function(object, type = c("coef", "proportion"), ...) {
  type <- check_choice(type, "type", c("coef", "proportion"))
  if (type == "coef") object$h else component_proportions(object$w, object$h)
}

#' @rdname nmf_fit
#' @importFrom stats fitted
#' @export
fitted.nmf_fit <- function(object, ...) object$w %*% object$h

#' @rdname nmf_fit
#' @importFrom stats residuals
#' @export
residuals.nmf_fit <- function(object, data, ..., samples = NULL, assay = NULL) {
  check_given("data", "the matrix the model was fitted to",
              "A fit does not keep its data: use residuals(fit, x).")
  data <- formula_data(data, object, "data")
  samples <- where_samples(samples, data, "data", object)
  assay <- which_assay(data, "data", assay, object)
  data <- check_matrix(read_data(data, "data", assay), "data", missing = TRUE, samples = samples)
  shape <- c(nrow(object$w), ncol(object$h))
  if (!identical(dim(data), shape)) {
    turned <- samples == "rows"
    hint <- if (identical(dim(data), rev(shape))) {
      paste0("Its samples are in ", setdiff(sample_places, samples), ": use samples = \"",
             setdiff(sample_places, samples), "\".")
    }
    wanted <- paste(if (turned) rev(shape) else shape, collapse = " x ")
    stop_input("data", paste(with_article(wanted), "matrix, like the fit",
                             if (turned) "with samples in rows"),
               describe(as_given(data, turned)), hint)
  }
  fitted <- fitted(object)
  as.matrix(order_entries(data, fitted, "data", "the fit") - fitted)
}

#' @rdname nmf_fit
#' @importFrom stats deviance
#' @export
deviance.nmf_fit <- function(object, ...) object$data$deviance

#' @rdname nmf_fit
#' @importFrom stats nobs
#' @export
nobs.nmf_fit <- function(object, ...) object$data$n_observed

#' @rdname nmf_fit
#' @export
objective <- function(fit, ...) UseMethod("objective")

#' @rdname nmf_fit
#' @export
objective.nmf_fit <- function(fit, ...) fit$value

#' @rdname nmf_fit
#' @export
print.nmf_fit <- function(x, ...) {
  cat("<", class(x)[[1L]], "> ", nrow(x$w), " features x ", ncol(x$h), " samples, rank ",
      x$rank, "\n", sep = "")
  model <- x$model
  penalties <- paste(vapply(model$penalty, format, ""), collapse = "; ")
  text <- paste0("loss ", loss_text(loss_of(x)), ", solver ", model$solver, ", init ", model$init,
                 if (nzchar(penalties)) ", penalty ", penalties)
  writeLines(strwrap(text, 100L, indent = 2L, exdent = 4L))
  cat(fit_progress_line(x), "\n", sep = "")
  if (length(x$dead)) writeLines(dead_line(x))
  left_out <- unobserved_counts(x)
  if (sum(left_out)) cat("  nothing observed of ", count_unobserved(left_out), ": NA\n", sep = "")
  scaled <- switch(x$scaling$kind, max = "scaled to maximum 1", l2 = "scaled to unit length",
                   "not scaled")
  engine <- x$engine
  cat("  columns of W ", scaled, "; backend ", engine$backend, " (",
      if (engine$backend == "blas") paste0(engine$blas, ", "), engine$instructions, ")\n", sep = "")
  invisible(x)
}

# How many samples and features of a fit are NA.
unobserved_counts <- function(fit) {
  c(sample = sum(!has_numbers(fit$h, "columns")), feature = sum(!has_numbers(fit$w, "rows")))
}

fit_progress_line <- function(x) {
  if (ncol(x$h) == 0L) return("  a basis alone: predict(fit, x) finds the coefficients of samples")
  paste0("  objective ", format(objective(x), digits = 6), " after ", x$iterations,
         if (inherits(x, "meta_nmf_fit")) " epoch" else " iteration",
         if (x$iterations != 1) "s", if (x$converged) ", converged" else "")
}

dead_line <- function(x) {
  names <- valid_text(colnames(x$w)[x$dead])
  line <- paste0("dead components: ", toString(names), " (", length(x$dead), " of ", x$rank, ")")
  strwrap(line, 100L, indent = 2L, exdent = 4L)
}

#' @rdname nmf_fit
#' @export
summary.nmf_fit <- function(object, ...) {
  need_samples(object, "object", "summary()")
  # A component's share: the size of its own part w_k h_k of the fit.
  size <- log_lengths(object$w) + log_lengths(t(object$h))
  size <- exp(size - max(size[size > -Inf], -Inf))
  size[is.nan(size)] <- 0
  structure(list(
    fit = object,
    relative = if (object$loss == "frobenius") objective(object) / object$data$x_norm2
               else NA_real_,
    share = if (sum(size) > 0) size / sum(size) else size,
    zeros = c(w = mean(object$w == 0, na.rm = TRUE), h = mean(object$h == 0, na.rm = TRUE)),
    empty = length(object$dead)
  ), class = "summary.nmf_fit")
}

# Logarithms of the columns' Euclidean lengths, whatever the units: no square overflows.
log_lengths <- function(columns) {
  largest <- apply(columns, 2L, max, na.rm = TRUE)
  relative <- sweep(columns, 2L, ifelse(largest > 0, largest, 1), `/`)
  log(largest) + log(colSums(relative^2, na.rm = TRUE)) / 2
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
