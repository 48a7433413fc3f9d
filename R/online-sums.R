# The sums that W is found from while samples come in batches: what a batch leaves of itself, how
# such shares are added and weighed, and W as the minimiser of the surrogate that they make.

# What one batch leaves of its sums (as native_sweep() returns them) and of the W that they were
# made with: list(top, bottom, gram, total, mass). Least squares: B and A of Mairal et al. (2010).
# A divergence keeps its W of that moment inside: C = W^c o P and D = W^d o N, see w_powers();
# Kullback-Leibler's D is the same for all features, and `total` has it.
batch_share <- function(sums, w, loss) {
  powers <- w_powers(loss)
  bottom <- if (has_two_terms(loss)) sums$denominator * zero_power(w, powers$down)
  list(top = sums$xht * zero_power(w, powers$up), bottom = bottom, gram = sums$hht,
       total = sums$h_sum, mass = sums$columns)
}

# Exponents of W in C and D, and the one that makes W of their quotient (Fevotte & Idier 2011; for
# Itakura-Saito Lefevre, Bach & Fevotte 2011). Least squares need none: their sums say all of W.
w_powers <- function(loss) {
  if (loss == "frobenius") return(list(up = 0, down = 0, root = 1))
  beta <- switch(loss, kl = 1, is = 0, attr(loss, "beta"))
  list(up = max(0, 2 - beta), down = if (beta < 1) 0 else 1 - beta,
       root = if (beta < 1) 1 / (2 - beta) else if (beta > 2) 1 / (beta - 1) else 1)
}

# w^power with 0 for 0, so that what has vanished adds nothing to either sum.
zero_power <- function(w, power) if (power == 0) 1 else ifelse(w > 0, w^power, 0)

# a + by b, part by part; `a` NULL: nothing yet.
add_share <- function(a, b, by = 1) {
  if (is.null(a)) return(weigh_share(b, by))
  Map(function(one, other) if (!is.null(one)) one + by * other, a, b)
}

weigh_share <- function(share, by) lapply(share, function(one) if (!is.null(one)) one * by)

# What rounding left below 0 of a difference.
not_negative <- function(share) lapply(share, function(one) if (!is.null(one)) pmax(one, 0))

# As if a batch with this H had been W H exactly: what the sums begin with, so that a feature that
# the first batches lack is not lost to W.
start_share <- function(share, w, loss) {
  powers <- w_powers(loss)
  level <- rep(share$total, each = nrow(w))
  share$top <- if (loss == "frobenius") w %*% share$gram else zero_power(w, powers$up) * level
  if (!is.null(share$bottom)) share$bottom <- zero_power(w, powers$down) * level
  share
}

# The W that minimises the surrogate of the sums, from the present one.
basis_from <- function(sums, w, model, control) {
  if (has_two_terms(model$loss)) {
    w[] <- ifelse(sums$bottom > 0, (sums$top / sums$bottom)^w_powers(model$loss)$root, 0)
    return(w)
  }
  top <- if (model$loss == "kl") ifelse(w > 0, sums$top / w, 0) else sums$top
  read <- engine_sums(nrow(w), ncol(w), model$loss)
  read[c("xht", "hht", "h_sum", "columns")] <- list(top, sums$gram, sums$total, sums$mass)
  native_basis_step(w, read, model, control)
}

# The sums of W whose columns were divided by `divisor` and whose H was multiplied by it: P and Q go
# with H, beside the powers of W.
scale_sums <- function(sums, divisor, loss) {
  powers <- w_powers(loss)
  columns <- function(x, by) if (!is.null(x)) x * rep(by, each = nrow(x))
  list(top = columns(sums$top, divisor^(1 - powers$up)),
       bottom = columns(sums$bottom, divisor^(1 - powers$down)),
       gram = sums$gram * tcrossprod(divisor), total = sums$total * divisor, mass = sums$mass)
}

# What a fit keeps for add_samples(), for its components `at`.
select_online <- function(online, at) {
  online$sums <- select_sums(online$sums, at)
  online
}

# The sums of the components `at`, in that order.
select_sums <- function(sums, at) {
  columns <- function(x) if (!is.null(x)) x[, at, drop = FALSE]
  list(top = columns(sums$top), bottom = columns(sums$bottom),
       gram = sums$gram[at, at, drop = FALSE], total = sums$total[at], mass = sums$mass)
}
