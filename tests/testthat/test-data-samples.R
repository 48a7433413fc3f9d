# `samples`: data with samples in rows are the same data, and give the same answers.

quick <- nmf_control(max_iter = 5, tol = 0)
near <- function(x) knn_graph(x, 1)

# The same data with samples in columns and in rows, dense and sparse, with names.
both_ways <- function() {
  set.seed(5)
  x <- random_matrix(7, 12)
  x[sample(84, 30)] <- 0
  dimnames(x) <- list(paste0("f", 1:7), paste0("s", 1:12))
  sparse <- methods::as(x, "CsparseMatrix")
  list(list(x, t(x)), list(sparse, Matrix::t(sparse)))
}

# With a seed; unlike seeded() it lets messages through.
drawn <- function(code) {
  set.seed(7)
  code
}

# All of a fit but what tells how it was called.
numbers_of <- function(fit) {
  fit <- unclass(fit)
  fit$call <- fit$data$samples <- NULL
  fit
}

expect_same_fit <- function(one, other) expect_identical(numbers_of(other), numbers_of(one))

test_that("a fit of samples in rows is that of the transpose, to the bit, from every verb", {
  for (x in both_ways()) {
    one <- seeded(nmf(x[[1]], 3, control = quick))
    other <- seeded(nmf(x[[2]], 3, control = quick, samples = "rows"))
    expect_same_fit(one, other)
    expect_identical(c(one$data$samples, other$data$samples), c("columns", "rows"))
    expect_identical(dim(basis(other)), c(7L, 3L))
    expect_identical(dim(coef(other)), c(3L, 12L))
    expect_same_fit(seeded(gnmf(x[[1]], 3, control = quick)),
                    seeded(gnmf(x[[2]], 3, control = quick, samples = "rows")))
    expect_identical(knn_graph(x[[2]], 3, samples = "rows"), knn_graph(x[[1]], 3))
    expect_identical(rbf_graph(x[[2]], samples = "rows"), rbf_graph(x[[1]]))
    expect_identical(seeded(init_random(x[[2]], 3, samples = "rows")),
                     seeded(init_random(x[[1]], 3)))
    expect_identical(seeded(init_kmeans(x[[2]], 3, samples = "rows")),
                     seeded(init_kmeans(x[[1]], 3)))
    expect_identical(init_nndsvd(x[[2]], 3, samples = "rows"), init_nndsvd(x[[1]], 3))
    split <- seeded(split_tasks(x[[2]], 2, 2, samples = "rows"))
    expect_identical(split, seeded(split_tasks(x[[1]], 2, 2)))
    turned <- list(tasks = lapply(split$tasks, Matrix::t), target = Matrix::t(split$target))
    control <- meta_control(epochs = 2)
    one <- seeded(meta_nmf(split, 2, control = control))
    other <- seeded(meta_nmf(turned, 2, control = control, samples = "rows"))
    expect_same_fit(one, other)
    expect_identical(other$data$samples, "rows")
    expect_same_fit(seeded(meta_gnmf(split, 2, graph = near, control = control)),
                    seeded(meta_gnmf(turned, 2, graph = near, control = control,
                                     samples = "rows")))
  }
})

test_that("weights, missing entries and known parts lie like the data, starts do not", {
  for (x in both_ways()) {
    for (missing in c("mask", if (!is.matrix(x[[1]])) "unstored")) {
      gaps <- x[[1]]
      gaps[2, 5] <- NA
      expect_same_fit(seeded(nmf(gaps, 2, missing = missing, control = quick)),
                      seeded(nmf(Matrix::t(gaps), 2, missing = missing, control = quick,
                                 samples = "rows")))
    }
    set.seed(6)
    weights <- matrix(runif(84), 7)
    one <- seeded(nmf(x[[1]], 2, weights = weights, control = quick))
    expect_same_fit(one, seeded(nmf(x[[2]], 2, weights = t(weights), control = quick,
                                    samples = "rows")))
    for (margin in list(1:7, 1:12, list(samples = 1:12, features = 7:1))) {
      one <- seeded(nmf(x[[1]], 2, weights = margin, control = quick))
      expect_same_fit(one, seeded(nmf(x[[2]], 2, weights = margin, control = quick,
                                      samples = "rows")))
    }
    known <- list(w = weights[, 1:2], h = weights[1, , drop = FALSE])
    one <- seeded(nmf(x[[1]], 3, known = known, control = quick))
    expect_same_fit(one, seeded(nmf(x[[2]], 3, known = lapply(known, t), control = quick,
                                    samples = "rows")))
    start <- one[c("w", "h")]
    expect_same_fit(nmf(x[[1]], 3, init = start, control = quick),
                    nmf(x[[2]], 3, init = start, control = quick, samples = "rows"))
  }
})

test_that("predict(), adapt() and residuals() take new data as the fit's own lay, or as is said", {
  for (x in both_ways()) {
    columns <- seeded(nmf(x[[1]], 3, control = quick))
    rows <- seeded(nmf(x[[2]], 3, control = quick, samples = "rows"))
    new <- x[[2]][1:4, ]
    expected <- predict(columns, Matrix::t(new))
    expect_identical(dim(expected), c(3L, 4L))
    expect_identical(predict(rows, new), expected)
    expect_identical(predict(rows, Matrix::t(new), samples = "columns"), expected)
    expect_identical(predict(columns, new, samples = "rows"), expected)
    expect_identical(predict(rows, new, type = "response"), basis(columns) %*% expected)
    expect_identical(dim(predict(rows, new[0, ])), c(3L, 0L))
    weights <- matrix(1:28, 4)
    expect_identical(predict(rows, new[, 7:1], weights = weights[, 7:1]),
                     predict(columns, Matrix::t(new), weights = t(weights)))
    one <- adapt(columns, Matrix::t(new), 3)
    other <- adapt(rows, new, 3)
    expect_same_fit(one, other)
    expect_identical(other$data$samples, "rows")
    expect_same_fit(one, adapt(columns, new, 3, samples = "rows"))
    expect_identical(residuals(rows, x[[2]]), residuals(columns, x[[1]]))
    expect_identical(residuals(columns, x[[2]], samples = "rows"), residuals(columns, x[[1]]))
    # A fit saved before it was kept had samples in columns.
    columns$data$samples <- NULL
    expect_identical(predict(columns, Matrix::t(new)), expected)
  }
})

test_that("scale_minmax() scales columns where samples are in rows, and keeps the shape", {
  for (x in both_ways()) {
    expect_equal(scale_minmax(x[[2]], samples = "rows"), Matrix::t(scale_minmax(x[[1]])))
    few <- scale_minmax(x[[2]], from = x[[2]][1:6, ], samples = "rows")
    expect_equal(few, Matrix::t(scale_minmax(x[[1]], from = x[[1]][, 1:6])))
  }
  wrong <- both_ways()[[1]][[2]][, 1:6]
  expect_bad(scale_minmax(wrong, from = wrong[, 1:3], samples = "rows"), "from")
  expect_error(scale_minmax(wrong, from = wrong[, 1:3], samples = "rows"), "with the 6 columns")
})

test_that("messages speak of rows and columns as they were given", {
  x <- both_ways()[[1]][[2]]
  said <- function(code) conditionMessage(expect_error(code, class = "metanmf_error"))
  rows <- function(x, ...) nmf(x, 2, ..., samples = "rows")
  expect_match(said(rows(replace(x, cbind(9, 2), -1))), "first at [9, 2]", fixed = TRUE)
  sparse <- methods::as(replace(x, cbind(9, 2), -1), "CsparseMatrix")
  expect_match(said(rows(sparse)), "first at [9, 2]", fixed = TRUE)
  expect_match(said(rows(x, weights = t(x))), "a matrix of 12 x 7 like `x`.\nGiven: a 7 x 12",
               fixed = TRUE)
  expect_match(said(rows(x, weights = 1:3)), "a matrix of 12 x 7 like `x`", fixed = TRUE)
  expect_match(said(rows(x, weights = replace(x, cbind(9, 2), NA))), "[9, 2]", fixed = TRUE)
  expect_match(said(rows(x, known = list(w = matrix(1, 7, 1)))),
               "7 columns, the features of `x`.\nGiven: a 7 x 1 matrix.\nIt is transposed: use t(",
               fixed = TRUE)
  expect_match(said(rows(x, known = list(h = matrix(1, 1, 12)))), "12 rows, the samples",
               fixed = TRUE)
  expect_match(said(rows(1:5)), "samples in rows and features in columns", fixed = TRUE)
  expect_match(said(rows(1:5)), "use rbind(x)", fixed = TRUE)
  expect_match(said(rows(x, known = list(w = 1:7))), "known = list(w = rbind(w))", fixed = TRUE)
  fit <- rows(x, control = quick)
  expect_match(said(predict(fit, x[, 1:3])), "the fit's 7 features in columns.\nGiven: a 12 x 3",
               fixed = TRUE)
  expect_match(said(residuals(fit, x[, 1:3])), "a 12 x 7 matrix, like the fit with samples in rows",
               fixed = TRUE)
  split <- list(tasks = list(x[1:5, 1:3]), target = x)
  expect_match(said(meta_nmf(split, 2, samples = "rows")),
               "the target's 7 features in columns.\nGiven: a 5 x 3 matrix", fixed = TRUE)
})

test_that("anything but \"columns\" and \"rows\" is refused, by every verb", {
  x <- random_matrix(4, 9)
  fit <- nmf(x, 2, control = quick)
  split <- list(tasks = list(x), target = x)
  expect_bad(nmf(x, 2, samples = "row"), "samples")
  expect_bad(gnmf(x, 2, samples = TRUE), "samples")
  expect_bad(meta_nmf(split, 2, samples = 1), "samples")
  expect_bad(split_tasks(x, 2, 2, samples = "both"), "samples")
  expect_bad(predict(fit, x, samples = "r"), "samples")
  expect_bad(adapt(fit, x, samples = NA), "samples")
  expect_bad(residuals(fit, x, samples = 2), "samples")
  expect_bad(knn_graph(x, samples = "n"), "samples")
  expect_bad(rbf_graph(x, samples = "n"), "samples")
  expect_bad(init_random(x, 2, samples = "n"), "samples")
  expect_bad(init_kmeans(x, 2, samples = "n"), "samples")
  expect_bad(init_nndsvd(x, 2, samples = "n"), "samples")
  expect_bad(scale_minmax(x, samples = "n"), "samples")
})

test_that("what knows where its samples are is not turned, and `samples` may only agree", {
  x <- both_ways()[[1]][[1]]
  at <- which(x > 0, arr.ind = TRUE)
  # Documents in rows, as package tm makes them.
  dtm <- structure(class = c("DocumentTermMatrix", "simple_triplet_matrix"),
                   list(i = at[, 2], j = at[, 1], v = x[at], nrow = 12L, ncol = 7L,
                        dimnames = rev(dimnames(x))))
  one <- seeded(nmf(methods::as(x, "CsparseMatrix"), 2, control = quick))
  expect_same_fit(one, seeded(nmf(dtm, 2, control = quick)))
  expect_same_fit(one, seeded(nmf(dtm, 2, control = quick, samples = "rows")))
  expect_bad(nmf(dtm, 2, samples = "columns"), "samples")
  rows <- seeded(nmf(t(x), 2, control = quick, samples = "rows"))
  expect_equal(predict(rows, dtm), predict(rows, t(x)))
})

test_that("a data frame has samples in rows, and one message names both ways of saying so", {
  x <- both_ways()[[1]][[1]]
  frame <- as.data.frame(t(x))
  split <- drawn(split_tasks(x, 2, 2))
  frames <- list(tasks = lapply(split$tasks, function(one) as.data.frame(t(one))),
                 target = as.data.frame(t(split$target)))
  epochs <- meta_control(epochs = 2)
  verbs <- list(
    function(data, ...) numbers_of(drawn(nmf(data, 3, control = quick, ...))),
    function(data, ...) numbers_of(drawn(gnmf(data, 3, control = quick, ...))),
    function(data, ...) knn_graph(data, 3, ...),
    function(data, ...) rbf_graph(data, ...),
    function(data, ...) drawn(init_random(data, 3, ...)),
    function(data, ...) drawn(init_kmeans(data, 3, ...)),
    function(data, ...) init_nndsvd(data, 3, ...),
    function(data, ...) drawn(split_tasks(data, 2, 2, ...)),
    function(data, ...) {
      parts <- if (is.data.frame(data)) frames else split
      numbers_of(drawn(meta_nmf(parts, 2, control = epochs, ...)))
    }
  )
  for (verb in verbs) {
    told <- list()
    value <- withCallingHandlers(verb(frame), message = function(condition) {
      told <<- c(told, list(condition)) # nolint: undesirable_operator_linter.
      invokeRestart("muffleMessage")
    })
    expect_identical(value, verb(x))
    expect_length(told, 1)
    expect_s3_class(told[[1]], "metanmf_message")
    text <- conditionMessage(told[[1]])
    expect_match(text, "rows are taken as samples", fixed = TRUE)
    expect_match(text, "samples = \"rows\"", fixed = TRUE)
    expect_match(text, "samples = \"columns\"", fixed = TRUE)
    expect_no_message(expect_identical(verb(frame, samples = "rows"), value))
  }
  turned <- as.data.frame(x)
  for (verb in verbs[-9]) {
    expect_no_message(expect_identical(verb(turned, samples = "columns"), verb(x)))
  }
  expect_no_message(nmf(t(x), 2, control = quick))
})

test_that("a data frame of new samples lies like the fit's data, or as it can only be", {
  x <- both_ways()[[1]][[1]]
  fits <- list(drawn(nmf(x, 2, control = quick)),
               drawn(nmf(as.data.frame(t(x)), 2, control = quick, samples = "rows")))
  new <- x[, 1:3]
  rows <- as.data.frame(t(new))
  expected <- predict(fits[[1]], new)
  expect_message(found <- predict(fits[[1]], rows), "3 rows are taken as samples",
                 class = "metanmf_message")
  expect_identical(found, expected)
  expect_no_message(expect_identical(predict(fits[[1]], as.data.frame(new)), expected))
  expect_no_message(expect_identical(predict(fits[[2]], rows), expected))
  expect_identical(predict(fits[[2]], as.data.frame(new), samples = "columns"), expected)
  expect_identical(adapt(fits[[2]], rows, 2)$h, adapt(fits[[1]], new, 2)$h)
  expect_identical(residuals(fits[[2]], as.data.frame(t(x))), residuals(fits[[1]], x))
})
