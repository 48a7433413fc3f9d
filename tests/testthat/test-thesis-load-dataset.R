fields <- c("x", "labels", "image_size", "source", "licence", "author_split", "name")

# The pixels of image i in a prepared file, by the rule of its own help: column-major.
stored_image <- function(stored, i) {
  matrix(as.integer(stored$x[, i]), stored$dim_image[[1L]], stored$dim_image[[2L]])
}

test_that("the digits are the package's own, with their name", {
  data <- load_dataset("digits")
  expect_named(data, fields)
  expect_identical(data[names(digits)], digits)
  expect_identical(data$name, "digits")
})

test_that("the image sets are what the prepared files hold, splits included", {
  folder <- data_folder()
  skip_if(is.null(folder), "the prepared image files are not here")
  for (name in names(data_sets)) {
    data <- in_places(if (name == "faces") load_dataset(name, 64) else load_dataset(name),
                      folder = folder)
    stored <- readRDS(file.path(folder, data_sets[[name]]$file))
    expect_named(data, fields)
    expect_identical(data$x, array(as.integer(stored$x), dim(stored$x)))
    expect_identical(data$labels, stored$labels)
    expect_identical(data$image_size, stored$dim_image)
    expect_identical(data$author_split, list(learning = stored$author_split$train,
                                             evaluation = stored$author_split$test))
  }
})

test_that("the faces at 32 x 32 are means of 2 x 2 pixels of the same faces, upright", {
  folder <- data_folder()
  skip_if(is.null(folder), "the prepared image files are not here")
  data <- in_places(load_dataset("faces"), folder = folder)
  expect_identical(dim(data$x), c(1024L, 400L))
  expect_identical(data$image_size, c(32L, 32L))
  stored <- readRDS(file.path(folder, "olivetti.rds"))
  pairs <- kronecker(diag(32), matrix(0.5, 1, 2))
  for (i in c(1, 57, 400)) {
    expect_equal(matrix(data$x[, i], 32, 32), pairs %*% stored_image(stored, i) %*% t(pairs))
  }
  # Rows: the mean face is darkest where the eyes are, above the middle; its left and right halves
  # are alike. Lying on its side it would be neither.
  face <- matrix(rowMeans(data$x), 32, 32)
  expect_gt(cor(as.vector(face), as.vector(face[, 32:1])), 0.9)
  expect_lt(cor(as.vector(face), as.vector(face[32:1, ])), 0.8)
  expect_lt(which.min(rowMeans(face[6:26, 8:25])) + 5, 16)
})

test_that("halving takes the mean of each square, not of a row or a column", {
  image <- matrix(c(1, 2, 3, 4, 5, 6, 7, 8), 2, 4)
  expect_identical(halve_images(matrix(image), 2L, 4L), matrix(c(2.5, 6.5)))
  expect_identical(halve_images(cbind(1:4, 11:14), 2L, 2L), matrix(c(2.5, 12.5), 1))
})

test_that("names and sizes that there are not are refused by name", {
  expect_bad(load_dataset("fminst"), "name")
  expect_bad(load_dataset("mnist"), "name")
  expect_bad(load_dataset(3), "name")
  expect_bad(load_dataset(), "name")
  expect_bad(load_dataset("digits", size = 32), "size")
  expect_bad(load_dataset("faces", size = 48), "size")
  expect_bad(load_dataset("faces", size = c(32, 64)), "size")
})
