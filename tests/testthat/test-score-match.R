# Components of several bases matched with their medoid.

test_that("the medoid agrees best with all others, and every basis is matched to it", {
  skip_if_not_installed("clue")
  set.seed(1)
  bases <- lapply(1:6, function(i) directions(matrix(rgamma(40, 0.4), 10)))
  found <- match_medoid(bases)
  # Every pair by match_components(), without what is kept of the pairs.
  mean_cosine <- outer(1:6, 1:6, Vectorize(function(a, b) {
    mean(match_components(bases[[a]], bases[[b]])$cosine)
  }))
  diag(mean_cosine) <- NA
  expect_equal(found$agreement, rowMeans(mean_cosine, na.rm = TRUE))
  expect_identical(found$medoid, which.max(found$agreement))
  for (i in setdiff(1:6, found$medoid)) {
    match <- match_components(bases[[found$medoid]], bases[[i]])
    expect_identical(found$component[i, ], match$b)
    expect_equal(found$cosine[i, ], match$cosine)
  }
  expect_true(all(is.na(found$cosine[found$medoid, ])))
})
