# The thesis states what it does: none of its numbers depends on a default of the core.

# A function whose defaults are text that no argument takes, so that reading one is an error.
# Presets are made by the controls themselves, so theirs are options that end every fit at once.
with_bad_defaults <- function(name) {
  bad <- list(max_iter = 2, tol = 0.5, scale = "none", threads = 1, block = 0, epochs = 1,
              transfer = "before", accumulate = TRUE, target_start = "zero",
              restart = "even", evaluation = "init")
  verb <- get(name, asNamespace("metanmf"))
  own <- formals(verb)
  for (argument in names(own)) {
    required <- is.name(own[[argument]]) && !nzchar(as.character(own[[argument]]))
    if (required || argument == "preset") next
    if (!grepl("control$", name)) {
      own[[argument]] <- paste("default of", name)
    } else if (argument %in% names(bad)) {
      own[[argument]] <- bad[[argument]]
    }
  }
  formals(verb) <- own
  verb
}

core_verbs <- c("nmf.default", "meta_nmf", "adapt", "nmf_control", "meta_control", "penalty_graph",
                "knn_graph", "rbf_graph", "split_tasks", "scale_minmax", "cluster_samples", "nmi",
                "init_nndsvd", "init_random", "add_noise", "gnmf", "meta_gnmf")

# All models and variants of small data under a preset, with fewer epochs.
every_row <- function(preset) {
  protocol <- experiment_protocol(preset, task_size = 12, split = "random", kmeans_repeats = 1)
  protocol$control$epochs <- 2L
  protocol$control$inner$max_iter <- 20L
  data <- small_data()[["first"]]
  fits <- plan_fits("first", model_table$model, 4, 0.1, 1, protocol, all_variants)
  rows <- list()
  keep <- function(row) rows <<- c(rows, list(row))
  for (job in split(fits, fits$rank %in% NA)) run_fits(job, keep, data, protocol)
  do.call(rbind, rows)
}

test_that("no default of the core moves a fit of either protocol", {
  skip_on_cran() # seconds of fits
  for (preset in c("thesis", "author")) {
    before <- every_row(preset)
    expect_true(all(is.na(before$message)))
    expect_identical(nrow(before), 25L)
    bad <- stats::setNames(lapply(core_verbs, with_bad_defaults), core_verbs)
    after <- with_mocked_bindings(every_row(preset), !!!bad, .package = "metanmf")
    expect_identical(timeless(after), timeless(before))
  }
})

test_that("the bad defaults would be seen", {
  bad <- stats::setNames(lapply(core_verbs, with_bad_defaults), core_verbs)
  with_mocked_bindings({
    expect_error(nmf(digits$x, 2), "default of nmf")
    expect_error(knn_graph(digits$x[, 1:20]), "default of knn_graph")
    expect_error(cluster_samples(digits$x, 2), "default of cluster_samples")
    expect_identical(nmf_control(preset = "author")$tol, 0)
    expect_identical(nmf_control()$tol, 0.5)
  }, !!!bad, .package = "metanmf")
})

test_that("the components of a fit stand in the order of its start", {
  x <- digits$x[, 1:200]
  set.seed(1)
  fit <- thesis_fit(x, 5, thesis_control(preset = "thesis"))
  order <- c(3, 1, 5, 2, 4)
  turned <- thesis_fit(x, 5, thesis_control(max_iter = 1, tol = 0),
                       init = list(w = fit$w[, order], h = fit$h[order, ]))
  expect_gt(min(colSums(unit_columns(turned$w) * unit_columns(fit$w[, order]))), 0.999)
  adapted <- thesis_adapt(fit, digits$x[, 201:400], max_iter = 1)
  expect_gt(min(colSums(unit_columns(adapted$w) * unit_columns(fit$w))), 0.9)
})

test_that("the thesis' clusters are those of stats::kmeans() from one draw of distinct samples", {
  set.seed(61)
  h <- matrix(runif(4 * 90), 4)
  for (starts in c(1, 3)) {
    set.seed(62)
    clusters <- thesis_clusters(h, 5, starts)
    set.seed(62)
    expect_identical(clusters, stats::kmeans(t(h), 5, iter.max = 100, nstart = starts)$cluster)
  }
})
