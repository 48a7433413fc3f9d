# An uncompressed PDF holds what was drawn in plain text: images as hexadecimal colours, row
# by row from the top, each after the matrices that place it, and strings in brackets.
draw_pdf <- function(code, width = 7, height = 7) {
  file <- tempfile(fileext = ".pdf")
  grDevices::pdf(file, width, height, compress = FALSE)
  tryCatch(force(code), finally = grDevices::dev.off())
  lines <- readLines(file, warn = FALSE, encoding = "latin1")
  unlink(file)
  lines
}

numbers_of <- function(lines) {
  lapply(strsplit(lines, " "), function(words) suppressWarnings(as.numeric(words)))
}

drawn_text <- function(code) {
  shown <- grep("T[jJ]", draw_pdf(code), value = TRUE)
  # Kerning splits words into pieces in brackets with numbers between.
  gsub("\\) *-?[0-9.]+ *\\(", "", shown)
}

# The paths of several lines in order: a matrix with a row for each point, and in its attribute
# `end` how it ends: "S" for a line, "h f" for a filled polygon.
drawn_paths <- function(code, ...) {
  lines <- draw_pdf(code, ...)
  point <- grepl("^ *-?[0-9.]+ -?[0-9.]+ [ml]$", lines)
  starts <- which(point & grepl("m$", lines))
  lapply(starts[point[starts + 1L]], function(start) {
    end <- start + match(FALSE, point[-seq_len(start)])
    points <- do.call(rbind, numbers_of(lines[start:(end - 1L)]))
    structure(points[, 1:2], end = trimws(lines[[end]]))
  })
}

# The lines between two points in order: their ends and their width, in points.
drawn_segments <- function(code, ...) {
  lines <- draw_pdf(code, ...)
  wide <- grepl("^[0-9.]+ w$", lines)
  width <- c(NA, as.numeric(sub(" w", "", lines[wide])))[cumsum(wide) + 1L]
  segment <- grepl("^-?[0-9.]+ -?[0-9.]+ m -?[0-9.]+ -?[0-9.]+ l", lines)
  ends <- do.call(rbind, numbers_of(lines[segment]))[, c(1, 2, 4, 5), drop = FALSE]
  stats::setNames(data.frame(ends, width[segment]), c("x0", "y0", "x1", "y1", "width"))
}

# Paths with so many points and such an end.
paths_of <- function(paths, points, end) {
  Filter(function(path) nrow(path) == points && attr(path, "end") == end, paths)
}

# What `code` changes of the graphical parameters that a user may have set, as names.
parameters_changed <- function(code) {
  code <- substitute(code)
  frame <- parent.frame()
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  # mfrow sets cex, and margins in lines depend on it
  graphics::par(mfrow = c(2, 3))
  graphics::par(cex = 0.9)
  graphics::par(mar = c(3, 3, 1, 1), oma = c(1, 2, 1, 2), las = 2, tcl = -0.2)
  names <- setdiff(names(graphics::par(no.readonly = TRUE)),
                   c("usr", "plt", "pin", "fig", "fin", "mfg", "new", "xaxp", "yaxp", "xlog"))
  before <- graphics::par(no.readonly = TRUE)[names]
  eval(code, frame)
  after <- graphics::par(no.readonly = TRUE)[names]
  names[!mapply(identical, before, after)]
}
