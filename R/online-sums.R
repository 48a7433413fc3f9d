# The sums from which W is found while samples come in batches: the share of one batch, how shares
# are added and weighed, and W as the minimiser of the surrogate that the sums define.

# The share of one batch, made of its sums (as native_sweep() returns them) and the W they were made
# with: list(top, bottom, gram, total, mass). For least squares they are B and A of Mairal et al.
# (2010). For a divergence they include the W of that moment: C = W^c o P and D = W^d o N, see
# w_powers(). The D of Kullback-Leibler is the same for all features, and `total` has it.
batch_share <- function(sums, w, loss) {
  powers <- w_powers(loss)
  bottom <- if (has_two_terms(loss)) sums$denominator * zero_power(w, powers$down)
  list(top = sums$xht * zero_power(w, powers$up), bottom = bottom, gram = sums$hht,
       total = sums$h_sum, mass = sums$columns)
}

# Exponents of W in C and D, and the one that makes W of their quotient (Fevotte & Idier 2011; for
# Itakura-Saito Lefevre, Bach & Fevotte 2011). Least squares need none, since their
# sums alone determine W.
w_powers <- function(loss) {
  if (loss == "frobenius") return(list(up = 0, down = 0, root = 1))
  beta <- switch(loss, kl = 1, is = 0, attr(loss, "beta"))
  list(up = max(0, 2 - beta), down = if (beta < 1) 0 else 1 - beta,
       root = if (beta < 1) 1 / (2 - beta) else if (beta > 2) 1 / (beta - 1) else 1)
}

# w^power, and 0 where w is 0, so that entries that have vanished add nothing to either sum.
zero_power <- function(w, power) if (power == 0) 1 else ifelse(w > 0, w^power, 0)

# a + by b, entry by entry of the lists. NULL for `a` stands for no share yet.
add_share <- function(a, b, by = 1) {
  if (is.null(a)) return(weigh_share(b, by))
  Map(function(one, other) if (!is.null(one)) one + by * other, a, b)
}

weigh_share <- function(share, by) lapply(share, function(one) if (!is.null(one)) one * by)

# Sets to 0 what rounding has left below 0 in a difference.
not_negative <- function(share) lapply(share, function(one) if (!is.null(one)) pmax(one, 0))

# The share with which the sums begin, as if a batch with this H had been exactly W H. Without it a
# feature that the first batches lack would become 0 in W for good.
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

# The sums after the columns of W were divided by `divisor` and H was multiplied by it. P and Q
# scale with H, and the powers of W with W.
scale_sums <- function(sums, divisor, loss) {
  powers <- w_powers(loss)
  columns <- function(x, by) if (!is.null(x)) x * rep(by, each = nrow(x))
  list(top = columns(sums$top, divisor^(1 - powers$up)),
       bottom = columns(sums$bottom, divisor^(1 - powers$down)),
       gram = sums$gram * tcrossprod(divisor), total = sums$total * divisor, mass = sums$mass)
}

# What a fit keeps for add_samples(), reduced to the components `at`.
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
