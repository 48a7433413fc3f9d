# Samples as stacked bars of their proportions, by group: a structure plot.

# The number of components that have a colour of their own. Smaller ones are drawn as one.
most_bars <- 12L

plot_clusters <- function(fit, main, groups = NULL, order = c("class", "data"), colours = NULL,
                          legend = TRUE) {
  order <- check_choice(order, "order", c("class", "data"))
  groups <- check_groups(groups, fit)
  parts <- stats::coef(fit, type = "proportion")
  at <- if (order == "class") sample_order(parts, groups, colSums(fit$h)) else seq_len(ncol(parts))
  parts <- gather_small(parts[, at, drop = FALSE])
  if (is.null(colours)) colours <- bar_colours(nrow(parts), rownames(parts))
  check_colours(c(colours, "white"))
  if (length(colours) < nrow(parts)) {
    stop_input("colours", paste(nrow(parts), "colours, one for each component drawn"),
               describe(colours))
  }
  marks <- if (!is.null(groups)) colours_beside(nlevels(groups), colours[seq_len(nrow(parts))])
  draw_structure(parts, colours, groups[at], marks, main, check_flag(legend, "legend"),
                 order == "class")
}

# The largest components as they are and, last, the sum of the others.
gather_small <- function(parts) {
  if (nrow(parts) <= most_bars) return(parts)
  share <- rowSums(parts, na.rm = TRUE)
  large <- sort(order(-share)[seq_len(most_bars - 1L)])
  others <- colSums(parts[-large, , drop = FALSE])
  parts <- rbind(parts[large, , drop = FALSE], others)
  rownames(parts)[[most_bars]] <- paste(length(share) - most_bars + 1L, "others")
  parts
}

bar_colours <- function(count, names) {
  colours <- colours_of(count, "x", "components")
  if (grepl("^[0-9]+ others$", names[[count]])) colours[[count]] <- "grey70"
  colours
}

draw_structure <- function(parts, colours, groups, marks, main, legend, ordered) {
  n <- ncol(parts)
  top <- (if (is.null(main)) 0.8 else 2.3) + if (length(marks)) 2 else 0
  old <- graphics::par(mar = graphics::par("mar"))
  on.exit(graphics::par(old))
  graphics::plot.new()
  names <- rownames(parts)
  key <- if (legend) key_lines(names) else 0
  key_of_groups <- if (length(marks)) key_lines(levels(groups)) else 0
  fitted <- fit_margins(NULL, colnames(parts), c(1, n), top, 0.6 + key + key_of_groups)
  fitted$mar[[2L]] <- 4.6
  open_region(fitted$mar, c(0.5, n + 0.5), c(0, 1))
  draw_stacks(parts, colours)
  graphics::box()
  draw_axis(1, fitted$columns, n, !ordered)
  at <- c(0, 0.25, 0.5, 0.75, 1)
  graphics::axis(2, at, paste(100 * at, "%"), las = 1)
  graphics::title(main = main, line = top - 1.6)
  blank <- sum(!has_numbers(parts, "columns"))
  axis_title(1, structure_name(n, blank, ordered), fitted$line[[1L]])
  axis_title(2, "proportion of the fitted total", 3.5)
  if (length(marks)) draw_groups(groups, marks, key_of_groups, 0.2 + key)
  if (legend) draw_key_line(names, colours, key, 0.2)
}

structure_name <- function(count, blank, ordered) {
  notes <- c(if (ordered && count > 1) paste0(count, ", by their largest component"),
             if (count > most_cells) paste("a bar is the mean of up to",
                                           ceiling(count / most_cells)),
             if (blank > 0) paste("no proportions of", blank))
  if (length(notes)) paste0("sample (", paste(notes, collapse = "; "), ")") else "sample"
}

# The first component at the bottom. Samples without proportions stay blank.
draw_stacks <- function(parts, colours) {
  n <- ncol(parts)
  drawn <- t(mean_of_neighbours(t(parts)))
  left <- seq(0.5, n + 0.5, length.out = ncol(drawn) + 1L)
  top <- apply(drawn, 2L, cumsum)
  dim(top) <- dim(drawn)
  for (k in seq_len(nrow(drawn))) {
    known <- which(is.finite(drawn[k, ]) & drawn[k, ] > 0)
    if (!length(known)) next
    # Narrow bars have an edge of their own colour: without one the background shows between them.
    graphics::rect(left[known], (top[k, ] - drawn[k, ])[known], left[known + 1L], top[k, known],
                   col = colours[[k]], border = if (n <= 60) "white" else colours[[k]],
                   lwd = if (n <= 60) 0.3 else 1)
  }
}
