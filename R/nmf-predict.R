#' Coefficients of new samples for a fixed basis
#'
#' Finds H for new data with the fit's W held fixed, always: the fit is not changed,
#' and W stays as it is to the last bit. To let both factors move, as the thesis' evaluation
#' does, and with a graph of the new samples, use [adapt()].
#'
#' Frobenius: each column solves \eqn{\min_{h \ge 0} \|x - W h\|^2}{min ||x - W h||^2 over h >= 0}
#' by block principal
#' pivoting on W'W (Kim and Park, 2011), and where columns of W depend on each other by an
#' active set (Lawson and Hanson, 1974); both end at the exact solution. KL: each column
#' minimises its own divergence, convex in h, by Newton's method: every step is the
#' non-negative least squares of the quadratic model, shortened where the divergence would
#' not fall, until the gradient is 0 to about 1e-13 of its terms, or no step lowers the
#' divergence by more than rounding moves it. Itakura-Saito and [beta_loss()]: each column is
#' iterated by itself from equal coefficients, to a relative decrease of 1e-12; for b below 0 there
#' can be several minima. With missing values and weights each column has its own problem,
#' made of what is observed of it, and is solved in the same way. A sample's coefficients depend
#' on no other sample.
#'
#' A constraint of the fit ([constraints]) holds for new samples too: least squares are solved
#' exactly within it, by an active set of three states; Itakura-Saito and bounded Kullback-Leibler
#' coefficients are iterated, the latter until their KKT residual is below 1e-10. A sample of zeros
#' is refused on the simplex.
#'
#' @section Penalties: New samples are penalised as the fit's own were, at the weight that the
#'   penalties had there, whatever the new data are, and at the scale that W had in the objective.
#'   Hence `predict(fit, x)` of the data that a converged fit was made of is `coef(fit)`. With W
#'   fixed, each sample's loss grows by \eqn{\sum_k a_k h_k + d_k h_k^2}{sum_k a_k h_k + d_k h_k^2},
#'   with \eqn{a_k} and \eqn{d_k} in `fit$model$cost`:
#'   - sparse on H adds \eqn{\lambda \|w_k\|}{lambda ||w_k||} to \eqn{a_k} (raw:
#'     \eqn{\lambda}{lambda}), the ridge \eqn{\lambda \|w_k\|^2}{lambda ||w_k||^2} to \eqn{d_k}
#'     (raw: \eqn{\lambda}{lambda}).
#'   - Scale-invariant penalties on W weigh by the rows of H. The ridge and graphs of features are
#'     quadratic in them. Sparse and orthogonal on W weigh by the lengths of whole rows: there a
#'     new sample costs what it would add, to first order, to the lengths that the rows have in the
#'     fit. Raw penalties on W say nothing about samples.
#'   - With exact orthogonality on H a sample takes the one component that leaves the least: with
#'     missing values that of all, where a fit can stop at another.
#'
#'   Graph and smooth penalties on H join samples, and with soft orthogonality on H a sample can
#'   have several minima. They are left out, and a message names them. Coefficients of new samples
#'   are therefore less smooth than those of a graph-regularised fit.
#'
#' @param object A fit, of class `nmf_fit`.
#' @param newdata Non-negative m x n matrix with the features of the fit in rows and new
#'   samples in columns, or n x m where `samples` is `"rows"`, on the scale the model was fitted
#'   on, or a [block_source()]. Without it, the fit's own samples.
#' @param type `"coef"` (default): H, r x n. `"response"`: W H, m x n. `"class"`: the
#'   component with the largest coefficient of each sample, as an integer (`NA` for a
#'   sample without any). `"proportion"`: how each sample divides among the components, r x n, as in
#'   [coef.nmf_fit()]. All of it is `NA` for a sample of which nothing was observed. Features of
#'   which the fit observed nothing are left out; a message counts both.
#' @param missing `"error"` (default); `"mask"`: entries of `newdata` that are `NA` carry
#'   no weight; `"unstored"`, for sparse `newdata`: what is not stored was not observed.
#' @param weights `NULL` (default), or weights of the entries, features or samples of `newdata`, as
#'   in [nmf()]. Those of samples matter where they are 0 and beside a penalty, as every sample is
#'   solved by itself.
#' @param samples Where `newdata`, and a matrix of `weights`, have their samples: in their
#'   `"columns"` or `"rows"`. `NULL` (default): where the fit's data had them, `fit$data$samples`.
#'   What is returned has them in columns.
#' @param assay For `newdata` in a container: which of its matrices, as in [nmf()]. `NULL`
#'   (default): the one the fit was made of, `fit$data$assay`, or the only one.
#' @param features `"same"` (default): `newdata` must have the features of the fit, which are put in
#'   order where both sides have names. `"match"`: those whose names the fit has are used. Features
#'   that `newdata` lacks count as unobserved, not as zero; others are left out; a message counts
#'   all three. The coefficients are those of the fit with the shared features alone,
#'   `as_nmf(basis(fit)[shared, ])`, `"response"` is that of all features of the fit. It is an error
#'   where no name is shared, a shared one is repeated, or one side has none.
#' @param ... Must be empty. What follows is matched by its whole name only.
#' @return See `type`. Names of samples are carried through. `newdata` without a column gives r x 0.
#' @references Kim, J. and Park, H. (2011). Fast nonnegative matrix factorization: an
#'   active-set-like method and comparisons. *SIAM Journal on Scientific Computing*, 33(6),
#'   3261-3281. \doi{10.1137/110821172}
#'
#'   Lawson, C. L. and Hanson, R. J. (1974). *Solving Least Squares Problems*.
#'   Prentice-Hall.
#' @seealso [as_nmf()] for a basis from elsewhere.
#' @section Errors: Class `metanmf_error` for data with another number of features, or
#'   with names of features other than the fit's (another order of the same is put in order; see
#'   `features`), and for bad entries as in [nmf()]: with Itakura-Saito, and [beta_loss()] of b at
#'   most 0, zeros and sparse data too.
#' @examples
#' x <- scale_minmax(digits$x[, 1:300])
#' set.seed(1)
#' fit <- nmf(x[, 1:200], 10, control = nmf_control(max_iter = 100, tol = 0))
#' h <- predict(fit, x[, 201:300])
#' dim(h)
#' table(predict(fit, x[, 201:300], type = "class"))
#'
#' # New texts have other words: those that the fit knows are used
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

# A choice of no samples out of some has no coefficients, and is no mistake.
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
  if (is_source(newdata)) return(source_newdata(newdata, fit, missing, weights, features))
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
  # What is missing of every sample stays in, so that a sample's coefficients depend on no other.
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
# `terms`: as coef_terms() makes them; `limits`: as engine_limits(). What costs infinitely much is
# 0, as without a column of W.
solve_coef <- function(data, w, loss, control, terms = coef_terms(NULL, NULL), limits = NULL) {
  if (!is.null(data$margins)) return(solve_margins(data, w, loss, control, terms, limits))
  barred <- is.infinite(terms$penalty$coef$cost[, 2L])
  if (any(barred)) w[, barred] <- terms$penalty$coef$cost[barred, ] <- 0
  x <- data$x
  limits <- bar_components(limits, barred, c(ncol(w), ncol(x)))
  start <- list(w = unname(w), h = matrix(0, ncol(w), ncol(x)))
  # The Kullback-Leibler solver knows no bounds: updates until nothing is left of the conditions.
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
