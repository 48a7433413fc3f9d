variants <- c("arithmetic", "geometric", "min", "max", "joint")

test_that("every score equals scikit-learn's on every pair of labelings", {
  scores <- read_fixture("label_scores")
  pairs <- split(read_fixture("label_pairs"), ~pair)
  expect_setequal(names(pairs), scores$pair)
  for (row in seq_len(nrow(scores))) {
    pair <- pairs[[scores$pair[[row]]]]
    for (variant in variants) {
      expect_equal(nmi(pair$a, pair$b, variant), scores[[variant]][[row]],
                   tolerance = 1e-13, info = paste(scores$pair[[row]], variant))
    }
    expect_equal(ari(pair$a, pair$b), scores$ari[[row]], tolerance = 1e-13,
                 info = scores$pair[[row]])
    expect_equal(purity(pair$a, pair$b), scores$purity[[row]], info = scores$pair[[row]])
  }
})

test_that("the accuracy equals that of scipy's assignment on every pair of labelings", {
  skip_if_not_installed("clue")
  scores <- read_fixture("label_scores")
  pairs <- split(read_fixture("label_pairs"), ~pair)
  for (row in seq_len(nrow(scores))) {
    pair <- pairs[[scores$pair[[row]]]]
    expect_equal(clustering_accuracy(pair$a, pair$b), scores$accuracy[[row]],
                 info = scores$pair[[row]])
  }
})

test_that("scores worked out by hand are met", {
  # Cells 2, 1 | 0, 3 of 6 samples. Entropies in bits: H(a) = 1, H(b) = h(1/3) = .918296,
  # H(a, b) = 1/3 log2 3 + 1/6 log2 6 + 1/2 = 1.459148, so I = .459148.
  a <- c(1, 1, 1, 2, 2, 2)
  b <- c("x", "x", "y", "y", "y", "y")
  expect_equal(nmi(a, b, "max"), 0.459148, tolerance = 1e-6)
  expect_equal(nmi(a, b, "min"), 0.459148 / 0.918296, tolerance = 1e-6)
  expect_equal(nmi(a, b), 0.459148 / 0.959148, tolerance = 1e-6)
  expect_equal(nmi(a, b, "joint"), 0.459148 / 1.459148, tolerance = 1e-6)
  expect_equal(nmi(a, b, "geometric"), 0.459148 / sqrt(0.918296), tolerance = 1e-6)
  # Pairs together: 1 + 3 = 4 in both, 6 in a, 1 + 6 = 7 in b, 15 in all: expected 2.8.
  expect_equal(ari(a, b), (4 - 2.8) / (6.5 - 2.8))
  expect_equal(purity(a, b), 5 / 6)
})

test_that("one cluster on both sides scores 1, on one side 0, for every score of agreement", {
  for (variant in variants) {
    expect_identical(nmi(rep(1, 5), rep("z", 5), variant), 1)
    expect_identical(nmi(rep(1, 5), 1:5, variant), 0)
    expect_identical(nmi(c(1, 1, 2), c(3, 3, 3), variant), 0)
  }
  expect_identical(ari(rep(1, 5), rep(2, 5)), 1)
  expect_identical(ari(1:5, 5:1), 1)
  expect_identical(ari(rep(1, 5), 1:5), 0)
  expect_identical(ari(1, 2), 1)
})

test_that("scores do not depend on the names, the type or the order of the labels", {
  set.seed(2)
  a <- sample(4, 50, replace = TRUE)
  b <- sample(3, 50, replace = TRUE)
  renamed <- factor(c("d", "b", "a", "c")[a], levels = c("z", "a", "b", "c", "d"))
  shuffled <- sample(50)
  for (score in list(nmi, ari, purity)) {
    expect_equal(score(renamed, c(0.5, -1, 1e9)[b]), score(a, b), tolerance = 1e-13)
    expect_equal(score(a[shuffled], b[shuffled]), score(a, b), tolerance = 1e-13)
  }
  expect_equal(nmi(a == 1, b), nmi(as.integer(a == 1), b))
})

test_that("large counts do not overflow", {
  # 4 x 60000 samples: a product of two counts passes the largest integer. The labelings
  # cross evenly, so they share nothing; equal ones share all.
  a <- rep(1:2, each = 120000)
  b <- rep(1:2, times = 120000)
  expect_equal(nmi(a, b), 0)
  expect_equal(nmi(a, a + 1L), 1)
  expect_equal(ari(a, b), 0, tolerance = 1e-4)
  expect_equal(ari(a, -a), 1)
  # Singles on both sides: a full table would have 1e10 cells.
  expect_equal(nmi(1:100000, 100000:1), 1)
})

test_that("the accuracy matches one to one and never exceeds the purity", {
  skip_if_not_installed("clue")
  # Both clusters hold mostly "x": only one may have it.
  expect_equal(clustering_accuracy(c(1, 1, 1, 2, 2, 2), c("x", "x", "y", "x", "x", "x")), 4 / 6)
  expect_equal(purity(c(1, 1, 1, 2, 2, 2), c("x", "x", "y", "x", "x", "x")), 5 / 6)
  # Every assignment of 4 clusters to 4 labels, tried one by one.
  set.seed(3)
  orders <- as.matrix(expand.grid(1:4, 1:4, 1:4, 1:4))
  orders <- orders[apply(orders, 1, function(order) !anyDuplicated(order)), ]
  for (repeats in 1:10) {
    a <- c(1:4, sample(4, 26, replace = TRUE))
    b <- c(1:4, sample(4, 26, replace = TRUE))
    best <- max(apply(orders, 1, function(order) mean(order[a] == b)))
    expect_equal(clustering_accuracy(a, b), best)
    expect_lte(clustering_accuracy(a, b), purity(a, b) + 1e-12)
  }
})

test_that("the accuracy without clue is an error that says how to install it", {
  # The same function in surroundings where no package can be loaded.
  bare <- new.env(parent = environment(clustering_accuracy))
  bare$requireNamespace <- function(...) FALSE
  bare$check_installed <- check_installed
  environment(bare$check_installed) <- bare
  accuracy_without_clue <- clustering_accuracy
  environment(accuracy_without_clue) <- bare
  expect_error(accuracy_without_clue(1:2, 1:2), class = "metanmf_missing_package")
  expect_bad(accuracy_without_clue(1:2, 1:2), "clue")
})

test_that("samples without a label on one side are left out, and counted in a message", {
  a <- c(1, 1, NA, 2, 2, 2, 1)
  b <- factor(c("u", "u", "v", "v", NA, "v", "v"))
  for (score in list(nmi, ari, purity)) {
    expect_message(value <- score(a, b), "Compared without 2 samples of 7", fixed = TRUE)
    expect_identical(value, score(c(1, 1, 2, 2, 1), c("u", "u", "v", "v", "v")))
  }
})

test_that("labels that cannot be compared are errors that name the argument", {
  for (score in list(nmi, ari, purity, clustering_accuracy)) {
    expect_error(score(1:3, 1:4), class = "metanmf_error")
    expect_error(score(c(1, NA), c(NA, "a")), class = "metanmf_error")
    expect_error(score(1:2, c(NA, NA)), class = "metanmf_error")
    expect_error(score(integer(), integer()), class = "metanmf_error")
    expect_error(score(list(1, 2), 1:2), class = "metanmf_error")
    expect_error(score(1:4, matrix(1:4, 2)), class = "metanmf_error")
    expect_error(score(1:2, NULL), class = "metanmf_error")
  }
  expect_bad(nmi(1:3, 1:4), "b")
  expect_bad(nmi(c(1, NA, 2, NaN), c(NA, 1, NA, 2)), "a")
  expect_bad(purity(1:3, integer()), "labels")
  expect_bad(ari(data.frame(1:3), 1:3), "a")
  expect_bad(nmi(1:3, 1:3, variant = "arithmetical"), "variant")
})
