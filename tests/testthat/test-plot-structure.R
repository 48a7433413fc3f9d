# Samples as stacked bars of proportions.

# The rectangles of the largest height in order: left, bottom, width, height, filled.
drawn_bars <- function(code) {
  lines <- grep("^ *-?[0-9.]+ -?[0-9.]+ -?[0-9.]+ -?[0-9.]+ re", draw_pdf(code), value = TRUE)
  do.call(rbind, lapply(numbers_of(lines), `[`, 1:4))
}

test_that("bars are as high as the proportions, stacked in the order of the components", {
  fit <- named_fit(3)
  p <- coef(fit, type = "proportion")
  bars <- drawn_bars(plot(fit, "clusters", order = "data", legend = FALSE))
  width <- as.numeric(names(which.max(table(round(bars[, 3], 1)))))
  bars <- bars[abs(bars[, 3] - width) < 0.06 & bars[, 4] > 0, ]
  right <- t(p)[t(p) > 0]
  expect_identical(nrow(bars), length(right))
  expect_lt(max(abs(bars[, 4] / sum(bars[bars[, 1] == bars[1, 1], 4]) - right)), 1e-3)
})

test_that("beyond twelve components the small ones are one, grey, that completes the sum", {
  set.seed(1)
  p <- matrix(runif(20 * 7), 20, dimnames = list(paste0("c", 1:20), NULL))
  p <- p / rep(colSums(p), each = 20)
  few <- gather_small(p)
  expect_identical(dim(few), c(12L, 7L))
  expect_equal(colSums(few), rep(1, 7))
  large <- sort(order(-rowSums(p))[1:11])
  expect_identical(rownames(few), c(paste0("c", large), "9 others"))
  expect_identical(bar_colours(12, rownames(few))[[12]], "grey70")
  expect_length(unique(bar_colours(12, paste0("c", 1:12))), 12)
})

test_that("the title of an axis is no longer than its side of the figure", {
  grDevices::pdf(NULL, 4, 4)
  on.exit(grDevices::dev.off())
  graphics::plot.new()
  long <- structure_name(5000, 3, TRUE)
  at <- graphics::par("plt")[1:2]
  room <- 2 * min(mean(at), 1 - mean(at)) * 4
  expect_gt(graphics::strwidth(long, "inches"), room)
  lines <- draw_pdf({
    graphics::plot.new()
    axis_title(1, long, 2)
    axis_title(2, "short", 2)
  }, 4, 4)
  size <- numbers_of(sub("^.*/F[0-9]+ 1 Tf ", "", grep("T[jJ]", lines, value = TRUE)))
  expect_lt(size[[1]][[1]], 12)
  expect_gt(size[[1]][[5]], 0)
  expect_identical(max(abs(size[[2]][1:4])), 12)
})

test_that("the key names the components, the bar above the groups, and blank samples are counted", {
  fit <- named_fit()
  shown <- drawn_text(plot(fit, "clusters", groups = rep(c("ill", "well"), 5)))
  expect_drawn(shown, c("c1", "c2", "ill", "well", "100 %", "s1", "s10"))
  expect_match(drawn_text(plot(gappy_fit(), "clusters")), "no proportions of 2", all = FALSE)
  expect_bad(plot(fit, "clusters", colours = "red"), "colours")
  expect_bad(plot(fit, "clusters", groups = 1:3), "groups")
})

test_that("groups and components have no colour in common", {
  fit <- named_fit(3)
  # The colours that filled something, each once.
  fills <- function(code) {
    unique(regmatches(lines <- draw_pdf(code), regexpr("[0-9.]+ [0-9.]+ [0-9.]+ scn", lines)))
  }
  alone <- fills(plot(fit, "clusters"))
  grouped <- fills(plot(fit, "clusters", groups = rep(c("ill", "well"), 5)))
  expect_length(setdiff(grouped, alone), 2)
  expect_true(all(alone %in% grouped))
  used <- colours_of(12, "x", "components")
  expect_length(setdiff(colours_beside(20, used), used), 20)
  expect_false(any(c("#FF0000", "#0072B2") %in% colours_beside(31, c("red", "#0072B2"))))
  expect_bad(colours_beside(21, used), "groups")
})
