# The two halves of an iteration, for X in parts: a pass over a block, and a W step from sums.

# list(x, w, h, model, control) for a fit of x from a drawn start.
halves_of <- function(x, rank, loss = "frobenius", solver = "mu", penalties = list()) {
  start <- drawn_start(replace(as.matrix(x), is.na(as.matrix(x)), 1), rank)
  model <- engine_model(rank, loss, solver, engine_penalty(penalties, x), penalties,
                        features = nrow(x))
  list(x = x, w = start$w, h = start$h, model = model,
       control = engine_control(nmf_control(5, tol = 0, scale = "none", block = 16), loss))
}

# One iteration over the blocks from the columns `starts`.
iterate <- function(d, starts, known = list(h_norm = NULL, fixed = NULL), masked = FALSE) {
  sums <- engine_sums(nrow(d$x), nrow(d$h), d$model$loss)
  ends <- c(starts[-1] - 1, ncol(d$x))
  for (b in seq_along(starts)) {
    columns <- starts[[b]]:ends[[b]]
    out <- native_sweep(engine_data(d$x[, columns, drop = FALSE], masked = masked), d$w,
                        d$h[, columns, drop = FALSE], d$model, d$control, sums, known)
    d$h[, columns] <- out$h
    sums <- out$sums
  }
  d$w <- native_basis_step(d$w, sums, d$model, d$control)
  c(d, list(sums = sums))[c("x", "w", "h", "model", "control", "sums")]
}

test_that("a pass moves H by the equation, and its sums are those of the new H", {
  set.seed(1)
  d <- halves_of(drawn_data(7, 50, 3), 3)
  out <- iterate(d, c(1, 20, 33))
  h <- d$h * over(t(d$w) %*% d$x, t(d$w) %*% d$w %*% d$h)
  expect_equal(out$h, h, tolerance = 1e-12)
  expect_equal(out$sums$xht, d$x %*% t(h), tolerance = 1e-12)
  expect_equal(out$sums$hht, h %*% t(h), tolerance = 1e-12)
  expect_equal(out$sums$h_sum, rowSums(h), tolerance = 1e-12)
  expect_identical(out$sums$columns, 50)
  expect_equal(out$w, d$w * over(d$x %*% t(h), d$w %*% h %*% t(h)), tolerance = 1e-12)
})

test_that("a fit run from R over the chunks of a fit in memory is that fit to the bit", {
  set.seed(2)
  dense <- drawn_data(9, 300, 2) + 0.01
  sparse <- as_columns(sparse_copy(dense * (stats::runif(length(dense)) < 0.8)), "x")
  for (x in list(dense, sparse)) {
    starts <- chunk_starts(x, 2)
    expect_gt(length(starts), 2)
    for (case in list(c("frobenius", "mu"), c("frobenius", "hals"), c("kl", "mu"))) {
      d <- halves_of(x, 2, case[1], case[2])
      control <- nmf_control(5, tol = 0, scale = "none", block = 16)
      fit <- nmf(x, 2, init = list(w = d$w, h = d$h), loss = case[1], solver = case[2],
                 control = control)
      for (i in 1:5) d <- iterate(d, starts)
      expect_identical(unname(d$w), unname(fit$w))
      expect_identical(unname(d$h), unname(fit$h))
    }
  }
})

test_that("any blocks give the fit in memory: losses, missing values, penalties on either side", {
  set.seed(3)
  x <- drawn_data(8, 60, 3) + 0.01
  holes <- replace(x, sample(length(x), 60), NA)
  penalties <- list(penalty_sparse(0.1, "both"), penalty_orthogonal(0.1, "w"))
  cases <- list(list(x, "is", "mu", list()), list(holes, "kl", "mu", list()),
                list(holes, "frobenius", "hals", list()), list(x, "frobenius", "bpp", list()),
                list(x, "frobenius", "mu", penalties),
                list(x, "frobenius", "mu", list(penalty_smooth(0.5, "w"))))
  for (case in cases) {
    d <- halves_of(case[[1]], 3, case[[2]], case[[3]], case[[4]])
    masked <- anyNA(d$x)
    whole <- native_fit(engine_data(d$x), d$w, d$h, d$model, d$control,
                        list(iteration = 0, value = NaN, budget = 1))
    out <- iterate(d, c(1, 9, 41), list(h_norm = sqrt(rowSums(d$h^2)), fixed = NULL), masked)
    expect_equal(out$w, whole$w, tolerance = 1e-11)
    expect_equal(out$h, whole$h, tolerance = 1e-11)
  }
})

test_that("a component can stay in one block and move in another", {
  set.seed(4)
  for (case in list(c("frobenius", "mu"), c("frobenius", "hals"), c("frobenius", "bpp"),
                    c("kl", "mu"))) {
    d <- halves_of(drawn_data(8, 40, 3) + 0.01, 3, case[1], case[2])
    d$h[3, 1:20] <- 0 # w_3 is private to the last 20 columns
    pass <- function(columns, fixed, model = d$model) {
      native_sweep(engine_data(d$x[, columns]), d$w, d$h[, columns], model, d$control,
                   engine_sums(8, 3, case[1]), list(h_norm = NULL, fixed = fixed))
    }
    first <- pass(1:20, c(0L, 0L, 1L))
    last <- pass(21:40, NULL)
    expect_identical(first$h[3, ], numeric(20))
    expect_true(all(first$h[1:2, ] != d$h[1:2, 1:20] | first$h[1:2, ] == 0))
    expect_false(any(last$h[3, ] == d$h[3, 21:40]))
    everywhere <- utils::modifyList(d$model, list(held_coef = c(0L, 0L, 1L)))
    expect_identical(first, pass(1:20, NULL, everywhere))
    # One basis for both: the W step needs no more than the two sums, added.
    sums <- Map(function(a, b) if (!is.null(a)) a + b, first$sums, last$sums)
    h <- cbind(first$h, last$h)
    expect_equal(sums$hht, h %*% t(h), tolerance = 1e-12)
    expect_identical(dim(native_basis_step(d$w, sums, d$model, d$control)), c(8L, 3L))
  }
})

test_that("what a block cannot know of the whole is asked for, or refused", {
  set.seed(5)
  x <- drawn_data(6, 12, 2)
  refused <- function(penalty, message, ...) {
    d <- halves_of(x, 2, penalties = list(penalty))
    expect_error(iterate(d, 1, ...), message)
  }
  refused(penalty_graph(as_graph(example_graphs(12)$path)), "needs all of H")
  refused(penalty_sparse(0.1, "w"), "needs `h_norm`")
  refused(penalty_sparse(0.1, "w"), "needs `h_norm`", list(h_norm = 1, fixed = NULL))
  d <- halves_of(x, 2)
  sums <- engine_sums(6, 2, "frobenius")
  expect_error(native_basis_step(d$w, replace(sums, "xht", list(1)), d$model, d$control), "xht")
  expect_error(iterate(d, 1, list(h_norm = NULL, fixed = 1L)), "held")
  graph <- halves_of(x, 2, penalties = list(penalty_graph(as_graph(example_graphs(12)$path))))
  expect_error(native_basis_step(d$w, sums, graph$model, d$control), "needs all of H")
})
