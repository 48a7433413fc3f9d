# The default weight of a graph penalty, against distances of all pairs.

# The rule in plain R: s joins the columns of x, which are at squared distances d.
plain_weight <- function(d, s) {
  s <- as.matrix(s)
  mean(d[upper.tri(d)]) / (sum((d * s)[upper.tri(d)]) / sum(s[upper.tri(s)])) - 1
}
squared <- function(x) as.matrix(stats::dist(t(as.matrix(x))))^2
unit <- function(x) x / rep(sqrt(colSums(x^2)), each = nrow(x))

# 30 samples around three centres.
grouped_data <- function(seed = 1) {
  set.seed(seed)
  matrix(stats::runif(12 * 3), 12)[, rep(1:3, each = 10)] + matrix(stats::runif(360) / 4, 12)
}

found <- function(x, graph, ...) {
  fit <- suppressWarnings(nmf(x, 3, penalty = penalty_graph(graph, ...), max_iter = 2, tol = 0))
  fit$model$lambda
}

test_that("the default lambda is how much nearer neighbours are than pairs at random, less 1", {
  x <- grouped_data()
  sparse <- Matrix::Matrix(x * (x > 0.3), sparse = TRUE)
  heat <- function(x) knn_graph(x, 4, weighting = "heat")
  expect_equal(found(x, knn_graph), plain_weight(squared(x), knn_graph(x)))
  expect_equal(found(x, knn_graph(x)), plain_weight(squared(x), knn_graph(x)))
  expect_equal(found(x, heat), plain_weight(squared(x), heat(x)))
  expect_equal(found(sparse, knn_graph), plain_weight(squared(sparse), knn_graph(sparse)))
  expect_equal(found(x, function(x) knn_graph(x, 3), on = "w"),
               plain_weight(squared(t(x)), knn_graph(t(x), 3)))
  expect_gt(found(x, knn_graph), 1)
})

test_that("a graph by cosines takes distances of samples at unit length", {
  x <- grouped_data()
  cosine <- function(x) knn_graph(x, metric = "cosine")
  right <- plain_weight(squared(unit(x)), cosine(x))
  expect_equal(found(x, cosine), right)
  expect_equal(found(x, cosine(x)), right)
  expect_equal(found(Matrix::Matrix(x, sparse = TRUE), cosine), right)
  expect_equal(found(x * rep(1:30, each = 12), cosine), right)
})

test_that("a fit with the weight that is found is that with it given, and says where it is from", {
  x <- grouped_data()
  start <- init_random(x, 3)
  fit <- gnmf(x, 3, init = start, max_iter = 20, tol = 0)
  given <- gnmf(x, 3, init = start, max_iter = 20, tol = 0, lambda = fit$model$lambda)
  expect_identical(fit[c("w", "h", "trace")], given[c("w", "h", "trace")])
  expect_output(print(fit), "from its neighbours")
  expect_output(print(fit), "the graph term is [0-9.]+ % of the objective")
  expect_false(any(grepl("neighbours", utils::capture.output(print(given)))))
  expect_output(print(penalty_graph()), "lambda from its neighbours")
  split <- list(tasks = list(x[, 1:15], x[, 16:30]), target = x)
  meta <- meta_gnmf(split, 3, epochs = 2)
  expect_identical(meta$model$lambda, fit$model$lambda)
  expect_identical(suppressWarnings(adapt(meta, x))$model$lambda, fit$model$lambda)
})

test_that("the weight stays between .01 and 100, whatever the graph and the data", {
  x <- grouped_data()
  twins <- x[, rep(1:10, 3)]
  same <- outer(rep(1:10, 3), rep(1:10, 3), `==`) - diag(30)
  expect_identical(found(twins, same), 100)
  expect_identical(found(x, matrix(0, 30, 30)), 0.01)
  expect_identical(found(x * 0 + 1, knn_graph), 0.01)
  far <- (squared(x) > stats::quantile(squared(x), 0.8)) * 1
  expect_identical(found(x, far), 0.01)
})

test_that("the weight that is found has no units with least squares, and those of 1 / x with KL", {
  x <- grouped_data()
  expect_equal(found(1000 * x, knn_graph), found(x, knn_graph))
  by_kl <- function(x) nmf(x, 3, loss = "kl", penalty = penalty_graph(), max_iter = 2,
                           tol = 0)$model$lambda
  expect_equal(by_kl(1000 * x), by_kl(x) / 1000)
  expect_equal(by_kl(x), found(x, knn_graph) / (2 * sum(x^2) / sum(x)))
})

test_that("a lambda that is no number, and a weight beside a preset, are what they were", {
  x <- grouped_data()
  expect_bad(gnmf(x, 2, lambda = NA), "lambda")
  expect_bad(gnmf(x, 2, lambda = "auto"), "lambda")
  expect_bad(penalty_graph(lambda = c(1, 2)), "lambda")
  preset <- gnmf(x, 2, control = nmf_control(preset = "thesis"))
  expect_identical(preset$model$lambda, 0.3)
})
