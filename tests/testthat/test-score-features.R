# top_features() against one line of plain R and a value by hand.

by_hand <- function() {
  matrix(c(2, 1, 1, 1, 1, 2), 3, dimnames = list(c("a", "b", "c"), c("left", "right")))
}

test_that("the largest weights come first, as order() has them, with ties in the features' order", {
  set.seed(1)
  w <- matrix(round(stats::runif(200), 1), 40, dimnames = list(paste0("f", 1:40), NULL))
  found <- top_features(w, 7)
  right <- unlist(lapply(1:5, function(k) rownames(w)[order(-w[, k])[1:7]]))
  expect_identical(found$feature, right)
  expect_identical(found$rank, rep(1:7, 5))
  expect_identical(as.character(found$component), rep(paste0("c", 1:5), each = 7))
  expect_identical(found$weight, w[cbind(match(right, rownames(w)), rep(1:5, each = 7))])
})

test_that("exclusivity and specificity of three features and two components are those by hand", {
  # shares (2 1 1) / 4 and (1 1 2) / 4; of their sums the left one has 2/3, 1/2, 1/3
  left <- top_features(by_hand(), by = "specific")[1:3, ]
  expect_identical(left$feature, c("a", "b", "c"))
  expect_equal(left$exclusivity, c(2 / 3, 1 / 2, 1 / 3), tolerance = 1e-15)
  # b and c tie in weight, at place 2 of 3 from below: 2 / (3/2 + 3/2) and 2 / (3/2 + 3)
  expect_equal(left$specificity, c(1, 2 / 3, 4 / 9), tolerance = 1e-15)
})

test_that("specificity does not depend on the scale of a component or of the data", {
  set.seed(2)
  w <- matrix(stats::rexp(120)^2, 30)
  once <- top_features(w, 30, by = "specific")
  scaled <- top_features(w * rep(c(1e-200, 3, 1e200, 0.1), each = 30), 30, by = "specific")
  expect_identical(once$feature, scaled$feature)
  expect_equal(once$specificity, scaled$specificity, tolerance = 1e-12)
  expect_equal(once$exclusivity, scaled$exclusivity, tolerance = 1e-12)
})

test_that("a feature that is large everywhere heads the weights, and not the specific ones", {
  set.seed(3)
  w <- rbind(common = c(9, 9), diag(c(5, 5)) + 0.1, matrix(stats::runif(40, 0, 0.2), 20, 2))
  expect_identical(top_features(w, 1)$feature, rep("common", 2))
  expect_identical(top_features(w, 1, by = "specific")$feature, c("2", "3"))
})

test_that("what has no weight is not listed: sparse columns are short, dead ones have no rows", {
  w <- cbind(full = c(3, 2, 1), sparse = c(0, 0, 5), dead = c(0, 0, 0))
  found <- top_features(w, 50)
  expect_identical(as.vector(table(found$component)), c(3L, 1L, 0L))
  expect_identical(levels(found$component), c("full", "sparse", "dead"))
  expect_output(print(found), "no feature has a weight in dead")
  expect_identical(nrow(top_features(matrix(0, 3, 2))), 0L)
  expect_output(print(top_features(matrix(0, 3, 2))), "0 rows")
})

test_that("features without a name have their number, those not observed are left out", {
  w <- rbind(c(1, 2), NA, c(3, 1))
  expect_identical(top_features(w)$feature, c("3", "1", "1", "3"))
  rownames(w) <- c("", "b", "long")
  expect_identical(top_features(w)$feature, c("long", "1", "1", "long"))
})

test_that("one component and one feature have a table", {
  expect_identical(top_features(cbind(c(1, 3, 2)), by = "specific")$feature, c("2", "3", "1"))
  expect_identical(top_features(rbind(1:3))$specificity, c(1, 1, 1))
})

test_that("the print is a table of names, long ones cut", {
  w <- by_hand()
  expect_output(print(top_features(w, 2)), "  left right\n1 a    c    \n2 b    a", fixed = TRUE)
  rownames(w)[[1]] <- strrep("x", 60)
  shown <- utils::capture.output(print(top_features(w)))
  cut <- paste0(strrep("x", 11), "...", strrep("x", 10))
  expect_match(shown, cut, fixed = TRUE, all = FALSE)
  expect_output(print(top_features(w)[c("component", "weight")]), "weight")
  # a part of the table names its own components, and calls none of the others dead
  some <- utils::capture.output(print(top_features(by_hand(), 2)[1:2, ]))
  expect_identical(trimws(some), c("left", "1 a", "2 b"))
  expect_output(print(as.data.frame(top_features(w))), "exclusivity")
})

test_that("a fit and its basis have the same top features, and other input is refused", {
  set.seed(1)
  fit <- nmf(random_matrix(9, 12), 2, control = nmf_control(5, tol = 0))
  expect_identical(top_features(fit), top_features(basis(fit)))
  expect_bad(top_features(1:3), "fit")
  expect_bad(top_features(-diag(2)), "fit")
  expect_bad(top_features(), "fit")
  expect_bad(top_features(fit, 0), "n")
  expect_bad(top_features(fit, by = "lift"), "by")
  expect_bad(top_features(fit, k = 3), "...")
})
