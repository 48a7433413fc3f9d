test_that("the grid has every fit once, in the order of seeds, data, noise and rank", {
  results <- small_experiment(data = small_data(), models = c("NMF", "GNMF-NNDSVD"),
                              ranks = c(5, 3), noise = c("noisy", "clean"), seeds = c(4, 2),
                              variants = c("baseline", "hals", "kmeans"))
  fits <- unique(timeless(results)[c("dataset", "noise", "model", "variant", "rank", "seed")])
  # 2 sets, 2 noises, 2 seeds; for each 2 ranks of 3 fits, and k-means
  expect_identical(nrow(fits), 2L * 2L * 2L * (2L * 3L + 1L))
  expect_identical(nrow(results), nrow(fits))
  expect_identical(unique(results$seed), c(4L, 2L))
  expect_identical(sort(unique(results$noise)), c(0, 0.4))
  expect_true(all(is.na(results$message)))
})

test_that("a fit does not depend on what else is in the grid", {
  skip_on_cran()
  large <- small_experiment(data = small_data(), models = c("NMF", "GNMF"), ranks = c(3, 4),
                            seeds = 1:2, noise = c(0, 0.3), variants = c("baseline", "meta"))
  alone <- small_experiment(data = small_data()["second"], models = "GNMF", seeds = 2, noise = 0.3,
                            variants = "meta")
  same <- large[fit_key(large) == fit_key(alone), ]
  expect_equal(timeless(same), timeless(alone), ignore_attr = "row.names", tolerance = 0)
})

test_that("the rows are what the verbs give when called by hand", {
  results <- small_experiment(models = "GNMF", noise = 0.3, seeds = 5)
  data <- small_data()$first
  x <- with_stream(add_noise(scale_minmax(data$x), 0.3), "noise", "first", 5)
  split <- with_stream(split_tasks(x, 5, 12, labels = data$labels), "split", "first", 5)
  key <- function(variant) list("first", 0.3, "GNMF", variant, 4, 5)
  inner <- nmf_control(max_iter = 20, tol = 0)
  graph <- list(graph = rbf_graph, lambda = 0.3, form = "raw")
  plain <- function(x, iterations, variant) {
    control <- nmf_control(max_iter = iterations, tol = 0)
    with_stream(do.call(gnmf, c(list(x, 4, control = control, solver = "mu", order = "none"),
                                graph)), "fit", key(variant))
  }
  learned <- with_stream(
    do.call(meta_gnmf, c(list(split, 4, control = meta_control(epochs = 2, inner = inner)), graph)),
    "fit", key("meta"))
  half <- do.call(cbind, c(split$tasks, list(split$target)))
  # Streams keep the names that variants had in version 0.1.0.
  fits <- list(baseline = plain(split$evaluation, 20, "baseline"),
               meta = thesis_adapt(learned, split$evaluation, 20),
               plain_matched = thesis_adapt(plain(half, 40, "c2"), split$evaluation, 20),
               plain_long = plain(split$evaluation, 60, "long"))
  rows <- results[match(names(fits), results$variant), ]
  expect_identical(rows$objective, unname(vapply(fits, objective, 0)))
  error <- function(fit) norm(residuals(fit, split$evaluation), "F") / norm(split$evaluation, "F")
  expect_equal(rows$error, unname(vapply(fits, error, 0)), tolerance = 1e-12)
  expect_identical(rows$iterations, c(20L, 20L, 20L, 60L))
  expect_identical(rows$learning_iterations, c(0L, 40L, 40L, 0L))
  score <- function(fit, score) {
    mean(vapply(1:2, function(i) {
      key <- key("meta")
      found <- with_stream(stats::kmeans(t(fit$h), 10, iter.max = 100), "kmeans", i, key)$cluster
      score(found, split$labels$evaluation)
    }, 0))
  }
  expect_identical(rows$nmi[[2]], score(fits$meta, nmi))
  expect_identical(rows$ari_max[[2]], score(fits$meta, ari))
  expect_identical(rows$scale_w, rep("max", 4))
})

test_that("a fit's scores with other scales of W are those of a fit that was scaled so", {
  fit <- nmf(small_data()$first$x, 4, control = nmf_control(max_iter = 10, tol = 0))
  by_hand <- function(scale) {
    w <- sweep(fit$w, 2, fit$scaling$divisor, "*")
    h <- fit$h / fit$scaling$divisor
    size <- switch(scale, max = apply(w, 2, max), l2 = sqrt(colSums(w^2)), none = rep(1, 4))
    h * size
  }
  found <- scaled_coefs(fit)
  for (scale in c("max", "l2", "none")) expect_equal(found[[scale]], by_hand(scale))
})

test_that("the noise of two levels differs in its size alone, and halves are those of the seed", {
  data <- small_data()$first
  job <- list(dataset = "first", noise = 0, seed = 1)
  split <- lapply(c(0, 0.1, 0.2), function(noise) {
    draw_split(data, utils::modifyList(job, list(noise = noise)), small_protocol())
  })
  index <- lapply(split, `[[`, "index")
  expect_identical(index[[1]], index[[2]])
  middle <- split[[1]]$target > 0.9 # where the absolute value plays no part
  shift <- function(i) (split[[i]]$target - split[[1]]$target)[middle]
  expect_equal(shift(3), 2 * shift(2))
})

test_that("split = \"fixed\" keeps split and noise over seeds, \"random\" draws them anew", {
  draw <- function(kind, seed) {
    draw_split(small_data()$first, list(dataset = "first", noise = 0.3, seed = seed),
               small_protocol(split = kind))
  }
  expect_identical(draw("fixed", 1), draw("fixed", 2))
  expect_false(identical(draw("random", 1)$index, draw("random", 2)$index))
  expect_false(identical(draw("random", 1)$evaluation, draw("random", 2)$evaluation))
})

test_that("a fit that fails is a row with its message and not the end of the run", {
  # Fewer distinct samples than clusters in the evaluation half.
  data <- small_data()["first"]
  data$first$labels <- seq_len(200)
  results <- small_experiment(data = data, variants = c("baseline", "plain_long"))
  expect_identical(nrow(results), 2L)
  expect_match(results$message, "distinct")
  expect_true(all(is.na(results$nmi)))
})

test_that("what is known from elsewhere is not run again", {
  first <- small_experiment(seeds = 1, variants = c("baseline", "plain_long"))
  first$objective <- -first$objective # as no fit would give it
  more <- small_experiment(seeds = 1:2, variants = c("baseline", "plain_long"), known = first)
  expect_identical(as.data.frame(more)[1:2, ], as.data.frame(first))
  expect_true(all(more$objective[3:4] > 0))
  expect_error(small_experiment(protocol = experiment_protocol("author", split = "random",
                                                               task_size = 20), known = first),
               "protocol \"author\"", class = "metanmf_error")
})

test_that("the user's generator and plan of random numbers are left alone", {
  set.seed(3)
  before <- .Random.seed
  small_experiment(noise = c(0, 0.1))
  expect_identical(.Random.seed, before)
})

test_that("experiment_fit() gives the fit behind a row", {
  results <- small_experiment(noise = 0.2, variants = c("meta", "hals"))
  for (i in 1:2) {
    fit <- experiment_fit(results[i, ], small_protocol(), small_data()["first"])
    expect_identical(objective(fit), results$objective[[i]])
  }
  expect_error(experiment_fit(results, small_protocol()), class = "metanmf_error")
  expect_error(experiment_fit(list(dataset = "digits")), class = "metanmf_error")
})

test_that("the author's inverted switch starts Meta-GNMF-NNDSVD at random and never from NNDSVD", {
  protocol <- experiment_protocol("author", split = "random", task_size = 20,
                                  control = meta_control(preset = "author", epochs = 3))
  data <- small_data()["first"]
  job <- list(dataset = "first", noise = 0, seed = 1)
  split <- draw_split(data$first, job, protocol)
  none <- meta_control(preset = "author", epochs = 3, restart = "never")
  key <- function(model) list("first", 0, model, "meta", 4, 1)
  learn <- function(model, ...) with_stream(meta_gnmf(split, 4, ...), "fit", key(model))
  by_hand <- list(
    "GNMF-NNDSVD" = learn("GNMF-NNDSVD", init = "random", control = none),
    GNMF = learn("GNMF", init = "random",
                 control = meta_control(preset = "author", epochs = 3, restart = "even"))
  )
  for (model in names(by_hand)) {
    row <- list(dataset = "first", noise = 0, model = model, variant = "meta", rank = 4, seed = 1)
    fit <- experiment_fit(row, protocol, data)
    expect_identical(objective(fit), objective(adapt(by_hand[[model]], split$evaluation)))
  }
})

test_that("settled models run to convergence and have no controls of equal length", {
  results <- small_experiment(models = c("GNMF-auto", "NMF-auto"))
  expect_setequal(results$variant, c("kmeans", "baseline", "meta", "hals"))
  fit <- experiment_fit(results[results$model == "NMF-auto", ], small_protocol(),
                        small_data()["first"])
  expect_true(fit$converged)
  expect_identical(fit$model$solver, "hals")
})

test_that("the published graph model sees unit samples and keeps unit columns of W", {
  results <- small_experiment(models = "GNMF-kNN", variants = c("baseline", "meta"))
  expect_identical(results$scale_w, c("l2", "l2"))
  expect_identical(results$nmi, results$nmi_l2)
  fit <- experiment_fit(results[1, ], small_protocol(), small_data()["first"])
  expect_equal(unname(colSums(fit$w^2)), rep(1, 4))
  # Samples at unit length have ||X||^2 = n.
  expect_equal(fit$data$x_norm2, 100)
})

test_that("bad input is refused before anything runs, with what would do", {
  folder <- file.path(tempdir(), "untouched")
  expect_bad(experiment("didgits"), "data")
  expect_bad(experiment("digits", "GNMF-NNDSDV"), "models")
  expect_bad(experiment("digits", variants = "c3"), "variants")
  expect_bad(experiment("digits", noise = "nosy"), "noise")
  expect_bad(experiment("digits", ranks = c(2, 2)), "ranks")
  expect_bad(experiment("digits", seeds = -1), "seeds")
  expect_bad(experiment("digits", rangs = 5), "...")
  expect_bad(experiment("digits", protocol = "thesys"), "protocol")
  expect_bad(experiment(digits, ranks = 5), "data")
  expect_bad(experiment(list(mine = list(x = digits$x, labels = 1:3)), ranks = 5),
             "data$mine$labels")
  expect_bad(experiment(list(mine = digits["x"]), ranks = 5), "data$mine")
  few <- list(mine = list(x = digits$x[, 1:100], labels = digits$labels[1:100]))
  expect_error(experiment(few, ranks = 5), "^Data set mine", class = "metanmf_error")
  expect_bad(experiment("digits", ranks = 55), "ranks")
  expect_bad(experiment(small_data(), protocol = "author", ranks = 5), "protocol")
  expect_bad(experiment(small_data(), "NMF-auto", variants = "plain_long", ranks = 5,
                        protocol = small_protocol()), "variants")
  expect_false(dir.exists(folder))
})
