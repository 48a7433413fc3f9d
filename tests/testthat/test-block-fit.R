# Fits of data in blocks against those of the same data in memory.

# A drawn start, and a short fit from it that runs all iterations.
short_fit <- function(x, start, ...) {
  nmf(x, ncol(start$w), init = start, control = nmf_control(12, tol = 0, block = 16), ...)
}

test_that("a fit of blocks cut where nmf() cuts a matrix is nmf()'s to the last bit", {
  dense <- block_counts()
  sparse <- sparse_copy(dense)
  start <- drawn_start(dense, 2)
  for (x in list(dense, sparse)) {
    starts <- chunk_starts(x, 2)
    expect_gt(length(starts), 2)
    source <- reading(x, diff(c(starts, ncol(x) + 1)))
    for (case in list(c("frobenius", "mu"), c("frobenius", "hals"), c("frobenius", "bpp"),
                      c("kl", "mu"))) {
      here <- short_fit(x, start, loss = case[1], solver = case[2])
      read <- short_fit(source, start, loss = case[1], solver = case[2])
      expect_identical(read$w, here$w)
      expect_identical(read$h, here$h)
      expect_equal(read$trace, here$trace, tolerance = 1e-13)
      expect_equal(read$data[c("null_deviance", "saturated", "n_observed")],
                   here$data[c("null_deviance", "saturated", "n_observed")], tolerance = 1e-12)
    }
  }
})

test_that("other cuts give nmf()'s own fit to 1e-10 after 25 iterations", {
  dense <- block_counts()
  start <- drawn_start(dense, 4)
  for (x in list(dense, sparse_copy(dense))) {
    for (case in list(c("frobenius", "mu"), c("frobenius", "hals"), c("frobenius", "bpp"),
                      c("kl", "mu"))) {
      fit <- function(x) {
        nmf(x, 4, init = start, loss = case[1], solver = case[2], max_iter = 25, tol = 0)
      }
      here <- fit(x)
      read <- fit(block_source(x, 37))
      expect_equal(basis(read), basis(here), tolerance = 1e-10)
      expect_equal(coef(read), coef(here), tolerance = 1e-10)
      expect_equal(read$kkt, here$kkt, tolerance = 1e-8)
    }
  }
})

test_that("neither what holds the blocks nor how many are worked on at a time matters", {
  x <- block_counts()
  start <- drawn_start(x, 3)
  short <- function(...) nmf_control(40, tol = 0, ...)
  fit <- function(source, control = short()) {
    nmf(source, 3, init = start, loss = "kl", control = control)
  }
  here <- fit(block_source(x, 40))
  expect_same_fit(fit(blocks_of(x, 40)), here)
  expect_same_fit(fit(reading(x, 40)), here)
  expect_same_fit(fit(blocks_of(x, 40), short(threads = 3)),
                  fit(blocks_of(x, 40), short(backend = "native")))
  expect_false(identical(fit(block_source(x, 40))$w, fit(block_source(x, 70))$w))
})

test_that("starts by name, known parts, constraints and penalties do on blocks what they do on x", {
  x <- block_counts()
  source <- blocks_of(x, 64)
  graph <- knn_graph(x, 3)
  same <- function(...) {
    set.seed(3)
    here <- suppressWarnings(nmf(x, 3, ..., max_iter = 15, tol = 0))
    set.seed(3)
    read <- suppressWarnings(nmf(source, 3, ..., max_iter = 15, tol = 0))
    expect_equal(basis(read), basis(here), tolerance = 1e-8)
    expect_equal(coef(read), coef(here), tolerance = 1e-8)
    expect_equal(objective(read), objective(here), tolerance = 1e-10)
  }
  same()
  same(n_start = 2)
  same(solver = "bpp")
  for (init in c("nndsvd", "nndsvda", "nndsvdar")) same(init = init)
  same(init = list(w = init_random(x, 3)$w))
  same(known = list(w = x[, 1, drop = FALSE]))
  same(constraint = constraint_simplex())
  same(constraint = constraint_upper(w = 3, h = 3))
  same(penalty = list(penalty_sparse(0.01, "both"), penalty_ridge(0.01, "both")))
  same(penalty = penalty_orthogonal(0.1, "w"))
  same(penalty = penalty_graph(graph, 0.5))
  same(penalty = penalty_smooth(0.1))
  same(penalty = penalty_graph(graph, 0.5), loss = "kl")
  same(loss = beta_loss(0.5))
  same(loss = "kl", control = nmf_control(scale = "sum"))
})

test_that("Itakura-Saito takes positive blocks, and says how many zeros others have", {
  x <- block_counts()
  start <- drawn_start(x, 3)
  here <- nmf(x + 1, 3, init = start, loss = "is", max_iter = 10, tol = 0)
  read <- nmf(blocks_of(x + 1, 64), 3, init = start, loss = "is", max_iter = 10, tol = 0)
  expect_equal(coef(read), coef(here), tolerance = 1e-10)
  expect_error(nmf(blocks_of(x, 64), 3, loss = "is"), paste(sum(x == 0), "zeros"),
               class = "metanmf_error")
  tiny <- replace(x, 1, 1e-250)
  expect_bad(nmf(blocks_of(tiny, 64), 3, loss = beta_loss(0.5)), "x")
})

test_that("missing entries are left out block by block, and what was not observed is NA", {
  x <- block_counts()
  start <- drawn_start(x, 3)
  holes <- replace(x, sample(length(x), 200), NA)
  holes[, 60:130] <- NA
  holes["g5", ] <- NA
  kept <- list(w = start$w, h = start$h)
  for (loss in c("frobenius", "kl")) {
    fit <- function(x, ...) {
      suppressMessages(nmf(x, 3, init = kept, loss = loss, missing = "mask", max_iter = 20,
                           tol = 0))
    }
    here <- fit(holes)
    read <- fit(blocks_of(holes, 50))
    expect_true(anyNA(basis(here)))
    expect_equal(basis(read), basis(here), tolerance = 1e-10)
    expect_equal(coef(read), coef(here), tolerance = 1e-10)
    expect_equal(nobs(read), nobs(here))
    sparse <- fit(block_source(sparse_copy(holes), 50))
    expect_equal(coef(sparse), coef(here), tolerance = 1e-8)
  }
})

test_that("weights of samples and features do to blocks what they do to the matrix", {
  x <- block_counts()
  start <- drawn_start(x, 3)
  set.seed(4)
  samples <- replace(stats::runif(300, 0.5, 2), c(3, 120:160), 0)
  features <- replace(stats::runif(12, 0.5, 2), 5, 0)
  holes <- replace(x, sample(length(x), 200), NA)
  same <- function(x, weights, ..., tolerance = 1e-10) {
    fit <- function(x) {
      suppressMessages(nmf(x, 3, init = start, weights = weights, max_iter = 15, tol = 0, ...))
    }
    here <- fit(x)
    read <- fit(blocks_of(x, 64))
    for (field in c("w", "h", "trace")) {
      expect_equal(read[[field]], here[[field]], tolerance = tolerance, label = field)
    }
    expect_equal(read$data[c("deviance", "null_deviance", "x_norm2", "weighted")],
                 here$data[c("deviance", "null_deviance", "x_norm2", "weighted")],
                 tolerance = tolerance)
    expect_false(isTRUE(all.equal(basis(here), basis(nmf(x, 3, init = start, missing = "mask",
                                                         max_iter = 15, tol = 0)))))
  }
  for (weights in list(samples, features, list(samples = samples, features = features))) {
    same(x, weights)
    same(x, weights, loss = "kl")
    same(sparse_copy(x), weights)
    same(holes, weights, missing = "mask")
  }
  same(x, samples, loss = beta_loss(1.5))
  same(x, features, constraint = constraint_upper(w = 9, h = 9), solver = "bpp")
  # Names decide, whatever the order.
  expect_equal(basis(nmf(blocks_of(x, 64), 3, init = start, max_iter = 5, tol = 0,
                         weights = stats::setNames(samples, colnames(x))[300:1])),
               basis(nmf(x, 3, init = start, weights = samples, max_iter = 5, tol = 0)))
  fit <- nmf(x[, 1:100], 3, max_iter = 20, tol = 0)
  for (weights in list(features, list(samples = samples[101:300]))) {
    new <- x[, 101:300]
    expect_equal(suppressMessages(predict(fit, blocks_of(new[12:1, ], 64), weights = weights)),
                 suppressMessages(predict(fit, new, weights = weights)), tolerance = 1e-8)
  }
  expect_equal(coef(adapt(fit, blocks_of(new, 64), 5, weights = features + 1)),
               coef(adapt(fit, new, 5, weights = features + 1)), tolerance = 1e-10)
  expect_bad(nmf(blocks_of(x, 64), 3, weights = samples, penalty = penalty_sparse(0.1)), "weights")
  expect_bad(nmf(blocks_of(x, 64), 3, weights = samples[-1]), "weights")
})

test_that("data near the ends of the double range are brought near 1 block by block", {
  x <- block_counts()
  start <- drawn_start(x, 3)
  for (by in c(2^500, 2^-500)) {
    fit <- function(x) nmf(x * by, 3, init = start, max_iter = 5, tol = 0)
    read <- nmf(reading(x * by, 64), 3, init = start, max_iter = 5, tol = 0)
    expect_equal(coef(read), coef(fit(x)), tolerance = 1e-12)
  }
})

test_that("a fit goes on from another one in blocks, and stops by the rules of one in memory", {
  x <- block_counts(n = 80)
  source <- blocks_of(x, 40)
  start <- drawn_start(x, 3)
  first <- nmf(source, 3, init = start, max_iter = 20, tol = 0)
  further <- nmf(source, 3, init = first, max_iter = 10, tol = 0)
  expect_equal(further$trace, nmf(source, 3, init = start, max_iter = 30, tol = 0)$trace[21:30],
               tolerance = 1e-10)
  for (control in list(nmf_control(), nmf_control(tol = 1e-4), nmf_control(tol = 0, kkt = 1e-3),
                       nmf_control(tol = 0, step_tol = 1e-2))) {
    for (solver in c("mu", "hals")) {
      fit <- function(x) {
        suppressWarnings(nmf(x, 3, init = start, solver = solver, control = control))
      }
      expect_identical(fit(source)$iterations, fit(x)$iterations)
    }
  }
  expect_identical(select_components(nmf(source, 3, init = start), 2:1)$rank, 2L)
  expect_equal(dim(nmf(source, 2, init = first, max_iter = 5, tol = 0)), c(12L, 80L, 2L))
})

test_that("what is not offered for blocks is refused before any of them is read", {
  x <- block_counts()
  source <- reading(x, 100, function(part, i) stop("read"))
  refuse <- function(argument, ...) expect_bad(nmf(source, 3, ...), argument)
  refuse("graph", penalty = penalty_graph(knn_graph, on = "w"))
  refuse("lambda", penalty = penalty_graph(knn_graph(t(x), 2), on = "w"))
  refuse("loss", loss = nb_loss())
  refuse("solver", solver = "ccd", loss = "kl")
  refuse("revive_dead", control = nmf_control(revive_dead = TRUE))
  refuse("init", init = nmf(x, 2, max_iter = 2, tol = 0))
  refuse("init", init = "kmeans")
  refuse("missing", missing = "unstored")
  refuse("weights", weights = matrix(1, 12, 300))
  refuse("samples", samples = "rows")
  expect_bad(init_random(source, 2), "x")
  expect_bad(rbf_graph(source), "x")
  expect_bad(nmf(reading(rbind(x, matrix(1, 5000, 300)), 100), 3, init = "nndsvd"), "init")
})

test_that("new samples in blocks have the coefficients that they have as a matrix", {
  x <- block_counts()
  for (loss in c("frobenius", "kl")) {
    fit <- nmf(x[, 1:100], 3, loss = loss, max_iter = 30, tol = 0)
    new <- x[, 101:300]
    expect_identical(predict(fit, blocks_of(new, 64)), predict(fit, new))
    expect_identical(predict(fit, blocks_of(new[12:1, ], 64), type = "class"),
                     predict(fit, new, type = "class"))
    holes <- replace(new, sample(length(new), 100), NA)
    expect_equal(predict(fit, blocks_of(holes, 64), missing = "mask"),
                 predict(fit, holes, missing = "mask"), tolerance = 1e-10)
  }
  expect_bad(predict(fit, blocks_of(new, 64), type = "response"), "type")
  expect_bad(predict(fit, blocks_of(new[-1, ], 64)), "newdata")
  expect_bad(predict(fit, blocks_of(unname(new)[-1, ], 64)), "newdata")
  expect_bad(predict(fit, blocks_of(new, 64), features = "match"), "features")
  rownames(new)[1] <- "other"
  expect_bad(predict(fit, blocks_of(new, 64)), "newdata")
})
