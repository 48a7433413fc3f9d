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
                    quote(match_components(w, w[6:1, ])), quote(basis_stability()),
                    quote(basis_stability(w)), quote(basis_stability(list(w))),
                    quote(basis_stability(as.data.frame(w))),
                    quote(basis_stability(list(w, w, t(w)))))) {
    expect_error(eval(call), class = "metanmf_error", label = deparse(call))
  }
  expect_bad(match_components(w), "b")
  expect_bad(match_components(w, w[, 1, drop = FALSE]), "b")
  expect_bad(match_components(w, w[6:1, ]), "b")
  expect_bad(basis_stability(list(w)), "fits")
  expect_bad(basis_stability(list(w, w, t(w))), "fits")
})
