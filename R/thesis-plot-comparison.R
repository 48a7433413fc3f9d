# The forest plot of paired differences between variants.

#' Draw paired differences between variants
#'
#' Draws a forest plot. Each point is the mean difference of two variants over the seeds that both
#' have, and its bar is the confidence interval in `x`. If a bar crosses the line at 0, either of
#' the two may score higher. Panels from left to right are the pairs compared, and from top to
#' bottom clean and noisy data; all have one scale.
#'
#' A symbol is filled if its adjusted p-value (column `p_holm`) is below 0.05, and open otherwise.
#' If `x` has no adjusted p-values at all, every symbol is filled. Differences without an interval,
#' as from one seed, have no bar.
#'
#' One data set can differ by far more than all others and would press them onto the line. Unless
#' `xlim` is given, the axis therefore ends where intervals reach more than three times as far from
#' 0 as three quarters of them do. A point beyond the axis is drawn as an arrow at its edge, with
#' the difference in numbers; a bar is cut there.
#'
#' A figure takes a whole page. It is 7 inches wide, and each row of panels needs 1 inch and another
#' 0.5 for each data set.
#'
#' @param x Comparisons, of class `variant_comparison`: a data frame with a comparison in each
#'   row and columns `dataset`, `noise` (0 for clean data), `model`, `of` and `to` (the
#'   difference is `of` minus `to`), `seeds`, `difference`, `lower`, `upper` and `p_holm`.
#' @param main Title, or `NULL` for none.
#' @param xlab Title of the axis.
#' @param xlim Lowest and highest difference of the axis. `NULL`, the default, follows the rule
#'   above.
#' @param ... Must be empty. An unknown option is an error that suggests the nearest one.
#' @return `x`, invisibly. Graphical parameters are restored.
#' @section Errors: Class `metanmf_error` if columns are missing, if there is no difference to draw,
#'   and for an unknown option.
#' @seealso [plot.metanmf_experiment()] for the scores themselves.
#' @examples
#' # Made-up differences, to show the figure without an experiment
#' comparison <- expand.grid(dataset = c("digits", "faces"), noise = c(0, 0.4),
#'                           model = c("NMF", "GNMF"), of = "meta",
#'                           to = c("baseline", "plain_matched"),
#'                           stringsAsFactors = FALSE)
#' comparison$seeds <- 5L
#' comparison$difference <- ifelse(comparison$to == "plain_matched", 0, 0.03) + 0.005 * sin(1:16)
#' comparison$lower <- comparison$difference - 0.01
#' comparison$upper <- comparison$difference + 0.01
#' comparison$p_holm <- ifelse(comparison$to == "plain_matched", 1, 0.01)
#' class(comparison) <- c("variant_comparison", "data.frame")
#' plot(comparison)
#' @export
plot.variant_comparison <- function(x, main = "Paired differences between variants",
                                    xlab = "difference", xlim = NULL, ...) {
  check_dots(list(...), "plot.variant_comparison", names(formals(plot.variant_comparison))[-1L])
  rows <- check_comparison(x)
  xlim <- if (is.null(xlim)) difference_limits(rows) else check_limits(xlim, "xlim")
  rows <- place_comparison(rows)
  rows$number <- signed_numbers(rows$difference, xlim)
  looks <- looks_of_models(order_models(rows$model))
  looks$line <- "solid"
  pairs <- unique(rows$pair)
  kinds <- sort(unique(rows$kind))
  names <- unlist(strsplit(rows$place_name, "\n"))
  old <- open_page(length(kinds), length(pairs),
                   margins = c(3.1 + 1.2 * key_rows(nrow(looks)), 0.8 + 0.42 * max(nchar(names)),
                               if (is.null(main)) 1.3 else 2.8, 0.5),
                   gaps = c(0.5, 0.3, 1.5, 0.3))
  on.exit(graphics::par(old))
  for (kind in kinds) {
    for (pair in pairs) {
      draw_forest(rows[rows$kind == kind & rows$pair == pair, ], rows[rows$kind == kind, ], looks,
                  xlim, pair, pairs, below = kind == max(kinds))
    }
  }
  page_title(main, paste0("Paired by seed, ", count_seeds(rows$seeds), ".",
                          if (!all(is.na(rows$lower))) " Bars: confidence intervals.",
                          if (!all(is.na(rows$p_holm))) " Filled: p < 0.05 (Holm); open: not."))
  page_text(xlab, 1, 1.4)
  draw_key(looks)
  invisible(x)
}

check_comparison <- function(x) {
  rows <- structure(x, class = "data.frame")
  needed <- c("dataset", "noise", "model", "of", "to", "seeds", "difference", "lower", "upper",
              "p_holm")
  absent <- setdiff(needed, names(rows))
  if (length(absent)) {
    stop_input("x", paste("comparisons with columns", toString(needed)),
               paste0("comparisons without `", absent[[1L]], "`"))
  }
  known <- !is.na(rows$difference)
  if (!any(known)) {
    stop_input("x", "comparisons with at least one difference",
               if (nrow(rows)) "differences that are all NA" else "no rows")
  }
  rows[known, ]
}

# The farthest end of each difference and its interval, on either side of 0.
difference_limits <- function(rows) {
  low <- pmin(rows$difference, rows$lower, na.rm = TRUE)
  high <- pmax(rows$difference, rows$upper, na.rm = TRUE)
  reach <- pmax(-low, high)
  shown <- reach <= 3 * stats::quantile(reach, 0.75, names = FALSE)
  limits <- range(0, low[shown], high[shown])
  if (limits[[1L]] < limits[[2L]]) limits else c(-1, 1)
}

# Adds to the rows their panel (`kind`, `pair`) and their place in it: data sets stand 1 apart
# from the top, their models around that in the order of the key.
place_comparison <- function(rows) {
  rows$kind <- noise_kind(rows$dataset, rows$noise)
  rows$pair <- paste(rows$of, "minus", rows$to)
  models <- order_models(rows$model)
  middle <- -match(rows$dataset, unique(rows$dataset))
  above <- (length(models) + 1) / 2 - match(rows$model, models)
  rows$place <- middle + 0.84 * above / length(models)
  rows$middle <- middle
  rows$place_name <- paste0(dataset_labels(rows$dataset), "\n", noise_labels(rows$noise))
  rows
}

# Differences as text: those beyond the axis with as many decimals as give each two digits.
signed_numbers <- function(differences, xlim) {
  beyond <- differences < xlim[[1L]] | differences > xlim[[2L]]
  text <- character(length(differences))
  text[beyond] <- paste0(ifelse(differences[beyond] < 0, "-", "+"),
                         format(abs(differences[beyond]), digits = 2L, scientific = FALSE,
                                trim = TRUE))
  text
}

# `beside` are the rows of all panels in this row of the page, which share their data sets.
draw_forest <- function(rows, beside, looks, xlim, pair, pairs, below) {
  graphics::plot.new()
  graphics::plot.window(xlim, range(beside$middle) + c(-0.5, 0.5), yaxs = "i")
  usr <- graphics::par("usr")
  middles <- sort(unique(beside$middle))
  shaded <- middles[middles %% 2 == 1]
  graphics::rect(usr[[1L]], shaded - 0.5, usr[[2L]], shaded + 0.5, col = "grey95", border = NA)
  at <- difference_ticks(usr[1:2])
  graphics::abline(v = at, col = "grey88")
  graphics::abline(v = 0, lwd = 1.5)
  graphics::box(col = "grey60")
  graphics::axis(1, at, if (below) within_panel(at, usr[1:2]) else FALSE, gap.axis = -1,
                 col = "grey60")
  if (pair == pairs[[1L]]) {
    labels <- beside$place_name[match(middles, beside$middle)]
    graphics::axis(2, middles, labels, tick = FALSE, line = -0.3)
  }
  panel_title(pair, pairs)
  if (nrow(rows)) draw_differences(rows, looks[match(rows$model, looks$name), ], usr)
}

# Ticks at one step whose labels all have room, 0 among them.
difference_ticks <- function(ends) {
  panel <- graphics::par("pin")[[1L]]
  for (count in 6:1) {
    at <- pretty(ends, count)
    at <- at[at >= ends[[1L]] & at <= ends[[2L]]]
    at <- zapsmall(at) # 0 is 0, not 1e-18
    if (sum(graphics::strwidth(format_each(at), "inches") + 0.12) < panel) return(at)
  }
  intersect(0, at)
}

# Labels of ticks. Those that would reach into the next panel are blank, 0 excepted.
within_panel <- function(at, ends) {
  labels <- format_each(at)
  half <- graphics::strwidth(labels) / 2
  outside <- at - half < ends[[1L]] | at + half > ends[[2L]]
  ifelse(outside & at != 0, "", labels)
}

# Bars and points; at the edge what lies beyond it.
draw_differences <- function(rows, looks, usr) {
  graphics::segments(rows$lower, rows$place, rows$upper, rows$place, col = looks$colour, lwd = 1.5)
  open <- !is.na(rows$p_holm) & rows$p_holm >= 0.05
  fill <- ifelse(open, "white", looks$colour)
  step <- graphics::strwidth("M")
  left <- rows$difference < usr[[1L]]
  right <- rows$difference > usr[[2L]]
  at <- ifelse(left, usr[[1L]] + 1.6 * step, ifelse(right, usr[[2L]] - 1.6 * step, rows$difference))
  beyond <- which(left | right)
  if (length(beyond)) {
    outwards <- ifelse(left, -step, step)[beyond]
    graphics::arrows(at[beyond], rows$place[beyond], at[beyond] + 1.4 * outwards, length = 0.05,
                     col = looks$colour[beyond], lwd = 1.5)
    draw_numbers(rows$number[beyond], at[beyond] - 0.9 * outwards, rows[beyond, ], -sign(outwards),
                 min(1, diff(sort(rows$place))))
  }
  graphics::points(at, rows$place, pch = looks$symbol, col = looks$colour, bg = fill, cex = 0.9)
}

# Numbers from `at` inwards, clear of each other and of the lines behind them. `room` is the
# distance of two rows.
draw_numbers <- function(numbers, at, rows, inwards, room) {
  size <- min(0.8, 0.7 * room / graphics::strheight("0"))
  end <- at + inwards * graphics::strwidth(numbers, cex = size)
  band <- ifelse(rows$middle %% 2 == 1, "grey95", "white")
  half <- 0.8 * graphics::strheight("0", cex = size)
  graphics::rect(at, rows$place - half, end, rows$place + half, col = band, border = NA)
  graphics::text((at + end) / 2, rows$place, numbers, cex = size)
}
