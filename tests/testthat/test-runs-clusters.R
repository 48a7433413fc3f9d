# Components of runs: outliers, clusters, medians.

test_that("the density is the mean Euclidean distance to the nearest others", {
  set.seed(1)
  points <- directions(matrix(rgamma(60, 0.4), 5))
  apart <- as.matrix(dist(t(points)))
  right <- apply(apart, 1L, function(own) mean(sort(own)[2:4]))
  expect_equal(mean_nearest(crossprod(points), 3L), unname(right))
})

# Copies of three components, and one that nothing resembles.
planted_runs <- function() {
  set.seed(2)
  w <- matrix(rgamma(30, 0.3), 10)
  bases <- lapply(1:8, function(i) {
    order <- sample(3)
    (w * exp(rnorm(30, sd = 0.05)))[, order] * rep(runif(3, 1, 5), each = 10)
  })
  bases[[5]][, 2] <- runif(10)
  list(w = w, bases = bases)
}

test_that("clusters are found whatever the order and the scale, and an outlier is dropped", {
  skip_if_not_installed("clue")
  planted <- planted_runs()
  found <- run_components(planted$bases, 11:18)
  expect_identical(found$run, rep(11:18, each = 3))
  made <- cluster_components(found, 3L, 8L, density = 0.3, neighbours = 0.5)
  expect_identical(which(!made$members$kept), 14L)
  expect_true(all(match_components(made$w, planted$w)$cosine > 0.99))
  expect_identical(sum(made$components$members), 23L)
  expect_setequal(made$components$runs, c(7L, 8L, 8L))
  expect_true(all(made$components$stability > 0.7))
  # Medians entry by entry of columns of length 1.
  for (k in 1:3) {
    members <- found$points[, which(made$members$cluster == k)]
    expect_equal(made$w[, k], apply(members, 1L, median))
    unit <- directions(made$w)[, k]
    expect_equal(made$components$cosine[[k]], mean(colSums(members * unit)))
  }
})

test_that("stability is the mean silhouette with one minus the cosine as distance", {
  planted <- planted_runs()
  made <- cluster_components(run_components(planted$bases, 1:8), 3L, 8L, 2, 0.3)
  expect_true(all(made$members$kept))
  points <- run_components(planted$bases, 1:8)$points
  cluster <- made$members$cluster
  # Rousseeuw's (b - a) / max(a, b), row by row: a within the cluster, b to the nearest other one.
  widths <- vapply(seq_along(cluster), function(i) {
    apart <- tapply((1 - crossprod(points))[i, -i], cluster[-i], mean)
    own <- names(apart) == cluster[[i]]
    (min(apart[!own]) - apart[[which(own)]]) / max(min(apart[!own]), apart[[which(own)]])
  }, 0)
  expect_equal(made$members$silhouette, widths)
  expect_equal(made$components$stability, unname(c(tapply(widths, cluster, mean))))
})

test_that("more features than components change nothing of the clusters", {
  planted <- planted_runs()
  tall <- lapply(planted$bases, function(w) w[rep(1:10, 9), ])
  short <- cluster_components(run_components(planted$bases, 1:8), 3L, 8L, 0.3, 0.5)
  long <- cluster_components(run_components(tall, 1:8), 3L, 8L, 0.3, 0.5)
  # The names of clusters are chance; the same members make the same component.
  at <- match(1:3, long$members$cluster)
  expect_equal(3 * long$w[1:10, ], short$w[, short$members$cluster[at]], ignore_attr = TRUE)
  expect_equal(long$components$stability,
               short$components$stability[short$members$cluster[at]])
})

test_that("dead components are left out, and features that are NA in one basis", {
  bases <- planted_runs()$bases
  bases[[1]][, 3] <- 0
  bases[[2]][4, ] <- NA
  found <- run_components(bases, 1:8)
  expect_identical(dim(found$points), c(9L, 23L))
  expect_identical(found$component[1:4], c(1L, 2L, 1L, 2L))
  expect_identical(which(!found$known), 4L)
})

test_that("identical runs make their own components; too few different ones are refused", {
  set.seed(3)
  w <- directions(matrix(rgamma(30, 0.3), 10))
  made <- cluster_components(run_components(rep(list(w), 4), 1:4), 3L, 4L, 0.5, 0.3)
  expect_equal(made$w[, order(made$w[1, ])], w[, order(w[1, ])])
  expect_equal(made$components$stability, c(1, 1, 1))
  expect_equal(made$members$distance, rep(0, 12))
  one <- rep(list(w[, c(1, 1, 1)]), 4)
  expect_bad(cluster_components(run_components(one, 1:4), 3L, 4L, 0.5, 0.3), "density")
  all_apart <- lapply(1:4, function(i) directions(matrix(rgamma(30, 0.3), 10)))
  expect_bad(cluster_components(run_components(all_apart, 1:4), 3L, 4L, 0.001, 0.3), "density")
  expect_error(cluster_components(run_components(all_apart, 1:4), 3L, 4L, 0.001, 0.3),
               "Use a larger `density`")
  # Three components that share no feature, in one cluster.
  disjoint <- lapply(1:3, function(i) diag(5)[, i, drop = FALSE])
  expect_bad(cluster_components(run_components(disjoint, 1:3), 1L, 3L, 2, 0.3), "density")
})
