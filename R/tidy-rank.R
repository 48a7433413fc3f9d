# A choice of the rank as data frames and as a ggplot.

#' Tidy the choice of a rank
#'
#' Methods of [select_rank()]'s result for the verbs `tidy()` and `glance()` of the package generics
#' and `autoplot()` of ggplot2. They are registered when these packages are loaded; neither is
#' needed.
#'
#' @param x,object The result of [select_rank()].
#' @param ... Must be empty.
#' @return `tidy()`: its table `ranks`, one row for each rank visited, with `chosen` beside.
#'   `glance()`, one row: `rank`, `verdict`, `reason`, `spectral`, `lowest` and `highest` of the
#'   ranks near it, `gain` over one component, `masks`, `visited` (number of ranks), `outliers`
#'   (number of entries set aside) and `stopped`. Both are tibbles where the package tibble is
#'   installed. `autoplot()`: a plot of class `ggplot` with what [plot.rank_choice()] draws.
#' @section Errors: Class `metanmf_error` for an unknown argument.
#' @seealso [select_rank()]
#' @examples
#' set.seed(1)
#' x <- matrix(rgamma(60, 0.5), 20) %*% matrix(rgamma(90, 0.5), 3)
#' choice <- select_rank(pmax(x + rnorm(600, sd = 0.2), 0), ranks = 1:5, masks = 4)
#' if (requireNamespace("generics", quietly = TRUE)) {
#'   print(generics::tidy(choice))
#'   print(generics::glance(choice))
#' }
#' if (requireNamespace("ggplot2", quietly = TRUE)) {
#'   ggplot2::autoplot(choice)
#' }
#' @name tidy.rank_choice
#' @aliases glance.rank_choice autoplot.rank_choice
NULL

#' @rdname tidy.rank_choice
#' @exportS3Method generics::tidy
tidy.rank_choice <- function(x, ...) {
  check_dots(list(...), "tidy.rank_choice", character())
  as_tidy_frame(data.frame(x$ranks, chosen = x$ranks$rank == x$rank))
}

#' @rdname tidy.rank_choice
#' @exportS3Method generics::glance
glance.rank_choice <- function(x, ...) {
  check_dots(list(...), "glance.rank_choice", character())
  as_tidy_frame(data.frame(
    rank = x$rank, verdict = x$verdict, reason = x$reason, spectral = x$spectral,
    lowest = min(x$near), highest = max(x$near), gain = x$ranks$gain[match(x$rank, x$ranks$rank)],
    masks = x$masks, visited = nrow(x$ranks), outliers = NROW(x$outliers), stopped = x$stopped
  ))
}

#' @rdname tidy.rank_choice
#' @exportS3Method ggplot2::autoplot
autoplot.rank_choice <- function(object, ...) {
  check_dots(list(...), "autoplot.rank_choice", character())
  drawn <- without_far_one(rank_points(object))
  points <- drawn$points
  points$chosen <- ifelse(points$rank == object$rank, "choice", "others, with 2 standard errors")
  count <- if (!is.na(object$spectral)) {
    ggplot2::geom_vline(xintercept = object$spectral, linetype = 2L, colour = "grey40")
  }
  ggplot2::ggplot(points, aes_of(x = "rank", y = "above")) + count +
    ggplot2::geom_line(colour = "grey60") +
    ggplot2::geom_linerange(aes_of(ymin = "low", ymax = "high"), colour = "grey40") +
    ggplot2::geom_point(aes_of(fill = "chosen"), shape = 21L, size = 2.5) +
    ggplot2::scale_fill_manual(values = c("#0072B2", "white"), name = NULL) +
    ggplot2::scale_x_continuous(breaks = whole_numbers) +
    ggplot2::scale_y_continuous(labels = function(share) paste0(round(100 * share, 6), " %")) +
    ggplot2::labs(x = drawn$label, y = "error above the best",
                  title = rank_headline(object),
                  subtitle = paste(strwrap(object$reason, 70L), collapse = "\n"),
                  caption = if (!is.null(count)) "dashed: the spectral count") +
    ggplot2::theme_bw() + ggplot2::theme(legend.position = "bottom")
}
