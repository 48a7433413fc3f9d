test_that("the results do not depend on the number of workers", {
  skip_if_not_installed("future")
  ask <- function() small_experiment(data = small_data(), models = c("NMF", "GNMF"), seeds = 1:2)
  one <- ask()
  old <- future::plan(future::multisession, workers = 2)
  on.exit(future::plan(old))
  expect_identical(timeless(ask()), timeless(one))
})

test_that("the time left is told by what fits cost, not by their number", {
  protocol <- experiment_protocol()
  job <- list(rank = 10L, fits = data.frame(model = "NMF", variant = c("baseline", "meta", "long")))
  costs <- fit_costs(job, digits, protocol)
  expect_equal(costs[["meta"]] / costs[["baseline"]], 50)
  larger <- fit_costs(utils::modifyList(job, list(rank = 24L)), digits, protocol)
  expect_equal(larger / costs, costs / costs * 2)
})
