# Dispersions of the negative binomial by maximum likelihood, between rounds of updates: the joint
# likelihood of W, H and the dispersions never falls.

# Iterations from one estimate to the next, and the ends between which an estimate is sought. Where
# the likelihood falls from the lower end on, the estimate is 0.
dispersion_round <- 10L
dispersion_ends <- c(1e-4, 1e3)

# Rounds of updates, each with the dispersions that were most likely after the last: the slices of a
# fit as run_slices() returns them, with the dispersions. The first round is Kullback-Leibler's. The
# trace is the negative log-likelihood above its least for Poisson variables: F plus
# what the dispersions cost. `converged` when a round was and the estimate changes no more.
run_dispersed <- function(data, w, h, model, engine) {
  left <- engine$max_iter
  from <- engine$revive_from
  group <- if (attr(model$loss, "estimate") == "common") rep(1L, nrow(w)) else seq_len(nrow(w))
  counts <- count_table(data, group)
  out <- list(w = w, h = h, trace = numeric(), iteration = 0)
  cost <- 0
  repeat {
    engine$max_iter <- min(dispersion_round, left)
    if (from > 0) engine$revive_from <- max(1, from - out$iteration)
    round <- run_slices(data, out$w, out$h, model, engine)
    left <- left - round$iteration
    sums <- function(phi, open) {
      likelihood_sums(data, round$w, round$h, counts, list(group = group, open = open), phi)
    }
    found <- estimate_dispersion(sums, model$dispersion, counts$any)
    next_cost <- dispersion_cost(counts, found$dispersion)
    model$dispersion <- found$dispersion
    round[c("trace", "value")] <- lapply(round[c("trace", "value")], `+`, cost)
    round$loss <- round$loss + cost - found$gain - next_cost
    round$value <- round$value - found$gain
    round$trace[[length(round$trace)]] <- round$value
    round$trace <- c(out$trace, round$trace)
    round$iteration <- out$iteration + round$iteration
    out <- round
    cost <- next_cost
    settled <- found$gain <= max(engine$tol, 1e-8) * abs(out$value)
    if (out$status == "converged" && settled || left < 1) break
  }
  if (!settled) out$status <- "exhausted"
  out$dispersion <- model$dispersion
  out
}

# Rounds of reviving components would compare values of F at other dispersions.
check_revive_dispersion <- function(control, loss) {
  if (!isTRUE(control$revive_dead) || is.null(attr(loss, "estimate"))) return(invisible())
  stop_input("revive_dead", "FALSE where dispersions are estimated", "TRUE",
             "Give the dispersions, as in nb_loss(0.5), or use several starts.")
}

# The most likely dispersions from these on: list(dispersion, gain), the gain in log-likelihood. By
# Newton's method for log phi in a bracket, which is halved where the step leaves it or the
# curvature is wrong. `any`: where there is a count, else nothing says what the dispersion is, and
# it stays.
estimate_dispersion <- function(sums, now, any) {
  ends <- log(dispersion_ends)
  low <- rep(ends[[1L]], length(now))
  high <- rep(ends[[2L]], length(now))
  theta <- log(pmax(now, dispersion_ends[[1L]]))
  best <- now
  gain <- numeric(length(now))
  open <- any
  for (turn in seq_len(60L)) {
    phi <- exp(theta)
    at <- sums(phi, open)
    if (turn == 1L) old <- ifelse(now > 0, at$value, at$none)
    slope <- phi * at$slope
    none <- open & theta <= ends[[1L]] & slope <= 0
    most <- open & theta >= ends[[2L]] & slope > 0
    low[slope > 0] <- theta[slope > 0]
    high[slope <= 0] <- theta[slope <= 0]
    fresh <- theta - slope / (slope + phi^2 * at$bend)
    newton <- slope + phi^2 * at$bend < 0 & fresh > low & fresh < high
    fresh[!newton] <- ((low + high) / 2)[!newton]
    # Before the bracket is halved for long its ends are looked at.
    down <- !newton & slope <= 0 & low == ends[[1L]]
    up <- !newton & slope > 0 & high == ends[[2L]] & turn > 1L
    fresh[down] <- ends[[1L]]
    fresh[up] <- ends[[2L]]
    settled <- open & (none | most | abs(fresh - theta) < 1e-6)
    value <- ifelse(none, at$none, at$value)
    better <- settled & value > old
    best[better] <- ifelse(none, 0, phi)[better]
    gain[better] <- (value - old)[better]
    open <- open & !settled
    if (!any(open)) break
    theta[open] <- fresh[open]
  }
  list(dispersion = best, gain = sum(gain))
}

# By group of features: list(value, slope, bend, none), the log-likelihood minus what depends on no
# dispersion, its derivatives along the dispersion `phi` of each group, and its value at 0.
# `groups`: list(group, open), the group of every feature and which of them are asked for.
likelihood_sums <- function(data, w, h, counts, groups, phi) {
  rows <- groups$open[groups$group]
  of_counts <- rising_sums(counts, phi)
  total <- matrix(0, nrow(w), 4L)
  n <- ncol(h)
  size <- max(1, 2^18 %/% nrow(w))
  for (first in seq.int(1, n, by = size)) {
    part <- block_entries(data, w, h, first:min(first + size - 1, n), rows)
    total[rows, ] <- total[rows, ] + model_sums(part, phi[groups$group[rows]], sum(rows))
  }
  if (length(phi) == 1L) total <- t(colSums(total))
  list(value = of_counts[, 1L] + total[, 1L], slope = of_counts[, 2L] + total[, 2L],
       bend = of_counts[, 3L] + total[, 3L], none = total[, 4L])
}

# The entries of some samples in the features that are flagged, as matrices: list(x, z, weight),
# those of ratings as vectors with their `row` among these. What is missing weighs 0.
block_entries <- function(data, w, h, samples, rows) {
  whole <- !is.null(data$dense)
  part <- if (whole) list(x = data$dense[rows, samples, drop = FALSE])
          else sample_entries(data, w, h, samples)
  if (whole && !is.null(data$weight)) part$weight <- data$weight[rows, samples]
  part$weight <- rep_len(if (is.null(part$weight)) 1 else part$weight, length(part$x))
  part$weight[is.na(part$x)] <- 0
  part$x[is.na(part$x)] <- 0
  if (!whole && data$partial) {
    kept <- rows[part$row]
    return(list(x = part$x[kept], z = part$z[kept], weight = part$weight[kept],
                row = cumsum(rows)[part$row[kept]]))
  }
  z <- w[rows, , drop = FALSE] %*% h[, samples, drop = FALSE]
  if (whole) return(c(part, list(z = z)))
  at <- cbind(part$row, rep(seq_along(samples), data$start[samples + 1] - data$start[samples]))
  x <- matrix(0, nrow(w), length(samples))
  weight <- x + 1
  x[at] <- part$x
  weight[at] <- part$weight
  list(x = x[rows, , drop = FALSE], z = z, weight = weight[rows, , drop = FALSE])
}

# By feature: -(x + 1 / phi) log(1 + phi z) and its derivatives along phi, and -z.
model_sums <- function(part, dispersion, features) {
  phi <- if (is.matrix(part$x)) dispersion else dispersion[part$row]
  add <- function(values) {
    if (is.matrix(part$x)) return(rowSums(matrix(part$weight * values, features)))
    out <- numeric(features)
    sums <- rowsum(part$weight * values, part$row)
    out[as.integer(rownames(sums))] <- sums
    out
  }
  log_raised <- log1p(phi * part$z)
  share <- part$z / (1 + phi * part$z)
  size <- part$x + 1 / phi
  cbind(add(-size * log_raised), add(log_raised / phi^2 - size * share),
        add(2 * (share - log_raised / phi) / phi^2 + size * share^2), add(-part$z))
}

# Counts up to this are summed one by one, see rising_sums().
most_single <- 256

# What an estimate needs of the counts: for each group of features how many exceed v = 0, 1, ...,
# as list(group, v, above), what is beyond most_single, all positive ones, and which groups have
# any. Weights count.
count_table <- function(data, group) {
  values <- if (is.null(data$dense)) data$value else data$dense
  at <- which(values > 0)
  row <- if (is.null(data$dense)) data$row[at] + 1L else (at - 1L) %% length(group) + 1L
  weight <- if (is.null(data$weight)) rep(1, length(at)) else data$weight[at]
  x <- values[at]
  owner <- group[row]
  few <- pmin(x, most_single)
  groups <- max(group)
  order <- order(owner, few)
  last <- order[!duplicated(owner[order], fromLast = TRUE)]
  width <- numeric(groups)
  width[owner[last]] <- few[last]
  offset <- cumsum(c(0, width))[seq_len(groups)]
  mass <- numeric(sum(width))
  sums <- rowsum(weight, offset[owner] + few)
  mass[as.integer(rownames(sums))] <- sums
  above <- rev(cumsum(rev(mass)))
  of <- rep(seq_len(groups), width)
  above <- above - c(above, 0)[offset[of] + width[of] + 1]
  list(group = of, v = sequence(width) - 1, above = above, x = x, weight = weight, owner = owner,
       large = which(x > most_single), groups = groups, any = width > 0)
}

# By group: the sum over its counts of log(1 + phi v), v < x, with its derivatives along phi.
rising_sums <- function(counts, phi) {
  each <- phi[counts$group]
  share <- counts$v / (1 + each * counts$v)
  out <- add_by_group(cbind(log1p(each * counts$v), share, -share^2) * counts$above, counts$group,
                      counts$groups)
  large <- counts$large
  if (!length(large)) return(out)
  owner <- counts$owner[large]
  out + add_by_group(tail_sums(counts$x[large], phi[owner]) * counts$weight[large], owner,
                     counts$groups)
}

add_by_group <- function(values, group, groups) {
  out <- matrix(0, groups, ncol(values))
  sums <- rowsum(values, group)
  out[as.integer(rownames(sums)), ] <- sums
  out
}

# The same sums over v of most_single .. x - 1 by the formula of Euler and Maclaurin, whose next
# term is below 1e-15 there.
tail_sums <- function(x, phi) {
  between <- function(part) part(x) - part(most_single)
  raised <- function(v) 1 + phi * v
  cbind(between(function(v) {
    (raised(v) * log1p(phi * v) - phi * v) / phi - log1p(phi * v) / 2 + phi / (12 * raised(v)) -
      phi^3 / (360 * raised(v)^3)
  }), between(function(v) {
    (v - log1p(phi * v) / phi) / phi - v / raised(v) / 2 + 1 / (12 * raised(v)^2) -
      phi^2 / (120 * raised(v)^4)
  }), between(function(v) {
    -(v - 2 * log1p(phi * v) / phi - 1 / (phi * raised(v))) / phi^2 + (v / raised(v))^2 / 2
  }))
}

# By how much the log-likelihood of a mean for each count falls short of that of Poisson variables.
dispersion_cost <- function(counts, phi) {
  each <- phi[counts$owner]
  x <- counts$x
  own <- counts$weight * ifelse(each > 0, (x + 1 / each) * log1p(each * x) - x, 0)
  of_groups <- rising_sums(counts, ifelse(phi > 0, phi, 1))[, 1L]
  sum(own) - sum(of_groups[phi > 0])
}
