# The figures of an experiment: scores against ranks or noise, means over seeds.

#' Draw the results of an experiment
#'
#' `type = "rank"` draws the score against the rank, with a panel for each model and a line for each
#' variant (figures 4.2 to 4.11 of the thesis). Each data set and noise level has its own row of
#' panels. `"models"` draws one variant of all models in one panel, with a panel for each data set
#' and noise level (figures 4.12 and 4.13). `"noise"` draws the score against the noise level, with
#' a panel for each model; the line of a method that resists noise falls less.
#'
#' A line is the mean over seeds. Its band is one standard deviation of the scores, not of their
#' mean, to either side; with one seed there is none. Variants share seeds, so bands that overlap do
#' not mean that there is no difference: [compare_variants()] compares them seed by seed. All panels
#' have the same scales. Ranks are one step apart, whatever their distance, so that small ones can
#' be read.
#'
#' To draw some rows only, take them from `x` as from any data frame, see the examples. A figure
#' takes a whole page. It is 7 inches wide and about 3 high, and 2 more for each further row of
#' panels.
#'
#' @param x Results of an experiment, of class `metanmf_experiment`: a data frame with a fit
#'   in each row and at least the columns `dataset`, `noise`, `model`, `variant`, `rank`,
#'   `seed` and the score. Rows whose score is `NA`, as of fits that ended in an error,
#'   are left out, and the figure says how many.
#' @param type `"rank"` (default), `"models"` or `"noise"`. For `"noise"` scores are first
#'   averaged over the ranks of a seed, so that a seed counts once; a seed that lacks the
#'   score of a rank is left out there.
#' @param score The column to draw: `"nmi"` (default), another of the NMI and adjusted
#'   Rand scores, `"error"`, `"objective"`, `"iterations"` or `"seconds"`.
#' @param variants Names of the variants to draw. `NULL`, the default, draws the baseline, meta and
#'   the controls `"plain_matched"` and `"plain_long"` if `x` has them, and for `type = "models"`
#'   meta alone. `"hals"` and `"kmeans"` have no model. If named, they are drawn in every panel.
#' @param main Title, or `NULL` for none. By default it names data and noise.
#' @param ylim Lowest and highest score of the axis. `NULL`, the default, fits the axis to the
#'   scores. Give it to compare several figures by eye.
#' @param ... Must be empty. An unknown option is an error that suggests the nearest one.
#' @return `x`, invisibly. Graphical parameters are restored.
#' @section Errors: Class `metanmf_error` for an unknown `type`, a `score` or `variants` that
#'   `x` does not have, rows of two protocols, and when nothing is left to draw.
#' @seealso [plot_basis()] for the images of figures 4.14 to 4.21.
#' @examples
#' # Made-up scores, to show the figure without an experiment
#' results <- expand.grid(dataset = "digits", noise = c(0, 0.4), model = c("NMF", "GNMF"),
#'                        variant = c("baseline", "meta"), rank = c(2, 5, 10), seed = 1:3,
#'                        stringsAsFactors = FALSE)
#' results$nmi <- 0.2 * log(results$rank) - 0.3 * results$noise +
#'   0.05 * (results$variant == "meta") + 0.02 * sin(seq_len(nrow(results)))
#' class(results) <- c("metanmf_experiment", "data.frame")
#' plot(results[results$noise == 0, ])
#' plot(results, "models")
#' plot(results, "noise")
#' @export
plot.metanmf_experiment <- function(x, type = c("rank", "models", "noise"), score = "nmi",
                                    variants = NULL, main = experiment_title(x, type, variants),
                                    ylim = NULL, ...) {
  check_dots(list(...), "plot.metanmf_experiment", names(formals(plot.metanmf_experiment))[-1L])
  type <- check_choice(type, "type", c("rank", "models", "noise"))
  rows <- check_results(x, score)
  variants <- check_variants(variants, rows, type)
  force(main)
  rows <- rows[rows$variant %in% variants, ]
  along <- if (type == "noise") "noise" else "rank"
  by <- if (type == "models") "model" else "variant"
  looks <- if (by == "model") looks_of_models(unique(rows$model))
           else variant_looks[variant_looks$name %in% variants, ]
  panels <- experiment_panels(rows, type)
  lines <- lapply(panels$rows, score_lines, score, by, along)
  if (!sum(vapply(lines, nrow, 1L))) {
    stop_input("x", "results with a score", paste0("rows whose `", score, "` is NA"))
  }
  if (is.null(ylim)) {
    every <- do.call(rbind, lines)
    ylim <- range(every$mean, every$mean - every$sd, every$mean + every$sd, na.rm = TRUE)
  } else {
    ylim <- check_limits(ylim, "ylim")
  }
  draw_experiment(panels, lines, looks, along, ylim, score_label(score, rows), main,
                  experiment_note(rows, lines, score, type))
  invisible(x)
}

# The rows as a plain data frame, so that nothing of the class is in the way.
check_results <- function(x, score) {
  rows <- structure(x, class = "data.frame")
  needed <- c("dataset", "noise", "model", "variant", "rank", "seed")
  absent <- setdiff(needed, names(rows))
  if (length(absent)) {
    stop_input("x", paste("results with columns", toString(needed)),
               paste0("results without `", absent[[1L]], "`"))
  }
  if (!nrow(rows)) stop_input("x", "results with at least one row", "no rows")
  rows$variant <- with_new_variants(rows$variant)
  if (length(unique(rows$protocol)) > 1L) {
    stop_input("x", "results of one protocol", paste(unique(rows$protocol), collapse = " and "),
               "Take the rows of one: x[x$protocol == \"thesis\", ].")
  }
  check_choice(score, "score", intersect(names(score_labels), names(rows)))
  rows
}

# The names to draw, in the order of the key.
check_variants <- function(variants, rows, type) {
  present <- intersect(variant_looks$name, rows$variant)
  fits <- setdiff(present, names(own_models))
  if (!length(fits)) stop_input("x", "results of at least one model", "rows of controls alone")
  if (is.null(variants)) variants <- if (type == "models") "meta" else fits
  if (type == "models") return(check_choice(variants, "variants", fits))
  if (!is.character(variants) || !any(variants %in% fits)) check_choice(variants, "variants", fits)
  for (name in variants) check_choice(name, "variants", present)
  intersect(present, variants)
}

# `places` are the values of the axis: ranks stand one step apart, noise levels to scale.
draw_experiment <- function(panels, lines, looks, along, ylim, ylab, main, note) {
  columns <- panels$columns
  count <- length(lines)
  strip <- any(panels$strip != "")
  old <- open_page(ceiling(count / columns), columns,
                   margins = c(3 + 1.2 * key_rows(nrow(looks)), 3.4,
                               if (is.null(main)) 1.3 else 2.8, if (strip) 1.6 else 0.3),
                   gaps = c(0.5, 0.3, 1.5, 0.3))
  on.exit(graphics::par(old))
  places <- sort(unique(do.call(rbind, lines)$at))
  ticks <- if (along == "rank") seq_along(places) else places
  for (k in seq_len(count)) {
    graphics::plot.new()
    # One place alone stands in the middle.
    graphics::plot.window(if (length(ticks) > 1L) range(ticks) else ticks + c(-0.5, 0.5), ylim)
    if (!nrow(panels$rows[[k]])) next
    draw_frame(ticks, format_each(places), panels$title, k, left = (k - 1L) %% columns == 0L,
               below = k + columns > count)
    drawn <- lines[[k]]
    drawn$at <- ticks[match(drawn$at, places)]
    # At one place alone the lines are points: side by side they can be told apart.
    if (length(ticks) == 1L) {
      place <- match(drawn$line, looks$name) - (nrow(looks) + 1) / 2
      drawn$at <- drawn$at + place * min(0.5 / nrow(looks), 0.12 / graphics::par("pin")[[1L]])
    }
    draw_lines(drawn, looks)
    if (strip && k %% columns == 0L) {
      beside <- panels$strip[[k %/% columns]]
      graphics::mtext(beside, 4, 0.4, las = 0,
                      cex = fitting_size(beside, 0.92 * graphics::par("fin")[[2L]]))
    }
  }
  page_title(main, note)
  page_text(if (along == "rank") "rank" else "noise (standard deviation)", 1, 1.4)
  page_text(ylab, 2, 2.1, las = 0)
  draw_key(looks)
}

draw_frame <- function(ticks, labels, titles, k, left, below) {
  at <- graphics::axTicks(2)
  graphics::abline(h = at, col = "grey92")
  graphics::box(col = "grey60")
  shown <- if (below) labels_apart(ticks, labels) else FALSE
  graphics::axis(1, ticks, labels = shown, gap.axis = -1, col = "grey60")
  graphics::axis(2, at, labels = left, col = "grey60")
  panel_title(titles[[k]], titles)
}

# Bands first, then lines, the first of the key on top.
draw_lines <- function(lines, looks) {
  each <- lapply(looks$name, function(name) lines[lines$line == name, ])
  for (i in seq_along(each)) {
    shade <- grDevices::adjustcolor(looks$colour[[i]], 0.16)
    if (anyNA(each[[i]]$at)) draw_band_across(each[[i]], shade) else draw_band(each[[i]], shade)
  }
  for (i in rev(seq_along(each))) {
    line <- each[[i]]
    look <- looks[i, ]
    if (anyNA(line$at)) graphics::abline(h = line$mean, col = look$colour, lwd = 1.5)
    graphics::lines(line$at, line$mean, col = look$colour, lty = look$line, lwd = 1.5)
    graphics::points(line$at, line$mean, col = look$colour, bg = fill_colours(look),
                     pch = look$symbol, cex = 0.8)
  }
}

# k-means has no rank: its line and its band cross the panel.
draw_band_across <- function(line, shade) {
  if (is.na(line$sd)) return(invisible())
  x <- graphics::par("usr")[1:2]
  graphics::rect(x[[1L]], line$mean - line$sd, x[[2L]], line$mean + line$sd, col = shade,
                 border = NA)
}

# A polygon over neighbouring places that have a spread; a bar where one stands alone.
draw_band <- function(line, shade) {
  runs <- rle(!is.na(line$sd))
  ends <- cumsum(runs$lengths)
  for (run in which(runs$values)) {
    part <- line[(ends[[run]] - runs$lengths[[run]] + 1L):ends[[run]], ]
    low <- part$mean - part$sd
    high <- part$mean + part$sd
    if (nrow(part) > 1L) {
      graphics::polygon(c(part$at, rev(part$at)), c(low, rev(high)), col = shade, border = NA)
    } else {
      graphics::segments(part$at, low, part$at, high, col = shade, lwd = 6, lend = "butt")
    }
  }
}
