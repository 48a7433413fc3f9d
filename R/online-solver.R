# Solver "online": its options, and what it goes with.

#' Fits by mini-batches
#'
#' `nmf(x, rank, solver = "online")` moves W after every batch of samples, from sums that all
#' batches so far have left, and not once in a pass over all of them: a good basis after one
#' reading of the data. Repeated passes come to a stationary point as every solver does.
#' `solver_online()` names its options; [add_samples()] goes on with samples that come later.
#'
#' @details A batch X_b finds its H_b for the present W in `turns` turns. It leaves small sums,
#'   of which W is the minimiser: \eqn{A = \sum_b H_b H_b'}{A = sum H_b H_b'} and
#'   \eqn{B = \sum_b X_b H_b'}{B = sum X_b H_b'} for least squares (Mairal et al., 2010), where W
#'   takes `turns` turns of coordinate descent on
#'   \eqn{\langle W'W, A \rangle - 2 \langle W, B \rangle}{<W'W, A> - 2 <W, B>}. For the
#'   beta-divergences the sums keep the W that each batch was seen with,
#'   \eqn{C = \sum_b W_b^c \circ P_b}{C = sum W_b^c P_b} and
#'   \eqn{D = \sum_b W_b^d \circ Q_b}{D = sum W_b^d Q_b}, where P and Q are numerator and
#'   denominator of the multiplicative update, c = max(0, 2 - b), and d is 0 for b below 1 and else
#'   1 - b; then \eqn{W = (C / D)^e}{W = (C / D)^e} with Fevotte and Idier's exponent e (for
#'   Itakura-Saito Lefevre, Bach and Fevotte, 2011).
#'
#'   In the first pass a batch meets a W that is still far off, so what it leaves fades: the sums
#'   are multiplied by the power `fade` of the share of samples that came before. They begin as if
#'   the start had fitted the first batch exactly. In later passes a batch's new share takes the
#'   place of its old one. After the second, when every share counts fully, F never rises from one
#'   step to the next. At the end H of all samples is found for the last W.
#'
#'   Batches are neighbouring columns, in the order of the data. Where samples are sorted by group,
#'   put them in an order by chance first: `x[, sample(ncol(x))]`.
#'
#'   `max_iter` counts passes, and `max_iter = 1` is one: it keeps no shares, which else take
#'   8 m r bytes for each batch (16 m r for losses without name). `trace` has for each pass what the
#'   batches' H left of F when the pass came to them, and last F of the fit. The passes end when
#'   that falls by less than `tol` times its value (`NULL`: 1e-5). `kkt` is that of H alone.
#'   A source ([block_source()]) is read once more at first and three times in the end, and with
#'   Kullback-Leibler three times more.
#'
#' @section Beside scikit-learn: The digits of the package in batches of 64, rank 10, after a pass:
#'   F with H solved exactly for the basis, divided by F of the batch fit from the same start.
#'   MiniBatchNMF of scikit-learn 1.2.1 has the same start and batches. Beside its default stands
#'   the best of six settings (`forget_factor` 0.7, 0.1 and 0.001, `fresh_restarts` or not).
#'   Medians of five starts, by `bench/online.R`. Passes until `tol` is met end within 1 % of the
#'   batch fit in the median, above it or below it.
#'
#' | loss | `"online"` | MiniBatchNMF | at its best |
#' | --- | --- | --- | --- |
#' | `"frobenius"` | 1.087 | 2.275 | 1.332 |
#' | `"kl"` | 1.186 | 2.235 | 1.260 |
#'
#' @param batch Samples in a batch. `NULL` (default): what gives 64 batches, at least 64 samples and
#'   at least 4 for each component. Blocks of a source are cut into batches one by one.
#' @param ... Must be empty.
#' @param turns Turns of coordinate descent over H of a batch, and over W; for the divergences,
#'   updates of H of a batch. 10 by default: more of them help little, fewer need more passes.
#' @param fade The power by which the first pass forgets. 0 forgets nothing. 8 by default, the best
#'   of 0, 4, 8, 16 and 32 on these digits.
#' @return `solver_online()`: an object of class `nmf_solver` for `solver` of [nmf()]. A fit is one
#'   of class `nmf_fit`, with the sums in `fit$model$online`.
#' @section What goes with it: All losses but [nb_loss()], missing values (`missing = "mask"`),
#'   several starts, matrices and sources. Penalties, constraints, weights, known parts, ratings,
#'   `smoothing`, presets, `revive_dead`, `kkt` and `step_tol` are refused.
#' @references Mairal, J., Bach, F., Ponce, J. and Sapiro, G. (2010). Online learning for matrix
#'   factorization and sparse coding. *Journal of Machine Learning Research* 11, 19-60.
#'
#'   Lefevre, A., Bach, F. and Fevotte, C. (2011). Online algorithms for nonnegative matrix
#'   factorization with the Itakura-Saito divergence. *IEEE Workshop on Applications of Signal
#'   Processing to Audio and Acoustics*, 313-316. \doi{10.1109/ASPAA.2011.6082314}
#' @seealso [add_samples()] for streams, [nmf()]
#' @examples
#' x <- scale_minmax(digits$x)
#' set.seed(1)
#' once <- nmf(x, 10, solver = "online", max_iter = 1)
#' again <- nmf(x, 10, init = once, solver = solver_online(batch = 100), max_iter = 10, tol = 0)
#' c(deviance(once), deviance(again))
#' @export
solver_online <- function(batch = NULL, ..., turns = 10, fade = 8) {
  check_dots(list(...), "solver_online", c("batch", "turns", "fade"))
  if (!is.null(batch)) batch <- check_count(batch, "batch")
  structure(list(batch = batch, turns = check_count(turns, "turns"),
                 fade = check_number(fade, "fade", 0)), class = "nmf_solver")
}

# The options where the solver is this one, else NULL.
online_options <- function(solver) {
  if (inherits(solver, "nmf_solver")) solver else if (identical(solver, "online")) solver_online()
}

# The name of the solver, or an error that says what it does not go with.
check_online <- function(loss, penalties, control, data, constraints, known) {
  refuse <- function(argument, expected, given, hint) {
    stop_input(argument, paste(expected, "with solver = \"online\""), given, hint)
  }
  other <- "The other solvers take it: leave `solver` out."
  if (is_spread(data$x)) {
    refuse("workers", "FALSE", "TRUE", "It goes batch by batch, so there is nothing to spread.")
  }
  if (loss == "nb") {
    refuse("loss", "\"frobenius\", \"kl\", \"is\" or beta_loss(b)", format(loss), other)
  }
  if (length(penalties)) {
    refuse("penalty", "left out", toString(vapply(penalties, format, "")), other)
  }
  if (length(constraints)) {
    refuse("constraint", "left out", toString(vapply(constraints, format, "")), other)
  }
  if (!is.null(known) && sum(known$count)) refuse("known", "left out", "known parts", other)
  if (isTRUE(data$partial)) refuse("missing", "\"error\" or \"mask\"", "\"unstored\"", other)
  if (!is.null(data$weights) || !is.null(data$margins)) {
    refuse("weights", "left out", "weights", other)
  }
  if (smooths(control, loss) || !is.null(control$preset)) {
    refuse("control", "without smoothing and presets", "one of them", other)
  }
  if (control$kkt > 0 || control$step_tol > 0 || isTRUE(control$revive_dead)) {
    refuse("control", "without `kkt`, `step_tol` and `revive_dead`", "one of them",
           "The passes end by `tol`, or after `max_iter` of them.")
  }
  "online"
}

# The steps that a solver takes, as the engine names them.
step_solver <- function(solver, loss) {
  if (solver != "online") solver else if (loss == "frobenius") "hals" else "mu"
}

warn_passes <- function(control) {
  warn_not_converged(paste0("The objective still fell by more than `tol` after ", control$max_iter,
                            " passes.\nRaise max_iter, or set tol = 0 to run this many."))
}
