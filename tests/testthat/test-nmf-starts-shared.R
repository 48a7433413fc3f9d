# What several starts share is made once, and said once.

quick <- nmf_control(8, tol = 0)

# A function that counts its calls in `count$calls`.
counted <- function(f, count) {
  force(f)
  count$calls <- 0
  function(...) {
    count$calls <- count$calls + 1
    f(...)
  }
}

test_that("a graph that is a function is called once, however many starts there are", {
  set.seed(50)
  x <- drawn_data(9, 15, 3)
  count <- new.env()
  graph <- counted(function(y) knn_graph(y, 3), count)
  set.seed(51)
  fit <- gnmf(x, 2, graph = graph, n_start = 4, control = quick)
  expect_identical(count$calls, 1)
  set.seed(51)
  plain <- gnmf(x, 2, graph = knn_graph(x, 3), n_start = 4, control = quick)
  expect_identical(fit[c("w", "h", "trace")], plain[c("w", "h", "trace")])
  expect_identical(fit$model$starts, plain$model$starts)
  # the fit keeps the function, for new data
  expect_identical(fit$model$penalty[[1L]]$graph, graph)
  adapt(fit, x, 3)
  expect_identical(count$calls, 2)
  both <- list(penalty_graph(graph), penalty_graph(graph, on = "w"))
  nmf(x, 2, penalty = both, n_start = 3, control = quick)
  expect_identical(count$calls, 4)
  meta_gnmf(list(tasks = list(x, x), target = x), 2, graph = graph, control = meta_control(3))
  expect_identical(count$calls, 7)
})

test_that("singular pairs are found once for all starts", {
  set.seed(53)
  x <- drawn_data(9, 15, 3)
  count <- new.env()
  local_mocked_bindings(leading_svd = counted(leading_svd, count))
  set.seed(54)
  fit <- nmf(x, 3, init = "nndsvdar", n_start = 4, control = quick)
  expect_identical(count$calls, 1)
  set.seed(54)
  each <- lapply(1:4, function(i) init_nndsvd(x, 3, "nndsvdar"))
  values <- vapply(each, function(start) objective(nmf(x, 3, init = start, control = quick)), 0)
  expect_identical(fit$model$starts, values)
})

test_that("a graph function may use local variables and attached packages, on workers as here", {
  skip_on_cran()
  skip_if_not_installed("mirai")
  set.seed(55)
  x <- drawn_data(9, 15, 3)
  neighbours <- 3
  # as typed at top level, where its variables are not sent along
  assign("neighbours_of_test", 3, globalenv())
  on.exit(rm("neighbours_of_test", envir = globalenv()))
  graph <- eval(quote(function(y) drop0(knn_graph(y, neighbours_of_test))), globalenv())
  was_attached <- "package:Matrix" %in% search()
  if (!was_attached) attachNamespace("Matrix")
  on.exit(if (!was_attached) detach("package:Matrix"), add = TRUE)
  run <- function(graph) {
    set.seed(56)
    gnmf(x, 2, graph = graph, n_start = 3, control = quick)[c("w", "h", "trace")]
  }
  alone <- run(function(y) knn_graph(y, neighbours))
  mirai::daemons(2)
  on.exit(mirai::daemons(0), add = TRUE)
  expect_identical(run(function(y) knn_graph(y, neighbours)), alone)
  expect_identical(run(graph), alone)
})

test_that("a job holds one start, and neither graphs nor what their functions bring along", {
  set.seed(57)
  x <- drawn_data(9, 15, 3)
  ballast <- stats::runif(1e5)
  sizes <- numeric()
  local_mocked_bindings(map_jobs = function(calls, run, ..., failed) {
    sizes <<- vapply(calls, function(call) length(serialize(list(run, call), NULL)), 0)
    lapply(calls, function(call) do.call(run, c(call, list(after = NULL)), quote = TRUE))
  })
  graph <- function(y) knn_graph(y, 3)
  expect_gt(length(serialize(graph, NULL)), 8e5)
  gnmf(x, 2, graph = graph, n_start = 20, control = quick)
  expect_length(sizes, 20)
  expect_lt(max(sizes), 5e4)
})

test_that("starts that did not converge are one warning with their number, not one each", {
  set.seed(58)
  x <- drawn_data(9, 15, 3)
  heard <- list()
  withCallingHandlers(nmf(x, 3, n_start = 6, control = nmf_control(2)), warning = function(one) {
    heard <<- c(heard, list(one))
    invokeRestart("muffleWarning")
  })
  expect_length(heard, 1)
  expect_s3_class(heard[[1L]], "metanmf_not_converged")
  expect_match(conditionMessage(heard[[1L]]),
               "^From 6 of 6 starts, the best among them:\nThe fit did not")
  expect_silent(nmf(x, 3, n_start = 3, control = nmf_control(2, tol = 0)))
  # the slower half is warned of, though the best fit converged
  best <- list(converged = TRUE)
  expect_warning(warn_of_starts(c("a", "a"), 5, best),
                 "^From 2 of 5 starts, not from the best:\na$", class = "metanmf_not_converged")
})

test_that("the entries of a start are counted beyond the largest integer", {
  drawn <- numeric()
  local_mocked_bindings(runif = function(n, ...) {
    drawn <<- c(drawn, n)
    stop("enough")
  }, .package = "stats")
  samples <- Matrix::sparseMatrix(integer(), integer(), x = numeric(), dims = c(43e6, 1))
  expect_error(start_random(samples, 50L), "enough")
  expect_identical(drawn, 43e6 * 50)
})
