# What the C entries refuse: lists that do not fit together.

test_that("the C side refuses what does not fit together instead of reading past its end", {
  x <- matrix(1, 4, 6)
  penalties <- list(penalty_graph(as_graph(example_graphs(6)$path)))
  terms <- engine_penalty(penalties, x)
  model <- engine_model(2, "frobenius", "mu", terms, penalties)
  engine <- engine_control(nmf_control(max_iter = 1, tol = 0), "frobenius")
  progress <- list(iteration = 0, value = NaN, budget = 1)
  sound <- list(x = engine_data(x), w = matrix(1, 4, 2), h = matrix(1, 2, 6), model = model,
                engine = engine, progress = progress)
  run <- function(...) {
    given <- list(...)
    do.call(native_fit, unname(replace(sound, names(given), given)))
  }
  expect_identical(run()$iteration, 1)
  expect_error(run(x = replace(engine_data(x), "dense", list(matrix(1L, 4, 6)))),
               "not a double matrix")
  sparse <- engine_data(Matrix::sparseMatrix(i = 1:4, j = c(1, 2, 2, 6), x = 1, dims = c(4, 6)))
  expect_identical(run(x = sparse)$iteration, 1)
  expect_error(run(x = replace(sparse, "row", list(1:4))), "out of range")
  expect_error(run(x = replace(sparse, "row", list(0:2))), "compressed columns")
  expect_error(run(x = replace(sparse, "start", list(rev(sparse$start)))), "compressed columns")
  expect_error(run(x = replace(sparse, "start", list(c(0L, 3L, 1L, 1L, 1L, 1L, 4L)))), "overlap")
  expect_error(run(x = replace(sparse, "row", list(c(0L, 2L, 2L, 3L)))), "do not ascend")
  expect_error(run(x = replace(sparse, "row", list(c(0L, 2L, 1L, 3L)))), "do not ascend")
  expect_error(run(x = c(sparse[names(sparse) != "weight"], weight = 1)), "weights")
  expect_error(run(model = replace(model, "held_coef", list(1L))), "held")
  expect_error(run(w = matrix(1, 5, 2)), "5 x 2 where 4 x 2")
  expect_error(run(h = matrix(1, 2, 5)), "2 x 5 where 2 x 6")
  expect_error(run(model = model[-1]), "no entry")
  expect_error(run(engine = replace(engine, "block", -1)), "not a count")
  expect_error(run(engine = replace(engine, "instructions", "abacus")), "instruction set")
  expect_error(run(engine = replace(engine, "instructions", 1)), "not one string")
  expect_error(run(engine = replace(engine, "kkt", "small")), "not one number")
  expect_error(run(engine = replace(engine, "trace", NA)), "not TRUE or FALSE")
  expect_error(run(model = replace(model, "coef_step", "abacus")), "no step named abacus")
  expect_error(run(model = replace(model, "graph", list(NULL))), "do not belong together")
  expect_error(native_facts(1:3), "no doubles")
  expect_error(native_facts(c(1, 2), 1), "weights do not fit")
  expect_error(native_knn(x, 7L, 0L, engine), "out of range")
  edges <- terms$graph
  broken <- list(replace(edges, "row", list(edges$row + 1L)),
                 replace(edges, "row", list(edges$row - 1L)),
                 replace(edges, "start", list(rev(edges$start))),
                 replace(edges, "start", list(edges$start[-1])),
                 replace(edges, "weight", list(edges$weight[-1])),
                 replace(edges, "degree", list(edges$degree[-1])))
  for (graph in broken) {
    expect_error(run(model = replace(model, "graph", list(graph))), "graph")
  }
})

test_that("steps that would read what the loss or the data never make are refused", {
  x <- matrix(1, 4, 6)
  sparse <- Matrix::Matrix(x, sparse = TRUE)
  run <- function(x, masked = FALSE, ...) {
    model <- utils::modifyList(engine_model(2, "frobenius", "mu"), list(...))
    native_fit(replace(engine_data(x), "masked", masked), matrix(1, 4, 2), matrix(1, 2, 6), model,
               engine_control(nmf_control(max_iter = 1, tol = 0), model$loss),
               list(iteration = 0, value = NaN, budget = 1))
  }
  expect_identical(run(x)$iteration, 1)
  expect_identical(run(x, loss = "is")$iteration, 1)
  expect_error(run(as_columns(sparse, "x"), loss = "is"), "dense data")
  for (step in c("hals", "bpp", "hard")) {
    expect_identical(run(x, coef_step = step)$iteration, 1)
    expect_error(run(x, loss = "kl", coef_step = step), "do not go")
    expect_error(run(x, loss = "kl", basis_step = step), "do not go")
  }
  expect_error(run(x, coef_step = "choi"), "do not go")
  expect_error(run(x, coef_step = "exact"), "do not go")
  expect_error(run(x, basis_step = "exact"), "do not go")
})

test_that("an epoch with a weight too few or too many for its tasks is refused", {
  split <- small_split()
  pairs <- lapply(c(split$tasks, list(split$target)), function(x) c(list(x = x), runif_start(x, 2)))
  ready <- function(one) {
    c(list(x = engine_data(one$x)), one[c("w", "h")], engine_penalty(list(), one$x))
  }
  control <- engine_control(nmf_control(max_iter = 1, tol = 0), "frobenius", trace = FALSE)
  model <- engine_model(2, "frobenius", "mu")
  prepared <- native_meta_prepare(lapply(pairs[1:3], ready), ready(pairs[[4]]), model)
  run <- function(alpha, handle = prepared, tasks = pairs[1:3]) {
    native_meta_epoch(handle, list(tasks = tasks, target = pairs[[4]], sum = matrix(0, 12, 2)),
                      model, list(task = control, target = control),
                      list(alpha = alpha, accumulate = FALSE, transfer_first = FALSE,
                           fresh_tasks = FALSE))
  }
  expect_identical(dim(run(c(1, 1, 1))$target$w), c(12L, 2L))
  for (alpha in list(c(1, 1), c(1, 1, 1, 1), 1L, "1")) {
    expect_error(run(alpha), "does not fit the tasks")
  }
  # What was saved and read again points nowhere.
  revived <- unserialize(serialize(prepared, NULL))
  for (handle in list(revived, NULL, 1)) expect_error(run(c(1, 1, 1), handle), "no handle")
  expect_error(run(c(1, 1, 1), tasks = pairs[1:2]), "do not fit the tasks")
  expect_error(native_meta_prepare(list(), ready(pairs[[4]]), model), "no tasks")
})

test_that("a handle keeps what it was made of, whatever becomes of the objects", {
  split <- small_split()
  run <- function(disturb) {
    tasks <- lapply(drawn_learners(split, 2)$tasks, function(one) {
      c(list(x = engine_data(one$x)), one[c("w", "h")], engine_penalty(list(), one$x))
    })
    target <- c(tasks[[1]]["x"], engine_penalty(list()))
    pair <- lapply(tasks, `[`, c("w", "h"))
    model <- engine_model(2, "frobenius", "mu")
    handle <- native_meta_prepare(tasks, target, model)
    if (disturb) {
      for (i in seq_along(tasks)) tasks[[i]]$x$dense[] <- 0
      rm(tasks, target)
      gc()
    }
    control <- engine_control(nmf_control(max_iter = 3, tol = 0), "frobenius", trace = FALSE)
    native_meta_epoch(handle, list(tasks = pair, target = pair[[1]], sum = matrix(0, 12, 2)), model,
                      list(task = control, target = control),
                      list(alpha = c(1, 1, 1), accumulate = FALSE, transfer_first = FALSE,
                           fresh_tasks = FALSE))
  }
  set.seed(6)
  known <- run(FALSE)
  set.seed(6)
  expect_identical(run(TRUE), known)
})
