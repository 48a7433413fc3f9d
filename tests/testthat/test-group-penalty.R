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
  graph <- knn_graph(do.call(cbind, x), 2)
  for (penalty in list(penalty_graph(graph, 1), penalty_graph(knn_graph),
                       penalty_graph(knn_graph, 1, on = "w"), penalty_orthogonal(exact = TRUE))) {
    expect_bad(group_nmf(x, 3, 1, penalty = penalty), "penalty")
  }
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
                           penalty = penalty, missing = missing, max_iter = 25, tol = 0)
        plain <- nmf(reading(x, lengths(at)), 3, init = start, loss = case[1], solver = case[2],
                     penalty = penalty, missing = missing, max_iter = 25, tol = 0)
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
