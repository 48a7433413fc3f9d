# Constraints as the engine reads them: limits = list(simplex = , w = , h = ), whether the columns
# of H keep their sums, and the largest values of both factors, m x r and r x n or NULL. The engine
# keeps the sums that a start has, so that they may have any unit.

# The limits of a fit of m x n data, `shape`; NULL without constraints. What a layout leaves out is
# left out of matrices.
engine_limits <- function(constraints, shape, rank, layout = NULL, loss = "frobenius") {
  if (is.null(constraints) || sums_by_scale(constraints, loss)) return(NULL)
  upper <- find_constraint(constraints, "upper")
  w <- spread_upper(upper$w, "w", shape[[1L]], rank)
  h <- spread_upper(upper$h, "h", shape[[2L]], rank)
  list(simplex = !is.null(find_constraint(constraints, "simplex")),
       w = keep_rows(w, layout$rows), h = keep_columns(h, layout$columns))
}

# The bounds of one factor as a matrix, or NULL for none.
spread_upper <- function(upper, side, count, rank) {
  if (is.null(upper) || all(upper == Inf)) return(NULL)
  shape <- if (side == "w") c(count, rank) else c(rank, count)
  if (is.matrix(upper)) {
    if (identical(dim(upper), as.integer(shape))) return(unname(upper))
  } else if (length(upper) %in% c(1L, rank)) {
    return(matrix(rep_len(upper, rank), shape[[1L]], shape[[2L]], byrow = side == "w"))
  }
  stop_input("constraint", paste0("of bounds on ", toupper(side), " that are a number, a vector ",
                                  "of ", rank, ", or a ", shape[[1L]], " x ", shape[[2L]],
                                  " matrix"),
             describe(upper), "Use constraint_upper(w = 1, h = 1) for the same bound everywhere.")
}

# The limits of the coefficients of `count` new samples of a fit, whose bounds in a matrix belong to
# its own samples.
coef_limits <- function(fit, count) {
  constraints <- fit$model$constraint
  if (is.null(constraints) || sums_by_scale(constraints, fit$loss)) return(NULL)
  upper <- find_constraint(constraints, "upper")
  if (is.matrix(upper$h)) {
    stop_input("fit", "one whose bounds on H are a number, or one for each component",
               paste("bounds of", ncol(upper$h), "samples"),
               "Use constraint_upper(h = ) with a vector for the components in nmf().")
  }
  list(simplex = !is.null(find_constraint(constraints, "simplex")), w = NULL,
       h = spread_upper(upper$h, "h", count, fit$rank))
}

# A start within the limits: columns of H are divided by their sums and then cut to the bounds. A
# column of zeros, or whose cut sum is below 1, is divided in proportion to the bounds.
limit_start <- function(start, limits) {
  if (is.null(limits)) return(start)
  if (!is.null(limits$w)) start$w[] <- pmin(start$w, limits$w)
  if (!limits$simplex) {
    if (!is.null(limits$h)) start$h[] <- pmin(start$h, limits$h)
    return(start)
  }
  start$h[] <- on_simplex(start$h, limits$h)
  start
}

on_simplex <- function(h, upper = NULL) {
  each <- function(values) rep(values, each = nrow(h))
  largest <- apply(h, 2L, max)
  h <- h / each(ifelse(largest > 0, largest, 1))
  h[, !largest > 0] <- 1
  h <- h / each(colSums(h))
  if (is.null(upper)) return(h)
  over <- colSums(h > upper) > 0
  most <- pmin(upper, 1)
  h[, over] <- (most / each(colSums(most)))[, over]
  h
}

# Checks that known components are within the limits and that the bounds allow the sums.
check_within <- function(limits, known, data) {
  if (is.null(limits)) return(invisible())
  above <- function(part, upper) {
    !is.null(part) && !is.null(upper) && any(part > upper, na.rm = TRUE)
  }
  p <- known$count
  rank <- max(ncol(limits$w), nrow(limits$h), 0L)
  if (above(known$w, limits$w[, seq_len(p[[1L]]), drop = FALSE])) {
    stop_known_above("w", known$w, limits$w[, seq_len(p[[1L]]), drop = FALSE])
  }
  own <- if (!is.null(known$h) && !is.null(limits$h)) rank - p[[2L]] + seq_len(p[[2L]])
  if (above(known$h, limits$h[own, , drop = FALSE])) {
    stop_known_above("h", known$h, limits$h[own, , drop = FALSE])
  }
  if (!isTRUE(limits$simplex)) return(invisible())
  if (!is.null(known$h)) {
    stop_input("known$h", "left out where columns of H sum to 1", "known rows of H",
               "Use known = list(w = ), which with all of W is fully constrained unmixing.")
  }
  if (!is.null(limits$h) && any(colSums(limits$h) < 1)) {
    stop_input("constraint", "with bounds on H that let its columns sum to 1",
               paste("bounds that sum to", format(min(colSums(limits$h)))),
               "Use constraint_simplex() alone, or larger bounds in constraint_upper(h = ).")
  }
  check_mixtures(data$x, "x")
}

stop_known_above <- function(side, part, upper) {
  at <- which(part > upper)[[1L]]
  stop_input("constraint",
             paste0("at least the known entries of ", toupper(side), ", `known$", side, "`"),
             paste("a bound of", format(upper[[at]]), "below a known", format(part[[at]])),
             paste0("Use constraint_upper(", side, " = ) with larger bounds."))
}

# A sample of zeros cannot be a mixture.
check_mixtures <- function(x, argument) {
  total <- column_sums(x)
  empty <- which(total == 0)
  if (!length(empty)) return(invisible())
  name <- if (is.null(colnames(x))) empty[[1L]] else paste0("\"", colnames(x)[[empty[[1L]]]], "\"")
  stop_input(argument, "of samples with an entry above 0, as mixtures on the simplex are",
             paste0(length(empty), " samples of zeros (first: ", name, ")"),
             paste0("Leave them out: ", argument, "[, colSums(", argument, ", na.rm = TRUE) > 0]."))
}

# The limits for X times 2^power. On the simplex W takes the units of X, else H.
scale_up_limits <- function(limits, power) {
  side <- scaled_side(limits)
  if (!is.null(limits[[side]])) limits[[side]] <- limits[[side]] * 2^power
  limits
}

scaled_side <- function(limits) if (isTRUE(limits$simplex)) "w" else "h"

# Limits for factors whose rows and columns are multiplied, see run_margins().
scale_limits_by <- function(limits, factors) {
  if (is.null(limits)) return(NULL)
  if (!is.null(factors$features) && !is.null(limits$w)) limits$w <- limits$w * factors$features
  if (!is.null(factors$samples) && !is.null(limits$h)) {
    limits$h <- limits$h * rep(factors$samples, each = nrow(limits$h))
  }
  limits
}

# A pair after its fit, with sums and bounds freed of rounding errors.
within_limits <- function(pair, limits) {
  if (is.null(limits)) return(pair)
  if (!is.null(limits$w)) pair$w[] <- pmin(pair$w, limits$w)
  if (limits$simplex) pair$h <- pair$h / rep(colSums(pair$h), each = nrow(pair$h))
  if (!is.null(limits$h)) pair$h[] <- pmin(pair$h, limits$h)
  pair
}

# The Kullback-Leibler loss by itself gives the columns of W H the sums of those of X, so there the
# simplex only decides how W is scaled.
sums_by_scale <- function(constraints, loss) loss == "kl" && on_a_simplex(constraints)

on_a_simplex <- function(constraints) !is.null(find_constraint(constraints, "simplex"))

# If sums stay, only a bound can hold a component that is excluded at 0.
bar_components <- function(limits, barred, shape) {
  if (!isTRUE(limits$simplex) || !any(barred)) return(limits)
  if (is.null(limits$h)) limits$h <- matrix(Inf, shape[[1L]], shape[[2L]])
  limits$h[barred, ] <- 0
  limits
}

# Equal coefficients that give each sample its sum, cut to the bounds.
start_bounded <- function(w, x, upper) {
  total <- column_sums(x)
  level <- total / max(sum(w), .Machine$double.xmin)
  pmin(matrix(level, ncol(w), ncol(x), byrow = TRUE), upper)
}

# The options of a constrained fit: the columns of W stay as they are found, and nothing else
# decides where entries may be.
constrained_control <- function(control, constraints, loss) {
  if (is.null(constraints)) return(control)
  if (!is.null(control$preset)) {
    stop_input("control", "without a preset if there is a constraint",
               paste0("preset = \"", control$preset, "\""), "Use control = nmf_control().")
  }
  if (!is.null(control$smoothing)) {
    stop_input("smoothing", "left out if there is a constraint", "numbers that move every entry",
               "Use control = nmf_control().")
  }
  if (isTRUE(control$revive_dead)) {
    stop_input("revive_dead", "FALSE if there is a constraint", "TRUE",
               "New components start outside of it: use several starts, n_start = 5.")
  }
  if (control$scale == "l2") {
    stop_input("scale", "left out if there is a constraint, which fixes the scale",
               "\"l2\"", "Use control = nmf_control().")
  }
  control$scale <- if (sums_by_scale(constraints, loss)) "sum" else "none"
  control
}

# Bounds on one factor have no effect while the other can take any scale. A raw penalty on the other
# factor keeps it small, and a factor that is known or sums to one has a scale.
check_free_scale <- function(constraints, penalties, known, rank) {
  upper <- find_constraint(constraints, "upper")
  if (is.null(upper) || on_a_simplex(constraints)) return(invisible())
  count <- if (is.null(known)) c(0L, 0L) else known$count
  bounded <- c(w = all(upper$w < Inf), h = all(upper$h < Inf))
  fixed <- c(w = identical(count[[1L]], rank), h = identical(count[[2L]], rank))
  costs <- vapply(c(w = "w", h = "h"), function(side) {
    any(vapply(penalties, function(one) one$form == "raw" && one$on %in% c(side, "both"), NA))
  }, NA)
  kept <- bounded | fixed | costs
  asked <- c(w = any(upper$w < Inf), h = any(upper$h < Inf))
  for (side in c("w", "h")) {
    other <- if (side == "w") "h" else "w"
    if (!asked[[side]] || kept[[other]]) next
    stop_input("constraint", "with bounds on both factors, or with the other one's scale fixed",
               paste("a bound on", toupper(side), "alone"),
               paste0("It has no effect, since W c and H / c fit alike for every c. Use ",
                      "constraint_upper(w = 1, h = 1), a known ", toupper(other),
                      ", or penalty_ridge(on = \"", other, "\", form = \"raw\")."))
  }
}

# Known components keep their scale, but the shares of a Kullback-Leibler fit need to choose it.
check_known_shares <- function(known, constraints, loss) {
  if (is.null(known) || !sums_by_scale(constraints, loss)) return(invisible())
  stop_input("known", "left out where loss = \"kl\" and columns of H are to be shares",
             "known components, which keep their scale",
             "Use no constraint: coef(fit, type = \"proportion\") gives shares of any fit.")
}

# The bounds on W that a fit has, for new data of the features that are kept.
adapt_upper <- function(fit, layout) {
  upper <- find_constraint(fit$model$constraint, "upper")
  list(keep_rows(spread_upper(upper$w, "w", layout$dim[[1L]], fit$rank), layout$rows))
}
