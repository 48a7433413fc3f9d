# What `...` catches: unknown names, arguments without a name, and how calls are printed.

x <- matrix(1:24 + 0, 4)
start <- list(w = matrix(1, 4, 2), h = matrix(1, 2, 6))

said <- function(code) tryCatch(code, metanmf_error = conditionMessage)

test_that("a third argument without a name is told apart by what it is, never by its place", {
  expect_match(said(nmf(x, 2, "nndsvd")), 'nmf(x, 2, init = "nndsvd")', fixed = TRUE)
  expect_match(said(gnmf(x, 2, "nndsvd")), 'gnmf(x, 2, init = "nndsvd")', fixed = TRUE)
  expect_match(said(gnmf(x, 2, knn_graph, 5)), "gnmf(x, 2, graph = knn_graph, lambda = 5)",
               fixed = TRUE)
  expect_match(said(nmf(x, 2, start, penalty_sparse(), loss = "kl")),
               'nmf(x, 2, init = start, penalty = penalty_sparse(), loss = "kl")', fixed = TRUE)
  expect_match(said(nmf(x, 2, list(penalty_ridge()))), "penalty = list(penalty_ridge())",
               fixed = TRUE)
  expect_match(said(nmf(x, 2, nmf_control(5))), "control = nmf_control(5)", fixed = TRUE)
  expect_match(said(nmf(x, rank = 2, "kl")), 'nmf(x, rank = 2, loss = "kl")', fixed = TRUE)
  split <- list(tasks = list(x), target = x)
  expect_match(said(meta_nmf(split, 2, "nndsvd")), 'meta_nmf(split, 2, init = "nndsvd")',
               fixed = TRUE)
  expect_match(said(meta_gnmf(split, 2, diag(6))), "meta_gnmf(split, 2, graph = diag(6))",
               fixed = TRUE)
  expect_match(said(meta_gnmf(split, 2, "raw")), 'meta_gnmf(split, 2, form = "raw")', fixed = TRUE)
  expect_match(said(knn_graph(x, 2, "heat")), 'knn_graph(x, 2, weighting = "heat")', fixed = TRUE)
  expect_match(said(nmf_control(5, 0, 0.1)), "nmf_control(5, 0, step_tol = 0.1)", fixed = TRUE)
})

test_that("what cannot be told apart is still an error that lists the names", {
  message <- said(nmf(x, 2, "random", "nndsvd"))
  expect_match(message, "must be named")
  expect_match(message, "init, penalty, loss")
})

test_that("arguments after `rank` are matched by their whole names only", {
  split <- list(tasks = list(x), target = x)
  expect_match(said(nmf(x, 2, pen = penalty_sparse())), "Unknown argument `pen`")
  expect_match(said(nmf(x, 2, w = start$w)), "Unknown argument `w`")
  expect_match(said(nmf(x, 2, batch = "a", max_iter = 5)),
               "Use group_nmf(x, 2, batch = \"a\", max_iter = 5, private = 1)", fixed = TRUE)
  expect_match(said(nmf(x, 2, k = 3)), "Unknown argument `k`")
  expect_match(said(gnmf(x, 2, lam = 3)), "Unknown argument `lam`")
  expect_match(said(gnmf(x, 2, weight = x)), "Did you mean `weights`?", fixed = TRUE)
  expect_match(said(meta_nmf(split, 2, check = "a")), "Unknown argument `check`")
  expect_match(said(meta_gnmf(split, 2, sol = "mu")), "Unknown argument `sol`")
  expect_match(said(nmf_control(5, revive = TRUE)), "revive_dead")
  expect_match(said(nmf_control(5, back = "blas")), "Unknown argument `back`")
})

test_that("an option of the control, or of the graph, is told where it goes", {
  split <- list(tasks = list(x), target = x)
  expect_match(said(nmf(x, 2, step_tol = 5)), "control = nmf_control(step_tol = )", fixed = TRUE)
  expect_match(said(nmf(x, 2, kernel = "blas")), "control = nmf_control(backend = )", fixed = TRUE)
  expect_match(said(nmf(x, 2, graph = diag(6))), "Use gnmf()", fixed = TRUE)
  expect_match(said(meta_nmf(split, 2, lambda = 1)), "Use meta_gnmf()", fixed = TRUE)
  expect_match(said(meta_nmf(split, 2, tol = 0)),
               "control = meta_control(inner = nmf_control(tol = 0))", fixed = TRUE)
  expect_match(said(meta_nmf(split, 2, missing = "mask")), "Use nmf(missing = )", fixed = TRUE)
  expect_match(said(meta_gnmf(split, 2, weights = x)), "Use nmf(weights = )", fixed = TRUE)
  expect_match(said(meta_gnmf(split, 2, transfer = 3)), "control = meta_control(transfer = )",
               fixed = TRUE)
})

test_that("a name that is like no other is answered by all that are known", {
  expect_match(said(predict(nmf(x, 2), x, foo = 1)),
               paste0("Unknown argument `foo`.\nKnown: newdata, type, missing, weights, samples, ",
                      "assay, features."), fixed = TRUE)
  expect_match(said(nmf(x, 2, colour = 5)), "Known: x, rank, init, penalty", fixed = TRUE)
})

test_that("a call that holds data is printed without them", {
  message <- said(do.call(nmf, list(matrix(1, 50, 50), 2, "nndsvd")))
  expect_match(message, 'Use nmf(x, 2, init = "nndsvd").', fixed = TRUE)
})
