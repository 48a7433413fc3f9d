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
                   c("usr", "plt", "pin", "fig", "fin", "mfg", "new", "xaxp", "yaxp", "xlog",
                     "ylog"))
  before <- graphics::par(no.readonly = TRUE)[names]
  eval(code, frame)
  after <- graphics::par(no.readonly = TRUE)[names]
  names[!mapply(identical, before, after)]
}

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

# A fit of six features and ten samples, without names.
drawn_fit <- function(rank = 2, scale = "max") {
  set.seed(1)
  nmf(matrix(runif(60), 6), rank, control = nmf_control(max_iter = 20, tol = 0, scale = scale))
}

# The same with names, or with a sample and a feature of which nothing was observed.
named_fit <- function(rank = 2) {
  set.seed(1)
  x <- matrix(runif(60), 6, dimnames = list(paste0("gene", 1:6), paste0("s", 1:10)))
  nmf(x, rank, control = nmf_control(max_iter = 20, tol = 0))
}

gappy_fit <- function() {
  set.seed(1)
  x <- matrix(runif(60), 6)
  x[2, ] <- NA
  x[, c(3, 9)] <- NA
  suppressMessages(nmf(x, 2, missing = "mask", control = nmf_control(5, 0)))
}

expect_drawn <- function(shown, text) {
  for (one in text) testthat::expect_match(shown, paste0("(", one, ")"), fixed = TRUE, all = FALSE)
}

expect_not_drawn <- function(shown, text) {
  testthat::expect_false(any(grepl(paste0("(", text, ")"), shown, fixed = TRUE)))
}
