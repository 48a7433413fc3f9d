iris_fit <- function(x = t(as.matrix(iris[, 1:4]))) {
  seeded(nmf(x, 2, control = nmf_control(20, tol = 0)))
}

test_that("tidy() says what as.data.frame() says, in broom's words", {
  skip_if_not_installed("generics")
  fit <- iris_fit()
  for (matrix in c("basis", "coef")) {
    tidied <- generics::tidy(fit, matrix = matrix)
    expect_identical(names(tidied),
                     c("component", if (matrix == "basis") "term" else "row", "value"))
    expect_identical(unname(as.list(tidied)), unname(as.list(as.data.frame(fit, matrix = matrix))))
    if (requireNamespace("tibble", quietly = TRUE)) expect_s3_class(tidied, "tbl_df")
  }
  expect_identical(generics::tidy(fit), generics::tidy(fit, matrix = "basis"))
})

test_that("glance() is one row with the same columns for every model", {
  skip_if_not_installed("generics")
  x <- drawn_data(12, 15, 3) + 0.1
  fits <- seeded(list(
    nmf(x, 3), nmf(x, 2, loss = "kl"), nmf(x, 2, loss = "is"), gnmf(x, 2),
    nmf(x, 2, penalty = penalty_sparse(0.1)), as_nmf(basis(nmf(x, 2))),
    meta_nmf(split_tasks(x, n_tasks = 1, task_size = 3), 2)
  ))
  rows <- lapply(fits, generics::glance)
  for (row in rows) expect_identical(dim(row), c(1L, 13L))
  expect_length(unique(lapply(rows, names)), 1L)
  expect_length(unique(lapply(rows, function(row) vapply(row, typeof, ""))), 1L)
  first <- rows[[1]]
  expect_identical(as.list(first[c("features", "samples", "rank", "loss", "solver", "dead")]),
                   list(features = 12L, samples = 15L, rank = 3L, loss = "frobenius",
                        solver = "hals", dead = 0L))
  expect_identical(c(first$objective, first$deviance, first$nobs),
                   c(objective(fits[[1]]), deviance(fits[[1]]), nobs(fits[[1]])))
  expect_equal(first$explained, 1 - sum(residuals(fits[[1]], x)^2) / sum((x - mean(x))^2))
})

test_that("augment() puts clusters and coefficients behind the columns of the samples", {
  skip_if_not_installed("generics")
  fit <- iris_fit()
  added <- c(".cluster", ".coef_c1", ".coef_c2")
  plain <- generics::augment(fit)
  expect_identical(names(plain), added)
  expect_identical(plain$.coef_c2, unname(coef(fit)[2, ]))
  expect_identical(as.integer(plain$.cluster), unname(predict(fit, type = "class")))
  expect_identical(levels(plain$.cluster), c("c1", "c2"))
  whole <- generics::augment(fit, iris)
  expect_identical(names(whole), c(names(iris), added))
  expect_identical(as.data.frame(whole)[1:5], iris)
  expect_identical(generics::augment(fit, whole), whole)
})

test_that("names of samples decide which row of data belongs to which", {
  skip_if_not_installed("generics")
  x <- drawn_data(6, 5, 2)
  colnames(x) <- letters[1:5]
  fit <- seeded(nmf(x, 2, control = nmf_control(5, tol = 0)))
  facts <- data.frame(age = 5:1, row.names = letters[5:1])
  found <- generics::augment(fit, facts)
  expect_identical(found$.rownames, letters[1:5])
  expect_identical(found$age, 1:5)
  expect_identical(found$.coef_c1, unname(coef(fit)[1, ]))
  expect_identical(generics::augment(fit)$.rownames, letters[1:5])
  expect_identical(generics::augment(fit, data.frame(age = facts$age))$age, 5:1)
  expect_bad(generics::augment(fit, facts[-1, , drop = FALSE]), "data")
  row.names(facts)[[1]] <- "z"
  expect_bad(generics::augment(fit, facts), "data")
})

test_that("augment() of new samples takes the fit's features by name and keeps every column", {
  skip_if_not_installed("generics")
  train <- c(1:40, 51:90, 101:140)
  fit <- iris_fit(t(as.matrix(iris[train, 1:4])))
  new <- iris[-train, c(5, 3, 1, 4, 2)]
  row.names(new) <- paste("flower", row.names(new))
  found <- generics::augment(fit, newdata = new)
  h <- predict(fit, t(as.matrix(iris[-train, 1:4])))
  expect_equal(unname(t(as.matrix(found[c(".coef_c1", ".coef_c2")]))), unname(h))
  expect_identical(found$Species, new$Species)
  expect_identical(found$.rownames, row.names(new))
  expect_identical(nrow(generics::augment(fit, newdata = new[0, ])), 0L)
  gap <- replace(new, cbind(1, 2), NA)
  expect_bad(generics::augment(fit, newdata = gap), "newdata")
  expect_equal(generics::augment(fit, newdata = gap, missing = "mask")$.coef_c1[-1],
               unname(h[1, -1]))
  expect_bad(generics::augment(fit, newdata = new[-3]), "newdata")
  expect_bad(generics::augment(fit, newdata = transform(new, Sepal.Width = "wide")), "newdata")
  twice <- new[c(1:5, 3)]
  names(twice)[[6]] <- "Sepal.Length"
  expect_bad(generics::augment(fit, newdata = twice), "newdata")
})

test_that("samples of a data frame are augmented like those of its transpose", {
  skip_if_not_installed("generics")
  turned <- seeded(nmf(iris[1:4], 2, control = nmf_control(20, tol = 0), samples = "rows"))
  expect_equal(generics::augment(turned, iris), generics::augment(iris_fit(), iris))
  expect_equal(generics::augment(turned, newdata = iris[150:101, ]),
               generics::augment(iris_fit(), newdata = iris[150:101, ]))
})

test_that("augment() takes a matrix of new samples as predict() does", {
  skip_if_not_installed("generics")
  x <- drawn_data(6, 9, 2)
  fit <- seeded(nmf(x[, 1:6], 2, control = nmf_control(5, tol = 0)))
  expect_equal(generics::augment(fit, newdata = x[, 7:9])$.coef_c2,
               unname(predict(fit, x[, 7:9])[2, ]))
  unnamed <- as.data.frame(t(x[, 7:9]))
  expect_equal(generics::augment(fit, newdata = unnamed)$.coef_c2,
               unname(predict(fit, x[, 7:9])[2, ]))
})

test_that("a basis alone is tidied, and augmented with new samples only", {
  skip_if_not_installed("generics")
  fit <- as_nmf(diag(2))
  expect_identical(generics::tidy(fit)$value, c(1, 0, 0, 1))
  expect_identical(nrow(generics::tidy(fit, matrix = "coef")), 0L)
  expect_bad(generics::augment(fit), "x")
  expect_equal(generics::augment(fit, newdata = matrix(1:4, 2))$.coef_c1, c(1, 3))
})

test_that("a tidy verb refuses what it does not know", {
  skip_if_not_installed("generics")
  fit <- as_nmf(diag(2))
  expect_bad(generics::tidy(fit, matrix = "w"), "matrix")
  expect_bad(generics::tidy(fit, "coef"), "...")
  expect_bad(generics::glance(fit, digits = 3), "...")
  expect_bad(generics::augment(fit, se_fit = TRUE), "...")
})

test_that("the package needs neither generics nor tibble to be loaded", {
  skip_on_cran()
  code <- c(paste0(".libPaths(", deparse1(.libPaths()), ")"), "library(metanmf)",
            "set.seed(1); fit <- nmf(matrix(runif(60), 6), 2); frame <- as.data.frame(fit)",
            "cat(loadedNamespaces())")
  script <- tempfile(fileext = ".R")
  on.exit(unlink(script))
  writeLines(code, script)
  found <- system2(file.path(R.home("bin"), "Rscript"), c("--vanilla", script), stdout = TRUE)
  expect_match(found, "metanmf")
  expect_false(grepl("generics|tibble|ggplot2|recipes", found))
})

test_that("new samples of a formula's fit need the columns of the formula alone", {
  skip_if_not_installed("generics")
  set.seed(11)
  fit <- nmf(~ log(Sepal.Length) + Petal.Width, data = iris, rank = 2, max_iter = 20, tol = 0)
  new <- iris[1:3, c("Species", "Petal.Width", "Sepal.Length")]
  found <- generics::augment(fit, newdata = new)
  expect_equal(unname(t(as.matrix(found[c(".coef_c1", ".coef_c2")]))), unname(predict(fit, new)),
               ignore_attr = TRUE)
  expect_identical(as.character(found$Species), rep("setosa", 3))
})
