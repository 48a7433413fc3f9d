expect_same_epoch <- function(got, wanted, label) {
  pair <- function(one) list(w = one$w, h = one$h)
  expect_equal(lapply(got$tasks, pair), lapply(wanted$tasks, pair), tolerance = 1e-10,
               label = paste("tasks:", label))
  expect_equal(pair(got$target), pair(wanted$target), tolerance = 1e-10,
               label = paste("target:", label))
  expect_equal(got$sum, wanted$sum, tolerance = 1e-10, label = paste("sum:", label))
  expect_equal(got$value, wanted$value, tolerance = 1e-10, label = paste("value:", label))
}

test_that("one epoch is Algorithm 1, for every scaling, order of transfer, backend and block", {
  l <- drawn_learners(small_split(), 3)
  sum <- matrix(stats::runif(12 * 3), 12)
  cases <- expand.grid(scale = c("max", "l2", "none"), before = c(FALSE, TRUE),
                       accumulate = c(FALSE, TRUE), backend = c("blas", "native"),
                       block = c(0, 4), stringsAsFactors = FALSE)
  for (i in some_of(seq_len(nrow(cases)), share_of_cases(1 / 3))) {
    case <- cases[i, ]
    rule <- hand_rule(scale = case$scale, before = case$before, accumulate = case$accumulate,
                      alpha = c(1, 0.5, 3), target_iterations = 6)
    expect_same_epoch(package_epoch(l$tasks, l$target, sum, rule, case$backend, case$block),
                      epoch_by_hand(l$tasks, l$target, sum, rule),
                      paste(names(case), case, collapse = ", "))
  }
})

test_that("one epoch is Algorithm 1 for both losses, with and without either graph penalty", {
  l <- drawn_learners(small_split(2), 2)
  sum <- matrix(0, 12, 2)
  cases <- expand.grid(loss = c("frobenius", "kl"), form = c(NA, "scale_invariant", "raw"),
                       scale = c("max", "none"), before = c(FALSE, TRUE),
                       backend = c("blas", "native"), stringsAsFactors = FALSE)
  for (i in some_of(seq_len(nrow(cases)), share_of_cases(1 / 3))) {
    case <- cases[i, ]
    form <- if (!is.na(case$form)) case$form
    rule <- hand_rule(case$loss, form, scale = case$scale, before = case$before)
    penalty <- if (!is.null(form)) penalty_graph(alike, lambda = 2, form = form)
    got <- package_epoch(l$tasks, l$target, sum, rule, case$backend, 5, case$loss, penalty)
    expect_same_epoch(got, epoch_by_hand(l$tasks, l$target, sum, rule),
                      paste(names(case), case, collapse = ", "))
  }
})

test_that("with alpha = 1 the target's basis becomes twice itself plus the mean of the tasks'", {
  split <- small_split(3)
  l <- drawn_learners(split, 3)
  got <- package_epoch(l$tasks, l$target, matrix(0, 12, 3), hand_rule())
  alone <- function(one) {
    nmf(one$x, 3, init = one[c("w", "h")], solver = "mu",
        control = nmf_control(4, tol = 0, backend = "native"))
  }
  own <- lapply(l$tasks, function(one) unname(alone(one)$w))
  target <- unname(alone(l$target)$w)
  expect_equal(got$target$w, 2 * target + Reduce(`+`, own) / 3, tolerance = 1e-14)
  expect_equal(got$target$h, t(got$target$w) %*% split$target, tolerance = 1e-14)
  expect_equal(lapply(got$tasks, `[[`, "w"), lapply(own, `+`, target), tolerance = 1e-14)
})

test_that("tasks of any size and order share the workspace and fit as they do alone", {
  for (sizes in list(c(3, 40, 8, 150), c(150, 3, 8, 40), c(9, 1, 2, 200))) {
    split <- small_split(4, sizes, m = 20)
    rank <- min(sizes, 3)
    l <- drawn_learners(split, rank)
    for (case in list(list(loss = "frobenius"), list(loss = "kl"),
                      list(loss = "frobenius", penalty = penalty_graph(alike, 3)),
                      list(loss = "kl", penalty = penalty_graph(alike, 3)))) {
      got <- package_epoch(l$tasks, l$target, matrix(0, 20, rank), hand_rule(), block = 7,
                           loss = case$loss, penalty = case$penalty)
      control <- nmf_control(4, tol = 0, backend = "native", block = 7)
      alone <- function(one) {
        unname(nmf(one$x, rank, init = one[c("w", "h")], loss = case$loss,
                   penalty = case$penalty, solver = "mu", control = control)$w)
      }
      target <- alone(l$target)
      own <- lapply(l$tasks, alone)
      expect_equal(lapply(got$tasks, `[[`, "w"), lapply(own, `+`, target), tolerance = 1e-13)
      expect_equal(got$value, nmf(l$target$x, rank, init = l$target[c("w", "h")],
                                  loss = case$loss, penalty = case$penalty, solver = "mu",
                                  control = control)$trace[[4]], tolerance = 1e-12)
    }
  }
})

test_that("meta_nmf() is Algorithm 1 from random starts after 1, 2 and 3 epochs", {
  split <- small_split(5)
  for (rule in list(hand_rule(), hand_rule(scale = "l2", alpha = c(0, 2, 1), before = TRUE),
                    hand_rule("kl", accumulate = TRUE, target_iterations = 7),
                    hand_rule("frobenius", scale = "none"))) {
    loss <- if (identical(rule$step, kl_step)) "kl" else "frobenius"
    for (epochs in 1:3) {
      set.seed(10 + epochs)
      fit <- meta_nmf(split, 3, loss = loss, control = meta_control_of(rule, epochs),
                      task_weights = rep_len(rule$alpha, length(split$tasks)))
      set.seed(10 + epochs)
      wanted <- meta_by_hand(split, 3, rule, epochs)
      expect_equal(unname(basis(fit)), wanted$w, tolerance = 1e-9)
      expect_equal(fit$trace, wanted$trace, tolerance = 1e-9)
      expect_identical(fit$iterations, epochs)
      expect_equal(objective(fit), objective_of(split$target, basis(fit), coef(fit), loss))
    }
  }
})

test_that("meta_gnmf() is Algorithm 1 with each set's own graph, for both forms and losses", {
  split <- small_split(6)
  for (loss in c("frobenius", "kl")) {
    for (form in c("scale_invariant", "raw")) {
      rule <- hand_rule(loss, form, lambda = 0.7)
      set.seed(20)
      fit <- meta_gnmf(split, 2, graph = alike, lambda = 0.7, form = form, loss = loss,
                       control = meta_control_of(rule, 3))
      set.seed(20)
      wanted <- meta_by_hand(split, 2, rule, 3)
      expect_equal(unname(basis(fit)), wanted$w, tolerance = 1e-9)
      expect_equal(fit$trace, wanted$trace, tolerance = 1e-9)
    }
  }
})

test_that("an NNDSVD start is made of each set's own data", {
  split <- small_split(7)
  for (variant in c("nndsvd", "nndsvda")) {
    start <- function(x, rank) init_nndsvd(x, rank, variant)
    fit <- meta_nmf(split, 3, init = variant, control = meta_control_of(hand_rule(), 2))
    wanted <- meta_by_hand(split, 3, hand_rule(), 2, start = start)
    expect_equal(unname(basis(fit)), wanted$w, tolerance = 1e-9)
    expect_equal(fit$trace, wanted$trace, tolerance = 1e-9)
  }
})

test_that("the thesis preset runs all 100 iterations, transfers after the fits and scales", {
  split <- small_split(8)
  control <- meta_control(preset = "thesis", epochs = 2)
  rule <- hand_rule(iterations = 100, target_iterations = 100)
  set.seed(21)
  fit <- meta_nmf(split, 2, control = control)
  set.seed(21)
  expect_equal(unname(basis(fit)), meta_by_hand(split, 2, rule, 2)$w, tolerance = 1e-7)
  # lambda 0.3 and the raw form of (2.34)
  rule <- hand_rule("frobenius", "raw", 0.3, iterations = 100, target_iterations = 100)
  set.seed(21)
  fit <- meta_gnmf(split, 2, graph = alike, control = control)
  set.seed(21)
  wanted <- meta_by_hand(split, 2, rule, 2)
  expect_equal(unname(basis(fit)), wanted$w, tolerance = 1e-7)
  expect_equal(fit$trace, wanted$trace, tolerance = 1e-7)
})

test_that("the author preset is his order, zero start, running sum, stop rule and small number", {
  split <- small_split(9)
  rule <- hand_rule(iterations = 100, target_iterations = 100, step_tol = 0.001, before = TRUE,
                    accumulate = TRUE)
  rule$step <- function(x, w, h) mu_step(x, w, h, add = 2^-23)
  set.seed(22)
  fit <- meta_nmf(split, 2, control = meta_control(preset = "author", epochs = 3))
  set.seed(22)
  wanted <- meta_by_hand(split, 2, rule, 3, zero = TRUE)
  # the stop rule decides some of the tasks' fits and not all
  expect_true(any(wanted$stops < 100) && any(wanted$stops == 100))
  expect_equal(unname(basis(fit)), wanted$w, tolerance = 1e-7)
  expect_equal(fit$trace, wanted$trace, tolerance = 1e-7)
})

test_that("the author preset of meta_gnmf() is his KL ratio, unscaled, restarted in even epochs", {
  split <- small_split(10)
  rule <- hand_rule("kl", scale = "none", iterations = 100, target_iterations = 100,
                    step_tol = 0.001, before = TRUE, accumulate = TRUE)
  rule$step <- function(x, w, h) kl_ratio_step(x, w, h, alike(x), 0.3)
  # his lambda is half of it in the objective
  rule$value <- function(x, w, h) objective_of(x, w, h, "kl", alike(x), 0.15, "raw")
  set.seed(23)
  fit <- meta_gnmf(split, 2, graph = alike, control = meta_control(preset = "author", epochs = 4))
  set.seed(23)
  wanted <- meta_by_hand(split, 2, rule, 4, zero = TRUE, fresh_tasks = TRUE)
  expect_equal(unname(basis(fit)), wanted$w, tolerance = 1e-7)
  expect_equal(fit$trace, wanted$trace, tolerance = 1e-7)
  expect_identical(fit$scaling$kind, "none")
})

test_that("restart = \"even\" starts tasks anew from NNDSVD in graph models without NNDSVD only", {
  split <- small_split(11)
  run <- function(restart, ...) {
    set.seed(24)
    basis(meta_nmf(split, 2, ..., control = meta_control_of(hand_rule(), 3, restart = restart)))
  }
  graph <- penalty_graph(alike, 2)
  set.seed(24)
  wanted <- meta_by_hand(split, 2, hand_rule("frobenius", "scale_invariant"), 3, fresh_tasks = TRUE)
  expect_equal(unname(run("even", penalty = graph)), wanted$w, tolerance = 1e-9)
  expect_false(isTRUE(all.equal(run("even", penalty = graph), run("never", penalty = graph))))
  expect_identical(run("even"), run("never"))
  expect_identical(run("even", penalty = graph, init = "nndsvd"),
                   run("never", penalty = graph, init = "nndsvd"))
})

test_that("columns at maximum 1 keep the target's basis below 1 + 2 mean(alpha)", {
  for (alpha in list(1, 3, c(0, 0.5, 4))) {
    l <- drawn_learners(small_split(12), 3)
    bound <- 1 + 2 * mean(alpha)
    rule <- hand_rule(alpha = alpha)
    for (epoch in 1:15) {
      out <- package_epoch(l$tasks, l$target, matrix(0, 12, 3), rule)
      l$tasks <- Map(utils::modifyList, l$tasks, out$tasks)
      l$target <- utils::modifyList(l$target, out$target)
      expect_lte(max(l$target$w), bound * (1 + 1e-12))
    }
    # W_t at 1 in a place gives at least 1 + mean(alpha) there after the transfer
    expect_gte(max(l$target$w), 1 + mean(alpha))
  }
})

test_that("without scaling the bases grow about 2.6-fold per epoch", {
  split <- small_split(13)
  size <- function(epochs) {
    set.seed(25)
    max(basis(meta_nmf(split, 2, control = meta_control_of(hand_rule(scale = "none"), epochs))))
  }
  # (2 1; 1 1) has the eigenvalue (3 + sqrt(5)) / 2 = 2.618
  growth <- (size(20) / size(10))^(1 / 10)
  expect_gt(growth, 2.5)
  expect_lt(growth, 2.75)
})
