# The reference for bench/rank.R: masked cross-validation from a spectral guess, in plain R on top
# of nmf() alone, as the procedure was published. It knows no outliers, and draws 10 masks of all
# data.

# The count of singular values above the noise (Landa and Kluger 2025), by a full decomposition.
reference_spectral <- function(x, threshold = 1.05) {
  if (nrow(x) > ncol(x)) x <- t(x)
  r <- nrow(x)
  n <- ncol(x)
  parts <- svd(x)
  eta <- median(parts$d)
  if (!(eta > 0)) return(NA_integer_)
  damped <- eta / (parts$d^2 + eta^2)
  a <- drop(parts$u^2 %*% damped)
  b <- drop(parts$v^2 %*% damped) + (1 - rowSums(parts$v^2)) / eta
  noise <- function(sums, size) {
    variance <- (1 / sums - eta) / sqrt(max(size - eta * sum(sums), 1e-9))
    pmax(variance, 1e-9 * max(variance))
  }
  levelled <- x / sqrt(noise(a, r)) / rep(sqrt(noise(b, n)), each = r)
  max(1L, sum(svd(levelled, 0, 0)$d > threshold * (sqrt(r) + sqrt(n))))
}

# A start with one more component: the larger non-negative half of the residual's leading pair.
reference_grow <- function(y, fit) {
  residual <- y - basis(fit) %*% coef(fit)
  residual[is.na(residual)] <- 0
  v <- residual[which.max(rowSums(residual^2)), ]
  for (step in 1:8) {
    u <- drop(residual %*% v)
    u <- u / max(sqrt(sum(u^2)), 1e-300)
    v <- drop(crossprod(residual, u))
  }
  size <- function(sign) sum(pmax(sign * u, 0)^2) * sum(pmax(sign * v, 0)^2)
  w <- pmax(if (size(1) >= size(-1)) u else -u, 0)
  if (!any(w > 0)) w <- runif(nrow(y))
  h <- pmax(drop(crossprod(residual, w)), 0) / sum(w^2)
  if (!any(h > 0)) h <- rep(mean(y, na.rm = TRUE) / 100, ncol(y))
  list(w = unname(cbind(basis(fit), w)), h = unname(rbind(coef(fit), h)))
}

reference_masks <- function(x, masks = 10, groups = 10) {
  drawn <- list()
  while (length(drawn) < masks) {
    group <- sample(rep_len(seq_len(groups), length(x)))
    drawn <- c(drawn, lapply(seq_len(groups), function(one) which(group == one)))
  }
  drawn[seq_len(masks)]
}

reference_fit <- function(y, rank, init = "random") {
  control <- nmf_control(max_iter = 100, tol = 3e-4, scale = "none")
  suppressWarnings(nmf(y, rank, init = init, missing = "mask", control = control))
}

# The error of one fit at what a mask hides, predictions capped by what was seen.
reference_error <- function(x, y, hidden, fit, loss) {
  largest <- function(side) apply(y, side, max, na.rm = TRUE)
  top <- pmin(largest(1)[row(x)], largest(2)[col(x)])
  top[!is.finite(top)] <- 0
  p <- pmin(fitted(fit), top)[hidden]
  z <- x[hidden]
  if (loss == "frobenius") return(mean(abs(z - p)))
  p <- pmax(p, 1e-3 * mean(x))
  mean(ifelse(z > 0, z * log(z / p), 0) - z + p)
}

# list(rank, spectral): the rank that predicts best of those visited.
reference_rank <- function(x, loss, patience = 2) {
  masks <- reference_masks(x)
  largest <- min(dim(x)) %/% 2
  errors <- list()
  fits <- list()
  visit <- function(rank) {
    name <- as.character(rank)
    if (is.null(errors[[name]])) {
      below <- fits[[as.character(rank - 1)]]
      both <- lapply(seq_along(masks), function(i) {
        y <- replace(x, masks[[i]], NA)
        fit <- reference_fit(y, rank)
        if (!is.null(below)) {
          grown <- reference_fit(y, rank, reference_grow(y, below[[i]]))
          if (deviance(grown) < deviance(fit)) fit <- grown
        }
        list(fit = fit, error = reference_error(x, y, masks[[i]], fit, loss))
      })
      fits[[name]] <<- lapply(both, `[[`, "fit")
      errors[[name]] <<- mean(vapply(both, `[[`, 0, "error"))
    }
    errors[[name]]
  }
  spectral <- reference_spectral(x)
  first <- min(max(spectral, 1), largest)
  walk <- function(step) {
    best <- at <- first
    while (at + step >= 1 && at + step <= largest) {
      at <- at + step
      if (visit(at) < visit(best)) best <- at
      if (abs(at - best) >= patience) return()
    }
  }
  visit(1)
  visit(first)
  walk(1)
  walk(-1)
  ranks <- as.integer(names(errors))
  order <- order(ranks)
  list(rank = ranks[order][[which.min(unlist(errors)[order])]], spectral = spectral)
}
