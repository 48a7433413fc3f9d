# The colours of the pictures.

test_that("32 groups have 32 different colours, and a 33rd is refused", {
  colours <- colours_of(32, "groups", "groups")
  expect_length(unique(colours), 32)
  expect_identical(colours[1:8], category_colours)
  expect_bad(colours_of(33, "groups", "groups"), "groups")
  expect_identical(ncol(grDevices::col2rgb(colours)), 32L)
})

test_that("the first eight colours differ for every kind of colour vision", {
  # Machado, Oliveira and Fernandes (2009), no green (deuteranopia) and no red (protanopia) cones,
  # on linear light; differences are those of CIELAB
  lacking <- list(green = c(0.367322, 0.280085, -0.011820, 0.860646, 0.672501, 0.042940,
                            -0.227968, 0.047413, 0.968881),
                  red = c(0.152286, 0.114503, -0.003882, 1.052583, 0.786281, -0.048116,
                          -0.204868, 0.099216, 1.051998))
  rgb <- grDevices::col2rgb(c(category_colours, "white")) / 255
  linear <- ifelse(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055)^2.4)
  for (matrix in lacking) {
    seen <- pmin(pmax(matrix(matrix, 3) %*% linear, 0), 1)
    seen <- ifelse(seen <= 0.0031308, 12.92 * seen, 1.055 * seen^(1 / 2.4) - 0.055)
    lab <- grDevices::convertColor(t(seen), "sRGB", "Lab")
    expect_gt(min(stats::dist(lab)), 9)
  }
})

test_that("tasks are vermilion and the target blue, in the split and in the epoch", {
  set.seed(1)
  split <- split_tasks(matrix(runif(200), 5), n_tasks = 2, task_size = 4)
  for (lines in list(draw_pdf(plot(split)), draw_pdf(plot_epoch()))) {
    for (colour in c("vermilion", "blue")) {
      parts <- sprintf("%.3f", grDevices::col2rgb(okabe_ito[[colour]])[, 1] / 255)
      drawn <- paste0("^", paste(parts, collapse = " "), " (rg|RG|scn|SCN)")
      expect_match(lines, drawn, all = FALSE)
    }
  }
})

test_that("limits are from 0, or even to either side of 0", {
  expect_identical(colour_limits(c(1, 3, NA)), c(0, 3))
  expect_identical(colour_limits(c(-1, 3)), c(-3, 3))
  expect_identical(colour_limits(NA), c(0, 0))
})
