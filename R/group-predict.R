#' Coefficients of a new task, with private columns of its own
#'
#' Finds \eqn{H_e} for new data with the W of a group fit held fixed, beside new private columns
#' \eqn{B_e}: \eqn{X_e \approx W H_e + B_e G_e}{X_e ~ W H_e + B_e G_e}. What
#' the new batch, subject or instrument adds goes into \eqn{B_e}, so that \eqn{H_e} describes what
#' it shares with the tasks of the fit.
#'
#' \eqn{B_e} starts near the 10 % quantile of each feature. Then \eqn{[H_e; G_e]} and \eqn{B_e} are
#' updated in turn, 100 times, or until F falls by less than 1e-6 of its value. \eqn{B_e} may end in
#' more than one place, so this is done from five starts, and the one with the lowest F is returned.
#' The starts draw random numbers, and `set.seed()` makes them repeatable. For a fit by [inmf()],
#' \eqn{V_e} is fitted in the same way, for \eqn{X_e \approx (W + V_e) H_e}{X_e ~ (W + V_e) H_e},
#' whatever number above 0 `private` is.
#'
#' @section Penalties: The objective is that of a task of the fit,
#'   \deqn{\|X_e - W H_e - B_e G_e\|^2 + \sum_k \sum_j \left(a_k h_{kj} + d_k h_{kj}^2\right),}{
#'   |X_e - W H_e - B_e G_e|^2 + sum_k sum_j (a_k h_kj + d_k h_kj^2),} where \eqn{a_k} and \eqn{d_k}
#'   are what the penalties of the fit cost the coefficients of one sample, the columns of
#'   `fit$model$cost`. They are found as for any other fit, see Penalties in
#'   [predict()][predict.nmf_fit()]. \eqn{B_e} and \eqn{G_e} carry no penalty, as in the fit.
#'   Penalties that join samples are left out here too, and a message names them.
#' @param object A fit made by [group_nmf()].
#' @param private The number of private columns of the new data. The default is the largest number
#'   that a task of the fit has. With `0` there are none, as in [predict()][predict.nmf_fit()] of
#'   any other fit.
#' @param type `NULL` (default) returns the new task as a fit if there are private columns, and
#'   otherwise its coefficients. `"coef"`, `"class"` and `"proportion"` are of \eqn{H_e}, as in
#'   [predict()][predict.nmf_fit()]. `"response"` is \eqn{W H_e}, what is shared, without
#'   \eqn{B_e G_e}.
#' @inheritParams predict.nmf_fit
#' @return With private columns and without `type`, an object of class `group_nmf_fit` for the new
#'   data: [basis()] is the unchanged W, [coef()][coef.nmf_fit()] is \eqn{H_e}, `private$new` is
#'   `list(w = B_e, h = G_e)`, and [fitted()][fitted.nmf_fit()] is the sum of both products.
#'   Otherwise as in [predict()][predict.nmf_fit()].
#' @section Errors: As in [predict()][predict.nmf_fit()], and for more private columns than
#'   `newdata` has samples or features.
#' @seealso [group_nmf()]
#' @examples
#' set.seed(1)
#' x <- scale_minmax(digits$x[, 1:320])
#' batch <- rep(c("a", "b", "c", "new"), each = 80)
#' light <- cbind(a = rep(7:0, 8), b = rep(0:7, 8), c = rep(0:7, each = 8),
#'                new = rep(7:0, each = 8)) / 7
#' x <- x + light[, batch] * rep(runif(320), each = 64)
#' old <- batch != "new"
#' fit <- group_nmf(x[, old], 8, private = 1, batch = batch[old], max_iter = 50, tol = 0)
#' new <- predict(fit, x[, !old])
#' dim(coef(new))
#' round(cor(new$private$new$w, light[, "new"]), 2)
#' @export
predict.group_nmf_fit <- function(object, newdata, type = NULL,
                                  missing = c("error", "mask", "unstored"), weights = NULL, ...,
                                  private = NULL, samples = NULL, assay = NULL,
                                  features = c("same", "match")) {
  check_dots(list(...), "predict.group_nmf_fit")
  kinds <- c("coef", "response", "class", "proportion")
  if (!is.null(type)) type <- check_choice(type, "type", kinds)
  q <- if (is.null(private)) max(0L, vapply(object$private, function(one) ncol(one$w), 1L))
       else check_count(private, "private", 0)
  if (base::missing(newdata) || q == 0L) {
    arguments <- list(type = if (is.null(type)) "coef" else type, missing = missing,
                      weights = weights, samples = samples, assay = assay, features = features)
    if (!base::missing(newdata)) arguments$newdata <- newdata
    return(do.call(predict.nmf_fit, c(list(object), arguments)))
  }
  samples <- where_samples(samples, newdata, "newdata", object)
  newdata <- read_data(newdata, "newdata", which_assay(newdata, "newdata", assay, object))
  data <- check_newdata(newdata, object, missing, weights, samples = samples, features = features)
  fit <- new_task_fit(object, data, q, samples, short_call(match.call(), "predict"))
  if (is.null(type)) return(fit)
  predict.nmf_fit(fit, type = type)
}

# Coefficients and B_e of new data move in turn so many times at most, from so many starts, and end
# where F falls by less than this share.
new_task_rounds <- 100L
new_task_starts <- 5L
new_task_fall <- 1e-6

# The new data as the only task of a fit whose W stays.
new_task_fit <- function(fit, data, q, samples, call) {
  data <- entry_weights(data[names(data) != "absent"], "newdata")
  tasks <- list(data = list(data), columns = list(seq_len(ncol(data$x))), names = "new",
                samples = samples, features = rownames(fit$w), labels = colnames(data$x))
  model <- fit$model
  q <- if (is.null(model$tied)) check_private(q, tasks) else 0L
  control <- fit$control
  control$scale <- "none"
  tell_left_out(model)
  kept <- !vapply(model$penalty, joins_samples, NA)
  spec <- list(loss = loss_of(fit), solver = model$solver, control = control, init = "given",
               call = call, samples = samples, sorts = FALSE, tied = model$tied,
               penalties = if (any(kept)) model$penalty[kept], lambda = model$lambda[kept])
  data <- costly_task(data, model$cost, spec$penalties)
  new <- new_task_state(data, fit$w, q, spec, new_task_rounds, new_task_starts)
  answer <- new_group_fit(new$state, new$plan, bound_data(tasks), tasks)
  answer$model["cost"] <- list(model$cost)
  answer
}

#' Add a task to a group fit
#'
#' Fits the coefficients and the private columns of one more task while the W of a fit is held, and
#' returns the fit with that task in it. The other tasks are not changed.
#'
#' @param fit A fit made by [group_nmf()].
#' @param task An m x n matrix with the features of the fit.
#' @param name Its name, which no task of the fit may have. `NULL` (default) makes it `"task_"` and
#'   its number.
#' @inheritParams predict.group_nmf_fit
#' @return The fit with the samples of the task after the others. `h`, `private`, `tasks`,
#'   `task_weights` (1 for the new task), `task_losses`, objective and deviance include it. W is not
#'   changed. To let it change, fit all tasks anew.
#' @section Errors: As in [predict()][predict.group_nmf_fit()], and for a name that a task of the
#'   fit has.
#' @seealso [predict()][predict.group_nmf_fit()] for a task by itself
#' @examples
#' set.seed(1)
#' x <- scale_minmax(digits$x[, 1:180])
#' fit <- group_nmf(list(a = x[, 1:60], b = x[, 61:120]), 5, 1, max_iter = 20, tol = 0)
#' add_task(fit, x[, 121:180], name = "c")
#' @export
add_task <- function(fit, task, name = NULL, private = NULL, ..., samples = NULL) {
  check_dots(list(...), "add_task")
  if (!inherits(fit, "group_nmf_fit")) {
    stop_input("fit", "made by group_nmf() or inmf()", describe(fit))
  }
  if (is.null(name)) name <- paste0("task_", nlevels(fit$tasks) + 1L)
  if (!is.character(name) || length(name) != 1L || is.na(name) || name %in% levels(fit$tasks)) {
    stop_input("name", "a name that no task of the fit has", describe(name))
  }
  samples <- where_samples(samples, task, "task", fit)
  data <- check_newdata(read_data(task, "task"), fit, samples = samples)
  own <- max(0L, vapply(fit$private, function(one) ncol(one$w), 1L))
  q <- if (is.null(private)) own else check_count(private, "private", 0)
  joined_fit(fit, new_task_fit(fit, data, q, samples, NULL), name)
}

# A fit with the task of another one, of the same W, behind its own.
joined_fit <- function(fit, new, name) {
  fields <- current_fields(fit)
  rownames(new$h) <- rownames(fields$h)
  fields$h <- cbind(fields$h, new$h)
  fields$tasks <- factor(c(as.character(fields$tasks), rep(name, ncol(new$h))),
                         c(levels(fields$tasks), name))
  own <- stats::setNames(new$private, name)
  fields$private <- c(fields$private, own)
  fields$task_weights <- c(fields$task_weights, stats::setNames(1, name))
  fields$task_losses <- c(fields$task_losses, stats::setNames(new$task_losses, name))
  fields$value <- fields$value + new$value
  fields$trace <- fields$value
  fields$kkt <- NA_real_
  sums <- c("deviance", "x_norm2", "n_observed")
  for (sum in sums) fields$data[[sum]] <- fields$data[[sum]] + new$data[[sum]]
  fields$data[c("null_deviance", "saturated")] <- NA_real_
  structure(fields, class = class(fit))
}
