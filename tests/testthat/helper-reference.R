# Every update and objective as plain R straight from its equation, for the tests to
# compare with. X is m x n, W m x r, H r x n; `s` is the graph's n x n matrix of weights,
# diagonal included. Slow on purpose: nothing here is shared with the package.

# a / b entry by entry, and 0 where b is 0: such an entry stays 0 under a ratio update.
over <- function(a, b) {
  b <- array(b, dim(a))
  ifelse(b == 0, 0, a / b)
}

# (2.32), then (2.33) with the new H. `add` stands in the denominators.
mu_step <- function(x, w, h, add = 0, floor = 0) {
  h <- pmax(h * over(t(w) %*% x, t(w) %*% w %*% h + add), floor)
  list(w = pmax(w * over(x %*% t(h), w %*% h %*% t(h) + add), floor), h = h)
}

# Lee and Seung (2001), Kullback-Leibler. b_k: column sums of W, then row sums of H.
kl_step <- function(x, w, h) {
  h <- h * over(t(w) %*% over(x, w %*% h), colSums(w))
  list(w = w * over(over(x, w %*% h) %*% t(h), by_column(rowSums(h), w)), h = h)
}

# Row k of H is weighed by lambda ||w_k||^2 (scale-invariant) or lambda (raw).
row_weight <- function(w, lambda, form) {
  lambda * if (form == "scale_invariant") colSums(w^2) else rep(1, ncol(w))
}

# values[k] in the whole of column k of a matrix shaped as w; as row k of one shaped as h.
by_column <- function(values, w) matrix(values, nrow(w), ncol(w), byrow = TRUE)

# H D, with d_j the sum of column j of the graph, its diagonal included.
times_degree <- function(h, s) h %*% diag(colSums(s), ncol(s))

# q_k, the sum of s_ij (h_ki - h_kj)^2 over the edges i < j.
roughness <- function(h, s) {
  edges <- which(upper.tri(s) & s != 0, arr.ind = TRUE)
  gap <- h[, edges[, 1], drop = FALSE] - h[, edges[, 2], drop = FALSE]
  as.vector(gap^2 %*% s[edges])
}

# Cai et al. (2011) with weight_k; in the scale-invariant form W has K = A + lambda diag(q).
mu_graph_step <- function(x, w, h, s, lambda, form) {
  weight <- row_weight(w, lambda, form)
  h <- h * over(t(w) %*% x + weight * (h %*% s), t(w) %*% w %*% h + weight * times_degree(h, s))
  q <- if (form == "scale_invariant") roughness(h, s) else 0 * rowSums(h)
  list(w = w * over(x %*% t(h), w %*% (h %*% t(h) + lambda * diag(q, ncol(w)))), h = h)
}

# The non-negative root of 2 rho h^2 + b h - g = 0.
root <- function(g, b, rho) over(2 * g, b + sqrt(b^2 + 8 * rho * g))

# KL and the graph: g = h~ (W'(X/Z) + 2 weight_k H~S), rho = weight_k d_j; for W in the
# scale-invariant form rho = lambda q_k.
kl_graph_step <- function(x, w, h, s, lambda, form) {
  weight <- row_weight(w, lambda, form)
  g <- h * (t(w) %*% over(x, w %*% h) + 2 * weight * (h %*% s))
  h <- root(g, colSums(w), weight %o% colSums(s))
  q <- if (form == "scale_invariant") roughness(h, s) else 0 * rowSums(h)
  g <- w * (over(x, w %*% h) %*% t(h))
  list(w = root(g, by_column(rowSums(h), w), by_column(lambda * q, w)), h = h)
}

# The plain ratio of the thesis author's code, with his small number in the data and in W H,
# in the denominators, and as the floor (one number or these three). His lambda belongs to
# lambda / 2 of the raw objective.
kl_ratio_step <- function(x, w, h, s, lambda, smoothing = 2^-52) {
  smoothing <- rep_len(smoothing, 3)
  quotient <- function(w, h) (x + smoothing[1]) / (w %*% h + smoothing[1])
  up <- t(w) %*% quotient(w, h) + lambda * (h %*% s)
  h <- pmax(h * up / (colSums(w) + lambda * times_degree(h, s) + smoothing[2]), smoothing[3])
  down <- by_column(rowSums(h), w) + smoothing[2]
  list(w = pmax(w * (quotient(w, h) %*% t(h)) / down, smoothing[3]), h = h)
}

# Coordinate descent by pairs on columns of H that keep their sums: d along (1, -1) of k < l.
pair_step <- function(gram, linear, h, upper = Inf + h) {
  for (j in seq_len(ncol(h))) {
    for (k in seq_len(nrow(h) - 1)) {
      for (l in seq(k + 1, nrow(h))) {
        g <- gram %*% h[, j] - linear[, j]
        bend <- gram[k, k] + gram[l, l] - 2 * gram[k, l]
        if (bend <= 0) next
        d <- min((g[l] - g[k]) / bend, h[l, j], upper[k, j] - h[k, j])
        d <- max(d, -h[k, j], -(upper[l, j] - h[l, j]))
        h[c(k, l), j] <- h[c(k, l), j] + c(d, -d)
      }
    }
  }
  h
}

# Coordinate descent on u'Ku - 2 p'u by rows of u, within 0 and `upper`.
bounded_step <- function(gram, linear, u, upper = Inf + u, turns = 1) {
  for (turn in seq_len(turns)) {
    for (k in seq_len(nrow(u))) {
      if (gram[k, k] == 0) next
      fresh <- u[k, ] + (linear[k, ] - gram[k, ] %*% u) / gram[k, k]
      u[k, ] <- pmin(upper[k, ], pmax(0, fresh))
    }
  }
  u
}

# F of the pair, computed directly: no sums of products, the graph's term by edges.
objective_of <- function(x, w, h, loss = "frobenius", s = NULL, lambda = 0, form = "raw") {
  z <- w %*% h
  kl <- sum(ifelse(x > 0, x * log(x / z), 0) - x + z)
  graph <- if (is.null(s)) 0 else sum(row_weight(w, lambda, form) * roughness(h, s))
  graph + if (loss == "kl") kl else sum((x - z)^2)
}

# One iteration of the package from w and h, unscaled: list(w, h) without names. Of the
# multiplicative updates, unless another solver is named.
one_iteration <- function(x, w, h, loss = "frobenius", penalty = NULL, ..., solver = "mu") {
  control <- nmf_control(max_iter = 1, tol = 0, scale = "none", ...)
  fit <- nmf(x, ncol(w), init = list(w = w, h = h), loss = loss, penalty = penalty,
             solver = solver, control = control)
  list(w = unname(basis(fit)), h = unname(coef(fit)))
}

# A positive start of the shapes of x and rank; data of rank `rank` plus noise.
drawn_start <- function(x, rank) init_random(unname(x), rank)

drawn_data <- function(m, n, rank, noise = 0.1) {
  matrix(stats::rexp(m * rank), m) %*% matrix(stats::rexp(rank * n), rank) +
    noise * matrix(stats::runif(m * n), m)
}

# Ratings, zeros among them: the whole x, which of it is stored, that as a sparse matrix, a start.
rated_case <- function() {
  x <- drawn_data(7, 9, 2)
  x[2, 1:3] <- 0
  stored <- matrix(runif(63) < 0.7, 7)
  stored[, 1] <- stored[1, ] <- TRUE
  at <- which(stored, arr.ind = TRUE)
  list(x = x, stored = stored, start = drawn_start(x, 2),
       ratings = Matrix::sparseMatrix(i = at[, 1], j = at[, 2], x = x[at], dims = dim(x)))
}

# Graphs of n samples as plain matrices: a binary one with few edges, as k nearest
# neighbours give, a path, a star, complete bipartite, and weights with self-loops.
example_graphs <- function(n) {
  near <- matrix(0, n, n)
  near[cbind(rep(seq_len(n), 2), sample(n, 2 * n, replace = TRUE))] <- 1
  near <- pmax(near, t(near)) * (1 - diag(n))
  star <- matrix(0, n, n)
  star[1, -1] <- star[-1, 1] <- 1
  left <- seq_len(n) <= n %/% 2
  weights <- matrix(stats::rexp(n * n), n) * (stats::runif(n * n) < 0.5)
  list(near = near, path = 1 * (abs(row(near) - col(near)) == 1), star = star,
       bipartite = 1 * outer(left, left, "!="), loops = weights + t(weights) + diag(5, n))
}

# A plain matrix of weights as a dgCMatrix.
as_graph <- function(s) {
  at <- which(s != 0, arr.ind = TRUE)
  Matrix::sparseMatrix(i = at[, 1], j = at[, 2], x = s[at], dims = dim(s))
}

# The largest relative difference between the entries of two lists of matrices; entries
# that are 0 in one must be 0 in the other.
relative_gap <- function(a, b) {
  a <- unlist(a[c("w", "h")])
  b <- unlist(b[c("w", "h")])
  max(ifelse(a == b, 0, abs(a - b) / pmin(abs(a), abs(b))))
}

# check(backend) for both kernels under every instruction set: a list of what it returns.
each_engine <- function(check) {
  old <- options(metanmf.instructions = NULL)
  on.exit(options(old))
  answers <- lapply(native_instructions(), function(set) {
    options(metanmf.instructions = set)
    lapply(c("blas", "native"), check)
  })
  unlist(answers, recursive = FALSE)
}

# The beta-divergence by its textbook formula, b none of 0 and 1; x = 0 needs b > 0.
beta_divergence <- function(x, z, b) {
  ifelse(x == 0, z^b / b, (x^b + (b - 1) * z^b - b * x * z^(b - 1)) / (b * (b - 1)))
}

# The exponent with which its updates descend: `curved` where squares of the factor are added.
beta_exponent <- function(b, curved = FALSE) {
  if (!curved) return(1 / max(1, 1 - b, b - 1))
  if (b <= 1) 1 / max(2, 1 - b) else if (b <= 2) 1 / (3 - b) else 1 / (b - 1)
}

# One side u for the other v, x being theirs: cost and curve, by row of u, are what a sparse penalty
# and a ridge add to the objective for u and u^2. `seen` weighs the entries of x.
beta_side <- function(x, u, v, b, cost = 0, curve = 0, seen = 1) {
  z <- t(v) %*% u
  if (is.matrix(seen)) x <- ifelse(seen > 0, seen * x + (1 - seen) * z, z)
  # Where z = 0, so is all that the terms meet.
  power <- function(a) ifelse(z > 0, z^a, 0)
  down <- v %*% power(b - 1) + cost + 2 * curve * u
  u * over(v %*% ifelse(x > 0, x * power(b - 2), 0), down)^beta_exponent(b, any(curve > 0))
}

# One iteration with the sums over all of H and W of `cost` and of squares times `curve`.
beta_step <- function(x, w, h, b, cost = 0, curve = 0) {
  h <- beta_side(x, h, t(w), b, cost, curve)
  list(w = t(beta_side(t(x), t(w), h, b, cost, curve)), h = h)
}
