test_that("every kind of matrix is taken as a graph and means the same", {
  graph <- matrix(c(0, 2, 0, 2, 0, 1, 0, 1, 3), 3)
  sparse <- methods::as(graph, "CsparseMatrix")
  expect_s4_class(check_graph(graph, 3), "dgCMatrix")
  forms <- list(sparse, Matrix::Matrix(graph, sparse = TRUE), Matrix::Matrix(graph),
                Matrix::forceSymmetric(sparse), methods::as(sparse, "TsparseMatrix"),
                methods::as(sparse, "RsparseMatrix"), methods::as(sparse, "unpackedMatrix"))
  for (form in forms) {
    checked <- check_graph(form, 3)
    expect_s4_class(checked, "dgCMatrix")
    expect_identical(as.matrix(checked), graph, label = class(form))
  }
  storage.mode(graph) <- "integer"
  expect_identical(as.matrix(check_graph(graph, 3)), graph + 0)
  expect_identical(as.matrix(check_graph(graph > 0, 3)), (graph > 0) + 0)
  expect_identical(as.matrix(check_graph(methods::as(sparse, "nMatrix"), 3)), (graph > 0) + 0)
  expect_identical(as.matrix(check_graph(Matrix::Diagonal(3), 3)), diag(3))
})

test_that("graphs without edges, of one sample, of infinite reach are legal", {
  expect_identical(length(check_graph(matrix(0, 4, 4), 4)@x), 0L)
  expect_identical(as.matrix(check_graph(matrix(2), 1)), matrix(2))
  expect_identical(as.matrix(check_graph(matrix(1e308, 2, 2), 2)), matrix(1e308, 2, 2))
})

test_that("stored zeros are dropped, names kept, the caller's graph left alone", {
  graph <- Matrix::sparseMatrix(i = c(1, 2, 1, 3), j = c(2, 1, 3, 1), x = c(1, 1, 0, 0),
                                dims = c(3, 3), dimnames = list(letters[1:3], letters[1:3]))
  before <- graph
  before@x <- graph@x + 0
  checked <- check_graph(graph, 3)
  expect_identical(checked@x, c(1, 1))
  expect_identical(dimnames(checked), dimnames(graph))
  expect_identical(graph, before)
})

test_that("what rounding leaves between the halves of a graph is averaged away", {
  graph <- matrix(c(0, 1, 0.5, 1 + 2e-8, 0, 0, 0.5, 0, 0), 3)
  checked <- as.matrix(check_graph(graph, 3))
  expect_identical(checked, t(checked))
  expect_equal(checked[1, 2], 1 + 1e-8, tolerance = 1e-15)
  expect_identical(checked[1, 3], 0.5)
})

test_that("a matrix that is no graph is an error naming the property and the entry", {
  broken <- methods::as(diag(3), "CsparseMatrix") * 1
  broken <- methods::as(broken, "generalMatrix")
  broken@i[2] <- 70L
  expect_error(check_graph(broken, 3), "must be a valid Matrix object", class = "metanmf_error")
  expect_bad(check_graph(diag(2), 3), "graph")
  expect_bad(check_graph(matrix(1, 3, 2), 3), "graph")
  expect_bad(check_graph(matrix(c(0, NA, 1, 0), 2), 2), "graph")
  expect_bad(check_graph(matrix(c(0, NaN, Inf, -1), 2), 2), "graph")
  expect_snapshot(error = TRUE, check_graph(matrix(c(0, 1, 0.25, 0), 2), 2))
  expect_bad(check_graph("knn_graph", 3), "graph")
  expect_bad(check_graph(matrix("a", 3, 3), 3), "graph")
  expect_bad(check_graph(stats::dist(1:3), 3), "graph")
  expect_bad(check_graph(data.frame(a = 1:2, b = 1:2), 2), "graph")
  expect_bad(check_graph(structure(list(), class = "igraph"), 2), "graph")
  expect_bad(check_graph(NULL, 2), "graph")
})

test_that("a graph can be a function of the data, called once", {
  set.seed(22)
  x <- matrix(runif(24), 3)
  expect_identical(resolve_graph(knn_graph, x), knn_graph(x))
  expect_identical(resolve_graph(function(x) knn_graph(x, 2, weighting = "heat"), x),
                   knn_graph(x, 2, weighting = "heat"))
  expect_identical(resolve_graph(as.matrix(knn_graph(x)), x), knn_graph(x))
  log <- new.env()
  log$calls <- 0
  counted <- function(data) {
    log$calls <- log$calls + 1
    expect_identical(data, x)
    diag(8)
  }
  expect_identical(as.matrix(resolve_graph(counted, x)), diag(8))
  expect_identical(log$calls, 1)
})

test_that("a function that fails or returns no graph is an error that says so", {
  x <- matrix(1:8, 2)
  failing <- function(x) stop("no neighbours today")
  expect_bad(resolve_graph(failing, x), "graph")
  expect_bad(resolve_graph(knn_graph, x), "graph")
  expect_bad(resolve_graph(function(x) NULL, x), "graph(x)")
  expect_bad(resolve_graph(function(x) diag(nrow(x)), x), "graph(x)")
  expect_bad(resolve_graph(function() diag(4), x), "graph")
  expect_bad(resolve_graph(diag(3), x), "graph")
})

test_that("a graph given as any kind of matrix, a list of one penalty or a function is the same", {
  set.seed(13)
  x <- drawn_data(8, 12, 3)
  start <- drawn_start(x, 3)
  s <- example_graphs(12)$near
  sparse <- as_graph(s)
  symmetric <- Matrix::forceSymmetric(sparse)
  control <- nmf_control(max_iter = 5, tol = 0)
  fit <- nmf(x, 3, init = start, penalty = penalty_graph(sparse, 2), control = control)
  kinds <- list(s, symmetric, methods::as(symmetric, "TsparseMatrix"), function(x) sparse,
                function(x) s)
  for (graph in kinds) {
    other <- nmf(x, 3, init = start, penalty = list(penalty_graph(graph, 2)), control = control)
    expect_identical(other[c("w", "h", "trace")], fit[c("w", "h", "trace")])
  }
})
