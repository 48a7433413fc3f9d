test_that("the results do not depend on the number of workers", {
  skip_on_cran()
  skip_if_not_installed("future")
  ask <- function() small_experiment(data = small_data(), models = c("NMF", "GNMF"), seeds = 1:2)
  one <- ask()
  old <- future::plan(future::multisession, workers = 2)
  on.exit(future::plan(old), add = TRUE)
  told <- list()
  local_mocked_bindings(progress_bar = function(label, total, ...) {
    told <<- list(total = total)
    function(done) told$done <<- c(told$done, done)
  })
  expect_identical(timeless(ask()), timeless(one))
  # The bar is full at the end, in whatever order the jobs come back.
  expect_false(is.unsorted(told$done))
  expect_equal(told$done[[length(told$done)]], told$total)
})

test_that("the time left is told by what fits cost, not by their number", {
  protocol <- experiment_protocol()
  job <- list(rank = 10L, fits = data.frame(model = "NMF",
                                            variant = c("baseline", "meta", "plain_long")))
  costs <- fit_costs(job, digits, protocol)
  expect_equal(costs[["meta"]] / costs[["baseline"]], 50)
  larger <- fit_costs(utils::modifyList(job, list(rank = 24L)), digits, protocol)
  expect_equal(larger / costs, costs / costs * 2)
})

test_that("the bar moves with every fit and is full at the end", {
  told <- list()
  local_mocked_bindings(progress_bar = function(label, total, ...) {
    if (label != "Experiment") return(function(done) NULL)
    told <<- list(total = total)
    function(done) told$done <<- c(told$done, done)
  })
  small_experiment(seeds = 1:2)
  expect_length(told$done, 2L * 6L)
  expect_true(all(diff(told$done) > 0))
  expect_equal(told$done[[12]], told$total)
})

test_that("data sets whose names make the same file name do not take each other's fits", {
  folder <- tempfile("experiment")
  on.exit(unlink(folder, recursive = TRUE))
  data <- stats::setNames(small_data(), c("a b", "a_b"))
  run <- function(...) timeless(small_experiment(data = data, variants = "baseline", ...))
  found <- run(folder = folder)
  expect_identical(found$dataset, c("a b", "a_b"))
  expect_length(list.files(folder, "[.]rows$"), 1)
  expect_identical(found$error[[2]], timeless(small_experiment(
    data = data["a_b"], variants = "baseline"))$error)
  expect_identical(run(folder = folder), found)
})

test_that("a folder that cannot be written to is refused", {
  expect_error(lock_folder(file.path(tempdir(), "not there")), "can be written to",
               class = "metanmf_error")
})
