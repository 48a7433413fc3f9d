# The folder of nmf(n_start = ): fits that have ended are kept, and what is missing is made.

starts_data <- local({
  set.seed(1)
  matrix(rgamma(60, 0.5), 20) %*% matrix(rgamma(90, 0.5), 3) + matrix(runif(600) / 10, 20)
})

# `...` beside the defaults below.
fit_in <- function(folder, x = starts_data, n_start = 5, rank = 3, ..., keep = "all",
                   max_iter = 30, tol = 1e-9) {
  suppressWarnings(nmf(x, rank, n_start = n_start, keep = keep, max_iter = max_iter, tol = tol,
                       folder = folder, ...), classes = "metanmf_not_converged")
}
without_call <- function(fit) unclass(fit)[setdiff(names(unclass(fit)), "call")]
interrupt_run <- function(number) {
  real <- run_model
  count <- 0
  function(...) {
    count <<- count + 1
    if (count == number) {
      stop(structure(list(message = "", call = NULL), class = c("interrupt", "condition")))
    }
    real(...)
  }
}

test_that("a folder changes no fit, and gives it again without another seed or iteration", {
  for (more in list(list(), list(penalty = penalty_sparse(0.1)), list(init = "kmeans", loss = "kl"),
                    list(x = sparse_copy(round(starts_data)), loss = "kl"),
                    list(x = round(10 * starts_data), loss = nb_loss("common")),
                    list(x = replace(starts_data, c(3, 50), NA), missing = "mask"),
                    list(weights = list(samples = rep(1:2, 15))))) {
    folder <- tempfile("folder")
    fit <- function(folder) do.call(fit_in, c(list(folder), more))
    set.seed(2)
    plain <- fit(NULL)
    after <- runif(1)
    set.seed(2)
    expect_identical(without_call(fit(folder)), without_call(plain))
    set.seed(3)
    local({
      local_mocked_bindings(run_model = function(...) stop("nothing is left to fit"))
      expect_identical(without_call(fit(folder)), without_call(plain))
    })
    # The generator is where one call leaves it.
    expect_identical(runif(1), after)
  }
})

test_that("fits that were interrupted are resumed to those of one call, and more can be added", {
  folder <- tempfile("folder")
  set.seed(4)
  whole <- fit_in(NULL)
  set.seed(4)
  local({
    local_mocked_bindings(run_model = interrupt_run(4))
    expect_warning(stopped <- fit_in(folder), "2 of 5 starts", class = "metanmf_failed_start")
    expect_identical(runs(stopped)$scores$objective[1:3], runs(whole)$scores$objective[1:3])
    expect_match(runs(stopped)$scores$message[4:5], "interrupted")
  })
  expect_length(list.files(folder, "run$"), 3L)
  expect_identical(without_call(fit_in(folder)), without_call(whole))
  set.seed(4)
  more <- fit_in(NULL, n_start = 7)
  expect_identical(without_call(fit_in(folder, n_start = 7)), without_call(more))
})

test_that("runs that are kept outlive an interrupt without a folder, and the best alone does not", {
  local_mocked_bindings(run_model = interrupt_run(3))
  expect_warning(fit <- fit_in(NULL, keep = "scores"), class = "metanmf_failed_start")
  expect_identical(is.na(fit$model$starts), rep(c(FALSE, TRUE), 2:3))
  local_mocked_bindings(run_model = interrupt_run(1))
  expect_error(fit_in(NULL), class = "metanmf_interrupted")
  local_mocked_bindings(run_model = interrupt_run(3))
  heard <- tryCatch(fit_in(NULL, keep = "best"), interrupt = function(condition) "interrupted")
  expect_identical(heard, "interrupted")
})

test_that("fits that did not converge are told of again, and a file that was cut is made again", {
  folder <- tempfile("folder")
  set.seed(5)
  fit <- function() nmf(starts_data, 3, n_start = 3, max_iter = 5, tol = 1e-9, folder = folder)
  expect_warning(first <- fit(), "From 3 of 3 starts")
  file <- file.path(folder, "start-2.run")
  writeBin(readBin(file, "raw", file.size(file) - 9), file)
  expect_warning(again <- fit(), "From 3 of 3 starts")
  expect_identical(without_call(again), without_call(first))
})

test_that("other data, ranks and models are refused, and the folder is left as it is", {
  folder <- tempfile("folder")
  set.seed(6)
  fit_in(folder)
  before <- tools::md5sum(list.files(folder, full.names = TRUE))
  refused <- "metanmf_other_folder"
  expect_error(fit_in(folder, x = 2 * starts_data), "the same data x", class = refused)
  expect_error(fit_in(folder, rank = 2), "the same rank", class = refused)
  expect_error(fit_in(folder, penalty = penalty_ridge(0.1)), "the same model", class = refused)
  expect_error(fit_in(folder, max_iter = 31), "the same model", class = refused)
  expect_error(fit_in(folder, init = "kmeans"), "the same init", class = refused)
  expect_error(fit_in(folder, weights = list(samples = rep(1:2, 15))), "the same data x",
               class = refused)
  expect_identical(tools::md5sum(list.files(folder, full.names = TRUE)), before)
  expect_bad(fit_in(3), "folder")
  expect_bad(fit_in(tempfile(), n_start = 1), "folder")
})

test_that("workers give the same fit with a folder as this session alone", {
  skip_on_cran()
  skip_if_not_installed("future")
  set.seed(7)
  here <- fit_in(NULL)
  set.seed(7)
  there <- with_two_workers(fit_in(tempfile("folder")))
  expect_identical(without_call(there), without_call(here))
})
