# Data near the ends of the double range: brought near 1 by a power of two, which changes no bit of
# an iteration, and lengths whose squares neither overflow nor vanish.

# The power of two that brings the largest entry near 1 where squares would overflow
# or vanish, else 0. A power of two changes no bit of the iteration.
# `reach`: as loss_reach() has it.
scale_power <- function(largest, reach = 300) {
  if (largest == 0 || (largest < 2^reach && largest > 2^-reach)) return(0)
  max(-1000, min(1000, -floor(log2(largest))))
}

# The engine fills in entries of weight below 1, so larger weights are divided by the largest.
largest_weight <- function(weights) max(1, weights)

# X, H and the penalties' weights brought to that power, and weights to at most 1: list(data, w, h,
# model), `data` as the engine reads them. The squares of X itself may have overflowed, so they are
# summed again. Where H is on the simplex W takes the power in its place.
scale_up <- function(data, start, model, power, fixed_start = TRUE) {
  model$penalty <- divide_terms(model$penalty, largest_weight(data$weights))
  data <- scale_up_data(data, power)
  side <- scaled_side(model$limits)
  if (power != 0 && fixed_start) start[[side]] <- start[[side]] * 2^power
  model["limits"] <- list(scale_up_limits(model$limits, power))
  model["dispersion"] <- list(scale_up_dispersion(model$dispersion, power))
  model$penalty <- scale_up_terms(model$penalty, model$loss, power, side)
  if (!model$hold_basis && is.null(model$limits)) start <- rescale_start(start, model)
  read <- do.call(engine_data, data)
  if (is_source(data$x)) read$x_size <- size_of_blocks(data$x, model$loss)
  list(data = read, w = start$w, h = start$h, model = model)
}

# The dispersion phi of the variance z + phi z^2 in those units; 0 where it changes no number.
scale_up_dispersion <- function(dispersion, power) {
  if (is.null(dispersion)) return(NULL)
  raised <- dispersion / 2^power
  ifelse(raised < 2^-900, 0, raised)
}

scale_up_data <- function(data, power) {
  largest <- largest_weight(data$weights)
  used <- intersect(names(data), c("x", "weights", "facts", "partial"))
  if (power == 0 && largest == 1) return(data[used])
  x <- if (power == 0) data$x else multiplied(data$x, 2^power)
  weights <- if (largest == 1) data$weights else data$weights / largest
  list(x = x, weights = weights, facts = data_facts(x, weights), partial = isTRUE(data$partial))
}

# A start whose squares would overflow or vanish, brought near 1, but for what is held: the scale
# of a component passes from W to H, and what is then still too large in H, or as a whole too
# small, is no start that could be kept.
rescale_start <- function(start, model) {
  free <- function(held) if (is.null(held)) rep(TRUE, ncol(start$w)) else held == 0
  free_w <- free(model$held_basis)
  free_h <- free(model$held_coef)
  peak <- native_largest(start$w, start$h)
  if (all(vapply(unlist(peak), scale_power, 0) == 0)) return(start)
  by <- free_w * vapply(peak$w, scale_power, 0)
  largest <- peak$h
  far <- free_h & largest > 0 & log2(largest) - by >= 300
  by_h <- ifelse(far, pmax(-1000, -floor(log2(largest))), -by * free_h)
  if (any(by != 0)) start$w <- start$w * rep(2^by, each = nrow(start$w))
  if (any(by_h != 0)) start$h <- start$h * 2^by_h
  power <- scale_power(max(0, start$h[free_h, ]))
  if (power != 0) start$h[free_h, ] <- start$h[free_h, ] * 2^power
  start
}

# A scaled pair with H back in the units of the data. An unscaled W can be so small that H
# would overflow: then its columns are scaled all the same.
scale_back <- function(out, scale, model, power) {
  side <- scaled_side(model$limits)
  if (scale == "none" && is.null(model$limits) && any(is.infinite(out$h / 2^power))) {
    out <- scale_pair(out, "max", model)
  }
  # An entry of H whose column of W is 0 can still be beyond the largest number.
  out[[side]] <- pmin(out[[side]] / 2^power, .Machine$double.xmax)
  out$dead <- sort(union(out$dead, dead_components(out$w, out$h)))
  out
}

# Values of the objective back in the units of the data. In two steps, so that the factor itself
# cannot overflow.
scale_value_back <- function(value, loss, power) {
  by <- objective_degree(loss) * power
  # In two factors, since their product may overflow: 0 / 0 would make the 0 of an exact fit NaN.
  while (abs(by) > 1000) {
    value <- value / 2^(1000 * sign(by))
    by <- by - 1000 * sign(by)
  }
  value / 2^by
}

# ||X|| of what is observed, whatever the units.
norm_observed <- function(x) {
  facts <- data_facts(x)
  power <- scale_power(facts$largest)
  if (power != 0) facts <- data_facts(multiplied(x, 2^power))
  sqrt(facts$x_norm2) / 2^power
}

# The length of the longest column of x (on H), or row (on W); missing entries count 0.
max_norm <- function(x, on) {
  power <- scale_power(largest_entry(x))
  if (power != 0) x <- multiplied(x, 2^power)
  sqrt(max(squared_lengths(x, rows = on == "w"))) / 2^power
}
