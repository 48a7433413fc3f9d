# Figure 3.1 of the thesis, drawn anew: one epoch of Algorithm 1 as a flow from left to right.

#' Draw one epoch of Algorithm 1
#'
#' Draws one epoch of [meta_nmf()] from left to right, with a lane for each task and one for the
#' target (after figure 3.1 of the thesis). Springs are fits of 100 iterations, which find W and H.
#' Arrows between lanes carry a basis, W alone; the H of the next epoch follows from its W. Line
#' numbers are those of Algorithm 1, with lines 8 and 9 inside the loop, as [meta_nmf()] runs it.
#'
#' @param n_tasks Number of tasks drawn, a whole number in 1..4, by default 2. Algorithm 1 itself
#'   takes any number.
#' @param main Title, or `NULL` for none.
#' @return `NULL`, invisibly. Graphical parameters are restored.
#' @section Errors: Class `metanmf_error` if `n_tasks` is not such a number.
#' @references Khan, A. A. (2025). *Meta-Unsupervised Learning: Application to
#'   Non-negative Matrix Factorization*. Bishop's University. Figure 3.1, Algorithm 1.
#' @seealso [plot.task_split()] for the data of tasks and target.
#' @examples
#' plot_epoch()
#' @export
plot_epoch <- function(n_tasks = 2, main = "One epoch of meta-learning, from k to k + 1") {
  n_tasks <- check_count(n_tasks, "n_tasks", maximum = 4)
  old <- graphics::par(mar = c(0.3, 0.3, if (is.null(main)) 0.3 else 1.8, 0.3))
  on.exit(graphics::par(old))
  graphics::plot.new()
  graphics::plot.window(c(0, 100), c(0, 100), xaxs = "i", yaxs = "i")
  graphics::title(main = main, line = 0.5, cex.main = 1.1)
  place <- epoch_places(n_tasks)
  draw_stages(place)
  # The target's basis goes up to the sum of each task, and that sum down to the target's.
  for (lane in place$task) {
    carry(place$scaled, place$target, place$plus_task, lane, epoch_colours[["target"]], "solid")
    carry(place$plus_task, lane, place$plus_target, place$target, epoch_colours[["task"]], "42")
  }
  for (i in seq_len(n_tasks)) draw_lane(place$task[[i]], i, place, place$plus_task)
  draw_lane(place$target, NULL, place, place$plus_target)
  invisible()
}

# Places on a page of 100 x 100: lanes by height, stages by distance from the left.
epoch_places <- function(n_tasks) {
  lanes <- seq(72, 14, length.out = n_tasks + 1L)
  list(task = lanes[seq_len(n_tasks)], target = lanes[[n_tasks + 1L]], start = c(1, 12),
       half = min(7, 0.4 * (lanes[[1L]] - lanes[[2L]])), fitted = 28.5, scaled = 38,
       plus_task = 50, plus_target = 58, end = c(88, 99))
}

# Bases of the target in blue, of the tasks in vermilion, as in the picture of a split; lines differ
# as well.
epoch_colours <- c(target = okabe_ito[["blue"]], task = okabe_ito[["vermilion"]])

# What happens from left to right, and in which lines of Algorithm 1.
draw_stages <- function(place) {
  stages <- data.frame(
    left = c(14, 30, 42.5, 73.5), right = c(29, 41.5, 72.5, 86.5),
    what = c("fit: 100\niterations", "scale W\n", "transfer of W\nbetween lanes",
             "H follows\nfrom W"),
    lines = c("line 3 (tasks)\nline 5 (target)", "columns to\nmaximum 1",
              "line 6 (tasks)\nline 8 (target)", "line 7 (tasks)\nline 9 (target)"))
  middle <- (stages$left + stages$right) / 2
  graphics::rect(stages$left, 3, stages$right, 99, col = "grey95", border = NA)
  graphics::text(middle, 94.5, stages$what, font = 2, cex = 0.75)
  graphics::text(middle, 85.5, stages$lines, cex = 0.65, col = "grey30")
  graphics::text(mean(place$start), 94.5, "epoch k", font = 2, cex = 0.75)
  graphics::text(mean(place$end), 94.5, "epoch k + 1", font = 2, cex = 0.75)
}

# An arrow between lanes that ends at the rim of a sum.
carry <- function(x0, y0, x1, y1, colour, line) {
  radius <- sum_radius()
  inches <- c(x1 - x0, y1 - y0) * graphics::par("pin") / 100
  towards <- inches / sqrt(sum(inches^2))
  graphics::arrows(x0, y0, x1 - towards[[1L]] * radius[[1L]], y1 - towards[[2L]] * radius[[2L]],
                   length = 0.08, col = colour, lty = line, lwd = 1.5)
}

# Half the width and height of a sum's circle, 0.09 inches, in the units of the page.
sum_radius <- function() 0.09 * 100 / graphics::par("pin")

# The lane of task i, or of the target without i: pair -> spring -> fitted pair -> scaled pair
# -> sum -> new H -> pair.
draw_lane <- function(y, i, place, plus) {
  target <- is.null(i)
  colour <- epoch_colours[[if (target) "target" else "task"]]
  label <- if (target) quote(t) else substitute(s[i], list(i = i))
  draw_pair(place$start, y + c(-1, 1) * place$half, label, colour)
  draw_pair(place$end, y + c(-1, 1) * place$half, label, colour)
  draw_spring(place$start[[2L]], place$fitted, y)
  ends <- c(place$fitted, place$scaled, plus - sum_radius()[[1L]])
  graphics::arrows(ends[1:2], y, ends[2:3], y, length = 0.07)
  graphics::arrows(plus + sum_radius()[[1L]], y, place$end[[1L]], y, length = 0.07)
  graphics::points(c(place$fitted, place$scaled), c(y, y), pch = 16, cex = 1.1, col = colour)
  draw_sum(plus, y)
  w <- substitute(W[l], list(l = label))
  graphics::text(place$scaled - 1, y - 6, w, cex = 0.8)
  sum <- if (target) quote(W[t] + frac(1, N) * sum(alpha[i] * W[s[i]]))
         else substitute(w + W[t], list(w = w))
  graphics::text(place$plus_target + 1.5, y + if (target) 8 else 5, sum, cex = 0.75,
                 adj = c(0, 0.5))
  new <- substitute(H[l] == W[l] * "'" * X[l], list(l = label))
  graphics::text(80, y + 5, new, cex = 0.75)
}

# No exponent says which epoch: the heading does.
draw_pair <- function(x, y, label, colour) {
  graphics::rect(x[[1L]], y[[1L]], x[[2L]], y[[2L]], col = "white", border = colour, lwd = 1.5)
  graphics::text(mean(x), mean(y), substitute(list(W[l], H[l]), list(l = label)), cex = 0.85)
}

# The fit: a zigzag with a straight end on either side.
draw_spring <- function(from, to, y) {
  turns <- seq(from + 3, to - 4, length.out = 12L)
  swing <- c(0, rep(c(3.5, -3.5), 5L), 0)
  graphics::lines(c(from, turns), c(y, y + swing))
  graphics::arrows(utils::tail(turns, 1L), y, to, y, length = 0.07)
}

draw_sum <- function(x, y) {
  radius <- sum_radius()
  angle <- seq(0, 2 * pi, length.out = 60L)
  graphics::polygon(x + radius[[1L]] * cos(angle), y + radius[[2L]] * sin(angle), col = "white")
  graphics::segments(x - 0.6 * radius[[1L]], y, x + 0.6 * radius[[1L]], y)
  graphics::segments(x, y - 0.6 * radius[[2L]], x, y + 0.6 * radius[[2L]])
}
