# The fits and scores of one job.

test_that("runs of k-means that stopped early are counted and say nothing", {
  labels <- rep(1:2, each = 5)
  runs <- 0
  local_mocked_bindings(thesis_clusters = function(...) {
    runs <<- runs + 1
    stopped <- structure(class = c("metanmf_not_converged", "warning", "condition"),
                         list(message = "stopped", call = NULL))
    if (runs > 1) warning(stopped)
    labels
  })
  expect_silent(score <- score_coef(matrix(1, 2, 10), labels, 2,
                                    experiment_protocol(kmeans_repeats = 3),
                                    list(variant = "baseline")))
  expect_identical(score$unconverged, 2L)
  expect_identical(c(score$nmi, score$ari), c(1, 1))
})
