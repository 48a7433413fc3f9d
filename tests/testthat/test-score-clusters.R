# Three groups of 2, 5 and 3 samples, far apart; the order is mixed on purpose.
planted <- c(2, 1, 3, 1, 1, 2, 3, 1, 3, 1)
planted_h <- function() {
  centers <- cbind(c(0, 0), c(10, 0), c(0, 10))
  wobble <- matrix(c(-0.1, 0, 0.1, 0.2, 0.05), 2, 10)
  h <- abs(centers[, planted] + wobble)
  colnames(h) <- paste0("s", 1:10)
  h
}

test_that("planted groups are found and numbered by decreasing size", {
  set.seed(1)
  clusters <- cluster_samples(planted_h(), k = 3)
  expect_identical(as.vector(unclass(clusters)), c(3L, 1L, 2L, 1L, 1L, 3L, 2L, 1L, 2L, 1L))
  expect_identical(names(clusters), paste0("s", 1:10))
})

test_that("clusters of equal size are numbered by their first sample, whatever the seed", {
  h <- rbind(c(5, 0, 9, 5, 0, 9))
  for (seed in 1:8) {
    set.seed(seed)
    expect_equal(as.integer(cluster_samples(h, k = 3, n_start = 1)), c(1, 2, 3, 1, 2, 3))
  }
})

test_that("sums of squares are those of the equation, in the order of the labels", {
  # Clusters {8, 10, 12} about 10 and {0, 2} about 1: 4 + 0 + 4 and 1 + 1; the mean of all
  # is 6.4: 6.4^2 + 4.4^2 + 1.6^2 + 3.6^2 + 5.6^2 = 107.2.
  set.seed(2)
  run <- attr(cluster_samples(rbind(c(0, 2, 8, 10, 12)), k = 2), "kmeans")
  expect_equal(run$within, c(8, 2))
  expect_equal(run$total, 107.2)
  expect_equal(run$centers, rbind(c(10, 1)))
})

# k-means++ by hand: each column with a chance in proportion to its distance from those drawn.
drawn_centres <- function(h, k) {
  distance <- rep(1, ncol(h))
  centres <- NULL
  while (NCOL(centres) < k || is.null(centres)) {
    chosen <- which(cumsum(distance) > runif(1) * sum(distance))[1]
    gap <- colSums((h - h[, chosen])^2)
    distance <- if (is.null(centres)) gap else pmin(distance, gap)
    centres <- cbind(centres, h[, chosen])
  }
  t(centres)
}

test_that("the partition is the best that stats::kmeans() finds from centres of k-means++", {
  set.seed(3)
  h <- matrix(runif(4 * 200), 4)
  set.seed(4)
  clusters <- cluster_samples(h, k = 6, n_start = 5)
  set.seed(4)
  runs <- lapply(1:5, function(i) stats::kmeans(t(h), drawn_centres(h, 6), iter.max = 100))
  sums <- vapply(runs, `[[`, 0, "tot.withinss")
  peer <- runs[[which.min(sums)]]
  expect_equal(max(rowSums(table(clusters, peer$cluster) > 0)), 1)
  expect_equal(sum(attr(clusters, "kmeans")$within), min(sums), tolerance = 1e-14)
  expect_false(is.unsorted(-tabulate(clusters)))
})

# Six groups without a sample between them, as in a fit of counts: each has
# a component of its own, and lengths vary in each.
six_groups <- function(sizes = c(60, 50, 40, 24, 16, 10)) {
  type <- rep(1:6, sizes)
  length <- exp(stats::rnorm(length(type), sd = 0.3)) * c(1, 1.3, 0.8, 1.1, 0.7, 0.9)[type]
  list(h = diag(6)[, type] * rep(length, each = 6) + 0.02 * matrix(runif(6 * length(type)), 6),
       type = type)
}

test_that("199 of 200 calls find six groups that nothing mixes", {
  set.seed(13)
  groups <- six_groups()
  calls <- 200 * share_of_cases(1 / 4)
  found <- replicate(calls, ari(cluster_samples(groups$h, k = 6), groups$type))
  expect_gte(sum(found == 1), 0.995 * calls)
})

test_that("the result counts the starts that ended at the best sum of squares", {
  # One start each from this seed on, so that their sums are known.
  set.seed(14)
  groups <- six_groups(c(30, 25, 20, 12, 8, 5))
  set.seed(15)
  sums <- replicate(12, sum(attr(cluster_samples(groups$h, k = 6, n_start = 1), "kmeans")$within))
  set.seed(15)
  run <- attr(cluster_samples(groups$h, k = 6, n_start = 12), "kmeans")
  expect_identical(run$n_start, 12L)
  expect_identical(run$agreed, sum(sums < min(sums) * (1 + 1e-8)))
  expect_lt(run$agreed, 12L)
  expect_gt(run$agreed, 1L)
})

test_that("samples whose squared distance rounds to 0 are drawn as centres only once", {
  h <- rbind(c(1, 1 + 1e-9, 2, 5), 1)
  for (seed in 1:10) {
    set.seed(seed)
    expect_equal(sort(as.integer(cluster_samples(h, k = 4, n_start = 2))), 1:4)
  }
})

test_that("the seed decides the answer, and the state of the generator moves on", {
  set.seed(5)
  h <- matrix(runif(3 * 60), 3)
  before <- .Random.seed
  first <- cluster_samples(h, k = 5, n_start = 1)
  expect_false(identical(before, .Random.seed))
  set.seed(5)
  h <- matrix(runif(3 * 60), 3)
  expect_identical(cluster_samples(h, k = 5, n_start = 1), first)
})

test_that("`normalise` decides whether length or direction separates samples", {
  # Two directions, each with short and long samples.
  h <- cbind(c(1, 0), c(0, 1), c(100, 0), c(0, 100), c(1.1, 0), c(0, 99))
  set.seed(6)
  by_direction <- cluster_samples(h, k = 2, normalise = "l2")
  expect_equal(as.integer(by_direction), c(1, 2, 1, 2, 1, 2))
  expect_lt(sum(attr(by_direction, "kmeans")$within), 1e-20)
  as_they_are <- cluster_samples(h, k = 3)
  expect_equal(as.integer(as_they_are), c(1, 1, 3, 2, 1, 2))
})

test_that("columns of zeros stay zero and form a cluster under unit length", {
  h <- cbind(c(0, 0), c(2, 0), c(0, 3), c(0, 0), c(4, 0), c(0, 0))
  set.seed(7)
  clusters <- cluster_samples(h, k = 3, normalise = "l2")
  expect_equal(as.integer(clusters), c(1, 2, 3, 1, 2, 1))
  expect_true(all(is.finite(attr(clusters, "kmeans")$centers)))
  expect_equal(as.integer(cluster_samples(matrix(0, 2, 4), k = 1, normalise = "l2")), rep(1, 4))
})

test_that("huge and tiny coefficients give the clusters of ordinary ones", {
  for (factor in c(2^800, 2^-800)) {
    for (normalise in c("none", "l2")) {
      set.seed(8)
      plain <- cluster_samples(planted_h(), k = 3, normalise = normalise)
      set.seed(8)
      scaled <- cluster_samples(planted_h() * factor, k = 3, normalise = normalise)
      expect_identical(as.integer(scaled), as.integer(plain))
    }
  }
})

test_that("one cluster and a cluster per sample both work", {
  h <- rbind(c(3, 1, 2))
  one <- cluster_samples(h, k = 1)
  expect_equal(as.integer(one), c(1, 1, 1))
  expect_equal(attr(one, "kmeans")$within, attr(one, "kmeans")$total)
  each <- cluster_samples(h, k = 3, n_start = 1)
  expect_equal(as.integer(each), 1:3)
  expect_identical(attr(each, "kmeans")$algorithm, "Lloyd")
  expect_equal(sum(attr(each, "kmeans")$within), 0)
})

# A fit with this H.
planted_fit <- function() {
  fit <- nmf(planted_h(), 2, control = nmf_control(1, tol = 0))
  fit$h <- planted_h()
  fit
}

test_that("a fit's H and the scaling of its W are taken from the fit", {
  fit <- planted_fit()
  set.seed(9)
  clusters <- cluster_samples(fit, k = 3)
  set.seed(9)
  expect_identical(as.integer(clusters), as.integer(cluster_samples(fit$h, k = 3)))
  expect_identical(attr(clusters, "kmeans")$scale_w, "max")
  expect_identical(attr(cluster_samples(fit$h, k = 3), "kmeans")$scale_w, NA_character_)
})

test_that("the result is a plain integer vector, and so is what is made of it", {
  set.seed(1)
  clusters <- cluster_samples(planted_h(), k = 3)
  plain <- stats::setNames(as.integer(clusters), names(clusters))
  expect_false(is.object(clusters))
  expect_named(attributes(clusters), c("names", "kmeans"))
  expect_identical(clusters[2:4], plain[2:4])
  expect_identical(c(clusters, 7L), c(plain, 7L))
  expect_identical(rev(clusters), rev(plain))
  expect_identical(sum(clusters == 1L), sum(plain == 1L))
  expect_equal(unclass(table(clusters, planted)), unclass(table(clusters = plain, planted)))
  expect_equal(data.frame(cluster = clusters), data.frame(cluster = plain), ignore_attr = "kmeans")
  expect_identical(row.names(data.frame(cluster = clusters)), names(plain))
  expect_identical(split(1:10, clusters), split(1:10, plain))
  expect_equal(nmi(clusters, planted), 1)
  expect_equal(ari(planted, clusters), 1)
})

test_that("the print states the starts, both scalings and the sums of squares", {
  set.seed(1)
  fit <- planted_fit()
  run <- function(...) attr(cluster_samples(...), "kmeans")
  expect_snapshot({
    run(fit, k = 3)
    run(planted_h(), k = 3, n_start = 1, normalise = "l2", algorithm = "Lloyd")
    run(planted_h()[, 1, drop = FALSE], k = 1)
  })
})

test_that("the print names each scaling of W that a fit can have", {
  named <- c(max = "columns of W at maximum 1", l2 = "columns of W at unit length",
             sum = "columns of W at sum 1", none = "W not scaled")
  expect_setequal(names(named), eval(formals(nmf_control)$scale))
  set.seed(13)
  x <- matrix(runif(60), 6)
  for (scale in names(named)) {
    fit <- nmf(x, 2, max_iter = 5, tol = 0, control = nmf_control(scale = scale))
    shown <- utils::capture.output(print(attr(cluster_samples(fit, 2), "kmeans")))
    expect_match(shown, named[[scale]], fixed = TRUE, all = FALSE, label = scale)
  }
})

test_that("the print gives every size, in lines of at most 90 characters", {
  set.seed(12)
  clusters <- cluster_samples(matrix(runif(2 * 300), 2), k = 60)
  shown <- utils::capture.output(print(attr(clusters, "kmeans")))
  expect_lte(max(nchar(shown)), 90)
  text <- paste(shown, collapse = " ")
  sizes <- strsplit(gsub(" +", " ", sub(" within.*", "", sub(".*samples: ", "", text))), ", ")[[1]]
  expect_identical(as.integer(sizes), tabulate(clusters))
})

test_that("a best start that did not converge, or lost a cluster, is a classed warning", {
  set.seed(10)
  h <- matrix(runif(2 * 500), 2)
  expect_warning(cluster_samples(h, k = 20, n_start = 2, algorithm = "Lloyd", max_iter = 1),
                 class = "metanmf_not_converged")
  set.seed(10)
  expect_snapshot({
    clusters <- cluster_samples(h, k = 20, n_start = 2, algorithm = "Lloyd", max_iter = 1)
  })
  # Points where Lloyd's rule, from some starts, moves all samples out of one cluster.
  h <- rbind(c(0, 9, 10, 0, 0, 12), c(5, 8, 5, 8, 3, 3))
  set.seed(1613)
  expect_snapshot({
    clusters <- cluster_samples(h, k = 3, n_start = 1, algorithm = "Lloyd")
  })
  expect_equal(sort(unique(as.integer(clusters))), 1:2)
  expect_equal(length(attr(clusters, "kmeans")$within), 3)
})

test_that("more clusters than distinct columns is an error that gives their number", {
  h <- cbind(c(1, 2), c(3, 4), c(1, 2), c(3, 4))
  expect_bad(cluster_samples(h, k = 3), "k")
  # Two columns closer than a square can hold: stats::kmeans() cannot part them.
  set.seed(11)
  expect_error(cluster_samples(rbind(c(0, 1e-200, 1, 1)), k = 3), class = "metanmf_error")
})

test_that("wrong arguments are errors that name the argument", {
  h <- planted_h()
  expect_error(cluster_samples("h", 2), class = "metanmf_error")
  expect_error(cluster_samples(replace(h, 3, NaN), 2), class = "metanmf_error")
  expect_bad(cluster_samples(h), "k")
  expect_bad(cluster_samples(k = 2), "fit")
  expect_bad(cluster_samples(list(h = h), k = 2), "fit")
  expect_bad(cluster_samples(replace(h, 3, NaN), k = 2), "fit")
  expect_bad(cluster_samples(h, k = 11), "k")
  expect_bad(cluster_samples(h, k = 2, n_start = 0), "n_start")
  expect_bad(cluster_samples(h, k = 2, normalise = "l1"), "normalise")
  expect_bad(cluster_samples(h, k = 2, algorithm = "lloyd"), "algorithm")
  expect_bad(cluster_samples(h, k = 2, max_iter = 0.5), "max_iter")
})
