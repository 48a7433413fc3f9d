made_up <- function(...) {
  rows <- expand.grid(..., stringsAsFactors = FALSE)
  absent <- list(dataset = "digits", noise = 0, model = "NMF", variant = "baseline", rank = 2L,
                 seed = 1L)
  for (name in setdiff(names(absent), names(rows))) rows[[name]] <- absent[[name]]
  rows$nmi <- 0.5
  rows
}

test_that("a line holds mean and sd over seeds at each rank", {
  rows <- made_up(rank = c(2L, 5L), seed = 1:3, variant = c("baseline", "meta"))
  rows$nmi[rows$variant == "baseline" & rows$rank == 2L] <- c(0.1, 0.2, 0.3)
  rows$nmi[rows$variant == "baseline" & rows$rank == 5L] <- c(0.4, 0.4, 0.7)
  rows$nmi[rows$variant == "meta"] <- c(0.2, 0.5, 0.4, 0.5, 0.6, 0.5)
  lines <- score_lines(rows, "nmi", "variant", "rank")
  # sd of (.1 .2 .3) is .1; of (.4 .4 .7) sqrt(.03); of (.2 .4 .6) .2; of equal scores 0
  expect_equal(lines, data.frame(
    line = c("baseline", "baseline", "meta", "meta"), at = c(2, 5, 2, 5),
    mean = c(0.2, 0.5, 0.4, 0.5), sd = c(0.1, sqrt(0.03), 0.2, 0), seeds = 3L
  ))
})

test_that("a seed counts once in the mean over noise levels, however many ranks it has", {
  rows <- made_up(rank = c(2L, 5L, 10L), seed = 1:2, noise = c(0, 0.4))
  rows$nmi <- c(0.1, 0.2, 0.3, 0.3, 0.4, 0.5, 0, 0, 0, 0.1, 0.1, 0.1)
  lines <- score_lines(rows, "nmi", "variant", "noise")
  # seeds' means over ranks: .2 and .4 at noise 0, 0 and .1 at .4; sd of two is |a - b| / sqrt(2)
  expect_equal(lines$mean, c(0.3, 0.05))
  expect_equal(lines$sd, c(0.2, 0.1) / sqrt(2))
  expect_identical(lines$seeds, c(2L, 2L))
})

test_that("a fit without a score is left out, and so is its seed in a mean over ranks", {
  rows <- made_up(rank = c(2L, 5L), seed = 1:3)
  rows$nmi <- c(0.1, 0.2, 0.3, NA, 0.5, 0.6)
  by_rank <- score_lines(rows, "nmi", "variant", "rank")
  expect_equal(by_rank$mean, c(0.3, 0.4))
  expect_identical(by_rank$seeds, c(3L, 2L))
  by_noise <- score_lines(rows, "nmi", "variant", "noise")
  expect_equal(by_noise$mean, mean(c(0.15, 0.55)))
  expect_identical(by_noise$seeds, 2L)
})

test_that("one seed has no spread, and no score at all no line", {
  rows <- made_up(variant = c("baseline", "meta"))
  rows$nmi <- c(0.4, NA)
  lines <- score_lines(rows, "nmi", "variant", "rank")
  expect_identical(lines$line, "baseline")
  expect_identical(lines$sd, NA_real_)
  expect_identical(nrow(score_lines(rows[0, ], "nmi", "variant", "rank")), 0L)
})

test_that("the line of k-means, which has no rank, has no place", {
  rows <- made_up(seed = 1:2, variant = "kmeans", rank = NA_integer_)
  rows$nmi <- c(0.4, 0.6)
  lines <- score_lines(rows, "nmi", "variant", "rank")
  expect_identical(lines$at, NA_integer_)
  expect_equal(lines$mean, 0.5)
})

test_that("each model has a panel, in a row for each data set and noise level", {
  rows <- made_up(model = c("mine", "GNMF", "NMF"), noise = c(0.4, 0))
  panels <- experiment_panels(rows, "rank")
  expect_identical(panels$title, rep(c("NMF", "GNMF", "mine"), 2))
  expect_identical(panels$strip, c("Digits, clean", "Digits, noise 0.4"))
  expect_equal(panels$columns, 3)
  expect_identical(vapply(panels$rows, function(panel) panel$model, ""), panels$title)
  expect_identical(vapply(panels$rows, function(panel) panel$noise, 0), rep(c(0, 0.4), each = 3))
})

test_that("controls without a model are in the panel of every model, of their data set only", {
  rows <- rbind(made_up(model = c("NMF", "GNMF"), dataset = c("digits", "faces")),
                made_up(model = "k-means", variant = "kmeans", dataset = c("digits", "faces"),
                        rank = NA))
  panels <- experiment_panels(rows, "rank")
  expect_identical(panels$title, rep(c("NMF", "GNMF"), 2))
  for (panel in panels$rows) {
    expect_identical(sort(panel$variant), c("baseline", "kmeans"))
    expect_length(unique(panel$dataset), 1)
  }
})

test_that("panels of all models set data sets side by side, clean above noisy", {
  rows <- rbind(made_up(dataset = c("digits", "faces"), model = c("NMF", "GNMF")),
                made_up(dataset = "faces", noise = 0.6, model = c("NMF", "GNMF")))
  panels <- experiment_panels(rows, "models")
  # Digits has no noisy rows: its place below stays empty
  expect_identical(panels$title, c("Digits, clean", "Faces, clean", "", "Faces, noise 0.6"))
  expect_identical(vapply(panels$rows, nrow, 1L), c(2L, 2L, 0L, 2L))
  expect_identical(panels$columns, 2L)
})

test_that("panels of one row are folded into rows of nearly the same length", {
  expect_equal(vapply(1:9, grid_columns, 0), c(1, 2, 3, 4, 3, 3, 4, 4, 3))
})

test_that("title and note say what is drawn and how much is missing", {
  rows <- made_up(seed = 1:3, rank = c(2L, 5L))
  expect_identical(experiment_title(rows, "rank", NULL), "Digits, clean: score against rank")
  expect_identical(experiment_title(rbind(rows, made_up(dataset = "faces")), "noise", NULL),
                   "Score against noise")
  lines <- list(score_lines(rows, "nmi", "variant", "rank"))
  expect_identical(experiment_note(rows, lines, "nmi", "rank"),
                   "Mean and standard deviation over 3 seeds.")
  rows$nmi[1:2] <- NA
  lines <- list(score_lines(rows, "nmi", "variant", "rank"))
  # three seeds at rank 5, one is left at rank 2
  expect_identical(experiment_note(rows, lines, "nmi", "rank"),
                   paste("Mean and standard deviation over 1 to 3 seeds.",
                         "Left out, without a score: 2 fits."))
})

test_that("NMI names the scaling of W behind it where all fits have the same", {
  rows <- transform(made_up(seed = 1:2), scale_w = c("l2", "l2"))
  expect_identical(score_label("nmi", rows), "NMI (W at unit length)")
  expect_identical(score_label("nmi", transform(rows, scale_w = c("l2", "max"))), "NMI")
  expect_identical(score_label("ari_none", rows), "ARI (W as fitted)")
  # k-means on the data has no W
  kmeans <- transform(made_up(variant = "kmeans", rank = NA), scale_w = "none")
  expect_identical(score_label("nmi", rbind(rows, kmeans)), "NMI (W at unit length)")
})

test_that("ranks are one rank, or those of a mean", {
  expect_identical(describe_ranks(5), " at rank 5")
  expect_identical(describe_ranks(c(2, 5)), " of the mean over ranks 2, 5")
})
