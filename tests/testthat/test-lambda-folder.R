# The folder of select_lambda(): what was found of a weight is kept, and what is missing is tried.

set.seed(1)
lambda_data <- matrix(rgamma(30, 0.5), 15) %*% rbind(dnorm(1:30, 8, 5), dnorm(1:30, 20, 6))
lambda_data <- pmax(lambda_data + rnorm(450, sd = sd(lambda_data) / 2), 0)
lambda_labels <- rep(1:2, c(14, 16))

weigh_in <- function(folder, lambda = c(0, 0.1, 1), ..., x = lambda_data) {
  suppressWarnings(select_lambda(x, 2, penalty_smooth(), lambda, ..., masks = 3, folder = folder))
}
without_call <- function(choice) choice[setdiff(names(choice), "call")]

test_that("a folder changes no choice, and gives it again without another seed or fit", {
  folder <- tempfile("folder")
  set.seed(2)
  plain <- weigh_in(NULL, labels = lambda_labels, stability = TRUE)
  set.seed(2)
  kept <- weigh_in(folder, labels = lambda_labels, stability = TRUE)
  expect_equal(without_call(kept), without_call(plain), tolerance = 0)
  set.seed(3)
  local_mocked_bindings(visit_lambda = function(...) stop("nothing is left to fit"))
  again <- weigh_in(folder, labels = lambda_labels, stability = TRUE)
  expect_equal(without_call(again), without_call(plain), tolerance = 0)
})

test_that("a choice that was interrupted is resumed to that of one call", {
  folder <- tempfile("folder")
  set.seed(4)
  whole <- weigh_in(NULL)
  set.seed(4)
  real <- visit_lambda
  count <- 0
  local({
    local_mocked_bindings(visit_lambda = function(...) {
      count <<- count + 1
      if (count == 3) {
        signalCondition(structure(class = c("interrupt", "condition"), list(message = "")))
      }
      real(...)
    })
    stopped <- weigh_in(folder)
    expect_true(stopped$stopped)
    expect_equal(stopped$lambdas$lambda, c(0, 0.1))
  })
  expect_equal(without_call(weigh_in(folder)), without_call(whole), tolerance = 0)
})

test_that("weights asked for later are those of one call, and a file that was cut is made again", {
  folder <- tempfile("folder")
  set.seed(5)
  whole <- weigh_in(NULL, c(0, 0.1, 1, 10))
  set.seed(5)
  weigh_in(folder, c(0, 1))
  file <- file.path(folder, "lambda-1.visit")
  writeBin(readBin(file, "raw", file.size(file) - 9), file)
  later <- weigh_in(folder, c(0, 0.1, 1, 10))
  expect_equal(without_call(later), without_call(whole), tolerance = 0)
})

test_that("a folder of other data, masks or labels is refused and left as it is", {
  folder <- tempfile("folder")
  set.seed(6)
  weigh_in(folder)
  before <- tools::md5sum(list.files(folder, full.names = TRUE))
  expect_error(weigh_in(folder, x = lambda_data + 1), class = "metanmf_other_folder")
  expect_error(weigh_in(folder, labels = lambda_labels), class = "metanmf_other_folder")
  expect_error(select_lambda(lambda_data, 2, penalty_smooth(), masks = 4, folder = folder),
               class = "metanmf_other_folder")
  expect_error(select_lambda(lambda_data, 2, penalty_graph(knn_graph), masks = 3, folder = folder),
               class = "metanmf_other_folder")
  expect_equal(tools::md5sum(list.files(folder, full.names = TRUE)), before)
  expect_error(weigh_in(1), class = "metanmf_error")
})
