# Basis columns as lines, and the features of the largest weight as bars.

plot_profile <- function(fit, main, axis = NULL, xlab = NULL, scale = c("component", "none"),
                         colours = okabe_ito[["blue"]]) {
  scale <- check_choice(scale, "scale", c("component", "none"))
  if (is.null(xlab)) xlab <- if (is.null(axis)) "feature" else "axis"
  axis <- check_axis(axis, nrow(fit$w), rownames(fit$w))
  plot_strips(fit$w, axis, xlab, main, colours, each = scale == "component")
}

# Columns as lines over an axis, each in a strip of its own, so that any number can be told apart
# and named. `each`: relative to its own largest entry, not to that of all.
plot_strips <- function(values, axis, xlab, main, colours, each) {
  check_colours(c(colours, "white"))
  count <- ncol(values)
  shown <- base::order(axis)
  tops <- largest_of(values, 2L)
  if (!each) tops <- rep(max(tops), count)
  old <- graphics::par(mar = graphics::par("mar"))
  on.exit(graphics::par(old))
  graphics::plot.new()
  fitted <- fit_margins(colnames(values), NULL, c(count, 2), if (is.null(main)) 0.8 else 2.3, 0)
  ends <- range(axis)
  open_region(fitted$mar, if (diff(ends) > 0) ends else ends + c(-1, 1), c(count + 0.5, 0.5))
  at <- graphics::axTicks(1)
  graphics::abline(v = at, col = "grey92")
  graphics::segments(ends[[1L]], seq_len(count) + 0.45, ends[[2L]], col = "grey80")
  for (k in seq_len(count)) {
    graphics::lines(axis[shown], k + 0.45 - 0.85 * values[shown, k] / tops[[k]],
                    col = rep_len(colours, count)[[k]], lwd = if (count > 12) 1 else 1.5)
  }
  graphics::axis(1, at)
  draw_axis(2, fitted$rows, count)
  graphics::box()
  graphics::title(main = main, line = 0.7)
  axis_title(1, xlab, fitted$line[[1L]])
}

check_axis <- function(axis, features, names) {
  if (is.null(axis)) return(seq_len(features))
  if (!is.numeric(axis) || length(axis) != features || !all(is.finite(axis))) {
    stop_input("axis", paste("a finite number for each of the", features,
                             "features, such as its wavelength"), describe(axis))
  }
  as.numeric(order_labels(axis, names, "axis", "the features of the fit"))
}

# The features of the largest weight, or the most specific ones, as bars: a panel per component.
plot_features <- function(fit, main, n = 8, by = c("weight", "specific"),
                          colours = okabe_ito[["blue"]]) {
  by <- check_choice(by, "by", c("weight", "specific"))
  check_colours(c(colours, "white"))
  n <- check_count(n, "n", maximum = 50)
  found <- top_features(fit, n, by)
  each <- split(as.data.frame(found), found$component)
  columns <- ceiling(sqrt(length(each)))
  rows <- ceiling(length(each) / columns)
  old <- graphics::par(mar = graphics::par("mar"))
  on.exit(graphics::par(old))
  graphics::par(mar = c(0.6, 0.6, if (is.null(main)) 0.6 else 2.4, 0.6))
  graphics::plot.new()
  # One unit is the height of a bar; a panel is a title, n bars and a gap.
  graphics::plot.window(c(0, columns), c(rows * (n + 2), 0), xaxs = "i", yaxs = "i")
  graphics::title(main = main, line = 0.7)
  for (k in seq_along(each)) {
    draw_bars(each[[k]], (k - 1L) %% columns, (k - 1L) %/% columns * (n + 2), n, names(each)[[k]],
              rep_len(colours, length(each))[[k]])
  }
}

# Names stand to the left of the bars, cut to two fifths of the panel.
draw_bars <- function(rows, left, top, n, title, colour) {
  unit <- abs(graphics::strheight("Ag", cex = 1))
  size <- min(0.85, 0.8 / unit)
  graphics::text(left + 0.45, top + 0.7, shorten(title, 30L), font = 2, adj = c(0, 0.5),
                 cex = min(1, 1.1 * size))
  if (!nrow(rows)) return(invisible())
  names <- shorten_to(rows$feature, 0.4, size)
  y <- top + 1 + seq_along(names)
  graphics::rect(left + 0.45, y - 0.4, left + 0.45 + 0.5 * rows$weight / max(rows$weight), y + 0.4,
                 col = colour, border = NA)
  graphics::text(left + 0.43, y, names, adj = c(1, 0.5), cex = size)
}

# Names no wider than `width` in the units of the x axis.
shorten_to <- function(names, width, size) {
  wide <- graphics::strwidth(valid_text(names), cex = size)
  if (all(wide <= width)) return(valid_text(names))
  shorten(names, max(5L, floor(width / max(wide / nchar(valid_text(names))))))
}
