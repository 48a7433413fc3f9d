made_up <- function(..., difference = 0.01, half = 0.005) {
  rows <- expand.grid(..., stringsAsFactors = FALSE)
  absent <- list(dataset = "digits", noise = 0, model = "NMF", of = "meta", to = "baseline",
                 seeds = 5L)
  for (name in setdiff(names(absent), names(rows))) rows[[name]] <- absent[[name]]
  rows$difference <- difference
  rows$se <- half / 2
  rows$lower <- rows$difference - half
  rows$upper <- rows$difference + half
  rows$p_holm <- 0.01
  structure(rows, class = c("variant_comparison", "data.frame"))
}

# Horizontal lines as wide as bars, 1.5 / 96 inches or 1.12 points. The key's follow at the end.
drawn_bars <- function(code) {
  segments <- drawn_segments(code, height = 4)
  segments[segments$y0 == segments$y1 & segments$width == 1.12, ]
}

test_that("bars run from the lower to the upper end, to one scale in all panels", {
  x <- made_up(dataset = c("digits", "faces"), to = c("baseline", "plain_matched"),
               noise = c(0, 0.4),
               difference = c(-1, 2, 0.5, 0, 1, 3, 2, 1) / 100, half = (1:8) / 1000)
  bars <- drawn_bars(plot(x, main = NULL))[1:8, ]
  order <- order(x$noise, match(x$to, c("baseline", "plain_matched")))
  lower <- x$lower[order]
  upper <- x$upper[order]
  # panels are moved against each other, so lengths are compared, then places within a panel
  length <- bars$x1 - bars$x0
  scale <- sum(length) / sum(upper - lower)
  expect_lt(max(abs(length - scale * (upper - lower))), 0.03)
  for (panel in split(1:8, rep(1:4, each = 2))) {
    expect_lt(abs(diff(bars$x0[panel]) - scale * diff(lower[panel])), 0.05)
  }
})

test_that("data sets run from the top, their models in the order of the key", {
  rows <- place_comparison(made_up(dataset = c("digits", "faces"),
                                   model = c("mine", "NMF-NNDSVD", "NMF")))
  rows <- rows[order(-rows$place), ]
  expect_identical(rows$dataset, rep(c("digits", "faces"), each = 3))
  expect_identical(rows$model, rep(c("NMF", "NMF-NNDSVD", "mine"), 2))
  # models stay in the band of their data set
  expect_lt(max(abs(rows$place - rows$middle)), 0.5)
})

test_that("the axis has 0 and all intervals, but what reaches more than three times too far", {
  rows <- made_up(seeds = 1:8, difference = (1:8) / 100, half = 0)
  expect_equal(difference_limits(rows), c(0, 0.08))
  rows$difference[[8]] <- rows$lower[[8]] <- rows$upper[[8]] <- 0.9
  expect_equal(difference_limits(rows), c(0, 0.07))
  rows$lower[[1]] <- -0.05
  expect_equal(difference_limits(rows), c(-0.05, 0.07))
  expect_equal(difference_limits(made_up(seeds = 5L, difference = 0, half = 0)), c(-1, 1))
})

test_that("the axis of differences has a 0, and labels of one step that stay in their panel", {
  x <- made_up(to = c("baseline", "plain_matched", "plain_long", "c4", "c5"),
               difference = 0.02, half = 0.015)
  text <- drawn_text(plot(x))
  expect_identical(sum(grepl("(0)", text, fixed = TRUE)), 5L)
  grDevices::pdf(NULL, 7, 3)
  on.exit(grDevices::dev.off())
  old <- open_page(1, 5, c(4, 3, 2, 1), c(0.5, 0.3, 1.5, 0.3))
  graphics::plot.new()
  graphics::plot.window(c(-0.021, 0.063), 0:1)
  at <- difference_ticks(graphics::par("usr")[1:2])
  expect_true(0 %in% at)
  expect_length(unique(round(diff(at), 10)), 1)
  # "0" may touch the edge, a longer label may not
  expect_identical(within_panel(c(0, 0.063), c(0, 0.063)), c("0", ""))
})

test_that("titles of many panels have one size, in which none runs into the next", {
  x <- made_up(to = c("baseline", "plain_matched", "plain_long", "c4", "c5"))
  text <- grep("meta minus", drawn_text(plot(x)), value = TRUE)
  size <- vapply(numbers_of(sub("^/F[0-9]+ 1 Tf ", "", text)), `[[`, 0, 1L)
  expect_length(size, 5)
  expect_length(unique(size), 1)
  left <- vapply(numbers_of(sub("^/F[0-9]+ 1 Tf ", "", text)), `[[`, 0, 5L)
  # a bold letter is at most .8 of its size wide on average
  expect_true(all(diff(left) > 0.5 * size[[1]] * 10))
})

test_that("a difference beyond the axis is said in numbers, others are not", {
  x <- made_up(dataset = letters[1:8], difference = c((1:7) / 100, 0.61))
  text <- drawn_text(plot(x))
  expect_match(text, "(+0.61)", fixed = TRUE, all = FALSE)
  expect_no_match(text, "(+0.01)", fixed = TRUE)
  text <- drawn_text(plot(x, xlim = c(0.1, 1)))
  expect_no_match(text, "(+0.61)", fixed = TRUE)
  expect_match(text, "(+0.01)", fixed = TRUE, all = FALSE)
  # all with the same number of decimals
  text <- drawn_text(plot(made_up(dataset = letters[1:3], difference = c(0.1, -0.3, -0.42)),
                          xlim = c(-0.2, 0.2)))
  expect_match(text, "(-0.30)", fixed = TRUE, all = FALSE)
  expect_match(text, "(-0.42)", fixed = TRUE, all = FALSE)
})

test_that("panels are named by the pair, rows by data set and noise, the key by model", {
  text <- drawn_text(plot(made_up(dataset = c("fmnist", "mine"), noise = c(0, 0.4),
                                  to = c("baseline", "plain_matched"), model = c("NMF", "GNMF"))))
  for (words in c("meta minus baseline", "meta minus plain_matched", "FMNIST", "mine", "clean",
                  "noise 0.4",
                  "NMF", "GNMF", "Paired differences between variants", "difference")) {
    expect_match(text, paste0("(", words, ")"), fixed = TRUE, all = FALSE)
  }
  expect_match(text, "Paired by seed, 5 seeds. Bars: confidence intervals. Filled: p < 0.05",
               fixed = TRUE, all = FALSE)
})

test_that("one seed gives points without bars and no word on bars", {
  x <- made_up(dataset = c("digits", "faces"))
  x[c("se", "lower", "upper", "p_holm")] <- NA_real_
  x$seeds <- 1L
  expect_identical(nrow(drawn_bars(plot(x))), 1L)
  text <- drawn_text(plot(x))
  expect_match(text, "(Paired by seed, 1 seed.)", fixed = TRUE, all = FALSE)
})

test_that("differences that are NA are not drawn", {
  x <- made_up(dataset = c("digits", "faces"))
  x$difference[[2]] <- NA
  text <- drawn_text(plot(x))
  expect_match(text, "(Digits)", fixed = TRUE, all = FALSE)
  expect_no_match(text, "(Faces)", fixed = TRUE)
})

test_that("it returns x invisibly and leaves graphical parameters alone", {
  x <- made_up(noise = c(0, 0.4), to = c("baseline", "plain_matched"))
  expect_identical(parameters_changed(shown <- withVisible(plot(x))), character())
  expect_identical(shown, list(value = x, visible = FALSE))
})

test_that("what cannot be drawn is an error that says what could", {
  x <- made_up(dataset = c("digits", "faces"))
  unknown <- made_up(seeds = 5L, difference = NA_real_)
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  wrong <- list(quote(plot(x[0, ])), quote(plot(unknown)), quote(plot(x[, names(x) != "to"])),
                quote(plot(x, xlim = c(1, 1))), quote(plot(x, xlims = c(0, 1))))
  for (call in wrong) expect_error(eval(call), class = "metanmf_error", label = deparse(call))
  expect_bad(plot(x[0, ]), "x")
  expect_bad(plot(unknown), "x")
  expect_bad(plot(x[, names(x) != "to"]), "x")
  expect_bad(plot(x, xlim = c(1, 1)), "xlim")
  expect_bad(plot(x, xlims = c(0, 1)), "...")
})
