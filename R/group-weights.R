# Weights of tasks: numbers, or found from losses.

#' Weights of tasks
#'
#' The argument `task_weights` of [group_nmf()], [inmf()] and [meta_nmf()] says how much each task
#' counts for the basis that all share.
#'
#' - `"equal"` (default) is 1 for each.
#' - `"loto"` leaves one task out after the other. \eqn{l_i} is the relative loss of task i with the
#'   basis of the other tasks, beside private columns of its own, and
#'   \deqn{\alpha_i = \exp\left(-\frac{\max(0, l_i - \mathrm{med}\, l)}{1.48\, \mathrm{MAD}(l) +
#'   0.02\, \mathrm{med}\, l}\right).}{
#'   alpha_i = exp(-max(0, l_i - med l) / (1.48 MAD(l) + 0.02 med l)).}
#'   A task that the others cannot explain, for example because it is corrupted, gets a low weight.
#'   This needs at least three tasks, and a short fit for each.
#' - `"loss"` is \eqn{\alpha_i = \mathrm{med}\, l / l_i}{alpha_i = med l / l_i}, at most 10, with
#'   \eqn{l_i} the relative loss of task i in a short fit of all, as Khan (2025, section 3.1)
#'   proposes to weigh tasks by how well they are reconstructed.
#' - Or give numbers of at least 0, one for each task. They are matched by name if both have names.
#'
#' The fits that find losses use R's random numbers, so call [set.seed()] first to make them
#' repeatable. They have the penalties of the model, and the task that is left out carries them as
#' new data do in [predict()][predict.group_nmf_fit()]; its loss is then taken without them. For
#' [meta_nmf()] they are pooled fits without private columns and penalties.
#'
#' @section What they are good for: The table has the relative error of 400 unseen clean images with
#'   W fixed, as the mean over 20 seeds. There are five tasks of 50 [digits], of which 0, 1 or 2
#'   have noise of standard deviation 1 (absolute values are then taken), and the rank is 10
#'   (`Rscript bench/studies/run.R --parts=corrupted`, whose rows come with the package). Pooled is
#'   `group_nmf(private = 0)`. `meta_nmf()` has the weights of the pooled fit, 10 epochs, and all
#'   tasks together as its target. The standard errors of paired differences are at most 0.002, or
#'   0.006 with a private column.
#'
#' | corrupted | model | `"equal"` | `"loss"` | `"loto"` |
#' | --- | --- | --- | --- | --- |
#' | 0 | pooled | 0.112 | 0.113 | 0.113 |
#' | 0 | `group_nmf(private = 1)` | 0.127 | | 0.131 |
#' | 0 | `meta_nmf()` | 0.116 | 0.115 | 0.115 |
#' | 1 | pooled | 0.155 | 0.132 | 0.114 |
#' | 1 | `group_nmf(private = 1)` | 0.192 | | 0.131 |
#' | 1 | `meta_nmf()` | 0.159 | 0.154 | 0.154 |
#' | 2 | pooled | 0.183 | 0.163 | 0.123 |
#' | 2 | `group_nmf(private = 1)` | 0.251 | | 0.135 |
#' | 2 | `meta_nmf()` | 0.196 | 0.192 | 0.182 |
#'
#'   With two corrupted tasks, `"loto"` raises the NMI of k-means clusters by 0.05 for pooled fits
#'   (standard error 0.01) and by 0.06 with a private column. For Algorithm 1 it raises the NMI by
#'   0.01, which is its standard error. `inmf(lambda = 5)` has an error of 0.191 there, 0.173 with
#'   `"loss"` and 0.124 with `"loto"` (`bench/task-weights.R`, 20 other seeds).
#' @references Khan, A. A. (2025). *Meta-Unsupervised Learning: Application to Non-negative Matrix
#'   Factorization*. Bishop's University. Section 3.1.
#' @seealso [group_nmf()], [inmf()], [meta_nmf()]
#' @name task_weights
NULL

task_weight_rules <- c("equal", "loss", "loto")

# The fits that losses are found by are short, since weights need no more digits: so many iterations
# at most, and their end at this fall of F. A task that is left out gets so many rounds.
loss_iterations <- 100L
loss_fall <- 1e-5
left_out_rounds <- 40L

choose_task_weights <- function(weights, tasks, rank, private, spec) {
  if (!is.character(weights)) return(check_task_weights(weights, tasks$names))
  rule <- check_choice(weights, "task_weights", task_weight_rules)
  if (rule == "equal") return(rep(1, length(tasks$data)))
  if (rule == "loss") return(loss_weights(own_losses(tasks, rank, private, spec)))
  if (length(tasks$data) < 3L) {
    stop_input("task_weights", "\"equal\" or numbers for two tasks", "\"loto\"",
               "Of two tasks that do not agree nobody knows which one to believe.")
  }
  loto_weights(left_out_losses(tasks, rank, private, spec))
}

check_task_weights <- function(weights, names) {
  if (!is_number(weights) || length(weights) != length(names) || !all(is.finite(weights)) ||
        any(weights < 0) || !any(weights > 0)) {
    stop_input("task_weights", paste("\"equal\", \"loto\", \"loss\", or a number of at least 0 for",
                                     "each of the", length(names), "tasks, one of them above 0"),
               describe_weights(weights), "A task of weight 0 has no say in W.")
  }
  if (has_names(names(weights))) {
    weights <- weights[name_at(names(weights), names, "task_weights", "the tasks")]
  }
  as.double(unname(weights))
}

# What is wrong with numbers, whose count alone would not tell it.
describe_weights <- function(weights) {
  if (!is_number(weights)) return(describe(weights))
  bad <- weights[!is.finite(weights) | weights < 0]
  if (length(bad)) return(paste(length(weights), "weights, among them", format(bad[[1L]])))
  paste0(length(weights), " weights", if (!any(weights > 0)) ", all of them 0")
}

loto_weights <- function(losses) {
  middle <- stats::median(losses)
  width <- stats::mad(losses, constant = 1.48) + 0.02 * middle
  if (width == 0) return(as.double(losses <= middle))
  exp(-pmax(0, losses - middle) / width)
}

loss_weights <- function(losses) {
  middle <- stats::median(losses)
  if (middle == 0) return(rep(1, length(losses)))
  pmin(10, middle / losses)
}

# A short fit of some tasks: its state and plan.
short_group_fit <- function(data, rank, private, spec) {
  plan <- group_plan(data, rank, private, rep(1, length(data)), spec)
  part <- list(data = data, features = NULL)
  state <- best_group_start("random", 1L, bound_data(part), part, plan)
  list(plan = plan, state = run_group(state, plan, loss_iterations, fall_rule(loss_fall)))
}

# Losses as shares of what there is to explain; of a task of zeros nothing is missing.
relative_losses <- function(losses, data, loss) {
  size <- facts_of(data, if (loss == "frobenius") "x_norm2" else "x_sum")
  ifelse(size > 0, losses / size, 0)
}

own_losses <- function(tasks, rank, private, spec) {
  fit <- short_group_fit(tasks$data, rank, private, spec)
  relative_losses(fit$state$losses, tasks$data, spec$loss)
}

# The loss of each task with W from the others, its coefficients penalised as those of new data.
left_out_losses <- function(tasks, rank, private, spec) {
  vapply(seq_along(tasks$data), function(i) {
    others <- short_group_fit(tasks$data[-i], rank, private[-i], spec)
    cost <- others$plan$unit * others$state$cost
    left_out <- costly_task(tasks$data[[i]], cost, spec$penalties)
    new <- new_task_state(left_out, others$state$w, private[[i]], spec, left_out_rounds)
    relative_losses(new$state$losses, tasks$data[i], spec$loss)
  }, 0)
}

# New data with private columns of their own beside a W that stays: list(plan, state). Of several
# starts that are drawn the one with the lowest F at its end.
new_task_state <- function(data, w, q, spec, rounds, n_start = 1L) {
  barred <- barred_components(data)
  data <- without_barred(data, barred)
  plan <- group_plan(list(data), ncol(w), q, 1, spec, hold = TRUE)
  states <- lapply(seq_len(n_start), function(i) {
    state <- settle_coef(new_task_start(data, unname(w), barred, plan), plan)
    run_group(state, plan, rounds, fall_rule(new_task_fall))
  })
  at <- which.min(vapply(states, function(one) utils::tail(one$trace, 1L), 0))
  states[[at]]$w <- unname(w)
  list(plan = plan, state = states[[at]])
}

# A barred component has no column of W, and nothing of the task's own, so it stays 0.
new_task_start <- function(data, w, barred, plan) {
  w[, barred] <- 0
  start <- match_mean(list(w = w, h = drawn_matrix(ncol(w), ncol(data$x))), data)
  start$h[barred, ] <- 0
  state <- group_start(start, plan)
  if (!is.null(plan$spec$tied)) state$own[[1L]][, barred] <- 0
  state
}
