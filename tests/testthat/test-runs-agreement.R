# The consensus of runs against its definitions, entry by entry.

# C as it is defined, sample by sample.
plain_consensus <- function(classes) {
  n <- ncol(classes)
  whole <- matrix(0, n, n)
  for (i in seq_len(n)) for (j in seq_len(n)) {
    whole[i, j] <- mean((classes[, i] == classes[, j]) %in% TRUE)
  }
  diag(whole) <- 1
  whole
}

plain_silhouette <- function(apart, cluster) {
  vapply(seq_along(cluster), function(i) {
    others <- seq_along(cluster) != i
    own <- others & cluster == cluster[i]
    if (!any(own)) return(0)
    a <- mean(apart[i, own])
    b <- min(tapply(apart[i, cluster != cluster[i]], cluster[cluster != cluster[i]], mean))
    if (max(a, b) == 0) 0 else (b - a) / max(a, b)
  }, 0)
}

drawn_classes <- function(seed, runs = 10, samples = 30, k = 3, gaps = 0) {
  set.seed(seed)
  truth <- rep(seq_len(k), length.out = samples)
  classes <- t(replicate(runs, ifelse(runif(samples) < 0.7, truth, sample(k, samples, TRUE))))
  classes[sample(length(classes), gaps)] <- NA
  classes
}

# So many runs, in which samples keep their class with chances of their own, that no two distances
# are equal and there is one tree alone.
untied_classes <- function(seed, samples, gaps = 0) {
  set.seed(seed)
  chance <- runif(samples, 0.4, 0.95)
  classes <- t(replicate(20001, {
    ifelse(runif(samples) < chance, rep(1:2, length.out = samples), sample(2, samples, TRUE))
  }))
  classes[sample(length(classes), gaps)] <- NA
  classes
}

whole_block <- function(classes) {
  consensus_block(classes, seq_len(ncol(classes)), seq_len(ncol(classes)))
}

test_that("blocks of the consensus are the share of runs that put two samples together", {
  for (classes in list(drawn_classes(1), drawn_classes(2, gaps = 25))) {
    whole <- plain_consensus(classes)
    expect_equal(unname(whole_block(classes)), whole)
    expect_equal(unname(consensus_block(classes, c(7, 2), c(2, 9, 7))), whole[c(7, 2), c(2, 9, 7)])
  }
  expect_equal(unname(whole_block(rbind(c(1, NA, 1), c(1, NA, NA)))),
               rbind(c(1, 0, 0.5), c(0, 1, 0), c(0.5, 0, 1)))
})

test_that("the dispersion is Kim and Park's, without the consensus being made", {
  for (classes in list(drawn_classes(3), drawn_classes(4, gaps = 40), matrix(NA_integer_, 2, 5))) {
    expect_equal(consensus_dispersion(classes), mean(4 * (plain_consensus(classes) - 0.5)^2))
  }
})

test_that("the cophenetic correlation is that of the tree over all samples", {
  for (gaps in c(0, 5000)) {
    classes <- untied_classes(5, 12, gaps)
    whole <- plain_consensus(classes)
    apart <- as.dist(1 - whole)
    expect_identical(anyDuplicated(c(apart)), 0L)
    tree <- hclust(apart, "average")
    found <- consensus_tree(classes, 2L)
    expect_equal(found$cophenetic, cor(apart, cophenetic(tree)))
    expect_identical(found$cluster, cutree(tree, 2L))
  }
})

test_that("samples that were together in all runs are one leaf and count as so many", {
  classes <- untied_classes(6, 10)
  expect_identical(anyDuplicated(c(as.dist(plain_consensus(classes)))), 0L)
  classes <- classes[, c(1:10, 3, 3, 8)]
  whole <- plain_consensus(classes)
  apart <- as.dist(1 - whole)
  tree <- hclust(apart, "average")
  found <- consensus_tree(classes, 3L)
  expect_identical(found$leaves, 10L)
  expect_equal(found$cophenetic, cor(apart, cophenetic(tree)))
  expect_identical(found$cluster, cutree(tree, 3L))
  expect_equal(found$widths, plain_silhouette(1 - whole, cutree(tree, 3L)))
  expect_setequal(found$order, 1:13)
  # Neighbours in the order of the tree are one cluster after the other.
  expect_identical(length(rle(found$cluster[found$order])$lengths), 3L)
})

test_that("the silhouette is Rousseeuw's, sample by sample", {
  for (seed in 7:9) {
    classes <- drawn_classes(seed)
    found <- consensus_tree(classes, 4L)
    right <- plain_silhouette(1 - plain_consensus(classes), found$cluster)
    expect_equal(found$widths, right)
    expect_equal(found$silhouette, mean(right))
  }
})

test_that("runs that agree have dispersion, correlation and silhouette 1", {
  classes <- rbind(c(1, 1, 2, 2, 3, 3), c(2, 2, 3, 3, 1, 1))
  found <- consensus_tree(classes, 3L)
  expect_equal(consensus_dispersion(classes), 1)
  expect_equal(found$cophenetic, 1)
  expect_equal(found$silhouette, 1)
})

test_that("what has no value is NA: equal distances, one cluster, more clusters than leaves", {
  found <- consensus_tree(matrix(1, 5, 6), 1L)
  expect_identical(found$cophenetic, NA_real_)
  expect_identical(found$silhouette, NA_real_)
  # No two samples ever together.
  expect_identical(consensus_tree(matrix(1:6, 2, 6, byrow = TRUE), 2L)$cophenetic, NA_real_)
  two <- consensus_tree(rbind(c(1, 1, 2, 2), c(1, 1, 2, 2)), 3L)
  expect_identical(two$silhouette, NA_real_)
  expect_identical(two$cluster, c(1L, 1L, 2L, 2L))
})
