choice_to_draw <- function() {
  structure(list(
    rank = 3L, verdict = "determined", reason = "both say so", spectral = 5L, near = 3L,
    ranks = data.frame(rank = 1:4, error = c(4, 3, 2, 2.5), spread = c(0.1, 0.2, 0, 0.1))
  ), class = "rank_choice")
}

test_that("the picture names the choice, and every rank and share on its axes", {
  text <- drawn_text(plot(choice_to_draw()))
  for (word in c("3 components: determined", "both say so", "spectral count",
                 "error above the best")) {
    expect_true(any(grepl(word, text, fixed = TRUE)), label = word)
  }
  for (label in c("[(]5[)]", "[(]100[)]")) expect_true(any(grepl(label, text)), label = label)
})

test_that("bars span two standard errors on both sides of the error", {
  drawn <- drawn_segments(plot(choice_to_draw()))
  bars <- drawn[drawn$x0 == drawn$x1 & abs(drawn$y1 - drawn$y0) > 15, ]
  lengths <- sort(abs(bars$y1 - bars$y0))
  # The box' sides and the axis are longer; ranks 1 and 4 have one length, rank 2 twice that.
  expect_equal(lengths[[3L]] / lengths[[1L]], 2, tolerance = 0.01)
  expect_equal(lengths[[2L]], lengths[[1L]], tolerance = 0.01)
})

test_that("a choice without a count of the spectrum is drawn without a dashed line", {
  choice <- choice_to_draw()
  choice$spectral <- NA_integer_
  dashes <- function(choice) sum(grepl("^\\[[^]]+\\] 0 d$", draw_pdf(plot(choice))))
  expect_lt(dashes(choice), dashes(choice_to_draw()))
})

test_that("one component is left out where it is far above all others, and the axis says so", {
  choice <- choice_to_draw()
  expect_false(any(grepl("not shown", drawn_text(plot(choice)))))
  # The others reach (3 - 2) / 2 + 2 * .2 / 2 = .7, at rank 2; 1 + 3 * .7 of
  # the best is 6.2.
  choice$ranks$error[1] <- 6.3
  expect_true(any(grepl("1, not shown, is 215.0 % above the best", drawn_text(plot(choice)),
                        fixed = TRUE)))
  choice$ranks$error[1] <- 6.1
  expect_false(any(grepl("not shown", drawn_text(plot(choice)))))
})
