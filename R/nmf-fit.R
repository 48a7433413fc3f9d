# Class nmf_fit: its methods.

#' Basis, coefficients and fit of a factorisation
#'
#' `basis()` returns W and `coef()` returns H. Rows and columns of which nothing was observed are
#' `NA` in both. Their product W H is [fitted()][fitted.nmf_fit()].
#'
#' `coef(fit, type = "proportion")` says how each sample divides among the components,
#' \deqn{p_{kj} = \frac{h_{kj} \sum_i w_{ik}}{\sum_c h_{cj} \sum_i w_{ic}}.}{
#' p_kj = h_kj sum_i w_ik / sum_c (h_cj sum_i w_ic).} This is the share of component k in the fitted
#' total of sample j, \eqn{\sum_i (WH)_{ij}}{sum_i (WH)_ij}, so columns sum to 1. Proportions do not
#' change when a column of W is multiplied and its row of H divided by a number. They therefore do
#' not depend on the scaling of the fit, as H does. For counts fitted by Kullback-Leibler they are
#' the proportions of topics. A sample whose coefficients are all 0 has no proportions: its column
#' is `NA`.
#'
#' `objective()` is what the fit minimised, penalties included; [nmf()] calls it F. Use it to
#' compare fits of the same model, such as those from several starts.
#'
#' `deviance()` is the loss without penalties, on the scale of a likelihood. For the Frobenius loss
#' it is the residual sum of squares. For Kullback-Leibler, Itakura-Saito and [beta_loss()] it is
#' twice the divergence, which is the deviance of a Poisson, gamma or Tweedie model. It tells how
#' well W H reproduces the data, whatever else the model asks for. `nobs()` is the number of entries
#' in it: all of X except those that are missing or have weight 0. With weights, each entry's term
#' of the objective and of the deviance is multiplied by its weight.
#'
#' For the Frobenius loss without a penalty, objective and deviance are both
#' `sum(residuals(fit, x)^2)`. With raw penalties the objective belongs to the pair before the final
#' scaling, see [nmf()].
#'
#' @param object,fit A fit, of class `nmf_fit`.
#' @param type `"coef"` (default) for H itself, or `"proportion"` for the proportions above. These
#'   are a soft clustering; `predict(fit, type = "class")` gives a hard one.
#' @param ... Ignored.
#' @return `basis()`: m x r, features by components. `coef()`: r x n, components by
#'   samples, for either type. `objective()`, `deviance()` and `nobs()`: one number.
#' @section Fits of earlier versions: All functions and `$` read a fit that version 0.1.0 saved like
#'   one of this version. What it did not keep is `NA` or `NULL`: `nobs()`, the call, and, if there
#'   were penalties, the deviance. A fit that a later version saved, or that lacks a field, is
#'   refused.
#' @section Errors: Class `metanmf_error` for a saved fit that is newer than the package or not
#'   whole, and for a field that no fit has.
#' @seealso [summary.nmf_fit()] for what `print()` and `summary()` say, [fitted.nmf_fit()] for
#'   residuals, [dim.nmf_fit()] for the shape, [select_components] for some components,
#'   [update.nmf_fit()], [logLik.nmf_fit()].
#' @examples
#' set.seed(1)
#' x <- t(as.matrix(iris[, 1:4]))
#' fit <- nmf(x, 2)
#' basis(fit)
#' dim(coef(fit))
#' all.equal(deviance(fit), sum(residuals(fit, x)^2))
#' round(coef(fit, type = "proportion")[, c(1, 51, 101)], 3)
#'
#' # With a penalty the objective is more than the deviance
#' sparse <- nmf(x, 2, penalty = penalty_sparse(0.1))
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
