# All colours of the pictures, chosen so that no kind of colour vision confuses them.

# Okabe and Ito's, by name.
okabe_ito <- c(blue = "#0072B2", orange = "#E69F00", green = "#009E73", vermilion = "#D55E00",
               sky = "#56B4E9", purple = "#CC79A7", yellow = "#F0E442", black = "#000000",
               grey = "#999999")

# For categories; black is last, since lines and text are black.
category_colours <- unname(okabe_ito[1:8])

# From 0 to the largest value, like ink on paper.
sequential_colours <- grDevices::grey(255:0 / 255)

# From the most negative value to the most positive one, 0 in the middle: blue, white, vermilion.
diverging_colours <- grDevices::colorRampPalette(c(okabe_ito[["blue"]], "white",
                                                   okabe_ito[["vermilion"]]))(255)

# Most categories that have a colour of their own: eight hues at four lightnesses.
most_categories <- 32L

# So many different colours. More than there are is refused, since no colour is used twice.
colours_of <- function(count, argument, what) {
  if (count > most_categories) {
    stop_input(argument, paste("at most", most_categories, what), paste(count, what),
               "The eye cannot tell more colours apart.")
  }
  mixed <- function(with, share) {
    rgb <- (1 - share) * grDevices::col2rgb(category_colours) +
      share * as.vector(grDevices::col2rgb(with))
    grDevices::rgb(t(rgb), maxColorValue = 255)
  }
  every <- c(category_colours, mixed("white", 0.5), mixed("black", 0.4)[-8L],
             mixed("white", 0.75), "#666666")
  every[seq_len(count)]
}

# Colours for groups beside `used` ones of the same picture: none of these.
colours_beside <- function(count, used) {
  free <- setdiff(colours_of(most_categories, "x", "colours"), grDevices::rgb(
    t(grDevices::col2rgb(used)), maxColorValue = 255))
  if (count > length(free)) {
    stop_input("groups", paste("at most", length(free), "beside", length(used), "components"),
               paste(count, "groups"), "The eye cannot tell more colours apart.")
  }
  free[seq_len(count)]
}

check_colours <- function(colours) {
  known <- tryCatch(length(colours) >= 2L && is.matrix(grDevices::col2rgb(colours)),
                    error = function(condition) FALSE)
  if (!known) stop_input("colours", "at least two colours, from 0 up", describe(colours))
}

# Limits of a colour scale for values: from 0, or even to either side of 0 where some are negative.
colour_limits <- function(values) {
  largest <- suppressWarnings(max(abs(values), 0, na.rm = TRUE))
  if (any(values < 0, na.rm = TRUE)) c(-largest, largest) else c(0, largest)
}

colours_for <- function(colours, limits) {
  if (!is.null(colours)) return(colours)
  if (limits[[1L]] < 0) diverging_colours else sequential_colours
}

# Values within limits as a matrix of colours of the same shape; NA has none, and stays blank.
to_colours <- function(values, limits, colours) {
  span <- limits[[2L]] - limits[[1L]]
  share <- (values - limits[[1L]]) / if (span > 0) span else 1
  matrix(colours[1 + round(share * (length(colours) - 1))], nrow(values), ncol(values))
}

# The colour scale in the lowest line of the bottom margin, with a text at either end.
draw_colour_bar <- function(colours, first, last) {
  line <- graphics::par("plt")[[3L]] / graphics::par("mar")[[1L]]
  x <- graphics::grconvertX(c(0.4, 0.6), "nfc", "user")
  y <- graphics::grconvertY(line * c(0.4, 1), "nfc", "user")
  old <- graphics::par(xpd = NA)
  on.exit(graphics::par(old))
  graphics::rasterImage(matrix(colours, 1L), x[[1L]], y[[1L]], x[[2L]], y[[2L]],
                        interpolate = FALSE)
  graphics::rect(x[[1L]], y[[1L]], x[[2L]], y[[2L]], border = "grey60")
  graphics::text(x[[1L]], mean(y), paste0(first, " "), adj = c(1, 0.5), cex = 0.8)
  graphics::text(x[[2L]], mean(y), paste0(" ", last), adj = c(0, 0.5), cex = 0.8)
}

scale_end <- function(number) format(number, digits = 2)
