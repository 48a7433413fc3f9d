# What a fit keeps of its data beside their size: the deviance of the null model, as in glm(), and
# the sums that a likelihood needs.

kept_of_data <- function(data, loss, control) {
  list(null_deviance = null_deviance(data, loss, control),
       saturated = saturated_likelihood(data, loss), weighted = is_weighted(data),
       partial = isTRUE(data$partial))
}

# One mean for all entries, weighted like the fit, is the best constant for every loss. For least
# squares it follows from sums that are known, unless these cancel.
null_deviance <- function(data, loss, control) {
  level <- observed_mean(data)
  if (level == 0) return(0)
  if (loss == "frobenius") {
    squares <- data$facts$x_norm2
    left <- squares - level * weighted_sums(data)[["x"]]
    if (is.finite(left) && left > 1e-6 * squares) return(left)
  }
  if (length(attr(loss, "dispersion")) > 1L) level <- nb_level(data, loss)
  constant_deviance(data, level, loss, control)
}

# The deviance of a pair of one component, by the engine: masks, weights, ratings and sparse data
# cost no copy.
constant_deviance <- function(data, level, loss, control) {
  pair <- list(w = matrix(level, nrow(data$x), 1L), h = matrix(1, 1L, ncol(data$x)))
  if (!is.null(data$margins)) {
    pair <- scale_pair_by(pair, margin_factors(data$margins, loss))
    data <- scale_margins(data, loss)
  }
  loss_deviance(pair_values(data, pair$w, pair$h, loss, engine_penalty(NULL), control)$loss, loss)
}

# The loss on the scale of a likelihood, see deviance().
loss_deviance <- function(value, loss) if (loss == "frobenius") value else 2 * value

# The weighted mean of all entries that are known.
observed_mean <- function(data) {
  largest <- data$facts$largest
  sums <- weighted_sums(data)
  if (all(is.finite(sums))) return(sums[["x"]] / sums[["weight"]])
  data$x <- multiplied(data$x, 1 / largest)
  sums <- weighted_sums(measure_data(data))
  largest * (sums[["x"]] / sums[["weight"]])
}

# c(x =, weight =): the sums over observed entries. An entry that a sparse x does not store is 0 and
# has the usual weight, see weights_of_stored(), unless the data are partial.
weighted_sums <- function(data) {
  x <- data$x
  if (!is.null(data$margins)) {
    weighed <- data_facts(scale_entries(x, data$margins))
    return(c(x = weighed$sum, weight = sum_margins(data)))
  }
  unstored <- if (isTRUE(data$partial)) 0 else prod(dim(x)) - stored_count(x)
  c(x = data$facts$x_sum,
    weight = data$facts$x_weight + unstored * largest_weight(data$weights))
}

sum_margins <- function(data) {
  x <- data$x
  of <- function(weights, count) if (is.null(weights)) rep(1, count) else weights
  features <- of(data$margins$features, nrow(x))
  samples <- of(data$margins$samples, ncol(x))
  total <- sum(features) * sum(samples)
  if (data$facts$observed == stored_count(x)) return(total)
  total - gap_weight(x, features, samples)
}

# What the missing entries of x would have counted.
gap_weight <- function(x, features, samples) {
  if (is_source(x)) {
    return(sum_blocks(x, function(part, i) gap_weight(part, features, samples[columns_of(x, i)])))
  }
  gap <- which(is.na(stored_values(x)))
  at <- if (is.matrix(x)) arrayInd(gap, dim(x)) else entry_places(x, gap)
  sum(features[at[, 1L]] * samples[at[, 2L]])
}

# The share of the null deviance that a fit explains, NA where one of them is not known.
explained_deviance <- function(fit) {
  data <- fit$data
  null <- data[["null_deviance"]]
  if (is.null(null) || !isTRUE(null > 0) || !is.finite(data$deviance)) return(NA_real_)
  1 - data$deviance / null
}
