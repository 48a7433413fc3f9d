# Class nmf_fit: what is printed of a fit, and its summary.

#' Print and summarise a fit
#'
#' `print()` says what was fitted and how well: the shape, the model, the objective and the number
#' of iterations, and the explained deviance. `summary()` adds the share of each component, how
#' sparse the factors are, and what computed the fit.
#'
#' The explained deviance is \eqn{1 - D / D_0}{1 - D / D0}. D is the [deviance()] of the fit, and
#' \eqn{D_0}{D0} that of the null model, in which all entries have one mean, like the
#' `null.deviance` of [stats::glm()]. It is 1 for a fit that reproduces the data and 0 for one that
#' is no better than the mean. It can be negative when a penalty costs more than that. For every
#' loss it is computed from the observed entries and their weights.
#'
#' The share of a component is the size of its product,
#' \eqn{\|w_k h_k\| = \|w_k\| \|h_k\|}{|w_k h_k| = |w_k| |h_k|}, divided by the sum of these sizes.
#' It does not depend on the scaling of W.
#'
#' An entry counts as zero when it is below 1e-8 of the largest entry of its column of W or its row
#' of H: beside the square of the largest, its own square is then lost in rounding. A rule of exact
#' zeros would miss those of multiplicative updates, which approach zeros but never reach them and
#' leave entries of 1e-16 or 1e-22.
#'
#' @param x,object A fit, of class `nmf_fit`. `print()` also takes a summary.
#' @param ... Ignored.
#' @return `print()`: `x`, invisibly. `format()`: one line of text, with the shape and the rank.
#'   `summary()`: a list of class `summary.nmf_fit` that prints itself, with
#' - `fit`: the fit;
#' - `explained`: the explained deviance, a number of at most 1. It is `NA` if the deviance is not
#'   known, if all entries are equal, so that there is nothing to explain, and for fits that a
#'   version which did not keep it has saved;
#' - `relative`: for the Frobenius loss the objective divided by \eqn{\|X\|^2}{|X|^2}, else `NA`;
#' - `share`: the shares of the r components, named and in their order. They sum to 1, or are all 0
#'   when all components are dead;
#' - `zeros`: the shares of the entries of W and of H that count as zero, `c(w = , h = )`;
#' - `dead`: the numbers of the dead components, see [nmf()].
#' @section Errors: Class `metanmf_error` for `summary()` of a basis without samples, which
#'   [as_nmf()] makes, for a saved fit that is newer than the package or lacks a field, and for a
#'   field that no summary has.
#' @examples
#' set.seed(1)
#' counts <- matrix(rpois(600, 3), 20)
#' fit <- nmf(counts, 3, loss = "kl")
#' fit
#' summary(fit)
#' summary(fit)$explained
#' 1 - deviance(fit) / glm(c(counts) ~ 1, family = poisson)$null.deviance
#' @name summary.nmf_fit
NULL

#' @rdname summary.nmf_fit
#' @export
print.nmf_fit <- function(x, ...) {
  cat(format(x), "\n", sep = "")
  model <- x$model
  penalties <- paste(vapply(model$penalty, format, ""), collapse = "; ")
  text <- paste0("loss ", loss_text(loss_of(x)),
                 if (!is.null(model$estimated)) " estimated", ", solver ", model$solver,
                 ", init ", model$init,
                 if (nzchar(penalties)) ", penalty ", penalties,
                 if (!is.null(model$constraint)) ", constraint ",
                 paste(vapply(model$constraint, format, ""), collapse = "; "))
  writeLines(strwrap(text, 100L, indent = 2L, exdent = 4L))
  cat(fit_progress_line(x), "\n", sep = "")
  explained <- explained_deviance(x)
  if (!is.na(explained)) cat("  explained deviance ", percent(explained), "\n", sep = "")
  # What integrative NMF adds is in the objective too, and is no penalty.
  tells <- has_penalty(model$penalty, "graph") && length(x$trace) && is.null(model$tied)
  share <- if (tells) penalty_share(x) else NA
  if (!is.na(share)) {
    only <- length(model$penalty) == 1L
    cat("  the ", if (only) paste(model$penalty[[1L]]$kind, "term is ") else "penalties are ",
        percent(share), " of the objective\n", sep = "")
  }
  if (length(x$dead)) writeLines(dead_line(x))
  if (!is.null(x$model$consensus)) writeLines(consensus_lines(x$model))
  left_out <- unobserved_counts(x)
  if (sum(left_out)) cat("  nothing observed of ", count_unobserved(left_out), ": NA\n", sep = "")
  invisible(x)
}

#' @rdname summary.nmf_fit
#' @export
format.nmf_fit <- function(x, ...) {
  paste0("<", class(x)[[1L]], "> ", nrow(x$w), " features x ", ncol(x$h), " samples, rank ", x$rank)
}

# How many samples and features of a fit are NA.
unobserved_counts <- function(fit) {
  fields <- current_fields(fit)
  count <- function(factor, by) if (anyNA(factor)) sum(!has_numbers(factor, by)) else 0L
  c(sample = count(fields$h, "columns"), feature = count(fields$w, "rows"))
}

fit_progress_line <- function(x) {
  if (ncol(x$h) == 0L) return("  a basis alone: predict(fit, x) finds the coefficients of samples")
  if (!length(x$trace)) return("  some components of a fit; figures of the whole fit are NA")
  paste0("  objective ", format(objective(x), digits = 6), " after ", x$iterations,
         if (inherits(x, "meta_nmf_fit")) " epoch" else " iteration",
         if (x$iterations != 1) "s", if (x$converged) ", converged" else "")
}

# A share in percent. What is missing to 100 % has two digits, so that a good fit and a better one
# differ.
percent <- function(share) {
  missing <- 100 * abs(1 - share)
  decimals <- if (missing == 0) 0 else min(6, max(1, 1 - floor(log10(missing))))
  paste(format(round(100 * share, decimals), nsmall = min(decimals, 1), digits = 9), "%")
}

# What the penalties add to the objective of a fit, as a share of it; of nothing it is 0.
penalty_share <- function(fit) {
  if (objective(fit) == 0) return(0)
  max(0, 1 - deviance(fit) / loss_deviance(1, fit$loss) / objective(fit))
}

dead_line <- function(x) {
  names <- valid_text(colnames(x$w)[x$dead])
  line <- paste0("dead components: ", toString(names), " (", length(x$dead), " of ", x$rank, ")")
  strwrap(line, 100L, indent = 2L, exdent = 4L)
}

# What print() says of a fit of many runs.
consensus_lines <- function(model) {
  consensus <- model$consensus
  rows <- model$runs$scores
  stability <- consensus$components$stability
  c(paste0("  consensus of ", sum(is.na(rows$message)), " runs: ", consensus$dropped, " of ",
           nrow(consensus$members), " components dropped",
           if (consensus$stopped) "; it was interrupted"),
    if (!anyNA(stability)) {
      paste0("  stability of components ", format(min(stability), digits = 3), " to ",
             format(max(stability), digits = 3))
    })
}

#' @rdname summary.nmf_fit
#' @export
summary.nmf_fit <- function(object, ...) {
  need_samples(object, "object", "summary()")
  structure(list(
    fit = object,
    explained = explained_deviance(object),
    relative = if (object$loss == "frobenius") objective(object) / object$data$x_norm2
               else NA_real_,
    share = component_shares(object$w, object$h),
    zeros = c(w = share_of_zeros(object$w), h = share_of_zeros(t(object$h))),
    dead = object$dead
  ), class = "summary.nmf_fit")
}

# What each component contributes: the length of w_k times that of h_k, over the sum of these.
component_shares <- function(w, h) {
  largest <- native_largest(w, h)
  unit <- lapply(largest, function(each) ifelse(each > 0, each, 1))
  size <- log_lengths(largest$w, colSums((w / rep(unit$w, each = nrow(w)))^2, na.rm = TRUE)) +
    log_lengths(largest$h, rowSums((h / unit$h)^2, na.rm = TRUE))
  size <- exp(size - max(size[size > -Inf], -Inf))
  size[is.nan(size)] <- 0
  if (sum(size) > 0) size / sum(size) else size
}

# Logarithms of Euclidean lengths, whatever the units: the squares are those of entries relative to
# the largest, so that none overflows.
log_lengths <- function(largest, squares) log(largest) + log(squares) / 2

# Entries whose square is lost beside that of the largest in their column.
share_of_zeros <- function(columns) {
  largest <- apply(columns, 2L, max, na.rm = TRUE)
  mean(columns <= rep(1e-8 * largest, each = nrow(columns)), na.rm = TRUE)
}

#' @rdname summary.nmf_fit
#' @export
print.summary.nmf_fit <- function(x, ...) {
  print(x$fit)
  if (!is.na(x$relative)) {
    cat("  objective is ", format(100 * x$relative, digits = 3), " % of ||X||^2\n", sep = "")
  }
  cat("  share of each component:\n")
  shown <- 30L
  print(round(utils::head(x$share, shown), 3))
  if (length(x$share) > shown) cat("  and", length(x$share) - shown, "more\n")
  cat("  zeros: ", format(100 * x$zeros[["w"]], digits = 3), " % of W, ",
      format(100 * x$zeros[["h"]], digits = 3), " % of H\n", sep = "")
  engine_lines(x$fit)
  invisible(x)
}

engine_lines <- function(fit) {
  scaled <- switch(fit$scaling$kind, max = "scaled to maximum 1", l2 = "scaled to unit length",
                   sum = "scaled to sum 1",
                   "not scaled")
  engine <- fit$engine
  cat("  columns of W ", scaled, "; backend ", engine$backend, " (",
      if (engine$backend == "blas") paste0(engine$blas, ", "), engine$instructions, ")\n", sep = "")
}

#' @export
`$.summary.nmf_fit` <- function(x, name) {
  fields <- unclass(x)
  if (name %in% names(fields)) return(fields[[name]])
  if (name %in% names(old_summary_fields)) {
    stop_named(paste0("The field `", name, "` of a summary is now `", old_summary_fields[[name]],
                      "`.\nUse summary(fit)$", old_summary_fields[[name]], "."), name)
  }
  stop_unknown(name, names(fields), "field of a summary:", name)
}
