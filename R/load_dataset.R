# The five data sets of the thesis under one name each, in one shape.

#' The data sets of the thesis
#'
#' @param name one of `"blobs"`, `"digits"`, `"fmnist"`, `"faces"`, `"coil20"`.
#' @param size 32 or 64, the faces only.
#' @return A list.
#' @export
load_dataset <- function(name, size = 32) {
  name <- check_choice(name, "name", c("blobs", "digits", names(data_sets)))
  if (name != "faces" && !missing(size)) {
    stop_input("size", paste0("left out for \"", name, "\": only the faces have two sizes"),
               describe(size))
  }
  if (!(is.numeric(size) && length(size) == 1L && size %in% c(32, 64))) {
    stop_input("size", "32 or 64, the side of an image in pixels", describe(size))
  }
  data <- switch(name, blobs = load_blobs(), digits = metanmf::digits, load_images(name))
  if (name == "faces" && size == 32) data <- halve_images(data)
  c(data, name = name)
}

# Images of half the height and width: means of 2 x 2 pixels, which is what bilinear
# interpolation to half the size gives.
halve_images <- function(data) {
  height <- data$image_size[[1L]]
  width <- data$image_size[[2L]]
  pixels <- array(data$x, c(height, width, ncol(data$x)))
  row <- seq(1L, height, by = 2L)
  column <- seq(1L, width, by = 2L)
  sums <- pixels[row, column, ] + pixels[row + 1L, column, ] +
    pixels[row, column + 1L, ] + pixels[row + 1L, column + 1L, ]
  data$x <- matrix(sums / 4, ncol = ncol(data$x))
  data$image_size <- data$image_size %/% 2L
  data
}
