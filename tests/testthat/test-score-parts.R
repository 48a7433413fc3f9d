# Moran's I as defined: weight 1 for every pair of pixels at distance 1, in both directions.
moran <- function(image) {
  distance <- as.matrix(dist(which(image > -1, arr.ind = TRUE)))
  weight <- distance == 1
  z <- c(image) - mean(image)
  length(z) / sum(weight) * sum(weight * outer(z, z)) / sum(z^2)
}

test_that("one pixel has the largest sparseness and concentration, equal pixels have 0", {
  parts <- basis_measures(cbind(1:20 == 7, rep(0.3, 20)), c(4, 5))
  expect_equal(parts$component, 1:2)
  expect_equal(parts$sparseness, c(1, 0))
  expect_equal(parts$concentration, c(1, 0))
  expect_equal(parts$neighbours, c(moran(matrix(1:20 == 7, 4)), NA))
})

test_that("values worked out by hand are met", {
  # Two of four pixels: |w|_1 / |w|_2 = 2 / sqrt(2), so (2 - sqrt(2)) / (2 - 1).
  # The even 2 x 2 image has spread 1/4 + 1/4. One edge: 0 + 1/4. A diagonal: 1/4 + 1/4.
  # The four pairs of neighbours of the edge have products of z = +-1/2 that cancel; those of the
  # diagonal all differ.
  parts <- basis_measures(cbind(c(1, 1, 0, 0), c(1, 0, 0, 1)), c(2, 2))
  expect_equal(parts$sparseness, rep(2 - sqrt(2), 2))
  expect_equal(parts$concentration, c(0.5, 0))
  expect_equal(parts$neighbours, c(0, -1))
  # A line of four, even spread 15/12. Left half: 1/4; three pairs, 1/4 - 1/4 + 1/4 over 1/4.
  # Both ends: 9/4; three pairs, -1/4 + 1/4 - 1/4. Weights 3, 1: spread 3/4 1/4 = 3/16.
  parts <- basis_measures(cbind(c(1, 1, 0, 0), c(1, 0, 0, 1), c(3, 1, 0, 0)), c(1, 4))
  expect_equal(parts$concentration, 1 - c(1 / 4, 9 / 4, 3 / 16) / (15 / 12))
  expect_equal(parts$neighbours[1:2], c(1 / 3, -1 / 3))
  expect_equal(parts$sparseness[[3]], 2 - 4 / sqrt(10))
})

test_that("neighbours is Moran's I of its definition, on images of every shape", {
  set.seed(1)
  for (size in list(c(5, 7), c(1, 6), c(6, 1), c(2, 3), c(9, 9))) {
    w <- matrix(rexp(prod(size) * 3), ncol = 3)
    expect_equal(basis_measures(w, size)$neighbours,
                 apply(w, 2, function(one) moran(matrix(one, size[[1]]))))
  }
})

test_that("nothing is less concentrated than four corners, which stay above -2", {
  corners <- matrix(0, 60, 50)
  corners[c(1, 60), c(1, 50)] <- 1
  set.seed(5)
  value <- basis_measures(cbind(c(corners), matrix(rexp(30000)^4, 3000)), c(60, 50))$concentration
  expect_equal(value[[1]], 1 - 3 * (59^2 + 49^2) / (60^2 + 50^2 - 2))
  expect_gt(value[[1]], -2)
  expect_true(all(value[-1] > value[[1]]))
})

test_that("two patches that move apart lose concentration, not neighbours or sparseness", {
  patches <- function(second) {
    image <- matrix(0, 8, 20)
    image[3:5, 3:5] <- 1
    image[3:5, second] <- 1
    c(image)
  }
  parts <- basis_measures(cbind(patches(7:9), patches(16:18)), c(8, 20))
  expect_equal(parts$neighbours[[1]], parts$neighbours[[2]])
  expect_equal(parts$sparseness[[1]], parts$sparseness[[2]])
  expect_gt(parts$concentration[[1]], parts$concentration[[2]] + 0.5)
})

test_that("shuffled pixels have the same sparseness and lose their neighbours", {
  patch <- matrix(0, 20, 20)
  patch[4:11, 8:14] <- 1
  set.seed(2)
  parts <- basis_measures(cbind(c(patch), sample(patch)), c(20, 20))
  expect_equal(parts$sparseness[[1]], parts$sparseness[[2]])
  expect_gt(parts$neighbours[[1]], 0.8)
  # under shuffling its standard error is about 1 / sqrt(2 m) = 0.035
  expect_lt(abs(parts$neighbours[[2]]), 0.15)
})

test_that("measures do not depend on units, and mirroring or turning the image changes none", {
  set.seed(3)
  image <- matrix(rexp(30), 5)
  w <- cbind(c(image), c(image[5:1, ]), c(image[, 6:1]))
  parts <- basis_measures(w, c(5, 6))
  for (column in names(parts)[-1]) expect_equal(parts[[column]], rep(parts[[column]][[1]], 3))
  expect_equal(basis_measures(cbind(c(t(image))), c(6, 5)), parts[1, ])
  for (unit in c(7, 1e300, 1e-300, 1e307 / max(w))) {
    expect_equal(basis_measures(w * unit, c(5, 6)), parts, tolerance = 1e-12)
  }
  expect_equal(basis_measures(w %*% diag(c(1e300, 1, 1e-300)), c(5, 6)), parts, tolerance = 1e-12)
})

test_that("a component of zeros and a single feature are NA without touching the others", {
  w <- cbind(c(1, 0, 0, 0), 0, c(1, 1, 0, 0))
  parts <- basis_measures(w, c(2, 2))
  expect_true(all(is.na(parts[2, -1])))
  expect_equal(parts[c(1, 3), -1], basis_measures(w[, c(1, 3)], c(2, 2))[, -1], ignore_attr = TRUE)
  alone <- basis_measures(matrix(3), c(1, 1))
  expect_true(all(is.na(alone[-1])))
  # NA, not NaN
  expect_false(any(vapply(rbind(parts, alone), function(column) any(is.nan(column)), NA)))
})

test_that("a fit is measured as its basis is, and without image size sparseness alone is given", {
  set.seed(4)
  fit <- nmf(matrix(runif(60), 6), 2, control = nmf_control(max_iter = 20, tol = 0))
  expect_equal(basis_measures(fit, c(2, 3)), basis_measures(basis(fit), c(2, 3)))
  expect_equal(basis_measures(fit), basis_measures(fit, c(2, 3))[1:2])
  sparse <- Matrix::Matrix(diag(6)[, 1:3], sparse = TRUE)
  expect_equal(basis_measures(sparse)$sparseness, c(1, 1, 1))
})

test_that("bases and image sizes that do not fit are errors that say what would", {
  w <- matrix(1:12, 6)
  for (call in list(quote(basis_measures()), quote(basis_measures(1:6)), quote(basis_measures(-w)),
                    quote(basis_measures(list(w, w))), quote(basis_measures(w / 0)),
                    quote(basis_measures(w, 6)), quote(basis_measures(w, c(2, 2))))) {
    expect_error(eval(call), class = "metanmf_error", label = deparse(call))
  }
  expect_bad(basis_measures(), "fit")
  expect_bad(basis_measures(list(w, w)), "fit")
  expect_bad(basis_measures(w - 2), "fit")
  expect_bad(basis_measures(w, c(2, 2)), "image_size")
})
