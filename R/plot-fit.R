# Pictures of a fit: the objective, the basis, the coefficients. Base graphics only.

#' Draw a fit
#'
#' `type = "trace"` draws the objective against iterations, or against epochs for a
#' meta-learned fit, whose objective need not fall: the transfer moves the basis between
#' epochs. `"basis"` draws W, as images when `image_size` is given, else as one heat map,
#' features by components. `"coef"` draws H as a heat map, components by samples.
#'
#' Heat maps have their first row at the top, as a matrix is printed. Of more than 2000 rows or
#' columns, neighbours are averaged, and the axis says how many stand in one cell of the picture:
#' a screen shows no more, and some devices leave larger pictures blank. Samples and features of
#' which nothing was observed stay blank, and the axis counts them.
#'
#' @param x A fit, of class `nmf_fit`.
#' @param type `"trace"` (default: whether the fit has settled is the first thing to ask),
#'   `"basis"` or `"coef"`.
#' @param image_size For `type = "basis"` of images: rows and columns of an image, see
#'   [plot_basis()]. `NULL`, the default, draws a heat map.
#' @param main Title, or `NULL` for none. By default it names what is drawn.
#' @param ... For `"trace"`: options of [graphics::plot.default()], such as `log = "xy"`.
#'   For images: further arguments of [plot_basis()]. For heat maps: `colours` and
#'   `legend`, as there.
#' @return `x`, invisibly. Graphical parameters are as before.
#' @section Errors: Class `metanmf_error` for an unknown `type`, or an `image_size` that
#'   does not fit the features.
#' @seealso [plot_basis()] for several fits in one picture.
#' @examples
#' set.seed(1)
#' fit <- nmf(scale_minmax(digits$x), 10, control = nmf_control(max_iter = 100, tol = 0))
#' plot(fit)
#' plot(fit, "basis", image_size = digits$image_size)
#' plot(fit, "coef")
#' @export
plot.nmf_fit <- function(x, type = c("trace", "basis", "coef"), image_size = NULL,
                         main = plot_title(x, type), ...) {
  type <- check_choice(type, "type", c("trace", "basis", "coef"))
  labels <- names(list(...))
  # A trace has colours of its own, those of plot.default().
  stop_foreign(if (type == "trace") intersect(labels, "which") else labels, "plot.nmf_fit",
               sys.call())
  if (!is.null(image_size) && type != "basis") {
    stop_input("image_size", "left out unless type = \"basis\"", describe(image_size))
  }
  force(main)
  if (type != "basis") need_samples(x, "x", paste0("type = \"", type, "\""))
  if (type == "trace") {
    plot_trace(x, main, ...)
  } else if (type == "coef") {
    plot_heat_map(x$h, "sample", "component", main, ...)
  } else if (is.null(image_size)) {
    plot_heat_map(x$w, "component", "feature", main, ...)
  } else {
    plot_basis(x, image_size, main = main, ...)
  }
  invisible(x)
}

plot_title <- function(fit, type) {
  what <- c(trace = "Objective", basis = "Basis", coef = "Coefficients")[[type[[1L]]]]
  paste0(what, ", rank ", fit$rank)
}

# The first iterations lower F by far the most; a logarithmic axis shows the later ones as well.
plot_trace <- function(fit, main, ...) {
  known <- c(names(formals(graphics::plot.default)), names(graphics::par()))
  unknown <- setdiff(names(list(...)), known)
  if (length(unknown)) {
    stop_named(paste0("Unknown argument `", unknown[[1L]],
                      "`.\nUse options of plot.default() for the trace."), "...")
  }
  if (!any(is.finite(fit$trace))) {
    stop_input("x", "a fit whose objective is finite",
               paste("a trace of", paste(unique(fit$trace), collapse = ", ")),
               "Use init = \"nndsvda\" or \"random\" in nmf(): zeros of a start can cause this.")
  }
  meta <- inherits(fit, "meta_nmf_fit")
  # No axis can be drawn below the normal numbers.
  options <- list(x = seq_along(fit$trace), y = ifelse(fit$trace < 1e-290, 0, fit$trace),
                  type = if (length(fit$trace) > 1L) "l" else "p",
                  log = if (meta) "" else "x", xlab = if (meta) "epoch" else "iteration",
                  ylab = "objective", main = main)
  do.call(graphics::plot.default, utils::modifyList(options, list(...)))
}

plot_heat_map <- function(values, xlab, ylab, main, colours = grDevices::grey(255:0 / 255),
                          legend = TRUE, ...) {
  check_dots(list(...), "plot.nmf_fit", c("colours", "legend"))
  check_colours(colours)
  old <- graphics::par(mar = c(5.1, 4.1, if (is.null(main)) 1.1 else 3.1, 1.1))
  on.exit(graphics::par(old))
  m <- nrow(values)
  n <- ncol(values)
  blank <- c(m, n) - c(sum(rowSums(!is.na(values)) > 0), sum(colSums(!is.na(values)) > 0))
  values <- mean_of_neighbours(t(mean_of_neighbours(t(values))))
  largest <- max(values, na.rm = TRUE)
  graphics::plot.new()
  graphics::plot.window(c(0.5, n + 0.5), c(m + 0.5, 0.5), xaxs = "i", yaxs = "i")
  graphics::rasterImage(to_colours(values, largest, colours), 0.5, m + 0.5, n + 0.5, 0.5,
                        interpolate = FALSE)
  graphics::axis(1, whole_ticks(n))
  graphics::axis(2, whole_ticks(m), las = 1)
  graphics::box()
  graphics::title(main = main)
  graphics::title(xlab = axis_name(xlab, n, blank[[2L]]), ylab = axis_name(ylab, m, blank[[1L]]),
                  line = 2.4)
  if (check_flag(legend, "legend")) draw_colour_bar(colours, format(largest, digits = 2))
}

# Rows or columns of a heat map that are drawn one by one.
most_cells <- 2000

# Rows in at most so many groups of neighbours, each by the mean of what is known.
mean_of_neighbours <- function(values) {
  if (nrow(values) <= most_cells) return(values)
  group <- ceiling(seq_len(nrow(values)) * (most_cells / nrow(values)))
  counts <- if (anyNA(values)) rowsum(1 * !is.na(values), group, reorder = FALSE)
            else tabulate(group)
  rowsum(values, group, reorder = FALSE, na.rm = TRUE) / counts
}

# `blank`: how many of them are NA.
axis_name <- function(name, count, blank) {
  notes <- c(if (count > most_cells) paste("a cell is the mean of up to",
                                           ceiling(count / most_cells)),
             if (blank > 0) paste("nothing observed of", blank))
  if (length(notes)) paste0(name, " (", paste(notes, collapse = "; "), ")") else name
}

whole_ticks <- function(n) Filter(function(at) at == round(at) && at >= 1, pretty(c(1, n)))

#' Draw basis columns as images
#'
#' Each column of W becomes an image, row 1 of the image at the top. Several fits are
#' drawn one above the other, on one scale, so that they can be compared by eye.
#' Components are in the order of the fit; those of two fits need not correspond.
#'
#' @param fit A fit (class `nmf_fit`), a non-negative m x r matrix W, or a list of these
#'   with the same m features, whose names become headings.
#' @param image_size Two whole numbers, rows and columns of an image, with product m.
#'   Features go down the columns of the image, as in [digits].
#' @param columns Images in a row. `NULL`, the default, makes the images as large as the
#'   space allows.
#' @param colour_range `"common"` (default): the last colour stands for the largest entry of all
#'   images drawn, so equal values look equal. `"each"`: for the largest entry of each
#'   image by itself, so that weak components show. With columns of W at maximum 1,
#'   the default of [nmf_control()], there is no difference. The first colour is always 0.
#' @param colours Colours from 0 to the largest entry. White to black by default, for ink
#'   on paper; reverse them, `grey(0:255 / 255)`, for photographs.
#' @param main Title, or `NULL` (default) for none.
#' @param legend Whether to draw the colour scale below the images. `TRUE` by default.
#' @param ... Must be empty: what follows is matched by its whole name.
#' @return `fit`, invisibly. Graphical parameters are as before.
#' @section Errors: Class `metanmf_error` when `image_size` does not multiply to the
#'   number of features, when fits differ in their features, or an option is not one of
#'   those listed.
#' @seealso [plot.nmf_fit()]
#' @examples
#' set.seed(1)
#' x <- scale_minmax(digits$x)
#' control <- nmf_control(max_iter = 50, tol = 0)
#' fits <- list("random start" = nmf(x, 10, control = control),
#'              "NNDSVD start" = nmf(x, 10, init = "nndsvd", control = control))
#' plot_basis(fits, digits$image_size)
#' @export
plot_basis <- function(fit, image_size, ..., columns = NULL, colour_range = c("common", "each"),
                       colours = grDevices::grey(255:0 / 255), main = NULL, legend = TRUE) {
  check_dots(list(...), "plot_basis")
  check_given("fit", "a fit, a matrix with a basis in its columns, or a list of these")
  check_given("image_size", "rows and columns of an image, with the features as their product")
  bases <- check_bases(fit)
  image_size <- check_image_size(image_size, nrow(bases[[1L]]))
  colour_range <- check_choice(colour_range, "colour_range", c("common", "each"))
  check_colours(colours)
  legend <- check_flag(legend, "legend")
  old <- graphics::par(mar = c(if (legend) 1.6 else 0.3, 0.3,
                               if (is.null(main)) 0.3 else 2.1, 0.3))
  on.exit(graphics::par(old))
  graphics::plot.new()
  grid <- image_grid(bases, image_size, columns)
  graphics::plot.window(c(0, grid$width), c(0, grid$height), asp = 1, xaxs = "i", yaxs = "i")
  graphics::title(main = main, line = 0.6)
  largest <- max(unlist(bases), na.rm = TRUE)
  for (b in seq_along(bases)) {
    draw_block(bases[[b]], names(bases)[b], grid, b, image_size,
               if (colour_range == "common") largest, colours)
  }
  if (legend) {
    draw_colour_bar(colours, if (colour_range == "common") format(largest, digits = 2)
                             else "its largest entry")
  }
  invisible(fit)
}

# A list of m x r matrices from a fit, a matrix or a list of them.
check_bases <- function(fit) {
  many <- is.list(fit) && !inherits(fit, "nmf_fit") && !is.data.frame(fit) && length(fit)
  bases <- lapply(if (many) fit else list(fit), function(one) {
    if (inherits(one, "nmf_fit")) return(one$w)
    if (!is.matrix(one)) {
      stop_input("fit", "a fit, a matrix with a basis in its columns, or a list of these",
                 describe(one))
    }
    check_factor(one, "fit", "rows")
  })
  features <- vapply(bases, nrow, 1L)
  if (length(unique(features)) > 1L) {
    stop_input("fit", "fits with the same features", paste(toString(features), "features"))
  }
  bases
}

check_colours <- function(colours) {
  known <- tryCatch(length(colours) >= 2L && is.matrix(grDevices::col2rgb(colours)),
                    error = function(condition) FALSE)
  if (!known) stop_input("colours", "at least two colours, from 0 up", describe(colours))
}

# Where images go, in units of their pixels: list(columns, rows, gap, heading, top,
# width, height). `top` is that of each basis' block, heading included.
image_grid <- function(bases, image_size, columns) {
  counts <- vapply(bases, ncol, 1L)
  gap <- 0.15 * max(image_size)
  heading <- if (is.null(names(bases))) 0 else 0.5 * image_size[[1L]]
  lay_out <- function(columns) {
    rows <- ceiling(counts / columns)
    heights <- heading + rows * (image_size[[1L]] + gap)
    list(columns = columns, rows = rows, gap = gap, heading = heading,
         top = rev(cumsum(rev(heights))), width = columns * (image_size[[2L]] + gap) + gap,
         height = sum(heights) + gap)
  }
  if (!is.null(columns)) return(lay_out(check_count(columns, "columns")))
  space <- graphics::par("pin")
  choices <- lapply(seq_len(max(counts)), lay_out)
  magnification <- vapply(choices, function(grid) {
    min(space[[1L]] / grid$width, space[[2L]] / grid$height)
  }, 0)
  choices[[which.max(magnification)]]
}

# The images of one basis below its heading; `largest` NULL scales each by itself.
draw_block <- function(w, heading, grid, b, image_size, largest, colours) {
  top <- grid$top[[b]]
  if (grid$heading > 0) {
    size <- min(1, 0.7 * grid$heading / graphics::strheight("Ag"))
    graphics::text(grid$gap, top - grid$heading / 2, heading, adj = c(0, 0.5), cex = size)
  }
  for (k in seq_len(ncol(w))) {
    left <- grid$gap + (k - 1) %% grid$columns * (image_size[[2L]] + grid$gap)
    above <- top - grid$heading - (k - 1) %/% grid$columns * (image_size[[1L]] + grid$gap)
    right <- left + image_size[[2L]]
    below <- above - image_size[[1L]]
    pixels <- to_colours(matrix(w[, k], image_size[[1L]]),
                         if (is.null(largest)) max(w[, k], na.rm = TRUE) else largest, colours)
    graphics::rasterImage(pixels, left, below, right, above, interpolate = FALSE)
    graphics::rect(left, below, right, above, border = "grey60")
  }
}

# Values from 0 to `largest` as a matrix of colours of the same shape; NA has none, and stays blank.
to_colours <- function(values, largest, colours) {
  share <- values / if (largest > 0) largest else 1
  matrix(colours[1 + round(share * (length(colours) - 1))], nrow(values), ncol(values))
}

# The colour scale in the lowest line of the bottom margin, from 0 to `last`.
draw_colour_bar <- function(colours, last) {
  line <- graphics::par("plt")[[3L]] / graphics::par("mar")[[1L]]
  x <- graphics::grconvertX(c(0.4, 0.6), "nfc", "user")
  y <- graphics::grconvertY(line * c(0.4, 1), "nfc", "user")
  old <- graphics::par(xpd = NA)
  on.exit(graphics::par(old))
  graphics::rasterImage(matrix(colours, 1L), x[[1L]], y[[1L]], x[[2L]], y[[2L]],
                        interpolate = FALSE)
  graphics::rect(x[[1L]], y[[1L]], x[[2L]], y[[2L]], border = "grey60")
  graphics::text(x[[1L]], mean(y), "0 ", adj = c(1, 0.5), cex = 0.8)
  graphics::text(x[[2L]], mean(y), paste0(" ", last), adj = c(0, 0.5), cex = 0.8)
}
