# Printing, data frames and the plot of bootstrap intervals.

#' @export
print.nmf_bootstrap <- function(x, ...) {
  known <- !is.na(x$lower)
  above <- sum(x$lower[known] > 0)
  samples <- ncol(x$coef)
  writeLines(c(
    paste0("Coefficients of ", samples, if (samples == 1L) " sample, " else " samples, ",
           nrow(x$coef), " component", if (nrow(x$coef) > 1L) "s", ", W as it is"),
    paste0("  ", format(100 * x$level), " % intervals of ", x$draws, " draws of ",
           if (x$by == "features") "features" else "Poisson counts"),
    paste0("  ", above, " of ", sum(known), " intervals lie above 0"),
    if (!all(known)) paste0("  ", sum(!known), " coefficients without an interval"),
    if (NROW(x$failed)) paste0("  failed: the draws of ", nrow(x$failed), " samples; see $failed"),
    if (isTRUE(x$stopped)) "  interrupted: only the samples finished until then have intervals"))
  invisible(x)
}

#' @export
as.data.frame.nmf_bootstrap <- function(x, row.names = NULL, optional = FALSE, ...) {
  check_dots(list(...), "as.data.frame.nmf_bootstrap", "row.names")
  if (is.null(rownames(x$coef))) rownames(x$coef) <- paste0("c", seq_len(nrow(x$coef)))
  frame <- as.data.frame(long_columns(t(x$coef), "sample"))
  names(frame)[[3L]] <- "coef"
  for (part in c("lower", "upper", "sd")) frame[[part]] <- as.vector(t(x[[part]]))
  if (!is.null(row.names)) row.names(frame) <- row.names
  frame
}

#' @exportS3Method generics::tidy
tidy.nmf_bootstrap <- function(x, ...) {
  check_dots(list(...), "tidy.nmf_bootstrap", character())
  frame <- as.data.frame(x)
  as_tidy_frame(stats::setNames(frame, c("term", "row", "estimate", "conf.low", "conf.high",
                                         "std.error")))
}

#' Draw intervals of coefficients
#'
#' Draws the coefficients of some samples as points, component by component, with their intervals
#' from [bootstrap_nmf()] as lines. Each sample has a colour and a shape of its own.
#'
#' @param x The result of [bootstrap_nmf()].
#' @param sample Numbers or names of the samples to draw, at most eight. The default is the first
#'   four.
#' @param main Title, or `NULL` for none.
#' @param ... Options of [graphics::plot.default()], such as `ylim`.
#' @return `x`, invisibly.
#' @section Errors: Class `metanmf_error` for samples that are not there, and for more than eight.
#' @examples
#' set.seed(1)
#' fit <- nmf(t(as.matrix(iris[, 1:4])), 2)
#' plot(bootstrap_nmf(fit, iris[, 1:4], samples = "rows"), sample = c(1, 51, 101))
#' @export
plot.nmf_bootstrap <- function(x, sample = NULL, main = paste0(format(100 * x$level),
                                                               " % intervals, W as it is"), ...) {
  at <- check_drawn_samples(sample, x$coef)
  count <- nrow(x$coef)
  value <- x$coef[, at, drop = FALSE]
  lower <- x$lower[, at, drop = FALSE]
  upper <- x$upper[, at, drop = FALSE]
  width <- 0.7 * (seq_along(at) - (length(at) + 1) / 2) / max(length(at), 2)
  place <- outer(seq_len(count), width, `+`)
  top <- max(0, value, upper, na.rm = TRUE)
  options <- list(x = c(0.5, count + 0.5), y = c(0, top), type = "n", xaxt = "n", main = main,
                  xlab = "component", ylab = "coefficient", las = 1,
                  ylim = c(0, top / (1 - key_share(length(at)))))
  do.call(graphics::plot.default, utils::modifyList(options, list(...)))
  names <- if (is.null(rownames(value))) seq_len(count) else shorten(rownames(value), 14L)
  graphics::axis(1L, seq_len(count), names, las = if (count > 12L) 2L else 1L)
  if (count > 1L) graphics::abline(v = seq_len(count - 1L) + 0.5, col = "grey90")
  colours <- rep(colours_of(length(at), "sample", "samples"), each = count)
  shapes <- rep(c(19, 17, 15, 18, 1, 2, 0, 5)[seq_along(at)], each = count)
  graphics::segments(place, lower, place, upper, col = colours, lwd = 2)
  graphics::points(place, value, col = colours, pch = shapes)
  if (length(at) > 1L) {
    labels <- if (is.null(colnames(value))) paste("sample", at) else shorten(colnames(value), 20L)
    graphics::legend("top", labels, ncol = min(length(at), 4L), col = unique(colours),
                     pch = unique(shapes), bty = "n", cex = 0.85)
  }
  invisible(x)
}

# The share of the panel's height that the legend needs above the intervals, four samples in a line.
key_share <- function(count) {
  if (count < 2L) return(0.04)
  inches <- (ceiling(count / 4) + 0.6) * graphics::par("csi")
  min(0.6, inches / graphics::par("pin")[[2L]])
}

check_drawn_samples <- function(sample, coef) {
  if (is.null(sample)) return(seq_len(min(4L, ncol(coef))))
  at <- if (is.character(sample)) match(sample, colnames(coef)) else sample
  there <- is.numeric(at) && length(at) > 0L && all(at %in% seq_len(ncol(coef)))
  if (!there || length(at) > 8L) {
    stop_input("sample", paste0("one to eight of the ", ncol(coef), " samples, by number or name"),
               describe(sample))
  }
  as.integer(at)
}
