# Class nmf_fit: its methods.

#' Basis, coefficients and fit of a factorisation
#'
#' `basis()` gives W, `coef()` gives H. Rows and columns of which nothing was observed are `NA` in
#' both. Their product W H is [fitted()][fitted.nmf_fit()].
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
#' @param object,fit A fit, of class `nmf_fit`.
#' @param type `"coef"` (default): H itself. `"proportion"`: the proportions above, the soft
#'   clustering that belongs to the hard one of `predict(fit, type = "class")`.
#' @param ... Ignored.
#' @return `basis()`: m x r, features by components. `coef()`: r x n, components by
#'   samples, for either type. `objective()`, `deviance()` and `nobs()`: one number.
#' @section Fits of earlier versions: A fit that version 0.1.0 saved is read by all functions and by
#'   `$` like a fit of this version. What it did not keep is `NA` or `NULL`: `nobs()`, the call, and
#'   the deviance where there were penalties. A fit that a later version saved, or that lacks a
#'   part, is refused.
#' @section Errors: Class `metanmf_error` for a saved fit that is newer than the package or not
#'   whole, and for a field that no fit has.
#' @seealso [summary.nmf_fit()] for what `print()` and `summary()` say, [fitted.nmf_fit()] for
#'   residuals, [dim.nmf_fit()] for the shape, [select_components] for some components,
#'   [update.nmf_fit()], [logLik.nmf_fit()].
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
