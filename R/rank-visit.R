# A visit to one rank: a fit for each mask, and its error at the entries that the mask hides.

# The results for one rank: list(rank, error (one for each mask), worst, explained, fits, failed).
# `before` has the fits of the rank below, one for each mask, or is NULL. `search` is made by
# new_search().
visit_rank <- function(search, rank, before) {
  jobs <- lapply(seq_along(search$masks), function(i) {
    c(masked_data(search$data, search$masks[[i]]),
      list(rank, before[[i]], c(search$stream, rank, i), search$options, search$folder))
  })
  seen <- map_jobs(jobs, predict_hidden, failed = identity, ended = search$ended)
  broken <- vapply(seen, inherits, NA, "error")
  each <- function(name) vapply(seen[!broken], `[[`, 0, name)
  error <- rep(NA_real_, length(seen))
  error[!broken] <- each("error")
  list(rank = rank, error = error, worst = mean(each("worst")), explained = mean(each("explained")),
       fits = lapply(seen, function(one) if (!inherits(one, "error")) one$fit),
       failed = if (any(broken)) conditionMessage(seen[broken][[1L]]) else NA_character_)
}

# The better of a fit from a random start and, if there is a fit of the rank below, a fit from that
# with one more component from its residual. If `folder` has the result, it is read from there.
predict_hidden <- function(data, mask, rank, before, stream, options, folder, after) {
  kept_fit(folder, stream, before, {
    seen <- what_is_seen(data, mask)
    random <- with_stream(masked_fit(seen, rank, "random", data, options), stream)
    fit <- random
    if (!is.null(before)) {
      grown <- masked_fit(seen, rank, before, data, options)
      if (objective(grown) < objective(random)) fit <- grown
    }
    error <- hidden_error(fit, mask, data, options$error)
    total <- fit$data$null_deviance
    list(fit = fit, error = error$mean, worst = error$worst,
         explained = if (total > 0) 1 - deviance(fit) / total else NA_real_)
  })
}

# A fit by `options$model_loss`, or by least squares if that is not set, whatever the error is
# measured by. Least squares predict as well as other losses and are far faster.
masked_fit <- function(seen, rank, init, data, options) {
  old <- options(metanmf.progress = FALSE)
  on.exit(options(old))
  loss <- if (is.null(options$model_loss)) "frobenius" else options$model_loss
  solver <- if (is.null(options$solver)) "auto" else options$solver
  quietly(
    nmf(seen, rank, init = init, loss = loss, solver = solver, penalty = options$penalty,
        control = options$control, missing = if (isTRUE(data$partial)) "unstored" else "mask",
        weights = options$weights, samples = "columns", order = "none"))
}

# The predictions of the hidden entries, cut to the largest values that the mask allows.
predict_entries <- function(fit, mask) {
  p <- pmin(model_entries(fit$w, fit$h, mask$rows, mask$columns), mask$most)
  p[is.na(p)] <- 0
  p
}

# The mean error at the hidden entries, with p from predict_entries(). It is |x - p| for the kind
# "absolute", and x log(x / p) - x + p, with p at least a thousandth of the mean, for "kl".
# `worst` is the share of the squared error that the worst hundredth of the entries has.
hidden_error <- function(fit, mask, data, kind) {
  p <- predict_entries(fit, mask)
  x <- mask$value
  squares <- mask$weight * (x - p)^2
  others <- length(squares) - ceiling(length(squares) / 100)
  squares <- if (others) sort(squares, partial = others) else squares
  worst <- sum(squares[-seq_len(others)]) / max(sum(squares), .Machine$double.xmin)
  if (kind == "kl") {
    p <- pmax(p, 1e-3 * data$facts$x_sum / prod(dim(data$x)))
    terms <- ifelse(x > 0, x * log(x / p), 0) - x + p
  } else {
    terms <- abs(x - p)
  }
  error <- sum(mask$weight * terms) / sum(mask$weight)
  level <- data$facts$x_sum / prod(dim(data$x))
  list(mean = if (error > rounding_share * level) error else 0, worst = worst)
}

# Errors below this share of the mean entry are rounding. They do not make one rank better.
rounding_share <- 1e-12
