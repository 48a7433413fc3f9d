images <- function() scale_minmax(digits$x[, 1:30])
drawn_of <- function(x) attr(x, "nuisance")
plain <- function(x) `attr<-`(x, "nuisance", NULL)

test_that("patterns add B G, with bumps of height 1 at most and gains in their range", {
  x <- images()
  noisy <- seeded(add_nuisance(x, "patterns", count = 4, gain = c(0.2, 0.7), image_size = c(8, 8)))
  drawn <- drawn_of(noisy)
  expect_equal(plain(noisy), x + drawn$basis %*% drawn$coef, tolerance = 1e-15)
  expect_identical(dim(drawn$basis), c(64L, 4L))
  expect_identical(dim(drawn$coef), c(4L, 30L))
  expect_true(all(drawn$basis > 0 & drawn$basis <= 1))
  expect_gte(min(drawn$coef), 0.2)
  expect_lte(max(drawn$coef), 0.7)
  expect_gt(sd(drawn$coef), 0.1)
})

test_that("a bump falls from its middle as a normal density of the given width does", {
  # Along a line log(b) is a parabola with curvature -1 / spread^2.
  drawn <- drawn_of(seeded(add_nuisance(matrix(1, 50, 2), "patterns", count = 1, width = 0.2)))
  expect_equal(diff(log(drawn$basis[, 1]), differences = 2), rep(-1 / 10^2, 48), tolerance = 1e-8)
  # In an image rows and columns fall alike.
  image <- drawn_of(seeded(add_nuisance(matrix(1, 35, 2), "patterns", count = 1, width = 0.3,
                                        image_size = c(5, 7))))$basis
  steep <- log(matrix(image, 5))
  expect_equal(diff(steep, differences = 2), matrix(-1 / 2.1^2, 3, 7), tolerance = 1e-8)
  expect_equal(diff(t(steep), differences = 2), matrix(-1 / 2.1^2, 5, 5), tolerance = 1e-8)
})

test_that("a ramp multiplies all samples by one plane from `darkest` to 1", {
  x <- images()
  lit <- seeded(add_nuisance(x, "ramp", darkest = 0.3, image_size = c(8, 8)))
  factor <- drawn_of(lit)$factor
  expect_equal(plain(lit), x * factor, tolerance = 1e-15)
  expect_equal(range(factor), c(0.3, 1))
  plane <- matrix(factor, 8)
  expect_equal(diff(plane, differences = 2), matrix(0, 6, 8))
  expect_equal(diff(t(plane), differences = 2), matrix(0, 6, 8))
  expect_identical(drawn_of(seeded(add_nuisance(matrix(2, 1, 3), "ramp")))$factor, 1)
})

test_that("a patch overwrites one block of an image and nothing else", {
  x <- images()
  for (seed in 1:20) {
    set.seed(seed)
    covered <- add_nuisance(x, "patch", side = 0.5, image_size = c(8, 8))
    drawn <- drawn_of(covered)
    expect_equal(unname(covered[drawn$features, ]), matrix(drawn$value, 16, 30, byrow = TRUE))
    expect_identical(covered[-drawn$features, ], x[-drawn$features, ])
    block <- which(matrix(seq_len(64) %in% drawn$features, 8), arr.ind = TRUE)
    expect_identical(range(table(block[, 1])), c(4L, 4L))
    expect_identical(unname(apply(block, 2, function(at) diff(range(at)))), c(3L, 3L))
    expect_true(all(drawn$value >= 0.3 & drawn$value <= 1))
  }
})

test_that("unequal noise is add_noise() at the level that was drawn", {
  x <- images()
  set.seed(3)
  noisy <- add_nuisance(x, "noise")
  set.seed(3)
  level <- runif(1, 0.05, 0.8)
  expect_identical(plain(noisy), add_noise(x, level))
  expect_identical(drawn_of(noisy), list(kind = "noise", level = level))
})

test_that("imbalance keeps the samples of so many classes, as they were, sparse data too", {
  x <- digits$x[, 1:200]
  labels <- digits$labels[1:200]
  few <- seeded(add_nuisance(x, "imbalance", classes = 3, labels = labels))
  drawn <- drawn_of(few)
  expect_identical(plain(few), x[, drawn$kept] + 0)
  expect_identical(drawn$kept, which(labels %in% drawn$classes))
  expect_length(unique(labels[drawn$kept]), 3L)
  sparse <- seeded(add_nuisance(sparse_copy(x), "imbalance", classes = 3, labels = labels))
  expect_identical(as.matrix(sparse), unname(as.matrix(plain(few))))
  named <- stats::setNames(letters[1:4], paste0("s", 4:1))
  ordered <- matrix(1:4, 1, dimnames = list("f", paste0("s", 1:4)))
  kept <- seeded(add_nuisance(ordered, "imbalance", classes = 1, labels = named))
  expect_identical(colnames(kept), names(named)[named == drawn_of(kept)$classes])
})

test_that("one number is taken as it is, and every draw is R's", {
  x <- images()
  drawn <- drawn_of(add_nuisance(x, "patterns", count = 1, gain = 0.5))
  expect_identical(drawn$coef, matrix(0.5, 1, 30))
  for (kind in c("patterns", "ramp", "patch", "noise")) {
    expect_identical(seeded(add_nuisance(x, kind)), seeded(add_nuisance(x, kind)))
    expect_false(identical(add_nuisance(x, kind), add_nuisance(x, kind)))
    expect_true(all(add_nuisance(x, kind) >= 0))
  }
})

test_that("samples in rows and data frames get the same nuisance, the same way round", {
  x <- images()
  for (kind in c("patterns", "ramp", "patch", "noise")) {
    by_column <- seeded(add_nuisance(x, kind, image_size = c(8, 8)))
    by_row <- seeded(add_nuisance(t(x), kind, image_size = c(8, 8), samples = "rows"))
    expect_equal(unname(t(plain(by_row))), unname(plain(by_column)))
    expect_identical(drawn_of(by_row), drawn_of(by_column))
  }
  frame <- as.data.frame(t(x))
  lit <- seeded(add_nuisance(frame, "ramp", samples = "rows"))
  expect_s3_class(lit, "data.frame")
  expect_named(lit, names(frame))
})

test_that("what nuisance cannot be made of is an error that names the argument", {
  x <- images()
  expect_bad(add_nuisance(x), "kind")
  expect_bad(add_nuisance(x, "pattern"), "kind")
  expect_bad(add_nuisance(x - 1, "ramp"), "x")
  expect_bad(add_nuisance(sparse_copy(x), "patterns"), "x")
  expect_bad(add_nuisance(x, "patterns", image_size = c(8, 9)), "image_size")
  expect_bad(add_nuisance(x, "patterns", count = 0), "count")
  expect_bad(add_nuisance(x, "patterns", gain = c(1, 0)), "gain")
  expect_bad(add_nuisance(x, "patterns", width = -1), "width")
  expect_bad(add_nuisance(x, "ramp", darkest = 2), "darkest")
  expect_bad(add_nuisance(x, "patch", side = 1.5), "side")
  expect_bad(add_nuisance(x, "noise", level = NA), "level")
  expect_bad(add_nuisance(x, "imbalance"), "labels")
  expect_bad(add_nuisance(x, "ramp", labels = 1:30), "labels")
  expect_bad(add_nuisance(x, "imbalance", labels = 1:29), "labels")
  expect_bad(add_nuisance(x, "imbalance", labels = rep(1:2, 15)), "classes")
  expect_error(add_nuisance(x, "ramp", gain = 1), class = "metanmf_error")
  expect_error(add_nuisance(x, "ramp", 0.3), class = "metanmf_error")
})
