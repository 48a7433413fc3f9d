#' Non-negative matrix factorisation
#'
#' Finds non-negative factors W (m x r) and H (r x n) with X close to W H.
#'
#' The objective, which `trace` and [deviance()] report, is
#' - `loss = "frobenius"`: \eqn{F = \|X - WH\|_F^2} (without 1/2),
#' - `loss = "kl"`: \eqn{F = \sum_{ij} x_{ij} \log(x_{ij} / z_{ij}) - x_{ij} + z_{ij}},
#'   \eqn{Z = WH}, the generalised Kullback-Leibler divergence (Poisson likelihood),
#'
#' plus the penalty. One iteration updates H, then W, by the multiplicative rules of
#' Lee and Seung (2001), equations (2.32) and (2.33) of Khan (2025),
#' \deqn{H \leftarrow H \circ (W'X) / (W'WH), \quad W \leftarrow W \circ (XH') / (WHH'),}
#' or for KL
#' \deqn{H \leftarrow H \circ (W'(X / WH)) / (W'1), \quad
#'       W \leftarrow W \circ ((X / WH) H') / (1H').}
#' Neither raises F. An entry that is 0 stays 0, so starts with zeros (plain NNDSVD)
#' keep them. X is read once per iteration and nothing of its size is allocated.
#'
#' @param x Non-negative m x n numeric matrix: m features in rows, n samples in columns.
#'   Rows and columns of zeros are fine. Names of rows and columns are carried through.
#' @param rank Number of components r, a whole number in 1..min(m, n).
#' @param init Where to start: `"random"` (U(0,1), [init_random()]; default),
#'   `"nndsvd"`, `"nndsvda"`, `"nndsvdar"` ([init_nndsvd()]), another fit of the same
#'   shape, or `list(w =, h =)` (without `h`: H = W'X).
#' @param penalty `NULL` (default) or [penalty_graph()].
#' @param loss `"frobenius"` (default: least squares) or `"kl"` (counts).
#' @param solver `"auto"` (default) or `"mu"`: multiplicative updates, the method of the
#'   thesis and at present the only one, so `"auto"` means `"mu"`.
#' @param control Made by [nmf_control()]: iterations, tolerance, scaling, kernel.
#' @param ... Must be empty: an unknown argument is an error that names the nearest one.
#'
#' @return An object of class `nmf_fit`, a list with the fields
#' - `w`, `h`: the factors, m x r and r x n (see [basis()] and [coef()]);
#' - `trace`: F after each iteration, of the factors before the final scaling;
#' - `iterations`, `converged`: TRUE when a stop rule was met;
#' - `kernel`, `instructions`, `blas`: who computed the products, with which
#'   instruction set the other loops, and R's BLAS;
#' - `scale`, `factor`: what the columns of W were scaled to, and the r numbers they
#'   were divided by;
#' - `rank`, `loss`, `solver`, `penalty`, `init`, `control`, `total`
#'   (\eqn{\|X\|^2}; `NA` for KL), `version`: what was asked for.
#'
#' The scaling leaves W H and every scale-free objective as they are. With the raw
#' graph penalty F belongs to the unscaled pair, `w * factor` by columns and
#' `h / factor` by rows.
#' @section Errors and warnings: Bad input raises class `metanmf_error`: missing,
#'   infinite or negative entries (how many, and where the first ones are), a matrix
#'   that is not numeric or has no rows or columns, a rank outside 1..min(m, n), a start
#'   of the wrong shape, an unknown name. A tolerance that was asked for and not reached
#'   raises the warning `metanmf_not_converged`.
#' @references Lee, D. D. and Seung, H. S. (2001). Algorithms for Non-negative Matrix
#'   Factorization. *Advances in Neural Information Processing Systems* 13, 556-562.
#'
#'   Khan, A. A. (2025). *Meta-Unsupervised Learning: Application to Non-negative
#'   Matrix Factorization*. Bishop's University.
#' @seealso [gnmf()], [meta_nmf()], [predict.nmf_fit()], [cluster_samples()]
#' @examples
#' x <- scale_minmax(digits$x[, 1:300])
#' set.seed(1)
#' fit <- nmf(x, rank = 10, control = nmf_control(max_iter = 200, tol = 1e-4))
#' fit
#' nmi(cluster_samples(fit, 10), digits$labels[1:300])
#' @export
nmf <- function(x, rank, init = "random", penalty = NULL,
                loss = c("frobenius", "kl"), solver = c("auto", "mu"),
                control = nmf_control(), ...) {
  check_fit_names(list(...), names(formals(nmf)))
  x <- check_matrix(x)
  rank <- check_rank(rank, x)
  control <- check_control(control)
  penalty <- check_penalty(penalty)
  loss <- check_choice(loss, "loss", nmf_losses)
  solver <- check_choice(solver, "solver", c("auto", "mu"))
  fit_model(x, resolve_init(init, x, rank), penalty, loss, control, init)
}

# The fit of checked arguments from a start.
fit_model <- function(x, start, penalty, loss, control, init) {
  model <- engine_model(ncol(start$w), loss, penalty, penalty_edges(penalty, x))
  # The scale of a random start is of no consequence without a penalty, and kept as it is.
  free_scale <- identical(init, "random") && is.null(penalty)
  fit <- run_fit(x, start, model, control, fixed_start = !free_scale)
  fit$components <- colnames(start$w)
  new_nmf_fit(fit, x, model, penalty, init, control)
}

nmf_losses <- c("frobenius", "kl")

# An argument a verb does not have: if it is an option of its control, say so.
check_fit_names <- function(given, known, control = "nmf_control") {
  known <- setdiff(known, "...")
  options <- setdiff(names(formals(get(control))), "...")
  unknown <- setdiff(names(given), c(known, ""))
  near <- if (length(unknown)) nearest_name(unknown[[1L]], c(known, options))
  if (!is.null(near) && !near %in% known) {
    stop_input("...", "empty", paste0("`", unknown[[1L]], "`"),
               paste0("Did you mean control = ", control, "(", near, " = )?"))
  }
  check_names(given, known)
}

# The model list the C entries read. `solver` "mu" moves both factors; "exact" solves
# for H with the basis held fixed.
engine_model <- function(rank, loss, penalty = NULL, edges = NULL, solver = "mu",
                         hold_basis = FALSE) {
  list(loss = loss, solver = solver, hold_basis = hold_basis, rank = rank, graph = edges,
       lambda = if (is.null(penalty)) 0 else penalty$lambda,
       form = if (is.null(penalty)) "scale_free" else penalty$form,
       update = if (is.null(penalty)) "root" else penalty$update)
}

# Runs a fit to its end and scales the result: list(w, h, factor, trace, iterations,
# converged, engine).
run_fit <- function(x, start, model, control, fixed_start) {
  engine <- engine_control(control, model$loss)
  power <- scale_power(max(x))
  raised <- raise_scale(x, start, model, power, fixed_start)
  engine$change_coef <- engine$change * 2^power
  out <- run_slices(raised$x, raised$w, raised$h, raised$model, engine)
  back <- native_scale(out$w, out$h, engine$scale)
  warn_unless_converged(out, engine)
  list(w = back$w, h = if (power == 0) back$h else back$h / 2^power, factor = back$factor,
       trace = lower_value(out$trace, model$loss, power), iterations = out$iteration,
       converged = out$status == "converged", engine = engine,
       total = lower_value(out$square, model$loss, power))
}

# Slices of half a second or so: short enough for the progress bar, long enough that
# handing the factors over costs nothing. Results do not depend on it.
run_slices <- function(x, w, h, model, engine) {
  multiplications <- 4 * nrow(x) * ncol(x) * model$rank
  budget <- max(1, min(engine$max_iter, floor(4e9 / multiplications)))
  report <- progress_bar("Factorising", engine$max_iter)
  out <- list(w = w, h = h, iteration = 0, value = NaN, status = "running")
  traces <- list()
  while (out$status == "running") {
    out <- native_fit(x, out$w, out$h, model, engine,
                      list(iteration = out$iteration, value = out$value, budget = budget))
    traces[[length(traces) + 1L]] <- out$trace
    report(out$iteration)
  }
  out$trace <- unlist(traces)
  out
}

warn_unless_converged <- function(out, engine) {
  if (out$status == "converged" || engine$tol == 0) return()
  message <- paste0("The fit did not reach tol = ", format(engine$tol), " in ",
                    engine$max_iter, " iterations.\n",
                    "Raise max_iter or tol in nmf_control(), or set tol = 0 to run a ",
                    "fixed number of iterations without this warning.")
  warning(structure(list(message = message, call = NULL),
                    class = c("metanmf_not_converged", "warning", "condition")))
}

# The power of two that brings the largest entry near 1 where squares would overflow
# or vanish, else 0. A power of two changes no bit of the iteration.
scale_power <- function(largest) {
  if (largest == 0 || (largest < 2^300 && largest > 2^-300)) return(0)
  max(-1000, min(1000, -floor(log2(largest))))
}

# X, H and lambda brought to that power: list(x, w, h, model).
raise_scale <- function(x, start, model, power, fixed_start = TRUE) {
  if (power != 0) x <- x * 2^power
  if (power != 0 && fixed_start) start$h <- start$h * 2^power
  list(x = x, w = start$w, h = start$h, model = raise_lambda(model, power))
}

# The graph's lambda has no units with the Frobenius loss, those of 1 / X with KL.
raise_lambda <- function(model, power) {
  if (model$loss == "kl") model$lambda <- model$lambda / 2^power
  model
}

# Values of the objective back in the units of the data: F goes with the square, KL
# with the first power. In two steps, so that the factor itself cannot overflow.
lower_value <- function(value, loss, power) {
  if (power == 0) return(value)
  value <- value / 2^power
  if (loss == "kl") value else value / 2^power
}
