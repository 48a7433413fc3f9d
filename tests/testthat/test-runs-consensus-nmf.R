# consensus_nmf(): a fit from the components of many runs.

quick <- nmf_control(60, tol = 1e-4)

planted <- function(n = 40) {
  set.seed(1)
  w <- matrix(rgamma(25 * 3, 0.3), 25, dimnames = list(paste0("f", 1:25), NULL))
  h <- matrix(rgamma(3 * n, 0.3), 3, dimnames = list(NULL, paste0("s", seq_len(n))))
  list(w = w, x = w %*% h * exp(rnorm(25 * n, sd = 0.1)))
}

run <- function(x, rank = 3, ..., n_start = 6) {
  set.seed(2)
  consensus_nmf(x, rank, n_start = n_start, control = quick, ...)
}

test_that("it is a fit whose coefficients are exact for its basis, and all verbs take it", {
  skip_if_not_installed("clue")
  data <- planted()
  fit <- run(data$x)
  expect_s3_class(fit, "nmf_fit")
  expect_identical(dimnames(fit), list(rownames(data$x), colnames(data$x), paste0("c", 1:3)))
  expect_lt(nnls_gap(unname(basis(fit)), unname(data$x), unname(coef(fit))), 1e-8)
  expect_equal(coef(fit), predict(fit, data$x), tolerance = 1e-6)
  expect_equal(deviance(fit), sum(residuals(fit, data$x)^2))
  expect_equal(apply(basis(fit), 2L, max), c(c1 = 1, c2 = 1, c3 = 1))
  expect_true(all(match_components(fit, data$w)$cosine > 0.95))
  expect_false(is.unsorted(-summary(fit)$share))
  expect_identical(runs(fit)$scores$objective, fit$model$starts)
  expect_output(print(fit), "consensus of 6 runs")
  expect_identical(fit[c(2, 1)]$model$consensus$components$component, c("c2", "c1"))
  expect_s3_class(update(fit, x = data$x, rank = 3, n_start = 3, control = quick), "nmf_fit")
})

test_that("the table of components is in the order of the fit's", {
  data <- planted()
  consensus <- run(data$x)$model$consensus
  expect_identical(consensus$components$component, paste0("c", 1:3))
  expect_identical(tabulate(consensus$members$cluster, 3), consensus$components$members)
  expect_identical(consensus$dropped, sum(!consensus$members$kept))
  expect_equal(c(tapply(consensus$members$silhouette, consensus$members$cluster, mean)),
               consensus$components$stability, ignore_attr = TRUE)
})

test_that("the answer is the same again, with samples in rows and for any number of workers", {
  skip_if_not_installed("future")
  skip_on_cran()
  data <- planted()
  parts <- function(fit) list(fit$w, fit$h, fit$model[c("starts", "runs", "consensus")])
  alone <- run(data$x, keep = "bases")
  expect_identical(parts(run(data$x, keep = "bases")), parts(alone))
  expect_length(runs(alone)$components$stability, 3)
  turned <- run(t(data$x), samples = "rows", keep = "bases")
  expect_identical(parts(turned), parts(alone))
  expect_identical(turned$data$samples, "rows")
  there <- with_two_workers(run(data$x, keep = "bases"))
  expect_identical(parts(there), parts(alone))
})

test_that("a folder goes on where it was stopped, with more runs too, and heals a lost basis", {
  data <- planted()
  folder <- tempfile()
  on.exit(unlink(folder, recursive = TRUE))
  first <- run(data$x, n_start = 4, folder = folder)
  stamp <- file.mtime(file.path(folder, "start-1.rows"))
  unlink(file.path(folder, c("start-3.rows", "start-2.basis")))
  writeBin(raw(9), file.path(folder, "start-4.basis"))
  set.seed(77)
  again <- consensus_nmf(data$x, 3, n_start = 4, control = quick, folder = folder)
  expect_identical(again[c("w", "h")], first[c("w", "h")])
  expect_identical(file.mtime(file.path(folder, "start-1.rows")), stamp)
  more <- consensus_nmf(data$x, 3, n_start = 6, control = quick, folder = folder)
  expect_identical(more[c("w", "h")], run(data$x)[c("w", "h")])
  expect_bad(consensus_nmf(data$x, 2, n_start = 4, control = quick, folder = folder), "folder")
  expect_bad(consensus_nmf(data$x * 2, 3, n_start = 4, control = quick, folder = folder), "folder")
})

test_that("a run that fails is a row with its message, and too many of them end it", {
  data <- planted()
  real <- planned_fit
  testthat::local_mocked_bindings(planned_fit = function(plan, run) {
    if (run == 2L) stop_named("This run went wrong.", "x")
    real(plan, run)
  })
  fit <- NULL
  expect_warning(fit <- run(data$x), "1 of 6 runs failed", class = "metanmf_failed_start")
  expect_identical(runs(fit)$scores$message[[2]], "This run went wrong.")
  expect_false(2L %in% fit$model$consensus$members$run)
  expect_error(run(data$x, n_start = 3), "went wrong", class = "metanmf_error")
  # An interrupt keeps what had finished.
  testthat::local_mocked_bindings(planned_fit = function(plan, run) {
    if (run == 5L) stop(structure(list(message = "", call = NULL),
                                  class = c("interrupt", "condition")))
    real(plan, run)
  })
  expect_message(fit <- run(data$x), "made of 4 finished runs of 6", class = "metanmf_message")
  expect_true(fit$model$consensus$stopped)
  expect_identical(nrow(runs(fit)$scores), 4L)
})

test_that("sparse counts, missing entries and resampled counts are taken", {
  set.seed(5)
  counts <- matrix(rpois(20 * 30, 3 * matrix(rgamma(60, 0.4), 20) %*% matrix(rgamma(90, 0.4), 3)),
                   20)
  for (x in list(counts, sparse_copy(counts))) {
    set.seed(6)
    fit <- consensus_nmf(x, 2, n_start = 4, loss = "kl", resample = "poisson", density = 2,
                         control = quick)
    expect_identical(fit$model$consensus$resample, "poisson")
    expect_false(anyDuplicated(fit$model$starts) > 0)
    expect_true(all(is.finite(coef(fit))))
  }
  expect_bad(consensus_nmf(counts + 0.5, 2, resample = "poisson"), "x")
  counts[c(3, 50)] <- NA
  counts[7, ] <- NA
  set.seed(7)
  fit <- suppressMessages(consensus_nmf(counts, 2, n_start = 4, missing = "mask", density = 2,
                                        resample = "poisson", control = quick))
  expect_identical(which(is.na(basis(fit)[, 1])), 7L)
})

test_that("poisson copies have the counts as their means, zeros and gaps where they were", {
  set.seed(8)
  x <- matrix(c(0, 4, NA, 100), 2)
  drawn <- replicate(2000, draw_counts(x))
  expect_equal(rowMeans(matrix(drawn, 4)), c(0, 4, NA, 100), tolerance = 0.03)
  expect_identical(draw_counts(sparse_copy(matrix(c(0, 3), 1)))@i, 0L)
})

test_that("rank 1 has a median and no stability", {
  fit <- run(planted()$x, 1)
  expect_identical(fit$model$consensus$components$stability, NA_real_)
  expect_identical(dim(basis(fit)), c(25L, 1L))
})

test_that("too few runs, starts without chance and what it makes itself are refused", {
  x <- planted()$x
  expect_bad(run(x, n_start = 2), "n_start")
  expect_bad(run(x, init = "nndsvd"), "init")
  expect_bad(run(x, known = list(w = 1)), "known")
  expect_bad(run(x, constraint = constraint_simplex()), "constraint")
  expect_bad(run(x, density = 1e-9), "density")
  expect_bad(run(x, density = -1), "density")
  expect_bad(run(x, folder = 3), "folder")
  expect_bad(run(x, n_starts = 3), "...")
  expect_bad(consensus_nmf(~ ., 2), "x")
  expect_bad(consensus_nmf(x), "rank")
  expect_error(run(x, rank = 0), class = "metanmf_error")
})

test_that("what no run would take is refused by its name, before there is a folder", {
  x <- planted()$x
  folder <- tempfile("runs")
  expect_bad(run(x, loss = "gaussian", folder = folder), "loss")
  refused <- function(...) consensus_nmf(x, 3, ..., n_start = 3, folder = folder)
  expect_bad(refused(control = 1), "control")
  expect_bad(refused(max_iter = -1), "max_iter")
  expect_bad(run(x, penalty = penalty_orthogonal(exact = TRUE), folder = folder), "penalty")
  expect_false(file.exists(folder))
})
