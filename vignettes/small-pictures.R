# What the vignettes share: their pictures are written with at most 256 colours, which look the
# same and take a third of the room in the installed package.

write_small <- function(file) {
  image <- png::readPNG(file)
  if (dim(image)[[3L]] == 4L) { # a device without a background: white, not what lies behind
    image <- image * c(image[, , 4L]) + 1 - c(image[, , 4L])
  }
  image <- image[, , 1:3]
  steps <- 16
  repeat {
    image_rounded <- round((steps - 1) * image) / (steps - 1)
    colours <- grDevices::rgb(image_rounded[, , 1], image_rounded[, , 2], image_rounded[, , 3])
    if (length(unique(colours)) <= 256) break
    steps <- steps - 1
  }
  # The png() device writes a palette where there are no more colours than that.
  grDevices::png(file, ncol(image), nrow(image))
  on.exit(grDevices::dev.off())
  graphics::par(mar = rep(0, 4))
  graphics::plot.new()
  graphics::plot.window(0:1, 0:1, xaxs = "i", yaxs = "i")
  graphics::rasterImage(image_rounded, 0, 0, 1, 1, interpolate = FALSE)
}

local({
  draw <- knitr::knit_hooks$get("plot")
  knitr::knit_hooks$set(plot = function(x, options) {
    if (requireNamespace("png", quietly = TRUE)) write_small(x)
    draw(x, options)
  })
})

knitr::opts_chunk$set(collapse = TRUE, comment = "#>", dev = "png", dpi = 72, fig.width = 7,
                      fig.height = 3.2, fig.align = "center")
options(metanmf.progress = FALSE, digits = 4)
