# Pictures of a fit for ggplot2, which is not needed, loaded or imported.

#' A fit as a ggplot
#'
#' The method of ggplot2's `autoplot()` for fits. It returns a plot to which scales, themes and
#' labels can be added. It is registered when ggplot2 is loaded. [plot.nmf_fit()] draws more kinds
#' of pictures and needs no other package.
#'
#' `"trace"` draws how far the objective F of each iteration is above the lowest, (F - min F) / min
#' F, on a logarithmic axis that shows the last iterations as well as the first. The lowest value is
#' in the caption. F itself is drawn if it may rise, as over the epochs of [meta_nmf()], or if there
#' is no excess to draw.
#'
#' `"coef"` draws the rows of H over the samples. These are sorted by group if there are `groups`,
#' then by their largest component, and then by its proportion. `"basis"` draws the columns of W
#' over the features, in the order of the data. Colours are relative to the largest entry of each
#' component, because components differ in scale and a weak one would not be seen. Samples and
#' features of which nothing was observed are left blank. Names are drawn if there are at most 50,
#' cut to 20 characters.
#'
#' @param object A fit, of class `nmf_fit`.
#' @param type `"trace"` (default), `"coef"` or `"basis"`.
#' @param groups For `type = "coef"`: `NULL` (default), or a factor or vector with a label for each
#'   sample, matched by name if both have names. Each group has a panel.
#' @param ... Must be empty. All later arguments are matched by their whole names.
#' @return A plot of class `ggplot`, whose `data` are the numbers drawn.
#' @section Errors: Class `metanmf_error` for an unknown `type` or argument, for `groups` that do
#'   not go with the samples or with the type, and for a basis without samples, which [as_nmf()]
#'   makes, unless the `type` is `"basis"`.
#' @seealso [tidy.nmf_fit()] for the data of plots of your own.
#' @examples
#' set.seed(1)
#' fit <- nmf(t(as.matrix(iris[, 1:4])), 2)
#' if (requireNamespace("ggplot2", quietly = TRUE)) {
#'   print(ggplot2::autoplot(fit))
#'   ggplot2::autoplot(fit, "coef", groups = iris$Species)
#' }
#' @exportS3Method ggplot2::autoplot
autoplot.nmf_fit <- function(object, type = c("trace", "coef", "basis"), ..., groups = NULL) {
  check_dots(list(...), "autoplot.nmf_fit", c("type", "groups"))
  here <- c("trace", "coef", "basis")
  if (is.character(type) && length(type) == 1L && type %in% setdiff(plot_types, here)) {
    stop_input("type", paste0("one of ", paste0("\"", here, "\"", collapse = ", ")), describe(type),
               paste0("plot() draws it, without ggplot2: use ",
                      sub("^autoplot", "plot", call_with("type", type, type)), "."))
  }
  type <- check_choice(type, "type", here)
  if (!is.null(groups) && type != "coef") {
    stop_input("groups", "left out unless type = \"coef\"", describe(groups))
  }
  if (type != "basis") need_samples(object, "object", paste0("type = \"", type, "\""))
  switch(type, trace = ggplot_trace(object), basis = ggplot_factor(object$w, "feature"),
         coef = ggplot_coef(object, groups))
}

# Columns of the data by name, so that no name stands alone in the code.
aes_of <- function(...) do.call(ggplot2::aes, lapply(list(...), as.name))

ggplot_trace <- function(fit) {
  check_trace(fit$trace, "object")
  meta <- inherits(fit, "meta_nmf_fit")
  step <- if (meta) "epoch" else "iteration"
  trace <- data.frame(step = seq_along(fit$trace), objective = fit$trace)
  names(trace)[[1L]] <- step
  relative <- trace_value(NULL, fit$trace, meta) == "excess"
  if (relative) {
    trace$excess <- trace_excess(fit$trace)
    trace <- trace[!is.na(trace$excess), ]
  }
  plot <- ggplot2::ggplot(trace,
                          aes_of(x = step, y = if (relative) "excess" else "objective")) +
    (if (nrow(trace) > 1L) ggplot2::geom_line() else ggplot2::geom_point()) +
    ggplot2::scale_x_continuous(breaks = whole_numbers) + ggplot2::theme_bw()
  if (!relative) return(plot)
  lowest <- format(min(fit$trace, na.rm = TRUE), digits = 6)
  plot + ggplot2::scale_y_log10() +
    ggplot2::labs(y = "excess over the lowest objective",
                  caption = paste("lowest objective", lowest))
}

whole_numbers <- function(limits) unique(floor(pretty(limits)))

ggplot_coef <- function(fit, groups) {
  groups <- check_groups(groups, fit)
  h <- fit$h
  if (is.null(colnames(h))) colnames(h) <- seq_len(ncol(h))
  at <- sample_order(component_proportions(fit$w, h), groups)
  plot <- ggplot_factor(t(h[, at, drop = FALSE]), "sample", groups[at])
  if (is.null(groups)) return(plot)
  plot + ggplot2::facet_grid(~group, scales = "free_x", space = "free_x")
}

# A heat map with the components, the columns of `values`, one below the other.
ggplot_factor <- function(values, what, groups = NULL) {
  frame <- as.data.frame(long_columns(values, what))
  largest <- apply(values, 2L, function(column) max(column, 0, na.rm = TRUE))
  frame$relative <- frame$weight / ifelse(largest > 0, largest, 1)[as.integer(frame$component)]
  frame$place <- rep(seq_len(nrow(values)), ncol(values))
  if (!is.null(groups)) frame$group <- rep(groups, ncol(values))
  frame$component <- factor(frame$component, rev(levels(frame$component)))
  few <- nrow(values) <= 50L
  breaks <- if (few) seq_len(nrow(values))
  ggplot2::ggplot(frame, aes_of(x = "place", y = "component", fill = "relative")) +
    ggplot2::geom_raster() +
    ggplot2::scale_x_continuous(breaks = breaks, expand = c(0, 0),
                                labels = if (few) shorten(frame[[what]][breaks], 20L)) +
    ggplot2::scale_y_discrete(expand = c(0, 0)) +
    ggplot2::scale_fill_gradient(low = "white", high = "black", limits = c(0, 1),
                                 na.value = "transparent") +
    ggplot2::labs(x = if (few) NULL else paste0(what, "s (", nrow(values), ")"), y = NULL,
                  fill = "relative to\nthe largest") +
    ggplot2::theme_bw() +
    ggplot2::theme(panel.grid = ggplot2::element_blank(),
                   axis.text.x = ggplot2::element_text(angle = 90, hjust = 1, vjust = 0.5))
}
