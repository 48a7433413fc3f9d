# Data with names, 9 features and 12 samples, as a matrix and a sparse matrix.
named_data <- function() {
  set.seed(71)
  x <- matrix(runif(108) * (runif(108) < 0.7), 9,
              dimnames = list(paste0("f", 1:9), paste0("s", 1:12)))
  list(dense = x, sparse = sparse_copy(x))
}

few <- nmf_control(max_iter = 5, tol = 0)

# A fit from one start, without its call, which differs where the fits should agree.
seeded_fit <- function(verb, ...) {
  set.seed(72)
  fit <- verb(..., control = few)
  fit["call"] <- list(NULL)
  fit
}

# The same call with a matrix whose rows (side 1) or columns are in order, in another order, named
# otherwise, and not named at all.
expect_names_decide <- function(call, value, argument, sides = 1:2) {
  right <- call(value)
  at <- function(side) if (side %in% sides) rev(seq_len(dim(value)[[side]])) else TRUE
  turned <- value[at(1L), at(2L), drop = FALSE]
  expect_identical(call(turned), right, label = paste(argument, "in another order"))
  if (is.data.frame(value)) return(invisible())
  unnamed <- suppressMessages(unname(value))
  if (length(sides) == 1L) dimnames(unnamed)[3L - sides] <- dimnames(value)[3L - sides]
  expect_identical(call(unnamed), right, label = paste(argument, "without names"))
  for (side in sides) {
    other <- value
    dimnames(other)[[side]][[1L]] <- "z"
    expect_bad(call(other), argument)
    expect_error(call(other), "\"z\"", fixed = TRUE, class = "metanmf_error")
    twice <- turned
    dimnames(twice)[[side]][[2L]] <- dimnames(twice)[[side]][[1L]]
    expect_bad(call(twice), argument)
  }
}

test_that("names in another order are found, other and repeated ones refused, blanks are none", {
  order_of <- function(given, known) name_order(given, known, "x", "the features of the fit")
  expect_identical(order_of(c("b", "c", "a"), c("a", "b", "c")), c(3L, 1L, 2L))
  for (known in list(NULL, c("a", "b"), c("a", "a"), c("a", NA))) {
    expect_null(order_of(known, known))
    expect_null(order_of(NULL, known))
    expect_null(order_of(known, c("", "")))
  }
  expect_identical(order_of(c(NA, "a"), c("a", NA)), 2:1)
  # the same name in two encodings
  expect_null(order_of("caf\u00e9", iconv("caf\u00e9", "UTF-8", "latin1")))
  expect_bad(order_of(c("a", "z"), c("a", "b")), "x")
  expect_error(order_of(c("y", "z"), c("a", "b")),
               "named like the features of the fit.*\"y\", \"z\".*\"a\", \"b\"")
  expect_error(order_of(letters[1:6], LETTERS[1:6]), "\"a\", \"b\", \"c\" and 3 more")
  for (pair in list(list(c("a", "a", "b"), c("a", "b", "a")),
                    list(c("a", "a", "b"), c("a", "b", "b")))) {
    expect_error(order_of(pair[[1L]], pair[[2L]]), "more than once \"a\"", class = "metanmf_error")
  }
})

test_that("what the error on names says puts it right: unname() goes by position", {
  x <- named_data()$dense
  weights <- `dimnames<-`(0.5 + x / 4, list(NULL, LETTERS[1:12]))
  expect_error(nmf(x, 2, weights = weights), "unname() drops them", fixed = TRUE)
  expect_silent(nmf(x, 2, weights = unname(weights), control = few))
  expect_silent(nmf(x, 2, weights = unname(as.data.frame(weights)), control = few))
})

test_that("scale_minmax() takes the ranges of the features by name", {
  for (x in named_data()) {
    expect_names_decide(function(from) scale_minmax(x, from), x[, 1:5] / 2, "from", 1L)
  }
})

test_that("residuals() compares entries by the names of features and samples", {
  for (x in named_data()) {
    fit <- seeded_fit(nmf, x, 2)
    expect_names_decide(function(data) residuals(fit, data), x, "data")
  }
  x <- named_data()$dense
  expect_equal(sum(residuals(fit, x[9:1, 12:1])^2), deviance(fit))
})

test_that("weights belong to features and samples by name, in nmf() and predict()", {
  for (form in 1:3) {
    x <- named_data()[[min(form, 2)]]
    set.seed(73)
    weights <- as.matrix(x)
    weights[] <- round(runif(108), 1)
    weights <- list(weights, sparse_copy(weights), as.data.frame(weights))[[form]]
    expect_names_decide(function(w) seeded_fit(nmf, x, 2, weights = w), weights, "weights")
    fit <- seeded_fit(nmf, x, 2)
    expect_names_decide(function(w) predict(fit, x, weights = w), weights, "weights")
  }
})

test_that("a weight for each sample or feature belongs to it by name", {
  for (x in named_data()) {
    samples <- stats::setNames(1:12 / 4, colnames(x))
    features <- stats::setNames(9:1, rownames(x))
    fitted_with <- function(weights) seeded_fit(nmf, x, 2, weights = weights)
    right <- fitted_with(list(samples = samples, features = features))
    expect_identical(fitted_with(list(samples = rev(samples), features = rev(features))), right)
    expect_identical(fitted_with(rev(samples)), fitted_with(unname(samples)))
    expect_identical(fitted_with(rev(features)), fitted_with(unname(features)))
    expect_bad(fitted_with(stats::setNames(samples, letters[1:12])), "weights")
    expect_bad(fitted_with(list(features = stats::setNames(features, letters[1:9]))),
               "weights$features")
    # without names they belong to the rows of newdata, in whatever order these come
    of_entries <- as.data.frame(as.matrix(x))
    forms <- list(list(features, unname(rev(features))),
                  list(list(features = features), list(features = unname(rev(features)))),
                  list(of_entries, `rownames<-`(of_entries[9:1, ], NULL)))
    for (form in forms) {
      expect_identical(predict(right, x[9:1, ], weights = form[[2L]]),
                       predict(right, x, weights = form[[1L]]))
    }
  }
})

test_that("known parts belong to features and samples by name", {
  for (x in named_data()) {
    w <- as.matrix(x)[, 1:2]
    h <- as.matrix(x)[1, , drop = FALSE]
    expect_names_decide(function(w) seeded_fit(nmf, x, 3, known = list(w = w)), w, "known$w", 1L)
    expect_names_decide(function(h) seeded_fit(nmf, x, 3, known = list(h = h)), h, "known$h", 2L)
  }
})

test_that("a start belongs to features, samples and components by name", {
  components <- c("p", "q")
  for (x in named_data()) {
    w <- `colnames<-`(as.matrix(x)[, 1:2] + 1, components)
    h <- `rownames<-`(as.matrix(x)[1:2, ] + 1, components)
    start <- function(...) seeded_fit(nmf, x, 2, init = list(...))
    expect_names_decide(function(w) `colnames<-`(basis(start(w = w)), NULL), w, "init$w", 1L)
    expect_names_decide(function(h) start(w = w, h = h), h, "init$h")
    fit <- start(w = w, h = h)
    other <- fit
    other$w <- fit$w[9:1, ]
    other$h <- fit$h[, 12:1]
    expect_identical(seeded_fit(nmf, x, 2, init = other), seeded_fit(nmf, x, 2, init = fit))
  }
})

test_that("graphs belong to samples, or features, by name, and the error says to which", {
  x <- named_data()$dense
  on_h <- knn_graph(x, 3)
  on_w <- knn_graph(t(x), 3)
  with_graph <- function(graph) seeded_fit(nmf, x, 2, penalty = penalty_graph(graph, on = "w"))$w
  for (graph in list(on_h, as.matrix(on_h))) {
    expect_names_decide(function(g) seeded_fit(gnmf, x, 2, graph = g)$h, graph, "graph")
  }
  for (graph in list(on_w, as.matrix(on_w))) expect_names_decide(with_graph, graph, "graph")
  turned <- on_w[9:1, 9:1]
  expect_identical(with_graph(function(y) turned), with_graph(on_w))
  dimnames(turned) <- rep(list(letters[1:9]), 2)
  expect_error(with_graph(turned), "named like the features", class = "metanmf_error")
  dimnames(on_h) <- rep(list(letters[1:12]), 2)
  expect_error(gnmf(x, 2, graph = on_h), "named like the samples", class = "metanmf_error")
})

test_that("new data belong to the fit's features by name, with the weights at their side", {
  for (x in named_data()) {
    fit <- seeded_fit(gnmf, x, 2)
    expect_names_decide(function(new) predict(fit, new), x[, 1:5], "newdata", 1L)
    expect_names_decide(function(new) adapt(fit, new, 5)$h, x[, 1:8], "newdata", 1L)
    set.seed(74)
    weights <- matrix(runif(108), 9)
    expect_identical(predict(fit, x[9:1, ], weights = weights[9:1, ]),
                     predict(fit, x, weights = weights))
  }
  expect_identical(rownames(basis(adapt(fit, x[9:1, 1:8], 5))), paste0("f", 1:9))
})

test_that("tasks have the target's features by name", {
  for (x in named_data()) {
    learn <- function(task) {
      set.seed(75)
      meta_nmf(list(tasks = list(x[, 1:4], task), target = x), 2,
               control = meta_control(epochs = 2))[c("w", "h")]
    }
    expect_names_decide(learn, x[, 5:8], "split$tasks[[2]]", 1L)
  }
})

test_that("bases are compared by the names of features", {
  skip_if_not_installed("clue")
  for (x in named_data()) {
    a <- x[, 1:3]
    b <- x[, 3:1]
    expect_names_decide(function(b) match_components(a, b), b, "b", 1L)
    expect_names_decide(function(b) basis_stability(list(unname(as.matrix(a)), a, b)), b, "fits",
                        1L)
  }
  expect_identical(match_components(a, b[9:1, ])$b, 3:1)
})

test_that("labels belong to samples by name", {
  skip_if_not_installed("clue")
  x <- named_data()$dense
  labels <- stats::setNames(rep(c("u", "v", "w"), c(5, 4, 3)), colnames(x))
  clusters <- stats::setNames(rep(c(1, 2, 3), c(6, 4, 2)), colnames(x))
  for (score in list(nmi, ari, purity, clustering_accuracy)) {
    right <- score(unname(clusters), unname(labels))
    expect_identical(score(clusters, labels), right)
    expect_identical(score(clusters, rev(labels)), right)
    expect_identical(score(clusters, as.factor(rev(labels))), right)
    expect_false(score(clusters, unname(rev(labels))) == right)
    named <- names(formals(score))[[2L]]
    expect_bad(score(clusters, stats::setNames(labels, letters[1:12])), named)
    expect_bad(score(clusters, rev(stats::setNames(labels, rep(c("s1", "s2"), 6)))), named)
  }
  split <- function(labels) {
    set.seed(76)
    split_tasks(x, 2, 2, labels = labels)
  }
  expect_identical(split(rev(labels)), split(labels))
  expect_bad(split(stats::setNames(labels, letters[1:12])), "labels")
  data <- list(mine = list(x = x, labels = rev(labels)))
  expect_identical(check_experiment_data(data, experiment_protocol())$mine$labels, labels)
})

test_that("repeated names in the data alone are legal", {
  x <- named_data()$dense
  dimnames(x) <- list(rep(c("a", "b", "c"), 3), rep("s", 12))
  fit <- seeded_fit(gnmf, x, 2)
  expect_identical(dimnames(fitted(fit)), dimnames(x))
  expect_identical(residuals(fit, x), x - fitted(fit))
  expect_identical(predict(fit, x[, 1:3]), predict(fit, unname(x[, 1:3])) |>
                     `colnames<-`(rep("s", 3)))
  expect_identical(seeded_fit(nmf, x, 2, weights = x), seeded_fit(nmf, x, 2, weights = unname(x)))
  expect_bad(predict(fit, x[9:1, ]), "newdata")
})
