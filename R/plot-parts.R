# One sample as the sum of what its components contribute, called parts here.

# The number of parts that are drawn one by one. Smaller ones are drawn as one.
most_parts <- 12L

plot_parts <- function(fit, image_size, main, sample = 1, data = NULL, axis = NULL, xlab = NULL,
                       colours = NULL, columns = NULL) {
  j <- check_sample(sample, fit)
  if (!is.null(data)) data <- check_sample_data(data, fit, j)
  h <- fit$h[, j]
  if (anyNA(h)) {
    stop_input("sample", "a sample that was observed",
               paste("sample", j, "of which nothing was observed"))
  }
  parts <- sample_parts(fit, j)
  if (is.null(image_size) && is.null(axis)) return(plot_part_bars(parts, main, colours))
  if (is.null(image_size)) {
    axis <- check_axis(axis, nrow(fit$w), rownames(fit$w))
    values <- cbind(data, parts$values)
    colnames(values) <- c(if (!is.null(data)) "data", "fitted", part_labels(parts))
    if (is.null(colours)) colours <- okabe_ito[["blue"]]
    return(plot_strips(values, axis, if (is.null(xlab)) "axis" else xlab, main, colours, FALSE))
  }
  image_size <- check_image_size(image_size, nrow(fit$w))
  images <- cbind(data, parts$values)
  if (!is.null(data)) images <- cbind(images, data - fitted_sample(fit, j))
  names <- c(if (!is.null(data)) "data", "fitted", part_labels(parts),
             if (!is.null(data)) "residual")
  plot_part_images(images, names, image_size, main, colours, columns)
}

# list(values, names, amount, share): the fitted sample in the first column of `values` and then its
# parts w_k h_kj, the largest first. `share` is each part's of the fitted total.
sample_parts <- function(fit, j) {
  share <- stats::coef(fit, type = "proportion")[, j]
  share[is.na(share)] <- 0
  at <- base::order(-share)
  at <- at[share[at] > 0]
  values <- fit$w[, at, drop = FALSE] * rep(fit$h[at, j], each = nrow(fit$w))
  names <- colnames(fit$w)[at]
  share <- share[at]
  amount <- fit$h[at, j]
  if (length(at) > most_parts) {
    own <- seq_len(most_parts - 1L)
    values <- cbind(values[, own], rowSums(values[, -own]))
    names <- c(names[own], paste(length(at) - length(own), "others"))
    share <- c(share[own], sum(share[-own]))
    amount <- c(amount[own], NA)
  }
  list(values = cbind(fitted_sample(fit, j), values), names = names, amount = amount, share = share)
}

fitted_sample <- function(fit, j) as.vector(fit$w %*% fit$h[, j])

part_labels <- function(parts) {
  paste0(parts$names, ": ", format_share(parts$share))
}

format_share <- function(share) {
  percent <- 100 * share
  text <- ifelse(percent < 10, formatC(percent, digits = 1L, format = "f"),
                 formatC(percent, digits = 0L, format = "f"))
  ifelse(percent < 0.1, "< 0.1 %", paste(text, "%"))
}

# All images on one scale, so that the parts can be seen to add up; the difference has a scale of
# its own kind, even to either side of 0.
plot_part_images <- function(images, names, image_size, main, colours, columns) {
  residual <- names[[length(names)]] == "residual"
  last <- if (residual) ncol(images) else ncol(images) + 1L
  limits <- colour_limits(images[, seq_len(last - 1L)])
  colours <- colours_for(colours, limits)
  check_colours(colours)
  old <- graphics::par(mar = c(1.6, 0.3, if (is.null(main)) 0.3 else 2.1, 0.3))
  on.exit(graphics::par(old))
  graphics::plot.new()
  grid <- image_grid(ncol(images), image_size, columns)
  open_grid(grid)
  graphics::title(main = main, line = 0.6)
  for (k in seq_len(ncol(images))) {
    own <- k < last
    draw_image(images[, k], names[[k]], image_place(grid, k, grid$top), grid,
               if (own) limits else c(-1, 1) * limits[[2L]],
               if (own) colours else diverging_colours)
  }
  draw_colour_bar(colours, scale_end(limits[[1L]]), scale_end(limits[[2L]]))
}

plot_part_bars <- function(parts, main, colours) {
  if (is.null(colours)) colours <- okabe_ito[["blue"]]
  check_colours(c(colours, "white"))
  count <- length(parts$share)
  old <- graphics::par(mar = graphics::par("mar"))
  on.exit(graphics::par(old))
  graphics::plot.new()
  fitted <- fit_margins(parts$names, NULL, c(max(4, count), 2), if (is.null(main)) 0.8 else 2.3, 0)
  largest <- max(parts$share, 0.01)
  open_region(fitted$mar, c(0, 1.25 * largest), c(max(4, count) + 0.6, 0.4))
  at <- Filter(function(tick) tick < 1.001, graphics::axTicks(1))
  if (count) {
    rows <- seq_len(count)
    graphics::rect(0, rows - 0.4, parts$share, rows + 0.4, col = colours, border = NA)
    amount <- ifelse(is.na(parts$amount), "", paste0(", h = ", vapply(parts$amount, format, "",
                                                                     digits = 3)))
    graphics::text(parts$share, rows, paste0(" ", format_share(parts$share), amount),
                   adj = c(0, 0.5), cex = 0.8)
  }
  graphics::axis(1, at, paste(100 * at, "%"))
  draw_axis(2, fitted$rows, count, FALSE)
  graphics::box()
  graphics::title(main = main, line = 0.7)
  graphics::title(xlab = "part of the sample's fitted total", line = fitted$line[[1L]] + 0.4)
}

# The number of a sample, from its number or its name.
check_sample <- function(sample, fit) {
  names <- colnames(fit$h)
  named <- is.character(sample) && length(sample) == 1L
  if (named && sample %in% names) return(match(sample, names))
  if (is.character(sample)) {
    near <- if (named && length(names)) nearest_name(sample, names)
    stop_input("sample", "the number or the name of a sample", describe(sample),
               if (!is.null(near)) paste0("Did you mean \"", near, "\"?"))
  }
  check_count(sample, "sample", maximum = ncol(fit$h))
}

# The entries of one sample, from the matrix that was fitted or from that sample alone.
check_sample_data <- function(data, fit, j) {
  m <- nrow(fit$w)
  if (length(dim(data)) != 2L) {
    if (!is.numeric(data) || length(data) != m) {
      stop_input("data", paste("the matrix the model was fitted to, or the", m,
                               "entries of the sample"), describe(data))
    }
    return(as.vector(order_labels(data, rownames(fit$w), "data", "the features of the fit")))
  }
  data <- check_matrix(data, "data", missing = TRUE)
  if (!identical(dim(data), c(m, ncol(fit$h)))) {
    stop_input("data", paste(with_article(paste(m, "x", ncol(fit$h))), "matrix, like the fit"),
               describe(data))
  }
  data <- order_rows(data, rownames(fit$w), "data", "the features of the fit")
  data <- order_columns(data, colnames(fit$h), "data", "the samples of the fit")
  as.vector(data[, j])
}
