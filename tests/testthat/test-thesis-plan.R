# The grid of an experiment before it runs.

test_that("data without names are refused, and so is nothing", {
  for (data in list(unname(small_data()), list(), 1, c(small_data(), list(small_data()$first)))) {
    expect_error(experiment(data, "NMF", ranks = 4), "names of data sets", class = "metanmf_error")
  }
})

test_that("the faces have the size of the protocol, other sets the size they have", {
  local_mocked_bindings(load_dataset = function(name, size = NULL) list(name, size))
  data <- check_experiment_data(c("faces", "coil20"), experiment_protocol(faces = 64))
  expect_identical(data, list(faces = list("faces", 64L), coil20 = list("coil20", NULL)))
})

test_that("a grid of which every fit is known runs nothing", {
  results <- small_experiment(variants = c("baseline", "kmeans"))
  local_mocked_bindings(write_rows = function(...) stop("a fit is run"))
  again <- small_experiment(variants = c("baseline", "kmeans"), known = results)
  expect_identical(as.data.frame(again), as.data.frame(results))
})
