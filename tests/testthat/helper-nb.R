# The negative binomial divergence and its updates as plain R, from their equations.

# x log(x / z) - (x + 1 / phi) log((1 + phi x) / (1 + phi z)); phi: one, or one a row.
nb_divergence <- function(x, z, phi) {
  ifelse(x > 0, x * log(x / z), 0) - (x + 1 / phi) * log((1 + phi * x) / (1 + phi * z))
}

# The same of one entry by quadrature of its slope along z, (z - x) / (z (1 + phi z)): no difference
# of logarithms.
nb_by_slope <- function(x, z, phi) {
  if (x == 0) return(if (phi > 0) log1p(phi * z) / phi else z)
  slope <- function(t) (exp(t) - x) / (1 + phi * exp(t))
  stats::integrate(slope, log(x), log(z), rel.tol = 1e-9, subdivisions = 500L)$value
}

# One side u for the other v: u o (v up + near) / (v down + cost + 2 curve o u), to the power 1/2
# where there is a curve. `phi` has the shape of x; `seen` weighs the entries of x.
nb_side <- function(x, u, v, phi, cost = 0, curve = 0, near = 0, seen = 1) {
  z <- t(v) %*% u
  if (is.matrix(seen)) x <- ifelse(seen > 0, seen * x + (1 - seen) * z, z)
  up <- v %*% (over(x, z) / (1 + phi * z)) + near
  down <- v %*% (1 / (1 + phi * z)) + cost + 2 * curve * u
  u * over(up, down)^(if (any(curve > 0)) 0.5 else 1)
}

nb_step <- function(x, w, h, phi, ...) {
  phi <- matrix(phi, nrow(x), ncol(x))
  h <- nb_side(x, h, t(w), phi, ...)
  list(w = t(nb_side(t(x), t(w), h, t(phi), ...)), h = h)
}

# Over-dispersed counts with means of rank `rank`.
planted_counts <- function(m, n, rank, phi, mean = 4) {
  w <- matrix(stats::rgamma(m * rank, 0.5), m)
  h <- matrix(stats::rgamma(n * rank, 0.5), rank)
  z <- w %*% h
  z <- z * mean / mean(z)
  x <- matrix(stats::rnbinom(m * n, size = 1 / phi, mu = z), m)
  list(x = x, w = w, z = z)
}
