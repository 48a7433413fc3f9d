# Group NMF in plain R, straight from its equations: sum_i alpha_i ||X_i - W H_i - B_i G_i||^2, for
# the tests to compare with. `x`, `b`, `s` are lists with an entry for each task: X_i, B_i and
# S_i = [H_i; G_i]. Nothing here is shared with the package.

# The objective, computed directly.
group_objective <- function(x, w, b, s, alpha = rep(1, length(x))) {
  sum(vapply(seq_along(x), function(i) {
    alpha[[i]] * sum((x[[i]] - cbind(w, b[[i]]) %*% s[[i]])^2)
  }, 0))
}

# u_k <- max(0, u_k + (N - U K)_k / K_kk) for the columns k of U, `turns` times.
descend <- function(u, n, k, turns = 4) {
  for (turn in seq_len(turns)) {
    for (j in seq_len(ncol(u))) {
      if (k[j, j] > 0) u[, j] <- pmax(0, u[, j] + (n[, j] - u %*% k[, j]) / k[j, j])
    }
  }
  u
}

# One iteration by coordinate descent: S_i, then W from sum_i alpha_i (P_i^H - B_i A_i^GH) and
# sum_i alpha_i A_i^HH, then B_i from P_i^G - W A_i^HG and A_i^GG with the new W.
group_hals_step <- function(x, w, b, s, alpha, turns) {
  r <- seq_len(ncol(w))
  n <- 0 * w
  k <- matrix(0, ncol(w), ncol(w))
  for (i in seq_along(x)) {
    v <- cbind(w, b[[i]])
    s[[i]] <- t(descend(t(s[[i]]), t(x[[i]]) %*% v, crossprod(v), turns[[i]]))
    a <- tcrossprod(s[[i]])
    n <- n + alpha[[i]] * (x[[i]] %*% t(s[[i]][r, ]) - b[[i]] %*% a[-r, r])
    k <- k + alpha[[i]] * a[r, r]
  }
  w <- descend(w, n, k)
  for (i in seq_along(x)) {
    a <- tcrossprod(s[[i]])
    b[[i]] <- descend(b[[i]], x[[i]] %*% t(s[[i]][-r, , drop = FALSE]) - w %*% a[r, -r],
                      a[-r, -r, drop = FALSE])
  }
  list(w = w, b = b, s = s)
}

# A small problem: tasks of unequal sizes with private parts, and a start.
group_problem <- function(sizes = c(9, 14, 11), m = 8, r = 3, private = c(2, 1, 2), seed = 1) {
  set.seed(seed)
  shared <- matrix(stats::rexp(m * r), m)
  x <- lapply(seq_along(sizes), function(i) {
    own <- matrix(stats::rexp(m * private[[i]]), m)
    shared %*% matrix(stats::rexp(r * sizes[[i]]), r) +
      own %*% matrix(stats::rexp(private[[i]] * sizes[[i]]), private[[i]]) +
      0.1 * matrix(stats::runif(m * sizes[[i]]), m)
  })
  draw <- function(rows, columns) matrix(stats::runif(rows * columns), rows)
  list(x = x, private = private, w = draw(m, r), b = lapply(private, function(q) draw(m, q)),
       s = Map(function(q, n) draw(r + q, n), private, sizes))
}

# Multiplicative updates of the same: V_i S_i in the denominators. W and then B_i, with the new W.
group_mu_step <- function(x, w, b, s, alpha) {
  r <- seq_len(ncol(w))
  up <- down <- 0 * w
  for (i in seq_along(x)) {
    v <- cbind(w, b[[i]])
    s[[i]] <- s[[i]] * over(t(v) %*% x[[i]], crossprod(v) %*% s[[i]])
    up <- up + alpha[[i]] * x[[i]] %*% t(s[[i]][r, ])
    down <- down + alpha[[i]] * v %*% tcrossprod(s[[i]], s[[i]][r, ])
  }
  w <- w * over(up, down)
  for (i in seq_along(x)) {
    g <- s[[i]][-r, , drop = FALSE]
    b[[i]] <- b[[i]] * over(x[[i]] %*% t(g), cbind(w, b[[i]]) %*% s[[i]] %*% t(g))
  }
  list(w = w, b = b, s = s)
}

# Integrative NMF: sum_i alpha_i (||X_i - (W + V_i) H_i||^2 + lambda ||V_i H_i||^2).
inmf_objective <- function(x, w, v, h, lambda, alpha = rep(1, length(x))) {
  sum(vapply(seq_along(x), function(i) {
    alpha[[i]] * (sum((x[[i]] - (w + v[[i]]) %*% h[[i]])^2) + lambda * sum((v[[i]] %*% h[[i]])^2))
  }, 0))
}

# One iteration of it, by coordinate descent or by ratios.
inmf_step <- function(x, w, v, h, lambda, alpha, solver, turns) {
  n <- up <- 0 * w
  k <- matrix(0, ncol(w), ncol(w))
  for (i in seq_along(x)) {
    u <- w + v[[i]]
    gram <- crossprod(u) + lambda * crossprod(v[[i]])
    h[[i]] <- if (solver == "mu") h[[i]] * over(t(u) %*% x[[i]], gram %*% h[[i]])
              else t(descend(t(h[[i]]), t(x[[i]]) %*% u, gram, turns))
    a <- tcrossprod(h[[i]])
    up <- up + alpha[[i]] * x[[i]] %*% t(h[[i]])
    n <- n + alpha[[i]] * v[[i]] %*% a
    k <- k + alpha[[i]] * a
  }
  w <- if (solver == "mu") w * over(up, w %*% k + n) else descend(w, up - n, k)
  for (i in seq_along(x)) {
    a <- tcrossprod(h[[i]])
    p <- x[[i]] %*% t(h[[i]])
    v[[i]] <- if (solver == "mu") v[[i]] * over(p, w %*% a + (1 + lambda) * v[[i]] %*% a)
              else descend(v[[i]], p - w %*% a, (1 + lambda) * a)
  }
  list(w = w, v = v, h = h)
}

# What penalties add to F: for each task those on H_i, with its weight.
penalty_sum <- function(penalties, w, h, alpha) {
  length_w <- sqrt(colSums(w^2))
  length_h <- sqrt(Reduce(`+`, Map(function(h, a) a * rowSums(h^2), h, alpha)))
  sum(vapply(penalties, function(one) {
    free <- one$form == "scale_invariant"
    at <- function(by) if (free) by else rep(1, ncol(w))
    of_h <- function(term) sum(unlist(Map(function(h, a) a * term(h), h, alpha)))
    one$lambda * switch(paste(one$kind, one$on),
      "sparse h" = of_h(function(h) sum(at(length_w) * rowSums(h))),
      "ridge h" = of_h(function(h) sum(at(length_w)^2 * rowSums(h^2))),
      "smooth h" = of_h(function(h) sum(at(length_w)^2 * rowSums(t(apply(h, 1, diff))^2))),
      "sparse w" = sum(at(length_h) * colSums(w)),
      "ridge w" = sum(at(length_h)^2 * colSums(w^2)),
      "smooth w" = sum(at(length_h)^2 * colSums(apply(w, 2, diff)^2)),
      "orthogonal w" = {
        products <- crossprod(w) * outer(at(length_h), at(length_h))
        sum(products) - sum(diag(products))
      })
  }, 0))
}

penalty_sets <- list(
  list(penalty_sparse(0.3, "h", "raw"), penalty_ridge(0.2, "w", "raw")),
  list(penalty_sparse(0.3, "h"), penalty_sparse(0.2, "w")),
  list(penalty_smooth(0.2, "h"), penalty_orthogonal(0.3)),
  list(penalty_smooth(0.2, "w"), penalty_ridge(0.1, "h", "scale_invariant")),
  list(penalty_smooth(0.2, "h", "raw"), penalty_ridge(0.1, "w", "scale_invariant")))

# One iteration of the package.
iterate_group <- function(state, plan) {
  run_group(state[c("w", "own", "coef")], plan, 1, fall_rule(0))
}
