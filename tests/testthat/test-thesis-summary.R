# Means over ranks within a seed, then mean and sd over seeds.

# Seed 1 has .2 and .4 (mean .3), seed 2 .5 and .7 (mean .6), of one variant.
two_seeds <- function() {
  results <- fake_results(variants = "meta", ranks = c(3, 8), seeds = 1:2)
  results$nmi <- c(0.2, 0.4, 0.5, 0.7)[2 * (results$seed - 1) + match(results$rank, c(3, 8))]
  results
}

test_that("the seed is the unit: its ranks are averaged first", {
  summary <- summary(two_seeds())
  expect_s3_class(summary, "summary.metanmf_experiment")
  expect_identical(nrow(summary), 1L)
  expect_equal(summary$mean, 0.45)
  # sd of .3 and .6: |.3 - .6| / sqrt(2). Of the four fits it would be .208.
  expect_equal(summary$sd, 0.3 / sqrt(2))
  expect_identical(c(summary$ranks, summary$seeds, summary$incomplete, summary$failed),
                   c(2L, 2L, 0L, 0L))
})

test_that("a seed whose rank crashed or is absent is left out and counted", {
  results <- two_seeds()
  crashed <- results
  crashed$nmi[crashed$seed == 1 & crashed$rank == 8] <- NA
  crashed$message[crashed$seed == 1 & crashed$rank == 8] <- "singular"
  absent <- results[!(results$seed == 1 & results$rank == 8), ]
  for (case in list(crashed, absent)) {
    summary <- summary(case)
    expect_equal(summary$mean, 0.6)
    expect_identical(summary$sd, NA_real_)
    expect_identical(c(summary$seeds, summary$incomplete), c(1L, 1L))
  }
  expect_identical(summary(crashed)$failed, 1L)
  expect_identical(summary(absent)$failed, 0L)
})

test_that("a variant must have the ranks and seeds of the model's other variants", {
  results <- fake_results(seeds = 1:4)
  lost <- results$variant == "meta" & (results$seed == 3 | results$rank == 5 & results$seed == 1)
  summary <- summary(results[!lost, ])
  expect_identical(summary$variant, c("baseline", "meta", "plain_matched"))
  expect_identical(summary$seeds, c(4L, 2L, 4L))
  expect_identical(summary$incomplete, c(0L, 2L, 0L))
  summary <- summary(results[!(results$variant == "meta" & results$rank == 5), ])
  expect_identical(summary$seeds, c(4L, 0L, 4L))
  expect_identical(summary$mean[[2]], NA_real_)
})

test_that("data sets, noise, models, variants and protocols are kept apart", {
  results <- fake_results(c("faces", "blobs"), c("GNMF", "NMF"), c("meta", "hals", "kmeans"),
                          noise = c(0.4, 0), seeds = 1:3)
  other <- results
  other$protocol <- "author"
  summary <- summary(rbind(results, other))
  # Two protocols x two data sets x two noises x (two models and two controls).
  expect_identical(nrow(summary), 32L)
  expect_identical(summary$model[1:4], c("NMF", "GNMF", "HALS", "k-means"))
  expect_identical(unique(summary$dataset), c("blobs", "faces"))
  expect_true(all(summary$seeds == 3))
  expect_identical(summary$mean[summary$protocol == "author"],
                   summary$mean[summary$protocol == "thesis"])
  cell <- results[results$dataset == "faces" & results$noise == 0.4 & results$model == "GNMF", ]
  at <- summary$protocol == "thesis" & summary$dataset == "faces" & summary$noise == 0.4 &
    summary$model == "GNMF"
  expect_equal(summary$mean[at], mean(cell$nmi))
})

test_that("any score can be asked for, and the order of rows does not matter", {
  results <- fake_results(c("digits", "mine"), variants = c("meta", "own", "kmeans"))
  for (score in c("ari_l2", "error", "objective", "seconds")) {
    summary <- summary(results, score)
    for (variant in c("meta", "own", "kmeans")) {
      rows <- results[results$variant == variant & results$dataset == "mine", ]
      expect_equal(summary$mean[summary$variant == variant & summary$dataset == "mine"],
                   mean(rows[[score]]))
    }
  }
  set.seed(1)
  expect_identical(summary(results[sample(nrow(results)), ]), summary(results))
  expect_bad(summary(results, "nmi_mx"), "score")
})

test_that("the table prints what was left out, and nothing that says nothing", {
  results <- fake_results(variants = c("baseline", "meta", "kmeans"), noise = c(0, 0.4))
  expect_snapshot(print(summary(results)), transform = plain_text)
  results$nmi[[1]] <- NA
  results$message[[1]] <- "no memory"
  expect_snapshot(print(summary(results)[1:2, ]), transform = plain_text)
  expect_snapshot(print(summary(results, "seconds")[1:2, ]), transform = plain_text)
  expect_snapshot(print(summary(results)[1:2, c("variant", "seeds")]))
})
