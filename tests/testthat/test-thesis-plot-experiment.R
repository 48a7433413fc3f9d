made_up <- function(..., class = "metanmf_experiment") {
  rows <- expand.grid(..., stringsAsFactors = FALSE)
  absent <- list(protocol = "thesis", dataset = "digits", noise = 0, model = "NMF",
                 variant = "meta", rank = 2L, seed = 1L)
  for (name in setdiff(names(absent), names(rows))) rows[[name]] <- absent[[name]]
  rows$nmi <- 0.5 + 0.1 * sin(seq_len(nrow(rows)))
  rows$error <- 0.3
  structure(rows, class = c(class, "data.frame"))
}

every_kind <- function() {
  controls <- rbind(made_up(model = "HALS", variant = "hals", rank = c(2L, 5L), noise = c(0, 0.4)),
                    made_up(model = "k-means", variant = "kmeans", rank = NA, noise = c(0, 0.4)))
  rbind(made_up(model = c("NMF", "GNMF"),
                variant = c("baseline", "meta", "plain_matched", "plain_long"),
                rank = c(2L, 5L), noise = c(0, 0.4), seed = 1:2), controls)
}

# The one map from numbers to places on paper that fits: largest residual, in points.
off_line <- function(numbers, places) max(abs(stats::residuals(stats::lm(places ~ numbers))))

test_that("lines are at the mean and bands at one sd to either side, on one scale in all panels", {
  x <- made_up(rank = c(2L, 5L, 18L), seed = 1:2, model = c("NMF", "GNMF"))
  paths <- drawn_paths(plot(x), height = 3)
  lines <- paths_of(paths, 3L, "S")
  bands <- paths_of(paths, 6L, "h f")
  expect_length(lines, 2)
  expect_length(bands, 2)
  score <- array(x$nmi, c(3, 2, 2))
  mean <- apply(score, c(1, 3), mean)
  sd <- apply(score, c(1, 3), stats::sd)
  drawn <- c(lines[[1]][, 2], lines[[2]][, 2], bands[[1]][, 2], bands[[2]][, 2])
  meant <- c(mean[, 1], mean[, 2], mean[, 1] - sd[, 1], rev(mean[, 1] + sd[, 1]),
             mean[, 2] - sd[, 2], rev(mean[, 2] + sd[, 2]))
  expect_lt(off_line(meant, drawn), 0.02)
  # ranks one step apart
  expect_equal(diff(lines[[1]][, 1])[[1]], diff(lines[[1]][, 1])[[2]], tolerance = 1e-3)
})

test_that("noise levels stand to scale", {
  x <- made_up(rank = c(2L, 5L), noise = c(0, 0.1, 0.4))
  line <- paths_of(drawn_paths(plot(x, "noise"), height = 3), 3L, "S")
  expect_length(line, 1)
  expect_lt(off_line(c(0, 0.1, 0.4), line[[1]][, 1]), 0.02)
  expect_lt(off_line(tapply(x$nmi, x$noise, mean), line[[1]][, 2]), 0.02)
})

test_that("one seed has no band, and a score that is NA no point", {
  x <- made_up(rank = c(2L, 5L, 10L, 18L))
  expect_length(paths_of(drawn_paths(plot(x)), 8L, "h f"), 0)
  x$nmi[[2]] <- NA
  paths <- drawn_paths(plot(x))
  expect_length(paths_of(paths, 4L, "S"), 0)
  expect_length(paths_of(paths, 3L, "S"), 1)
  expect_match(drawn_text(plot(x)), "Left out, without a score: 1 fit.", fixed = TRUE, all = FALSE)
})

test_that("at one rank lines are points side by side with bars", {
  x <- made_up(seed = 1:3, variant = c("baseline", "meta"))
  # bars are as wide as 6 / 96 inches, or 4.5 points
  segments <- drawn_segments(plot(x))
  bars <- segments[segments$width == 4.5, ]
  expect_identical(bars$x0, bars$x1)
  expect_lt(bars$x0[[1]], bars$x0[[2]])
  # near enough for one rank: an eighth of an inch
  expect_lt(bars$x0[[2]] - bars$x0[[1]], 9)
  sd <- tapply(x$nmi, x$variant, stats::sd)
  expect_equal(diff(log(bars$y1 - bars$y0)), unname(diff(log(sd))), tolerance = 1e-3)
  expect_match(drawn_text(plot(x)), "(2)", fixed = TRUE, all = FALSE)
})

test_that("axes have the ranks that are there, panels the models, the key the variants", {
  x <- every_kind()
  text <- drawn_text(plot(x[x$noise == 0, ]))
  said <- function(words) paste0("(", words, ")")
  for (words in c("2", "5", "NMF", "GNMF", "baseline", "meta", "plain_matched \\(no tasks\\)",
                  "Digits, clean: score against rank")) {
    expect_match(text, said(words), fixed = TRUE, all = FALSE)
  }
  expect_no_match(text, "HALS|k-means")
  expect_no_match(text, "(10)", fixed = TRUE)
  text <- drawn_text(plot(x, variants = c("meta", "kmeans", "hals")))
  for (words in c("HALS", "k-means on X", "Digits, clean", "Digits, noise 0.4")) {
    expect_match(text, said(words), fixed = TRUE, all = FALSE)
  }
  expect_no_match(text, "(baseline)", fixed = TRUE)
  text <- drawn_text(plot(x, "models", main = "Mine"))
  for (words in c("Mine", "NMF", "GNMF", "Digits, noise 0.4")) {
    expect_match(text, said(words), fixed = TRUE, all = FALSE)
  }
})

test_that("k-means crosses the panel of every model at its mean", {
  x <- rbind(made_up(rank = c(2L, 5L, 10L), model = c("NMF", "GNMF")),
             made_up(model = "k-means", variant = "kmeans", rank = NA))
  x$nmi <- c(0.1, 0.2, 0.3, 0.1, 0.4, 0.3, 0.35)
  drawing <- quote(plot(x, variants = c("meta", "kmeans"), ylim = c(0, 0.5)))
  lines <- paths_of(drawn_paths(eval(drawing)), 3L, "S")
  segments <- drawn_segments(eval(drawing))
  # the longest horizontal lines of a line's width: one in each panel
  across <- segments[segments$y0 == segments$y1 & segments$width == 1.12 &
                       segments$x1 - segments$x0 > 100, ]
  expect_identical(nrow(across), 2L)
  expect_lt(off_line(c(x$nmi[1:6], 0.35, 0.35),
                     c(lines[[1]][, 2], lines[[2]][, 2], across$y0)), 0.02)
})

test_that("the band of k-means crosses the panel, one sd to either side", {
  x <- rbind(made_up(rank = c(2L, 5L, 10L)),
             made_up(model = "k-means", variant = "kmeans", rank = NA, seed = 1:2))
  x$nmi <- c(0.1, 0.2, 0.3, 0.2, 0.4)
  drawing <- quote(plot(x, variants = c("meta", "kmeans"), ylim = c(0, 0.5)))
  line <- paths_of(drawn_paths(eval(drawing)), 3L, "S")[[1]]
  # Its scores of .1 and .3 give the scale; the sd of .2 and .4 is .2 / sqrt(2), their mean .3.
  unit <- (line[[3, 2]] - line[[1, 2]]) / 0.2
  # A rectangle without a clip: left, bottom, width, height.
  band <- numbers_of(grep("^[0-9. ]+ re$", draw_pdf(eval(drawing)), value = TRUE))
  expect_length(band, 1)
  expect_equal(band[[1]][[4]] / unit, 2 * 0.2 / sqrt(2), tolerance = 1e-3)
  expect_equal(band[[1]][[2]] + band[[1]][[4]] / 2, line[[3, 2]], tolerance = 1e-4)
  expect_lt(band[[1]][[1]], min(line[, 1]))
  expect_gt(band[[1]][[1]] + band[[1]][[3]], max(line[, 1]))
})

test_that("a data set without one of the noise levels leaves a panel empty", {
  x <- rbind(made_up(dataset = c("digits", "faces"), rank = c(2L, 5L), model = c("NMF", "GNMF")),
             made_up(dataset = "faces", noise = 0.6, rank = c(2L, 5L), model = c("NMF", "GNMF")))
  text <- drawn_text(plot(x, "models"))
  for (words in c("Digits, clean", "Faces, clean", "Faces, noise 0.6")) {
    expect_match(text, words, fixed = TRUE, all = FALSE)
  }
  expect_no_match(text, "Digits, noise")
  # Two lines of two points in each of the three panels.
  expect_length(paths_of(drawn_paths(plot(x, "models")), 2L, "S"), 6)
})
test_that("every figure returns x invisibly and leaves graphical parameters alone", {
  x <- every_kind()
  for (type in c("rank", "models", "noise")) {
    expect_identical(parameters_changed(shown <- withVisible(plot(x, type))), character())
    expect_identical(shown, list(value = x, visible = FALSE))
  }
})

test_that("what cannot be drawn is an error that says what could", {
  x <- every_kind()
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  two <- rbind(x, transform(x, protocol = "author"))
  crashed <- transform(x, nmi = NA_real_)
  seedless <- x[, names(x) != "seed"]
  class(two) <- class(crashed) <- class(seedless) <- class(x)
  wrong <- list(
    quote(plot(x, "ranks")), quote(plot(x, score = "nmy")), quote(plot(x, score = "seed")),
    quote(plot(x, score = "seconds")), quote(plot(x, variants = "metta")),
    quote(plot(x, variants = "kmeans")), quote(plot(x, variants = character())),
    quote(plot(x, variants = 1)), quote(plot(x, "models", variants = c("meta", "plain_matched"))),
    quote(plot(x, "models", variants = "hals")), quote(plot(x[0, ])),
    quote(plot(x[x$variant == "meta", ],
               variants = "plain_matched")), quote(plot(x[x$model == "HALS", ])),
    quote(plot(seedless)), quote(plot(two)), quote(plot(crashed)),
    quote(plot(x, ylim = 1)), quote(plot(x, ylim = c(1, 0))), quote(plot(x, maine = "Mine"))
  )
  for (call in wrong) expect_error(eval(call), class = "metanmf_error", label = deparse(call))
  expect_bad(plot(x, "ranks"), "type")
  expect_bad(plot(x, score = "nmi_mx"), "score")
  expect_bad(plot(x, variants = c("baseline", "metta")), "variants")
  expect_bad(plot(x, variants = "kmeans"), "variants")
  expect_bad(plot(x, "models", variants = c("meta", "plain_matched")), "variants")
  expect_bad(plot(x[0, ]), "x")
  expect_bad(plot(x[x$model == "HALS", ]), "x")
  expect_bad(plot(seedless), "x")
  expect_bad(plot(two), "x")
  expect_bad(plot(crashed), "x")
  expect_bad(plot(x, ylim = c(1, 0)), "ylim")
  expect_bad(plot(x, maine = "Mine"), "...")
})
