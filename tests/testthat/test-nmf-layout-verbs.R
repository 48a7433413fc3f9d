# Every exported function on a fit with gaps, or on what belongs to it. What takes no fit has none.
test_that("every exported function takes a fit with an unobserved sample and feature", {
  skip_if_not_installed("clue")
  x <- unobserved_case()
  whole <- replace(x, is.na(x), 1)
  control <- nmf_control(40, tol = 0)
  fit <- seeded(nmf(x, 3, missing = "mask", control = control))
  less <- seeded(nmf(x[-3, -5], 3, control = control))
  quiet <- suppressMessages
  runs_of <- function(...) seeded(quiet(nmf(..., n_start = 3, keep = "all", control = control)))
  kept <- runs_of(x, 3, missing = "mask")
  kept_less <- runs_of(x[-3, -5], 3)
  labels <- rep(1:2, 7)
  clusters <- seeded(cluster_samples(fit, 2))
  same <- function(value, right) expect_equal(value, right, ignore_attr = TRUE)
  gone <- function(values) expect_true(length(values) > 0 && all(is.na(values)))
  drawn <- function(code) {
    grDevices::pdf(NULL)
    on.exit(grDevices::dev.off())
    expect_no_error(suppressMessages(code))
  }

  checks <- list(
    basis = function() gone(basis(fit)[3, ]),
    objective = function() same(objective(fit), objective(less)),
    nmf = function() {
      expect_false(anyNA(quiet(nmf(whole, 3, init = fit, control = control))$w))
      again <- quiet(nmf(x, 3, init = fit, missing = "mask", control = control))
      same(predict(again)[, -5], coef(nmf(x[-3, -5], 3, init = less, control = control)))
    },
    gnmf = function() expect_false(anyNA(quiet(gnmf(whole, 3, init = fit, control = control))$h)),
    adapt = function() {
      adapted <- quiet(adapt(fit, whole, max_iter = 20))
      gone(basis(adapted)[3, ])
      same(basis(adapted)[-3, ], basis(adapt(less, whole[-3, ], max_iter = 20)))
      expect_message(adapt(fit, whole), "Nothing was observed of 1 feature: left out")
      new <- replace(replace(whole, cbind(1:10, 7), NA), cbind(6, 1:14), NA)
      expect_message(other <- adapt(fit, new, missing = "mask", max_iter = 20),
                     "Nothing was observed of 1 sample and 2 features")
      gone(c(basis(other)[c(3, 6), ], coef(other)[, 7]))
      same(coef(other)[, -7], coef(quiet(adapt(less, new[-3, -7], 20, missing = "mask"))))
    },
    add_samples = function() {
      once <- function(x) {
        seeded(quiet(nmf(x, 3, solver = "online", missing = "mask", max_iter = 3, tol = 0)))
      }
      added <- quiet(add_samples(once(x), x, missing = "mask"))
      gone(c(basis(added)[3, ], coef(added)[, 5]))
      same(basis(added)[-3, ], basis(add_samples(once(x[-3, -5]), x[-3, -5])))
    },
    cluster_samples = function() {
      gone(clusters[5])
      same(clusters[-5], seeded(cluster_samples(less, 2)))
      expect_identical(c(seeded(cluster_samples(coef(fit), 2))), c(clusters), ignore_attr = TRUE)
      expect_output(print(attr(clusters, "kmeans")), "of 13 samples.*nothing observed of 1 more")
    },
    runs = function() same(runs(kept)$components$stability, runs(kept_less)$components$stability),
    consensus = function() {
      gone(consensus(kept)$samples$silhouette[5])
      same(consensus(kept)[-5, -5], consensus(kept_less)[, ])
    },
    consensus_neighbours = function() {
      near <- consensus_neighbours(consensus(kept), 3)
      same(sum(near[, 5]), 0)
      same(as.matrix(near[-5, -5]), as.matrix(consensus_neighbours(consensus(kept_less), 3)))
    },
    consensus_nmf = function() {
      found <- seeded(quiet(consensus_nmf(x, 2, n_start = 5, missing = "mask",
                                           control = control)))
      gone(c(basis(found)[3, ], coef(found)[, 5]))
      same(basis(found)[-3, ], basis(seeded(quiet(consensus_nmf(
        x[-3, -5], 2, n_start = 5, control = control)))))
    },
    bootstrap_nmf = function() {
      sure <- seeded(quiet(bootstrap_nmf(fit, x, draws = 20, missing = "mask")))
      gone(c(sure$upper[, 5], sure$sd[, 5]))
      expect_false(anyNA(sure$upper[, -5]))
    },
    nmi = function() same(quiet(nmi(clusters, labels)), nmi(clusters[-5], labels[-5])),
    ari = function() same(quiet(ari(clusters, labels)), ari(clusters[-5], labels[-5])),
    purity = function() same(quiet(purity(clusters, labels)), purity(clusters[-5], labels[-5])),
    clustering_accuracy = function() {
      same(quiet(clustering_accuracy(predict(fit, type = "class"), labels)),
           clustering_accuracy(predict(less, type = "class"), labels[-5]))
    },
    match_components = function() {
      expect_message(found <- match_components(fit, whole[, 1:3]), "without 1 feature")
      same(found, match_components(less, whole[-3, 1:3]))
    },
    basis_stability = function() {
      same(quiet(basis_stability(list(fit, basis(fit), whole[, 1:3]))),
           basis_stability(list(less, basis(less), whole[-3, 1:3])))
    },
    basis_measures = function() {
      same(basis_measures(fit)$sparseness, basis_measures(less)$sparseness)
      expect_false(anyNA(basis_measures(basis(fit), c(5, 2))))
    },
    top_features = function() {
      same(top_features(fit)[c(1:2, 4)], top_features(less)[c(1:2, 4)])
      expect_identical(top_features(fit)$feature, top_features(less)$feature)
    },
    as_nmf = function() {
      found <- quiet(predict(as_nmf(basis(fit), penalty = penalty_sparse(0.1)), whole))
      same(found, predict(as_nmf(basis(less), penalty = penalty_sparse(0.1)), whole[-3, ]))
    },
    plot_basis = function() {
      drawn(plot_basis(list(fit, basis(fit)), c(5, 2), colour_range = "each"))
    },
    add_reduced_dim = function() {
      if (!requireNamespace("SingleCellExperiment", quietly = TRUE)) return()
      cells <- SingleCellExperiment::SingleCellExperiment(list(whole))
      stored <- SingleCellExperiment::reducedDim(add_reduced_dim(cells, fit))
      gone(c(stored[5, ], attr(stored, "rotation")[3, ]))
      same(stored[-5, ], t(coef(less)))
    },
    init_random = NULL, init_nndsvd = NULL, init_kmeans = NULL
  )
  for (check in Filter(Negate(is.null), checks)) check()

  methods <- list(
    coef = function() {
      gone(coef(fit)[, 5])
      gone(coef(fit, type = "proportion")[, 5])
      same(coef(fit, type = "proportion")[, -5], coef(less, type = "proportion"))
    },
    fitted = function() {
      same(fitted(fit)[-3, -5], fitted(less))
      gone(c(fitted(fit)[3, ], fitted(fit)[, 5]))
    },
    residuals = function() {
      same(residuals(fit, x)[-3, -5], residuals(less, x[-3, -5]))
      gone(residuals(fit, x, "deviance", at = list(samples = 5)))
      gone(fitted(fit, at = cbind(3, 1:14)))
    },
    deviance = function() same(deviance(fit), deviance(less)),
    nobs = function() same(nobs(fit), 9 * 13),
    predict = function() {
      gone(predict(fit, type = "class")[5])
      same(quiet(predict(fit, whole)), predict(less, whole[-3, ]))
      gone(quiet(predict(fit, whole, type = "response"))[3, ])
      new <- replace(whole, cbind(c(1:2, 4:10), 2), NA)
      expect_message(h <- predict(fit, new, missing = "mask"), "of 1 sample and 1 feature")
      gone(h[, 2])
      same(h[, -2], quiet(predict(less, new[-3, -2])))
      gone(quiet(predict(fit, new[, 2, drop = FALSE], "class", missing = "mask")))
    },
    summary = function() {
      same(summary(fit)$share, summary(less)$share)
      same(summary(fit)$zeros, summary(less)$zeros)
    },
    as.data.frame = function() {
      long <- as.data.frame(fit)
      gone(long$weight[long$feature == "f3"])
      same(long[long$feature != "f3", ], as.data.frame(less))
      long <- as.data.frame(fit, matrix = "coef")
      gone(long$weight[long$sample == "s5"])
      same(long[long$sample != "s5", ], as.data.frame(less, matrix = "coef"))
    },
    tidy = function() {
      if (!requireNamespace("generics", quietly = TRUE)) return()
      gone(generics::tidy(fit, matrix = "coef")$value[5])
    },
    glance = function() {
      if (!requireNamespace("generics", quietly = TRUE)) return()
      known <- c("objective", "deviance", "nobs", "dead", "kkt")
      same(unlist(generics::glance(fit)[known]), unlist(generics::glance(less)[known]))
      same(unlist(generics::glance(fit)[c("features", "samples")]), c(10, 14))
    },
    autoplot = function() {
      if (!requireNamespace("ggplot2", quietly = TRUE)) return()
      gone(subset(ggplot2::autoplot(fit, "coef")$data, sample == "s5")$relative)
      same(ggplot2::autoplot(fit)$data, ggplot2::autoplot(less)$data)
    },
    augment = function() {
      if (!requireNamespace("generics", quietly = TRUE)) return()
      rows <- generics::augment(fit, data.frame(group = 1:14))
      gone(unlist(rows[5, c(".cluster", ".coef_c2")]))
      same(as.data.frame(rows[-5, -1]), as.data.frame(generics::augment(less)[-1]))
      gone(generics::augment(fit, newdata = replace(x, TRUE, NA), missing = "mask")$.cluster)
    },
    `[` = function() {
      gone(basis(fit[2])[3, ])
      same(coef(fit[2:1])[, -5], coef(less[2:1]))
    },
    as.matrix = function() expect_bad(as.matrix(fit), "x"),
    t = function() expect_bad(t(fit), "x"),
    sort = function() same(fitted(sort(fit))[-3, -5], fitted(less)),
    update = function() same(seeded(update(fit, x = x))$h[, -5], coef(less)),
    logLik = function() same(logLik(fit), logLik(less)),
    sigma = function() same(sigma(fit), sigma(less)),
    simulate = function() {
      drawn <- simulate(fit, seed = 1)[[1]]
      gone(c(drawn[3, ], drawn[, 5]))
      same(drawn[-3, -5], simulate(less, seed = 1)[[1]])
    },
    format = function() expect_match(format(fit), "10 features x 14 samples, rank 3"),
    dim = function() same(dim(fit), c(10, 14, 3)),
    dimnames = function() same(dimnames(fit)[[3]], c("c1", "c2", "c3")),
    head = function() gone(head(fit, 3)[3, ]),
    tail = function() gone(tail(fit, -2)[1, ]),
    print = function() expect_output(print(fit), "nothing observed of 1 sample and 1 feature"),
    plot = function() {
      drawn(plot(fit))
      drawn(plot(fit, "coef"))
      drawn(plot(fit, "basis"))
      drawn(plot(fit, "basis", image_size = c(5, 2)))
      for (type in c("clusters", "features", "profile", "parts")) drawn(plot(fit, type))
      drawn(plot(fit, "map", image_size = c(7, 2)))
      drawn(plot(fit, "parts", image_size = c(5, 2), data = x))
    }
  )
  for (check in methods) check()

  # Those that read no fit: data alone, options, or the thesis' experiments.
  others <- c("add_noise", "add_nuisance", "scale_minmax", "select_rank", "select_lambda",
              "split_tasks", "knn_graph", "rbf_graph", "nmf_control",
              "meta_control", "meta_nmf", "meta_gnmf", "basis_parts", "compare_variants",
              "load_dataset", "plot_epoch", "thesis_table", "step_nmf", "read_experiment",
              "write_experiment", "beta_loss", "nb_loss", "block_source", "read_block",
              "write_blocks", "solver_online", "use_workers",
              "group_nmf", "inmf", "add_task", "choose_private",
              grep("^(penalty|constraint|experiment)", getNamespaceExports("metanmf"),
                   value = TRUE))
  exported <- grep("^[.]", getNamespaceExports("metanmf"), value = TRUE, invert = TRUE)
  expect_setequal(c(names(checks), others), exported)
  registered <- getNamespaceInfo("metanmf", "S3methods")
  of_fits <- registered[registered[, 2] == "nmf_fit", 1]
  expect_setequal(setdiff(of_fits, c("$", "[[", names(checks))), names(methods))
})
