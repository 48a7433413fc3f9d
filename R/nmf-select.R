# Class nmf_fit: some of its components, or all of them in another order.

#' Components of a fit
#'
#' `fit[k]` is a fit of the components k alone, in that order. `sort()` puts all components in the
#' order of their share of the fit, the largest first, see [summary.nmf_fit()]. Fields are still
#' read by `fit$name` and `fit[["name"]]`; `fit[c("w", "h")]` is a list of fields unless components
#' have such names.
#'
#' A fit of all components in another order is the same fit. A fit of some of them is not an
#' optimum: its [basis()] and [coef()] are those of the whole fit, and figures of the whole fit are
#' missing. [objective()], [deviance()], the KKT residual and `starts` are `NA`, the trace is empty,
#' the number of iterations is 0, and there is no call that [update()][update.nmf_fit()] could
#' repeat. `predict(fit[k], x)` finds the coefficients of samples for these components without the
#' others, `sum(residuals(fit[k], x)^2)` is the error that they leave, and `nmf(x, rank, init =
#' fit[k])` starts from them.
#'
#' @param x A fit, of class `nmf_fit`.
#' @param components Which components, by numbers (negative ones for all but these), names, or
#'   `TRUE` and `FALSE` for each. At least one, and none twice.
#' @param decreasing `TRUE` (default) for the largest share first.
#' @param ... Must be empty.
#' @return A fit of the class of `x` whose components keep their names, or for names of fields a
#'   list.
#' @section Errors: Class `metanmf_error` for a component that the fit does not have, for one that
#'   is given twice, for none, and for more than one index. To select features and samples, use
#'   `basis(fit)[i, ]` and `coef(fit)[, j]`.
#' @examples
#' set.seed(1)
#' x <- t(as.matrix(iris[, 1:4]))
#' fit <- nmf(x, 3)
#' fit["c2"]
#' predict(fit[-1], x[, 1:3])
#' summary(sort(fit, decreasing = FALSE))$share
#' @name select_components
NULL

#' @rdname select_components
#' @export
`[.nmf_fit` <- function(x, components, ...) {
  if (nargs() > 2L) {
    stop_input("components", "one index, since a fit is subset by components",
               paste(nargs() - 1L, "indices"),
               "Use fit[k], and basis(fit)[i, ] or coef(fit)[, j] for features and samples.")
  }
  if (missing(components)) return(x)
  if (names_fields(components, x)) return(unclass(x)[components])
  select_components(x, component_places(components, x))
}

#' @rdname select_components
#' @export
sort.nmf_fit <- function(x, decreasing = TRUE, ...) {
  check_dots(list(...), "sort.nmf_fit", "decreasing")
  need_samples(x, "x", "sort()")
  order <- component_order(x)
  select_components(x, if (check_flag(decreasing, "decreasing")) order else rev(order))
}

# A fit is a list, and fit[c("w", "h")] is a shorter one, as of any list.
names_fields <- function(components, fit) {
  is.character(components) && any(components %in% names(fit_types)) &&
    !any(components %in% colnames(fit$w))
}

component_places <- function(components, fit) {
  at <- index_places(components, colnames(fit$w), ncol(fit$w), "components", "components")
  if (!length(at)) {
    stop_input("components", "at least one component", "none", "All of them are the fit itself.")
  }
  if (anyDuplicated(at)) {
    stop_input("components", "different components",
               paste("component", at[[anyDuplicated(at)]], "twice"))
  }
  at
}

# Turns an index of R's kind into numbers among `count` things with these names. `owner` says what
# they are, for the error.
index_places <- function(index, names, count, argument, owner) {
  all <- seq_len(count)
  wrong <- function(given) {
    stop_input(argument, paste0("numbers in 1..", count, ", names, or TRUE and FALSE for each of ",
                                "the ", count, " ", owner), given)
  }
  if (is.factor(index)) index <- as.character(index)
  if (is.character(index)) {
    if (!has_names(names)) wrong(paste("names, but there are none:", some_names(index)))
    twice <- intersect(index, names[duplicated(names)])
    if (length(twice)) wrong(paste("a name that occurs twice there:", some_names(twice)))
    at <- match(index, names)
    if (anyNA(at)) wrong(paste("other names:", some_names(index[is.na(at)])))
    return(at)
  }
  if (is.logical(index)) {
    if (length(index) != count || anyNA(index)) wrong(describe(index))
    return(which(index))
  }
  if (!is_number(index) || !all(is.finite(index)) || any(index != round(index))) {
    wrong(describe(index))
  }
  outside <- index == 0 | abs(index) > count
  if (any(outside)) wrong(toString(utils::head(index[outside], 3L)))
  if (any(index < 0) && any(index > 0)) wrong("negative numbers and others")
  all[index]
}

# The components by their share, the largest first. Shares that agree in 8 digits keep their order,
# because rounding differs between machines and must not decide.
component_order <- function(fit) order(-signif(component_shares(fit$w, fit$h), 8L))

# The fit of the components `at`. Of all of them it is the same fit.
select_components <- function(fit, at) {
  fields <- current_fields(fit)
  rank <- ncol(fields$w)
  fields$w <- fields$w[, at, drop = FALSE]
  fields$h <- fields$h[at, , drop = FALSE]
  fields$dead <- sort(match(fields$dead, at))
  model <- fields$model
  model$rank <- length(at)
  model$known <- c(w = sum(at <= model$known[["w"]]), h = sum(at > rank - model$known[["h"]]))
  if (!is.null(model$cost)) model$cost <- model$cost[at, , drop = FALSE]
  if (!is.null(model$constraint)) model$constraint <- lapply(model$constraint, select_bounds, at)
  if (length(fields$scaling$divisor) == rank) {
    fields$scaling$divisor <- fields$scaling$divisor[at]
  }
  if (length(at) < rank) {
    model$starts <- NA_real_
    model$runs <- NULL
    fields[c("value", "kkt")] <- NA_real_
    fields$trace <- numeric()
    fields$iterations <- 0L
    fields$converged <- FALSE
    fields["call"] <- list(NULL)
    fields$data$deviance <- NA_real_
  }
  if (!is.null(model$online)) {
    model["online"] <- if (length(at) == rank) list(select_online(model$online, at)) else list(NULL)
  }
  if (!is.null(model$consensus)) model$consensus <- select_clusters(model$consensus, at)
  fields$model <- model
  structure(fields, class = class(fit))
}

# A constraint of these components: bounds that are a vector or a matrix belong to one each.
select_bounds <- function(constraint, at) {
  if (is.matrix(constraint$w)) constraint$w <- constraint$w[, at, drop = FALSE]
  else if (length(constraint$w) > 1L) constraint$w <- constraint$w[at]
  if (is.matrix(constraint$h)) constraint$h <- constraint$h[at, , drop = FALSE]
  else if (length(constraint$h) > 1L) constraint$h <- constraint$h[at]
  constraint
}

# The record of a consensus, for a fit of the components `at`.
select_clusters <- function(consensus, at) {
  consensus$components <- consensus$components[at, ]
  row.names(consensus$components) <- NULL
  consensus$members$cluster <- match(consensus$members$cluster, at)
  consensus
}
