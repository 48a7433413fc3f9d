# The picture of a choice of the rank.

#' Draw the choice of a rank
#'
#' Draws the error at hidden entries for each rank visited, relative to the best, with two standard
#' errors of the paired difference. A dashed line marks the count from the spectrum. The point of
#' the choice is filled, and its verdict and reason stand above. If the error of one component is
#' more than three times as far above the best as that of every other rank, it would hide the
#' others. It is then left out, and the axis says how far above it is.
#'
#' @param x The result of [select_rank()].
#' @param main Title, or `NULL` for none. By default it has the verdict and its reason.
#' @param ... Options of [graphics::plot.default()], such as `ylim`.
#' @return `x`, invisibly.
#' @examples
#' set.seed(1)
#' x <- matrix(rgamma(120, 0.5), 30) %*% matrix(rgamma(160, 0.5), 4)
#' plot(select_rank(pmax(x + rnorm(length(x), sd = 0.3), 0)))
#' @export
plot.rank_choice <- function(x, main = rank_title(x), ...) {
  drawn <- without_far_one(rank_points(x))
  points <- drawn$points
  shown <- c(points$rank, if (!is.na(x$spectral)) x$spectral)
  # The axis is a third longer than the errors need, for the legend.
  heights <- range(points$low, points$high)
  options <- list(x = points$rank, y = points$above, type = "n", xlab = drawn$label, main = main,
                  ylab = "error above the best, %", xaxt = "n", yaxt = "n", cex.main = 1,
                  xlim = range(shown) + c(-0.5, 0.5), ylim = heights + c(0, diff(heights) / 3))
  do.call(graphics::plot.default, utils::modifyList(options, list(...)))
  ticks <- graphics::axTicks(2L)
  graphics::axis(2L, ticks, 100 * ticks, las = 1L)
  graphics::axis(1L, whole_numbers(range(shown)))
  if (!is.na(x$spectral)) graphics::abline(v = x$spectral, lty = 2L, col = "grey40")
  # The legend may hide the line of the spectrum behind it, but no error. It has room to spare, as a
  # device that draws a recorded picture again can have wider letters.
  named <- c(TRUE, TRUE, !is.na(x$spectral))
  labels <- c("choice", "others, with 2 standard errors", "spectral count")[named]
  graphics::legend("topright", bg = "white", box.lty = 0, inset = 0.01, cex = 0.85,
                   pch = c(21L, 21L, NA)[named], lty = c(0L, 0L, 2L)[named],
                   pt.bg = c("#0072B2", "white", NA)[named],
                   col = c("black", "black", "grey40")[named],
                   legend = labels, text.width = 1.2 * max(graphics::strwidth(labels, cex = 0.85)))
  graphics::lines(points$rank, points$above, col = "grey60")
  graphics::segments(points$rank, points$low, points$rank, points$high, col = "grey40")
  graphics::points(points$rank, points$above, pch = 21L, cex = 1.2,
                   bg = ifelse(points$rank == x$rank, "#0072B2", "white"))
  invisible(x)
}

# list(points, label): the points, without that of one component if it is far above all others, and
# the label of the axis, which then says so.
without_far_one <- function(points) {
  one <- points$rank == 1L
  others <- points$high[!one]
  if (!any(one) || length(others) < 2L || points$above[one] <= 3 * max(others)) {
    return(list(points = points, label = "rank"))
  }
  list(points = points[!one, ], label = paste0("rank (1, not shown, is ",
                                               percent(points$above[one]), " above the best)"))
}

# The points to draw: the error of each rank relative to the best, with two standard errors of the
# paired difference to either side.
rank_points <- function(x) {
  table <- x$ranks[!is.na(x$ranks$error), ]
  best <- min(table$error)
  unit <- if (best > 0) best else 1
  above <- (table$error - best) / unit
  half <- 2 * table$spread / unit
  data.frame(rank = table$rank, above = above, low = above - half, high = above + half)
}

rank_headline <- function(x) {
  paste0(x$rank, if (x$rank == 1L) " component: " else " components: ", x$verdict)
}

rank_title <- function(x) {
  paste(c(rank_headline(x), strwrap(x$reason, 60L)), collapse = "\n")
}
