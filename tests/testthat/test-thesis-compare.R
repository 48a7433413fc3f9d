# Differences between variants, paired over seeds.

# Seeds' means over ranks: baseline .30, .40, .50; meta .35, .43, .54, by rank 1e-2 apart.
three_seeds <- function() {
  results <- fake_results(variants = c("baseline", "meta"), ranks = c(4, 6), seeds = 1:3)
  mean <- rbind(baseline = c(0.3, 0.4, 0.5), meta = c(0.35, 0.43, 0.54))
  by_seed <- mean[cbind(match(results$variant, rownames(mean)), results$seed)]
  results$nmi <- by_seed + (results$rank - 5) / 100
  results
}

test_that("differences are paired by seed, after the mean over ranks", {
  set.seed(1)
  comparison <- compare_variants(three_seeds(), to = "baseline")
  expect_s3_class(comparison, "variant_comparison")
  expect_identical(nrow(comparison), 1L)
  # The differences .05, .03 and .04: mean .04, sd .01.
  expect_equal(comparison$difference, 0.04)
  expect_equal(comparison$se, 0.01 / sqrt(3))
  expect_identical(c(comparison$seeds, comparison$incomplete), c(3L, 0L))
  # All of one sign.
  expect_equal(comparison$p, 0.25)
  expect_equal(comparison$p_smallest, 0.25)
  expect_true(comparison$bound)
  # The least of the 27 resamples' means is .03, of probability 1/27 > .025.
  expect_equal(c(comparison$lower, comparison$upper), c(0.03, 0.05))
  set.seed(1)
  reverse <- compare_variants(three_seeds(), of = "baseline", to = "meta")
  expect_equal(reverse$difference, -0.04)
  expect_equal(reverse$p, 0.25)
})

test_that("the statistics are those of the differences taken by hand", {
  results <- fake_results(c("coil20", "digits"), c("NMF", "GNMF"), seeds = 1:7, noise = c(0, 0.4))
  comparison <- compare_variants(results, score = "error")
  expect_identical(nrow(comparison), 16L) # 2 data sets x 2 noises x 2 models x 2 variants
  for (i in c(1, 8, 15)) {
    row <- comparison[i, ]
    value <- function(variant) {
      cell <- results[results$dataset == row$dataset & results$noise == row$noise &
                        results$model == row$model & results$variant == variant, ]
      tapply(cell$error, cell$seed, mean)
    }
    difference <- as.vector(value("meta") - value(row$to))
    expect_equal(row$difference, mean(difference))
    expect_equal(row$se, stats::sd(difference) / sqrt(7))
    expect_equal(row$p, stats::wilcox.test(difference, exact = TRUE)$p.value)
  }
})

test_that("the order of the rows changes nothing", {
  results <- fake_results(c("faces", "digits"), c("GNMF", "own", "NMF"), noise = c(0, 0.4))
  set.seed(2)
  shuffled <- results[sample(nrow(results)), ]
  set.seed(3)
  comparison <- compare_variants(results, n_boot = 200)
  set.seed(3)
  expect_identical(compare_variants(shuffled, n_boot = 200), comparison)
})

test_that("what is added to both variants changes nothing", {
  results <- fake_results(variants = c("baseline", "meta"), seeds = 1:8)
  # Two seeds without a difference, and two with equal ones.
  pairs <- c(0, 0, 0.02, 0.02, -0.01, 0.05, 0.03, 0.04)
  results$nmi <- results$rank / 100 + ifelse(results$variant == "meta", pairs[results$seed], 0)
  moved <- results
  moved$nmi <- moved$nmi + 0.7 + sin(moved$seed)
  set.seed(4)
  expected <- compare_variants(results)
  set.seed(4)
  expect_equal(compare_variants(moved), expected)
})

test_that("every seed twice leaves the difference and shortens the error", {
  results <- fake_results(seeds = 1:6)
  again <- results
  again$seed <- again$seed + 100L
  once <- compare_variants(results)
  twice <- compare_variants(rbind(results, again))
  expect_equal(twice$difference, once$difference)
  # Sum of squares doubled: s^2 (n - 1) 2 / (2n - 1) over 2n, against s^2 over n; n = 6.
  expect_equal(twice$se / once$se, rep(sqrt(5 / 11), 2))
  expect_true(all(twice$p <= once$p))
})

test_that("a seed with a rank missing in either variant is left out and counted", {
  results <- fake_results(seeds = 1:5)
  results$nmi[results$variant == "meta" & results$seed == 2 & results$rank == 5] <- NA
  lost <- results$variant == "plain_matched" & results$seed == 4
  comparison <- compare_variants(results[!lost, ])
  whole <- compare_variants(results[!results$seed %in% c(2, 4), ])
  expect_identical(comparison$to, c("baseline", "plain_matched"))
  expect_identical(comparison$seeds, c(4L, 3L))
  expect_identical(comparison$incomplete, c(1L, 2L))
  expect_equal(comparison$difference[[2]], whole$difference[[2]])
})

test_that("controls without a model are compared with every model", {
  results <- fake_results("digits", c("NMF", "GNMF"), c("meta", "hals", "kmeans"), seeds = 1:4)
  comparison <- compare_variants(results, to = c("kmeans", "hals", "baseline"))
  expect_identical(comparison$model, c("NMF", "NMF", "GNMF", "GNMF"))
  expect_identical(comparison$to, c("hals", "kmeans", "hals", "kmeans"))
  value <- function(model) mean(results$nmi[results$model == model])
  expect_equal(comparison$difference,
               c(value("NMF") - c(value("HALS"), value("k-means")),
                 value("GNMF") - c(value("HALS"), value("k-means"))))
  expect_identical(comparison$seeds, rep(4L, 4))
  # Means over other ranks are not comparable; k-means has none.
  fewer <- results[results$model != "HALS" | results$rank == 2 & !is.na(results$rank), ]
  comparison <- compare_variants(fewer, to = c("hals", "kmeans"))
  expect_identical(comparison$seeds, c(0L, 4L, 0L, 4L))
  expect_identical(comparison$incomplete, c(4L, 0L, 4L, 0L))
})

test_that("one seed has a difference and no spread", {
  comparison <- compare_variants(fake_results(seeds = 3))
  expect_true(all(is.finite(comparison$difference)))
  spread <- unlist(comparison[c("se", "lower", "upper", "p", "p_holm")])
  expect_true(all(is.na(spread)))
  expect_true(all(comparison$bound))
})

test_that("bound depends on the number of seeds and of data sets", {
  bound <- function(datasets, seeds) {
    results <- fake_results(letters[seq_len(datasets)], variants = c("baseline", "meta"),
                            seeds = seq_len(seeds))
    unique(compare_variants(results, to = "baseline", n_boot = 10)$bound)
  }
  # 2/2^5 = .0625, 2/2^6 = .031, twice that .0625, 5 x 2/2^7 = .078, 5 x 2/2^8 = .039.
  expect_true(bound(1, 5))
  expect_false(bound(1, 6))
  expect_true(bound(2, 6))
  expect_true(bound(5, 7))
  expect_false(bound(5, 8))
})

test_that("variants that are absent are left out, and none at all is an error", {
  results <- fake_results(variants = c("baseline", "meta"))
  expect_identical(compare_variants(results)$to, "baseline")
  expect_identical(compare_variants(results, to = c("meta", "baseline"))$to, "baseline")
  expect_bad(compare_variants(results, to = c("plain_matched", "hals")), "to")
  expect_bad(compare_variants(results, to = "basline"), "to")
  expect_bad(compare_variants(results, of = "plain_matched"), "of")
  expect_bad(compare_variants(results, level = 95), "level")
  expect_bad(compare_variants(results, family = "seed"), "family")
  expect_error(compare_variants(results, n_boot = 0), class = "metanmf_error")
  # Both variants are there, but no model has both.
  apart <- rbind(results[results$variant == "meta", ],
                 fake_results(models = "GNMF", variants = "baseline"))
  expect_error(compare_variants(apart), class = "metanmf_error")
})

test_that("the random numbers are the user's", {
  results <- fake_results()
  interval <- function(seed) {
    set.seed(seed)
    unlist(compare_variants(results, n_boot = 100)[c("lower", "upper")])
  }
  expect_identical(interval(1), interval(1))
  expect_false(identical(interval(1), interval(2)))
})

test_that("the print says in words where the number of seeds decides", {
  results <- fake_results(c("coil20", "digits"), seeds = 1:5, noise = c(0, 0.4))
  results <- results[results$noise == 0 | results$dataset == "digits" | results$seed == 1, ]
  set.seed(5)
  comparison <- compare_variants(results)
  expect_snapshot(print(comparison))
  expect_snapshot(print(comparison[1, c("to", "difference")]))
  set.seed(5)
  expect_snapshot(print(compare_variants(fake_results(seeds = 1:12), score = "seconds")))
})

test_that("the print says how many seeds were left out, and why", {
  results <- fake_results()
  results <- results[!(results$variant == "meta" & results$seed == 2 & results$rank == 2), ]
  set.seed(5)
  said <- utils::capture.output(print(compare_variants(results)))
  expect_match(said, "incomplete: seeds left out, because a rank is absent", all = FALSE)
  whole <- utils::capture.output(print(compare_variants(fake_results())))
  expect_no_match(whole, "incomplete")
})
