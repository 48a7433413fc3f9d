test_that("the consensus is the share of runs that put two samples together", {
  classes <- rbind(c(1, 1, 2), c(2, 2, 1), c(1, 2, 2))
  expect_equal(consensus_matrix(classes),
               rbind(c(3, 2, 0), c(2, 3, 1), c(0, 1, 3)) / 3)
})

test_that("runs that agree up to the names of classes have correlation, dispersion and width 1", {
  classes <- rbind(rep(1:3, each = 4), rep(c(2, 3, 1), each = 4))
  consensus <- consensus_matrix(classes)
  expect_equal(cophenetic_correlation(consensus), 1)
  expect_equal(consensus_silhouette(consensus, 3L), 1)
  expect_equal(mean((2 * consensus - 1)^2), 1)
})

test_that("one component has neither a correlation nor a silhouette", {
  consensus <- consensus_matrix(matrix(1, 5, 6))
  expect_identical(cophenetic_correlation(consensus), NA_real_)
  expect_identical(consensus_silhouette(consensus, 1L), NA_real_)
})

test_that("the silhouette is Rousseeuw's, sample by sample", {
  set.seed(1)
  consensus <- consensus_matrix(matrix(sample(3, 200, TRUE), 10))
  apart <- 1 - consensus
  cluster <- cutree(hclust(as.dist(apart), "average"), 3)
  width <- vapply(seq_along(cluster), function(i) {
    others <- seq_along(cluster) != i
    own <- others & cluster == cluster[i]
    if (!any(own)) return(0)
    a <- mean(apart[i, own])
    b <- min(tapply(apart[i, cluster != cluster[i]], cluster[cluster != cluster[i]], mean))
    (b - a) / max(a, b)
  }, 0)
  expect_equal(consensus_silhouette(consensus, 3L), mean(width))
})

test_that("samples without a class are together with none", {
  consensus <- consensus_matrix(rbind(c(1, NA, 1), c(1, NA, NA)))
  expect_equal(consensus, rbind(c(1, 0, 0.5), c(0, 1, 0), c(0.5, 0, 1)))
})

test_that("labels and stability add their columns, and do not move the choice", {
  set.seed(2)
  block <- kronecker(diag(3), matrix(1, 10, 15))
  x <- block * matrix(rgamma(length(block), 5), nrow(block)) + 0.01
  labels <- rep(letters[1:3], each = 15)
  choose <- function(...) {
    set.seed(3)
    select_rank(x, 2:4, masks = 3, ...)
  }
  plain <- choose()
  full <- choose(labels = labels, stability = TRUE)
  expect_identical(full$rank, plain$rank)
  expect_equal(full$ranks[names(plain$ranks)], plain$ranks)
  expect_equal(full$ranks$nmi[[2L]], 1)
  expect_equal(full$ranks$cophenetic[[2L]], 1)
  expect_bad(choose(labels = labels[-1]), "labels")
})
