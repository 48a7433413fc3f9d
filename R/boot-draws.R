# The draws of a bootstrap, for one block of samples after another.

# list(lower, upper, sd, failed, stopped), the first three r x n. A block is a job. The draws of
# features are the same for all blocks, since their streams are named by the draw's number alone.
# Every finished block is kept in the folder, and an interrupt returns the finished blocks.
draw_intervals <- function(fit, data, coef, options, folder) {
  stream <- list("bootstrap_nmf", search_number(folder))
  blocks <- sample_blocks(dim(data$x), fit$rank * options$draws)
  bare <- unclass(fit)
  bare$h <- bare$h[, 0L, drop = FALSE]
  class(bare) <- class(fit)
  jobs <- lapply(seq_along(blocks), function(i) {
    part <- list(x = keep_columns(data$x, blocks[[i]]),
                 weights = weights_of_block(data$weights, blocks[[i]]))
    list(bare, part, coef[, blocks[[i]], drop = FALSE], c(stream, i), options, folder)
  })
  report <- progress_bar("Bootstrap", length(jobs))
  ended <- collect_jobs(jobs, kept_intervals, function(i) report(i - 1L))
  join_intervals(ended$values, blocks, coef, ended$stopped)
}

# The intervals of all blocks side by side, NA for blocks that failed or were not reached.
join_intervals <- function(ends, blocks, coef, stopped) {
  there <- vapply(ends, is.list, NA) & !vapply(ends, inherits, NA, "error")
  broken <- vapply(ends, inherits, NA, "error")
  if (!any(there) && any(broken)) stop(ends[broken][[1L]])
  if (!any(there)) {
    stop_named("bootstrap_nmf() was interrupted before the draws of its first samples had ended.",
               "newdata", "metanmf_interrupted")
  }
  joined <- lapply(stats::setNames(nm = c("lower", "upper", "sd")), function(name) {
    part <- replace(coef, TRUE, NA_real_)
    for (i in which(there)) part[, blocks[[i]]] <- ends[[i]][[name]]
    part
  })
  failed <- data.frame(sample = as.integer(unlist(blocks[broken])), message = rep(
    vapply(ends[broken], conditionMessage, ""), lengths(blocks[broken])))
  if (any(broken)) {
    warning(warningCondition(paste0(
      nrow(failed), " of ", ncol(coef), " samples have no intervals, since their draws failed. ",
      "The first said:\n", failed$message[[1L]]), class = "metanmf_failed_start"))
  }
  c(joined, list(failed = failed, stopped = stopped))
}

# Blocks of at most 64 samples, with at most a million numbers of data and of draws. They depend on
# the data alone, so that the draws are the same for any number of workers.
sample_blocks <- function(shape, numbers) {
  size <- max(1, min(64, 2^20 %/% max(shape[[1L]], numbers)))
  unname(split(seq_len(shape[[2L]]), (seq_len(shape[[2L]]) - 1) %/% size))
}

weights_of_block <- function(weights, at) {
  if (length(dim(weights)) == 2L) return(keep_columns(weights, at))
  if (!is.null(weights$samples)) weights$samples <- weights$samples[at]
  weights
}

# The intervals and standard deviations of one block. `stream` ends with the block's number.
block_intervals <- function(fit, data, coef, stream, options, after) {
  solve <- function(x, weights) {
    quietly(stats::predict(fit, x, missing = options$missing, weights = weights,
                           samples = "columns"))
  }
  if (options$by == "counts" && options$missing != "unstored") data <- dense_data(data)
  means <- fit$w %*% coef
  drawn <- vapply(seq_len(options$draws), function(draw) {
    h <- if (options$by == "features") {
      times <- with_stream(draw_features(fit, data$weights), utils::head(stream, -1L), draw)
      solve(data$x, drawn_weights(data$weights, times))
    } else {
      solve(with_stream(draw_counts(data$x, means, fit$model$dispersion), stream, draw),
            data$weights)
    }
    after()
    as.double(h)
  }, double(length(coef)))
  drawn <- matrix(drawn, length(coef))
  if (options$by == "features") drawn <- widen(drawn, fit, data, coef, options)
  tail <- (1 - options$level) / 2
  ends <- apply(drawn, 1L, stats::quantile, c(tail, 1 - tail), na.rm = TRUE, type = 6L)
  shaped <- function(values) matrix(values, nrow(coef), dimnames = dimnames(coef))
  list(lower = shaped(ends[1L, ]), upper = shaped(ends[2L, ]),
       sd = shaped(apply(drawn, 1L, stats::sd, na.rm = TRUE)))
}

# How often each feature was drawn. Features that the fit lacks or that weigh 0 are never drawn.
draw_features <- function(fit, weights) {
  usable <- has_numbers(fit$w, "rows")
  if (is.list(weights) && !is.null(weights$features)) usable <- usable & weights$features > 0
  at <- which(usable)
  tabulate(at[sample.int(length(at), length(at), replace = TRUE)], nrow(fit$w))
}

drawn_weights <- function(weights, times) {
  if (is.null(weights)) return(list(features = times))
  if (is.matrix(weights)) return(weights * times)
  if (length(dim(weights)) == 2L) {
    weights@x <- weights@x * times[weights@i + 1L]
    return(weights)
  }
  weights$features <- if (is.null(weights$features)) times else weights$features * times
  weights
}

# Every entry has a mean, so every entry is drawn. Entries that sparse weights do not store weigh 0.
dense_data <- function(data) {
  data$x <- as.matrix(data$x)
  if (length(dim(data$weights)) == 2L) data$weights <- as.matrix(data$weights)
  data
}

# x with its known counts drawn anew: from Poisson distributions, or from negative binomial ones if
# there are dispersions, one for all features or one for each. `means` is a matrix, or NULL if the
# entries of x are themselves the means.
draw_counts <- function(x, means = NULL, dispersion = NULL) {
  values <- if (is.matrix(x)) x else x@x
  at <- if (is.matrix(x)) seq_along(x) else entry_places(x, seq_along(x@x))
  z <- if (is.null(means)) as.double(values) else means[at]
  known <- which(!is.na(values) & !is.na(z))
  if (is.null(dispersion)) {
    fresh <- stats::rpois(length(known), z[known])
  } else {
    phi <- rep_len(dispersion, nrow(x))[if (is.matrix(x)) row(x)[known] else at[known, 1L]]
    fresh <- stats::rnbinom(length(known), size = 1 / phi, mu = z[known])
  }
  if (is.matrix(x)) x[known] <- fresh
  else x@x[known] <- as.double(fresh)
  x
}

# Residuals are smaller than errors, because r coefficients were fitted to them. The draws are
# widened around the estimate to make up for it, but not beside a constraint, which they would then
# violate.
widen <- function(drawn, fit, data, coef, options) {
  features <- observed_features(fit, data, options$missing)
  left <- features - fit$rank
  factor <- ifelse(left > 0, sqrt(features / left), NA)
  if (length(fit$model[["constraint"]])) factor <- ifelse(left > 0, 1, NA)
  pmax(as.vector(coef) + (drawn - as.vector(coef)) * rep(factor, each = fit$rank), 0)
}

# How many features of the fit were observed in each sample.
observed_features <- function(fit, data, missing) {
  x <- data$x
  weights <- data$weights
  usable <- has_numbers(fit$w, "rows")
  if (is.list(weights) && !is.null(weights$features)) usable <- usable & weights$features > 0
  by_entry <- length(dim(weights)) == 2L
  if (missing == "unstored" || (by_entry && !is.matrix(x) && !is.matrix(weights))) {
    stored <- if (missing == "unstored") x else weights
    at <- entry_places(stored, which(!is.na(stored@x) & usable[stored@i + 1L]))
    return(tabulate(at[, 2L], ncol(x)))
  }
  known <- if (is.matrix(x)) !is.na(x) else matrix(TRUE, nrow(x), ncol(x))
  if (!is.matrix(x)) known[entry_places(x, which(is.na(x@x)))] <- FALSE
  if (by_entry) known <- known & as.matrix(weights) > 0
  colSums(known & usable)
}
