# The list of recipes' developers: what every step is tested for.

train <- iris[c(1:40, 51:90, 101:140), ]
test <- iris[c(41:50, 91:100, 141:150), ]

iris_recipe <- function(..., data = train) {
  step_nmf(recipes::recipe(Species ~ ., data = data), recipes::all_numeric_predictors(), ...)
}

# A package below recipes asks for the time zone when it is loaded, which can warn.
needs_recipes <- function() suppressWarnings(skip_if_not_installed("recipes"))

trained <- function(recipe, ...) {
  force(recipe) # its id is drawn
  set.seed(1)
  suppressWarnings(recipes::prep(recipe, ...), classes = "metanmf_not_converged")
}

test_that("a step's columns are predict()'s coefficients for the basis of nmf()", {
  needs_recipes()
  options <- list(loss = "kl", control = nmf_control(30, tol = 0))
  ready <- trained(iris_recipe(num_comp = 2, options = options))
  set.seed(1)
  fit <- do.call(nmf, c(list(t(as.matrix(train[1:4])), 2), options))
  baked <- recipes::bake(ready, test)
  expect_identical(names(baked), c("Species", "NMF1", "NMF2"))
  expect_equal(unname(t(as.matrix(baked[2:3]))), unname(predict(fit, t(as.matrix(test[1:4])))))
  own <- recipes::bake(ready, NULL)
  expect_equal(unname(t(as.matrix(own[2:3]))), unname(predict(fit, t(as.matrix(train[1:4])))))
  expect_identical(baked, recipes::bake(ready, test[5:1]))
})

test_that("a basis that is given is used as it is", {
  needs_recipes()
  w <- matrix(c(5, 3, 1, 0.2, 6, 3, 5, 2), 4)
  dimnames(w) <- list(names(iris)[1:4], c("small", "large"))
  h <- unname(predict(as_nmf(w), t(as.matrix(test[1:4]))))
  fit <- seeded(nmf(t(as.matrix(train[1:4])), 3, control = nmf_control(10, tol = 0)))
  baked <- function(...) unname(t(as.matrix(recipes::bake(trained(iris_recipe(...)), test)[-1])))
  expect_equal(baked(basis = w), h)
  expect_equal(baked(basis = w[4:1, ]), h)
  expect_equal(baked(basis = unname(w)), h)
  few <- nmf_control(10, tol = 0)
  turned <- seeded(nmf(train[1:4], 3, control = few, samples = "rows"))
  expect_equal(baked(basis = turned), baked(basis = fit))
  expect_equal(baked(basis = fit), unname(predict(fit, t(as.matrix(test[1:4])))))
  expect_equal(recipes::tidy(trained(iris_recipe(basis = w)), number = 1)$value, as.vector(w))
  expect_error(trained(iris_recipe(basis = w[-1, ])), "selected columns")
  rownames(w)[[1]] <- "Sepal"
  expect_error(trained(iris_recipe(basis = w)), "Sepal")
})

test_that("a selection of nothing, and no components, leave the data as they are", {
  needs_recipes()
  plain <- recipes::recipe(Species ~ ., data = train)
  empty <- trained(step_nmf(plain))
  expect_identical(recipes::bake(empty, test), recipes::bake(trained(plain), test))
  expect_identical(nrow(recipes::tidy(empty, number = 1)), 0L)
  expect_output(print(empty$steps[[1]]), "No NMF components were extracted")
  none <- trained(iris_recipe(num_comp = 0))
  expect_identical(recipes::bake(none, test), recipes::bake(trained(plain), test))
  expect_identical(recipes::tidy(none, number = 1)$terms, names(iris)[1:4])
})

test_that("more components than columns are as many as there are", {
  needs_recipes()
  few <- list(control = nmf_control(5, tol = 0))
  ready <- trained(iris_recipe(num_comp = 9, options = few))
  expect_identical(names(recipes::bake(ready, test))[-1], paste0("NMF", 1:4))
  expect_identical(ready$steps[[1]]$num_comp, 4L)
})

test_that("new columns have the prefix, padded numbers and the role asked for", {
  needs_recipes()
  wide <- as.data.frame(drawn_data(30, 12, 3))
  recipe <- step_nmf(recipes::recipe(~ ., data = wide), recipes::all_predictors(), num_comp = 10,
                     prefix = "part", role = "amount", options = list(control = nmf_control(2, 0)))
  ready <- trained(recipe)
  expect_identical(names(recipes::bake(ready, wide)), sprintf("part%02d", 1:10))
  expect_identical(unique(ready$term_info$role), "amount")
  taken <- cbind(train, NMF1 = 1)
  expect_error(trained(step_nmf(recipes::recipe(Species ~ ., data = taken), Sepal.Length,
                                num_comp = 1)), "NMF1")
})

test_that("columns are kept, a step is skipped, and an id is the one given", {
  needs_recipes()
  few <- list(control = nmf_control(5, tol = 0))
  kept <- recipes::bake(trained(iris_recipe(num_comp = 1, keep_original_cols = TRUE,
                                            options = few)), test)
  expect_identical(names(kept), c(names(iris), "NMF1"))
  skipped <- trained(iris_recipe(num_comp = 1, skip = TRUE, id = "mine", options = few))
  expect_identical(names(recipes::bake(skipped, test)), names(iris))
  expect_identical(unique(recipes::tidy(skipped, number = 1)$id), "mine")
})

test_that("bake() before prep(), and of data without a column, are errors", {
  needs_recipes()
  expect_error(recipes::bake(iris_recipe(), test))
  ready <- trained(iris_recipe(num_comp = 1, options = list(control = nmf_control(2, tol = 0))))
  expect_error(recipes::bake(ready, test[-2]), "Sepal.Width")
  expect_identical(nrow(recipes::bake(ready, test[0, ])), 0L)
})

test_that("values that are missing or below 0 are refused with the column's name", {
  needs_recipes()
  gaps <- replace(train, cbind(2, 3), NA)
  below <- replace(train, cbind(1, 2), -1)
  expect_error(trained(iris_recipe(data = gaps)), "Petal.Length")
  expect_error(trained(iris_recipe(data = below)), "Sepal.Width")
  expect_error(trained(step_nmf(recipes::recipe(~ ., data = train), Species)))
  masked <- list(missing = "mask", control = nmf_control(20, tol = 0))
  ready <- trained(iris_recipe(data = gaps, num_comp = 1, options = masked))
  expect_false(anyNA(recipes::bake(ready, gaps)))
  expect_error(recipes::bake(ready, below), "Sepal.Width")
})

test_that("arguments of a step are checked before anything is fitted", {
  needs_recipes()
  expect_bad(step_nmf(iris), "recipe")
  expect_bad(iris_recipe(options = "kl"), "options")
  expect_bad(iris_recipe(options = list(rank = 3)), "options")
  expect_bad(iris_recipe(num_comp = -1), "num_comp")
  expect_bad(iris_recipe(skip = NA), "skip")
  expect_bad(iris_recipe(basis = diag(4), options = list(n_start = 3)), "options")
})

test_that("tidy() gives selectors before prep() and the basis after it", {
  needs_recipes()
  recipe <- iris_recipe(num_comp = 2, options = list(control = nmf_control(10, tol = 0)))
  before <- recipes::tidy(recipe, number = 1)
  expect_identical(names(before), c("terms", "value", "component", "id"))
  expect_identical(before$terms, "recipes::all_numeric_predictors()")
  after <- recipes::tidy(trained(recipe), number = 1)
  set.seed(1)
  fit <- nmf(t(as.matrix(train[1:4])), 2, control = nmf_control(10, tol = 0))
  expect_identical(after$terms, rep(names(iris)[1:4], 2))
  expect_identical(after$component, rep(c("NMF1", "NMF2"), each = 4))
  expect_equal(after$value, as.vector(basis(fit)))
})

test_that("a step prints what it does, before and after prep()", {
  needs_recipes()
  recipe <- iris_recipe(num_comp = 1, options = list(control = nmf_control(2, tol = 0)))
  expect_output(print(recipe$steps[[1]]), "NMF extraction with recipes::all_numeric_predictors")
  expect_output(print(trained(recipe)$steps[[1]]), "NMF extraction with Sepal.Length.*trained")
})

test_that("a step says which package it needs and that its number of components can be tuned", {
  needs_recipes()
  step <- iris_recipe(id = "mine")$steps[[1]]
  expect_identical(generics::required_pkgs(step), "metanmf")
  tuned <- generics::tunable(step)
  expect_identical(names(tuned), c("name", "call_info", "source", "component", "component_id"))
  expect_identical(tuned$name, "num_comp")
  expect_identical(tuned$call_info[[1]], list(pkg = "dials", fun = "num_comp", range = c(1L, 4L)))
  expect_identical(c(tuned$source, tuned$component, tuned$component_id),
                   c("recipe", "step_nmf", "mine"))
  expect_no_error(iris_recipe(num_comp = quote(tune())))
})

test_that("output is sparse where it is asked for", {
  needs_recipes()
  few <- list(control = nmf_control(5, tol = 0))
  ready <- trained(step_nmf(recipes::recipe(~ ., data = train[1:4]), recipes::all_predictors(),
                            num_comp = 2, options = few))
  sparse <- recipes::bake(ready, test, composition = "dgCMatrix")
  expect_s4_class(sparse, "dgCMatrix")
  expect_equal(as.matrix(sparse), as.matrix(recipes::bake(ready, test)))
})
