# The loop of a group fit against its equations in plain R.

# A plan and a state of a small problem, unweighted unless said.
group_case <- function(problem, alpha = rep(1, length(problem$x)), loss = "frobenius",
                       solver = "hals") {
  data <- lapply(problem$x, check_data, argument = "x", missing = "error")
  spec <- list(loss = check_loss(loss), solver = solver, control = nmf_control(tol = 0))
  list(plan = group_plan(data, ncol(problem$w), as.integer(problem$private), alpha, spec),
       state = list(w = problem$w, own = problem$b, coef = problem$s))
}

test_that("an iteration by coordinate descent is that of the equations, weights and all", {
  problem <- group_problem()
  for (alpha in list(c(1, 1, 1), c(0.5, 2, 1))) {
    case <- group_case(problem, alpha)
    turns <- vapply(problem$private, function(q) hals_cycles(8, 3 + q)[[1]], 1L)
    wanted <- problem[c("w", "b", "s")]
    for (i in 1:3) {
      case$state <- iterate_group(case$state, case$plan)
      wanted <- group_hals_step(problem$x, wanted$w, wanted$b, wanted$s, alpha, turns)
    }
    expect_equal(case$state$w, wanted$w, tolerance = 1e-10)
    expect_equal(case$state$own, wanted$b, tolerance = 1e-10)
    expect_equal(case$state$coef, wanted$s, tolerance = 1e-10)
    expect_equal(sum(alpha * case$state$losses),
                 group_objective(problem$x, wanted$w, wanted$b, wanted$s, alpha))
  }
})

test_that("an iteration by multiplicative updates is that of the equations", {
  problem <- group_problem()
  alpha <- c(0.5, 2, 1)
  case <- group_case(problem, alpha, solver = "mu")
  wanted <- problem[c("w", "b", "s")]
  for (i in 1:3) {
    case$state <- iterate_group(case$state, case$plan)
    wanted <- group_mu_step(problem$x, wanted$w, wanted$b, wanted$s, alpha)
  }
  expect_equal(case$state$w, wanted$w, tolerance = 1e-10)
  expect_equal(case$state$own, wanted$b, tolerance = 1e-10)
  expect_equal(case$state$coef, wanted$s, tolerance = 1e-10)
})

test_that("Kullback-Leibler moves W and B_i by the ratio of all tasks and of their own", {
  problem <- group_problem()
  case <- group_case(problem, loss = "kl", solver = "mu")
  state <- iterate_group(case$state, case$plan)
  up <- 0
  total <- 0
  for (i in 1:3) {
    v <- cbind(problem$w, problem$b[[i]])
    s <- problem$s[[i]] * (t(v) %*% (problem$x[[i]] / (v %*% problem$s[[i]]))) / colSums(v)
    expect_equal(state$coef[[i]], s, tolerance = 1e-10)
    quotient <- (problem$x[[i]] / (v %*% s)) %*% t(s)
    up <- up + quotient[, 1:3]
    total <- total + rowSums(s)[1:3]
    own <- problem$b[[i]] * quotient[, -(1:3)] / rep(rowSums(s)[-(1:3)], each = 8)
    expect_equal(state$own[[i]], own, tolerance = 1e-10, ignore_attr = TRUE)
  }
  expect_equal(state$w, problem$w * up / rep(total, each = 8), tolerance = 1e-10)
})

test_that("F never rises, and it is that of the parts", {
  for (seed in 1:5) {
    problem <- group_problem(seed = seed)
    alpha <- stats::rexp(3)
    case <- group_case(problem, alpha)
    before <- group_objective(problem$x, problem$w, problem$b, problem$s, alpha)
    state <- run_group(case$state, case$plan, 60, fall_rule(0))
    expect_lte(max(diff(c(before, state$trace))), 1e-12 * before)
    expect_equal(utils::tail(state$trace, 1),
                 group_objective(problem$x, state$w, state$own, state$coef, alpha))
  }
})

test_that("slices of any length give the iterations, values and end of one run", {
  problem <- group_problem()
  for (loss in c("frobenius", "kl")) {
    case <- group_case(problem, c(0.5, 2, 1), loss, if (loss == "kl") "mu" else "hals")
    whole <- run_group(case$state, case$plan, 12, fall_rule(0), TRUE)
    engine <- replace(case$plan$engine, c("tol", "stationary", "max_iter"), list(0, 0, 12))
    order <- list(tied = NULL, lags = case$plan$lags, passes = 0L, budget = 5, iteration = 0,
                  value = NaN, pending = FALSE, look = TRUE)
    trace <- numeric()
    repeat {
      out <- native_group(case$plan$tasks, case$state, case$plan$model, engine, order)
      trace <- c(trace, out$trace)
      if (out$status != "running") break
      case$state <- out[c("w", "own", "coef")]
      order[c("iteration", "value", "pending")] <- out[c("iteration", "value", "pending")]
    }
    expect_identical(trace, whole$trace)
    expect_length(trace, 12)
    expect_identical(out[c("w", "own", "coef", "losses", "kkt")],
                     whole[c("w", "own", "coef", "losses", "kkt")])
  }
})

test_that("W that stays is left to the last bit, and F still never rises", {
  problem <- group_problem()
  case <- group_case(problem)
  case$plan$model$hold_basis <- TRUE
  state <- run_group(case$state, case$plan, 30, fall_rule(0))
  expect_identical(state$w, problem$w)
  expect_lte(max(diff(state$trace)), 1e-12 * state$trace[[1]])
})
