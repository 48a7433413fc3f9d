# Samples that come later, to a fit that keeps its sums.

#' Add samples to a fit, as they come
#'
#' Learns from new samples and forgets them: W moves by the sums of all samples so far, and none of
#' them is needed again. So a stream of any length takes the memory of one batch and of W.
#'
#' @details The new samples are cut into batches. Each finds its H for the present W, its share is
#'   added to the sums of the fit, and W becomes their minimiser, as in a first pass of
#'   [solver_online()]; here nothing fades but by `half_life`. At last H of all new samples is found
#'   for the last W.
#'
#'   A stream that stays what it is needs no forgetting. Where it drifts, `half_life` says how many
#'   samples later a sample counts half: small values follow fast, and rest on few samples. The
#'   surrogate that W minimises, \eqn{\sum_s \rho^{age(s)} F_s}{sum rho^age F_s}, holds each sample
#'   with the H it had; F of the samples so far is not known without them, and may rise.
#'
#' @param fit A fit by [nmf()] with `solver = "online"`, or one that this function returned.
#' @param newdata New samples as `newdata` of [predict()][predict.nmf_fit()], with the features of
#'   the fit: a matrix or a [block_source()].
#' @param ... Must be empty.
#' @param half_life Samples after which what was seen before counts half; `Inf` (default): it
#'   counts fully for ever.
#' @param batch,turns As in [solver_online()]; `NULL` (default): those of the fit.
#' @param missing As in [nmf()]: `"error"` (default) or `"mask"`.
#' @param samples Where `newdata` has its samples; `NULL` (default): where the fit's data had them.
#' @return A fit of class `nmf_fit` whose W comes from all samples and whose H, objective and
#'   deviance are those of the new ones. [predict()][predict.nmf_fit()] gives H of any others.
#'   `fit$model$online$sums$mass` is the number of samples that the sums count for. Columns of W
#'   keep the scale that `fit` asked for.
#' @section Errors: Class `metanmf_error` for a fit without sums, which is one by another solver,
#'   and for new data as in [predict()][predict.nmf_fit()].
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
             paste("Fit by nmf(x, rank, solver = \"online\"). To let this fit go on with other",
                   "samples alone use adapt()."))
}

# What new_nmf_fit() is told of the new samples. The features are those of which the sums know,
# whether or not new samples have them.
stream_spec <- function(fit, data, options, samples) {
  usable <- usable_features(fit, data)
  layout <- data_layout(data, usable)
  kept <- if (!all(usable)) which(usable)
  layout["rows"] <- list(kept)
  list(loss = loss_of(fit), solver = "online", control = fit$control, init = fit$model$init,
       layout = layout, samples = samples, online = options)
}

# W and the sums after all batches, in the units that the sums have; then H of all of them.
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

# H to begin with: the mean of what the sums remember, at the level of each sample.
expected_coef <- function(sums, w, data) {
  h <- pmax(sums$total / sums$mass, .Machine$double.xmin)
  level <- column_sums(data$x) / sum(w %*% h)
  outer(h, level)
}

# A batch of a stream: what came before counts less by its age.
meet_new <- function(learner, x, number) {
  moved <- move_coef(learner, x, number)
  fade <- 2^(-moved$share$mass / learner$half_life)
  learner$sums <- add_share(weigh_share(learner$sums, fade), moved$share)
  move_basis(learner, moved, number)
}
