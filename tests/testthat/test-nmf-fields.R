# The fields of a fit: the same from every verb, read by whole names, with the user's own call.

fixed <- function(...) nmf_control(tol = 0, ...)

small_fit <- function() {
  set.seed(1)
  nmf(drawn_data(6, 9, 2), 2, control = fixed(max_iter = 20))
}

# Of every verb that fits, and with what a fit can have beside the plain model.
fits_of_all_verbs <- function() {
  set.seed(1)
  x <- drawn_data(6, 12, 2)
  control <- fixed(max_iter = 3)
  split <- list(tasks = list(x[, 1:5]), target = x)
  meta <- function(verb, ...) verb(split, 2, control = meta_control(2, inner = control), ...)
  plain <- nmf(x, 2, control = control)
  list(plain = plain, kl = nmf(x + 1, 2, loss = "kl", control = control),
       starts = nmf(x, 2, n_start = 2, control = control),
       known = nmf(x, 2, known = list(w = plain$w[, 1, drop = FALSE]), control = control),
       given = nmf(x, 2, init = plain, penalty = penalty_sparse(), control = control),
       gnmf = gnmf(x, 2, control = control), meta = meta(meta_nmf),
       meta_gnmf = meta(meta_gnmf, graph = alike), adapt = adapt(plain, x[, 1:4], max_iter = 2))
}

test_that("every verb makes the same fields of the same types, however the fit was made", {
  fits <- fits_of_all_verbs()
  # `penalty` alone may be there or not; a control is that of its verb.
  shape <- function(fit) {
    rapply(unclass(fit)[setdiff(names(fit), c("control", "call"))], typeof, how = "unlist")
  }
  expected <- shape(fits$plain)
  for (name in names(fits)) {
    fit <- fits[[name]]
    expect_identical(names(fit), names(fit_types), label = name)
    fit$model["penalty"] <- list(NULL)
    expect_identical(shape(fit), expected, label = name)
    expect_type(fit$call, "language")
    expect_identical(fit$rank, 2L)
    expect_identical(fit$loss, fit$model$loss)
  }
  expect_length(fits$starts$model$starts, 2)
  expect_identical(fits$known$model$known, c(w = 1L, h = 0L))
})

test_that("an unknown field is an error with the nearest name, and no name is matched in part", {
  fit <- small_fit()
  expect_error(fit$W, "Did you mean `w`?", fixed = TRUE, class = "metanmf_error")
  expect_error(fit[["iteration"]], "Did you mean `iterations`?", fixed = TRUE,
               class = "metanmf_error")
  expect_error(fit$d, "Known: w, h, value", class = "metanmf_error")
  expect_error(fit$mod, class = "metanmf_error")
  expect_error(fit[["conv", exact = FALSE]], class = "metanmf_error")
})

test_that("a fit can be listed, shown, taken apart, changed and compared", {
  fit <- small_fit()
  expect_identical(fit[["w"]], fit$w)
  expect_identical(fit[[1]], fit$w)
  expect_identical(fit[c("w", "h")], list(w = fit$w, h = fit$h))
  expect_match(utils::capture.output(utils::str(fit)), "n_observed", all = FALSE)
  expect_identical(unserialize(serialize(fit, NULL)), fit)
  expect_true(all.equal(fit, small_fit()))
  fit$value <- 1
  fit$model$solver <- "mu"
  expect_identical(c(objective(fit), 0), c(1, 0))
  expect_identical(fit$model$solver, "mu")
})

test_that("the call is the one that was typed, of the verb that was typed", {
  set.seed(1)
  x <- drawn_data(6, 12, 2)
  quick <- fixed(max_iter = 1)
  expect_identical(nmf(x, 2, control = quick)$call, quote(nmf(x = x, rank = 2, control = quick)))
  expect_identical(nmf(x, 2, penalty = NULL, weights = NULL, control = quick)$call,
                   quote(nmf(x = x, rank = 2, penalty = NULL, control = quick, weights = NULL)))
  expect_identical(gnmf(x[, 1:9], 2, lambda = 3, solver = "mu", control = quick)$call,
                   quote(gnmf(x = x[, 1:9], rank = 2, solver = "mu", lambda = 3, control = quick)))
  split <- list(tasks = list(x), target = x)
  two <- meta_control(2, inner = quick)
  learned <- meta_nmf(split, 2, control = two)
  expect_identical(learned$call, quote(meta_nmf(split = split, rank = 2, control = two)))
  expect_identical(meta_gnmf(split, 2, graph = alike, control = two)$call,
                   quote(meta_gnmf(split = split, rank = 2, graph = alike, control = two)))
  expect_identical(adapt(learned, x)$call, quote(adapt(fit = learned, newdata = x)))
  wrapped <- function(data, ...) nmf(data, ..., control = quick)
  expect_identical(wrapped(x, rank = 2)$call$x, quote(data))
  again <- stats::update(nmf(x, 2, control = quick), rank = 3)
  expect_identical(again$rank, 3L)
})

test_that("nmf() is generic: a class with a method of its own is factorised by that", {
  nmf.wrapped <- function(x, ...) nmf(x$inside, ...)
  set.seed(1)
  x <- matrix(stats::runif(24), 4)
  wrapped <- structure(list(inside = x), class = "wrapped")
  fit <- nmf(wrapped, 2, init = "nndsvd", control = fixed(max_iter = 2))
  expect_identical(fit$w, nmf(x, 2, init = "nndsvd", control = fixed(max_iter = 2))$w)
  expect_bad(nmf(), "x")
  expect_bad(nmf(rank = 2), "x")
})

test_that("a call holds no data: what is larger than 1 kB stands there by its name", {
  set.seed(1)
  x <- drawn_data(40, 60, 2)
  quick <- fixed(max_iter = 1)
  near <- function(x) knn_graph(x, 2)
  calls <- list(
    do.call(nmf, list(x, 2, control = quick))$call,
    do.call(nmf, list(x, 2, weights = x > 1, init = list(w = x[, 1:2]), control = quick))$call,
    do.call("gnmf", list(x, 2, graph = near, control = quick))$call,
    do.call(meta_nmf, list(list(tasks = list(x), target = x), 2,
                           control = meta_control(1, inner = quick)))$call,
    do.call(adapt, list(nmf(x, 2, control = quick), x, max_iter = 1))$call,
    eval(bquote(nmf(.(x) + .(x), 2, control = quick)))$call
  )
  for (call in calls) expect_lt(length(serialize(call, NULL)), 3000)
  expect_identical(calls[[1]]$x, quote(x))
  expect_identical(calls[[2]][c("weights", "init")], quote(nmf(weights = weights, init = init))[-1])
  expect_identical(calls[[3]]$graph, quote(graph))
  expect_identical(calls[[5]]$fit, quote(fit))
  # What R keeps of the source of a literal function would bring the user's file along.
  with_source <- parse(text = "gnmf(x, 2, graph = function(x) knn_graph(x, 2), control = quick)",
                       keep.source = TRUE)
  expect_length(eval(with_source[[1]])$call$graph, 3)
})

test_that("terms() and residuals as a picture, which a fit does not have, lead to what it has", {
  fit <- small_fit()
  expect_error(terms(fit), "top_features", class = "metanmf_error")
  expect_error(plot(fit, "residuals"), "residuals(fit, data)", fixed = TRUE,
               class = "metanmf_error")
  expect_bad(plot(fit, "residuals"), "type")
})
