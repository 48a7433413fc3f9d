# The course of a fit's objective.

# The first iterations lower F by far the most. How far F is above its end, on a logarithmic axis,
# shows the last ones as well.
plot_trace <- function(fit, main, value = NULL, ...) {
  check_trace_options(list(...))
  trace <- fit$trace
  check_trace(trace, "x")
  meta <- inherits(fit, "meta_nmf_fit")
  value <- trace_value(value, trace, meta)
  # No axis can be drawn below the normal numbers.
  y <- ifelse(trace < 1e-290, 0, trace)
  if (value == "excess") y <- trace_excess(y)
  old <- graphics::par(las = 1, mar = c(4.1, 5.6, if (is.null(main)) 1.1 else 3.1, 1.1))
  on.exit(graphics::par(old))
  options <- list(x = seq_along(trace), y = y, type = if (length(trace) > 1L) "l" else "p",
                  log = if (value == "excess") "y" else "",
                  xlab = if (meta) "epoch" else "iteration", ylab = "", main = main,
                  axes = FALSE, frame.plot = TRUE,
                  xlim = if (length(trace) > 1L) c(1, length(trace)) else c(0.5, 1.5))
  given <- list(...)
  options <- utils::modifyList(options, given)
  do.call(graphics::plot.default, options)
  labels <- if (is.null(given$axes)) draw_trace_axes(length(trace), options$log) else "1,000"
  if (is.null(given$ylab)) {
    line <- graphics::par("csi") * graphics::par("mex")
    beside <- max(graphics::strwidth(labels, "inches")) / line
    axis_title(2, if (value == "excess") "above the lowest objective, %" else "objective",
               min(4.3, beside + 1.6))
  }
  end <- paste("lowest:", format(min(trace, na.rm = TRUE), digits = 6))
  if (value == "excess") graphics::mtext(end, 3, 0.2, adj = 1, cex = 0.8 * graphics::par("cex"))
}

check_trace <- function(trace, argument) {
  if (!length(trace)) {
    stop_input(argument, "a whole fit for type = \"trace\"", "some components of a fit",
               "Use the fit that they are from, or type = \"basis\" for these.")
  }
  if (!any(is.finite(trace))) {
    stop_input(argument, "a fit whose objective is finite",
               paste("a trace of", paste(unique(trace), collapse = ", ")),
               "Use init = \"nndsvda\" or \"random\" in nmf(): zeros of a start can cause this.")
  }
}

# An objective that may rise, is too short or cannot be divided by is drawn as it is.
trace_value <- function(value, trace, meta) {
  if (!is.null(value)) return(check_choice(value, "value", c("excess", "objective")))
  lowest <- min(trace[is.finite(trace)])
  known <- trace[is.finite(trace) & trace > lowest]
  if (meta || length(known) < 2L || lowest < 1e-290) "objective" else "excess"
}

# (F - min F) / min F; the minimum itself is no number of a logarithmic axis.
trace_excess <- function(trace) {
  lowest <- min(trace[is.finite(trace)])
  excess <- (trace - lowest) / if (lowest > 0) lowest else 1
  ifelse(is.finite(excess) & excess > 0, excess, NA)
}

# Gives the labels of the y axis.
draw_trace_axes <- function(count, log) {
  graphics::axis(1, if (grepl("x", log)) NULL else whole_ticks(count))
  at <- graphics::axTicks(2)
  # Powers of ten alone, where they are enough: 1e-3, not 0.001, 0.005, 0.010
  if (grepl("y", log)) {
    powers <- at[abs(log10(at) - round(log10(at))) < 1e-9]
    if (length(powers) >= 2L) at <- powers
    labels <- format_each_number(100 * at)
  } else {
    labels <- format_numbers(at)
  }
  graphics::axis(2, at, labels)
  labels
}

# Numbers of one axis with a comma between thousands, none in powers of ten where that is short.
format_numbers <- function(at) {
  wide <- max(abs(at)) >= 1e9 || (max(abs(at)) > 0 && max(abs(at)) < 1e-4)
  if (wide) format(at, digits = 3, trim = TRUE)
  else format(at, big.mark = ",", scientific = FALSE, trim = TRUE)
}

# Each with the decimals that it needs: 0.001 and 100.
format_each_number <- function(at) {
  vapply(at, function(tick) {
    format(tick, digits = 3, scientific = if (tick >= 1e-4 && tick < 1e6) 50L else -50L)
  }, "")
}

check_trace_options <- function(given) {
  known <- c("value", names(formals(graphics::plot.default)), names(graphics::par()))
  unknown <- setdiff(names(given), known)
  if (length(unknown)) {
    stop_named(paste0("Unknown argument `", unknown[[1L]],
                      "`.\nUse options of plot.default() for the trace, or the type that has ",
                      "this option."), "...")
  }
}
