# Names along the axes of a picture: drawn where they fit, and margins that have room for them.

# Margins of a picture, list(rows, columns, line, mar): the names that fit beside and below it,
# lines of text to the titles of its axes, and `mar`. Called after plot.new(), which starts the
# figure. `rows`, `columns`: names in the picture's order, or NULL for numbers; `top`, `bar`: lines
# needed above, and at the foot.
fit_margins <- function(rows, columns, counts, top, bar) {
  size <- graphics::par("fin")
  line <- graphics::par("csi") * graphics::par("mex")
  width <- function(names, cex) max(graphics::strwidth(names, "inches", cex = cex)) / line
  down <- fitting_names(rows, counts[[1L]], (size[[2L]] - (top + bar + 4) * line) / counts[[1L]],
                    0.3 * size[[1L]])
  left <- if (is.null(down)) width(format(max(1, counts[[1L]])), 1) + 1.2
          else width(down$names, down$cex) + 0.8
  across <- fitting_names(columns, counts[[2L]], (size[[1L]] - (left + 2.8) * line) / counts[[2L]],
                      0.3 * size[[2L]], flat = TRUE)
  below <- if (is.null(across)) 2.4 else if (across$flat) 1.6
           else width(across$names, across$cex) + 0.8
  list(rows = down, columns = across, line = c(below, left) - c(0.1, 0.1),
       mar = c(below + 1.4 + bar, left + 1.4, top, 1.1))
}

# Margins for a figure that plot.new() has begun, and the axes in it. The device still clips at the
# margins of before until it is told.
open_region <- function(mar, xlim, ylim, ...) {
  graphics::par(mar = mar)
  graphics::plot.window(xlim, ylim, xaxs = "i", yaxs = "i", ...)
  usr <- graphics::par("usr")
  graphics::clip(min(usr[1:2]), max(usr[1:2]), min(usr[3:4]), max(usr[3:4]))
}

# list(names, cex, flat): names cut to `longest` inches and as large as `cell` inches allow, flat
# where they are narrower than that. NULL where there are none, or no room for them.
fitting_names <- function(names, count, cell, longest, flat = FALSE) {
  if (is.null(names) || !length(names)) return(NULL)
  high <- graphics::strheight("Ag", "inches", cex = 1)
  wide <- function(cex) max(graphics::strwidth(names, "inches", cex = cex))
  if (flat && wide(0.8) < 0.95 * cell) return(list(names = names, cex = 0.8, flat = TRUE))
  cex <- min(0.8, 0.85 * cell / high)
  if (cex < 0.4) return(NULL)
  if (wide(cex) > longest) names <- shorten(names, max(6, floor(longest / (wide(cex)) *
                                                                  max(nchar(names)))))
  list(names = names, cex = cex, flat = FALSE)
}

# The names of an axis, or whole numbers where there are none.
draw_axis <- function(side, fitted, count, numbers = TRUE) {
  if (!is.null(fitted)) {
    graphics::axis(side, seq_len(count), rep("", count), tcl = -0.15)
    graphics::axis(side, seq_len(count), fitted$names, tick = FALSE, line = -0.6,
                   las = if (side == 1 && !fitted$flat) 2 else 1, cex.axis = fitted$cex,
                   gap.axis = -1)
  } else if (numbers) {
    graphics::axis(side, whole_ticks(count), las = 1)
  }
}

# The title of an axis, smaller where it is longer than its side of the figure.
axis_title <- function(side, text, line) {
  ends <- graphics::par("plt")[if (side == 1) 1:2 else 3:4]
  room <- 2 * min(mean(ends), 1 - mean(ends)) * graphics::par("fin")[[side]]
  size <- min(1, 0.98 * room / graphics::strwidth(text, "inches"))
  if (side == 1) graphics::title(xlab = text, line = line, cex.lab = size)
  else graphics::title(ylab = text, line = line, cex.lab = size)
}

# Whole numbers at one step, as many as there is room for.
whole_ticks <- function(count, most = 6) {
  if (count <= 1) return(1)
  steps <- unique(pmax(1, round(c(1, 2, 5) * 10^rep(0:12, each = 3))))
  step <- steps[[which(count / steps <= most)[[1L]]]]
  seq(step, count, by = step)
}
