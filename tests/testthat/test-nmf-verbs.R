# The shape of a fit, its names, its first rows.

named_fit <- function(...) {
  x <- matrix(1:24 + 0, 4, dimnames = list(letters[1:4], LETTERS[1:6]))
  nmf(x, 2, control = nmf_control(3, tol = 0), ...)
}

test_that("a fit has the shape and the names of its data, and components as a third size", {
  fit <- named_fit()
  expect_identical(dim(fit), c(4L, 6L, 2L))
  expect_identical(c(nrow(fit), ncol(fit)), c(4L, 6L))
  expect_identical(dimnames(fit), list(letters[1:4], LETTERS[1:6], c("c1", "c2")))
  expect_identical(rownames(fit), letters[1:4])
  expect_identical(colnames(fit), LETTERS[1:6])
  expect_identical(dim(as_nmf(basis(fit))), c(4L, 0L, 2L))
  expect_null(rownames(as_nmf(unname(basis(fit)))))
})

test_that("head and tail show rows of the basis", {
  fit <- named_fit()
  expect_identical(head(fit, 2), fit$w[1:2, ])
  expect_identical(tail(fit, 1), fit$w[4, , drop = FALSE])
  expect_identical(head(fit), fit$w)
  expect_identical(head(fit, -3), fit$w[1, , drop = FALSE])
})

test_that("a fit is a list for what reads its fields, whatever its shape is", {
  fit <- named_fit()
  expect_length(fit, length(unclass(fit)))
  expect_identical(fit[["w"]], fit$w)
  expect_false(is.matrix(fit))
  expect_true(isTRUE(all.equal(fit, fit)))
  expect_output(utils::str(fit, max.level = 1), "List of")
  expect_identical(lapply(fit, class)$model, "list")
})

test_that("a fit is not made a matrix of its fields: the error names its matrices", {
  fit <- nmf(random_matrix(6, 9), 2, max_iter = 3, tol = 0)
  for (code in expression(as.matrix(fit), t(fit))) {
    message <- conditionMessage(expect_error(eval(code), class = "metanmf_error"))
    hint <- sub("^Use ", "", strsplit(message, "\n")[[1L]][[3L]])
    calls <- regmatches(hint, gregexpr("[a-z]+[(]fit[)]", hint))[[1L]]
    expect_identical(calls, c("basis(fit)", "coef(fit)", "fitted(fit)"))
    for (call in calls) expect_true(is.matrix(eval(str2lang(call))))
  }
})
