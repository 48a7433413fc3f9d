# Algorithm 1 in plain R, line by line, on the one-line updates of helper-reference.R, and
# what it means for coefficients to be optimal for a basis held fixed.

# A rule says how: step(x, w, h) is one iteration, value(x, w, h) the objective.

# The graph of a set of samples: how alike they are, so every set has its own weights.
alike <- function(x) {
  s <- crossprod(x) / max(crossprod(x), 1e-300)
  s * (s > 0.3) + diag(0.1, ncol(x))
}

hand_rule <- function(loss = "frobenius", form = NULL, lambda = 2, ...) {
  s <- function(x) if (!is.null(form)) alike(x)
  step <- if (is.null(form)) {
    if (loss == "kl") kl_step else mu_step
  } else {
    graph_step <- if (loss == "kl") kl_graph_step else mu_graph_step
    function(x, w, h) graph_step(x, w, h, alike(x), lambda, form)
  }
  value <- function(x, w, h) {
    objective_of(x, w, h, loss, s(x), lambda, if (is.null(form)) "raw" else form)
  }
  rule <- list(step = step, value = value, iterations = 4, target_iterations = 4,
               step_tol = 0, scale = "max", alpha = 1, before = FALSE, accumulate = FALSE)
  utils::modifyList(rule, list(...))
}

rescale_by_hand <- function(one, kind) {
  size <- switch(kind, max = apply(one$w, 2, max), l2 = sqrt(colSums(one$w^2)),
                 none = rep(1, ncol(one$w)))
  size[size == 0] <- 1
  utils::modifyList(one, list(w = one$w / by_column(size, one$w), h = one$h * size))
}

# Lines 3 and 5: the fit, its objective, the scaling. `step_tol` is the author's stop rule.
fit_by_hand <- function(one, rule, iterations, step_tol = 0) {
  for (i in seq_len(iterations)) {
    old <- one
    one <- utils::modifyList(one, rule$step(one$x, one$w, one$h))
    if (norm(one$w - old$w, "2") < step_tol && norm(one$h - old$h, "2") < step_tol) break
  }
  one$used <- i
  one$value <- rule$value(one$x, one$w, one$h)
  rescale_by_hand(one, rule$scale)
}

moved <- function(one, w) utils::modifyList(one, list(w = w, h = t(w) %*% one$x))

epoch_by_hand <- function(tasks, target, sum, rule, fresh = FALSE) {
  fit_tasks <- function() lapply(tasks, fit_by_hand, rule, rule$iterations, rule$step_tol)
  fit_target <- function() fit_by_hand(target, rule, rule$target_iterations)
  to_tasks <- function() lapply(tasks, function(one) moved(one, one$w + target$w))
  add_up <- function() {
    sum * rule$accumulate + Reduce(`+`, Map(function(one, a) a * one$w, tasks, rule$alpha))
  }
  if (rule$before) {
    if (!fresh) tasks <- to_tasks()
    tasks <- fit_tasks()
    sum <- add_up()
    target <- moved(target, target$w + sum / length(tasks))
    target <- fit_target()
  } else {
    tasks <- fit_tasks()
    target <- fit_target()
    tasks <- to_tasks()
    sum <- add_up()
    target <- moved(target, target$w + sum / length(tasks))
  }
  list(tasks = tasks, target = target, sum = sum, value = target$value)
}

# All epochs from starts U(0,1): the tasks' in their order, then the target's, W before H.
meta_by_hand <- function(split, rank, rule, epochs, zero = FALSE, start = runif_start,
                         fresh_tasks = FALSE) {
  learner <- function(x) c(list(x = unname(x)), start(x, rank))
  tasks <- lapply(split$tasks, learner)
  target <- if (zero) list(x = unname(split$target), w = matrix(0, nrow(split$target), rank),
                           h = matrix(0, rank, ncol(split$target)))
            else learner(split$target)
  state <- list(tasks = tasks, target = target, sum = 0)
  trace <- stops <- NULL
  for (epoch in seq_len(epochs)) {
    fresh <- fresh_tasks && epoch %in% c(1, 3, 5)
    if (fresh) {
      state$tasks <- lapply(state$tasks, function(one) {
        utils::modifyList(one, init_nndsvd(one$x, rank))
      })
    }
    state <- epoch_by_hand(state$tasks, state$target, state$sum, rule, fresh)
    trace <- c(trace, state$value)
    stops <- c(stops, vapply(state$tasks, `[[`, 1, "used"))
  }
  list(w = rescale_by_hand(state$target, rule$scale)$w, trace = trace, stops = stops)
}

runif_start <- function(x, rank) {
  w <- matrix(stats::runif(nrow(x) * rank), nrow(x))
  list(w = w, h = matrix(stats::runif(rank * ncol(x)), rank))
}

# Tasks of 5, 9 and 7 samples and a target of 31, of 12 features.
small_split <- function(seed = 1, sizes = c(5, 9, 7, 31), m = 12) {
  set.seed(seed)
  parts <- lapply(sizes, function(n) drawn_data(m, n, 3))
  list(tasks = parts[-length(parts)], target = parts[[length(parts)]])
}

# The package's epoch from given pairs, with the settings of a rule.
package_epoch <- function(tasks, target, sum, rule, backend = "native", block = 0,
                          loss = "frobenius", penalty = NULL) {
  control <- function(iterations) {
    engine_control(nmf_control(max_iter = iterations, tol = 0, scale = rule$scale,
                               backend = backend, block = block), loss, trace = FALSE)
  }
  penalties <- check_penalty(penalty)
  ready <- function(one) c(list(x = engine_data(one$x)), engine_penalty(penalties, one$x, loss))
  model <- engine_model(ncol(sum), loss, "mu")
  prepared <- native_meta_prepare(lapply(tasks, ready), ready(target), model)
  native_meta_epoch(prepared, list(tasks = tasks, target = target, sum = sum), model,
                    list(task = control(rule$iterations),
                         target = control(rule$target_iterations)),
                    list(alpha = rep_len(as.double(rule$alpha), length(tasks)),
                         accumulate = rule$accumulate, transfer_first = rule$before,
                         fresh_tasks = FALSE))
}

meta_control_of <- function(rule, epochs, ...) {
  one <- function(iterations) nmf_control(max_iter = iterations, tol = 0, scale = rule$scale)
  meta_control(epochs = epochs, inner = one(rule$iterations),
               target = one(rule$target_iterations),
               transfer = if (rule$before) "before" else "after",
               accumulate = rule$accumulate, ...)
}

drawn_learners <- function(split, rank) {
  learner <- function(x) c(list(x = x), runif_start(x, rank))
  list(tasks = lapply(split$tasks, learner), target = learner(split$target))
}

# How far H is from solving min ||X - W H||^2, H >= 0: there every h_kj or its gradient is 0
# and neither is negative. In units of the largest entry of W'X.
nnls_gap <- function(w, x, h) {
  gram <- t(w) %*% w
  gradient <- gram %*% h - t(w) %*% x
  max(abs(pmin(h * diag(gram), gradient))) / max(t(w) %*% x)
}

# The same for the Kullback-Leibler divergence of each column, in units of its total.
kl_gaps <- function(w, x, h) {
  gradient <- colSums(w) - t(w) %*% over(x, w %*% h)
  gap <- abs(pmin(h * colSums(w) / rep(colSums(x), each = ncol(w)), gradient / colSums(w)))
  apply(gap, 2, max)
}

# min ||x - W h||^2, h >= 0, for one column, by trying every set of positive entries.
nnls_by_hand <- function(w, x) {
  best <- list(h = rep(0, ncol(w)), value = sum(x^2))
  sets <- expand.grid(rep(list(c(FALSE, TRUE)), ncol(w)))
  for (i in seq_len(nrow(sets))[-1]) {
    set <- unlist(sets[i, ])
    h <- rep(0, ncol(w))
    h[set] <- qr.coef(qr(w[, set, drop = FALSE]), x)
    if (anyNA(h) || any(h < 0)) next
    value <- sum((x - w %*% h)^2)
    if (value < best$value) best <- list(h = h, value = value)
  }
  best
}
