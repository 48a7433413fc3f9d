# Samples that come later are added to a fit that keeps its sums.

#' Add samples to a fit, as they come
#'
#' Updates W with new samples, from sums over all samples so far. The samples themselves are not
#' kept and not needed again, so a stream of any length takes the memory of one batch and of W.
#'
#' @details The new samples are cut into batches. For each batch H is found for the present W, the
#'   batch is added to the sums of the fit, and W becomes their minimiser, as in a first pass of
#'   [solver_online()]. Here the sums fade only by `half_life`. At the end H of all new samples is
#'   found for the last W.
#'
#'   If the stream does not change, no forgetting is needed. If it drifts, `half_life` says after
#'   how many further samples a sample counts half. Small values follow fast, but rely on few
#'   samples. W minimises \eqn{\sum_s \rho^{age(s)} F_s}{sum rho^age F_s}, where \eqn{F_s} is the
#'   objective of sample s with the H it had when it was seen. The objective of all samples so far
#'   cannot be known without them, and may rise.
#'
#' @param fit A fit by [nmf()] with `solver = "online"`, or one that this function returned.
#' @param newdata New samples with the features of the fit, as in [predict()][predict.nmf_fit()]: a
#'   matrix or a [block_source()].
#' @param ... Must be empty.
#' @param half_life Number of samples after which earlier ones count half. With `Inf` (default) they
#'   always count fully.
#' @param batch,turns As in [solver_online()]. `NULL` (default) takes those of the fit.
#' @param missing As in [nmf()]: `"error"` (default) or `"mask"`.
#' @param samples Where `newdata` has its samples. `NULL` (default) means where the fit's data had
#'   them.
#' @return A fit of class `nmf_fit` whose W comes from all samples and whose H, objective and
#'   deviance are those of the new ones. [predict()][predict.nmf_fit()] gives H of any others.
#'   `fit$model$online$sums$mass` is the number of samples for which the sums stand. Columns of W
#'   keep the scale that `fit` was made with.
#' @section Errors: Class `metanmf_error` for a fit by another solver, which has no sums, and for
#'   new data as in [predict()][predict.nmf_fit()].
#' @seealso [solver_online()]
#' @examples
#' x <- scale_minmax(digits$x)
#' set.seed(1)
#' fit <- nmf(x[, 1:500], 10, solver = "online", max_iter = 5, tol = 0)
#' for (first in c(501, 1001)) fit <- add_samples(fit, x[, first + 0:499])
#' fit$model$online$sums$mass
#' c(mean(residuals(fit, x[, 1001:1500])^2), mean((x - basis(fit) %*% predict(fit, x))^2))
#' @export
add_samples <- function(fit, newdata, ..., half_life = Inf, batch = NULL, turns = NULL,
                        missing = c("error", "mask"), samples = NULL) {
  check_dots(list(...), "add_samples", c("half_life", "batch", "turns", "missing", "samples"))
  online <- check_streaming(fit)
  check_given("newdata", "the new samples, with the features of the fit")
  if (!identical(half_life, Inf)) half_life <- check_number(half_life, "half_life", 1)
  options <- solver_online(if (is.null(batch)) online$batch else batch,
                           turns = if (is.null(turns)) online$turns else turns)
  samples <- where_samples(samples, newdata, "newdata", fit)
  newdata <- read_data(newdata, "newdata", which_assay(newdata, "newdata", NULL, fit))
  missing <- check_choice(missing, "missing", c("error", "mask"))
  data <- check_newdata(newdata, fit, missing, NULL, samples = samples)
  spec <- stream_spec(fit, data, options, samples)
  spec$call <- short_call(match.call(), "add_samples")
  data <- observed_data(data, spec$layout, "newdata")
  check_loss_data(spec$loss, data, spec$control, "newdata")
  out <- fitted_stream(fit, data, spec, half_life)
  tell_unobserved(unobserved_counts(out))
  out
}

check_streaming <- function(fit) {
  if (!inherits(fit, "nmf_fit")) stop_input("fit", "a fit by nmf()", describe(fit))
  online <- fit$model$online
  if (!is.null(online)) return(online)
  stop_input("fit", "a fit that keeps its sums", paste0("one by solver \"", fit$model$solver, "\""),
             paste("Fit by nmf(x, rank, solver = \"online\"). To continue this fit with new",
                   "samples alone, use adapt()."))
}

# What new_nmf_fit() has to know of the new samples. The features are those of the sums, whether or
# not the new samples have them.
stream_spec <- function(fit, data, options, samples) {
  usable <- usable_features(fit, data)
  layout <- data_layout(data, usable)
  kept <- if (!all(usable)) which(usable)
  layout["rows"] <- list(kept)
  list(loss = loss_of(fit), solver = "online", control = fit$control, init = fit$model$init,
       layout = layout, samples = samples, online = options)
}

# W and the sums after all batches, in the units of the sums, and then H of all new samples.
fitted_stream <- function(fit, data, spec, half_life) {
  online <- fit$model$online
  w <- unname(keep_rows(fit$w, spec$layout$rows))
  model <- engine_model(fit$rank, spec$loss, step_solver("online", spec$loss),
                        features = nrow(data$x))
  pair <- list(w = w, h = expected_coef(online$sums, w, data))
  raised <- scale_up(data, pair, model, online$power)
  learner <- online_learner(scale_up_data(data, online$power), raised,
                            run_exactly(spec$control, 1L), spec$online)
  learner[c("sums", "half_life", "w")] <- list(online$sums, half_life, w)
  learner <- fold_batches(learner$x, learner$batches, learner$masked, learner, meet_new)
  learner$trace <- learner$value
  learner$passes <- 1L
  run <- finish_online(learner, data, model, spec$control, online$power)
  run$components <- colnames(fit$w)
  spec$kept <- kept_of_data(data, spec$loss, spec$control)
  out <- new_nmf_fit(run, data, spec)
  out$model$online <- run$online
  out
}

# The H to begin with: the mean H in the sums, scaled to the size of each sample.
expected_coef <- function(sums, w, data) {
  h <- pmax(sums$total / sums$mass, .Machine$double.xmin)
  level <- column_sums(data$x) / sum(w %*% h)
  outer(h, level)
}

# A batch of a stream. Before it is added, the earlier sums fade by its number of samples.
meet_new <- function(learner, x, number) {
  moved <- move_coef(learner, x, number)
  fade <- 2^(-moved$share$mass / learner$half_life)
  learner$sums <- add_share(weigh_share(learner$sums, fade), moved$share)
  move_basis(learner, moved, number)
}
