# Weights of whole samples and features. F = sum_ij v_i u_j (x - z)_ij^2 is the plain F of X, W and
# H with rows times sqrt(v_i) and columns times sqrt(u_j); for Kullback-Leibler, which is
# proportional to its arguments, times v_i and u_j; for a beta-divergence their power 1 / b. So the
# fit is the plain one of scaled data, and nothing m x n is made.

# list(samples = , features = ), each NULL or a vector of weights, from weights that are no matrix.
check_margins <- function(weights, x, turned = FALSE) {
  if (is.list(weights)) {
    check_names(weights, c("samples", "features"), "weights")
    if (!length(weights)) stop_margins(weights, x, turned)
  } else {
    weights <- name_margin(weights, x, turned)
  }
  argument <- function(side) if (length(weights$given)) "weights" else paste0("weights$", side)
  list(samples = check_margin(weights$samples, argument("samples"), colnames(x), ncol(x),
                              "samples"),
       features = check_margin(weights$features, argument("features"), rownames(x), nrow(x),
                               "features"))
}

# A plain vector belongs to the samples or the features by its length.
name_margin <- function(weights, x, turned) {
  count <- length(weights)
  if (!is_number(weights) || !count %in% dim(x)) stop_margins(weights, x, turned)
  if (nrow(x) == ncol(x)) {
    stop_input("weights", paste("a list where `x` has as many samples as features, or nothing says",
                                "to which of them a vector belongs"), describe(weights),
               "Use weights = list(samples = weights) or weights = list(features = weights).")
  }
  c(if (count == ncol(x)) list(samples = weights) else list(features = weights), given = TRUE)
}

stop_margins <- function(weights, x, turned) {
  stop_input("weights", paste0("a matrix of ", shape_text(x, turned), " like `x`, a vector of ",
                               ncol(x), " for the samples or of ", nrow(x), " for the features"),
             describe(weights),
             "For both use weights = list(samples = , features = ).")
}

check_margin <- function(weights, argument, names, count, owners) {
  if (is.null(weights)) return(NULL)
  if (!is_number(weights) || length(weights) != count) {
    stop_input(argument, paste0("a vector of ", count, ", one weight for each of the ", owners,
                                " of `x`"), describe(weights))
  }
  bad <- which(!(is.finite(weights) & weights >= 0))
  if (length(bad)) {
    stop_input(argument, "finite and non-negative",
               paste0(length(bad), " other entries (first: ", format(weights[[bad[[1L]]]]),
                      " at ", bad[[1L]], ")"),
               paste("A weight of 0 leaves one of the", owners, "out."))
  }
  if (!any(weights > 0)) {
    stop_input(argument, "above 0 for at least one", "zeros alone",
               "Without weights all count alike: weights = NULL.")
  }
  as.double(order_labels(weights, names, argument, paste("the", owners, "of `x`")))
}

# Margins as a matrix of weights where scaling would not be exact. Itakura-Saito does not depend on
# the scale, a beta-divergence below 1 would need too high a power of it, a negative binomial
# changes its dispersion with it, and a penalty may depend on the factor that is scaled.
spread_margins <- function(data, loss, penalties) {
  margins <- data$margins
  if (is.null(margins) || scales_exactly(margins, loss, penalties)) return(data)
  refuse_source_margins(data$x, loss)
  if (!is.matrix(data$x)) {
    stop_input("weights", paste("given entry by entry for sparse data with this loss, or where a",
                                "penalty weighs the same factor"), "weights of samples or features",
               paste("Use as.matrix(x), or weights = W with a sparse matrix W of a weight for",
                     "every entry that was observed."))
  }
  weigh_entries(data$x, margin_matrix(margins, data$x))
}

margin_matrix <- function(margins, x) {
  features <- if (is.null(margins$features)) rep(1, nrow(x)) else margins$features
  samples <- if (is.null(margins$samples)) rep(1, ncol(x)) else margins$samples
  outer(features, samples)
}

# Raw penalties on the other factor stay right, and so does exact orthogonality, which needs zeros.
scales_exactly <- function(margins, loss, penalties) {
  sees <- function(one, side) {
    if (isTRUE(one$exact)) return(one$step != "hard")
    one$form != "raw" || one$on %in% c(side, "both")
  }
  seen <- function(side) any(vapply(penalties, sees, NA, side = side))
  loss != "nb" && objective_degree(loss) >= 1 && (is.null(margins$samples) || !seen("h")) &&
    (is.null(margins$features) || !seen("w"))
}

# x with its rows and columns multiplied.
scale_entries <- function(x, margins) {
  if (is_source(x)) return(scaled_blocks(x, margins))
  if (!is.matrix(x)) {
    if (!is.null(margins$features)) x@x <- x@x * margins$features[x@i + 1L]
    if (!is.null(margins$samples)) x@x <- x@x * rep(margins$samples, diff(x@p))
    return(x)
  }
  if (!is.null(margins$features)) x <- x * margins$features
  if (!is.null(margins$samples)) x <- x * rep(margins$samples, each = nrow(x))
  x
}

# The numbers by which the data and the factors are multiplied.
margin_factors <- function(margins, loss) {
  root <- switch(loss, kl = identity, frobenius = sqrt,
                 function(weights) weights^(1 / objective_degree(loss)))
  lapply(margins, function(one) if (!is.null(one)) root(one))
}

scale_pair_by <- function(pair, factors) {
  if (!is.null(factors$features)) pair$w <- pair$w * factors$features
  if (!is.null(factors$samples)) pair$h <- pair$h * rep(factors$samples, each = nrow(pair$h))
  pair
}

scale_margins <- function(data, loss) {
  x <- scale_entries(data$x, margin_factors(data$margins, loss))
  list(x = x, weights = data$weights, facts = data_facts(x, data$weights))
}

# The pair of the data from that of the scaled data. A layout has left out weights of 0.
scale_margins_back <- function(pair, margins, loss) {
  scale_pair_by(pair, lapply(margin_factors(margins, loss), function(one) {
    if (!is.null(one)) 1 / one
  }))
}

# run_fit() of data with weights of samples and features: the plain fit of scaled data from the
# scaled start. The columns of W are scaled at the end, and known components keep their bits.
run_margins <- function(data, start, model, control, fixed_start) {
  kind <- control$scale
  control$scale <- "none"
  factors <- margin_factors(data$margins, model$loss)
  limits <- model$limits
  model["limits"] <- list(scale_limits_by(limits, factors))
  out <- run_fit(scale_margins(data, model$loss), scale_pair_by(start, factors), model, control,
                 fixed_start)
  out <- scale_margins_back(out, data$margins, model$loss)
  w <- which(model$held_basis > 0)
  h <- which(model$held_coef > 0)
  out$w[, w] <- start$w[, w]
  out$h[h, ] <- start$h[h, ]
  out$engine$scale <- kind
  out <- scale_pair(out, kind, model)
  out$cost <- scale_cost(out$cost, out$divisor)
  out
}

# solve_coef() of such data. Without a penalty, the weight of a sample does not change its
# coefficients.
solve_margins <- function(data, w, loss, control, terms, limits) {
  data$margins["samples"] <- list(NULL)
  pair <- scale_pair_by(list(w = w), margin_factors(data$margins, loss))
  solve_coef(scale_margins(data, loss), pair$w, loss, control, terms, limits)
}
