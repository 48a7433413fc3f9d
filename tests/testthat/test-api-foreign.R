# Arguments and values with the names that other packages give them.

# The call that the error prints, as text.
told <- function(code) {
  message <- conditionMessage(expect_error(code, class = "metanmf_error"))
  expect_match(message, "^Unknown argument `")
  sub("[.]$", "", sub(".*\nUse ", "", gsub("\n(?!Use)", " ", message, perl = TRUE)))
}

# It is printed as expected, and runs.
expect_call <- function(code, expected, where = parent.frame()) {
  text <- told(code)
  expect_identical(text, expected)
  value <- NULL
  for (one in as.list(str2expression(text))) value <- suppressWarnings(eval(one, where))
  invisible(value)
}

quick <- nmf_control(max_iter = 3, tol = 0)

test_that("what other packages call an argument is answered with the call to write here", {
  x <- random_matrix(6, 9)
  fit <- expect_call(nmf(x, k = 2, control = quick), "nmf(x, control = quick, rank = 2)")
  expect_identical(ncol(fit$w), 2L)
  expect_call(nmf(x, n_components = 2), "nmf(x, rank = 2)")
  expect_call(nmf(x, 2, ncomp = 2, control = quick), "nmf(x, 2, control = quick)")
  fit <- expect_call(nmf(x, 2, nrun = 3, control = quick),
                     "nmf(x, 2, control = quick, n_start = 3)")
  expect_length(fit$model$starts, 3)
  fit <- expect_call(nmf(x, 2, maxit = 7), "nmf(x, 2, max_iter = 7)")
  expect_identical(fit$control$max_iter, 7L)
  fit <- expect_call(nmf(x, 2, tolerance = 0.1, max.iter = 9, control = nmf_control(scale = "l2")),
                     "nmf(x, 2, control = nmf_control(scale = \"l2\"), tol = 0.1, max_iter = 9)")
  expect_identical(fit$control$scale, "l2")
  fit <- expect_call(nmf(x, 2, L1 = 0.2), "nmf(x, 2, penalty = penalty_sparse(0.2))")
  expect_identical(fit$model$penalty[[1]]$lambda, 0.2)
  expect_identical(expect_call(nmf(x, 2, niter = 4, n_jobs = 2),
                               "nmf(x, 2, max_iter = 4, threads = 2)")$control$threads, 2L)
  expect_identical(expect_call(gnmf(x, 2, maxiter = 4, graph = diag(9)),
                               "gnmf(x, 2, graph = diag(9), max_iter = 4)")$iterations, 4L)
  expect_call(nmf(x, 2, alpha = c(0.1, 0.2)), "nmf(x, 2, penalty = penalty_sparse(0.1))")
  expect_call(nmf(x, 2, l2 = 0.5), "nmf(x, 2, penalty = penalty_ridge(0.5))")
  x[2, 3] <- NA
  fit <- expect_call(nmf(x, 2, mask = is.na(x)), "nmf(x, 2, missing = \"mask\")")
  expect_equal(nobs(fit), 53)
})

test_that("a seed is set before the call, and a seeding is a start", {
  x <- random_matrix(6, 9)
  fit <- expect_call(nmf(x, 2, seed = 4), "set.seed(4); nmf(x, 2)")
  set.seed(4)
  expect_identical(fit$w, nmf(x, 2)$w)
  expect_identical(expect_call(nmf(x, 2, seed = "svd"), "nmf(x, 2, init = \"nndsvd\")")$model$init,
                   "nndsvd")
  old <- options(metanmf.progress = NULL)
  on.exit(options(old))
  expect_call(nmf(x, 2, verbose = TRUE), "options(metanmf.progress = TRUE); nmf(x, 2)")
  expect_true(getOption("metanmf.progress"))
})

test_that("a method is a loss, a solver or both", {
  x <- random_matrix(6, 9) + 0.1
  model <- function(method, expected) {
    fit <- expect_call(eval(bquote(nmf(x, 2, method = .(method)))), expected)
    c(fit$model$loss, fit$model$solver)
  }
  expect_identical(model("brunet", "nmf(x, 2, solver = \"mu\", loss = \"kl\")")[[1]], "kl")
  expect_identical(model("lee", "nmf(x, 2, solver = \"mu\")"), c("frobenius", "mu"))
  expect_identical(model("scd", "nmf(x, 2, solver = \"hals\")"), c("frobenius", "hals"))
  expect_identical(model("kl", "nmf(x, 2, loss = \"kl\")"), c("kl", "mu"))
  expect_call(nmf(x, 2, beta_loss = "kullback-leibler"), "nmf(x, 2, loss = \"kl\")")
  expect_call(nmf(x, 2, beta_loss = 1), "nmf(x, 2, loss = \"kl\")")
  expect_call(nmf(x, 2, beta_loss = 0), "nmf(x, 2, loss = \"is\")")
  expect_call(nmf(x, 2, method = "nsNMF"), "nmf(x, 2)")
})

test_that("k is the rank, and of gnmf() beside a rank the number of neighbours", {
  x <- random_matrix(6, 12)
  fit <- expect_call(gnmf(x, k = 2, lambda = 1), "gnmf(x, lambda = 1, rank = 2)")
  expect_identical(fit$rank, 2L)
  fit <- expect_call(gnmf(x, 2, k = 3), "gnmf(x, 2, graph = function(x) knn_graph(x, k = 3))")
  expect_identical(as.matrix(fit$model$penalty[[1]]$graph(x)), as.matrix(knn_graph(x, k = 3)))
  split <- list(tasks = list(x[, 1:6]), target = x)
  fit <- expect_call(meta_nmf(split, 2, maxit = 3),
                     paste0("meta_nmf(split, 2, control = meta_control(inner = nmf_control(",
                            "max_iter = 3)))"))
  expect_identical(fit$control$inner$max_iter, 3L)
  expect_call(meta_nmf(split, 2, tolerance = 0, maxiter = 3, control = meta_control(epochs = 2)),
              paste0("meta_nmf(split, 2, control = meta_control(epochs = 2, inner = nmf_control(",
                     "tol = 0, max_iter = 3)))"))
})

test_that("values with other names are answered with the value here", {
  x <- random_matrix(6, 9) + 0.1
  value <- function(code, argument) {
    refusal <- expect_error(code, class = "metanmf_error")
    expect_identical(refusal$argument, argument)
    text <- sub(".*[Uu]se (.*)[.]$", "\\1", conditionMessage(refusal))
    suppressWarnings(eval(str2lang(text)))$model[[argument]]
  }
  expect_identical(value(nmf(x, 2, loss = "poisson"), "loss"), "kl")
  expect_identical(value(nmf(x, 2, loss = "kullback-leibler"), "loss"), "kl")
  expect_identical(value(nmf(x, 2, loss = "itakura-saito"), "loss"), "is")
  expect_identical(value(nmf(x, 2, solver = "cd"), "solver"), "hals")
  expect_identical(value(nmf(x, 2, solver = "brunet"), "solver"), "mu")
  expect_identical(value(nmf(x, 2, init = "svd"), "init"), "nndsvd")
  expect_identical(value(nmf(x, 2, loss = "mse"), "loss"), "frobenius")
  expect_identical(value(nmf(x, 2, loss = "gaussian"), "loss"), "frobenius")
  expect_identical(value(nmf(x, 2, solver = "lee"), "solver"), "mu")
  expect_identical(value(nmf(x, 2, solver = "als"), "solver"), "bpp")
  expect_identical(value(nmf(x, 2, loss = 1), "loss"), "kl")
  expect_identical(value(nmf(x, 2, loss = 2), "loss"), "frobenius")
  expect_match(conditionMessage(expect_error(nmf(x, 2, init = "ica"), class = "metanmf_error")),
               "There is no such start. Use nmf(x, 2, init = \"nndsvd\").", fixed = TRUE)
})

test_that("options, k-means, neighbours and plots have the names of this package", {
  x <- random_matrix(6, 12)
  fit <- nmf(x, 2, control = quick)
  expect_identical(expect_call(nmf_control(maxit = 8), "nmf_control(max_iter = 8)")$max_iter, 8L)
  expect_call(cluster_samples(fit, centers = 3, nstart = 2),
              "cluster_samples(fit, k = 3, n_start = 2)")
  expect_call(knn_graph(x, n_neighbors = 3), "knn_graph(x, k = 3)")
  expect_identical(expect_call(predict(fit, newx = x), "predict(fit, newdata = x)"),
                   predict(fit, x))
  expect_call(predict(fit, type = "class", new_data = x),
              "predict(fit, type = \"class\", newdata = x)")
  adapted <- expect_call(adapt(fit, x, maxit = 2), "adapt(fit, x, max_iter = 2)")
  expect_identical(adapted$iterations, 2L)
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  expect_call(plot(fit, which = 1), "plot(fit, type = \"trace\")")
  expect_call(plot(fit, "coef", col = heat.colors(9)),
              "plot(fit, \"coef\", colours = heat.colors(9))")
  expect_call(plot(fit, "basis", image_size = c(2, 3), col = heat.colors(9)),
              "plot(fit, \"basis\", image_size = c(2, 3), colours = heat.colors(9))")
  expect_call(plot_basis(fit, c(2, 3), col = heat.colors(9)),
              "plot_basis(fit, c(2, 3), colours = heat.colors(9))")
  expect_call(plot(fit, "coef", annotation = rep(1:2, 6)),
              "plot(fit, \"coef\", groups = rep(1:2, 6))")
  expect_call(plot(fit, "basis", image.size = c(2, 3)),
              "plot(fit, \"basis\", image_size = c(2, 3))")
  expect_error(plot(fit, "spectra"), "plot(fit, \"profile\")", fixed = TRUE)
  expect_no_error(plot(fit, col = "red", lwd = 2))
  expect_error(plot(fit, colour = 1), class = "metanmf_error")
})

test_that("the call that is printed has no foreign value left", {
  x <- random_matrix(6, 9)
  expect_error(nmf(x, k = 2, loss = "poisson", init = "svd"),
               "nmf(x, loss = \"kl\", init = \"nndsvd\", rank = 2)", fixed = TRUE)
  expect_error(nmf(x, 2, loss = "kullback-leibler", nrun = 2),
               "nmf(x, 2, loss = \"kl\", n_start = 2)", fixed = TRUE)
})

# The call after the last "use" of a refusal of a value runs.
expect_call_for_value <- function(code, expected, where = parent.frame()) {
  message <- conditionMessage(expect_error(code, class = "metanmf_error"))
  text <- sub("[.]$", "", sub(".*[Uu]se ", "", gsub("\n", " ", message)))
  expect_identical(text, expected)
  suppressWarnings(eval(str2lang(text), where))
}

test_that("a value of another package is answered with the whole call to write here", {
  x <- random_matrix(6, 9) + 0.1
  fit <- nmf(x, 2, control = quick)
  found <- expect_call_for_value(nmf(x, 2, loss = "poisson"), "nmf(x, 2, loss = \"kl\")")
  expect_identical(found$loss, "kl")
  found <- expect_call_for_value(nmf(x, 2, solver = "brunet", init = "svd"),
                                 "nmf(x, 2, solver = \"mu\", init = \"nndsvd\", loss = \"kl\")")
  expect_identical(found$loss, "kl")
  found <- expect_call_for_value(metanmf::gnmf(x, 2, loss = "KL"), "gnmf(x, 2, loss = \"kl\")")
  expect_identical(found$loss, "kl")
  found <- expect_call_for_value(nmf(x, 2, loss = 1), "nmf(x, 2, loss = beta_loss(1))")
  expect_identical(found$loss, "kl")
  expect_identical(expect_call_for_value(predict(fit, x, "prob"),
                                         "predict(fit, x, \"proportion\")"),
                   predict(fit, x, type = "proportion"))
  expect_identical(expect_call_for_value(coef(fit, type = "prob"),
                                         "coef(fit, type = \"proportion\")"),
                   coef(fit, type = "proportion"))
  expect_identical(expect_call_for_value(nmf_control(scale = "l1"),
                                         "nmf_control(scale = \"sum\")")$scale, "sum")
  found <- expect_call_for_value(nmf(x, 2, penalty = 0.3),
                                 "nmf(x, 2, penalty = penalty_sparse(0.3))")
  expect_identical(found$model$penalty[[1]]$lambda, 0.3)
  found <- expect_call_for_value(nmf(x, 2, penalty = "L2"), "nmf(x, 2, penalty = penalty_ridge())")
  expect_identical(found$model$penalty[[1]]$kind, "ridge")
  found <- expect_call_for_value(nmf(x, 2, missing = TRUE), "nmf(x, 2, missing = \"mask\")")
  expect_equal(nobs(found), 54)
  known <- fit$w[, 1, drop = FALSE]
  expect_error(nmf(x, 2, known = known), "Use known = list(w = known)", fixed = TRUE)
  expect_error(nmf(x, 2, control = list(tol = 1)), "Use control = nmf_control().", fixed = TRUE)
})

test_that("a value that does not stand in a call is answered with the argument alone", {
  x <- random_matrix(6, 9)
  chosen <- "poisson"
  expect_error(nmf(x, 2, loss = chosen), "use loss = \"kl\".", fixed = TRUE)
  wrapper <- function(...) nmf(x, 2, ...)
  expect_error(wrapper(loss = "poisson"), "use loss = \"kl\".", fixed = TRUE)
  expect_error(do.call(nmf, list(x, 2, loss = "poisson")), "use loss = \"kl\".", fixed = TRUE)
  # An equivalent that this verb does not have is none.
  expect_no_match(conditionMessage(expect_error(residuals(nmf(x, 2), x, type = "prob"),
                                                class = "metanmf_error")), "Here it is called")
})

test_that("a wrapper that passes a foreign name on is told which names there are", {
  x <- random_matrix(6, 9)
  wrapper <- function(...) nmf(x, 2, ...)
  expect_error(wrapper(nrun = 3), "n_start|Known", class = "metanmf_error")
})

test_that("no foreign name is one of ours", {
  expect_false(any(unlist(foreign_arguments) %in%
                     unlist(lapply(c("nmf", "gnmf", "meta_nmf"), arguments_of))))
  split <- list(tasks = list(random_matrix(4, 5)), target = random_matrix(4, 9))
  expect_error(meta_nmf(split, 2, alpha = 3), "task_weights = 3", fixed = TRUE)
  for (verb in names(foreign_names)) {
    own <- names(formals(get(verb, asNamespace("metanmf"))))
    expect_false(any(names(foreign_names[[verb]]) %in% own), label = verb)
    if (verb != "plot.nmf_fit") expect_true(all(foreign_names[[verb]] %in% own), label = verb)
  }
  expect_true(all(foreign_values$loss %in% nmf_losses))
  expect_true(all(foreign_values$solver %in% nmf_solvers))
  expect_true(all(foreign_values$init %in% start_names))
})

test_that("the negative binomial is answered with the call that makes it, whatever its name", {
  set.seed(3)
  x <- matrix(rpois(54, 4), 6)
  for (name in c("nb", "NB", "negbin", "negative_binomial", "negative-binomial")) {
    expect_error(eval(bquote(nmf(x, 2, loss = .(name)))), "Use nmf(x, 2, loss = nb_loss()).",
                 fixed = TRUE)
  }
  found <- expect_call_for_value(nmf(x, 2, loss = "negbin"), "nmf(x, 2, loss = nb_loss())")
  expect_identical(found$loss, "nb")
  expect_identical(expect_call_for_value(nmf(x, 2, method = "negbin"),
                                         "nmf(x, 2, loss = nb_loss())")$loss, "nb")
  expect_identical(expect_call_for_value(as_nmf(x, loss = "nb"),
                                         "as_nmf(x, loss = nb_loss(0.5))")$loss, "nb")
  expect_error(nmf(x, 2, loss = nb_loss), "Use loss = nb_loss().", fixed = TRUE)
  expect_bad(select_rank(x, loss = "negbin"), "loss")
})
