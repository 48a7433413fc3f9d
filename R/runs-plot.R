# The picture of several runs.

#' @rdname runs
#' @export
plot.nmf_runs <- function(x, main = NULL, ...) {
  shown <- !is.null(x$cosine) && nrow(x$cosine) > 1L
  if (shown) {
    old <- graphics::par(mfrow = c(1L, 2L))
    on.exit(graphics::par(old))
  }
  plot_run_objectives(x, main, ...)
  if (shown) plot_run_cosines(x)
  invisible(x)
}

# Runs sorted by their objective: the medoid is marked.
plot_run_objectives <- function(x, main, ...) {
  done <- x$scores[!is.na(x$scores$objective), ]
  if (!nrow(done)) stop_input("x", "runs of which at least one did not fail", "none")
  done <- done[order(done$objective), ]
  relative <- !anyNA(done$above)
  height <- if (relative) 100 * done$above else done$objective
  options <- list(x = seq_len(nrow(done)), y = height, type = "n", xaxt = "n", main = main,
                  xlab = paste("runs, sorted;", nrow(x$scores) - nrow(done), "failed"), las = 1L,
                  ylab = if (relative) "objective above the lowest, %" else "objective")
  if (nrow(done) == nrow(x$scores)) options$xlab <- "runs, sorted"
  do.call(graphics::plot.default, utils::modifyList(options, list(...)))
  graphics::axis(1L, whole_ticks(nrow(done)))
  medoid <- done$run == x$medoid
  graphics::points(seq_along(height), height, pch = 21L,
                   bg = ifelse(medoid %in% TRUE, okabe_ito[["blue"]], "white"))
  if (any(medoid, na.rm = TRUE)) {
    graphics::legend("topleft", "medoid", pch = 21L, pt.bg = okabe_ito[["blue"]], bty = "n",
                     cex = 0.85)
  }
}

# A line for each component, the first at the top: a tick for each run and the mean as a bar.
plot_run_cosines <- function(x) {
  count <- ncol(x$cosine)
  place <- count + 1 - col(x$cosine)
  old <- graphics::par(mar = graphics::par("mar"))
  on.exit(graphics::par(old))
  names <- shorten(colnames(x$cosine), 12L)
  graphics::par(mar = replace(old$mar, 2L, 1.5 + max(1.5, 0.55 * max(nchar(names)))))
  graphics::plot.default(range(0.8, x$cosine, na.rm = TRUE), c(0.5, count + 0.5), type = "n",
                         yaxt = "n", ylab = "", xlab = "cosine to the medoid's component")
  shown <- unique(round(seq(1, count, length.out = min(count, 25))))
  graphics::axis(2L, count + 1 - shown, names[shown], las = 1L, tick = FALSE)
  graphics::points(x$cosine, place, pch = 124L, cex = 0.7, col = "grey50")
  mean <- x$components$stability
  graphics::segments(mean, seq(count, 1) - 0.35, mean, seq(count, 1) + 0.35, lwd = 3,
                     col = okabe_ito[["blue"]])
}
