# Penalties on what tasks share, in the engine and in group_nmf().

# A plan whose tasks carry these penalties.
penalised_case <- function(problem, penalties, alpha = rep(1, length(problem$x)),
                           loss = "frobenius", solver = "hals") {
  data <- lapply(problem$x, check_data, argument = "x", missing = "error")
  spec <- list(loss = check_loss(loss), solver = solver, control = nmf_control(tol = 0))
  plan <- group_plan(data, ncol(problem$w), as.integer(problem$private), alpha, spec)
  lambda <- vapply(penalties, `[[`, 0, "lambda")
  plan$tasks$terms <- lapply(problem$x, function(x) {
    engine_penalty(penalties, x, check_loss(loss), lambda)
  })
  list(plan = plan, state = list(w = problem$w, own = problem$b, coef = problem$s))
}

test_that("F with penalties on W and H never rises, and private columns carry none", {
  problem <- group_problem()
  alpha <- c(0.5, 2, 1)
  for (case in list(c("frobenius", "hals"), c("frobenius", "mu"), c("kl", "mu"))) {
    for (penalties in penalty_sets) {
      label <- paste(c(case, vapply(penalties, format, "")), collapse = ", ")
      made <- penalised_case(problem, penalties, alpha, case[1], case[2])
      state <- run_group(made$state, made$plan, 30, fall_rule(0))
      expect_lte(max(diff(state$trace)), 1e-11 * state$trace[[1]], label = label)
      h <- lapply(state$coef, function(s) s[1:3, ])
      expect_equal(utils::tail(state$trace, 1),
                   sum(alpha * state$losses) + penalty_sum(penalties, state$w, h, alpha),
                   label = label)
    }
  }
})

test_that("without private columns the penalties are nmf()'s of all samples", {
  problem <- group_problem()
  problem$private <- c(0, 0, 0)
  problem$b <- lapply(1:3, function(i) matrix(0, 8, 0))
  problem$s <- lapply(problem$s, function(s) s[1:3, ])
  whole <- do.call(cbind, problem$x)
  sets <- list(list(penalty_ridge(0.2, "h", "raw"), penalty_orthogonal(0.3)),
               list(penalty_sparse(0.3, "h", "raw"), penalty_ridge(0.1, "w", "scale_invariant")))
  for (case in list(c("frobenius", "hals"), c("frobenius", "mu"), c("kl", "mu"))) {
    # nmf() has no scale-invariant orthogonality of Kullback-Leibler.
    for (penalties in if (case[1] == "kl") sets[2] else sets) {
      made <- penalised_case(problem, penalties, loss = case[1], solver = case[2])
      state <- run_group(made$state, made$plan, 10, fall_rule(0))
      fit <- nmf(whole, 3, init = list(w = problem$w, h = do.call(cbind, problem$s)),
                 penalty = penalties, loss = case[1], solver = case[2],
                 control = nmf_control(10, tol = 0, scale = "none"))
      expect_equal(state$w, unname(basis(fit)), tolerance = 1e-9)
      expect_equal(do.call(cbind, state$coef), unname(coef(fit)), tolerance = 1e-9)
      expect_equal(utils::tail(state$trace, 1), objective(fit), tolerance = 1e-9)
    }
  }
})

test_that("group_nmf() takes penalties in nmf()'s units, and without private columns is its fit", {
  x <- group_problem()$x
  names(x) <- c("a", "b", "c")
  whole <- do.call(cbind, x)
  start <- drawn_start(whole, 3)
  for (penalty in list(penalty_sparse(0.05), penalty_sparse(0.05, "w"), penalty_ridge(0.01),
                       list(penalty_orthogonal(0.2), penalty_sparse(0.02)))) {
    group <- group_nmf(x, 3, 0, init = start, penalty = penalty, max_iter = 20, tol = 0)
    plain <- nmf(whole, 3, init = start, solver = "hals", penalty = penalty, max_iter = 20, tol = 0)
    expect_equal(basis(group), basis(plain), tolerance = 1e-8)
    expect_equal(coef(group), coef(plain), tolerance = 1e-8)
    expect_equal(objective(group), objective(plain))
    expect_equal(deviance(group), deviance(plain))
    expect_equal(group$model$lambda, plain$model$lambda)
    expect_equal(group$model$cost, plain$model$cost, tolerance = 1e-7)
  }
  set.seed(1)
  fit <- group_nmf(x, 3, 1, penalty = penalty_graph(function(x) knn_graph(x, 2), lambda = 1),
                   max_iter = 30, tol = 0)
  expect_lte(max(diff(fit$trace)), 1e-12 * fit$trace[[1]])
  expect_equal(deviance(fit), sum((whole - fitted(fit))^2))
  expect_gt(objective(fit), deviance(fit))
})

test_that("penalties that a group fit has not are refused", {
  x <- group_problem()$x
  for (penalty in list(penalty_graph(knn_graph), penalty_graph(knn_graph, 1, on = "w"),
                       penalty_orthogonal(exact = TRUE))) {
    expect_bad(group_nmf(x, 3, 1, penalty = penalty), "penalty")
  }
  # The graph of one task is not that of all samples.
  expect_bad(group_nmf(x, 3, 1, penalty = penalty_graph(knn_graph(x[[1]], 2), 1)), "graph")
  expect_bad(group_nmf(lapply(x, block_source, 5), 3, 1, penalty = penalty_graph(knn_graph, 1)),
             "penalty")
})

bit_penalties <- list(NULL, list(penalty_sparse(0.05), penalty_ridge(0.01)),
                      list(penalty_sparse(0.05, "w"), penalty_ridge(0.1, "h", "scale_invariant")),
                      list(penalty_orthogonal(0.2), penalty_smooth(0.3, on = "w")),
                      list(penalty_sparse(0.3, "both", "raw"), penalty_ridge(0.1, "w", "raw")))

test_that("without private columns every penalty, loss and mask is nmf()'s to the last bit", {
  at <- list(a = 1:20, b = 21:55, c = 56:90)
  for (kind in c("whole", "gaps", "sparse")) {
    x <- block_counts(12, 90)
    start <- drawn_start(x, 3)
    if (kind == "gaps") x[seq(3, length(x), by = 7)] <- NA
    if (kind == "sparse") x <- sparse_copy(x)
    missing <- if (kind == "gaps") "mask" else "error"
    tasks <- lapply(at, function(columns) x[, columns])
    for (case in list(c("frobenius", "hals"), c("frobenius", "mu"), c("kl", "mu"))) {
      for (penalty in bit_penalties) {
        # nmf() has no scale-invariant orthogonality of Kullback-Leibler.
        if (case[1] == "kl" && has_penalty(penalty, "orthogonal")) next
        label <- paste(c(kind, case, vapply(penalty, format, "")), collapse = ", ")
        group <- group_nmf(tasks, 3, 0, init = start, loss = case[1], solver = case[2],
                           penalty = penalty, missing = missing, max_iter = 8, tol = 0)
        plain <- nmf(reading(x, lengths(at)), 3, init = start, loss = case[1], solver = case[2],
                     penalty = penalty, missing = missing, max_iter = 8, tol = 0)
        expect_identical(basis(group), basis(plain), label = label)
        expect_identical(coef(group), coef(plain), label = label)
        expect_identical(as.numeric(group$model$lambda), as.numeric(plain$model$lambda))
        expect_equal(group$model$cost, plain$model$cost, tolerance = 1e-12, label = label)
        expect_equal(objective(group), objective(plain), tolerance = 1e-12, label = label)
      }
    }
  }
})

test_that("with weights of entries penalties have nmf()'s units of all samples too", {
  x <- block_counts(12, 90)
  weights <- matrix(rep(c(0, 1, 0.5, 4, 1), length.out = length(x)), 12)
  at <- list(1:20, 21:55, 56:90)
  start <- drawn_start(x, 3)
  for (penalty in bit_penalties[2:3]) {
    plain <- nmf(x, 3, init = start, solver = "hals", penalty = penalty, weights = weights,
                 max_iter = 25, tol = 0)
    group <- group_nmf(lapply(at, function(columns) x[, columns]), 3, 0, init = start,
                       penalty = penalty, max_iter = 25, tol = 0,
                       weights = lapply(at, function(columns) weights[, columns]))
    expect_equal(group$model$lambda, plain$model$lambda, tolerance = 1e-13)
    expect_equal(basis(group), basis(plain), tolerance = 1e-9)
    expect_equal(group$model$cost, plain$model$cost, tolerance = 1e-9)
  }
})

# The weight of each edge in F: that of a task within it, and the product of two between them.
edge_weights <- function(tasks, alpha) {
  at <- alpha[as.integer(tasks)]
  ifelse(outer(as.integer(tasks), as.integer(tasks), `==`), at, outer(at, at))
}

# A matrix of edges within and between tasks, of unequal weights.
joined_graph <- function(n, seed = 4) {
  set.seed(seed)
  s <- matrix(stats::runif(n * n) * (stats::runif(n * n) < 0.15), n)
  s + t(s)
}

test_that("a graph over all samples ties tasks: F is what it is called, and never rises", {
  x <- group_problem()$x
  graph <- joined_graph(34)
  alpha <- c(0.5, 2, 1)
  ways <- list(c("frobenius", "hals", "scale_invariant"), c("frobenius", "hals", "raw"),
               c("frobenius", "mu", "scale_invariant"), c("kl", "mu", "scale_invariant"),
               c("kl", "mu", "raw"))
  for (way in ways) {
    set.seed(1)
    fit <- group_nmf(x, 3, c(2, 0, 1), loss = way[1], solver = way[2], task_weights = alpha,
                     penalty = penalty_graph(graph, 0.7, form = way[3]),
                     control = nmf_control(40, 0, scale = "none"))
    label <- toString(way)
    expect_lte(max(diff(fit$trace)), 1e-11 * fit$trace[[1]], label = label)
    q <- roughness(coef(fit), graph * edge_weights(fit$tasks, alpha))
    expect_equal(objective(fit), sum(alpha * fit$task_losses) +
                   sum(row_weight(basis(fit), 0.7, way[3]) * q), label = label)
  }
  set.seed(1)
  fit <- inmf(x, 3, 2, task_weights = alpha, penalty = list(penalty_graph(graph, 0.7),
                                                            penalty_smooth(0.3)),
              control = nmf_control(40, 0, scale = "none"))
  expect_lte(max(diff(fit$trace)), 1e-11 * fit$trace[[1]])
  h <- lapply(levels(fit$tasks), function(task) coef(fit)[, fit$tasks == task])
  q <- roughness(coef(fit), graph * edge_weights(fit$tasks, alpha))
  expect_equal(objective(fit),
               inmf_objective(x, basis(fit), lapply(fit$private, `[[`, "w"), h, 2, alpha) +
                 sum(row_weight(basis(fit), 0.7, "scale_invariant") * q) +
                 penalty_sum(list(penalty_smooth(0.3)), basis(fit), h, alpha))
})

test_that("a fit whose graph ties tasks ends where the gradient of its whole F is 0", {
  x <- group_problem()$x
  whole <- do.call(cbind, x)
  graph <- joined_graph(34)
  set.seed(1)
  fit <- group_nmf(x, 2, 0, penalty = penalty_graph(graph, 0.01), n_start = 1, max_iter = 20000,
                   tol = 0)
  w <- basis(fit)
  h <- coef(fit)
  weight <- row_weight(w, 0.01, "scale_invariant")
  slope_h <- 2 * (t(w) %*% (w %*% h - whole) + weight * (times_degree(h, graph) - h %*% graph))
  slope_w <- 2 * ((w %*% h - whole) %*% t(h) + w %*% diag(0.01 * roughness(h, graph)))
  gap <- function(u, slope) max(abs(ifelse(u > 1e-8 * max(u), slope, pmin(slope, 0))))
  expect_lt(gap(h, slope_h), 1e-8 * max(t(w) %*% whole))
  expect_lt(gap(w, slope_w), 1e-8 * max(whole %*% t(h)))
  # The edges between tasks have their part in it.
  apart <- graph * outer(as.integer(fit$tasks), as.integer(fit$tasks), `==`)
  slope_h <- 2 * (t(w) %*% (w %*% h - whole) + weight * (times_degree(h, apart) - h %*% apart))
  expect_gt(gap(h, slope_h), 1e-3 * max(t(w) %*% whole))
})

test_that("a matrix without edges between tasks is the graph of each task, and nmf()'s graph", {
  x <- group_problem()$x
  at <- list(1:9, 10:23, 24:34)
  graph <- joined_graph(34)
  blocks <- 0 * graph
  for (i in at) blocks[i, i] <- graph[i, i]
  fit <- function(graph, tasks = x, ...) {
    set.seed(1)
    group_nmf(tasks, 3, 1, penalty = penalty_graph(graph, 0.7), max_iter = 20, tol = 0, ...)
  }
  cut <- fit(blocks)
  each <- fit(function(x) graph[at[[match(ncol(x), c(9, 14, 11))]],
                                at[[match(ncol(x), c(9, 14, 11))]]])
  expect_identical(basis(cut), basis(each))
  expect_identical(coef(cut), coef(each))
  start <- drawn_start(do.call(cbind, x), 3)
  group <- group_nmf(x, 3, 0, init = start, penalty = penalty_graph(blocks, 0.7), max_iter = 20,
                     tol = 0)
  plain <- nmf(reading(do.call(cbind, x), c(9, 14, 11)), 3, init = start, solver = "hals",
               penalty = penalty_graph(blocks, 0.7), max_iter = 20, tol = 0)
  # Only the sum of the edges' squares is in another order.
  expect_equal(basis(group), basis(plain), tolerance = 1e-11)
  expect_equal(coef(group), coef(plain), tolerance = 1e-11)
})

test_that("edges follow their samples, by batch, by name and in blocks", {
  x <- group_problem()$x
  whole <- do.call(cbind, x)
  colnames(whole) <- paste0("s", 1:34)
  graph <- joined_graph(34)
  dimnames(graph) <- list(colnames(whole), colnames(whole))
  batch <- rep(c("a", "b", "c"), c(9, 14, 11))
  fit <- function(...) {
    set.seed(1)
    group_nmf(..., rank = 3, private = 1, max_iter = 20, tol = 0)
  }
  listed <- fit(x, penalty = penalty_graph(unname(graph), 0.7))
  # Tasks take turns, and within one the samples keep their order, so that the draws are the same.
  turn <- order(unlist(lapply(c(9, 14, 11), seq_len)))
  mixed <- fit(whole[, turn], batch = batch[turn], penalty = penalty_graph(graph[turn, turn], 0.7))
  expect_identical(basis(mixed), basis(listed))
  expect_identical(unname(coef(mixed)), unname(coef(listed)[, turn]))
  named <- fit(whole[, turn], batch = batch[turn], penalty = penalty_graph(graph, 0.7))
  expect_identical(coef(named), coef(mixed))
  read <- fit(lapply(x, function(one) reading(one, ncol(one))),
              penalty = penalty_graph(unname(graph), 0.7))
  expect_identical(basis(read), basis(listed))
})

test_that("a task of weight 2 and its edges count like the same task twice", {
  problem <- group_problem()
  graph <- joined_graph(34)
  twice <- c(1:23, 10:23, 24:34)
  doubled <- graph[twice, twice]
  # The copies have no edges to each other.
  doubled[10:23, 24:37] <- doubled[24:37, 10:23] <- 0
  h <- do.call(cbind, lapply(problem$s, function(s) s[1:3, ]))
  fit <- function(x, weights, graph, h) {
    group_nmf(x, 3, 0, task_weights = weights, penalty = penalty_graph(graph, 0.7),
              init = list(w = problem$w, h = h), max_iter = 20, tol = 0)
  }
  once <- fit(problem$x, c(1, 2, 1), graph, h)
  copies <- fit(problem$x[c(1, 2, 2, 3)], rep(1, 4), doubled, h[, twice])
  expect_equal(basis(once), basis(copies), tolerance = 1e-9)
  expect_equal(objective(once), objective(copies))
  # Of a task of weight 0 the others know nothing.
  none <- fit(problem$x, c(1, 0, 1), graph, h)
  without <- fit(problem$x[-2], c(1, 1), graph[-(10:23), -(10:23)], h[, -(10:23)])
  expect_equal(basis(none), basis(without), tolerance = 1e-9)
  set.seed(1)
  found <- group_nmf(problem$x, 3, 1, task_weights = "loto", penalty = penalty_graph(graph, 0.7),
                     max_iter = 5, tol = 0)
  expect_true(all(is.finite(found$task_weights)))
})
