# Heat maps of W and H.

# W, features by components.
plot_basis_map <- function(fit, main, scale = c("none", "component"), order = c("data", "class"),
                           colours = NULL, legend = TRUE) {
  scale <- check_choice(scale, "scale", c("none", "component"))
  order <- check_choice(order, "order", c("data", "class"))
  w <- fit$w
  relative <- w / rep(largest_of(w, 2L), each = nrow(w))
  at <- if (order == "class") sample_order(t(relative), size = rowSums(relative))
        else seq_len(nrow(w))
  if (scale == "component") w <- relative
  plot_heat(w[at, , drop = FALSE], list(rows = "feature", columns = "component"), main,
            colours, legend, ordered = c(rows = order == "class", columns = FALSE),
            last = if (scale == "component") "largest of its component")
}

# H, components by samples.
plot_coef_map <- function(fit, main, groups = NULL, scale = c("component", "none"),
                          order = c("class", "data"), dendrogram = FALSE, colours = NULL,
                          legend = TRUE) {
  scale <- check_choice(scale, "scale", c("component", "none"))
  order <- check_choice(order, "order", c("class", "data"))
  groups <- check_groups(groups, fit)
  check_flag(dendrogram, "dendrogram")
  h <- fit$h
  if (scale == "component") h <- h / largest_of(h, 1L)
  tree <- if (dendrogram) sample_tree(h)
  at <- if (dendrogram) tree$order
        else if (order == "class")
          sample_order(stats::coef(fit, type = "proportion"), groups, colSums(h))
        else seq_len(ncol(h))
  plot_heat(h[, at, drop = FALSE], list(rows = "component", columns = "sample"), main, colours,
            legend, ordered = c(rows = FALSE, columns = dendrogram || order == "class"),
            last = if (scale == "component") "largest of its component",
            groups = groups[at], tree = tree)
}

# Largest entries of rows (1) or columns (2), 1 for those of zeros or of NA.
largest_of <- function(values, along) {
  largest <- suppressWarnings(apply(values, along, max, 0, na.rm = TRUE))
  ifelse(largest > 0, largest, 1)
}

# The tree of the observed samples by average linkage of the columns drawn; the others come last.
sample_tree <- function(h) {
  known <- which(has_numbers(h, "columns"))
  if (length(known) < 2L || length(known) > most_cells) {
    stop_input("dendrogram", paste("FALSE, unless there are 2 to", most_cells, "samples"),
               paste("TRUE, with", length(known)), "Order them by component: order = \"class\".")
  }
  tree <- stats::hclust(stats::dist(t(h[, known, drop = FALSE])), "average")
  list(order = c(known[tree$order], setdiff(seq_len(ncol(h)), known)), merge = tree$merge,
       height = tree$height, place = order(tree$order))
}

# `titles`: list(rows, columns, by), what they are and what sorted them; `ordered`: whether rows and
# columns were sorted, so that their numbers say nothing; `last`: text for the largest value.
plot_heat <- function(values, titles, main, colours, legend, ordered, last = NULL, groups = NULL,
                      tree = NULL) {
  limits <- colour_limits(values)
  colours <- colours_for(colours, limits)
  check_colours(colours)
  legend <- check_flag(legend, "legend")
  counts <- dim(values)
  blank <- counts - c(sum(rowSums(!is.na(values)) > 0), sum(colSums(!is.na(values)) > 0))
  marks <- if (!is.null(groups)) colours_of(nlevels(groups), "groups", "groups")
  top <- (if (is.null(main)) 0.8 else 2.3) + (if (length(marks)) 2 else 0) +
    if (is.null(tree)) 0 else 4
  old <- graphics::par(mar = graphics::par("mar"))
  on.exit(graphics::par(old))
  graphics::plot.new()
  key <- if (length(marks)) key_lines(levels(groups)) else 0
  fitted <- fit_margins(rownames(values), colnames(values), counts, top, 1.8 + key)
  open_region(fitted$mar, c(0.5, counts[[2L]] + 0.5), c(counts[[1L]] + 0.5, 0.5))
  draw_cells(values, limits, colours)
  draw_axis(1, fitted$columns, counts[[2L]], !ordered[["columns"]])
  draw_axis(2, fitted$rows, counts[[1L]], !ordered[["rows"]])
  graphics::title(main = main, line = top - 1.6)
  name <- function(side, at) {
    axis_name(titles[[side]], counts[[at]], blank[[at]], ordered[[side]], titles$by)
  }
  axis_title(1, name("columns", 2L), fitted$line[[1L]])
  axis_title(2, name("rows", 1L), fitted$line[[2L]])
  if (length(marks)) draw_groups(groups, marks, key, 1.6)
  if (!is.null(tree)) draw_tree(tree, if (length(marks)) 2 else 0.2, 3.6)
  if (legend) {
    draw_colour_bar(colours, scale_end(limits[[1L]]),
                    if (is.null(last)) scale_end(limits[[2L]]) else last)
  }
}

# Row 1 at the top, as a matrix is printed.
draw_cells <- function(values, limits, colours) {
  m <- nrow(values)
  n <- ncol(values)
  values <- mean_of_neighbours(t(mean_of_neighbours(t(values))))
  graphics::rasterImage(to_colours(values, limits, colours), 0.5, m + 0.5, n + 0.5, 0.5,
                        interpolate = FALSE)
  graphics::box()
}

# Rows or columns of a heat map that are drawn one by one.
most_cells <- 2000

# Rows in at most so many groups of neighbours, each by the mean of what is known.
mean_of_neighbours <- function(values) {
  if (nrow(values) <= most_cells) return(values)
  group <- ceiling(seq_len(nrow(values)) * (most_cells / nrow(values)))
  counts <- if (anyNA(values)) rowsum(1 * !is.na(values), group, reorder = FALSE)
            else tabulate(group)
  rowsum(values, group, reorder = FALSE, na.rm = TRUE) / counts
}

# What an axis counts, how many of it, and what became of some. `blank`: how many are NA.
axis_name <- function(name, count, blank, ordered = FALSE, by = NULL) {
  if (is.null(by)) by <- "their largest component"
  notes <- c(if (ordered && count > 1) paste0(count, ", by ", by),
             if (count > most_cells) paste("a cell is the mean of up to",
                                           ceiling(count / most_cells)),
             if (blank > 0) paste("nothing observed of", blank))
  if (length(notes)) paste0(name, " (", paste(notes, collapse = "; "), ")") else name
}

# Heights of so many lines above the upper edge of the picture, in its own units.
above <- function(lines) {
  usr <- graphics::par("usr")
  unit <- graphics::par("csi") * graphics::par("mex") / graphics::par("pin")[[2L]]
  usr[[4L]] + lines * unit * (usr[[4L]] - usr[[3L]])
}

# A bar above the picture with a block for each run of a group, its name over it where there is
# room, and a key of all groups, `line` lines above the foot of the page, where there is not.
draw_groups <- function(groups, marks, key, line) {
  old <- graphics::par(xpd = NA)
  on.exit(graphics::par(old))
  runs <- group_runs(groups)
  bar <- above(c(0.15, 0.75))
  graphics::rect(runs$first - 0.5, bar[[1L]], runs$last + 0.5, bar[[2L]],
                 col = marks[match(runs$name, levels(groups))], border = NA)
  names <- valid_text(runs$name)
  fits <- graphics::strwidth(names, cex = 0.8) < runs$last - runs$first + 1
  if (any(fits)) {
    graphics::text((runs$first + runs$last)[fits] / 2, above(1.25), names[fits], cex = 0.8)
  }
  if (!all(fits)) draw_key_line(levels(groups), marks, key, line)
}

key_lines <- function(names) {
  inches <- graphics::strwidth(valid_text(names), "inches", cex = 0.75) + 0.3
  ceiling(sum(inches) / (0.85 * graphics::par("fin")[[1L]]))
}

# Coloured squares with their names in so many lines, from `from` lines above the foot of the page.
draw_key_line <- function(names, marks, lines, from) {
  old <- graphics::par(xpd = NA)
  on.exit(graphics::par(old))
  names <- valid_text(names)
  width <- graphics::par("fin")[[1L]]
  line <- graphics::par("csi") * graphics::par("mex")
  inches <- graphics::strwidth(names, "inches", cex = 0.75) + 0.3
  row <- ceiling(cumsum(inches) / (sum(inches) / lines + max(inches) * (lines > 1)))
  for (r in unique(row)) {
    here <- which(row == r)
    left <- 0.05 * width + cumsum(c(0, inches[here]))[seq_along(here)]
    x <- graphics::grconvertX(left / width, "nfc", "user")
    y <- graphics::grconvertY((from + lines - r + 0.5) * line / graphics::par("fin")[[2L]], "nfc",
                              "user")
    graphics::points(x, rep(y, length(x)), pch = 22, bg = marks[here], col = "grey40", cex = 1)
    text <- graphics::grconvertX((left + 0.1) / width, "nfc", "user")
    graphics::text(text, y, names[here], adj = c(0, 0.5), cex = 0.75)
  }
}

# The tree above the picture, its leaves over their columns.
draw_tree <- function(tree, from, lines) {
  old <- graphics::par(xpd = NA)
  on.exit(graphics::par(old))
  base <- above(from)
  unit <- (above(from + lines) - base) / max(tree$height, .Machine$double.xmin)
  x <- numeric(length(tree$height))
  end <- function(i) if (i < 0) c(tree$place[[-i]], 0) else c(x[[i]], tree$height[[i]])
  for (i in seq_along(tree$height)) {
    left <- end(tree$merge[i, 1L])
    right <- end(tree$merge[i, 2L])
    x[[i]] <- (left[[1L]] + right[[1L]]) / 2
    graphics::lines(c(left[[1L]], left[[1L]], right[[1L]], right[[1L]]),
                    base + unit * c(left[[2L]], tree$height[[i]], tree$height[[i]], right[[2L]]))
  }
}
