# The choice of a penalty's weight as a picture for ggplot2.

#' @rdname plot.lambda_choice
#' @param object The result of [select_lambda()].
#' @exportS3Method ggplot2::autoplot
autoplot.lambda_choice <- function(object, ...) {
  check_dots(list(...), "autoplot.lambda_choice", "object")
  table <- object$lambdas[!is.na(object$lambdas$error), ]
  places <- lambda_places(table$lambda)
  best <- min(table$error)
  unit <- if (best > 0) best else 1
  panel <- function(value, half, name) {
    data.frame(lambda = table$lambda, place = places$at, value = value, lower = value - half,
               upper = value + half, chosen = table$lambda == object$lambda, panel = name)
  }
  frame <- panel((table$error - best) / unit, table$spread / unit,
                 "error above the least")
  if (!is.null(table$stability)) frame <- rbind(frame, panel(table$stability, 0, "stability"))
  if (!is.null(table$nmi)) frame <- rbind(frame, panel(table$nmi, 0, "NMI with the labels"))
  frame$panel <- factor(frame$panel, unique(frame$panel))
  ggplot2::ggplot(frame, aes_of(x = "place", y = "value")) +
    ggplot2::geom_line(colour = "grey60") +
    ggplot2::geom_linerange(aes_of(ymin = "lower", ymax = "upper"), colour = "grey40") +
    ggplot2::geom_point(aes_of(fill = "chosen"), shape = 21, size = 2.5, show.legend = FALSE) +
    ggplot2::scale_fill_manual(values = c("FALSE" = "white", "TRUE" = okabe_ito[["blue"]])) +
    ggplot2::scale_x_continuous(breaks = places$ticks, labels = places$labels) +
    ggplot2::facet_wrap("panel", ncol = 1L, scales = "free_y") +
    ggplot2::labs(x = "lambda", y = NULL, title = lambda_title(object)) + ggplot2::theme_bw()
}
