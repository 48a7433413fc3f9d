# The class of an experiment's results.

test_that("rows that are chosen or bound together are still results", {
  results <- fake_results()
  first <- results[results$seed <= 2, ]
  expect_s3_class(first, "metanmf_experiment")
  expect_identical(nrow(first), 12L) # 2 seeds x 2 ranks x 3 variants
  expect_s3_class(subset(results, variant == "meta"), "metanmf_experiment")
  both <- rbind(first, results[results$seed > 2, ])
  expect_s3_class(both, "metanmf_experiment")
  ordered <- function(rows) {
    rows <- as.data.frame(rows)[order(rows$variant, rows$seed, rows$rank), ]
    rownames(rows) <- NULL
    rows
  }
  expect_identical(ordered(both), ordered(results))
})

test_that("without all of the columns it is a plain data frame, and one column is a vector", {
  results <- fake_results()
  plain <- as.data.frame(results)
  expect_identical(class(plain), "data.frame")
  expect_identical(results[c("seed", "rank")], plain[c("seed", "rank")])
  expect_identical(results[3:4, c("seed", "rank")], plain[3:4, c("seed", "rank")])
  expect_identical(results[, "rank"], plain[, "rank"])
  expect_identical(results[["nmi"]], plain$nmi)
  expect_identical(results[5, "error"], plain[5, "error"])
})

test_that("results that were written to a file and read back are results", {
  results <- fake_results(variants = c("meta", "kmeans"))
  file <- tempfile()
  on.exit(unlink(file))
  utils::write.csv(results, file, row.names = FALSE)
  back <- utils::read.csv(file)
  expect_type(back$message, "logical")
  set.seed(1)
  expected <- compare_variants(results, to = "kmeans", n_boot = 10)
  set.seed(1)
  expect_equal(compare_variants(back, to = "kmeans", n_boot = 10), expected)
})

test_that("the overview names what was run and counts the crashed fits", {
  results <- fake_results(c("faces", "digits"), c("NMF-NNDSVD", "NMF"), noise = c(0, 0.4))
  results$message[c(1, 5)] <- "no memory"
  expect_snapshot(print(results))
  expect_snapshot(print(results[1, ]))
  expect_snapshot(print(results[FALSE, ]))
  expect_output(expect_identical(print(results), results))
})

test_that("what is not an experiment's results is refused", {
  results <- fake_results()
  expect_bad(compare_variants(1:3), "results")
  expect_bad(compare_variants(results[c("seed", "variant")]), "results")
  expect_bad(compare_variants(results[FALSE, ]), "results")
  expect_bad(compare_variants(rbind(results, results[3:4, ])), "results")
  wrong <- results
  wrong$seed <- as.character(wrong$seed)
  expect_bad(compare_variants(wrong), "results$seed")
})
