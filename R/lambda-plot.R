# The picture of a choice of a weight.

#' Draw the choice of a penalty's weight
#'
#' Draws the error at hidden entries for each weight, relative to the least, with one standard error
#' of the paired difference. The point of the chosen weight is filled. If stability or labels were
#' asked for, a second panel shows them. The axis of the weights is logarithmic, with 0 at its left
#' end.
#'
#' @param x The result of [select_lambda()].
#' @param main Title, or `NULL` for none. By default it is the choice and its reason.
#' @param ... Options of [graphics::plot.default()] for the error, such as `ylim`.
#' @return `x`, invisibly.
#' @examples
#' set.seed(1)
#' bumps <- rbind(dnorm(1:40, 10, 6), dnorm(1:40, 28, 8))
#' x <- matrix(rgamma(30, 0.5), 15) %*% bumps
#' x <- pmax(x + rnorm(length(x), sd = sd(x) / 2), 0)
#' plot(select_lambda(x, 2, penalty_smooth(), masks = 4))
#' @export
plot.lambda_choice <- function(x, main = lambda_title(x), ...) {
  table <- x$lambdas[!is.na(x$lambdas$error), ]
  agreement <- intersect(c("stability", "nmi"), names(table))
  two <- length(agreement) > 0L
  old <- graphics::par(mfrow = c(if (two) 2L else 1L, 1L), las = 1L,
                       mar = c(if (two) 2.1 else 4.1, 5.1, 3.6, 1.1))
  on.exit(graphics::par(old))
  places <- lambda_places(table$lambda)
  best <- min(table$error)
  unit <- if (best > 0) best else 1
  share <- (table$error - best) / unit
  half <- table$spread / unit
  options <- list(x = places$at, y = share, type = "n", xlab = if (two) "" else "lambda",
                  main = main, cex.main = 1, ylab = "", axes = FALSE, frame.plot = TRUE,
                  ylim = range(share - half, share + half))
  do.call(graphics::plot.default, utils::modifyList(options, list(...)))
  ticks <- graphics::axTicks(2L)
  graphics::axis(2L, ticks, paste0(100 * ticks, " %"))
  graphics::mtext("error above the least", 2L, 3.9, las = 0L,
                  cex = graphics::par("cex"))
  lambda_axis(places)
  graphics::lines(places$at, share, col = "grey60")
  graphics::segments(places$at, share - half, y1 = share + half, col = "grey40")
  graphics::points(places$at, share, pch = 21L, cex = 1.2,
                   bg = ifelse(table$lambda == x$lambda, okabe_ito[["blue"]], "white"))
  if (two) draw_agreement(table, places, agreement)
  invisible(x)
}

# The second panel: how far clusters agree with the labels, and with those of other masks.
draw_agreement <- function(table, places, agreement) {
  graphics::par(mar = c(4.1, 5.1, 0.6, 1.1))
  marks <- c(stability = 24L, nmi = 22L)[agreement]
  colours <- okabe_ito[c(stability = "orange", nmi = "green")[agreement]]
  graphics::matplot(places$at, as.matrix(table[agreement]), type = "b", lty = 1L, pch = marks,
                    col = "grey60", bg = colours, axes = FALSE, frame.plot = TRUE,
                    xlab = "lambda", ylab = "agreement of clusters")
  graphics::axis(2L)
  lambda_axis(places)
  graphics::legend("bottomright", bty = "n", cex = 0.85, pch = marks, pt.bg = colours,
                   legend = c(stability = "with other masks (stability)",
                              nmi = "with the labels (NMI)")[agreement])
}

# Where weights stand on a logarithmic axis, with 0 a little to the left of all others:
# list(at, ticks, labels).
lambda_places <- function(lambda) {
  above <- lambda > 0
  at <- log10(lambda)
  whole <- seq(floor(min(at[above])), ceiling(max(at[above])))
  if (!all(above)) at[!above] <- min(at[above]) - 0.8
  whole <- whole[whole >= min(at[above]) - 0.01 & whole <= max(at) + 0.01]
  ticks <- if (length(whole) < 2L) at[above] else whole
  list(at = at, ticks = c(at[!above], ticks),
       labels = c(lambda[!above], lambda_labels(10^ticks)))
}

lambda_labels <- function(numbers) vapply(signif(numbers, 3L), format, "")

lambda_axis <- function(places) graphics::axis(1L, places$ticks, places$labels, las = 1L)

lambda_title <- function(x) {
  paste(strwrap(paste0("lambda ", format(x$lambda), ": ", x$reason), 50L), collapse = "\n")
}
