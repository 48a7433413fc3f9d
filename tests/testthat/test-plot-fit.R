# The images in order: grey levels 0..255 as a matrix, place of the lower left corner, size.
drawn_images <- function(code, ...) {
  lines <- draw_pdf(code, ...)
  use <- grep("^/Im[0-9]+ Do", lines)
  size <- numbers_of(lines[use - 1L])
  place <- numbers_of(lines[use - 3L])
  Map(function(at, size, place) {
    # The entries of an image object: subtype, width, height, ..., filter, >>, stream, data.
    columns <- as.integer(sub(".*/Width ", "", lines[at + 1L]))
    hex <- sub(">.*", "", grep("^[0-9a-f]+>", lines[-seq_len(at)], value = TRUE)[[1]])
    red <- strtoi(substring(hex, seq(1, nchar(hex), 6), seq(2, nchar(hex), 6)), 16L)
    list(grey = matrix(red, ncol = columns, byrow = TRUE), x = place[[5]], y = place[[6]],
         width = size[[1]], height = size[[4]])
  }, grep("Subtype /Image", lines), size, place)
}

part <- function(images, name) vapply(images, function(image) image[[name]], 0)

small_fit <- function(rank = 2, scale = "max") {
  set.seed(1)
  nmf(matrix(runif(60), 6), rank, control = nmf_control(max_iter = 20, tol = 0, scale = scale))
}

test_that("a column of W is drawn upright: down the columns of the image, row 1 at the top", {
  # six features, image of 3 rows and 2 columns; 0 is white (255), the largest black (0)
  w <- cbind(c(0, 0.2, 0.4, 0.6, 0.8, 1))
  image <- drawn_images(plot_basis(w, c(3, 2)))[[1]]
  expect_equal(image$grey, matrix(c(255, 204, 153, 102, 51, 0), nrow = 3))
  # pixels are square: 3 rows are 3 / 2 times as high as 2 columns are wide
  expect_equal(image$height / image$width, 1.5, tolerance = 1e-3)
})

test_that("components run from left to right and then down, `columns` to a row", {
  images <- drawn_images(plot_basis(diag(4)[, c(2, 1, 3)], c(2, 2), columns = 2, legend = FALSE))
  expect_length(images, 3)
  x <- part(images, "x")
  y <- part(images, "y")
  expect_lt(x[[1]], x[[2]])
  expect_equal(x[[3]], x[[1]])
  expect_equal(y[[1]], y[[2]])
  expect_lt(y[[3]], y[[1]] - images[[3]]$height)
  # column 2 of the unit matrix: black at feature 2, which is row 2, column 1
  expect_equal(images[[1]]$grey, matrix(c(255, 0, 255, 255), 2))
})

test_that("images are as large as the space allows", {
  wide <- drawn_images(plot_basis(diag(4), c(2, 2), legend = FALSE), width = 12, height = 2)
  tall <- drawn_images(plot_basis(diag(4), c(2, 2), legend = FALSE), width = 2, height = 12)
  square <- drawn_images(plot_basis(diag(4), c(2, 2), legend = FALSE), width = 5, height = 5)
  expect_length(unique(part(wide, "y")), 1)
  expect_length(unique(part(tall, "x")), 1)
  expect_length(unique(part(square, "x")), 2)
})

test_that("fits in a list stand one above the other under their names", {
  fits <- list(baseline = diag(4)[, 1:2], meta = diag(4)[, 3:4])
  images <- drawn_images(plot_basis(fits, c(2, 2), columns = 2, legend = FALSE))
  y <- part(images, "y")
  expect_gt(min(y[1:2]), max(y[3:4]) + images[[1]]$height)
  text <- drawn_text(plot_basis(fits, c(2, 2), main = "Two fits"))
  expect_match(text, "(baseline)", fixed = TRUE, all = FALSE)
  expect_match(text, "(meta)", fixed = TRUE, all = FALSE)
  expect_match(text, "(Two fits)", fixed = TRUE, all = FALSE)
})

test_that("the common scale makes equal values equal, the other one shows weak components", {
  w <- cbind(c(0, 1, 1, 1), c(0, 4, 4, 2))
  common <- drawn_images(plot_basis(w, c(2, 2), legend = FALSE))
  # 1 of 4 is 255 * 3 / 4 = 191.25, 2 of 4 is 127.5
  expect_equal(c(common[[1]]$grey), c(255, 191, 191, 191), tolerance = 0.01)
  expect_equal(c(common[[2]]$grey), c(255, 0, 0, 127.5), tolerance = 0.01)
  each <- drawn_images(plot_basis(w, c(2, 2), colour_range = "each", legend = FALSE))
  expect_equal(c(each[[1]]$grey), c(255, 0, 0, 0))
  expect_equal(each[[2]]$grey, common[[2]]$grey)
})

test_that("colours run from 0 to the largest entry, and the legend shows both ends", {
  w <- cbind(c(0, 0.5, 1, 2.5))
  images <- drawn_images(plot_basis(w, c(2, 2), colours = grey(c(0, 0.2, 1))))
  # three colours: 0.5 / 2.5 rounds to the first, 1 / 2.5 to the second
  expect_equal(c(images[[1]]$grey), c(0, 0, 51, 255))
  expect_equal(c(images[[2]]$grey), c(0, 51, 255))
  text <- drawn_text(plot_basis(w, c(2, 2)))
  expect_match(text, "(0 )", fixed = TRUE, all = FALSE)
  expect_match(text, "( 2.5)", fixed = TRUE, all = FALSE)
})

test_that("a basis of zeros is drawn in the first colour", {
  images <- drawn_images(plot_basis(matrix(0, 4, 2), c(2, 2), legend = FALSE))
  expect_equal(unique(unlist(lapply(images, `[[`, "grey"))), 255)
})

test_that("plot() draws W and H of a fit with their first row at the top", {
  fit <- small_fit(scale = "none")
  grey <- function(values) 255 * (1 - values / max(values))
  within <- function(image, values) {
    expect_lt(max(abs(image$grey - grey(values))), 1.01)
    # a negative height would turn the image upside down
    expect_gt(image$height, 0)
  }
  within(drawn_images(plot(fit, "coef"))[[1]], unname(fit$h))
  within(drawn_images(plot(fit, "basis"))[[1]], unname(fit$w))
  first <- drawn_images(plot(fit, "basis", image_size = c(3, 2)))[[1]]
  expect_lt(max(abs(first$grey - 255 * (1 - matrix(fit$w[, 1], 3) / max(fit$w)))), 1.01)
})

test_that("plot() draws the objective of every iteration to scale", {
  fit <- small_fit()
  lines <- draw_pdf(plot(fit, log = ""))
  # A path is one line to move and one for each further point; the trace has 20 points.
  points <- do.call(rbind, lapply(numbers_of(grep("^[-0-9.]+ [-0-9.]+ [ml]( S)?$", lines,
                                                  value = TRUE)), `[`, 1:2))
  moves <- grepl(" m$", grep("^[-0-9.]+ [-0-9.]+ [ml]( S)?$", lines, value = TRUE))
  paths <- split(seq_along(moves), cumsum(moves))
  path <- points[paths[[which.max(lengths(paths))]], ]
  expect_identical(nrow(path), 20L)
  # linear axes: a straight line maps values to places, within the file's 0.01 points
  expect_lt(max(abs(stats::residuals(stats::lm(path[, 2] ~ fit$trace)))), 0.01)
  expect_lt(max(abs(diff(path[, 1]) - mean(diff(path[, 1])))), 0.02)
})

test_that("the axis of the trace says iterations, or epochs for a meta-learned fit", {
  expect_match(drawn_text(plot(small_fit())), "(iteration)", fixed = TRUE, all = FALSE)
  set.seed(2)
  split <- split_tasks(matrix(runif(200), 5), n_tasks = 2, task_size = 4)
  meta <- meta_nmf(split, 2, control = meta_control(epochs = 2))
  expect_match(drawn_text(plot(meta)), "(epoch)", fixed = TRUE, all = FALSE)
  expect_match(drawn_text(plot(meta, main = "Mine")), "(Mine)", fixed = TRUE, all = FALSE)
})

test_that("plots return what they were given, invisibly, and leave par and layout alone", {
  fit <- small_fit()
  draw_pdf({
    graphics::par(mfrow = c(2, 3), mar = c(3, 3, 1, 1))
    names <- setdiff(names(graphics::par(no.readonly = TRUE)),
                     c("usr", "plt", "pin", "fig", "fin", "mfg", "new", "xaxp", "yaxp", "xlog"))
    before <- graphics::par(no.readonly = TRUE)[names]
    shown <- list(withVisible(plot(fit)), withVisible(plot(fit, "coef")),
                  withVisible(plot(fit, "basis")),
                  withVisible(plot(fit, "basis", image_size = c(3, 2))),
                  withVisible(plot_basis(fit, c(2, 3))))
    after <- graphics::par(no.readonly = TRUE)[names]
    where <- graphics::par("mfg")
  })
  for (one in shown) {
    expect_identical(one$value, fit)
    expect_false(one$visible)
  }
  expect_identical(after, before)
  # five plots: the last one drawn is row 2, column 2 of the 2 x 3
  expect_identical(where, c(2L, 2L, 2L, 3L))
})

test_that("arguments that do not fit are errors that say what would", {
  fit <- small_fit()
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  wrong <- list(
    quote(plot(fit, "objective")), quote(plot(fit, "coef", image_size = c(2, 3))),
    quote(plot(fit, "coef", colors = 1:2)), quote(plot(fit, "basis", image_size = 6)),
    quote(plot_basis(fit, c(8, 8))), quote(plot_basis(fit, c(1.5, 4))),
    quote(plot_basis(1:6, c(2, 3))), quote(plot_basis(list(fit, diag(4)), c(2, 3))),
    quote(plot_basis(-fit$w, c(2, 3))), quote(plot_basis(fit, c(2, 3), colours = "nocolour")),
    quote(plot_basis(fit, c(2, 3), columns = 0)), quote(plot_basis(fit, c(2, 3),
                                                                   colour_range = "all")),
    quote(plot_basis(fit, c(2, 3), legend = NA)), quote(plot_basis(fit)),
    quote(plot_basis(image_size = c(2, 3)))
  )
  for (call in wrong) expect_error(eval(call), class = "metanmf_error", label = deparse(call))
  expect_bad(plot(fit, "objective"), "type")
  expect_bad(plot(fit, "coef", image_size = c(2, 3)), "image_size")
  expect_bad(plot(fit, "coef", colors = 1:2), "...")
  expect_bad(plot_basis(fit, c(8, 8)), "image_size")
  expect_bad(plot_basis(fit, "8x8"), "image_size")
  expect_bad(plot_basis(fit), "image_size")
  expect_bad(plot_basis(image_size = c(2, 3)), "fit")
  expect_bad(plot_basis(1:6, c(2, 3)), "fit")
  expect_bad(plot_basis(list(fit, diag(4)), c(2, 3)), "fit")
  expect_bad(plot_basis(fit, c(2, 3), colours = "nocolour"), "colours")
})

test_that("a heat map of more columns than a device can hold is averaged, and says so", {
  values <- matrix(seq_len(4001 * 2), 4001)
  # Groups of two or three neighbours: the first of two, the second of two.
  thin <- mean_of_neighbours(values)
  expect_identical(dim(thin), c(2000L, 2L))
  expect_equal(unname(thin[1:2, 1]), c(1.5, 3.5))
  expect_equal(mean(rep(thin[, 1], tabulate(ceiling(seq_len(4001) * 2000 / 4001)))), 2001)
  expect_identical(mean_of_neighbours(values[1:2000, ]), values[1:2000, ])
  set.seed(1)
  fit <- nmf(matrix(stats::runif(2 * 4001), 2), 1, control = nmf_control(1, 0))
  expect_match(drawn_text(plot(fit, "coef")), "a cell is the mean of up to 3", all = FALSE)
})

test_that("what is NA has no colour, is not averaged, and is counted by the axis", {
  expect_identical(to_colours(matrix(c(0, NA, 2), 1), 2, c("white", "black")),
                   matrix(c("white", NA, "black"), 1))
  values <- matrix(as.numeric(1:4001), 4001)
  thin <- mean_of_neighbours(replace(values, c(1, 3:4), NA))
  expect_equal(thin[1:3, ], c(2, NaN, mean(5:6)), ignore_attr = TRUE)
  set.seed(1)
  x <- matrix(stats::runif(60), 6)
  x[2, ] <- NA
  x[, c(3, 9)] <- NA
  fit <- suppressMessages(nmf(x, 2, missing = "mask", control = nmf_control(5, 0)))
  expect_match(drawn_text(plot(fit, "coef")), "sample \\(nothing observed of 2\\)", fixed = TRUE,
               all = FALSE)
  expect_match(drawn_text(plot(fit, "basis")), "feature \\(nothing observed of 1\\)", fixed = TRUE,
               all = FALSE)
})

test_that("a trace is drawn where some of it is finite, and denormal values are 0", {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  fit <- nmf(random_matrix(6, 8), 2, control = nmf_control(5, tol = 0))
  for (trace in list(c(Inf, 3, 2), c(NaN, 2, 1), 1e-310 * (5:1), 0)) {
    fit$trace <- trace
    expect_no_warning(plot(fit))
  }
  fit$trace <- c(Inf, Inf)
  expect_bad(plot(fit), "x")
})
