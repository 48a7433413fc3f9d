# Fits that were saved: those of version 0.1.0, kept in fixtures/, and those that are torn or come
# from a later version.

old_names <- c("nmf", "kl", "gnmf", "meta", "adapt")

old_fit <- function(name) readRDS(test_path("fixtures", paste0("fit-0.1.0-", name, ".rds")))

# The fields as the file has them.
raw_fields <- function(fit) unclass(fit)

new_data <- function() matrix(seq(1, 3, length.out = 42), 6)

test_that("a fit that version 0.1.0 saved has the fields of today's, with the same numbers", {
  today <- nmf(new_data(), 2, control = nmf_control(1, tol = 0))
  for (name in old_names) {
    fit <- old_fit(name)
    raw <- raw_fields(fit)
    fields <- current_fields(fit)
    expect_identical(names(fields), names(today))
    for (group in c("model", "engine", "scaling", "data")) {
      expect_identical(names(fields[[group]]), names(today[[group]]), label = paste(name, group))
    }
    expect_identical(fit$w, raw$w)
    expect_identical(coef(fit), raw$h)
    expect_identical(objective(fit), raw$value)
    expect_identical(fit$trace, raw$trace)
    expect_identical(fit$iterations, as.integer(raw$iterations))
    expect_identical(c(fit$rank, 0L), c(raw$rank, 0L))
    expect_identical(c(fit$loss, fit$model$solver, fit$model$init),
                     c(raw$loss, raw$solver, raw$init))
    expect_identical(unlist(fit$engine, use.names = FALSE),
                     c(raw$kernel, raw$instructions, raw$blas, "0.1.0"))
    expect_identical(fit$scaling, list(kind = raw$scale, divisor = raw$factor))
    expect_identical(nobs(fit), NA_real_)
    expect_null(fit$call)
  }
})

test_that("its deviance is known where nothing was added to the data term", {
  expect_identical(deviance(old_fit("kl")), 2 * raw_fields(old_fit("kl"))$value)
  expect_identical(deviance(old_fit("meta")), raw_fields(old_fit("meta"))$value)
  expect_identical(deviance(old_fit("gnmf")), NA_real_)
})

test_that("every verb takes a fit of version 0.1.0", {
  for (name in old_names) {
    fit <- old_fit(name)
    said <- utils::capture.output(print(fit), print(summary(fit)))
    expect_match(said[[1]], "6 features", label = name)
    expect_identical(dim(predict(fit, new_data())), c(2L, 7L))
    expect_identical(dim(fitted(fit)), dim(predict(fit, type = "response")))
    adapted <- adapt(fit, new_data(), max_iter = 3)
    expect_identical(adapted$model$solver, fit$model$solver)
    expect_identical(adapted$engine$version, process$version)
    draw_pdf(plot(fit))
    expect_length(cluster_samples(fit, 2), ncol(fit$h))
    again <- nmf(fitted(fit), 2, init = fit, control = nmf_control(1, tol = 0))
    expect_identical(again$model$init, "given")
    if (requireNamespace("clue", quietly = TRUE)) {
      expect_identical(dim(match_components(fit, again)), dim(match_components(again, again)))
    }
  }
})

test_that("its options and penalties are in today's words, graphs of the package are today's", {
  fit <- old_fit("gnmf")
  expect_setequal(names(fit$control), names(nmf_control()))
  expect_identical(fit$control$smoothing, c(ratio = 1e-9))
  penalty <- fit$model$penalty[[1]]
  expect_identical(penalty[sort(names(penalty))],
                   unclass(penalty_graph(lambda = 1))[sort(names(penalty))])
  meta <- old_fit("meta")
  expect_setequal(names(meta$control$inner), names(nmf_control()))
  graphs <- list(knn_graph, rbf_graph, path_graph)
  for (graph in graphs) {
    old <- graph
    body(old) <- quote(what_is_no_more(x))
    expect_identical(penalty_of_0.1.0(list(kind = "graph", graph = old))$graph, graph)
  }
  own <- function(x) knn_graph(x, 2)
  expect_identical(penalty_of_0.1.0(list(kind = "graph", graph = own))$graph, own)
  expect_identical(penalty_of_0.1.0(list(kind = "orthogonal", update = "single"))$step, "hard")
})

test_that("a fit that a later version saved is refused by name", {
  fit <- nmf(new_data(), 2, control = nmf_control(1, tol = 0))
  later <- unclass(fit)
  later$engine$version <- "9.1.0"
  later <- structure(later, class = class(fit))
  flat <- old_fit("nmf")
  flat$version <- "9.1.0"
  for (one in list(later, flat)) {
    for (call in expression(one$w, print(one), predict(one, new_data()), coef(one), deviance(one),
                            adapt(one, new_data()), summary(one), plot(one),
                            nmf(new_data(), 2, init = one))) {
      refusal <- expect_error(eval(call), class = "metanmf_error")
      expect_match(conditionMessage(refusal), "saved by metanmf 9.1.0, which is newer")
    }
  }
  # A version before this one wrote the same fields, and is read.
  earlier <- unclass(fit)
  earlier$engine$version <- "0.2.0"
  expect_identical(structure(earlier, class = class(fit))$w, fit$w)
})

test_that("a fit that lacks a field, or holds something else in it, is refused by that name", {
  whole <- list(nmf(new_data(), 2, control = nmf_control(1, tol = 0)), old_fit("nmf"))
  needed <- list(names(fit_types), names(fit_types_0.1.0))
  for (i in seq_along(whole)) for (name in needed[[i]]) {
    torn <- raw_fields(whole[[i]])
    put <- function(value) structure(replace(torn, name, list(value)), class = "nmf_fit")
    without <- structure(torn[setdiff(names(torn), name)], class = "nmf_fit")
    for (one in list(without, put(mean), put(list()))) {
      refusal <- expect_error(print(one), class = "metanmf_error")
      # Without its `model` a fit of today looks like an old one that lacks the rest.
      if (name != "model") expect_match(conditionMessage(refusal), paste0("`", name, "`"))
    }
  }
  torn <- whole[[1]]
  torn$h <- torn$h[1, , drop = FALSE]
  expect_error(print(torn), "2 columns of W do not go with 1 rows of H", class = "metanmf_error")
})
