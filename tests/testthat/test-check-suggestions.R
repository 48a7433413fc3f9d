# What messages tell the user to write is taken out of them, run, and does what it says.

# The code that the message of `failing` suggests: what `pattern` captures of it, on one line. The
# code after the last "Use" or "use" by default, without the full stop.
suggested <- function(failing, pattern = "[Uu]se (.*?)(\\.\\n.*|\\.?)$", argument = NULL) {
  refusal <- expect_error(failing, class = "metanmf_error")
  if (!is.null(argument)) expect_identical(refusal$argument, argument)
  text <- gsub("[[:space:]]+", " ", conditionMessage(refusal))
  found <- regmatches(text, regexec(pattern, text, perl = TRUE))[[1]]
  if (length(found) < 2) stop("no suggestion in: ", text)
  found[[2]]
}

# Runs it where the test is, so that it sees the test's variables. An assignment changes them.
run <- function(code, where = parent.frame()) {
  value <- NULL
  for (one in as.list(str2expression(code))) value <- suppressWarnings(eval(one, where))
  value
}

quick <- nmf_control(max_iter = 3, tol = 0)

test_that("negative entries: setting them to 0, or moving all, gives a matrix that is taken", {
  x <- random_matrix(5, 7)
  x[2, 3] <- -1e-17
  message <- conditionMessage(expect_error(nmf(x, 2), class = "metanmf_error"))
  expect_match(message, "negative entries: 1 (first at [2, 3]), down to -1e-17", fixed = TRUE)
  expect_identical(run(suggested(nmf(x, 2), "Use (.*?) where they")), pmax(x, 0))
  expect_s3_class(nmf(run(suggested(nmf(x, 2), "entries: ([^,]*)[.]$")), 2, control = quick),
                  "nmf_fit")
  frame <- as.data.frame(x)
  code <- suggested(nmf(frame, 2), "Use (.*?) where they")
  expect_s3_class(nmf(run(gsub("\\bx\\b", "frame", code)), 2, control = quick), "nmf_fit")
  sparse <- x <- methods::as(x, "CsparseMatrix")
  run(suggested(nmf(x, 2), "Use (.*?) to set"))
  expect_identical(x@x, pmax(sparse@x, 0))
})

test_that("a vector for a matrix: the form that is suggested fits the argument", {
  x <- random_matrix(5, 7)
  fit <- nmf(x, 2, control = quick)
  w <- x[, 1]
  run(gsub("known =", "known <-", suggested(nmf(x, 2, known = list(w = w)), "(known = .*)[.]$")))
  expect_equal(nmf(x, 2, known = known, control = quick)$w[, 1], x[, 1])
  h <- x[1, ]
  run(gsub("known =", "known <-", suggested(nmf(x, 2, known = list(h = h)), "(known = .*)[.]$")))
  expect_equal(unname(nmf(x, 2, known = known, control = quick)$h[2, ]), x[1, ])
  expect_equal(unname(basis(run(suggested(as_nmf(w), "(as_nmf.*)[.]$")))[, 1]), w)
  newdata <- x[, 4]
  one <- run(suggested(predict(fit, newdata)))
  expect_equal(unname(predict(fit, one)), unname(predict(fit, x)[, 4, drop = FALSE]))
})

test_that("data the other way round: the `samples` that predict() and residuals() suggest is it", {
  x <- t(as.matrix(iris[, 1:4]))
  fit <- nmf(x, 2, control = quick)
  expected <- unname(predict(fit, x[, 1:3]))
  newdata <- as.matrix(iris[1:3, 1:4])
  for (newdata in list(newdata, methods::as(newdata, "CsparseMatrix"))) {
    samples <- run(suggested(predict(fit, newdata), "use samples = (.*)[.]$", "newdata"))
    expect_equal(unname(predict(fit, newdata, samples = samples)), expected)
    expect_identical(adapt(fit, newdata, 1, samples = samples)$data$samples, "rows")
  }
  samples <- run(suggested(residuals(fit, t(x)), "use samples = (.*)[.]$", "data"))
  expect_equal(residuals(fit, t(x), samples = samples), residuals(fit, x))
  samples <- run(suggested(residuals(fit, x, samples = "rows"), "use samples = (.*)[.]$"))
  expect_identical(samples, "columns")
  split <- split_tasks(x, 2, 5)
  x <- t(x[, rep(1:150, 4)])
  split <- run(suggested(meta_nmf(split, 2, samples = "rows"), "Use (.*?) and leave", "samples"))
  expect_identical(nrow(split$target), 4L)
})

test_that("a data frame with text: what is suggested leaves its numbers", {
  x <- iris
  expect_identical(run(suggested(nmf(x, 2))), iris[1:4])
  expect_no_message(expect_error(nmf(x, 2)))
})

test_that("new data with other features: what is suggested predicts from the shared ones", {
  x <- random_matrix(6, 10)
  rownames(x) <- letters[1:6]
  fit <- nmf(x, 2, control = quick)
  newdata <- x[2:6, ]
  features <- run(suggested(predict(fit, newdata), "Use features = (\"\\w+\"):"))
  expect_equal(suppressMessages(predict(fit, newdata, features = features)),
               predict(as_nmf(basis(fit)[2:6, ]), newdata))
})

test_that("a column of names: the data frame that is suggested has them as row names", {
  tables <- list(data.frame(a = 1:3, id = c("u", "v", "w"), "b c" = 4:6, check.names = FALSE))
  if (requireNamespace("tibble", quietly = TRUE)) {
    tables <- c(tables, list(tibble::as_tibble(tables[[1]])))
  }
  for (x in tables) {
    refusal <- expect_error(nmf(x, 2), class = "metanmf_error")
    expect_match(conditionMessage(refusal), "column 2 (\"id\")", fixed = TRUE)
    found <- run(suggested(knn_graph(x), "names the rows, use (.*)[.]$"))
    expect_identical(as.matrix(found), matrix(1:6, 3, dimnames = list(c("u", "v", "w"),
                                                                      c("a", "b c"))))
  }
})

test_that("text for numbers: the conversion gives the same numbers", {
  x <- matrix(as.character(1:6), 2)
  run(suggested(nmf(x, 2), "numbers, use (.*)[.]$"))
  expect_identical(x, matrix(as.double(1:6), 2))
})

test_that("graphs that are none: the hint is reached, and what it says makes a graph", {
  x <- random_matrix(5, 12)
  fit <- function(graph) gnmf(x, 2, graph = graph, control = quick)
  graph <- NULL
  run(gsub("graph =", "graph <-", suggested(fit("knn_graph"), "as in (graph = .*)[.]$")))
  expect_s3_class(fit(graph), "nmf_fit")
  run(gsub("graph =", "graph <-", suggested(fit(stats::dist(t(x))), "use (graph = \\w+),")))
  expect_s3_class(fit(graph), "nmf_fit")
  graph <- as.data.frame(as.matrix(knn_graph(x)))
  expect_s3_class(fit(run(suggested(fit(graph)))), "nmf_fit")
  graph <- methods::as(matrix(c(0, 1, 0, 0), 2)[c(1, 2, rep(1, 10)), c(1, 2, rep(1, 10))],
                       "CsparseMatrix")
  code <- suggested(fit(graph), "graph, (.*) averages")
  expect_true(Matrix::isSymmetric(run(code)))
  expect_s3_class(fit(run(code)), "nmf_fit")
})

test_that("a start in another form: what is suggested is taken", {
  x <- random_matrix(6, 10)
  fit <- nmf(x, 2, control = quick)
  start <- function(init) nmf(x, 2, init = init, control = quick)
  init <- list(w = t(fit$w))
  init$w <- run(suggested(start(init)))
  expect_s3_class(start(init), "nmf_fit")
  init <- list(w = methods::as(fit$w, "CsparseMatrix"))
  init$w <- run(suggested(start(init)))
  expect_s3_class(start(init), "nmf_fit")
  few <- x[, 1:4]
  init <- fit
  run(gsub("init =", "init <-", suggested(nmf(few, 2, init = init), "use (init = .*)[.]$")))
  expect_s3_class(nmf(few, 2, init = init, control = quick), "nmf_fit")
  w <- fit$w
  expect_identical(dim(run(suggested(start(list(h = fit$h)), "start is h = (.*)[.]$"))), c(2L, 10L))
  expect_equal(run(suggested(residuals(fit))), x - fit$w %*% fit$h)
})

# The values that the message of `failing` names for `argument`, as in: Use init = "a", "b" or "c".
named_values <- function(failing, argument) {
  text <- suggested(failing, paste0("[Uu]se (", argument, " = (\"\\w+\"(, | or )?)+)"))
  values <- gsub("\"", "", regmatches(text, gregexpr("\"\\w+\"", text))[[1]])
  expect_gt(length(values), 0)
  values
}

test_that("every value that a message names works where it is named", {
  x <- random_matrix(6, 10)
  for (solver in named_values(nmf(x, 2, solver = "bpp", penalty = penalty_smooth()), "solver")) {
    fit <- nmf(x, 2, solver = solver, penalty = penalty_smooth(), control = quick)
    expect_identical(fit$model$solver, solver)
  }
  for (init in named_values(nmf(x, 2, init = "nndsvd", n_start = 3), "init")) {
    expect_length(nmf(x, 2, init = init, n_start = 3, control = quick)$model$starts, 3)
  }
  for (loss in named_values(nmf(cbind(x, 0), 2, loss = "is"), "loss")) {
    expect_identical(nmf(cbind(x, 0), 2, loss = loss, control = quick)$loss, loss)
  }
  for (loss in named_values(nmf(x, 2, loss = "is", penalty = penalty_ridge()), "loss")) {
    expect_identical(nmf(x, 2, loss = loss, penalty = penalty_ridge(), control = quick)$loss, loss)
  }
  for (transfer in named_values(meta_control(target_start = "zero"), "transfer")) {
    expect_s3_class(meta_control(target_start = "zero", transfer = transfer), "meta_control")
  }
  gaps <- replace(x, 1, NA)
  for (missing in named_values(nmf(x, 2, missing = "unstored"), "missing")) {
    expect_equal(nobs(nmf(gaps, 2, missing = missing, control = quick)), 59)
  }
})

test_that("penalties and weights that a message names are taken", {
  x <- random_matrix(6, 10)
  fit <- function(...) nmf(x, 2, ..., control = quick)
  penalty <- run(suggested(fit(loss = "kl", penalty = penalty_orthogonal())))
  expect_s3_class(fit(loss = "kl", penalty = penalty), "nmf_fit")
  known <- list(w = x[, 1, drop = FALSE])
  failing <- quote(fit(known = known, penalty = penalty_orthogonal(exact = TRUE, on = "w")))
  penalty <- run(suggested(eval(failing), "Use (.*) without"))
  expect_s3_class(fit(known = known, penalty = penalty), "nmf_fit")
  penalty <- run(suggested(fit(loss = "is", penalty = penalty_ridge()), "only (.*) is offered"))
  expect_s3_class(fit(loss = "is", penalty = penalty), "nmf_fit")
  square <- x[, 1:6]
  weights <- 1:6
  text <- suggested(nmf(square, 2, weights = weights), "Use (.*)[.]$")
  for (code in strsplit(gsub("weights = list", "list", text), " or ")[[1]]) {
    expect_s3_class(nmf(square, 2, weights = run(code), control = quick), "nmf_fit")
  }
  rownames(x) <- letters[1:6]
  weights <- x
  rownames(weights) <- letters[2:7]
  code <- suggested(fit(weights = weights), "both sides have them; (\\w+\\(\\)) drops them")
  expect_s3_class(fit(weights = run(sub("()", "(weights)", code, fixed = TRUE))), "nmf_fit")
})

test_that("calls in the order or the spelling of before are printed so that they run", {
  x <- random_matrix(6, 10)
  expect_identical(run(suggested(nmf(x, 2, "kmeans")))$model$init, "kmeans")
  expect_identical(run(suggested(nmf(x, 2, penalty_sparse(), "kmeans")))$model$init, "kmeans")
  expect_s3_class(run(suggested(gnmf(x, 2, 3))), "nmf_fit")
  expect_identical(run(suggested(nmf_control(kernel = "native")))$backend, "native")
  expect_identical(run(suggested(penalty_ridge(form = "scale_free"), "use form = (.*)[.]$")),
                   "scale_invariant")
  expect_error(add_noise(methods::as(x, "CsparseMatrix"), 0.1), class = "metanmf_error")
  level <- 0.1
  x <- methods::as(x, "CsparseMatrix")
  expect_identical(dim(run(suggested(add_noise(x, level), "Use (.*?) if"))), c(6L, 10L))
})

test_that("a count above what an integer holds is told the limit", {
  message <- conditionMessage(expect_error(nmf_control(max_iter = 1e10), class = "metanmf_error"))
  limit <- as.numeric(sub(".*at most ([0-9]+)[.].*", "\\1", message))
  expect_identical(limit, 2^31 - 1)
  expect_identical(as.numeric(nmf_control(max_iter = limit)$max_iter), limit)
})

test_that("a user's scipen changes no number in a message", {
  old <- options(scipen = -5)
  on.exit(options(old))
  x <- random_matrix(9, 8)
  said <- function(code) conditionMessage(expect_error(code, class = "metanmf_error"))
  expect_match(said(nmf(x, 9, init = "nndsvd")), "samples with data.\nGiven: 9.", fixed = TRUE)
  expect_match(said(init_kmeans(x, 9)), "at most 8 with", fixed = TRUE)
  expect_match(said(nmf_control(tol = -1)), "at least 0.\nGiven: -1.", fixed = TRUE)
  expect_equal(getOption("scipen"), -5)
})

test_that("several ranks: what is suggested fits each of them", {
  x <- random_matrix(5, 7)
  text <- suggested(nmf(x, 2:3), "use (lapply.*?)[.] To choose", "rank")
  expect_identical(vapply(run(text), function(fit) fit$rank, 1L), 2:3)
  expect_bad(gnmf(x, c(2, 4)), "rank")
})
