# plot_basis() and what is drawn as images: in place, upright, named, on a scale that is said.

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

test_that("every image has the name of its component, or its number, and none is cut off", {
  fit <- drawn_fit(3)
  expect_drawn(drawn_text(plot(fit, "basis", image_size = c(3, 2))), c("c1", "c2", "c3"))
  w <- cbind(original = c(0, 1, 1, 0), fitted = c(1, 0, 0, 1))
  expect_drawn(drawn_text(plot_basis(w, c(2, 2))), c("original", "fitted"))
  expect_drawn(drawn_text(plot_basis(unname(w), c(2, 2))), c("1", "2"))
  expect_not_drawn(drawn_text(plot_basis(w, c(2, 2), labels = FALSE)), "original")
  colnames(w) <- paste("a name that no image has room for,", 1:2)
  shown <- drawn_text(plot_basis(w[, rep(1:2, 30)], c(2, 2)))
  expect_match(shown, "\\(a.*\\.\\.\\..*1\\)", all = FALSE)
})

test_that("60 components have 60 different labels", {
  shown <- drawn_text(plot_basis(diag(64)[, 1:60], c(8, 8), legend = FALSE))
  expect_drawn(shown, as.character(1:60))
})

test_that("negative entries are blue, positive ones orange, and 0 is white, even to either side", {
  values <- cbind(c(-2, -1, 0, 1))
  limits <- colour_limits(values)
  expect_identical(limits, c(-2, 2))
  drawn <- to_colours(values, limits, colours_for(NULL, limits))
  expect_identical(drawn[c(1, 3)], c("#0072B2", "#FFFFFF"))
  expect_identical(to_colours(cbind(2), limits, diverging_colours)[[1]], "#D55E00")
  shown <- drawn_text(plot_basis(values, c(2, 2)))
  expect_drawn(shown, " 2")
  # the minus sign is a character of its own in a PDF
  expect_match(shown, "[-\x96]2 ", all = FALSE, useBytes = TRUE)
  set.seed(1)
  x <- matrix(runif(60), 6)
  fit <- nmf(x, 2, control = nmf_control(5, 0))
  expect_length(drawn_images(plot_basis(residuals(fit, x), c(2, 3), legend = FALSE)), 10)
})

test_that("more columns than images leave no room empty", {
  few <- drawn_images(plot_basis(diag(4), c(2, 2), columns = 20, legend = FALSE))
  same <- drawn_images(plot_basis(diag(4), c(2, 2), columns = 4, legend = FALSE))
  expect_identical(part(few, "x"), part(same, "x"))
  expect_identical(part(few, "width"), part(same, "width"))
})

test_that("a map has the samples as pixels, down the columns of the picture", {
  fit <- drawn_fit(scale = "none")
  images <- drawn_images(plot(fit, "map", image_size = c(5, 2), legend = FALSE))
  expect_length(images, 2)
  right <- 255 * (1 - matrix(fit$h[1, ], 5) / max(fit$h[1, ]))
  expect_lt(max(abs(images[[1]]$grey - right)), 1.01)
  expect_drawn(drawn_text(plot(fit, "map", image_size = c(5, 2))), c("c1", "c2"))
  expect_bad(plot(fit, "map"), "image_size")
  expect_bad(plot(fit, "map", image_size = c(3, 2)), "image_size")
})
