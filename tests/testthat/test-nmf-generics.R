# Fits beside packages whose S4 generics have the names of our verbs.

# A namespace of that kind: what it answers for a list is not W.
other_namespace <- function(verb = "basis") {
  home <- new.env(parent = asNamespace("methods"))
  suppressMessages(methods::setGeneric(verb, function(object, ...) standardGeneric("basis"),
                                       where = home))
  methods::setMethod(verb, "ANY", function(object, ...) "anything", where = home)
  home
}

test_that("another package's S4 generic `basis` gives W of a fit, and its own answer else", {
  fit <- nmf(random_matrix(6, 9), 2, control = nmf_control(3, tol = 0))
  other <- other_namespace()
  on.exit(methods::removeGeneric("basis", where = other))
  expect_identical(other$basis(fit), "anything")
  answer_generics(other)
  expect_identical(other$basis(fit), fit$w)
  expect_identical(other$basis(list(w = 1)), "anything")
  expect_identical(other$basis(matrix(1)), "anything")
  expect_identical(basis(fit), fit$w)
})

test_that("fits of meta-learning answer too, also when the package is loaded twice", {
  x <- random_matrix(6, 20)
  split <- list(tasks = list(x[, 1:6], x[, 7:12]), target = x)
  meta <- meta_nmf(split, 2, control = meta_control(epochs = 2))
  other <- other_namespace()
  on.exit(methods::removeGeneric("basis", where = other))
  answer_generics(other)
  answer_generics(other)
  expect_identical(other$basis(meta), meta$w)
})

test_that("a namespace without such generics is left as it is", {
  other <- new.env(parent = baseenv())
  other$basis <- function(object, ...) "plain"
  answer_generics(other)
  expect_identical(ls(other, all.names = TRUE), "basis")
  expect_identical(other$basis(1), "plain")
})

# Lines of another R with both packages attached in this order.
attached <- function(order) {
  script <- tempfile(fileext = ".R")
  on.exit(unlink(script))
  writeLines(c(
    paste0(".libPaths(", paste(deparse(.libPaths()), collapse = ""), ")"),
    sprintf("suppressMessages(library(%s))", order),
    "x <- matrix(runif(60), 6)",
    "fit <- metanmf::nmf(x, 2, control = metanmf::nmf_control(9, tol = 0))",
    "cat(identical(basis(fit), fit$w), identical(coef(fit), fit$h),",
    "    identical(objective(fit), fit$value), identical(fitted(fit), fit$w %*% fit$h),",
    "    all.equal(deviance(fit), sum(residuals(fit, x)^2)), dim(predict(fit, x)))"), script)
  system2(file.path(R.home("bin"), "Rscript"), c("--vanilla", script), stdout = TRUE)
}

test_that("beside the package NMF a fit answers, whichever of the two is attached first", {
  skip_on_cran()
  skip_if_not_installed("NMF")
  skip_if_not(file.exists(file.path(find.package("metanmf"), "Meta", "package.rds")),
              "metanmf is not installed")
  for (order in list(c("NMF", "metanmf"), c("metanmf", "NMF"))) {
    expect_identical(attached(order), "TRUE TRUE TRUE TRUE TRUE 2 10")
  }
})
