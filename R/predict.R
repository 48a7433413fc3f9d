#' Coefficients of new samples for a fixed basis
#'
#' Finds H for new data with the fit's W held fixed, always: the fit is not changed,
#' and W stays as it is to the last bit. The graph of a graph-regularised fit plays no
#' part, so coefficients of new samples are less smooth than the fit's own. To let both
#' factors move, as the thesis' evaluation does, and with a graph of the new samples, use
#' [adapt()].
#'
#' Frobenius: each column solves \eqn{\min_{h \ge 0} \|x - W h\|^2}, by coordinate
#' descent and then an active set on W'W (Lawson and Hanson, 1974), which ends at the
#' exact solution. KL: each column minimises its own divergence, convex in h, by a few
#' multiplicative updates and then Newton steps on one coordinate at a time. A sample's
#' coefficients depend on no other sample.
#'
#' @param object A fit, of class `nmf_fit`.
#' @param newdata Non-negative m x n matrix with the features of the fit in rows and new
#'   samples in columns, on the scale the model was fitted on. Without it, the fit's own
#'   samples.
#' @param type `"coef"` (default): H, r x n. `"response"`: W H, m x n. `"class"`: the
#'   component with the largest coefficient of each sample, as an integer (`NA` for a
#'   sample without any).
#' @param ... Must be empty.
#' @return See `type`. Names of samples are carried through.
#' @references Lawson, C. L. and Hanson, R. J. (1974). *Solving Least Squares Problems*.
#'   Prentice-Hall.
#' @section Errors: Class `metanmf_error` for data with another number of features, or
#'   with feature names other than the fit's, and for bad entries as in [nmf()].
#' @examples
#' x <- scale_minmax(digits$x[, 1:300])
#' set.seed(1)
#' fit <- nmf(x[, 1:200], 10, control = nmf_control(max_iter = 100, tol = 0))
#' h <- predict(fit, x[, 201:300])
#' dim(h)
#' table(predict(fit, x[, 201:300], type = "class"))
#' @importFrom stats predict
#' @export
predict.nmf_fit <- function(object, newdata, type = c("coef", "response", "class"), ...) {
  check_names(list(...), c("newdata", "type"))
  type <- check_choice(type, "type", c("coef", "response", "class"))
  h <- object$h
  if (!missing(newdata)) {
    newdata <- check_newdata(newdata, object)
    h <- solve_coef(newdata, object$w, object$loss, evaluation_control(object))
    dimnames(h) <- list(rownames(object$h), colnames(newdata))
  }
  switch(type, coef = h, response = object$w %*% h, class = largest_component(h))
}

largest_component <- function(h) {
  class <- max.col(t(h), ties.method = "first")
  class[colSums(h) == 0] <- NA
  names(class) <- colnames(h)
  class
}

check_newdata <- function(newdata, fit) {
  newdata <- check_matrix(newdata, "newdata")
  if (nrow(newdata) != nrow(fit$w)) {
    stop_input("newdata", paste("a matrix with the fit's", nrow(fit$w), "features in rows"),
               describe(newdata))
  }
  check_same_features(rownames(newdata), rownames(fit$w), "newdata", "the fit")
  newdata
}

# Names of features must agree, in the same order, where both sides have them.
check_same_features <- function(given, known, argument, owner) {
  if (is.null(known) || is.null(given) || identical(known, given)) return(invisible())
  at <- which(!(known == given) %in% TRUE)[[1L]]
  stop_input(argument, paste0("a matrix with the features of ", owner, " in the same order"),
             paste0("row ", at, " named \"", given[[at]], "\" where ", owner, " has \"",
                    known[[at]], "\""))
}

# H for a basis held fixed (r x n): every column is solved to the end by itself.
solve_coef <- function(x, w, loss, control) {
  control$max_iter <- 1L
  control$tol <- control$change <- 0
  control$epsilon <- NULL
  model <- engine_model(ncol(w), loss, hold_basis = TRUE, solver = "exact")
  power <- scale_power(max(x))
  start <- list(w = unname(w), h = matrix(0, ncol(w), ncol(x)))
  raised <- raise_scale(x, start, model, power)
  out <- run_slices(raised$x, raised$w, raised$h, raised$model,
                    engine_control(control, loss, trace = FALSE))
  if (power == 0) out$h else out$h / 2^power
}
