# The picture of a consensus.

#' Draw a consensus of runs
#'
#' Draws the consensus as a heat map, with the samples in the order of the tree. Dark blocks on the
#' diagonal are samples that the runs keep together. Grey between blocks means that runs differ.
#'
#' @param x The result of [consensus()].
#' @param groups `NULL` (default), or a factor or vector with a label for each sample, drawn as a
#'   bar above the picture.
#' @param main Title, or `NULL` for none. By default it has the cophenetic correlation.
#' @param colours Colours from 0 to 1.
#' @param legend `FALSE` leaves the legend out.
#' @param ... Must be empty.
#' @return `x`, invisibly. If the tree has more than 1000 samples, 1000 of them are drawn, evenly
#'   spaced in its order.
#' @section Errors: Class `metanmf_error` for groups of another length.
#' @examples
#' set.seed(1)
#' x <- scale_minmax(digits$x[, 1:200])
#' fit <- nmf(x, 6, n_start = 8, keep = "all", tol = 1e-3)
#' plot(consensus(fit), groups = digits$labels[1:200])
#' @export
plot.nmf_consensus <- function(x, groups = NULL, main = consensus_title(x), ..., colours = NULL,
                               legend = TRUE) {
  check_dots(list(...), "plot.nmf_consensus", c("groups", "main", "colours", "legend"))
  groups <- check_groups(groups, list(h = x$classes))
  at <- x$order
  if (length(at) > 1000L) at <- at[unique(round(seq(1, length(at), length.out = 1000)))]
  titles <- list(rows = "sample", columns = "sample", by = "the tree of average linkage")
  plot_heat(x[at, at], titles, main, colours, legend, ordered = c(rows = TRUE, columns = TRUE),
            last = "together in all runs", groups = groups[at])
  invisible(x)
}

consensus_title <- function(x) {
  text <- paste("Consensus of", x$runs, "runs")
  if (is.na(x$cophenetic)) text
  else paste0(text, ", cophenetic correlation ", format(round(x$cophenetic, 3), nsmall = 3))
}
