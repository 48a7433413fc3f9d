# The task split of the thesis (section 4.2, figure 4.1): samples -> learning and
# evaluation; learning -> small tasks and one target.

#' Split samples into tasks, a target and an evaluation set
#'
#' Prepares data for meta-learning by the protocol of the thesis. Samples are divided at random into
#' a learning set and an evaluation set. From the learning set `n_tasks` disjoint tasks of
#' `task_size` samples are drawn, and the rest of it is the target. No fit ever sees the evaluation
#' set.
#'
#' With the defaults and n samples the learning set has floor(n / 2) samples and the evaluation set
#' ceiling(n / 2). In each of the sets the samples keep the order of `x`. Samples are drawn by
#' [base::sample.int()] alone, the learning set first. Call `set.seed()` first to make a split
#' repeatable.
#'
#' Data of 400 samples, such as the Olivetti faces, cannot follow the protocol: five tasks of 50
#' need 250 samples, and the learning set has 200. The error says which smaller `task_size` fits,
#' and that `overlap = TRUE` would do.
#'
#' @param x Numeric matrix with m features in rows and n samples in columns, dense or sparse (see
#'   [data_matrices]), non-negative and finite, in any unit. Scale it and add noise before the
#'   split.
#' @param n_tasks Number of tasks N, a whole number of at least 1. The default is 5, as in the
#'   thesis.
#' @param task_size Number of samples in a task, a whole number of at least 1. The default is 50, as
#'   in the thesis. A factorisation of rank r needs tasks of at least r samples.
#' @param learning Fraction of the samples in the learning set, between 0 and 1, rounded down to
#'   whole samples. The default is 0.5, as in the thesis. It cannot be given together with `split`.
#' @param labels Known classes of the samples, a vector or factor of length n, or `NULL` (default).
#'   They are split along with the samples and never used to draw.
#' @param ... Must be empty; catches misspelt names.
#' @param overlap With `FALSE` (default) tasks and target share no sample, as in the text of the
#'   thesis, so that a task has information that the target lacks. With `TRUE` each task is drawn
#'   from the whole learning set, so tasks may share samples, and the target is the whole learning
#'   set in random order. The published code of the thesis does this with `task_size = 100`. It also
#'   helps if there are too few samples for disjoint tasks.
#' @param split `NULL` (default) draws the two sets. A list of two index vectors, `learning` and
#'   `evaluation`, uses these samples, in their order, and draws only the tasks. Use it to repeat a
#'   published split, such as `digits$author_split`, or to hold out certain samples. Samples in
#'   neither vector are left out.
#' @param samples Whether `x` has its samples in its `"columns"` (default) or `"rows"`. The result
#'   has them in columns.
#' @return A list of class `task_split`:
#' \item{tasks}{list of N matrices, m x `task_size`, named `task_1`, `task_2`, ...}
#' \item{target}{matrix, m x (samples left for the target)}
#' \item{evaluation}{matrix, m x (samples of the evaluation set)}
#' \item{index}{numbers of the samples of `x` in `tasks` (a list), `target`, `learning` and
#'   `evaluation`}
#' \item{labels}{`labels` of `tasks` (a list), `target` and `evaluation`; or `NULL`}
#' \item{options}{`n_samples`, `n_tasks`, `task_size`, `learning` (the fraction, `NULL` for a given
#'   split), `overlap`}
#' Names of features and samples are kept, and sparse `x` gives sparse matrices. `plot()` draws the
#' split as figure 4.1 of the thesis.
#' @section Errors:
#' Class `metanmf_error` if the learning set has too few samples for the tasks and at least one
#' sample of the target (the message has the arithmetic and what would fit), if `labels` or `split`
#' do not fit `x`, and if an argument is not of the kind described above.
#' @references
#' Khan, A. A. (2025). *Meta-Unsupervised Learning: Application to Non-negative
#' Matrix Factorization*. Thesis, Bishop's University. Section 4.2, figure 4.1.
#' @examples
#' set.seed(1)
#' x <- matrix(runif(8 * 700), nrow = 8)
#' split <- split_tasks(x)
#' split
#' plot(split)
#'
#' # 60 samples are too few for five tasks of 50
#' split_tasks(x[, 1:60], n_tasks = 3, task_size = 5)
#'
#' # The halves and the tasks of the thesis author's experiments on Digits
#' split_tasks(digits$x, labels = digits$labels, task_size = 100, overlap = TRUE,
#'             split = digits$author_split)
#' @export
split_tasks <- function(x, n_tasks = 5, task_size = 50, learning = 0.5, labels = NULL, ...,
                        overlap = FALSE, split = NULL, samples = c("columns", "rows")) {
  check_dots(list(...), "split_tasks", setdiff(names(formals(split_tasks)), "x"))
  x <- check_matrix(x, samples = samples)
  n_tasks <- check_count(n_tasks, "n_tasks")
  task_size <- check_count(task_size, "task_size")
  overlap <- check_flag(overlap, "overlap")
  labels <- check_task_labels(labels, x)
  if (!is.null(split) && !missing(learning)) {
    stop_input("learning", "left out when `split` is given", describe(learning))
  }
  if (is.null(split)) {
    sets <- draw_sets(ncol(x), learning)
  } else {
    sets <- check_given_split(split, ncol(x))
    learning <- NULL
  }
  check_room(length(sets$learning), ncol(x), n_tasks, task_size, overlap)
  index <- c(draw_tasks(sets$learning, n_tasks, task_size, overlap), sets)
  part_of_x <- function(columns) x[, columns, drop = FALSE]
  part_of_labels <- function(columns) labels[columns]
  structure(
    list(tasks = lapply(index$tasks, part_of_x), target = part_of_x(index$target),
         evaluation = part_of_x(index$evaluation), index = index,
         labels = if (!is.null(labels)) {
           list(tasks = lapply(index$tasks, part_of_labels),
                target = part_of_labels(index$target),
                evaluation = part_of_labels(index$evaluation))
         },
         options = list(n_samples = ncol(x), n_tasks = n_tasks, task_size = task_size,
                        learning = learning, overlap = overlap)),
    class = "task_split"
  )
}

# Random learning and evaluation sets, each in the order of the samples.
draw_sets <- function(n, learning) {
  learning <- check_number(learning, "learning", 0, 1)
  # 0.29 * 100 is 28.999... in doubles; the small term keeps floor() from losing a sample.
  n_learning <- floor(learning * n + 1e-8)
  if (n_learning < 1 || n_learning >= n) {
    stop_input("learning", "a fraction that leaves at least 1 sample on either side",
               paste0(describe(learning), ", which puts ", n_learning, " of ", n,
                      " samples in the learning set"))
  }
  chosen <- sort(sample.int(n, n_learning))
  list(learning = chosen, evaluation = seq_len(n)[-chosen])
}

# Tasks and target as numbers of samples; `pool` is the learning set.
draw_tasks <- function(pool, n_tasks, task_size, overlap) {
  names <- paste0("task_", seq_len(n_tasks))
  if (overlap) {
    target <- pool[sample.int(length(pool))]
    tasks <- lapply(seq_len(n_tasks), function(i) pool[sample.int(length(pool), task_size)])
    return(list(tasks = stats::setNames(tasks, names), target = target))
  }
  drawn <- sample.int(length(pool), n_tasks * task_size)
  places <- split(drawn, rep(seq_len(n_tasks), each = task_size))
  tasks <- lapply(places, function(place) pool[sort(place)])
  list(tasks = stats::setNames(tasks, names), target = pool[-drawn])
}

# Are there enough samples? If not, the error does the sum and says what fits.
check_room <- function(n_learning, n, n_tasks, task_size, overlap) {
  needed <- as.double(n_tasks) * task_size
  enough <- if (overlap) task_size <= n_learning else needed < n_learning
  if (enough) return(invisible())
  has <- paste0("the learning set has ", n_learning, " of the ", n, " samples")
  if (overlap) {
    stop_input("task_size", paste("at most", n_learning), paste0(task_size, "; ", has),
               paste0("Use task_size = ", n_learning, " or less."))
  }
  expected <- paste0("small enough: ", n_tasks, " tasks of ", task_size, " need ",
                     format(needed, scientific = FALSE),
                     " samples and leave at least 1 for the target")
  largest <- (n_learning - 1) %/% n_tasks
  fewest <- (n_learning - 1) %/% task_size
  ways <- c(if (largest >= 1) paste0("task_size = ", largest, " (the largest that fits)"),
            if (fewest >= 1) paste0("n_tasks = ", fewest),
            if (task_size <= n_learning) {
              "overlap = TRUE (tasks drawn from the whole learning set, sharing samples)"
            })
  stop_input("task_size", expected, paste0(task_size, "; ", has),
             paste0("Use ", paste(c(ways, "more samples"), collapse = ", or "), "."))
}

check_task_labels <- function(labels, x) {
  if (is.null(labels)) return(NULL)
  if (!is.atomic(labels) || length(labels) != ncol(x) || length(dim(labels)) > 1L) {
    stop_input("labels", paste0("NULL, or a vector with one label for each of the ", ncol(x),
                                " samples of `x`"), describe(labels))
  }
  order_labels(labels, colnames(x), "labels", "the samples of `x`")
}

# A given split as list(learning =, evaluation =) of column numbers.
check_given_split <- function(split, n) {
  expected <- "a list of two vectors of sample numbers, `learning` and `evaluation`"
  if (!is.list(split) || is.null(names(split))) stop_input("split", expected, describe(split))
  check_names(split, c("learning", "evaluation"), "split")
  for (set in c("learning", "evaluation")) {
    check_numbers(split[[set]], paste0("split$", set), n)
  }
  shared <- intersect(split$learning, split$evaluation)
  if (length(shared)) {
    stop_input("split", "two sets without a common sample",
               paste0(length(shared), " common (first: ", shared[[1L]], ")"))
  }
  list(learning = as.integer(split$learning), evaluation = as.integer(split$evaluation))
}

check_numbers <- function(value, argument, n) {
  expected <- paste0("different whole numbers in 1..", n, ", the samples of `x`")
  if (!is.numeric(value) || length(value) == 0L) stop_input(argument, expected, describe(value))
  wrong <- is.na(value) | value < 1 | value > n | value != round(value) | duplicated(value)
  if (any(wrong)) {
    stop_input(argument, expected, paste0(sum(wrong), " that cannot be used or come twice (first: ",
                                          value[wrong][[1L]], ")"))
  }
}

#' Print and draw a task split
#'
#' `print()` states the sizes of the sets. `plot()` draws a tree of all samples, the learning and
#' the evaluation set, the tasks and the target, each with its number of samples (figure 4.1 of the
#' thesis). Block widths are not to scale, since a task of 50 among 10000 samples could not be seen.
#' If there are more than six tasks, the first three and the last are drawn.
#'
#' @param x A `task_split`, from [split_tasks()].
#' @param main Title of the figure, or `NULL` for none. The default names the figure.
#' @param ... Passed on to [graphics::title()] by `plot()`, unused by `print()`.
#' @return `x`, invisibly.
#' @examples
#' set.seed(1)
#' split <- split_tasks(matrix(runif(4 * 60), nrow = 4), n_tasks = 3, task_size = 5)
#' print(split)
#' plot(split)
#' @method print task_split
#' @export
print.task_split <- function(x, ...) {
  options <- x$options
  unused <- options$n_samples - length(x$index$learning) - length(x$index$evaluation)
  cat("Task split of ", options$n_samples, " samples with ", nrow(x$target), " features\n",
      "  learning:   ", length(x$index$learning), " samples: ", options$n_tasks,
      if (options$overlap) " overlapping" else " disjoint",
      if (options$n_tasks == 1L) " task of " else " tasks of ", options$task_size,
      ", target of ", ncol(x$target), "\n",
      "  evaluation: ", ncol(x$evaluation), " samples\n",
      if (unused > 0L) paste0("  left out:   ", unused, " samples\n"),
      "  labels:     ", if (is.null(x$labels)) "none" else "kept for each set", "\n", sep = "")
  invisible(x)
}

#' @rdname print.task_split
#' @method plot task_split
#' @export
plot.task_split <- function(x, main = "Task split", ...) {
  old <- graphics::par(mar = c(0.5, 0.5, if (is.null(main)) 0.5 else 2.5, 0.5))
  on.exit(graphics::par(old))
  graphics::plot.new()
  graphics::plot.window(c(0, 1), c(0, 1), xaxs = "i", yaxs = "i")
  graphics::title(main = main, ...)
  # Task and target as in plot_epoch(); every block carries its name as well. Lightened so that
  # black text is readable on them.
  colours <- okabe_ito[c("grey", "sky", "purple", "vermilion", "blue")]
  fill <- stats::setNames(grDevices::adjustcolor(colours, 0.55),
                          c("all", "learning", "evaluation", "task", "target"))

  unused <- x$options$n_samples - length(x$index$learning) - length(x$index$evaluation)
  top <- paste0("All samples", if (unused > 0L) paste0(" (", unused, " left out)"))
  middle <- list(left = c(0.02, 0.76), right = c(0.70, 0.98))
  bottom <- task_blocks(x, middle$left[[1L]], middle$right[[1L]])
  draw_fork(0.5, 0.80, (middle$left + middle$right) / 2, 0.62)
  draw_fork(0.36, 0.44, (bottom$left + bottom$right) / 2, 0.26)
  draw_blocks(0.02, 0.98, 0.80, 0.98, top, x$options$n_samples, fill[["all"]])
  draw_blocks(middle$left, middle$right, 0.44, 0.62, c("Learning", "Evaluation"),
              c(length(x$index$learning), ncol(x$evaluation)), fill[c("learning", "evaluation")])
  draw_blocks(bottom$left, bottom$right, 0.08, 0.26, bottom$name, bottom$count,
              fill[bottom$kind])
  note <- if (x$options$overlap) "Tasks may share samples; the target is the whole learning set."
          else "Tasks, target and evaluation share no sample."
  note <- paste(note, "Widths are not to scale.")
  graphics::text(0.02, 0.03, note, adj = c(0, 0.5), cex = min(0.8, 0.96 / graphics::strwidth(note)))
  invisible(x)
}

# Place, name and size of the blocks in the lowest row, from `left` to `right`.
task_blocks <- function(split, left, right) {
  n <- split$options$n_tasks
  shown <- if (n <= 6L) seq_len(n) else c(1:3, NA, n)
  name <- c(ifelse(is.na(shown), "...", paste("Task", shown)), "Target")
  count <- c(ifelse(is.na(shown), paste(n - 4L, "more"), split$options$task_size),
             ncol(split$target))
  # The target holds most samples, so it is drawn wider than a task.
  width <- c(rep(1, length(shown)), 1.6)
  gap <- 0.12
  unit <- (right - left) / (sum(width) + gap * (length(width) - 1))
  start <- left + unit * (cumsum(c(0, width[-length(width)])) + gap * (seq_along(width) - 1))
  list(left = start, right = start + unit * width, name = name, count = count,
       kind = c(rep("task", length(shown)), "target"))
}

# A row of blocks of one text size, the largest with which every label fits.
draw_blocks <- function(left, right, bottom, top, name, count, fill) {
  graphics::rect(left, bottom, right, top, col = fill, border = "grey30")
  label <- paste0(name, "\n", count)
  fit <- min(0.88 * (right - left) / graphics::strwidth(label),
             0.80 * (top - bottom) / graphics::strheight(label))
  graphics::text((left + right) / 2, (bottom + top) / 2, label, cex = min(1.1, fit))
}

# Right-angled lines from one block down to the blocks below it.
draw_fork <- function(from_x, from_y, to_x, to_y) {
  middle <- (from_y + to_y) / 2
  graphics::segments(from_x, from_y, from_x, middle, col = "grey30")
  graphics::segments(min(to_x, from_x), middle, max(to_x, from_x), middle, col = "grey30")
  graphics::segments(to_x, middle, to_x, to_y, col = "grey30")
}
