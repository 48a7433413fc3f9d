# Several starts of one model, and parts that are known.

quick <- nmf_control(8, tol = 0)

drawn <- function(seed) {
  set.seed(seed)
  drawn_data(9, 15, 3)
}

test_that("n_start keeps the fit with the lowest F and tells F of all", {
  x <- drawn(1)
  for (loss in c("frobenius", "kl")) {
    set.seed(2)
    best <- nmf(x, 3, loss = loss, n_start = 5, control = quick, order = "none")
    # The starts are drawn first, one after the other.
    set.seed(2)
    starts <- lapply(1:5, function(i) init_random(x, 3))
    fits <- lapply(starts, function(start) {
      start <- if (loss == "kl") start else match_mean(start, checked_data(x, "x", TRUE))
      nmf(x, 3, init = start, loss = loss, control = quick)
    })
    values <- vapply(fits, objective, 0)
    expect_identical(best$model$starts, values)
    expect_identical(objective(best), min(values))
    expect_identical(basis(best), basis(fits[[which.min(values)]]))
  }
  expect_length(nmf(x, 3, control = quick)$model$starts, 1)
})

test_that("the answer does not depend on the number of workers", {
  skip_if_not_installed("future")
  x <- drawn(3)
  run <- function() {
    set.seed(4)
    nmf(x, 3, n_start = 3, control = quick)[c("w", "h", "trace", "starts")]
  }
  alone <- run()
  state <- function() {
    set.seed(4)
    run()
    stats::runif(1)
  }
  expect_identical(with_two_workers(run()), alone)
  after <- with_two_workers(state())
  # Chosen in this session, so a worker does not know it by itself.
  choices <- options(metanmf.instructions = native_instructions()[[1L]])
  on.exit(options(choices))
  expect_identical(with_two_workers(run()), run())
  options(choices)
  expect_identical(state(), after)
})

test_that("several starts without chance, or fewer than one, are errors that say what would do", {
  x <- drawn(5)
  expect_bad(nmf(x, 2, init = "nndsvd", n_start = 2), "n_start")
  expect_bad(nmf(x, 2, init = init_random(x, 2), n_start = 2), "n_start")
  expect_bad(nmf(x, 2, n_start = 0), "n_start")
  expect_no_error(nmf(x, 2, init = "kmeans", n_start = 2, control = quick))
})

test_that("known columns of W and rows of H stay as they are, to the bit, and are not scaled", {
  x <- drawn(6)
  set.seed(7)
  w <- matrix(stats::runif(18, 1, 3), 9, dimnames = list(NULL, c("one", "two")))
  h <- matrix(stats::runif(15, 1, 3), 1, dimnames = list("last", NULL))
  cases <- list(c("mu", "frobenius"), c("hals", "frobenius"), c("bpp", "frobenius"),
                c("mu", "kl"), c("mu", "is"))
  for (case in cases) for (known in list(list(w = w), list(h = h), list(w = w, h = h))) {
    fit <- nmf(x, 4, loss = case[2], solver = case[1], known = known, control = quick)
    if (!is.null(known$w)) {
      expect_identical(basis(fit)[, 1:2], w)
      expect_identical(fit$scaling$divisor[1:2], c(1, 1))
    }
    if (!is.null(known$h)) expect_identical(unname(coef(fit)[4, ]), as.vector(h))
    if (!is.null(known$h)) expect_identical(rownames(coef(fit))[4], "last")
    expect_lt(max(diff(fit$trace)), 1e-12 * fit$trace[[1]])
    # The other components are scaled as ever.
    free <- setdiff(1:4, c(if (!is.null(known$w)) 1:2, if (!is.null(known$h)) 4))
    largest <- apply(basis(fit)[, free, drop = FALSE], 2, max)
    expect_true(all(abs(largest - 1) < 1e-12 | largest == 0))
  }
})

test_that("with every column of W known the fit is predict()'s", {
  x <- drawn(8)
  set.seed(9)
  w <- matrix(stats::runif(27), 9)
  for (solver in c("hals", "bpp")) {
    fit <- nmf(x, 3, solver = solver, known = list(w = w), control = nmf_control(500, tol = 0))
    expect_lt(nnls_gap(w, x, unname(coef(fit))), 1e-9)
    expect_equal(unname(coef(fit)), unname(predict(fit, x)), tolerance = 1e-7)
  }
})

test_that("an iteration moves what is not known by the equations, given what is", {
  x <- drawn(13)
  start <- drawn_start(x, 3)
  known <- list(w = start$w[, 1, drop = FALSE])
  run <- function(solver, loss = "frobenius") {
    fit <- nmf(x, 3, init = start, loss = loss, solver = solver, known = known,
               control = nmf_control(1, tol = 0, scale = "none"))
    list(w = unname(fit$w), h = unname(fit$h))
  }
  # The ratios of one entry do not depend on the step of another.
  for (loss in c("frobenius", "kl", "is")) {
    right <- plain_iteration(x, start$w, start$h, list(), loss, "mu")
    right$w[, 1] <- start$w[, 1]
    expect_lt(relative_gap(run("mu", loss), right), 1e-12)
  }
  # The others fit what the known column leaves of X, with the H just found.
  for (solver in c("hals", "bpp")) {
    h <- plain_iteration(x, start$w, start$h, list(), solver = solver)$h
    rest <- t(x - start$w[, 1] %o% h[1, ])
    right <- if (solver == "bpp") pivot_side(rest, t(start$w[, -1]), h[-1, ], list(), list())
             else descend_side(rest, t(start$w[, -1]), h[-1, ], list(), list(), 4)
    now <- run(solver)
    expect_equal(now$h, h, tolerance = 1e-12)
    expect_equal(now$w, cbind(start$w[, 1], t(right)), tolerance = 1e-12)
  }
})

test_that("known rows of H leave the other rows what they leave of X", {
  skip_if_not_installed("nnls")
  x <- drawn(14)
  set.seed(15)
  w <- matrix(stats::rexp(27), 9)
  h <- matrix(stats::runif(15), 1)
  # With W and the last row of H known, the rest is the least squares of X - w_3 h_3.
  rest <- x - w[, 3] %o% h[1, ]
  right <- apply(rest, 2, function(y) nnls::nnls(w[, 1:2], y)$x)
  fit <- nmf(x, 3, init = list(w = w, h = rbind(matrix(1, 2, 15), h)), solver = "bpp",
             known = list(h = h), control = nmf_control(1, tol = 0, scale = "none"))
  expect_equal(unname(coef(fit)), rbind(right, h), tolerance = 1e-10)
})

test_that("known parts that do not fit are errors that say what would do", {
  set.seed(10)
  x <- drawn(11)
  rownames(x) <- letters[1:9]
  w <- matrix(1, 9, 2)
  expect_bad(nmf(x, 2, known = w), "known")
  expect_bad(nmf(x, 2, known = list(W = w)), "known")
  expect_bad(nmf(x, 2, known = list(w = w[1:3, ])), "known$w")
  expect_bad(nmf(x, 2, known = list(h = w)), "known$h")
  expect_bad(nmf(x, 1, known = list(w = w)), "known")
  expect_bad(nmf(x, 2, known = list(w = -w)), "known$w")
  tiny <- w * 1e-200
  expect_bad(nmf(x, 2, known = list(w = tiny)), "known$w")
  expect_bad(nmf(x, 2, known = list(w = `rownames<-`(w, letters[2:10]))), "known$w")
})

test_that("a fit goes on from a fit as if it had not stopped", {
  x <- drawn(12)
  start <- drawn_start(x, 3)
  unscaled <- function(count) nmf_control(count, tol = 0, scale = "none")
  for (solver in c("mu", "hals", "bpp")) {
    whole <- nmf(x, 3, init = start, solver = solver, control = unscaled(12))
    half <- nmf(x, 3, init = start, solver = solver, control = unscaled(5))
    rest <- nmf(x, 3, init = half, solver = solver, control = unscaled(7))
    expect_identical(rest[c("w", "h")], whole[c("w", "h")])
  }
})

test_that("a fit that goes on from a fit never starts above its objective, however it was scaled", {
  set.seed(30)
  x <- drawn_data(12, 18, 3)
  exact <- lapply(c("w", "h"), function(on) list(penalty_orthogonal(on = on, exact = TRUE)))
  cases <- c(offered_cases(c(list(NULL), penalty_variety(12, 18, 0.3)), share_of_cases(1 / 4)),
             lapply(exact, function(one) list(penalties = one, solver = "hals", loss = "frobenius",
                                              label = "exact")))
  scales <- rep(c("max", "l2", "none"), length.out = length(cases))
  weights <- list(NULL, matrix(runif(216), 12), list(samples = 1:18))
  start <- drawn_start(x, 3)
  for (i in seq_along(cases)) {
    one <- cases[[i]]
    go_on <- function(init, count) {
      nmf(x, 3, init = init, penalty = one$penalties, loss = one$loss, solver = one$solver,
          weights = weights[[1 + i %% 3]],
          control = nmf_control(count, tol = 0, scale = scales[[i]]))
    }
    whole <- go_on(start, 25)$trace
    rest <- go_on(go_on(start, 20), 5)$trace
    expect_lte(rest[[1L]], whole[[20L]] * (1 + 1e-10), label = one$label)
    expect_equal(rest, whole[21:25], tolerance = 1e-7, label = one$label)
  }
})

test_that("going on from a meta-learned or adapted fit starts no higher", {
  set.seed(31)
  split <- split_tasks(drawn_data(8, 60, 2), 2, 6)
  raw <- list(penalty_ridge(0.3))
  starts_below <- function(fit, x, penalties) {
    next_fit <- nmf(x, ncol(fit$w), init = fit, penalty = penalties, loss = fit$loss,
                    solver = fit$model$solver, control = nmf_control(1, tol = 0))
    expect_lte(objective(next_fit), objective(fit) * (1 + 1e-10))
  }
  learned <- meta_nmf(split, 2, penalty = raw, control = meta_control(epochs = 2))
  starts_below(learned, split$target, raw)
  # adapt() keeps the weight of the penalty, which is a share of the data to nmf()
  adapted <- adapt(learned, split$evaluation)
  same <- list(penalty_ridge(adapted$model$lambda / sqrt(sum(split$evaluation^2))))
  starts_below(adapted, split$evaluation, same)
})

test_that("a start from which every component is dead is refused, and one that lives is taken", {
  set.seed(32)
  x <- rbind(matrix(runif(30), 5), 0)
  w <- matrix(runif(12), 6)
  h <- matrix(runif(12), 2)
  beside <- cbind(c(0, 0, 0, 0, 0, 1), 0)
  dead <- list(mu = list(list(w = 0 * w, h = h), list(w = w, h = 0 * h), list(w = beside, h = h),
                         list(w = w * c(1, 0)[col(w)], h = h * c(0, 1)[row(h)])),
               bpp = list(list(w = 0 * w, h = h), list(w = beside, h = h)),
               hals = list(list(w = 0 * w, h = 0 * h), list(w = beside, h = 0 * h)))
  for (solver in names(dead)) for (start in dead[[solver]]) for (data in list(x, sparse_copy(x))) {
    expect_bad(nmf(data, 2, init = start, solver = solver), "init")
  }
  expect_bad(nmf(x, 2, init = list(w = beside), solver = "mu"), "init")
  expect_bad(nmf(x, 2, init = list(w = 0 * w, h = h), loss = "kl"), "init")
  lives <- list(mu = list(w = cbind(w[, 1], 0), h = h), bpp = list(w = w, h = 0 * h),
                hals = list(w = 0 * w, h = h), hals = list(w = w, h = 0 * h))
  for (i in seq_along(lives)) {
    fit <- nmf(x, 2, init = lives[[i]], solver = names(lives)[[i]],
               control = nmf_control(5, tol = 0))
    expect_lt(objective(fit), sum(x^2))
  }
  # known parts count, and data of zeros have no other fit
  expect_s3_class(nmf(x, 2, init = list(w = 0 * w, h = h), solver = "mu",
                      known = list(w = w[, 1, drop = FALSE])), "nmf_fit")
  expect_identical(nmf(0 * x, 2, init = list(w = w, h = 0 * h))$dead, 1:2)
})

test_that("more components than features or samples take the same steps, and F never rises", {
  set.seed(50)
  for (shape in list(c(4, 9), c(9, 4))) {
    x <- drawn_data(shape[1], shape[2], 2)
    start <- drawn_start(x, 12)
    expect_lt(relative_gap(one_iteration(x, start$w, start$h), mu_step(x, start$w, start$h)), 1e-10)
    expect_lt(relative_gap(one_iteration(x, start$w, start$h, "kl"), kl_step(x, start$w, start$h)),
              1e-10)
    for (data in list(x, sparse_copy(x))) {
      for (solver in c("mu", "hals", "bpp")) {
        fit <- nmf(data, 12, init = start, solver = solver, penalty = penalty_sparse(0.01),
                   control = nmf_control(40, tol = 0))
        expect_false(anyNA(c(basis(fit), coef(fit))))
        expect_lt(max(diff(fit$trace)), 1e-12 * sum(x^2))
        # No coefficients of that basis are better than those of predict().
        gradient <- crossprod(basis(fit), basis(fit) %*% predict(fit, x) - x)
        gradient <- gradient + fit$model$cost[, "linear"] / 2
        expect_gt(min(gradient), -1e-8 * sum(x^2))
      }
    }
  }
})

test_that("a start that has fewer components than asked for says which init has more", {
  x <- drawn(51)
  expect_identical(nmf(x, 20, control = quick)$rank, 20L)
  expect_identical(gnmf(x, 20, control = quick)$rank, 20L)
  expect_identical(nmf(x, 12, init = "kmeans", control = quick)$rank, 12L)
  for (init in c("nndsvd", "nndsvda", "nndsvdar")) {
    expect_bad(nmf(x, 10, init = init), "rank")
    expect_error(nmf(x, 10, init = init), "init = \"random\"", fixed = TRUE)
  }
  expect_bad(nmf(x, 16, init = "kmeans"), "rank")
  # Of the 15 samples one has no data.
  x[, 1] <- NA
  message <- expect_error(nmf(x, 15, init = "kmeans", missing = "mask"), class = "metanmf_error")
  expect_match(conditionMessage(message), "at most 14 .*samples with data")
})
