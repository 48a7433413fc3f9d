# slam's triplets as lists of that class: package slam is not needed to read them.
triplets <- function(i, j, v, dim, dimnames = NULL, class = "simple_triplet_matrix") {
  structure(list(i = i, j = j, v = v, nrow = dim[[1]], ncol = dim[[2]], dimnames = dimnames),
            class = class)
}

test_that("slam's triplets are their matrix, in any order, zeros and repeats included", {
  x <- triplets(c(2L, 1L, 2L, 1L), c(3L, 1L, 3L, 2L), c(4, 1, 5, 0), c(2L, 3L),
                list(c("a", "b"), NULL))
  used <- check_matrix(x)
  expect_s4_class(used, "dgCMatrix")
  # The two entries at [2, 3] are summed; the zero stays stored.
  expect_identical(as.matrix(used), rbind(a = c(1, 0, 0), b = c(0, 0, 9)))
  expect_identical(used@x, c(1, 0, 9))
  empty <- triplets(integer(), integer(), numeric(), c(2L, 3L))
  expect_identical(as.matrix(check_matrix(empty)), matrix(0, 2, 3))
  expect_identical(as.matrix(check_matrix(triplets(1L, 2L, TRUE, c(1L, 2L)))), cbind(0, 1))
})

test_that("what package slam makes is taken as the matrix that it shows", {
  skip_if_not_installed("slam")
  x <- rbind(f = c(s = 1, t = 0, u = 3), g = c(0, 2, 0))
  expect_identical(as.matrix(check_matrix(slam::as.simple_triplet_matrix(x))), x)
  expect_identical(as.matrix(check_matrix(t(slam::as.simple_triplet_matrix(x)))), t(x))
})

test_that("triplets that point outside their matrix, or do not match, are refused", {
  good <- unclass(triplets(1:2, 1:2, c(1, 2), c(2L, 2L)))
  for (change in list(list(i = 3:4), list(j = 0:1), list(v = 1), list(i = c(NA, 1L)),
                      list(v = c("a", "b")), list(nrow = "2"), list(dimnames = list("a", NULL)))) {
    bad <- structure(utils::modifyList(good, change), class = "simple_triplet_matrix")
    expect_bad(check_matrix(bad), "x")
  }
  expect_bad(check_matrix(triplets(1L, 1L, -1, c(1L, 1L))), "x")
})

test_that("a sparse vector is one sample, whatever it stores", {
  for (x in list(c(0, 2, 0, 3), c(0L, 2L, 0L, 3L), c(FALSE, TRUE, FALSE, TRUE))) {
    used <- check_matrix(methods::as(x, "sparseVector"))
    expect_s4_class(used, "dgCMatrix")
    expect_identical(as.matrix(used), cbind(as.double(x)))
  }
  pattern <- methods::as(methods::as(c(0, 2, 0), "sparseVector"), "nsparseVector")
  expect_identical(as.matrix(check_matrix(pattern)), cbind(c(0, 1, 0)))
  expect_bad(check_matrix(methods::as(c(0, 2i), "sparseVector")), "x")
  set.seed(1)
  w <- matrix(runif(8), 4)
  new <- c(0, 2, 0, 3)
  expect_equal(predict(as_nmf(w), methods::as(new, "sparseVector")), predict(as_nmf(w), cbind(new)),
               ignore_attr = TRUE)
})

test_that("an array of images has an image in each column, pixels down its columns", {
  x <- array(as.double(1:24), c(2, 3, 4), list(NULL, NULL, paste0("s", 1:4)))
  used <- check_matrix(x)
  expect_identical(dimnames(used), list(NULL, paste0("s", 1:4)))
  for (k in 1:4) expect_identical(unname(used[, k]), as.vector(x[, , k]))
  # Colours are one more dimension of an image.
  expect_identical(check_matrix(array(1:48 + 0, c(2, 3, 2, 4)))[, 4], 37:48 + 0)
  expect_bad(check_matrix(array("a", c(2, 2, 2))), "x")
  expect_bad(check_matrix(array(-1, c(2, 2, 2))), "x")
  expect_bad(check_matrix(array(0, c(2, 2, 0))), "x")
})

test_that("time series are columns of numbers, one series or several", {
  one <- stats::ts(c(1, 2, 3), start = 1990)
  expect_identical(check_matrix(one), cbind(c(1, 2, 3)))
  several <- stats::ts(cbind(u = c(1, 2, 3), v = c(4, 5, 6)), frequency = 12)
  expect_identical(check_matrix(several), cbind(u = c(1, 2, 3), v = c(4, 5, 6)))
})
