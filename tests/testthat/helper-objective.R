# Penalised objectives, updates and residuals as plain R straight from their equations. The
# side that moves is `u` (r x count), the one that rests `v` (r x size); of W both are the
# transposes, with t(x) for x. Nothing here is shared with the package.

lengths_of <- function(u) sqrt(rowSums(u^2))

# One list(kind, lambda, free, s) for every penalty on a side; lambda is multiplied by its
# unit, `s` is the graph's matrix.
terms_on <- function(penalties, x, side, loss = "frobenius") {
  if (inherits(penalties, "nmf_penalty")) penalties <- list(penalties)
  found <- Filter(function(one) one$on %in% c(side, "both"), penalties)
  lapply(found, function(one) {
    free <- one$form == "scale_invariant"
    longest <- sqrt(max(if (side == "h") colSums(x^2) else rowSums(x^2)))
    least_squares <- loss == "frobenius"
    unit <- if (least_squares && one$kind == "sparse" && free) 2 * longest
            else if (least_squares && one$kind == "ridge" && one$on == "both" && !free)
              sqrt(sum(x^2)) else 1
    size <- if (side == "h") ncol(x) else nrow(x)
    s <- switch(one$kind, graph = as.matrix(one$graph),
                smooth = 1 * (abs(outer(seq_len(size), seq_len(size), "-")) == 1))
    list(kind = one$kind, lambda = one$lambda * unit, free = free, s = s)
  })
}

# The term itself, without lambda.
term_value <- function(term, u, v) {
  scale <- if (term$free) lengths_of(v) else rep(1, nrow(v))
  switch(term$kind,
         sparse = sum(scale * rowSums(u)),
         ridge = sum(scale^2 * rowSums(u^2)),
         orthogonal = sum(outer(scale, scale) * u %*% t(u) * (1 - diag(nrow(u)))),
         sum(scale^2 * roughness(u, term$s)))
}

penalty_total <- function(x, w, h, penalties, loss = "frobenius") {
  value <- function(side, u, v) {
    sum(0, vapply(terms_on(penalties, x, side, loss),
                  function(term) term$lambda * term_value(term, u, v), 0))
  }
  value("h", h, t(w)) + value("w", t(w), h)
}

loss_value <- function(x, z, loss) {
  switch(loss, frobenius = sum((x - z)^2),
         kl = sum(ifelse(x > 0, x * log(x / z), 0) - x + z),
         is = sum(x / z - log(x / z) - 1))
}

penalised_objective <- function(x, w, h, penalties, loss = "frobenius") {
  loss_value(x, w %*% h, loss) + penalty_total(x, w, h, penalties, loss)
}

# The edits of the two sides' penalties: K, what is linear (cost, by row), what curves row k
# at column j (curve, from a graph), and the graphs' products (near).
edited_problem <- function(u, v, own, other) {
  r <- nrow(u)
  t <- lengths_of(v)
  a <- v %*% t(v)
  out <- list(gram = a, cost = numeric(r), curve = 0 * u, near = 0 * u)
  for (term in own) {
    scale <- if (term$free) t else rep(1, r)
    if (term$kind == "sparse") out$cost <- out$cost + term$lambda / 2 * scale
    else if (term$kind == "ridge") out$gram <- out$gram + diag(term$lambda * scale^2, r)
    else if (term$kind == "orthogonal") {
      out$gram <- out$gram + term$lambda * outer(scale, scale) * (1 - diag(r))
    } else {
      out$curve <- out$curve + term$lambda * outer(scale^2, colSums(term$s))
      out$near <- out$near + term$lambda * scale^2 * (u %*% term$s)
    }
  }
  size <- lengths_of(u)
  for (term in Filter(function(term) term$free, other)) {
    more <- switch(term$kind,
                   sparse = rowSums(v) / (2 * size),
                   ridge = diag(a),
                   orthogonal = as.vector((a * (1 - diag(r))) %*% size) / size,
                   roughness(v, term$s))
    out$gram <- out$gram + diag(term$lambda * more, r)
  }
  out
}

# u <- u o (P + near) / (K u + curve o u + cost).
ratio_side <- function(x, u, v, own, other) {
  p <- edited_problem(u, v, own, other)
  u * over(v %*% x + p$near, p$gram %*% u + p$curve * u + p$cost)
}

# Coordinate descent: `turns` over the rows of u; a graph has twice its degrees as curvature.
descend_side <- function(x, u, v, own, other, turns) {
  p <- edited_problem(u, v, own, other)
  gain <- v %*% x - p$cost + p$near + p$curve * u
  for (turn in seq_len(turns)) for (k in which(diag(p$gram) > 0)) {
    rest <- gain[k, ] - p$gram[k, -k] %*% u[-k, , drop = FALSE]
    u[k, ] <- pmax(0, rest / (p$gram[k, k] + 2 * p$curve[k, ]))
  }
  u
}

# The step of ?nmf's "cg": a turn of coordinate descent, then conjugate gradients over what is
# positive, ended when a tenth of the squared slope is left or after 20 turns; what falls below 0 is
# put there, and the move halved until the side's part of F falls.
conjugate_side <- function(x, u, v, own, other) {
  p <- edited_problem(u, v, own, other)
  weight <- function(term) term$lambda * (if (term$free) lengths_of(v)^2 else rep(1, nrow(u)))
  laplacian <- function(s) diag(colSums(s), nrow(s)) - as.matrix(s)
  graphs <- lapply(Filter(function(term) !is.null(term$s), own),
                   function(term) function(d) weight(term) * (d %*% laplacian(term$s)))
  times <- function(d) p$gram %*% d + Reduce(`+`, lapply(graphs, function(one) one(d)), 0 * d)
  slope_at <- function(u) times(u) - (v %*% x - p$cost)
  slope <- slope_at(u)
  moved <- 0 * u
  for (k in seq_len(nrow(u))) {
    fall <- -slope[k, ] - as.vector(p$gram[k, ] %*% moved)
    moved[k, ] <- pmax(0, u[k, ] + fall / (p$gram[k, k] + 2 * p$curve[k, ])) - u[k, ]
  }
  u <- u + moved
  slope <- slope_at(u)
  inverse <- (u > 0) / (diag(p$gram) + p$curve)
  move <- 0 * u
  left <- -slope
  along <- inverse * left
  first <- size <- sum(left * along)
  for (turn in 1:20) if (size > first / 10) {
    product <- times(along)
    if (sum(along * product) <= 0) break
    move <- move + size / sum(along * product) * along
    left <- left - size / sum(along * product) * product
    before <- size
    size <- sum(left^2 * inverse)
    along <- inverse * left + size / before * along
  }
  for (share in 2^-(0:7)) {
    change <- pmax(0, u + share * move) - u
    if (all(u + share * move >= 0) || sum(change * (2 * slope + times(change))) < 0) {
      return(u + change)
    }
  }
  u
}

# The minimiser of u'Ku - 2 g'u over u >= 0, by trying every set of positive entries.
best_of_supports <- function(gram, gain) {
  best <- apply(gain, 2, function(g) {
    r <- length(g)
    sets <- lapply(seq_len(2^r) - 1, function(i) which(bitwAnd(i, 2^(seq_len(r) - 1)) > 0))
    found <- lapply(sets, function(set) {
      u <- numeric(r)
      if (length(set)) u[set] <- solve(gram[set, set, drop = FALSE], g[set])
      u
    })
    values <- vapply(found, function(u) {
      if (any(u < 0)) Inf else sum(u * (gram %*% u)) - 2 * sum(g * u)
    }, 0)
    found[[which.min(values)]]
  })
  # apply() drops the dimension of a single component.
  matrix(best, nrow(gain))
}

pivot_side <- function(x, u, v, own, other) {
  p <- edited_problem(u, v, own, other)
  best_of_supports(p$gram, v %*% x - p$cost)
}

# KL: the root of 2 rho u^2 + b u - g = 0, rho from whatever is quadratic.
root_side <- function(x, u, v, own, other) {
  r <- nrow(u)
  t <- lengths_of(v)
  cost <- rowSums(v)
  rho <- 0 * u
  near <- 0 * u
  for (term in own) {
    scale <- if (term$free) t else rep(1, r)
    if (term$kind == "sparse") cost <- cost + term$lambda * scale
    else if (term$kind == "ridge") rho <- rho + term$lambda * scale^2
    else if (term$kind == "orthogonal") {
      rho <- rho + term$lambda * over((1 - diag(r)) %*% u, u)
    } else {
      rho <- rho + term$lambda * outer(scale^2, colSums(term$s))
      near <- near + term$lambda * scale^2 * (u %*% term$s)
    }
  }
  for (term in Filter(function(term) term$free, other)) {
    rho <- rho + term$lambda * switch(term$kind, sparse = rowSums(v) / (2 * lengths_of(u)),
                                      ridge = t^2, roughness(v, term$s))
  }
  root(u * (v %*% over(x, t(v) %*% u) + 2 * near), matrix(cost, r, ncol(u)), rho)
}

# Itakura-Saito (Fevotte and Idier, 2011), with exponent 1; L1 adds to the denominator.
saito_side <- function(x, u, v, own, other) {
  z <- t(v) %*% u
  u * (v %*% (x / z^2)) / (v %*% (1 / z) + sum(0, vapply(own, `[[`, 0, "lambda")))
}

# One iteration, H then W, of a solver and loss: list(w, h).
plain_iteration <- function(x, w, h, penalties, loss = "frobenius", solver = "mu") {
  on_h <- terms_on(penalties, x, "h", loss)
  on_w <- terms_on(penalties, x, "w", loss)
  turns <- max(2, min(8, round(nrow(x) / (8 * ncol(w)))))
  side <- switch(paste(solver, loss), "mu frobenius" = ratio_side, "mu kl" = root_side,
                 "mu is" = saito_side, "bpp frobenius" = pivot_side)
  if (solver %in% c("hals", "cg")) {
    move <- function(x, u, v, own, other, turns) {
      joined <- solver == "cg" && any(vapply(own, function(term) !is.null(term$s), NA))
      if (joined) conjugate_side(x, u, v, own, other)
      else descend_side(x, u, v, own, other, turns)
    }
    h <- move(x, h, t(w), on_h, on_w, turns)
    return(list(w = t(move(t(x), t(w), h, on_w, on_h, 4)), h = h))
  }
  h <- side(x, h, t(w), on_h, on_w)
  list(w = t(side(t(x), t(w), h, on_w, on_h)), h = h)
}

# What one side with the gradient `slope` of F adds to the residual of ?nmf_control.
open_conditions <- function(u, slope) {
  sum(ifelse(slope >= 0, u * slope, pmax(u, rowMeans(u)) * -slope))
}

# The residual rho of a pair without penalties.
pair_residual <- function(x, w, h, loss = "frobenius") {
  z <- w %*% h
  rise <- switch(loss, frobenius = 2 * (z - x), kl = 1 - over(x, z), is = 1 / z - x / z^2)
  size <- switch(loss, frobenius = sum(x^2), kl = sum(x), is = length(x))
  open <- open_conditions(h, t(w) %*% rise) + open_conditions(t(w), h %*% t(rise))
  open / max(loss_value(x, z, loss), 1e-6 * size)
}

# Every penalty of `lambda` on every side in both forms; graphs of m features, n samples.
penalty_variety <- function(m, n, lambda) {
  graph <- list(h = example_graphs(n)$near, w = example_graphs(m)$near)
  of_form <- function(form) {
    one_side <- function(on) {
      list(penalty_sparse(lambda / 5, on, form), penalty_ridge(lambda, on, form),
           penalty_smooth(lambda, on, form), penalty_orthogonal(lambda, on, form),
           penalty_graph(graph[[on]], 5 * lambda, form, on = on))
    }
    singles <- c(one_side("h"), one_side("w"),
                 list(penalty_sparse(lambda / 5, "both", form),
                      penalty_ridge(lambda, "both", form)))
    c(lapply(singles, list),
      list(list(penalty_sparse(lambda / 10, "h", form), penalty_ridge(lambda, "both", form)),
           list(penalty_graph(graph$h, lambda, form), penalty_smooth(lambda, "w", form),
                penalty_sparse(lambda / 20, "w", form), penalty_ridge(lambda, "h", form))))
  }
  c(of_form("scale_invariant"), of_form("raw"))
}

solver_losses <- list(c("mu", "frobenius"), c("hals", "frobenius"), c("bpp", "frobenius"),
                      c("cg", "frobenius"), c("mu", "kl"), c("mu", "is"))

# The rule of ?nmf's table, written out again: does a solver and loss take these penalties?
is_offered <- function(penalties, solver, loss) {
  kinds <- vapply(penalties, `[[`, "", "kind")
  raw <- vapply(penalties, `[[`, "", "form") == "raw"
  switch(paste(solver, loss), "bpp frobenius" = all(kinds %in% c("sparse", "ridge")),
         "mu kl" = all(kinds != "orthogonal" | raw), "mu is" = all(kinds == "sparse" & raw), TRUE)
}

penalty_label <- function(penalties, solver, loss) {
  paste(solver, loss, paste(vapply(penalties, format, ""), collapse = "; "))
}
