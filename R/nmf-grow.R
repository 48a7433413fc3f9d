# A start from a fit of another rank: components of its residual are added, or the least are
# dropped.

# The fit with `rank` components. Those that it lacks are still 0, and stand where grown_places()
# says. If it has too many, those with the smallest shares are dropped. What is known keeps its
# places: the first p columns of W and the last q rows of H.
resize_fit <- function(fit, rank, known) {
  has <- ncol(fit$w)
  if (has == rank || ncol(fit$h) == 0L) return(fit)
  first <- if (is.null(known)) 0L else known$count[[1L]]
  last <- if (is.null(known)) 0L else known$count[[2L]]
  if (has > rank) {
    order <- component_order(fit)
    held <- c(seq_len(min(first, has)), utils::tail(seq_len(has), last))
    return(select_components(fit, sort(c(held, setdiff(order, held))[seq_len(rank)])))
  }
  fields <- current_fields(fit)
  at <- append(seq_len(has), has + seq_len(rank - has), max(0, has - last))
  # What was not observed is NA in every component.
  spread <- function(part) {
    empty <- ifelse(has_numbers(part, "columns"), 0, NA_real_)
    rbind(part, matrix(empty, rank - has, ncol(part), byrow = TRUE))[at, , drop = FALSE]
  }
  names <- make.unique(c(colnames(fields$w), paste0("c", (has + 1L):rank)), "_")[at]
  fields$w <- t(spread(t(fields$w)))
  fields$h <- spread(fields$h)
  dimnames(fields$w) <- list(rownames(fit$w), names)
  dimnames(fields$h) <- list(names, colnames(fit$h))
  if (length(fields$scaling$divisor) == has) {
    fields$scaling$divisor <- c(fields$scaling$divisor, rep(1, rank - has))[at]
  }
  structure(fields, class = class(fit))
}

# Where the new components of a larger rank stand.
grown_places <- function(init, rank, known, penalties) {
  if (!inherits(init, "nmf_fit") || ncol(init$w) >= rank) return(integer())
  if (any(vapply(penalties, function(one) isTRUE(one$exact), NA))) {
    stop_input("init", paste("a fit of", rank, "components or more with exact orthogonality"),
               paste("a fit of", ncol(init$w)),
               "It moves a whole factor at once, so that no component can be added.")
  }
  has <- ncol(init$w)
  last <- if (is.null(known)) 0L else known$count[[2L]]
  max(0L, has - last) + seq_len(rank - has)
}

# The start with its new components made of the residual, one after the other. Each is kept where it
# lowers F. Where a penalty costs more than that, it is placed by the data term alone, since a
# component that is 0 could never grow in multiplicative updates; where nothing is left, it stays 0.
grow_start <- function(start, data, spec) {
  if (!is.null(data$margins)) {
    grown <- grow_start(scale_pair_by(start, margin_factors(data$margins, spec$loss)),
                        scale_margins(data, spec$loss), spec)
    return(scale_margins_back(grown, data$margins, spec$loss))
  }
  rank <- ncol(start$w)
  model <- function(terms, penalties) {
    engine_model(rank, spec$loss, step_solver(spec$solver, spec$loss), terms, penalties,
                 features = nrow(data$x))
  }
  engine <- engine_control(spec$control, spec$loss)
  engine$tol <- 0
  power <- scale_power(data$facts$largest)
  pair <- list(w = unname(start$w), h = unname(start$h))
  raised <- scale_up(data, pair, model(spec$terms, spec$penalties), power)
  pair <- raised[c("w", "h")]
  models <- c(list(raised$model),
              if (length(spec$penalties)) list(model(engine_penalty(NULL), NULL)))
  alone <- !length(spec$penalties) && is_residual_model(raised$model, raised$data)
  for (k in spec$grown) for (one in models) {
    if (alone) {
      pair <- place_on_residual(pair, k, raised$data, engine)
      break
    }
    pair$value <- pair_objective(raised$data, pair$w, pair$h, one, engine)
    pair <- place_components(pair, k, raised$data, one, engine, leading_residual_column)
    if (length(pair$placed)) break
  }
  start$w[] <- pair$w
  start$h[] <- if (power == 0) pair$h else pair$h / 2^power
  start
}

# F of a pair as it stands: an iteration with every component held.
pair_objective <- function(data, w, h, model, engine) {
  model$held_basis <- model$held_coef <- rep(1L, ncol(w))
  engine <- short_run(engine)
  engine$max_iter <- 1
  run_slices(data, w, h, model, engine)$value
}

# Whether one component beside others that stay is a fit of rank one to their residual: plain least
# squares of dense data by coordinate descent. The residual is as large as the data, so these must
# not be too large.
is_residual_model <- function(model, data) {
  model$loss == "frobenius" && model$solver == "hals" && !is.null(data$dense) &&
    is.null(data$weight) && length(data$dense) <= 2^20
}

# place_components() for such a model and one component, without the products of all others: list(w,
# h).
place_on_residual <- function(pair, k, data, engine) {
  left <- native_residual(data$dense, pair$w, pair$h)
  worst <- pmax(left$residual[, which.max(left$above)], 0)
  excess <- leading_features(worst, matrix_products(left$residual))
  if (!any(excess > 0)) return(pair)
  w <- new_column(pair$w, excess)
  # What was not observed is missing again.
  data$dense <- left$residual + 0 * data$dense
  data$x_norm2 <- NaN
  h <- off_zero(native_row(data$dense, w, placing_iterations))
  model <- engine_model(1, "frobenius", "hals", features = length(w))
  trial <- run_slices(data, cbind(w), rbind(h, deparse.level = 0), model, short_run(engine))
  if (falls(native_facts(data$dense)$x_norm2, trial$value, engine$tol)) {
    pair$w[, k] <- trial$w
    pair$h[k, ] <- trial$h
  }
  pair
}

# What one more component can explain best: the features of the leading pair of the residual, m
# numbers of at least 0. Of u and v, which have both signs, the larger half is taken, as NNDSVD does
# (Boutsidis and Gallopoulos, 2008). A few power steps are enough to begin with.
leading_residual_column <- function(data, w, h, loss) {
  leading_features(largest_residual_column(data, w, h, loss), residual_products(data, w, h))
}

# The same by the products with the residual, from features u to begin with.
leading_features <- function(u, products) {
  if (!any(u > 0)) return(u)
  for (step in 1:8) {
    v <- products$left(u / max(abs(u)))
    if (!any(v != 0)) return(u)
    v <- v / max(abs(v))
    u <- products$right(v)
  }
  size <- function(sign) sum(pmax(sign * u, 0)^2) * sum(pmax(sign * v, 0)^2)
  pmax(if (size(1) >= size(-1)) u else -u, 0)
}

matrix_products <- function(x) {
  list(right = function(v) drop(x %*% v), left = function(u) drop(crossprod(x, u)))
}

# The weighted residual R of observed entries as list(right = R v, left = R'u): of dense data a few
# samples at a time, so that only a small one is kept; of sparse data by what is stored and the
# product W H.
residual_products <- function(data, w, h) {
  if (is.null(data$dense)) return(sparse_residual(data, w, h))
  n <- ncol(h)
  size <- max(1, 2^18 %/% nrow(w))
  parts <- lapply(seq.int(1, n, by = size), function(first) first:min(first + size - 1, n))
  form <- function(samples) {
    entries <- dense_entries(data, w, h, samples)
    left <- entries$weight * (entries$x - entries$z)
    left[is.na(left)] <- 0
    left
  }
  kept <- if (length(parts) == 1L) form(parts[[1L]])
  residual <- function(samples) if (is.null(kept)) form(samples) else kept
  list(right = function(v) {
    Reduce(`+`, lapply(parts, function(samples) drop(residual(samples) %*% v[samples])))
  }, left = function(u) {
    unlist(lapply(parts, function(samples) drop(crossprod(residual(samples), u))))
  })
}

# Stored entries hold their residual plus W H, so that the rest of R is minus W H; of ratings there
# is no rest.
sparse_residual <- function(data, w, h) {
  n <- ncol(h)
  entries <- length(data$value) / n
  size <- max(1, 2^18 %/% max(1, entries))
  rest <- !isTRUE(data$partial)
  stored <- unlist(lapply(seq.int(1, n, by = size), function(first) {
    part <- sample_entries(data, w, h, first:min(first + size - 1, n))
    left <- part$weight * (part$x - part$z)
    left[is.na(left)] <- 0
    if (rest) left + part$z else left
  }))
  s <- methods::new("dgCMatrix", i = as.integer(data$row), p = as.integer(data$start),
                    x = as.numeric(stored), Dim = c(nrow(w), n))
  list(right = function(v) as.vector(s %*% v) - if (rest) drop(w %*% (h %*% v)) else 0,
       left = function(u) {
         as.vector(Matrix::crossprod(s, u)) - if (rest) drop(crossprod(h, crossprod(w, u))) else 0
       })
}
