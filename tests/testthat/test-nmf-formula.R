# Columns of a data frame by a formula, and data frames as they are.

quick <- nmf_control(max_iter = 5, tol = 0)
numbers <- t(as.matrix(iris[1:4]))
drawn <- function(code) {
  set.seed(7)
  code
}

same_factors <- function(one, other) expect_identical(other[c("w", "h")], one[c("w", "h")])

test_that("a formula's fit is that of the matrix of its columns, transposed", {
  right <- drawn(nmf(numbers, 2, control = quick))
  for (formula in list(~ ., ~ . - Species, ~ . - Species - 1)) {
    data <- if (identical(formula, ~ .)) iris[1:4] else iris
    expect_no_message(fit <- drawn(nmf(formula, data = data, rank = 2, control = quick)))
    same_factors(right, fit)
    expect_identical(fit$data$samples, "rows")
  }
  few <- drawn(nmf(~ Sepal.Width + log(Petal.Length), iris, 2, control = quick))
  x <- rbind(numbers["Sepal.Width", ], log(numbers["Petal.Length", ]))
  rownames(x) <- c("Sepal.Width", "log(Petal.Length)")
  same_factors(drawn(nmf(x, 2, control = quick)), few)
  expect_identical(nmf(~ ., iris[1:4], 2, control = quick)$call,
                   quote(nmf(formula = ~., data = iris[1:4], rank = 2, control = quick)))
})

test_that("names, logicals, missing values, weights and known parts are those of a data frame", {
  data <- data.frame("a b" = c(1, 2, NA, 4), flag = c(TRUE, FALSE, TRUE, TRUE), n = 4:1,
                     check.names = FALSE, row.names = c("p", "q", "r", "s"))
  x <- t(as.matrix(data))
  right <- drawn(nmf(x, 2, missing = "mask", weights = list(samples = 1:4), control = quick))
  expect_identical(dimnames(x), list(c("a b", "flag", "n"), c("p", "q", "r", "s")))
  same_factors(right, drawn(nmf(~ ., data, 2, missing = "mask", weights = list(samples = 1:4),
                                 control = quick)))
  same_factors(right, drawn(nmf(data, 2, missing = "mask", weights = list(samples = 1:4),
                                 control = quick, samples = "rows")))
  expect_bad(nmf(~ ., data, 2), "x")
  known <- rbind(c(1, 0, 2))
  fit <- nmf(~ ., data[-3, ], known = list(w = known), control = quick)
  expect_equal(unname(basis(fit)), t(known))
})

test_that("new data frames are read by the names of the formula's columns", {
  fit <- drawn(nmf(~ . - Species, iris, 2, control = quick))
  right <- drawn(nmf(numbers, 2, control = quick))
  expected <- `colnames<-`(predict(right, numbers[, 1:3]), 1:3)
  for (new in list(iris[1:3, ], iris[1:3, 5:1], cbind(id = 1:3, iris[1:3, 1:4]))) {
    expect_no_message(expect_identical(predict(fit, new), expected))
  }
  expect_identical(predict(fit, as.matrix(iris[1:3, 1:4])), expected)
  expect_identical(unname(coef(adapt(fit, iris[1:50, ], 2))),
                   unname(coef(adapt(right, numbers[, 1:50], 2))))
  expect_identical(residuals(fit, iris), residuals(right, numbers))
  expect_bad(predict(fit, iris[1:3, 2:5]), "newdata")
  expect_bad(predict(fit, transform(iris[1:3, ], Petal.Width = "wide")), "newdata")
  # What a term needs of the data it was made with is kept, and no environment.
  local <- function() {
    heavy <- numeric(1e5)
    nmf(~ scale(Sepal.Width, center = FALSE) + Petal.Width, iris, 2, control = quick)
  }
  scaled <- drawn(local())
  expect_equal(unname(predict(scaled, iris[1:3, ])), unname(predict(scaled, iris)[, 1:3]))
  expect_lt(length(serialize(scaled, NULL)), 50000)
})

test_that("factors, text, dates, responses and what is no data frame are refused by name", {
  said <- function(code) conditionMessage(expect_error(code, class = "metanmf_error"))
  text <- said(nmf(~ ., data = iris, rank = 2))
  expect_match(text, "column \"Species\" of class factor", fixed = TRUE)
  formula <- str2lang(sub(".*Use the formula (.*)[.]$", "\\1", text))
  expect_s3_class(nmf(eval(formula), iris, 2, control = quick), "nmf_fit")
  data <- cbind(iris, id = "a", day = Sys.Date())
  text <- said(nmf(~ Sepal.Width + id + day + Sepal.Length, data, 2))
  formula <- str2lang(sub(".*Use the formula (.*)[.]$", "\\1", text))
  expect_identical(deparse(formula), "~Sepal.Width + Sepal.Length")
  text <- said(nmf(Species ~ ., data = iris, rank = 2, control = quick))
  expect_match(text, "use nmf(formula = ~., data = iris, rank = 2, control = quick)", fixed = TRUE)
  flowers <- iris[1:4]
  text <- said(nmf(Sepal.Width ~ ., data = flowers, rank = 2))
  expect_s3_class(eval(str2lang(sub(".*use (.*)[.]$", "\\1", gsub("\n", " ", text)))), "nmf_fit")
  expect_bad(nmf(~ ., numbers, 2), "data")
  expect_bad(nmf(~ a), "data")
  expect_bad(nmf(~ 1, iris, 2), "formula")
  expect_bad(nmf(~ ., iris[1:4], 2, samples = "columns"), "samples")
  expect_bad(nmf(~ ., iris[1:4]), "rank")
  expect_bad(gnmf(~ ., 2), "x")
  expect_error(nmf(~ ., iris[1:4], 2, nrun = 3), "nmf(~., iris[1:4], 2, n_start = 3)", fixed = TRUE,
               class = "metanmf_error")
  expect_error(nmf(iris[1:4], 2, nrun = 3), "nmf(iris[1:4], 2, n_start = 3)", fixed = TRUE,
               class = "metanmf_error")
})

test_that("the call of a data frame's fit is the one that was typed", {
  fit <- nmf(iris[1:4], 2, control = quick, samples = "rows")
  expect_identical(fit$call, quote(nmf(x = iris[1:4], rank = 2, control = quick, samples = "rows")))
  known <- rbind(c(1, 0, 2, 1))
  expect_identical(nmf(iris[1:4], known = list(w = known), samples = "rows")$rank, 1L)
})
