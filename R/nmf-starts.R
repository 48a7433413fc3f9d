# Several starts of one model, and which of their fits are kept.

#' @param n_start Number of random starts, 1 by default. The fit with the lowest objective is
#'   returned. Starts are drawn before fitting begins and are spread over `mirai::daemons()` or the
#'   workers of `future::plan()`, if there are any; the result does not depend on the number of
#'   workers. What the starts share, such as graphs and singular vectors, is computed once. One
#'   warning says how many starts did not converge; another says how many failed, and those are left
#'   out.
#' @param keep What to keep of the fits from all starts. `"best"` (default) keeps the best fit only.
#'   `"scores"` adds a row of numbers for each start. `"all"` adds their factors, 8 (m + n) r bytes
#'   for each. [runs()] and [consensus()] read them. With `"scores"` and `"all"`, Ctrl-C returns the
#'   best of the fits that had ended, and a warning says how many had not; with `"best"` it ends the
#'   call.
#' @param folder `NULL` (default), or with `n_start` above 1 a folder in which every fit is kept
#'   when it has ended. The same call with that folder, after Ctrl-C or a crash, makes the fits that
#'   are missing, or more if `n_start` is larger, and returns what one uninterrupted call returns;
#'   [set.seed()] is not needed again. A folder of other data or of another model is refused and
#'   left as it is. It takes 8 (m + n) r bytes for each start and can be removed afterwards.
#' @param workers With `TRUE`, the daemons of package mirai, or the workers of [future::plan()],
#'   read the blocks of a [block_source()] and work on them; [use_workers()] shows how to start
#'   some. With `FALSE` (default), this process does.
#' @rdname nmf
#' @name nmf
NULL

# The starts, drawn one after the other, with the known components in their places.
draw_starts <- function(n_start, init, data, rank, spec) {
  weights <- if (!isTRUE(data$partial)) data$weights
  if (inherits(init, "nmf_fit")) init <- resize_fit(init, rank, spec$known)
  draw <- start_source(init, data$x, rank, weights, spec$layout)
  lapply(seq_len(n_start), function(i) {
    start <- draw()
    if (needs_mean(init, spec$solver)) start <- match_mean(start, data)
    if (needs_ratio(init, spec$solver)) start <- match_projection(start)
    start <- limit_drawn(start, data, init, spec)
    if (!is.character(init) && data$facts$largest > 0) {
      check_start_lives(start, data$x, weights, spec$solver)
    }
    start
  })
}

# Known components in their places, and all entries within the limits. If H is on the simplex, a
# drawn W needs the scale of the data, since H cannot have it.
limit_drawn <- function(start, data, init, spec) {
  if (is.character(init) && isTRUE(spec$limits$simplex)) {
    start$h[] <- on_simplex(start$h)
    ratio <- mean_ratio(start, data)
    if (is.finite(ratio) && ratio > 0) start$w <- start$w * ratio
  }
  limit_start(place_known(start, spec$known), spec$limits)
}

# The best of the fits from several starts. It keeps the final objectives of all and, of the fits,
# what `spec$keep` says. The starts were drawn before, so the result does not depend on which worker
# fits them.
best_fit <- function(data, starts, spec) {
  spec <- with_terms(spec, data)
  if (length(spec$grown)) {
    starts <- lapply(lapply(starts, grow_start, data, spec), limit_start, spec$limits)
  }
  if (length(starts) == 1L) {
    fit <- ordered_fit(fit_model(data, starts[[1L]], spec), spec)
    if (spec$keep != "best") fit$model$runs <- kept_runs(list(fit), spec)
    return(fit)
  }
  # The terms have the graphs already, and a function of the user's may carry much data.
  bare <- spec
  bare["penalties"] <- list(without_graphs(spec$penalties))
  jobs <- lapply(seq_along(starts), function(i) list(data, starts[[i]], bare, i))
  heard <- hear_warnings(run_starts(jobs, spec))
  fits <- heard$value
  failed <- vapply(fits, inherits, NA, "error")
  if (all(failed)) stop(fits[[1L]])
  values <- rep(NA_real_, length(fits))
  values[!failed] <- vapply(fits[!failed], objective, 0)
  fits[!failed] <- lapply(fits[!failed], ordered_fit, spec)
  best <- fits[[order(values)[[1L]]]]
  best$model[c("penalty", "starts")] <- list(spec$penalties, values)
  best$model$runs <- kept_runs(fits, spec)
  warn_of_starts(heard$warnings, length(starts), best)
  warn_of_failures(fits[failed], length(starts))
  best
}

# The fits, with errors in the places of those that failed. An interrupt leaves those that had ended
# where they are kept, and ends everything where the best alone is.
run_starts <- function(jobs, spec) {
  # Workers that have the blocks of each fit cannot have the fits as well.
  pool <- if (!is_spread(jobs[[1L]][[1L]]$x)) worker_pool()
  if (spec$keep == "best") return(map_jobs(jobs, fit_start, failed = identity, pool = pool))
  found <- collect_jobs(jobs, fit_start, pool = pool)
  open <- vapply(found$values, is.null, NA)
  if (all(open)) {
    stop_named("nmf() was interrupted before the fit of its first start had ended.", "n_start",
               "metanmf_interrupted")
  }
  found$values[open] <- list(errorCondition("It had not ended when the call was interrupted.",
                                            class = "metanmf_error"))
  found$values
}

ordered_fit <- function(fit, spec) if (spec$sorts) in_share_order(fit) else fit

# What a fit keeps of all runs: a row for each, and with keep = "all" their factors. NULL where
# only the best is kept.
kept_runs <- function(fits, spec) {
  if (spec$keep == "best") return(NULL)
  failed <- vapply(fits, inherits, NA, "error")
  each <- function(read, type) {
    values <- rep(type, length(fits))
    values[!failed] <- vapply(fits[!failed], read, type)
    values
  }
  scores <- data.frame(
    run = seq_along(fits), objective = each(objective, NA_real_),
    deviance = each(deviance, NA_real_),
    iterations = each(function(fit) fit$iterations, NA_integer_),
    converged = each(function(fit) fit$converged, NA),
    dead = each(function(fit) length(fit$dead), NA_integer_),
    message = vapply(fits, function(fit) {
      if (inherits(fit, "error")) conditionMessage(fit) else NA_character_
    }, ""))
  factors <- function(side) lapply(fits, function(fit) if (!inherits(fit, "error")) fit[[side]])
  c(list(scores = scores), if (spec$keep == "all") list(w = factors("w"), h = factors("h")))
}

# A run that failed, for example because its worker died, does not end the others.
warn_of_failures <- function(errors, starts) {
  if (!length(errors)) return(invisible())
  warning(warningCondition(paste0(
    length(errors), " of ", starts, " starts failed and were left out. The first one said:\n",
    conditionMessage(errors[[1L]])), class = "metanmf_failed_start"))
}

# `spec` with what all starts share: the penalties' lambdas, what the engine reads of them, and what
# a fit keeps of its data.
with_terms <- function(spec, data) {
  seen <- seen_entries(data, spec$penalties)
  if (is.null(spec$lambda)) spec$lambda <- absolute_lambda(spec$penalties, seen, spec$loss)
  spec$terms <- engine_penalty(keep_graphs(spec$penalties, spec$layout), seen, spec$loss,
                               spec$lambda)
  open <- is.na(spec$lambda)
  if (any(open)) {
    spec$penalties <- weighed_penalties(spec$penalties, spec$terms$found)
    spec$lambda[open] <- vapply(spec$penalties[open], `[[`, 0, "lambda")
  }
  spec$kept <- kept_of_data(data, spec$loss, spec$control)
  spec
}

# One fit as a job. It holds its own start alone, so that no worker is sent all of them.
fit_start <- function(data, start, spec, number, after) {
  fit_model(data, start, spec,
            kept_run(spec, number, dim(data$x), start, run_model(data, start, spec)))
}

without_graphs <- function(penalties) {
  if (is.null(penalties)) return(NULL)
  lapply(penalties, function(one) {
    if (!is.null(one$graph)) one["graph"] <- list(NULL)
    one
  })
}

# A fit among many of the same data: messages about the data were given already.
quietly <- function(code) {
  suppressMessages(withCallingHandlers(code, metanmf_not_converged = function(warning) {
    invokeRestart("muffleWarning")
  }), classes = "metanmf_message")
}

# list(value, warnings), the latter the texts of fits that did not converge.
hear_warnings <- function(code) {
  warnings <- character()
  value <- withCallingHandlers(code, metanmf_not_converged = function(warning) {
    warnings <<- c(warnings, conditionMessage(warning)) # nolint: undesirable_operator_linter.
    invokeRestart("muffleWarning")
  })
  list(value = value, warnings = warnings)
}

# The warnings of several starts as one, with their number.
warn_of_starts <- function(warnings, starts, best) {
  for (text in unique(warnings)) {
    warn_not_converged(paste0("From ", sum(warnings == text), " of ", starts, " starts, ",
                              if (best$converged) "not from the best" else "the best among them",
                              ":\n", text))
  }
}

check_starts <- function(n_start, init, data) {
  if (isTRUE(data$partial)) check_partial_init(init)
  n_start <- check_count(n_start, "n_start")
  drawn <- is.character(init) && init[1L] %in% c("random", "kmeans", "nndsvdar")
  if (n_start > 1L && !drawn) {
    stop_input("n_start", "1 for a start that is the same each time", format(n_start),
               "Use init = \"random\", \"kmeans\" or \"nndsvdar\" with several starts.")
  }
  n_start
}

# H solved to its end where W is known and nothing else is asked. Else plain iterations of
# coordinate descent before the fit: ten for exact orthogonality, which needs
# components to choose from (unless the start is orthogonal, as another fit's is), and one for
# pivoting from a random W, whose exact H would leave out components that then stay dead.
prepare_start <- function(data, start, spec, held) {
  if (knows_basis(held) && is.null(spec$penalties) && spec$init != "given") {
    start$h <- solve_coef(data, start$w, spec$loss, spec$control, limits = spec$limits)
    return(start)
  }
  mixed <- function(on) any((if (on == "w") rowSums(start$w > 0) else colSums(start$h > 0)) > 1)
  exact <- Filter(function(one) isTRUE(one$exact) && one$step == "hard" && mixed(one$on),
                  spec$penalties)
  pivots <- spec$solver == "bpp" && spec$init == "random"
  if (!length(exact) && !pivots) return(start)
  control <- run_exactly(spec$control, if (length(exact)) 10L else 1L)
  control$scale <- "none"
  model <- engine_model(ncol(start$w), spec$loss, "hals", held = held, features = nrow(data$x),
                        limits = spec$limits)
  fit <- run_fit(data, start, model, control, TRUE)
  start[c("w", "h")] <- list(`dimnames<-`(fit$w, dimnames(start$w)), fit$h)
  start
}

# The fit of checked arguments from a start, `spec` with its terms.
fit_model <- function(data, start, spec, run = run_model(data, start, spec)) {
  if (!is.null(run$dispersion)) {
    attr(spec$loss, "dispersion") <- run$dispersion
    spec$kept <- kept_of_data(data, spec$loss, spec$control)
  }
  fit <- new_nmf_fit(run, data, spec)
  if (!is.null(run$online)) fit$model$online <- run$online
  fit
}

# What the engine made of a start, as new_nmf_fit() takes it.
run_model <- function(data, start, spec) {
  rank <- ncol(start$w)
  held <- known_flags(spec$known, rank)
  start <- prepare_start(data, start, spec, held)
  model <- engine_model(rank, spec$loss, step_solver(spec$solver, spec$loss), spec$terms,
                        spec$penalties, held, features = nrow(data$x), limits = spec$limits)
  # Without a penalty the scale of a random start changes nothing, so it is left alone.
  free_scale <- spec$init == "random" && !needs_mean(spec$init, spec$solver) &&
    is.null(spec$penalties) && is.null(spec$known) && is.null(spec$limits)
  run <- if (is.null(spec$online)) run_fit(data, start, model, spec$control, !free_scale)
         else run_online(data, start, model, spec$control, spec$online)
  run[c("w", "h")] <- within_limits(run, spec$limits)[c("w", "h")]
  run$components <- colnames(start$w)
  run
}
