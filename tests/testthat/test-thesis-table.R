# The thesis' tables beside an experiment's.

# Baseline means .56, .57, .58 (mean .57, sd .01) and meta .66, .68, .70 (mean .68, sd .02) on
# Digits, whose figures in table 4.3 are .570 and .595.
digits_results <- function(...) {
  results <- fake_results("digits", variants = c("baseline", "meta"), seeds = 1:3, ...)
  mean <- rbind(baseline = c(0.56, 0.57, 0.58), meta = c(0.66, 0.68, 0.7))
  results$nmi <- mean[cbind(match(results$variant, rownames(mean)), results$seed)]
  results
}

test_that("the thesis' figures stand beside our means, spreads and differences", {
  set.seed(1)
  table <- thesis_table(digits_results(), "4.3")
  expect_s3_class(table, "thesis_table")
  expect_identical(table$dataset, "Digits")
  expect_equal(unlist(table[c("thesis_baseline", "thesis_meta")], use.names = FALSE),
               c(0.57, 0.595))
  expect_equal(unlist(table[c("baseline_mean", "baseline_sd", "meta_mean", "meta_sd")],
                      use.names = FALSE), c(0.57, 0.01, 0.68, 0.02))
  # Differences .10, .11, .12; of three seeds the interval's ends are the least and the largest.
  expect_equal(unlist(table[c("over_baseline", "over_baseline_lower", "over_baseline_upper",
                              "over_baseline_p_holm")], use.names = FALSE),
               c(0.11, 0.1, 0.12, 0.25))
  expect_true(is.na(table$plain_matched_mean) && is.na(table$over_plain_matched))
  expect_identical(table$seeds, 3L)
  expect_identical(table$ranks, "2 5")
  expect_false(table$baseline_outside_mean || table$baseline_outside_spread)
  expect_true(table$meta_outside_mean && table$meta_outside_spread)
})

test_that("a figure can be outside the interval of the mean and inside the spread", {
  results <- fake_results("digits", variants = c("baseline", "meta"), seeds = 1:20)
  # Twenty seeds: the mean .58 is known to some .004, a single seed scatters by .01.
  results$nmi <- 0.58 + rep(c(-0.01, 0.01), 10)[results$seed]
  set.seed(2)
  table <- thesis_table(results, "4.3")
  expect_true(table$baseline_outside_mean)
  expect_false(table$baseline_outside_spread)
  expect_true(table$meta_outside_mean)
  expect_false(table$meta_outside_spread) # .595, with .58 +- 2 x .01026
})

test_that("each table finds its model and noise, and the data sets by the thesis' names", {
  datasets <- c("blobs", "coil20", "digits", "faces", "fmnist", "iris")
  models <- c("NMF", "GNMF", "NMF-NNDSVD", "GNMF-NNDSVD")
  results <- fake_results(datasets, models, seeds = 1:2, noise = c(0, 0.4))
  published <- utils::read.csv(system.file("thesis", "tables.csv", package = "metanmf"),
                               colClasses = c(table = "character"))
  for (number in unique(published$table)) {
    table <- thesis_table(results, number, n_boot = 20)
    theirs <- published[published$table == number, ]
    theirs <- theirs[match(table$dataset, theirs$dataset), ]
    expect_identical(table$dataset, c("Blobs", "COIL20", "Digits", "Faces", "FMNIST"))
    expect_identical(table$thesis_meta, theirs$meta)
    expect_identical(table$thesis_baseline, theirs$baseline)
    cell <- results[results$dataset == "fmnist" & results$model == theirs$model[[1]] &
                      (results$noise > 0) == (theirs$noise[[1]] == "noisy"), ]
    expect_equal(table$baseline_mean[[5]], mean(cell$nmi[cell$variant == "baseline"]))
    expect_equal(table$over_plain_matched[[5]], mean(cell$nmi[cell$variant == "meta"]) -
                   mean(cell$nmi[cell$variant == "plain_matched"]))
  }
})

test_that("p is corrected over the data sets of the table, and the comparison is the same", {
  results <- fake_results(c("coil20", "digits", "faces"), c("NMF", "GNMF"), seeds = 1:6)
  set.seed(3)
  table <- thesis_table(results, "4.3", n_boot = 50)
  set.seed(3)
  comparison <- compare_variants(results[results$model == "NMF", ], n_boot = 50)
  over <- comparison[comparison$to == "plain_matched", ]
  expect_equal(table$over_plain_matched_p_holm, over$p_holm)
  expect_equal(table$over_plain_matched_lower, over$lower)
  # 3 x 2/2^6 = .094
  expect_true(all(table$over_plain_matched_bound))
})

test_that("a table that cannot be made is refused", {
  results <- digits_results()
  expect_bad(thesis_table(results), "table")
  expect_bad(thesis_table(results, 4.3), "table")
  expect_bad(thesis_table(results, "4.7"), "results")
  expect_error(thesis_table(results, "4.3", score = "error"), class = "metanmf_error")
  expect_bad(thesis_table(results[results$variant == "meta", ], "4.3"), "results")
  other <- results
  other$protocol <- "author"
  expect_bad(thesis_table(rbind(results, other), "4.3"), "results")
})

test_that("the table is text for knitr, and prints with its words", {
  results <- digits_results()
  set.seed(4)
  table <- thesis_table(results, "4.3")
  text <- format(table)
  expect_identical(class(text), "data.frame")
  expect_true(all(vapply(text, is.character, NA)))
  expect_identical(plain_text(text$baseline), ".570 +- .010")
  expect_identical(text[["thesis meta"]], ".595 outside")
  expect_identical(text[["meta - baseline"]], "+.110 [+.100, +.120]")
  results$nmi[[1]] <- NA
  set.seed(4)
  expect_snapshot(print(thesis_table(rbind(results, fake_results("faces", seeds = 1:8)), "4.3")),
                  transform = plain_text)
  expect_snapshot(print(thesis_table(results[results$seed == 2, ], "4.3")),
                  transform = plain_text)
  noisy <- rbind(digits_results(noise = 0.4), digits_results(noise = 0.1))
  expect_identical(format(thesis_table(noisy, "4.7", n_boot = 10))[["data set"]],
                   c("Digits (0.1)", "Digits (0.4)"))
})

test_that("some columns of a table print as the data frame they are", {
  set.seed(4)
  part <- thesis_table(digits_results(), "4.3")[c("dataset", "meta_mean")]
  expect_identical(utils::capture.output(print(part)),
                   utils::capture.output(print(data.frame(dataset = "Digits", meta_mean = 0.68))))
})
