#' Coefficients of new samples for a fixed basis
#'
#' Finds the coefficients H of new samples while the basis W of the fit stays as it is, to the last
#' bit. Use [adapt()] to let both factors move, as the evaluation in the thesis does, or to use a
#' graph of the new samples.
#'
#' Every sample is solved by itself, so its coefficients depend on no other sample. With missing
#' values and weights each sample has a problem of its own, made from what was observed of it.
#' - Frobenius: \eqn{\min_{h \ge 0} \|x - W h\|^2}{min ||x - W h||^2 over h >= 0} is solved exactly,
#'   by block principal pivoting on W'W (Kim and Park, 2011), or by an active set (Lawson and
#'   Hanson, 1974) if columns of W depend on each other.
#' - Kullback-Leibler: the divergence is convex in h and is minimised by Newton's method. Each step
#'   is the non-negative least squares solution of the quadratic model, shortened where the
#'   divergence would not fall. It ends when the gradient is 0 to about 1e-13 of its terms, or when
#'   no step lowers the divergence by more than rounding changes it.
#' - Itakura-Saito and [beta_loss()]: iterations start from equal coefficients and end at a relative
#'   decrease of 1e-12. For b below 0 there can be several minima.
#'
#' A constraint of the fit ([constraints]) holds for new samples too. Least squares are then solved
#' exactly by an active set of three states. Itakura-Saito and bounded Kullback-Leibler coefficients
#' are iterated, the latter until their KKT residual is below 1e-10. A sample of zeros is refused on
#' the simplex.
#'
#' @section Penalties: New samples are penalised as the samples of the fit were: with the weight
#'   that the penalties had there, whatever the new data are, and with the scale that W had in the
#'   objective. For a converged fit of `x`, `predict(fit, x)` is therefore `coef(fit)`. With W
#'   fixed, each sample's loss grows by \eqn{\sum_k a_k h_k + d_k h_k^2}{sum_k a_k h_k + d_k h_k^2},
#'   where
#'   \eqn{a_k} and \eqn{d_k} are the columns of `fit$model$cost`:
#'   - A sparse penalty on H adds \eqn{\lambda \|w_k\|}{lambda ||w_k||} to \eqn{a_k} (raw:
#'     \eqn{\lambda}{lambda}). The ridge adds \eqn{\lambda \|w_k\|^2}{lambda ||w_k||^2} to \eqn{d_k}
#'     (raw: \eqn{\lambda}{lambda}).
#'   - Scale-invariant penalties on W also depend on the rows of H. The ridge and graphs of features
#'     are quadratic in them. Sparse and orthogonal penalties on W depend on the lengths of whole
#'     rows; a new sample then costs what it would add to these lengths, to first order. Raw
#'     penalties on W do not concern samples.
#'   - With exact orthogonality on H a sample takes the one component that leaves the smallest
#'     error. With missing values that is the best of all components, where a fit can stop at
#'     another.
#'
#'   Some penalties are left out, and a message names them: graph and smooth penalties on H, since
#'   they join samples, and soft orthogonality on H, since a sample can then have several minima.
#'   Coefficients of new samples are therefore less smooth than those in a fit with a graph.
#'
#' @param object A fit, of class `nmf_fit`.
#' @param newdata Non-negative m x n matrix with the features of the fit in rows and new samples in
#'   columns (n x m if `samples` is `"rows"`), in the units of the data that were fitted, or a
#'   [block_source()]. Without it, the samples of the fit.
#' @param type `"coef"` (default) for H, r x n. `"response"` for W H, m x n. `"class"` for the
#'   number of the component with the largest coefficient in each sample, `NA` if all are 0.
#'   `"proportion"` for the shares of the components in each sample, r x n, as in [coef.nmf_fit()].
#'   All of these are `NA` for a sample of which nothing was observed, and features of which the fit
#'   observed nothing are left out; a message counts both.
#' @param missing `"error"` (default) refuses `NA`. `"mask"` leaves entries that are `NA` out.
#'   `"unstored"`, for sparse `newdata`, leaves out all entries that are not stored.
#' @param weights `NULL` (default), or weights of the entries, features or samples of `newdata`, as
#'   in [nmf()]. Every sample is solved by itself, so weights of samples matter only where they are
#'   0 or there is a penalty.
#' @param samples Whether `newdata`, and a matrix of `weights`, have their samples in their
#'   `"columns"` or `"rows"`. `NULL` (default) means as in the data of the fit,
#'   `fit$data$samples`. The result has them in columns.
#' @param assay Which matrix to use if `newdata` is a container of several, as in [nmf()]. `NULL`
#'   (default) means the one that was fitted, `fit$data$assay`, or the only one.
#' @param features `"same"` (default) requires that `newdata` have the features of the fit; if both
#'   sides have names, they are put in order. `"match"` uses the features whose names the fit has.
#'   Features that `newdata` lacks then count as unobserved, not as zero, others are left out, and a
#'   message counts all three. The coefficients are those of the basis with the shared features
#'   alone, `as_nmf(basis(fit)[shared, ])`, and `"response"` has all features of the fit.
#' @param ... Must be empty. All later arguments are matched by their whole names.
#' @return See `type`. Names of samples are kept. `newdata` without a column gives r x 0.
#' @references Kim, J. and Park, H. (2011). Fast nonnegative matrix factorization: an
#'   active-set-like method and comparisons. *SIAM Journal on Scientific Computing*, 33(6),
#'   3261-3281. \doi{10.1137/110821172}
#'
#'   Lawson, C. L. and Hanson, R. J. (1974). *Solving Least Squares Problems*.
#'   Prentice-Hall.
#' @seealso [as_nmf()] for a basis from elsewhere.
#' @section Errors: Class `metanmf_error` for data with another number of features or with other
#'   names than the fit has; with `features = "match"` when no name is shared, a shared name is
#'   repeated, or one side has no names; and for bad entries as in [nmf()]. With Itakura-Saito, and
#'   [beta_loss()] for b of at most 0, zeros and sparse data are refused too.
#' @examples
#' # Fit 100 flowers, and find the coefficients of 50 others
#' set.seed(1)
#' train <- sample(150, 100)
#' fit <- nmf(iris[train, 1:4], 3, samples = "rows")
#' h <- predict(fit, iris[-train, 1:4])
#' dim(h)
#' table(predict(fit, iris[-train, 1:4], type = "class"), iris$Species[-train])
#'
#' # New texts have other words than the fit. The words that they share are used.
#' words <- matrix(rpois(60, 2), 6, dimnames = list(letters[1:6], NULL))
#' topics <- nmf(words, 2, loss = "kl")
#' predict(topics, words[c("f", "a", "c"), 1:3], features = "match")
#' @importFrom stats predict
#' @export
predict.nmf_fit <- function(object, newdata, type = c("coef", "response", "class", "proportion"),
                            missing = c("error", "mask", "unstored"), weights = NULL, ...,
                            samples = NULL, assay = NULL, features = c("same", "match")) {
  check_dots(list(...), "predict.nmf_fit",
             c("newdata", "type", "missing", "weights", "samples", "assay", "features"))
  type <- check_choice(type, "type", c("coef", "response", "class", "proportion"))
  h <- object$h
  if (!base::missing(newdata)) {
    newdata <- formula_data(newdata, object, "newdata")
    samples <- where_samples(samples, newdata, "newdata", object)
    newdata <- read_data(newdata, "newdata", which_assay(newdata, "newdata", assay, object))
    refuse_response(newdata, type)
    h <- new_coef(object, newdata, missing, weights, samples, features)
  }
  switch(type, coef = h, response = object$w %*% h, class = largest_component(h),
         proportion = component_proportions(object$w, h))
}

# New data without samples are allowed: they have no coefficients.
new_coef <- function(fit, newdata, missing, weights, samples, features) {
  model <- fit$model
  none <- c(nrow(fit$w), 0L)
  if (identical(dim(newdata), if (samples == "rows") rev(none) else none)) {
    return(matrix(0, fit$rank, 0L, dimnames = list(rownames(fit$h), NULL)))
  }
  data <- check_newdata(newdata, fit, missing, weights,
                        Filter(Negate(joins_samples), model$penalty), samples, features)
  tell_left_out(model)
  h <- observed_coef(data, fit)
  dimnames(h) <- list(rownames(fit$h), colnames(data$x))
  h
}

largest_component <- function(h) {
  class <- max.col(t(h), ties.method = "first")
  class[!(colSums(h) > 0) %in% TRUE] <- NA
  names(class) <- colnames(h)
  class
}

check_newdata <- function(newdata, fit, missing = "error", weights = NULL,
                          penalties = fit$model$penalty, samples = "columns",
                          features = "same") {
  given <- newdata
  if (is_source(newdata)) {
    return(source_newdata(newdata, fit, missing, weights, features, penalties))
  }
  newdata <- as_numbers(turn_samples(newdata, samples, "newdata"), "newdata")
  matched <- fit_features(newdata, turn_weights(weights, samples), fit, features, samples, given)
  data <- check_data(matched$x, "newdata", missing, matched$weights, turned = samples == "rows")
  data <- spread_margins(data, loss_of(fit), penalties)
  data$absent <- matched$absent
  data
}

# `given` as the user gave it, `newdata` with its samples in columns.
stop_new_features <- function(given, newdata, fit, samples) {
  other <- setdiff(sample_places, samples)
  hint <- if (ncol(newdata) == nrow(fit$w)) {
    paste0("Its samples are in ", other, ": use samples = \"", other, "\".")
  }
  stop_input("newdata", paste("a matrix with the fit's", nrow(fit$w), "features in", other),
             describe(given), hint)
}

# H for the fit's basis, r x n: features of which the fit observed nothing are left out, and samples
# of which nothing else was observed are NA.
observed_coef <- function(data, fit) {
  usable <- usable_features(fit, data)
  layout <- data_layout(data, usable)
  # A feature that is missing in every sample stays, so that no sample affects another.
  layout["rows"] <- list(if (!all(usable)) which(usable))
  samples <- if (is.null(layout$columns)) ncol(data$x) else length(layout$columns)
  tell_unobserved(c(sample = ncol(data$x) - samples, feature = sum(!usable & !data$absent)))
  if (samples == 0L) return(matrix(NA_real_, fit$rank, ncol(data$x)))
  data <- keep_part(data, layout)
  loss <- layout_loss(loss_of(fit), layout)
  check_loss_data(loss, data, nmf_control(), "newdata")
  if (isTRUE(coef_limits(fit, 1L)$simplex)) check_mixtures(data$x, "newdata")
  h <- solve_coef(data, keep_rows(fit$w, layout$rows), loss, evaluation_control(fit),
                  coef_terms(fit$model$cost, fit$model$penalty), coef_limits(fit, ncol(data$x)))
  spread_columns(h, layout)
}

# H for a fixed basis (r x n): every column is solved exactly by itself, from its observed entries.
# `terms`: as coef_terms() makes them; `limits`: as engine_limits(). A component of infinite cost is
# 0, as if its column of W were.
solve_coef <- function(data, w, loss, control, terms = coef_terms(NULL, NULL), limits = NULL) {
  if (!is.null(data$margins)) return(solve_margins(data, w, loss, control, terms, limits))
  barred <- is.infinite(terms$penalty$coef$cost[, 2L])
  if (any(barred)) w[, barred] <- terms$penalty$coef$cost[barred, ] <- 0
  x <- data$x
  limits <- bar_components(limits, barred, c(ncol(w), ncol(x)))
  start <- list(w = unname(w), h = matrix(0, ncol(w), ncol(x)))
  # The Kullback-Leibler solver has no bounds, so updates run until the KKT conditions hold.
  iterates <- loss == "kl" && !is.null(limits$h)
  if (iterates) start$h[] <- start_bounded(start$w, x, limits$h)
  if (isTRUE(limits$simplex)) start$h <- on_simplex(start$h, limits$h)
  control <- run_exactly(control, if (iterates) 100000L else 1L)
  control["smoothing"] <- list(NULL)
  control$scale <- "none"
  if (iterates) control$kkt <- 1e-10
  model <- engine_model(ncol(w), loss, if (iterates) "mu" else "exact", terms, hold_basis = TRUE,
                        features = nrow(x), limits = limits)
  power <- scale_power(data$facts$largest, loss_reach(loss))
  raised <- scale_up(data, start, model, power)
  out <- run_slices(raised$data, raised$w, raised$h, raised$model,
                    engine_control(control, loss, trace = FALSE))
  if (out$status != "converged") {
    warn_not_converged("Some samples' coefficients still moved after 100000 iterations.")
  }
  if (power != 0 && scaled_side(limits) == "h") out$h <- out$h / 2^power
  within_limits(out, limits)$h
}
