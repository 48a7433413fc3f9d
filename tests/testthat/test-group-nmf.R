# group_nmf(): what the model promises, and what it refuses.

# Tasks with a pattern of their own each, and the parts they were made of.
planted_tasks <- function(sizes = c(30, 40, 35), m = 12, r = 2, seed = 3) {
  set.seed(seed)
  w <- matrix(stats::rexp(m * r) * (stats::runif(m * r) < 0.5), m)
  b <- lapply(sizes, function(n) matrix(stats::rexp(m) * (stats::runif(m) < 0.5), m))
  h <- lapply(sizes, function(n) matrix(stats::rexp(r * n), r))
  x <- Map(function(h, b) w %*% h + b %*% matrix(stats::rexp(ncol(h)), 1), h, b)
  x <- lapply(x, function(one) `dimnames<-`(one, list(paste0("f", seq_len(m)), NULL)))
  list(x = stats::setNames(x, c("a", "b", "c")[seq_along(sizes)]), w = w, h = h, b = b)
}

test_that("without private columns a group fit is nmf()'s of the same blocks to the last bit", {
  x <- block_counts(12, 90)
  tasks <- list(a = x[, 1:20], b = x[, 21:55], c = x[, 56:90])
  start <- drawn_start(x, 3)
  source <- reading(x, c(20, 35, 35))
  plain <- nmf(source, 3, init = start, solver = "hals", max_iter = 25, tol = 0)
  group <- group_nmf(tasks, 3, 0, init = start, max_iter = 25, tol = 0)
  expect_identical(basis(group), basis(plain))
  expect_identical(coef(group), coef(plain))
  expect_equal(group$trace, plain$trace, tolerance = 1e-12)
  expect_equal(group$data[c("null_deviance", "n_observed", "x_norm2")],
               plain$data[c("null_deviance", "n_observed", "x_norm2")])
  # From the same drawn start too.
  set.seed(5)
  plain <- nmf(source, 3, solver = "hals", max_iter = 9, tol = 0)
  set.seed(5)
  group <- group_nmf(tasks, 3, 0, n_start = 1, max_iter = 9, tol = 0)
  expect_identical(basis(group), basis(plain))
})

test_that("the shared basis is found beside private patterns, and a pooled fit's is not", {
  planted <- planted_tasks()
  set.seed(1)
  fit <- group_nmf(planted$x, 2, 1, max_iter = 500, tol = 0)
  expect_lt(objective(fit), 1e-4 * fit$data$x_norm2)
  found <- match_components(basis(fit), planted$w)$cosine
  expect_gt(min(found), 0.98)
  pooled <- nmf(do.call(cbind, planted$x), 2)
  expect_lt(min(match_components(basis(pooled), planted$w)$cosine), min(found))
})

test_that("a task of weight 2 counts like the same task twice", {
  problem <- group_problem(private = c(1, 1, 1))
  fit <- function(x, weights, b, s) {
    h <- do.call(cbind, lapply(s, function(one) one[1:3, ]))
    set.seed(2)
    group_nmf(x, 3, 0, task_weights = weights, init = list(w = problem$w, h = h), max_iter = 20,
              tol = 0)
  }
  once <- fit(problem$x, c(1, 2, 1), problem$b, problem$s)
  twice <- fit(problem$x[c(1, 2, 2, 3)], rep(1, 4), problem$b[c(1, 2, 2, 3)],
               problem$s[c(1, 2, 2, 3)])
  expect_equal(basis(once), basis(twice), tolerance = 1e-9)
  expect_equal(objective(once), objective(twice))
})

test_that("a list, a batch in any order and what split_tasks() made give the same fit", {
  planted <- planted_tasks()
  set.seed(4)
  listed <- group_nmf(planted$x, 2, c(1, 0, 1), max_iter = 12, tol = 0)
  whole <- do.call(cbind, planted$x)
  batch <- rep(c("a", "b", "c"), c(30, 40, 35))
  # Tasks take turns, and within one the samples keep their order, so that the draws are the same.
  turn <- order(unlist(lapply(c(30, 40, 35), seq_len)))
  set.seed(4)
  mixed <- group_nmf(whole[, turn], 2, c(1, 0, 1), batch = batch[turn], max_iter = 12, tol = 0)
  expect_identical(basis(mixed), basis(listed))
  expect_identical(unname(coef(mixed)), unname(coef(listed)[, turn]))
  expect_identical(as.character(mixed$tasks), batch[turn])
  expect_identical(mixed$private, listed$private)
  turned <- as.data.frame(t(whole))
  set.seed(4)
  rows <- group_nmf(turned, 2, c(1, 0, 1), batch = batch, samples = "rows", max_iter = 12, tol = 0)
  expect_equal(unname(basis(rows)), unname(basis(listed)), tolerance = 1e-12)
  set.seed(6)
  split <- split_tasks(whole, n_tasks = 3, task_size = 10)
  set.seed(7)
  fit <- group_nmf(split, 2, 1, max_iter = 5, tol = 0)
  expect_identical(levels(fit$tasks), paste0("task_", 1:3))
  expect_identical(ncol(coef(fit)), 30L)
})

test_that("sparse tasks give the fit of dense ones, also where some are sparse and some are not", {
  planted <- planted_tasks()
  start <- drawn_start(do.call(cbind, planted$x), 2)
  fit <- function(x) {
    set.seed(1)
    group_nmf(x, 2, 1, init = list(w = start$w, h = start$h), max_iter = 20, tol = 0)
  }
  dense <- fit(planted$x)
  sparse <- fit(lapply(planted$x, sparse_copy))
  mixed <- fit(replace(planted$x, 2, list(sparse_copy(planted$x[[2]]))))
  expect_equal(basis(sparse), basis(dense), tolerance = 1e-8)
  expect_identical(basis(mixed), basis(sparse))
})

test_that("a task of zeros is legal, and has nothing of its own", {
  planted <- planted_tasks()
  x <- replace(planted$x, 2, list(0 * planted$x$b))
  set.seed(1)
  fit <- group_nmf(x, 2, 1, max_iter = 20, tol = 0)
  expect_true(all(is.finite(basis(fit))))
  expect_true(all(coef(fit)[, fit$tasks == "b"] == 0))
  expect_identical(fit$task_losses[["b"]], 0)
})

test_that("bad tasks, private ranks and weights are refused by name", {
  x <- planted_tasks()$x
  refuse <- function(argument, tasks, private = 1, ...) {
    expect_bad(group_nmf(tasks, 2, private, ...), argument)
  }
  refuse("tasks$b", replace(x, 2, list(x$b[-1, ])))
  renamed <- x$c
  rownames(renamed)[3] <- "other"
  refuse("tasks$c", replace(x, 3, list(renamed)))
  expect_error(group_nmf(replace(x, 3, list(renamed)), 2, 1), "\"other\"")
  refuse("tasks[[2]]", unname(replace(x, 2, list(-x$b))))
  refuse("tasks", x[1])
  refuse("tasks", x$a)
  refuse("tasks", stats::setNames(x, c("a", "a", "c")))
  refuse("batch", x$a, batch = rep("one", 30))
  refuse("batch", x$a, batch = rep(1:2, 10))
  refuse("batch", x$a, batch = c(NA, rep(1:2, c(10, 19))))
  refuse("batch", x, batch = 1)
  refuse("private", x, -1)
  refuse("private", x, 13)
  refuse("private", x, c(1, 2))
  refuse("private", replace(x, 1, list(x$a[, 1:2])), c(3, 1, 1))
  refuse("task_weights", x, task_weights = c(1, -1, 1))
  refuse("task_weights", x, task_weights = c(0, 0, 0))
  refuse("task_weights", x, task_weights = 1:2)
  refuse("task_weights", x, task_weights = c(a = 1, b = 1, d = 1))
  said <- function(expected, code) expect_error(code, expected, fixed = TRUE)
  said("3 weights, all of them 0", group_nmf(x, 2, 1, task_weights = c(0, 0, 0)))
  said("3 weights, among them -1", group_nmf(x, 2, 1, task_weights = c(1, -1, 1)))
  said("Given: 2 weights.", group_nmf(x, 2, 1, task_weights = 1:2))
  said("samples = \"rows\"", group_nmf(list(unname(x$a), unname(x$a[-1, ])), 2, 1))
  said("fewer private columns.", group_nmf(x, 2, 13))
  said("or more samples.", group_nmf(replace(x, 1, list(x$a[, 1:2])), 2, 3))
  # Verbs without `missing` do not advise it.
  gaps <- replace(x, 2, list(replace(x$b, 3, NA)))
  said("With missing = \"mask\"", group_nmf(gaps, 2, 1))
  said("use group_nmf(missing = \"mask\")", inmf(gaps, 2, 1))
  said("use group_nmf(missing = \"mask\")", choose_private(gaps, 2))
  # Features in another order are put in order.
  set.seed(1)
  one <- group_nmf(x, 2, 1, max_iter = 5, tol = 0)
  set.seed(1)
  expect_identical(basis(group_nmf(replace(x, 2, list(x$b[12:1, ])), 2, 1, max_iter = 5, tol = 0)),
                   basis(one))
})
