# The graph penalty against its equations in plain R (helper-reference.R): the steps, and the
# objective with the graph's term summed over the edges. Descent is test-awkward.R's.

forms <- c("scale_invariant", "raw")
losses <- c("frobenius", "kl")
graph_steps <- list(frobenius = mu_graph_step, kl = kl_graph_step)
solvers <- list(frobenius = c("mu", "hals"), kl = "mu")

test_that("one multiplicative update with a graph is the equation: losses, forms, any graph", {
  set.seed(1)
  for (shape in list(c(8, 12, 3), c(5, 21, 5), c(9, 6, 1))) {
    x <- drawn_data(shape[1], shape[2], shape[3])
    start <- drawn_start(x, shape[3])
    for (s in some_of(example_graphs(shape[2]), share_of_cases(1 / 3))) {
      for (loss in losses) {
        for (form in one_or_all(forms)) {
          penalty <- penalty_graph(as_graph(s), 7, form)
          right <- graph_steps[[loss]](x, start$w, start$h, s, 7, form)
          each_engine(function(backend) {
            now <- one_iteration(x, start$w, start$h, loss, penalty, backend = backend)
            expect_lt(relative_gap(now, right), 1e-13)
          })
        }
      }
    }
  }
})

test_that("one iteration of the plain ratio is the thesis author's, his small numbers included", {
  set.seed(2)
  x <- drawn_data(8, 12, 3)
  x[x < 1] <- 0
  start <- drawn_start(x, 3)
  start$h[2, ] <- 0
  s <- example_graphs(12)$loops
  penalty <- penalty_graph(as_graph(s), 0.3, "raw", step = "ratio")
  for (smoothing in list(rep(2^-52, 3), c(0.1, 0.2, 0.3))) {
    right <- kl_ratio_step(x, start$w, start$h, s, 0.3, smoothing)
    names(smoothing) <- c("data", "ratio", "floor")
    each_engine(function(backend) {
      now <- one_iteration(x, start$w, start$h, "kl", penalty, backend = backend,
                           smoothing = smoothing)
      expect_lt(relative_gap(now, right), 1e-13)
    })
  }
})

test_that("the root without its factor 2 would not pass for the root", {
  # The root of rho h^2 + b h - g (updates of the published form) belongs to lambda / 2.
  set.seed(3)
  x <- drawn_data(8, 12, 3)
  start <- drawn_start(x, 3)
  s <- example_graphs(12)$near
  now <- one_iteration(x, start$w, start$h, "kl", penalty_graph(as_graph(s), 7, "raw"))
  half <- kl_graph_step(x, start$w, start$h, s, 3.5, "raw")
  expect_gt(relative_gap(now, half), 1e-3)
})

test_that("trace and objective are F computed directly, the graph's term by edges", {
  set.seed(4)
  x <- drawn_data(8, 12, 3)
  control <- nmf_control(max_iter = 6, tol = 0, scale = "none")
  cases <- expand.grid(form = forms, solver = c("mu", "hals"), loss = losses,
                       stringsAsFactors = FALSE)
  cases <- cases[cases$loss == "frobenius" | cases$solver == "mu", ]
  for (s in example_graphs(12)[c("near", "loops")]) {
    for (case in split(cases, seq_len(nrow(cases)))) {
      start <- drawn_start(x, 3)
      penalty <- penalty_graph(as_graph(s), 2, case$form)
      fit <- nmf(x, 3, init = start, penalty = penalty, loss = case$loss, solver = case$solver,
                 control = control)
      size <- if (case$loss == "kl") sum(x) else sum(x^2)
      for (i in 1:6) {
        start <- one_iteration(x, start$w, start$h, case$loss, penalty, solver = case$solver)
        right <- objective_of(x, start$w, start$h, case$loss, s, 2, case$form)
        # F from sums is off by some 1e-15 of ||X||^2; the graph's term adds its own.
        expect_lt(abs(fit$trace[i] - right), 2e-14 * max(size, right))
      }
      expect_identical(objective(fit), fit$trace[6])
    }
  }
})

test_that("the plain ratio's trace takes half of lambda", {
  set.seed(5)
  x <- drawn_data(8, 12, 3)
  s <- example_graphs(12)$near
  penalty <- penalty_graph(as_graph(s), 4, "raw", step = "ratio")
  control <- nmf_control(max_iter = 5, tol = 0, scale = "none")
  fit <- nmf(x, 3, loss = "kl", penalty = penalty, control = control)
  expect_equal(objective(fit), objective_of(x, fit$w, fit$h, "kl", s, 2, "raw"), tolerance = 1e-12)
})

test_that("the scale of the columns of W does not change the scale-invariant objective", {
  set.seed(9)
  x <- drawn_data(8, 12, 3)
  s <- example_graphs(12)$loops
  for (loss in losses) {
    for (scale in c("max", "l2", "none")) {
      control <- nmf_control(max_iter = 10, tol = 0, scale = scale)
      fit <- nmf(x, 3, loss = loss, penalty = penalty_graph(as_graph(s), 5), control = control)
      right <- objective_of(x, fit$w, fit$h, loss, s, 5, "scale_invariant")
      expect_equal(objective(fit), right, tolerance = 1e-12)
    }
  }
})

test_that("the raw objective belongs to the unscaled pair that `divisor` gives back", {
  set.seed(10)
  x <- drawn_data(8, 12, 3)
  s <- example_graphs(12)$near
  for (scale in c("max", "l2")) {
    control <- nmf_control(max_iter = 10, tol = 0, scale = scale)
    fit <- nmf(x, 3, penalty = penalty_graph(as_graph(s), 5, "raw"), control = control)
    w <- fit$w * by_column(fit$scaling$divisor, fit$w)
    expect_equal(objective_of(x, w, fit$h / fit$scaling$divisor, s = s, lambda = 5), objective(fit),
                 tolerance = 1e-12)
    expect_false(isTRUE(all.equal(objective_of(x, fit$w, fit$h, s = s, lambda = 5), objective(fit),
                                  tolerance = 1e-3)))
  }
})

test_that("lambda = 0 is no penalty, to the bit, and so is an empty list", {
  set.seed(11)
  x <- drawn_data(8, 12, 3)
  start <- drawn_start(x, 3)
  graph <- as_graph(example_graphs(12)$near)
  fields <- c("w", "h", "trace", "iterations", "factor", "penalty")
  control <- nmf_control(max_iter = 20, tol = 0)
  for (loss in losses) {
    plain <- nmf(x, 3, init = start, loss = loss, control = control)
    for (form in forms) {
      none <- nmf(x, 3, init = start, penalty = penalty_graph(graph, 0, form), loss = loss,
                  control = control)
      expect_identical(none[fields], plain[fields])
    }
    none <- nmf(x, 3, init = start, penalty = list(), loss = loss, control = control)
    expect_identical(none[fields], plain[fields])
  }
})

test_that("lambda has no units with the squared loss, and those of 1 / x with KL", {
  # Powers of two: with lambda moved by the same power the factors agree to the bit.
  set.seed(12)
  x <- drawn_data(8, 12, 3)
  start <- drawn_start(x, 3)
  graph <- as_graph(example_graphs(12)$near)
  control <- nmf_control(max_iter = 10, tol = 0)
  for (form in forms) {
    for (loss in losses) {
      fit <- nmf(x, 3, init = start, penalty = penalty_graph(graph, 5, form), loss = loss,
                 control = control)
      for (power in c(2^40, 2^-37, 2^900, 2^-900)) {
        lambda <- if (loss == "kl") 5 / power else 5
        scaled <- nmf(power * x, 3, init = list(w = start$w, h = power * start$h),
                      penalty = penalty_graph(graph, lambda, form), loss = loss, control = control)
        expect_identical(scaled$w, fit$w)
        expect_identical(scaled$h, power * fit$h)
      }
    }
  }
})

test_that("a penalty prints what it is, and on one line in a fit", {
  s <- as_graph(example_graphs(12)$path)
  expect_snapshot({
    penalty_graph(s)
    penalty_graph(s, 0.3, "raw", "ratio")
  })
})

test_that("a penalty that cannot be is refused when it is made", {
  s <- diag(4)
  expect_bad(penalty_graph("knn"), "graph")
  expect_bad(penalty_graph(s, -1), "lambda")
  expect_bad(penalty_graph(s, c(1, 2)), "lambda")
  expect_bad(penalty_graph(s, "100"), "lambda")
  expect_bad(penalty_graph(s, 1, "scalefree"), "form")
  expect_bad(penalty_graph(s, 1, step = "ratio"), "step")
  expect_bad(penalty_graph(s, 1, "raw", step = "rato"), "step")
  expect_bad(penalty_graph(NULL), "graph")
  expect_bad(penalty_graph(s, NA), "lambda")
  expect_bad(penalty_graph(s, Inf), "lambda")
})

test_that("what is no penalty, and a graph that does not fit the data, are refused", {
  x <- matrix(1:12 + 0, 3)
  fit <- function(penalty) nmf(x, 2, penalty = penalty)
  lopsided <- diag(4)
  lopsided[1, 2] <- 1
  expect_bad(fit("graph"), "penalty")
  expect_bad(fit(penalty_graph(diag(4) / 0)), "graph")
  expect_bad(fit(100), "penalty")
  expect_bad(fit(list(1)), "penalty")
  expect_bad(fit(list(penalty_graph(diag(4)), penalty_graph(diag(4)))), "penalty")
  expect_bad(fit(penalty_graph(diag(5))), "graph")
  expect_bad(fit(penalty_graph(matrix(1, 4, 3))), "graph")
  expect_bad(fit(penalty_graph(lopsided)), "graph")
  expect_bad(fit(penalty_graph(-diag(4))), "graph")
  expect_bad(fit(penalty_graph(diag(4) * NA)), "graph")
  expect_bad(fit(penalty_graph(matrix("a", 4, 4))), "graph")
  expect_bad(fit(penalty_graph(function(x) NULL)), "graph(x)")
  expect_bad(fit(penalty_graph(function(x) diag(5))), "graph(x)")
})
