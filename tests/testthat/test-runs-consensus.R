# consensus(): what is made of a fit's runs.

quick <- nmf_control(10, tol = 0)

kept <- function(n = 24, runs = 6, ...) {
  set.seed(1)
  x <- drawn_data(9, n, 3)
  colnames(x) <- paste0("s", seq_len(n))
  nmf(x, 3, n_start = runs, keep = "all", control = quick, ...)
}

test_that("a consensus is that of the runs' classes, in blocks and as a whole", {
  fit <- kept()
  agree <- consensus(fit)
  classes <- t(vapply(fit$model$runs$h, function(h) apply(h, 2L, which.max), integer(24)))
  expect_equal(unname(agree$classes), unname(classes))
  whole <- Reduce(`+`, lapply(1:6, function(i) outer(classes[i, ], classes[i, ], `==`))) / 6
  dimnames(whole) <- list(colnames(fit), colnames(fit))
  expect_equal(as.matrix(agree), whole)
  expect_equal(agree[1:3, c("s9", "s2")], whole[1:3, c("s9", "s2")])
  expect_equal(agree$dispersion, mean((2 * whole - 1)^2))
  expect_identical(as.data.frame(agree)$sample, colnames(fit))
  expect_equal(mean(agree$samples$silhouette), agree$silhouette)
  # Scaling and order of components are no part of it, nor is a list of the same fits.
  singles <- lapply(1:6, function(i) {
    one <- unclass(fit)
    one$w <- fit$model$runs$w[[i]][, 3:1]
    one$h <- fit$model$runs$h[[i]][3:1, ]
    structure(one, class = "nmf_fit")
  })
  expect_equal(as.matrix(consensus(singles)), whole)
})

test_that("beyond `most` leaves a tree of drawn samples stands for all, always the same", {
  fit <- kept(n = 60)
  agree <- consensus(fit, most = 8)
  expect_length(agree$order, 8)
  expect_false(anyNA(agree$samples$cluster))
  expect_identical(sum(!is.na(agree$samples$silhouette)), 8L)
  set.seed(99)
  expect_identical(consensus(fit, most = 8), agree)
  expect_identical(agree$dispersion, consensus(fit)$dispersion)
  # A sample outside of the tree is in the cluster it was with most often.
  whole <- as.matrix(agree)
  cluster <- agree$samples$cluster
  for (one in setdiff(1:60, agree$order)) {
    means <- tapply(whole[one, agree$order], cluster[agree$order], mean)
    expect_equal(means[[as.character(cluster[one])]], max(means))
  }
})

test_that("neighbours are the largest entries of each row, made symmetric, without the diagonal", {
  agree <- consensus(kept(n = 40))
  whole <- as.matrix(agree)
  diag(whole) <- 0
  near <- consensus_neighbours(agree, k = 4)
  expect_s4_class(near, "dgCMatrix")
  mine <- 0 * whole
  for (j in 1:40) {
    at <- order(-whole[, j])[1:4]
    mine[at, j] <- whole[at, j]
  }
  expect_equal(as.matrix(near), pmax(mine, t(mine)))
  expect_s3_class(gnmf(matrix(runif(160), 4, dimnames = list(NULL, colnames(whole))), 2,
                       graph = near, control = quick), "nmf_fit")
  expect_bad(consensus_neighbours(agree, 40), "k")
  expect_bad(consensus_neighbours(whole), "x")
  # More blocks than one.
  set.seed(3)
  many <- structure(list(classes = matrix(sample(3, 1800, TRUE), 6)), class = "nmf_consensus")
  whole <- many[]
  diag(whole) <- 0
  near <- as.matrix(consensus_neighbours(many, 2))
  expect_true(all(near == 0 | near == whole))
  expect_true(all(apply(near, 2L, max) == apply(whole, 2L, max)))
})

test_that("one run, kept scores, other samples and ranks without k are refused with what to do", {
  expect_bad(consensus(kept(runs = 1)), "fit")
  set.seed(2)
  x <- drawn_data(9, 12, 3)
  scores <- nmf(x, 2, n_start = 2, keep = "scores", control = quick)
  expect_bad(consensus(scores), "fit")
  expect_error(consensus(scores), "keep = \"all\"", fixed = TRUE)
  expect_bad(consensus(nmf(x, 2, control = quick)), "fit")
  two <- nmf(x, 2, control = quick)
  three <- nmf(x, 3, control = quick)
  expect_bad(consensus(list(two, three)), "k")
  expect_identical(consensus(list(two, three), k = 2)$runs, 2L)
  expect_bad(consensus(list(two, nmf(x[, 1:9], 2, control = quick))), "fit")
  expect_bad(consensus(list(two, two), k = 13), "k")
  expect_bad(consensus(list(two, two), most = 1), "most")
  expect_bad(consensus(list(two, two), rank = 2), "...")
  expect_bad(consensus(list(two, two))[13, ], "i")
})

test_that("a sample without coefficients is together with none, and identical runs agree", {
  x <- drawn_data(6, 10, 2)
  x[, 4] <- 0
  set.seed(4)
  fit <- nmf(x, 2, n_start = 3, keep = "all", control = quick)
  agree <- consensus(fit)
  expect_identical(drop(agree[4, ]), as.numeric(1:10 == 4))
  expect_equal(consensus(list(fit, fit))$dispersion, 1)
})

test_that("the package's answer stands for NMF's generic too", {
  other <- "NMF"
  skip_if_not_installed(other)
  fit <- kept()
  expect_identical(getExportedValue(other, "consensus")(fit), consensus(fit))
})

test_that("the picture shows samples in the order of the tree, with a bar of groups", {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  agree <- consensus(kept())
  expect_identical(plot(agree), agree)
  expect_no_error(plot(agree, groups = rep(letters[1:3], 8), main = NULL, legend = FALSE))
  expect_bad(plot(agree, groups = 1:3), "groups")
  expect_bad(plot(agree, col = 2), "...")
  expect_output(print(agree), "consensus of 6 runs, 24 samples")
})

test_that("bases without samples have no consensus, and their runs print without an objective", {
  bases <- list(as_nmf(diag(3)), as_nmf(diag(3)[, 3:1]))
  expect_bad(consensus(bases), "fit")
  expect_no_warning(shown <- capture.output(print(runs(bases))))
  expect_no_match(shown, "objective")
})
