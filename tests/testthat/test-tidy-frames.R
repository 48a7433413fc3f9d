test_that("a data frame of a factor has an entry a row, component by component", {
  fit <- seeded(nmf(t(as.matrix(iris[1:20, 1:4])), 2, control = nmf_control(10, tol = 0)))
  long <- as.data.frame(fit)
  expect_identical(names(long), c("component", "feature", "weight"))
  expect_identical(levels(long$component), c("c1", "c2"))
  expect_identical(long$feature, rep(names(iris)[1:4], 2))
  for (row in seq_len(nrow(long))) {
    expect_identical(long$weight[[row]],
                     basis(fit)[[long$feature[[row]], as.character(long$component[[row]])]])
  }
  long <- as.data.frame(fit, matrix = "coef")
  expect_identical(names(long), c("component", "sample", "weight"))
  for (row in seq_len(nrow(long))) {
    expect_identical(long$weight[[row]],
                     coef(fit)[[as.character(long$component[[row]]), long$sample[[row]]]])
  }
})

test_that("what has no name has its number, and row names are those asked for", {
  fit <- seeded(nmf(matrix(runif(60), 6), 2, control = nmf_control(5, tol = 0)))
  expect_identical(as.data.frame(fit)$feature, rep(1:6, 2))
  expect_identical(as.data.frame(fit, matrix = "coef")$sample, rep(1:10, 2))
  expect_identical(row.names(as.data.frame(fit, paste0("r", 1:12)))[[12]], "r12")
})

test_that("components of a data frame are in the fit's order, not that of the alphabet", {
  fit <- seeded(nmf(matrix(runif(400), 20), 11, control = nmf_control(2, tol = 0)))
  expect_identical(levels(as.data.frame(fit)$component), paste0("c", 1:11))
})

test_that("a basis alone has a data frame of its basis and none of samples", {
  fit <- as_nmf(diag(3))
  expect_identical(as.data.frame(fit)$weight, as.vector(diag(3)))
  expect_identical(dim(as.data.frame(fit, matrix = "coef")), c(0L, 3L))
})

test_that("as.data.frame() refuses a matrix that a fit does not have and unknown names", {
  fit <- as_nmf(diag(2))
  expect_bad(as.data.frame(fit, matrix = "h"), "matrix")
  expect_bad(as.data.frame(fit, which = "coef"), "...")
})
