# How many private columns tasks have: by the error at hidden entries of a task that was left out.

#' Choose the number of private columns
#'
#' Each task is left out once for each number q of private columns. The other tasks give W, by
#' [group_nmf()] with q private columns each. Some entries of the task are hidden, and \eqn{H_e} and
#' q new private columns are fitted to the others beside that W. The error at the hidden entries
#' says how well q works for a batch that was never seen.
#'
#' The answer is the q with the smallest error, the mean over tasks, if that pays: for each task the
#' fall of its error is taken as a share of its error without private columns, and the mean of these
#' shares has to be more than `margin` of its standard errors over the tasks. Otherwise the answer
#' is 0. If two numbers hardly differ, the larger one is the cheaper mistake.
#'
#' @section How often it is right: Six tasks of 60 [digits], rank 10, 0 to 5 columns tried, 20
#'   draws of each case (`Rscript bench/private-choice.R` in the package's repository). Without
#'   nuisance the answer was 0 in all 20. With one weak pattern for each task it was 1 in 18, and
#'   never 0. With three patterns it was 3 in 11 and 2 in 7, and never 0.
#'
#'   With few small tasks it is less sure. Here are its answers in 20 draws of three tasks of 7
#'   (sugars) and 14 samples (tissues) with p patterns of their own, the mixtures of
#'   [group_nmf()]. It often answers more than p. The tissues, measured on arrays, gain from a
#'   private column even without an added pattern.
#'
#' | | answer 0 | 1 | 2 | 3 |
#' | --- | --- | --- | --- | --- |
#' | sugars, p = 0 | 20 | 0 | 0 | 0 |
#' | sugars, p = 1 | 0 | 13 | 7 | 0 |
#' | sugars, p = 2 | 0 | 0 | 16 | 4 |
#' | tissues, p = 0 | 5 | 10 | 4 | 1 |
#' | tissues, p = 1 | 0 | 6 | 12 | 2 |
#' | tissues, p = 2 | 0 | 0 | 5 | 15 |
#'
#' @param private The numbers to try, whole numbers of at least 0; 0 is always tried as well.
#' @param hidden The share of entries of a task that is hidden.
#' @param margin By how many paired standard errors a q > 0 must be better than 0.
#' @inheritParams group_nmf
#' @return An object of class `private_choice`, a list: `private`, the number chosen; `errors`, a
#'   data frame with a row for each q: `private`, `error` (the sum of squared
#'   errors at the hidden entries divided by the sum of their squares, as the mean over tasks),
#'   `gain` (how much smaller the error of a task is than without private columns, as a share of
#'   that error, the mean over tasks) and `se` (the standard error of `gain`); and `by_task`, the
#'   errors by task and q.
#' @section Errors: As in [group_nmf()], and for fewer than three tasks, for numbers that are too
#'   large for a task, and for a [block_source()], of which some samples are enough.
#' @seealso [group_nmf()]
#' @examples
#' set.seed(1)
#' x <- scale_minmax(digits$x[, 1:200])
#' light <- cbind(rep(7:0, 8), rep(0:7, 8), rep(0:7, each = 8), rep(7:0, each = 8)) / 7
#' batch <- rep(1:4, each = 50)
#' x <- x + 2 * light[, batch] * rep(runif(200), each = 64)
#' choose_private(x, rank = 6, private = 0:2, batch = batch)
#' @export
choose_private <- function(tasks, rank, private = 0:5, ..., batch = NULL, hidden = 0.3,
                           margin = 2, samples = c("columns", "rows")) {
  check_verb_dots(list(...), "choose_private")
  check_given("rank", "the number of shared components")
  refuse_sources(tasks, "choose_private()")
  given <- read_tasks(tasks, batch, NULL, NULL, samples)
  rank <- check_count(rank, "rank")
  sizes <- check_private_sizes(private, given)
  hidden <- check_number(hidden, "hidden", 0.01, 0.9)
  margin <- check_number(margin, "margin", 0)
  spec <- group_spec(check_loss("frobenius"), "auto", nmf_control(tol = 0), given, "random")
  masks <- lapply(given$data, draw_hidden, hidden)
  report <- progress_bar("Leaving tasks out", length(masks) * length(sizes))
  by_task <- matrix(NA_real_, length(masks), length(sizes), dimnames = list(given$names, sizes))
  for (i in seq_along(masks)) for (k in seq_along(sizes)) {
    by_task[i, k] <- left_out_error(given, i, sizes[[k]], rank, masks[[i]], spec)
    report((i - 1) * length(sizes) + k)
  }
  private_choice(by_task, sizes, margin)
}

check_private_sizes <- function(private, tasks) {
  whole <- is_number(private) && length(private) > 0L && all(is.finite(private)) &&
    all(private >= 0) && all(private == round(private))
  if (!whole) stop_input("private", "whole numbers of at least 0", describe(private))
  if (length(tasks$data) < 3L) {
    stop_input("tasks", "at least three, so that two are left when one is left out",
               paste(length(tasks$data), "tasks"))
  }
  sizes <- sort(unique(c(0L, as.integer(private))))
  check_private(max(sizes), tasks)
  sizes
}

# The numbers of the entries of a task that are hidden.
draw_hidden <- function(data, share) {
  count <- prod(dim(data$x))
  sample.int(count, max(1, round(share * count)))
}

# The relative error at the hidden entries of task i, with W from the others.
left_out_error <- function(tasks, i, q, rank, hidden, spec) {
  others <- tasks$data[-i]
  w <- short_group_fit(others, rank, rep(q, length(others)), spec)$state$w
  x <- as.matrix(tasks$data[[i]]$x)
  at <- arrayInd(hidden, dim(x))
  true <- x[at]
  seen <- check_data(put_entries(x, hidden, NA_real_), "tasks", "mask")
  new <- new_task_state(seen, w, q, spec, left_out_rounds)
  v <- cbind(new$state$w, new$state$own[[1L]])
  found <- model_entries(v, new$state$coef[[1L]], at[, 1L], at[, 2L])
  sum((true - found)^2) / sum(true^2)
}

# The rule of the help page.
private_choice <- function(by_task, sizes, margin) {
  error <- colMeans(by_task)
  # As shares of each task's own error, so that one with strong patterns does not drown the others.
  alone <- by_task[, 1L]
  gains <- (alone - by_task) / ifelse(alone > 0, alone, 1)
  gain <- colMeans(gains)
  se <- apply(gains, 2L, stats::sd) / sqrt(nrow(by_task))
  best <- which.min(error)
  chosen <- if (gain[[best]] > margin * se[[best]]) sizes[[best]] else 0L
  structure(list(private = chosen, by_task = by_task,
                 errors = data.frame(private = sizes, error = unname(error), gain = unname(gain),
                                     se = unname(se))), class = "private_choice")
}

#' @export
print.private_choice <- function(x, ...) {
  cat("<private_choice> ", x$private, " private column", if (x$private != 1L) "s", ", from ",
      nrow(x$by_task), " tasks left out in turn\n", sep = "")
  print(format(x$errors, digits = 3), row.names = FALSE)
  invisible(x)
}
