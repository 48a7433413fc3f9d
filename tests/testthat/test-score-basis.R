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

cosines <- function(a, b) {
  unit <- function(w) sweep(w, 2, sqrt(colSums(w^2)), "/")
  crossprod(unit(a), unit(b))
}

# Every order of 1..r, one in a row.
orders <- function(r) {
  all <- as.matrix(expand.grid(rep(list(seq_len(r)), r)))
  all[apply(all, 1, anyDuplicated) == 0, , drop = FALSE]
}

test_that("the matching reaches the largest sum of cosines of all orders", {
  skip_if_not_installed("clue")
  set.seed(1)
  for (r in 1:5) {
    for (repeats in 1:10) {
      a <- matrix(rexp(6 * r)^2, 6)
      b <- matrix(rexp(6 * r)^2, 6)
      cosine <- cosines(a, b)
      best <- max(apply(orders(r), 1, function(order) sum(cosine[cbind(seq_len(r), order)])))
      match <- match_components(a, b)
      expect_equal(sum(match$cosine), best)
      expect_equal(match$cosine, cosine[cbind(match$a, match$b)])
      expect_equal(match$a, seq_len(r))
      expect_setequal(match$b, seq_len(r))
    }
  }
})

test_that("a basis in another order and other units is recovered exactly", {
  skip_if_not_installed("clue")
  set.seed(2)
  w <- matrix(runif(200), 20)
  order <- sample(10)
  shuffled <- w[, order] %*% diag(10^sample(-4:5))
  match <- match_components(w, shuffled)
  expect_equal(order[match$b], 1:10)
  expect_equal(match$cosine, rep(1, 10))
  expect_lte(max(match$cosine), 1)
  expect_equal(match_components(shuffled, w)$b, order)
})

test_that("a cosine worked out by hand is met", {
  skip_if_not_installed("clue")
  # (3, 4) and (1, 0): 3 / 5; (0, 2) and (1, 1): 1 / sqrt(2). The other way: 7 / (5 sqrt(2)) = .99
  # and 0, which is less in sum.
  match <- match_components(cbind(3:4, c(0, 2)), cbind(c(1, 1), c(1, 0)))
  expect_equal(match$b, 2:1)
  expect_equal(match$cosine, c(3 / 5, 1 / sqrt(2)))
})

test_that("units at the ends of doubles change nothing", {
  skip_if_not_installed("clue")
  set.seed(3)
  a <- matrix(runif(40), 10)
  b <- matrix(runif(40), 10)
  match <- match_components(a, b)
  for (unit in c(1e300, 1.7e308, 1e-300)) {
    expect_equal(match_components(a * unit, b), match, tolerance = 1e-12)
    expect_equal(match_components(a * unit, b * unit), match, tolerance = 1e-12)
  }
})

test_that("zero columns keep to themselves and leave the others their partners", {
  skip_if_not_installed("clue")
  a <- cbind(c(1, 0, 0), 0, c(0, 1, 0))
  b <- cbind(c(0, 2, 0), c(3, 0, 0), 0)
  expect_equal(match_components(a, b), data.frame(a = 1:3, b = c(2L, 3L, 1L), cosine = c(1, NA, 1)))
  # at right angles to all others, a column could trade its partner for the zero one
  unlike <- match_components(cbind(c(1, 0, 0), 0), cbind(0, c(0, 1, 0)))
  expect_equal(unlike$b, 2:1)
  expect_equal(unlike$cosine, c(0, NA))
  # a zero column on one side only
  expect_equal(sort(match_components(a, diag(3))$cosine), c(0, 1, 1))
  expect_equal(basis_stability(list(a, b, diag(3)))$cosine, c(1, 2 / 3, 2 / 3))
  expect_identical(basis_stability(list(0 * a, 0 * b))$cosine, NA_real_)
})

test_that("the stability of each pair is the mean cosine of its matching", {
  skip_if_not_installed("clue")
  set.seed(4)
  bases <- lapply(1:4, function(i) matrix(rexp(30), 10))
  stability <- basis_stability(bases)
  expect_equal(stability$a, c(1, 1, 1, 2, 2, 3))
  expect_equal(stability$b, c(2, 3, 4, 3, 4, 4))
  for (row in 1:6) {
    pair <- match_components(bases[[stability$a[[row]]]], bases[[stability$b[[row]]]])
    expect_equal(stability$cosine[[row]], mean(pair$cosine))
  }
  named <- basis_stability(list(first = bases[[1]], second = bases[[2]]))
  expect_equal(named, data.frame(a = "first", b = "second", cosine = stability$cosine[[1]]))
})

test_that("bases that are equal up to order and scale have stability 1, others less", {
  skip_if_not_installed("clue")
  set.seed(5)
  w <- matrix(rexp(40), 10)
  expect_equal(basis_stability(list(w, w[, 4:1] * 3, w %*% diag(1:4)))$cosine, c(1, 1, 1))
  expect_lt(basis_stability(list(w, w + matrix(rexp(40), 10)))$cosine, 0.99)
})

test_that("columns of random numbers reach the cosine of 0.75 that the help warns of", {
  skip_if_not_installed("clue")
  # E(u v) / E(u^2) = (1/4) / (1/3) for independent uniform u and v
  set.seed(6)
  expect_gt(basis_stability(list(matrix(runif(8000), 800), matrix(runif(8000), 800)))$cosine, 0.75)
})

test_that("fits are matched as their bases are", {
  skip_if_not_installed("clue")
  set.seed(7)
  x <- matrix(runif(60), 6)
  fits <- lapply(1:2, function(i) nmf(x, 2, control = nmf_control(max_iter = 20, tol = 0)))
  match <- match_components(fits[[1]], fits[[2]])
  expect_equal(match, match_components(basis(fits[[1]]), basis(fits[[2]])))
  expect_equal(basis_stability(fits)$cosine, mean(match$cosine))
})

test_that("bases that cannot be matched are errors that say why", {
  skip_if_not_installed("clue")
  w <- matrix(1:12, 6, dimnames = list(letters[1:6], NULL))
  for (call in list(quote(match_components()), quote(match_components(w)),
                    quote(match_components(w, "w")), quote(match_components(w, -w)),
                    quote(match_components(w, w[, 1, drop = FALSE])),
                    quote(match_components(w, `rownames<-`(w, letters[2:7]))),
                    quote(basis_stability()),
                    quote(basis_stability(w)), quote(basis_stability(list(w))),
                    quote(basis_stability(as.data.frame(w))),
                    quote(basis_stability(list(w, w, t(w)))))) {
    expect_error(eval(call), class = "metanmf_error", label = deparse(call))
  }
  expect_bad(match_components(w), "b")
  expect_bad(match_components(w, w[, 1, drop = FALSE]), "b")
  expect_bad(match_components(w, `rownames<-`(w, letters[2:7])), "b")
  expect_bad(basis_stability(list(w)), "fits")
  expect_bad(basis_stability(list(w, w, t(w))), "fits")
})

test_that("pixels that are NA are as if the image ended there", {
  set.seed(4)
  inner <- matrix(stats::runif(12), 3)
  image <- rbind(NA, cbind(NA, NA, inner), NA)
  expect_equal(basis_measures(cbind(c(image)), dim(image)),
               basis_measures(cbind(c(inner)), dim(inner)))
  # Between pixels that are apart no neighbours are known.
  apart <- matrix(c(1, NA, 2, NA, NA, NA), 2, byrow = TRUE)
  expect_identical(basis_measures(cbind(c(apart)), c(2, 3))$neighbours, NA_real_)
  expect_bad(match_components(cbind(c(1, NA)), cbind(c(NA, 1))), "b")
  expect_bad(basis_measures(cbind(c(1, NA), 1:2)), "fit")
})
