# Runs that a fit keeps, and what they say of each other.

quick <- nmf_control(8, tol = 0)

kept_fit <- function(keep = "all", runs = 5, ...) {
  set.seed(2)
  x <- drawn_data(9, 15, 3)
  nmf(x, 3, n_start = runs, keep = keep, control = quick, ...)
}

test_that("keep adds the runs and changes nothing else of the fit", {
  best <- kept_fit("best")
  expect_null(best$model$runs)
  for (keep in c("scores", "all")) {
    fit <- kept_fit(keep)
    found <- runs(fit)
    expect_identical(fit[c("w", "h", "value", "trace")], best[c("w", "h", "value", "trace")])
    expect_identical(found$scores$objective, best$model$starts)
    expect_identical(found$scores$objective[[found$best]], objective(best))
    expect_identical(is.null(fit$model$runs$w), keep == "scores")
  }
  expect_identical(fit$model$runs$w[[found$best]], basis(best))
  expect_identical(fit$model$runs$h[[found$best]], coef(best))
})

test_that("the scores of a run are those of its own fit, and a graph model keeps runs too", {
  fit <- kept_fit(order = "none")
  set.seed(2)
  x <- drawn_data(9, 15, 3)
  starts <- lapply(1:5, function(i) init_random(x, 3))
  single <- lapply(starts, function(start) {
    nmf(x, 3, init = match_mean(start, checked_data(x, "x", TRUE)), control = quick)
  })
  expect_equal(runs(fit)$scores$deviance, vapply(single, deviance, 0))
  expect_equal(lapply(fit$model$runs$w, unname), lapply(single, function(one) unname(basis(one))))
  # A list of fits is read as the runs that it is.
  expect_equal(runs(single)$scores, runs(fit)$scores)
  graph <- gnmf(x, 2, n_start = 2, keep = "scores", control = quick)
  expect_identical(runs(graph)$scores$objective, graph$model$starts)
})

test_that("stability is the mean cosine to the medoid's component, found by hand", {
  skip_if_not_installed("clue")
  unit <- function(degrees) c(cos(degrees * pi / 180), sin(degrees * pi / 180))
  basis_at <- function(a, b) cbind(unit(a), 3 * unit(b))
  made <- function(a, b) {
    nmf(diag(2), 2, init = list(w = basis_at(a, b), h = diag(2)), control = nmf_control(1))
  }
  fits <- suppressWarnings(list(made(0, 90), made(10, 90), made(30, 70)))
  bases <- list(basis_at(0, 90), basis_at(90, 10), basis_at(30, 70))
  # Known bases in place of the fitted ones; the second has its components the other way round.
  for (i in 1:3) {
    raw <- unclass(fits[[i]])
    raw$w[] <- bases[[i]]
    raw$value <- i
    fits[[i]] <- structure(raw, class = "nmf_fit")
  }
  found <- runs(fits)
  # Mean cosines: 1 and 2: (cos 10 + 1) / 2; 1 and 3: (cos 30 + cos 20) / 2; 2 and 3: cos 20.
  expect_identical(found$medoid, 2L)
  cosines <- cos(c(10, 20, 0, 20) * pi / 180)
  expect_equal(found$components$stability, c(mean(cosines[1:2]), mean(cosines[3:4])))
  expect_equal(found$components$lowest, cosines[c(2, 4)])
  expect_identical(unname(found$match), rbind(1:2, 2:1, 1:2))
  expect_identical(found$components$medoid, 2:1)
  long <- as.data.frame(found, type = "components")
  expect_equal(long$cosine[long$run == 3], cosines[c(2, 4)])
  expect_identical(nrow(as.data.frame(found)), 3L)
})

test_that("identical runs have stability 1, and one run none", {
  skip_if_not_installed("clue")
  fit <- kept_fit(runs = 1)
  expect_identical(nrow(runs(fit)$scores), 1L)
  expect_true(all(is.na(runs(fit)$components$stability)))
  expect_output(print(runs(fit)), "1 run\n")
  expect_equal(runs(list(fit, fit, fit))$components$stability, c(1, 1, 1))
})

test_that("a run that fails is a row with its message, and the others go on", {
  x <- drawn_data(9, 15, 3)
  count <- 0
  fails <- function(...) {
    count <<- count + 1
    if (count == 2) stop_named("This start went wrong.", "x")
    fit_model(...)
  }
  testthat::local_mocked_bindings(fit_start = function(data, start, spec, ...) {
    fails(data, start, spec)
  })
  fit <- NULL
  expect_warning(fit <- nmf(x, 3, n_start = 4, keep = "all", control = quick),
                 "1 of 4 starts failed", class = "metanmf_failed_start")
  found <- runs(fit)
  expect_identical(found$scores$message, c(NA, "This start went wrong.", NA, NA))
  expect_identical(is.na(found$scores$objective), c(FALSE, TRUE, FALSE, FALSE))
  expect_identical(fit$model$starts, found$scores$objective)
  expect_output(print(found), "4 runs, 1 failed")
  if (!is.null(found$match)) expect_identical(rownames(found$match), c("1", "3", "4"))
  # All of them: the first one's error.
  testthat::local_mocked_bindings(fit_start = function(...) stop_named("None.", "x"))
  expect_error(nmf(x, 3, n_start = 2, control = quick), "None.", class = "metanmf_error")
})

test_that("the runs are the same for any number of workers, and survive a file and an update", {
  skip_if_not_installed("future")
  skip_on_cran()
  alone <- kept_fit()$model$runs
  fit <- with_two_workers(kept_fit())
  expect_identical(fit$model$runs, alone)
  file <- tempfile()
  on.exit(unlink(file))
  saveRDS(fit, file)
  expect_identical(runs(readRDS(file)), runs(fit))
  set.seed(3)
  x <- drawn_data(9, 15, 3)
  expect_identical(nrow(runs(update(fit, n_start = 2, keep = "all"))$scores), 2L)
})

test_that("some components of a fit have no runs, in another order they have", {
  fit <- kept_fit()
  expect_bad(runs(fit[1:2]), "fit")
  expect_equal(runs(fit[3:1])$scores, runs(fit)$scores)
})

test_that("a fit that kept none is refused with the call that keeps them", {
  expect_bad(runs(kept_fit("best")), "fit")
  expect_error(runs(kept_fit("best")), "keep = \"all\"", fixed = TRUE)
  expect_bad(runs(diag(3)), "fit")
  expect_bad(runs(list()), "fit")
  expect_bad(kept_fit("every"), "keep")
  split <- split_tasks(drawn_data(8, 60, 2), 2, 6)
  expect_bad(meta_nmf(split, 2, keep = "all"), "...")
  expect_bad(as.data.frame(runs(kept_fit("scores")), type = "components"), "type")
})

test_that("the picture has a panel more where components were matched", {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  before <- graphics::par("mfrow", "mar")
  for (one in list(kept_fit(), kept_fit("scores"), kept_fit(runs = 1))) {
    found <- runs(one)
    expect_identical(plot(found), found)
  }
  expect_identical(graphics::par("mfrow", "mar"), before)
})
