# Columns of a matrix as images: components of a basis, maps of coefficients, residuals.

#' Draw basis columns as images
#'
#' Draws each column of W as an image, with row 1 of the image at the top and the name of its
#' component above it. Several fits are drawn one above the other and on one scale, so that they can
#' be compared by eye. Components are in the order of the fit; those of two fits need not
#' correspond, see [match_components()].
#'
#' Any matrix with images in its columns can be drawn, including data, `fitted()` and `residuals()`.
#' If some entries are negative, as in residuals, colours run from blue (negative) through white (0)
#' to orange (positive), evenly to both sides.
#'
#' @param fit A fit (class `nmf_fit`), an m x r matrix with an image in each column, or a list
#'   of these with the same m features, whose names become headings.
#' @param image_size Two whole numbers, rows and columns of an image, with product m.
#'   Features go down the columns of the image, as in [digits].
#' @param columns Number of images in a row. `NULL`, the default, makes the images as large as the
#'   space allows.
#' @param colour_range With `"common"` (default) the last colour is the largest entry of all images
#'   drawn, so equal values look equal. With `"each"` it is the largest entry of each image, so weak
#'   components can be seen. If the largest entry of all columns of W is 1, the default of
#'   [nmf_control()], there is no difference. The first colour is always 0; with negative entries
#'   the middle one is.
#' @param colours Colours from 0 to the largest entry. `NULL`, the default, takes white to black,
#'   which looks like ink on paper, and blue through white to orange if entries are negative. Use
#'   `grey(0:255 / 255)` for photographs.
#' @param main Title, or `NULL` (default) for none.
#' @param legend Whether to draw the colour scale below the images. `TRUE` by default.
#' @param labels Whether to write the names of the columns above their images, `TRUE` by default.
#'   Columns without names have their numbers. Names too small to be read are left out.
#' @param ... Must be empty. All later arguments are matched by their whole names.
#' @return `fit`, invisibly. Graphical parameters are restored.
#' @section Errors: Class `metanmf_error` when `image_size` does not multiply to the
#'   number of features, when fits differ in their features, or an option is not one of
#'   those listed.
#' @seealso [plot.nmf_fit()]
#' @examples
#' set.seed(1)
#' x <- scale_minmax(digits$x[, 1:500])
#' fits <- list("least squares" = nmf(x, 10), "Kullback-Leibler" = nmf(x, 10, loss = "kl"))
#' plot_basis(fits, digits$image_size)
#' # What the first fit leaves of ten images
#' plot_basis(residuals(fits[[1]], x, at = list(samples = 1:10)), digits$image_size)
#'
#' # A map: the height of a volcano as one image
#' plot_basis(cbind(volcano = c(volcano)), dim(volcano), colours = hcl.colors(50))
#' @export
plot_basis <- function(fit, image_size, ..., columns = NULL, colour_range = c("common", "each"),
                       colours = NULL, main = NULL, legend = TRUE, labels = TRUE) {
  check_dots(list(...), "plot_basis")
  check_given("fit", "a fit, a matrix with a basis in its columns, or a list of these")
  check_given("image_size", "rows and columns of an image, with the features as their product")
  bases <- check_bases(fit)
  image_size <- check_image_size(image_size, nrow(bases[[1L]]))
  colour_range <- check_choice(colour_range, "colour_range", c("common", "each"))
  limits <- colour_limits(unlist(bases))
  colours <- colours_for(colours, limits)
  check_colours(colours)
  legend <- check_flag(legend, "legend")
  labels <- check_flag(labels, "labels")
  old <- graphics::par(mar = c(if (legend) 1.6 else 0.3, 0.3,
                               if (is.null(main)) 0.3 else 2.1, 0.3))
  on.exit(graphics::par(old))
  graphics::plot.new()
  grid <- image_grid(vapply(bases, ncol, 1L), image_size, columns,
                     headed = !is.null(names(bases)), labelled = labels)
  open_grid(grid)
  graphics::title(main = main, line = 0.6)
  common <- if (colour_range == "common") limits
  for (b in seq_along(bases)) draw_block(bases[[b]], names(bases)[b], grid, b, common, colours)
  if (legend) {
    each <- if (limits[[1L]] < 0) c("minus its largest", "its largest entry")
            else c("0", "its largest entry")
    ends <- if (is.null(common)) each else c(scale_end(limits[[1L]]), scale_end(limits[[2L]]))
    draw_colour_bar(colours, ends[[1L]], ends[[2L]])
  }
  invisible(fit)
}

# A list of m x r matrices from a fit, a matrix or a list of them.
check_bases <- function(fit) {
  expected <- "a fit, a matrix with an image in each column, or a list of these"
  many <- is.list(fit) && !inherits(fit, "nmf_fit") && !is.data.frame(fit) && length(fit)
  bases <- lapply(if (many) fit else list(fit), function(one) {
    if (inherits(one, "nmf_fit")) return(one$w)
    if (length(dim(one)) != 2L || is.data.frame(one)) stop_input("fit", expected, describe(one))
    values <- as.matrix(as_numbers(one, "fit", expected))
    check_finite_matrix(without_unobserved(values, "rows"), "fit")
    values
  })
  features <- vapply(bases, nrow, 1L)
  if (length(unique(features)) > 1L) {
    stop_input("fit", "fits with the same features", paste(toString(features), "features"))
  }
  bases
}

# Where images go, in units of their pixels: list(columns, gap, label, heading, top, width, height,
# size). `counts`: images of each block; `top` is that of each block, heading included; `label` the
# height of a name above an image.
image_grid <- function(counts, image_size, columns, headed = FALSE, labelled = TRUE) {
  side <- max(image_size)
  gap <- (if (labelled) 0.08 else 0.15) * side
  label <- if (labelled) 0.2 * side else 0
  heading <- if (headed) 0.5 * image_size[[1L]] else 0
  lay_out <- function(columns) {
    rows <- ceiling(counts / columns)
    heights <- heading + rows * (image_size[[1L]] + gap + label)
    list(columns = columns, gap = gap, label = label, heading = heading,
         top = rev(cumsum(rev(heights))), width = columns * (image_size[[2L]] + gap) + gap,
         height = sum(heights) + gap, size = image_size)
  }
  if (!is.null(columns)) {
    # A row that no block fills would leave half of the picture empty.
    return(lay_out(min(check_count(columns, "columns"), max(counts))))
  }
  space <- graphics::par("pin")
  choices <- lapply(seq_len(max(counts)), lay_out)
  magnification <- vapply(choices, function(grid) {
    min(space[[1L]] / grid$width, space[[2L]] / grid$height)
  }, 0)
  choices[[which.max(magnification)]]
}

open_grid <- function(grid) {
  graphics::plot.window(c(0, grid$width), c(0, grid$height), asp = 1, xaxs = "i", yaxs = "i")
}

# The images of one block below its heading; `limits` NULL scales each by itself.
draw_block <- function(values, heading, grid, b, limits, colours) {
  top <- grid$top[[b]]
  if (grid$heading > 0) {
    size <- min(1, 0.7 * grid$heading / graphics::strheight("Ag"))
    graphics::text(grid$gap, top - grid$heading / 2, heading, adj = c(0, 0.5), cex = size)
  }
  names <- names_or(colnames(values), "", ncol(values))
  for (k in seq_len(ncol(values))) {
    own <- if (is.null(limits)) colour_limits(values[, k]) else limits
    if (is.null(limits) && min(colour_limits(values)) < 0) own <- c(-1, 1) * own[[2L]]
    draw_image(values[, k], names[[k]], image_place(grid, k, top - grid$heading), grid, own,
               colours)
  }
}

# Left and upper edge of the k-th image below `top`, its label above it.
image_place <- function(grid, k, top) {
  c(grid$gap + (k - 1) %% grid$columns * (grid$size[[2L]] + grid$gap),
    top - grid$label - (k - 1) %/% grid$columns * (grid$size[[1L]] + grid$gap + grid$label))
}

draw_image <- function(values, name, place, grid, limits, colours) {
  right <- place[[1L]] + grid$size[[2L]]
  below <- place[[2L]] - grid$size[[1L]]
  pixels <- to_colours(matrix(values, grid$size[[1L]]), limits, colours)
  graphics::rasterImage(pixels, place[[1L]], below, right, place[[2L]], interpolate = FALSE)
  graphics::rect(place[[1L]], below, right, place[[2L]], border = "grey60")
  if (grid$label > 0) draw_label(name, place, grid)
}

# A name above its image, as large as the strip there allows, cut to the image's width.
draw_label <- function(name, place, grid) {
  size <- min(0.9, 0.75 * grid$label / graphics::strheight("Ag"))
  if (size < 0.3) return(invisible())
  name <- shorten_to(name, grid$size[[2L]] + grid$gap, size)
  size <- min(size, size * (grid$size[[2L]] + grid$gap) / graphics::strwidth(name, cex = size))
  graphics::text(place[[1L]] + grid$size[[2L]] / 2, place[[2L]] + grid$label / 2, name, cex = size)
}

# The coefficients as images over the samples, which are the pixels of one picture.
plot_map <- function(fit, image_size, main, columns = NULL, colour_range = c("each", "common"),
                     colours = NULL, legend = TRUE, labels = TRUE) {
  if (is.null(image_size)) {
    stop_input("image_size", paste("given for type = \"map\": rows and columns of the picture",
                                   "whose pixels are the samples"), "nothing")
  }
  colour_range <- check_choice(colour_range, "colour_range", c("each", "common"))
  plot_basis(t(fit$h), check_image_size(image_size, ncol(fit$h)), main = main, columns = columns,
             colour_range = colour_range, colours = colours, legend = legend, labels = labels)
}
