# Solver "online": its options, and refusals of what it cannot be combined with.

#' Fits by mini-batches
#'
#' Other solvers update W once in a pass over all samples. `nmf(x, rank, solver = "online")` updates
#' it after every batch of samples, from sums of all batches so far. That gives a good basis after
#' one reading of the data. Repeated passes reach a stationary point, as with every solver.
#' `solver_online()` sets its options, and [add_samples()] continues with samples that come later.
#'
#' @details For each batch X_b, H_b is found for the present W in `turns` turns. The batch adds to
#'   small sums, which W then minimises: \eqn{A = \sum_b H_b H_b'}{A = sum H_b H_b'} and \eqn{B =
#'   \sum_b X_b H_b'}{B = sum X_b H_b'} for least squares (Mairal et al., 2010), where W takes
#'   `turns` turns of coordinate descent on \eqn{\langle W'W, A \rangle - 2 \langle W, B
#'   \rangle}{<W'W, A> - 2 <W, B>}. For the beta-divergences the sums include the W with which each
#'   batch was seen, \eqn{C = \sum_b W_b^c \circ P_b}{C = sum W_b^c P_b} and \eqn{D = \sum_b W_b^d
#'   \circ Q_b}{D = sum W_b^d Q_b}, where P and Q are numerator and denominator of the
#'   multiplicative update, c = max(0, 2 - b), and d is 0 for b below 1 and 1 - b otherwise. Then
#'   \eqn{W = (C / D)^e}{W = (C / D)^e} with the exponent e of Fevotte and Idier (for Itakura-Saito
#'   Lefevre, Bach and Fevotte, 2011).
#'
#'   In the first pass W is still far off when a batch is seen, so earlier batches are gradually
#'   forgotten: at each batch the sums are multiplied by a power, `fade`, of the share of samples
#'   that came before. The sums begin as if the start had fitted the first batch exactly. In later
#'   passes the new sums of a batch replace its old ones. After the second pass, when every batch
#'   counts fully, the objective never rises from one step to the next. At the end H of all samples
#'   is found for the last W.
#'
#'   Batches are neighbouring columns, in the order of the data. If samples are sorted by group,
#'   shuffle them first: `x[, sample(ncol(x))]`.
#'
#'   `max_iter` counts passes. With more than one, the sums of each batch are kept, which takes
#'   8 m r bytes for each (16 m r for losses without a name). `trace` has a value for each pass: the
#'   objective of each batch at the time when it was seen, added up. Its last value is the objective
#'   of the fit. The passes end when the value falls by less than `tol` times itself (`NULL`: 1e-5).
#'   `kkt` is that of H alone. A source ([block_source()]) is read once before the passes and three
#'   times after them, and with Kullback-Leibler three more times.
#'
#' @section Beside scikit-learn: The table is of the digits of the package in batches of 64, rank
#'   10, after one pass. It has the objective, with H solved exactly for the basis, divided by that
#'   of the batch fit from the same start. MiniBatchNMF of scikit-learn 1.2.1 has the same start and
#'   batches. Beside its default stands the best of six settings (`forget_factor` 0.7, 0.1 and
#'   0.001, each with and without `fresh_restarts`). The figures are medians of five starts, by
#'   `bench/online.R`. If passes are repeated until `tol` is met, the objective ends within 1 % of
#'   that of the batch fit in the median, above it or below it. That is the distance between two
#'   stationary points: a least-squares batch fit that continues from the end of the passes lowers
#'   the objective by less than 0.05 %.
#'
#' | loss | `"online"` | MiniBatchNMF | at its best |
#' | --- | --- | --- | --- |
#' | `"frobenius"` | 1.087 | 2.275 | 1.332 |
#' | `"kl"` | 1.186 | 2.235 | 1.260 |
#'
#' @param batch Number of samples in a batch. `NULL` (default) makes 64 batches, but of at least 64
#'   samples and at least 4 for each component. Each block of a source is cut into batches by
#'   itself.
#' @param ... Must be empty.
#' @param turns Number of turns of coordinate descent over H of a batch, and over W. For the
#'   divergences, the number of updates of H of a batch. The default is 10: more turns help little,
#'   and with fewer more passes are needed.
#' @param fade The power by which the first pass forgets. 0 forgets nothing. The default of 8 is the
#'   best of 0, 4, 8, 16 and 32 on these digits.
#' @return `solver_online()` returns an object of class `nmf_solver` for `solver` of [nmf()]. The
#'   fit has class `nmf_fit`, with the sums in `fit$model$online`.
#' @section What it can be combined with: All losses except [nb_loss()], missing values
#'   (`missing = "mask"`), several starts, matrices and sources. Penalties, constraints, weights,
#'   known components, ratings, `smoothing`, presets, `revive_dead`, `kkt` and `step_tol` are
#'   refused.
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

# The options if the solver is this one, and otherwise NULL.
online_options <- function(solver) {
  if (inherits(solver, "nmf_solver")) solver else if (identical(solver, "online")) solver_online()
}

# The name of the solver, or an error that says what it cannot be combined with.
check_online <- function(loss, penalties, control, data, constraints, known) {
  refuse <- function(argument, expected, given, hint) {
    stop_input(argument, paste(expected, "with solver = \"online\""), given, hint)
  }
  other <- "The other solvers can do that: leave `solver` out."
  if (is_spread(data$x)) {
    refuse("workers", "FALSE", "TRUE", "One batch follows another, so nothing can be spread.")
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
  if (!is.null(known) && sum(known$count)) refuse("known", "left out", "known components", other)
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

# The engine's name for the steps that a solver takes.
step_solver <- function(solver, loss) {
  if (solver != "online") solver else if (loss == "frobenius") "hals" else "mu"
}

warn_passes <- function(control) {
  warn_not_converged(paste0("The objective still fell by more than `tol` after ", control$max_iter,
                            " passes.\nRaise max_iter, or set tol = 0 to run this many."))
}
