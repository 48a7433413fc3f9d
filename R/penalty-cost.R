# What penalties cost each sample's coefficients for a W that stays, which predict() needs.
#
# With W fixed a penalty on H that is a sum over samples adds a_k h_k + d_k h_k^2 to the loss of
# each. A scale-invariant penalty on W weighs by rows of H: the ridge and the graph are such sums
# too, and the others add, to first order, d_k h_k^2 for a sample that joins those of the fit.

# a and d as r x 2, from the end of a fit: for the scaled pair in the units of the data.
kept_cost <- function(out, model, power) {
  of_h <- if (scaled_side(model$limits) == "h") c(1, 2) else c(0, 0)
  by <- power * (objective_degree(model$loss) - of_h)
  each <- function(values) rep(values, each = nrow(out$cost))
  # In two steps, since the power itself may be beyond the double range.
  scale_cost(out$cost, out$divisor) / each(2^(by %/% 2)) / each(2^(by - by %/% 2))
}

# The costs of h_k times its divisor.
scale_cost <- function(cost, divisor) cost / cbind(divisor, divisor^2)

# Penalties on H that are not such a sum, because they join samples or leave a sample several
# minima.
joins_samples <- function(one) {
  one$on == "h" && (one$kind %in% c("graph", "smooth") || is_soft_orthogonal(one))
}

is_soft_orthogonal <- function(one) one$kind == "orthogonal" && !isTRUE(one$exact)

is_single <- function(one) one$on == "h" && isTRUE(one$exact)

# The terms that solve_coef() reads of a fit's model.
coef_terms <- function(cost, penalties) {
  terms <- engine_penalty(NULL)
  if (any(cost > 0)) terms$penalty$coef$cost <- cost
  terms$penalty$coef$single <- any(vapply(penalties, is_single, NA))
  terms
}

# A fit that was saved before costs were kept has none.
tell_left_out <- function(model) {
  left_out <- if (!is.null(model$cost)) joins_samples
              else function(one) one$on != "w" && !is_single(one)
  kinds <- vapply(Filter(left_out, model$penalty), `[[`, "", "kind")
  if (length(kinds)) {
    tell(paste0("The coefficients of new samples leave out penalties on H of kind: ",
                toString(kinds), ".\nadapt() uses all penalties."))
  }
}
