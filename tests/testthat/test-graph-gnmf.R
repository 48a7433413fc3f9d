# gnmf() is nmf() with a graph penalty, and what the presets make of it.

fixed <- function(...) nmf_control(tol = 0, ...)

# The fields that say what was computed and how.
outcome <- function(fit) fit[c("w", "h", "trace", "penalty", "loss", "rank", "init")]

test_that("gnmf() is nmf() with the penalty of its arguments, scale-invariant by default", {
  set.seed(1)
  x <- drawn_data(6, 14, 2)
  start <- drawn_start(x, 2)
  graph <- as_graph(example_graphs(14)$near)
  control <- fixed(max_iter = 5)
  expect_identical(outcome(gnmf(x, 2, graph = graph, lambda = 3, form = "raw", init = start,
                                control = control)),
                   outcome(nmf(x, 2, init = start, penalty = penalty_graph(graph, 3, "raw"),
                               control = control)))
  expect_identical(outcome(gnmf(x, 2, graph = graph, init = start, loss = "kl", control = control)),
                   outcome(nmf(x, 2, init = start,
                               penalty = penalty_graph(graph, NULL, "scale_invariant"), loss = "kl",
                               control = control)))
})

test_that("the default graph is knn_graph() of the data", {
  set.seed(2)
  x <- drawn_data(6, 14, 2)
  start <- drawn_start(x, 2)
  fit <- gnmf(x, 2, init = start, control = fixed(max_iter = 5))
  given <- gnmf(x, 2, graph = knn_graph(x), init = start, control = fixed(max_iter = 5))
  expect_identical(fit[c("w", "h", "trace")], given[c("w", "h", "trace")])
  expect_identical(fit$model$penalty[[1]]$graph, knn_graph)
})

test_that("a function of the data is called once, with the data", {
  set.seed(3)
  x <- drawn_data(6, 8, 2)
  log <- new.env()
  log$calls <- 0
  graph <- function(x) {
    log$calls <- log$calls + 1
    log$x <- x
    diag(ncol(x))
  }
  gnmf(x, 2, graph = graph, control = fixed(max_iter = 5))
  expect_equal(log$calls, 1)
  expect_identical(log$x, x)
})

test_that("with a strong graph neighbours get the same coefficients, without it they do not", {
  # Two triangles of samples.
  set.seed(4)
  x <- drawn_data(6, 6, 2)
  s <- kronecker(diag(2), 1 - diag(3))
  spread <- function(lambda) {
    h <- coef(gnmf(x, 2, graph = s, lambda = lambda, control = fixed(max_iter = 300)))
    max(apply(h[, 1:3], 1, stats::sd), apply(h[, 4:6], 1, stats::sd)) / mean(h)
  }
  expect_lt(spread(1e4), 1e-3)
  expect_gt(spread(1e-4), 0.1)
})

test_that("samples and features in another order give the same fit in that order", {
  set.seed(10)
  x <- drawn_data(8, 12, 3)
  start <- drawn_start(x, 3)
  rows <- sample(8)
  columns <- sample(12)
  s <- example_graphs(12)$loops
  for (loss in c("frobenius", "kl")) {
    control <- fixed(max_iter = 20)
    fit <- nmf(x, 3, init = start, penalty = penalty_graph(as_graph(s)), loss = loss,
               control = control)
    other <- nmf(x[rows, columns], 3, init = list(w = start$w[rows, ], h = start$h[, columns]),
                 penalty = penalty_graph(as_graph(s[columns, columns])), loss = loss,
                 control = control)
    expect_equal(other$w, fit$w[rows, ], tolerance = 1e-10)
    expect_equal(other$h, fit$h[, columns], tolerance = 1e-10)
  }
})

test_that("the presets set graph, lambda, form, loss and update, and what is given wins", {
  x <- drawn_data(6, 8, 2)
  graph <- as_graph(example_graphs(8)$path)
  model <- function(...) {
    fit <- gnmf(x, 2, ...)
    c(fit$model$penalty[[1]][c("lambda", "form", "step")], loss = fit$loss)
  }
  thesis <- nmf_control(preset = "thesis")
  author <- nmf_control(preset = "author")
  said <- function(lambda, form, step, loss) {
    list(lambda = lambda, form = form, step = step, loss = loss)
  }
  expect_identical(model(graph = graph, control = fixed(max_iter = 2)),
                   said(neighbour_lambda(x, graph), "scale_invariant", "root", "frobenius"))
  expect_identical(model(control = thesis), said(0.3, "raw", "root", "frobenius"))
  expect_identical(model(control = author), said(0.3, "raw", "ratio", "kl"))
  expect_identical(model(graph = graph, lambda = 7, control = author),
                   said(7, "raw", "ratio", "kl"))
  expect_identical(model(graph = graph, lambda = 7, form = "scale_invariant", control = author),
                   said(7, "scale_invariant", "root", "kl"))
  expect_identical(model(loss = "frobenius", control = author),
                   said(0.3, "raw", "root", "frobenius"))
  expect_identical(model(loss = "kl", control = thesis), said(0.3, "raw", "root", "kl"))
  expect_identical(gnmf(x, 2, control = thesis)$model$penalty[[1]]$graph, rbf_graph)
  expect_identical(gnmf(x, 2, control = author)$model$penalty[[1]]$graph, rbf_graph)
  expect_identical(gnmf(x, 2, graph = graph, control = author)$model$penalty[[1]]$graph, graph)
})

test_that("under the author's preset an iteration is that of his code", {
  set.seed(5)
  x <- drawn_data(6, 8, 2)
  start <- drawn_start(x, 2)
  s <- example_graphs(8)$loops
  control <- nmf_control(max_iter = 1, scale = "none", preset = "author")
  fit <- gnmf(x, 2, graph = as_graph(s), init = start, control = control)
  expect_lt(relative_gap(lapply(fit[c("w", "h")], unname),
                         kl_ratio_step(x, start$w, start$h, s, 0.3)), 1e-13)
})

test_that("the default graph of the thesis has exp(-d^2 / 0.5^2) between samples, 1 at home", {
  x <- scale_minmax(matrix(c(0, 1, 2, 3, 1, 0, 2, 2), 2))
  start <- drawn_start(x, 2)
  distance <- as.matrix(stats::dist(t(x)))
  s <- unname(exp(-distance^2 / 0.25))
  fit <- gnmf(x, 2, init = start, control = nmf_control(max_iter = 1, scale = "none",
                                                       preset = "thesis"))
  expect_lt(relative_gap(lapply(fit[c("w", "h")], unname),
                         mu_graph_step(x, start$w, start$h, s, 0.3, "raw")), 1e-6)
})

test_that("every argument gnmf() cannot use is an error that says what would do", {
  x <- matrix(1:12 + 0, 3)
  s <- diag(4)
  expect_bad(gnmf(x, 2, graph = "knn"), "graph")
  expect_bad(gnmf(x, 2, graph = s, lambda = -1), "lambda")
  expect_bad(gnmf(x, 2, graph = s, form = "row"), "form")
  expect_bad(gnmf(x, 2, graph = s, loss = "klh"), "loss")
  expect_bad(gnmf(x, 2, graph = s, penalty = penalty_graph(s)), "penalty")
  expect_bad(gnmf(x, 2, graph = s, control = list(max_iter = 5)), "control")
  expect_bad(gnmf(x, 2, graph = s, kkt = 0.1), "...")
  expect_bad(gnmf(x, 2, graph = s, step = "ratio"), "...")
  expect_bad(gnmf(x, 0, graph = s), "rank")
  expect_bad(gnmf(x, 2, graph = diag(5)), "graph")
  expect_bad(gnmf(x), "rank")
  expect_bad(gnmf(rank = 2), "x")
  expect_bad(gnmf(x, 2, k = 3), "...")
  bad <- list(quote(gnmf(x, 2, graph = "knn")), quote(gnmf(x, 2, graph = s, lambda = -1)),
              quote(gnmf(x, 2, graph = s, form = "row")),
              quote(gnmf(x, 2, graph = s, loss = "klh")),
              quote(gnmf(x, 2, graph = s, penalty = penalty_graph(s))),
              quote(gnmf(x, 2, graph = s, control = list())),
              quote(gnmf(x, 2, graph = s, kkt = 0.1)),
              quote(gnmf(x, 2, graph = s, lamda = 5)), quote(gnmf(x, 0, graph = s)),
              quote(gnmf(x, 2, graph = diag(5))), quote(gnmf(x)), quote(gnmf(rank = 2)),
              quote(gnmf(x, 2, k = 3)))
  for (call in bad) expect_error(eval(call), class = "metanmf_error")
})

test_that("a misspelt lambda is answered with lambda, not with a list without it", {
  expect_error(gnmf(matrix(1, 3, 4), 2, graph = diag(4), lamda = 5), "Did you mean `lambda`")
})

test_that("NULL for graph or form is an error, not silently the default", {
  set.seed(6)
  x <- drawn_data(4, 12, 2)
  s <- diag(12)
  expect_error(gnmf(x, 2, graph = NULL, control = fixed(max_iter = 1)), class = "metanmf_error")
  expect_error(gnmf(x, 2, graph = s, lambda = 1, form = NULL, control = fixed(max_iter = 1)),
               class = "metanmf_error")
})

test_that("a saved fit holds what surrounds its graph function, and of one at top level nothing", {
  x <- random_matrix(5, 12)
  # Tests keep the source of functions, which would be saved as well.
  bytes <- function(graph) {
    fit <- gnmf(x, 2, graph = utils::removeSource(graph), control = nmf_control(2, tol = 0))
    length(serialize(fit, NULL))
  }
  inside <- function() {
    big <- stats::runif(1e5)
    function(y) knn_graph(y, 3)
  }
  at_top <- inside()
  environment(at_top) <- globalenv()
  expect_gt(bytes(inside()), 8e5)
  expect_lt(bytes(at_top), 1e5)
})
