# The C kernels against the equations in plain R (helper-reference.R), for both products,
# every instruction set of this machine, and every way of cutting X into blocks and a fit
# into slices.

shapes <- list(c(8, 12, 3), c(20, 9, 4), c(5, 30, 5), c(15, 15, 1), c(30, 25, 6), c(1, 4, 1),
               c(4, 1, 1), c(33, 70, 7))

test_that("this machine runs at least the plain loops, and no set is named twice", {
  sets <- native_instructions()
  expect_identical(sets[[1]], "plain")
  expect_identical(anyDuplicated(sets), 0L)
})

test_that("one multiplicative update is (2.32) and (2.33) for every backend and instruction set", {
  set.seed(1)
  for (shape in shapes) {
    x <- drawn_data(shape[1], shape[2], shape[3])
    start <- drawn_start(x, shape[3])
    right <- mu_step(x, start$w, start$h)
    each_engine(function(backend) {
      expect_lt(relative_gap(one_iteration(x, start$w, start$h, backend = backend), right), 1e-13)
    })
  }
})

test_that("one KL iteration is Lee and Seung's for every backend and instruction set", {
  set.seed(2)
  for (shape in shapes) {
    x <- drawn_data(shape[1], shape[2], shape[3])
    x[sample(length(x), length(x) %/% 4)] <- 0
    start <- drawn_start(x, shape[3])
    right <- kl_step(x, start$w, start$h)
    each_engine(function(backend) {
      now <- one_iteration(x, start$w, start$h, "kl", backend = backend)
      expect_lt(relative_gap(now, right), 1e-13)
    })
  }
})

test_that("the value of F is right for every engine, for quotients near and far from 1", {
  set.seed(10)
  for (width in c(1e-3, 1, 10)) {
    x <- matrix(exp(width * stats::rnorm(13 * 21)), 13)
    x[sample(length(x), 40)] <- 0
    start <- drawn_start(x, 1)
    for (loss in c("frobenius", "kl")) {
      each_engine(function(backend) {
        control <- nmf_control(max_iter = 1, tol = 0, scale = "none", backend = backend)
        fit <- nmf(x, 1, init = start, loss = loss, control = control)
        # 273 terms, each good to a few units in its last place; F is a tenth of ||X||^2 or more.
        right <- objective_of(x, fit$w, fit$h, loss)
        expect_gt(right, 0.05 * sum(x^(1 + (loss == "frobenius"))))
        expect_lt(abs(objective(fit) - right), 1e-13 * right)
      })
    }
  }
})

test_that("KL's value is a divergence at an exact fit too: never negative", {
  set.seed(5)
  for (i in 1:20) {
    x <- matrix(exp(3 * stats::rnorm(4)), 2)
    fit <- nmf(x, 2, loss = "kl", control = nmf_control(max_iter = 60, tol = 0))
    expect_gte(min(fit$trace), 0)
  }
})

test_that("the small numbers of `smoothing` stand where the equations have them", {
  set.seed(3)
  x <- drawn_data(9, 11, 3)
  start <- drawn_start(x, 3)
  smoothing <- c(data = 0.1, ratio = 0.7, floor = 0.3)
  squared <- mu_step(x, start$w, start$h, add = 0.7, floor = 0.3)
  plain <- kl_ratio_step(x, start$w, start$h, diag(0, 11), 0, smoothing)
  expect_gt(sum(plain$w == 0.3), 0)
  each_engine(function(backend) {
    now <- one_iteration(x, start$w, start$h, backend = backend, smoothing = smoothing)
    expect_lt(relative_gap(now, squared), 1e-13)
    now <- one_iteration(x, start$w, start$h, "kl", backend = backend, smoothing = smoothing)
    expect_lt(relative_gap(now, plain), 1e-13)
  })
})

test_that("a wrong instruction set would not pass unnoticed: results differ in the last bits", {
  # Sums are taken in another order per width; equal bits would mean the option does nothing.
  skip_if(length(native_instructions()) < 2)
  set.seed(4)
  x <- drawn_data(50, 60, 6)
  start <- drawn_start(x, 6)
  answers <- each_engine(function(backend) one_iteration(x, start$w, start$h, backend = backend))
  expect_gt(length(unique(answers)), 1)
})

test_that("an entry whose denominator is 0 stays 0, in the body and the tail of a vector", {
  # w_1 = 0: row 1 of H has the denominator 0, column 1 of W can never leave 0.
  x <- matrix(1:35 + 0, 5)
  w <- cbind(0, c(1, 2, 0, 1, 1))
  h <- rbind(rep(1, 7), c(0, 1:6))
  each_engine(function(backend) {
    for (loss in c("frobenius", "kl")) {
      # KL says that F is infinite there.
      now <- suppressWarnings(one_iteration(x, w, h, loss, backend = backend),
                              classes = "metanmf_not_converged")
      expect_identical(now$w == 0, w == 0)
      expect_identical(now$h == 0, rbind(rep(TRUE, 7), h[2, ] == 0))
      expect_true(all(is.finite(unlist(now))))
    }
  })
})

test_that("blocks of 1, 7, 64 and n columns give the same iteration to 1e-12", {
  set.seed(5)
  for (n in c(30, 130)) {
    x <- drawn_data(12, n, 4)
    start <- drawn_start(x, 4)
    graph <- as_graph(example_graphs(n)$loops)
    for (loss in c("frobenius", "kl")) {
      for (penalty in list(NULL, penalty_graph(graph, 3))) {
        whole <- one_iteration(x, start$w, start$h, loss, penalty, block = n)
        for (block in c(0, 1, 7, 64, 1e6)) {
          for (backend in c("blas", "native")) {
            now <- one_iteration(x, start$w, start$h, loss, penalty, block = block,
                                 backend = backend)
            expect_lt(relative_gap(now, whole), 1e-12)
          }
        }
      }
    }
  }
})

# A fit run in calls of at most `budget` iterations.
in_slices <- function(x, start, model, engine, budget) {
  out <- list(w = start$w, h = start$h, iteration = 0, value = NaN, status = "running")
  trace <- NULL
  while (out$status == "running") {
    progress <- list(iteration = out$iteration, value = out$value, budget = budget)
    out <- native_fit(engine_data(x), out$w, out$h, model, engine, progress)
    trace <- c(trace, out$trace)
  }
  out$trace <- trace
  out
}

test_that("a fit cut into slices is the same to the bit, whatever stops it", {
  set.seed(6)
  x <- drawn_data(10, 14, 3)
  start <- drawn_start(x, 3)
  graph <- penalty_graph(as_graph(example_graphs(14)$near), 1)
  controls <- list(nmf_control(max_iter = 23, tol = 0), nmf_control(max_iter = 500, tol = 1e-3),
                   nmf_control(max_iter = 500, tol = 0, step_tol = 0.1))
  cases <- list(list("frobenius", "mu", NULL), list("frobenius", "mu", graph),
                list("frobenius", "hals", NULL), list("frobenius", "hals", graph),
                list("frobenius", "bpp", NULL), list("kl", "mu", NULL), list("kl", "mu", graph),
                list("is", "mu", NULL))
  for (control in controls) {
    for (case in cases) {
      penalties <- check_penalty(case[[3]])
      model <- engine_model(3, case[[1]], case[[2]], engine_penalty(penalties, x, case[[1]]),
                            penalties, features = 10)
      engine <- engine_control(control, case[[1]])
      whole <- in_slices(x, start, model, engine, 1000)
      expect_identical(whole$status == "converged", control$tol > 0 || control$step_tol > 0)
      for (budget in c(1, 2, 7)) {
        expect_identical(in_slices(x, start, model, engine, budget), whole)
      }
    }
  }
})

test_that("nmf() puts slices together without a seam", {
  # Slices of 7 iterations at most, where a small fit would run in one.
  set.seed(7)
  x <- drawn_data(10, 14, 3)
  start <- drawn_start(x, 3)
  run <- function(loss, tol) {
    nmf(x, 3, init = start, loss = loss, control = nmf_control(max_iter = 500, tol = tol))
  }
  calls <- new.env()
  real <- native_fit
  short <- function(x, w, h, model, control, progress) {
    # The null model's deviance is a call of rank 1.
    calls$count <- calls$count + (model$rank == 3)
    progress$budget <- min(progress$budget, 7)
    real(x, w, h, model, control, progress)
  }
  for (loss in c("frobenius", "kl")) {
    trace <- run(loss, 0)$trace
    decrease <- -diff(trace) / trace[-500]
    # Stops at every place in a slice: its first iteration needs F of the slice before.
    lows <- which(decrease == cummin(decrease))
    lasts <- vapply(0:6, function(place) lows[lows > 7 & lows %% 7 == place][[1]], 0L)
    for (last in lasts) {
      whole <- run(loss, decrease[last] * 1.00001)
      expect_equal(whole$iterations, last + 1 + (loss == "kl"))
      calls$count <- 0
      with_mocked_bindings(expect_identical(run(loss, decrease[last] * 1.00001), whole),
                           native_fit = short)
      expect_equal(calls$count, ceiling(whole$iterations / 7))
    }
  }
})

test_that("a fit does not depend on whether its trace is kept", {
  set.seed(8)
  x <- drawn_data(10, 14, 3)
  start <- drawn_start(x, 3)
  for (loss in c("frobenius", "kl")) {
    for (tol in c(0, 1e-3)) {
      control <- nmf_control(max_iter = 300, tol = tol)
      model <- engine_model(3, loss, "mu")
      kept <- in_slices(x, start, model, engine_control(control, loss), 1000)
      bare <- in_slices(x, start, model, engine_control(control, loss, trace = FALSE), 1000)
      same <- c("w", "h", "iteration", "status")
      expect_identical(bare[same], kept[same])
      expect_length(bare$trace, 0)
      expect_length(kept$trace, kept$iteration)
    }
  }
})

test_that("the rule on change stops at the first iteration where both norms are below it", {
  set.seed(9)
  x <- drawn_data(12, 9, 3)
  start <- drawn_start(x, 3)
  # The scale of the first W stays with it: W moves more than H in one case, less in the other.
  for (scale in c(100, 0.01)) {
    begin <- list(w = scale * start$w, h = start$h)
    for (loss in c("frobenius", "kl")) {
      # ||W - W~||_2 and ||H - H~||_2 of 60 single iterations, by R's own norm().
      now <- begin
      moved <- matrix(0, 60, 2)
      for (i in 1:60) {
        before <- now
        now <- one_iteration(x, now$w, now$h, loss)
        moved[i, ] <- c(norm(now$w - before$w, "2"), norm(now$h - before$h, "2"))
      }
      expect_true(all((moved[, 1] > moved[, 2]) == (scale > 1)))
      both <- pmax(moved[, 1], moved[, 2])
      for (step_tol in c(both[10], both[40]) * 1.0001) {
        control <- nmf_control(max_iter = 60, tol = 0, step_tol = step_tol)
        fit <- nmf(x, 3, init = begin, loss = loss, solver = "mu", control = control)
        expect_equal(fit$iterations, which(both < step_tol)[[1]])
        expect_true(fit$converged)
      }
    }
  }
})

test_that("the rule on change is in the units of the data, however large they are", {
  # H moves by some 1e90 here until its digits are used up, far above 1e-3.
  set.seed(9)
  x <- drawn_data(12, 9, 3)
  start <- drawn_start(x, 3)
  for (power in c(2^280, 2^310)) {
    fit <- nmf(power * x, 3, init = list(w = start$w, h = power * start$h),
               control = nmf_control(max_iter = 500, tol = 0, step_tol = 1e-3))
    expect_equal(fit$iterations, 500)
    expect_false(fit$converged)
  }
})

test_that("native_scale() leaves a zero column alone and never overflows", {
  w <- cbind(c(2, 4, 0), 0, c(3e300, 4e300, 0))
  h <- matrix(c(1, 1, 1e-300), 3, 2)
  most <- native_scale(w, h, "max")
  expect_equal(most$divisor, c(4, 1, 4e300))
  expect_equal(most$w, cbind(c(0.5, 1, 0), 0, c(0.75, 1, 0)))
  expect_equal(most$h[, 1], c(4, 1, 4))
  # lengths: sqrt(4 + 16), and 5e300 (3, 4, 5)
  unit <- native_scale(w, h, "l2")
  expect_equal(unit$divisor, c(sqrt(20), 1, 5e300))
  expect_equal(unit$w[, 3], c(0.6, 0.8, 0))
  expect_identical(native_scale(w, h, "none"), list(w = w, h = h, divisor = c(1, 1, 1)))
})
