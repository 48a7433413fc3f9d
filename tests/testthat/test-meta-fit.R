# What meta_nmf() hands back and asks for; test-meta-nmf.R has the algorithm.

test_that("the returned basis is rescaled and h solves the target for it", {
  split <- small_split(14)
  for (scale in c("max", "l2", "none")) {
    for (before in c(FALSE, TRUE)) {
      rule <- hand_rule(scale = scale, before = before)
      set.seed(26)
      fit <- meta_nmf(split, 3, control = meta_control_of(rule, 2))
      if (scale == "max") expect_equal(unname(apply(basis(fit), 2, max)), rep(1, 3))
      if (scale == "l2") expect_equal(unname(colSums(basis(fit)^2)), rep(1, 3))
      expect_lt(nnls_gap(basis(fit), split$target, coef(fit)), 1e-10)
      expect_equal(unname(coef(fit)[, 4]), nnls_by_hand(basis(fit), split$target[, 4])$h,
                   tolerance = 1e-8)
    }
  }
  set.seed(27)
  fit <- meta_nmf(split, 2, loss = "kl", control = meta_control_of(hand_rule(), 2))
  expect_lt(max(kl_gaps(basis(fit), split$target, coef(fit))), 1e-6)
})

test_that("objective() is F of the pair returned, not of the last fit in the trace", {
  split <- small_split(23)
  for (scale in c("max", "none")) {
    set.seed(35)
    fit <- meta_nmf(split, 3, control = meta_control_of(hand_rule(scale = scale), 2))
    expect_equal(objective(fit), sum(residuals(fit, split$target)^2), tolerance = 1e-12)
    expect_gt(abs(objective(fit) / fit$trace[[2]] - 1), 1e-4)
    expect_equal(tolerance = 1e-14, summary(fit)$relative, objective(fit) / sum(split$target^2))
    expect_match(utils::capture.output(print(fit))[[3]], format(objective(fit), digits = 6))
  }
  s <- alike(split$target)
  for (loss in c("frobenius", "kl")) {
    for (form in c("scale_invariant", "raw")) {
      set.seed(36)
      fit <- meta_gnmf(split, 2, graph = alike, lambda = 0.7, form = form, loss = loss,
                       control = meta_control_of(hand_rule(), 2))
      wanted <- objective_of(split$target, basis(fit), coef(fit), loss, s, 0.7, form)
      expect_equal(objective(fit), wanted)
    }
  }
  # the author's lambda is half of it in the objective
  fit <- meta_gnmf(split, 2, graph = alike, control = meta_control(preset = "author", epochs = 2))
  expect_equal(objective(fit),
               objective_of(split$target, basis(fit), coef(fit), "kl", s, 0.15, "raw"))
})

test_that("objective() sums a target wider than its blocks, zeros in the data included", {
  split <- small_split(24, c(5, 9, 129))
  split$target[split$target < stats::median(split$target)] <- 0
  for (loss in c("frobenius", "kl")) {
    fit <- meta_nmf(split, 3, init = "nndsvda", loss = loss,
                    control = meta_control_of(hand_rule(), 1))
    expect_equal(objective(fit), objective_of(split$target, basis(fit), coef(fit), loss))
  }
})

test_that("the rule on change reads H in the units of the data, however large or small", {
  for (power in c(-320, 0, 320)) {
    split <- lapply(small_split(25), function(x) {
      if (is.list(x)) lapply(x, `*`, 2^power) else x * 2^power
    })
    rule <- hand_rule(iterations = 60, step_tol = 0.02)
    start <- function(x, rank) init_nndsvd(x, rank, "nndsvda")
    wanted <- meta_by_hand(split, 2, rule, 2, start = start)
    # tiny coefficients change by less at once, huge ones never do
    if (power < 0) expect_true(all(wanted$stops < 60))
    if (power > 0) expect_true(all(wanted$stops == 60))
    control <- meta_control(epochs = 2, target = nmf_control(max_iter = 4, tol = 0),
                            inner = nmf_control(max_iter = 60, tol = 0, step_tol = 0.02))
    fit <- meta_nmf(split, 2, init = "nndsvda", control = control)
    expect_equal(unname(basis(fit)), wanted$w, tolerance = 1e-8, label = paste("basis at", power))
  }
})

test_that("a power of two in the data goes into h and the trace and leaves the basis alone", {
  split <- small_split(15)
  for (loss in c("frobenius", "kl")) {
    run <- function(power) {
      scaled <- lapply(split, function(x) if (is.list(x)) lapply(x, `*`, 2^power) else x * 2^power)
      set.seed(28)
      meta_nmf(scaled, 3, loss = loss, control = meta_control_of(hand_rule(), 3))
    }
    plain <- run(0)
    for (power in c(-500, -40, 40, 500)) {
      scaled <- run(power)
      expect_identical(basis(scaled), basis(plain))
      # below 1e-100 a coefficient on its way to 0 may underflow
      alive <- coef(plain) > 1e-100
      expect_identical(coef(scaled)[alive], coef(plain)[alive] * 2^power)
      unit <- 2^power * if (loss == "kl") 1 else 2^power
      expect_equal(scaled$trace, plain$trace * unit)
      expect_equal(objective(scaled), objective(plain) * unit)
    }
  }
})

test_that("data near the ends of the number range give what plain arithmetic gives", {
  for (power in c(-320, 320)) {
    split <- lapply(small_split(22), function(x) {
      if (is.list(x)) lapply(x, `*`, 2^power) else x * 2^power
    })
    for (loss in c("frobenius", "kl")) {
      for (form in c("scale_invariant", "raw")) {
        rule <- hand_rule(loss, form, lambda = 0.7)
        fit <- meta_gnmf(split, 2, graph = alike, lambda = 0.7, form = form, loss = loss,
                         init = "nndsvd", control = meta_control_of(rule, 2))
        start <- function(x, rank) init_nndsvd(x, rank, "nndsvd")
        wanted <- meta_by_hand(split, 2, rule, 2, start = start)
        label <- paste(loss, form, power)
        expect_equal(unname(basis(fit)), wanted$w, tolerance = 1e-9, label = label)
        expect_equal(fit$trace / wanted$trace, c(1, 1), tolerance = 1e-9, label = label)
      }
    }
  }
})

test_that("the graph of every task and of the target is built once, from its own samples", {
  split <- small_split(16)
  seen <- new.env()
  counted <- function(x) {
    seen$data <- c(seen$data, list(unname(x)))
    alike(x)
  }
  meta_gnmf(split, 2, graph = counted, control = meta_control_of(hand_rule(), 5))
  expect_length(seen$data, 4)
  expect_identical(seen$data, c(split$tasks, list(split$target)))
})

test_that("zero rows, columns and whole tasks give no NaN", {
  split <- small_split(17)
  split$tasks[[1]][] <- 0
  split$tasks[[2]][, 3] <- 0
  split$target[5, ] <- 0
  split$tasks <- lapply(split$tasks, function(x) {
    x[5, ] <- 0
    x
  })
  for (loss in c("frobenius", "kl")) {
    for (init in c("random", "nndsvd")) {
      for (penalty in list(NULL, penalty_graph(alike, 2))) {
        set.seed(29)
        fit <- meta_nmf(split, 2, init = init, loss = loss, penalty = penalty,
                        control = meta_control_of(hand_rule(), 3))
        expect_true(all(is.finite(c(basis(fit), coef(fit), fit$trace))))
        expect_identical(unname(basis(fit)[5, ]), c(0, 0))
      }
    }
  }
})

test_that("the seed decides the fit, and the state moves only by the starts drawn", {
  split <- small_split(18)
  control <- meta_control_of(hand_rule(), 2)
  run <- function() {
    set.seed(30)
    meta_nmf(split, 3, control = control)
  }
  expect_identical(run(), run())
  # W and H of tasks of 5, 9, 7 and a target of 31 samples with 12 features, rank 3
  after <- stats::runif(1)
  set.seed(30)
  stats::runif(3 * (4 * 12 + 5 + 9 + 7 + 31))
  expect_identical(after, stats::runif(1))
  # without a random start nothing is drawn
  before <- .Random.seed
  meta_nmf(split, 3, init = "nndsvd", control = control)
  expect_identical(.Random.seed, before)
})

test_that("one column of the start may be as small or large as doubles allow", {
  set.seed(30)
  x <- drawn_data(9, 20, 2)
  for (loss in c("frobenius", "kl")) for (by in c(1e-300, 1e-156, 1e160)) {
    start <- list(w = drawn_start(x, 2)$w %*% diag(c(1, by)))
    fit <- meta_nmf(list(tasks = list(2 * x, 3 * x), target = x), 2, init = start, loss = loss,
                    control = meta_control(3))
    expect_true(all(is.finite(c(fit$w, fit$h, fit$trace))))
    # A ratio update leaves what is nearly 0 there; what is too large must not be lost.
    if (by > 1) expect_identical(fit$dead, integer(0))
  }
})

test_that("weights of tasks are found from losses, and a corrupted task loses its say", {
  set.seed(32)
  x <- drawn_data(12, 120, 3)
  tasks <- lapply(1:4, function(i) x[, 20 * (i - 1) + 1:20])
  tasks[[2]] <- matrix(stats::rexp(240) * 5, 12)
  weights <- function(rule) {
    set.seed(1)
    fit <- meta_nmf(list(tasks = tasks, target = x[, 81:120]), 3, epochs = 1, task_weights = rule)
    fit$control$task_weights
  }
  expect_lt(weights("loto")[[2]], 0.01)
  expect_gt(min(weights("loto")[-2]), 0.1)
  expect_lt(weights("loss")[[2]], min(weights("loss")[-2]))
  expect_identical(weights("equal"), rep(1, 4))
})

test_that("what is passed in stays as it was", {
  set.seed(31)
  x <- drawn_data(9, 60, 2)
  split <- split_tasks(x, n_tasks = 3, task_size = 6)
  control <- meta_control(epochs = 2)
  weights <- c(1, 2, 3)
  penalty <- penalty_graph(alike)
  before <- serialize(list(split, control, penalty, weights), NULL)
  meta_nmf(split, 2, control = control, task_weights = weights)
  meta_nmf(split, 2, init = "nndsvd", penalty = penalty, control = control)
  expect_identical(serialize(list(split, control, penalty, weights), NULL), before)
})

test_that("names of features and target samples are carried, and a split is as good as a list", {
  set.seed(32)
  x <- drawn_data(9, 60, 2)
  dimnames(x) <- list(paste0("f", 1:9), paste0("s", 1:60))
  split <- split_tasks(x, n_tasks = 3, task_size = 6)
  fit <- meta_nmf(split, 2, control = meta_control(epochs = 1))
  expect_s3_class(fit, c("meta_nmf_fit", "nmf_fit"), exact = TRUE)
  expect_identical(rownames(basis(fit)), rownames(x))
  expect_identical(colnames(coef(fit)), colnames(split$target))
  run <- function(data) {
    set.seed(33)
    meta_nmf(data, 2, control = meta_control(epochs = 2))
  }
  expect_identical(run(split), run(list(tasks = split$tasks, target = split$target)))
})

test_that("bad tasks, ranks, graphs and options are errors that name what is wrong", {
  set.seed(34)
  x <- matrix(round(stats::runif(4 * 30), 3), 4)
  good <- split_tasks(x, n_tasks = 3, task_size = 3)
  with_task <- function(task) list(tasks = c(good$tasks[1], list(task)), target = good$target)
  with_entry <- function(value) with_task(replace(good$tasks[[2]], 7, value))
  once <- meta_control(epochs = 1)
  two <- function(x) diag(2)

  expect_bad(meta_nmf(with_task(matrix(1, 3, 3)), 2), "split$tasks[[2]]")
  expect_bad(meta_nmf(with_entry(NA), 2), "split$tasks[[2]]")
  expect_bad(meta_nmf(with_entry(NaN), 2), "split$tasks[[2]]")
  expect_bad(meta_nmf(with_entry(Inf), 2), "split$tasks[[2]]")
  expect_bad(meta_nmf(with_entry(-1), 2), "split$tasks[[2]]")
  expect_bad(meta_nmf(with_task(matrix(1, 4, 0)), 2), "split$tasks[[2]]")
  expect_bad(meta_nmf(list(tasks = good$tasks, target = replace(good$target, 1, NA)), 2),
             "split$target")
  expect_bad(meta_nmf(list(tasks = list(), target = good$target), 2), "split$tasks")
  expect_bad(meta_nmf(list(tasks = x, target = x), 2), "split$tasks")
  expect_bad(meta_nmf(list(tasks = good$tasks), 2), "split")
  expect_bad(meta_nmf(x, 2), "split")
  expect_bad(meta_nmf(NULL, 2), "split")
  expect_bad(meta_nmf(good), "rank")
  expect_bad(meta_nmf(rank = 2), "split")
  expect_bad(meta_gnmf(good), "rank")
  expect_bad(meta_gnmf(rank = 2), "split")
  expect_bad(meta_nmf(good, 1.5), "rank")
  expect_bad(meta_nmf(good, 2, penalty = penalty_graph(diag(3))), "graph")
  expect_bad(meta_gnmf(good, 2, graph = diag(3)), "graph")
  expect_bad(meta_gnmf(good, 2, graph = two, control = once), "graph(x)")
  expect_bad(meta_gnmf(good, 2, penalty = 1), "penalty")
  expect_bad(meta_nmf(good, 2, task_weights = c(1, 2, 3, 4, 5, 6, 7)), "task_weights")
  expect_bad(meta_nmf(good, 2, task_weights = -1), "task_weights")
  expect_bad(meta_nmf(good, 2, task_weights = "much"), "task_weights")
  expect_bad(meta_nmf(good, 2, control = nmf_control()), "control")
  expect_bad(meta_nmf(good, 2, inti = "random"), "...")
  expect_bad(meta_nmf(good, 2, 10), "...")
  expect_bad(meta_nmf(good, 2, init = "nnsvd"), "init")
  expect_bad(meta_nmf(good, 2, loss = "poisson"), "loss")
  expect_bad(meta_nmf(good, 2, solver = "hlas"), "solver")
})

test_that("a rank too large for one part of the data is an error that names that part", {
  part <- function(n, m = 6) matrix(1:(m * n) + 0, m)
  made <- function(tasks, target, m = 6) {
    list(tasks = lapply(tasks, part, m = m), target = part(target, m))
  }
  expect_bad(meta_nmf(made(c(5, 4, 9), 8), 5), "rank")
  expect_bad(meta_nmf(made(c(5, 7, 9), 3), 4), "rank")
  expect_bad(meta_nmf(made(c(5, 7, 9), 8, m = 2), 4), "rank")
  # a rank that every part allows is taken
  expect_identical(meta_nmf(made(c(5, 4, 9), 8), 4, control = meta_control(epochs = 1))$rank, 4L)
})

test_that("a task whose features have other names than the target's is an error", {
  split <- small_split(19)
  rownames(split$target) <- letters[1:12]
  split$tasks <- lapply(split$tasks, `rownames<-`, letters[1:12])
  expect_no_error(meta_nmf(split, 2, control = meta_control(epochs = 1)))
  rownames(split$tasks[[2]])[12] <- "z"
  expect_error(meta_nmf(split, 2, control = meta_control(epochs = 1)),
               "tasks\\[\\[2\\]\\]", class = "metanmf_error")
})

test_that("an option of meta_control() given to meta_nmf() is told where it belongs", {
  split <- small_split(20)
  expect_error(meta_nmf(split, 2, transfer = "before"), "meta_control", class = "metanmf_error")
  expect_error(meta_nmf(split, 2, alpha = 3), "task_weights = 3", class = "metanmf_error")
  expect_bad(meta_nmf(split, 2, max_iter = 10), "...")
  expect_bad(meta_gnmf(split, 2, tol = 0), "...")
  expect_error(meta_gnmf(split, 2, lamda = 3), "`lambda`", class = "metanmf_error")
})
