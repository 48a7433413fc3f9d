# A fit of eight named features, and new data of six samples that have features f3 to f8 of it, in
# another order, and two others.
features_case <- function(loss = "frobenius", penalty = NULL) {
  set.seed(21)
  x <- drawn_data(8, 20, 3) + 0.01
  rownames(x) <- paste0("f", 1:8)
  fit <- nmf(x, 3, loss = loss, penalty = penalty, control = nmf_control(30, tol = 0))
  new <- x[c("f8", "f3", "f5", "f4", "f7", "f6"), 1:6]
  shared <- paste0("f", 3:8)
  list(x = x, fit = fit, shared = shared,
       new = rbind(new[1:2, ], z1 = 7, new[3:6, ], z2 = 9)[8:1, ])
}

matched <- function(...) suppressMessages(predict(..., features = "match"))

test_that("absent features count as unobserved: the answer is that of the shared ones alone", {
  for (loss in c("frobenius", "kl", "is")) {
    case <- features_case(loss)
    part <- as_nmf(basis(case$fit)[case$shared, ], loss = loss)
    right <- predict(part, case$new[case$shared, ])
    expect_equal(matched(case$fit, case$new), right, tolerance = 1e-9)
    if (loss != "is") {
      expect_equal(matched(case$fit, methods::as(case$new, "CsparseMatrix")), right,
                   tolerance = 1e-9)
    }
  }
  # Least squares by another program.
  skip_if_not_installed("nnls")
  case <- features_case()
  by_hand <- apply(case$new[case$shared, ], 2, function(x) {
    nnls::nnls(basis(case$fit)[case$shared, ], x)$x
  })
  expect_equal(unname(matched(case$fit, case$new)), by_hand, tolerance = 1e-8)
})

test_that("features that were all there give what they give without features = \"match\"", {
  case <- features_case()
  expect_identical(matched(case$fit, case$x[8:1, ]), predict(case$fit, case$x))
  expect_message(predict(case$fit, case$x, features = "match"),
                 "has 8 of the fit's 8 features.\n0 are absent")
})

test_that("a message counts the features that are shared, absent and others", {
  case <- features_case()
  expect_message(predict(case$fit, case$new, features = "match"),
                 paste0("`newdata` has 6 of the fit's 8 features.\n2 are absent and taken as ",
                        "unobserved, 2 others are left out."), fixed = TRUE)
})

test_that("an absent feature is not a feature of zeros", {
  case <- features_case()
  zeros <- rbind(case$new[case$shared, ], f1 = 0, f2 = 0)
  expect_gt(max(abs(matched(case$fit, case$new) - predict(case$fit, zeros))), 0.01)
})

test_that("the response is that of all features of the fit, and a class that of the coefficients", {
  case <- features_case()
  h <- matched(case$fit, case$new)
  expect_equal(matched(case$fit, case$new, type = "response"), basis(case$fit) %*% h)
  expect_identical(matched(case$fit, case$new, type = "class"), apply(h, 2, which.max),
                   ignore_attr = TRUE)
})

test_that("missing entries and weights follow the features that they belong to", {
  case <- features_case()
  part <- as_nmf(basis(case$fit)[case$shared, ])
  gaps <- replace(case$new, cbind(c(2, 4), c(1, 3)), NA)
  expect_equal(matched(case$fit, gaps, missing = "mask"),
               predict(part, gaps[case$shared, ], missing = "mask"))
  set.seed(5)
  entries <- matrix(runif(48), 8, dimnames = list(rownames(case$new), NULL))
  features <- stats::setNames(runif(8), rownames(case$new))
  right <- list(predict(part, case$new[case$shared, ], weights = entries[case$shared, ]),
                predict(part, case$new[case$shared, ],
                        weights = list(features = features[case$shared])))
  for (named in c(TRUE, FALSE)) {
    if (!named) dimnames(entries) <- names(features) <- NULL
    expect_equal(matched(case$fit, case$new, weights = entries), right[[1]])
    expect_equal(matched(case$fit, case$new, weights = list(features = features)), right[[2]])
    expect_equal(matched(case$fit, case$new, weights = features), right[[2]])
  }
  sparse <- methods::as(case$new, "CsparseMatrix")
  sparse[cbind(c(2, 5), c(1, 2))] <- 0
  sparse <- Matrix::drop0(sparse)
  expect_equal(matched(case$fit, sparse, missing = "unstored"),
               predict(part, sparse[case$shared, ], missing = "unstored"))
  expect_bad(matched(case$fit, case$new, weights = features[1:3]), "weights")
  expect_bad(matched(case$fit, case$new, weights = entries[1:3, ]), "weights")
})

test_that("penalties of the fit cost what they cost with all features", {
  case <- features_case(penalty = list(penalty_sparse(0.1, form = "raw"), penalty_ridge(0.1)))
  cost <- case$fit$model$cost
  w <- basis(case$fit)[case$shared, ]
  x <- case$new[case$shared, 1]
  h <- matched(case$fit, case$new)[, 1]
  # The gradient of |x - W h|^2 + a h + d h^2 is 0 where h is above 0, and not below 0 elsewhere.
  gradient <- 2 * crossprod(w, w %*% h - x) + cost[, 1] + 2 * cost[, 2] * h
  expect_lt(max(abs(gradient[h > 0])), 1e-8)
  expect_gt(min(gradient), -1e-8)
})

test_that("adapt() leaves absent features out: they are NA, the others those of the shared data", {
  case <- features_case()
  for (new in list(case$new, methods::as(case$new, "CsparseMatrix"))) {
    adapted <- suppressMessages(adapt(case$fit, new, max_iter = 10, features = "match"))
    expect_identical(rownames(basis(adapted)), rownames(case$x))
    expect_true(all(is.na(basis(adapted)[c("f1", "f2"), ])))
    part <- adapt(as_nmf(basis(case$fit)[case$shared, ]), case$new[case$shared, ], max_iter = 10)
    expect_equal(basis(adapted)[case$shared, ], basis(part), tolerance = 1e-8)
    expect_equal(coef(adapted), coef(part), tolerance = 1e-8)
  }
  said <- testthat::capture_messages(adapt(case$fit, case$new, features = "match"))
  expect_length(said, 1)
})

test_that("other features are refused with their number, and no names in common always", {
  case <- features_case()
  refusal <- expect_error(predict(case$fit, case$new), class = "metanmf_error")
  text <- gsub("\\s+", " ", conditionMessage(refusal))
  expect_match(text, "6 of them shared, 2 absent (\"f1\", \"f2\"), 2 unknown to the fit (\"z2\", ",
               fixed = TRUE)
  expect_match(text, "features = \"match\"", fixed = TRUE)
  expect_bad(adapt(case$fit, case$new), "newdata")
  expect_bad(predict(case$fit, case$new[case$shared, ]), "newdata")
  strange <- `rownames<-`(case$new, letters[1:8])
  expect_bad(predict(case$fit, strange, features = "match"), "newdata")
  expect_bad(predict(case$fit, strange), "newdata")
  expect_bad(predict(case$fit, unname(case$new), features = "match"), "features")
  expect_bad(predict(as_nmf(unname(basis(case$fit))), case$new, features = "match"), "features")
  expect_bad(predict(case$fit, case$new[c(2, 1:8), ], features = "match"), "newdata")
  expect_bad(predict(case$fit, case$new, features = "some"), "features")
})

test_that("a repeated name of a feature that the fit has not is left out like any other", {
  case <- features_case()
  twice <- rbind(case$new, z1 = 1)
  expect_equal(matched(case$fit, twice), matched(case$fit, case$new))
})

test_that("sparse new data are never made dense", {
  # 1e5 x 1e5 doubles are 80 GB.
  set.seed(22)
  w <- matrix(runif(2e5), 1e5, dimnames = list(paste0("f", 1:1e5), NULL))
  new <- Matrix::sparseMatrix(i = sample(1e5, 300), j = sample(1e5, 300), x = runif(300),
                              dims = c(1e5, 1e5), dimnames = list(paste0("f", 1:1e5 + 10), NULL))
  expect_identical(dim(matched(as_nmf(w), new)), c(2L, 100000L))
})
