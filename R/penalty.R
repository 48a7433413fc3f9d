#' Penalties on the factors
#'
#' Terms that can be added to the objective of [nmf()], on H, on W or on both. A list combines
#' several. [penalty_graph()] has a page of its own.
#'
#' With the rows \eqn{h_k} of H and the columns \eqn{w_k} of W, the terms for H are as follows;
#' those for W have the two exchanged. The numbers are those of Khan (2025). This is the
#' scale-invariant form, which is the default:
#' - `penalty_sparse()` (2.36):
#'   \eqn{\lambda \sum_k \|w_k\| \|h_k\|_1}{lambda sum_k ||w_k|| ||h_k||_1},
#' - `penalty_smooth()` (2.37): \eqn{\lambda \sum_k \|w_k\|^2 \sum_j (h_{kj} - h_{k,j+1})^2}{
#'   lambda sum_k ||w_k||^2 sum_j (h_kj - h_k,j+1)^2},
#' - `penalty_orthogonal()` (2.35): \eqn{\lambda \sum_{k \ne l} \|w_k\| \|w_l\| h_k h_l'}{
#'   lambda sum_(k != l) ||w_k|| ||w_l|| h_k h_l'},
#' - `penalty_ridge()`: \eqn{\lambda \sum_k \|w_k\|^2 \|h_k\|^2}{
#'   lambda sum_k ||w_k||^2 ||h_k||^2}.
#'
#' The raw form is the published one, without the lengths of the \eqn{w_k}. For example,
#' `penalty_sparse(form = "raw")` is \eqn{\lambda \|H\|_1}{lambda ||H||_1}.
#'
#' @section Scale: W H does not change when \eqn{w_k} is multiplied and \eqn{h_k} divided by the
#'   same number. A raw penalty on one factor therefore becomes as small as one likes when that
#'   factor shrinks and the other grows: with enough iterations it fades away, and the fit is that
#'   without it. The scale-invariant forms take each row of H at unit length of its column of W (and
#'   the other way round) and do not fade. Raw terms on both factors at once (sparse, ridge) do not
#'   fade either, since they determine the scale. Use raw terms on one factor to reproduce published
#'   results, with a fixed number of iterations.
#'
#' @section What lambda means: `lambda` means the same for any m, n and units of the data. There are
#'   two exceptions: raw forms on one factor, where it is the published number, and squares with the
#'   Kullback-Leibler loss.
#'   - `penalty_sparse()`, scale-invariant, with least squares: a fraction of
#'     \eqn{2 \max_j \|x_j\|}{2 max_j ||x_j||}, the value from which H = 0 is the answer for any W.
#'     On W the \eqn{x_j} are the rows of X. With the Kullback-Leibler loss it is taken as it is.
#'   - `penalty_ridge(on = "both")` with least squares: a fraction of \eqn{\|X\|}{||X||}, at which
#'     nothing would be left, since at the best scale the two terms are
#'     \eqn{2 \lambda \sum_k \|w_k\| \|h_k\|}{2 lambda sum_k ||w_k|| ||h_k||}.
#'   - The graph, smooth, orthogonal and scale-invariant ridge penalties have no units with least
#'     squares. The Kullback-Leibler loss has no square, so there they weigh c times as much for
#'     c X: divide their lambda by c.
#'
#'   The scale-invariant ridge on one factor rewards splitting a component into equal copies. The
#'   raw one on both factors does not, so `on = "both"` is its default.
#'
#' @section Orthogonality: The soft form makes components overlap less the larger lambda is.
#'   Non-negative components that are exactly orthogonal never overlap. With `exact = TRUE` each row
#'   of W (column of H with `on = "h"`) therefore keeps its one best component,
#'   \eqn{k(i) = \arg\max_k b_{ik}^2 / a_{kk}}{k(i) = argmax_k b_ik^2 / a_kk} with B = X H' and
#'   A = H H', which never raises the objective. It starts from ten plain iterations. It works like
#'   k-means, and like k-means can leave a component empty. `step = "choi"` is the multiplicative
#'   update of Choi (2008) on W instead. Columns of W have unit length in each iteration, since as
#'   published the scale of W oscillates. The objective may rise with it, and it reaches
#'   \eqn{W'W = I} only on data that have such structure.
#'
#' @param lambda Weight of the penalty, at least 0; 0 is exactly the fit without it. The defaults
#'   are mild: a tenth (sparse) or a hundredth (ridge) of the weight that would leave nothing, and 1
#'   for the two without units, where the term weighs about as much as the fit. [select_lambda()]
#'   chooses one by prediction.
#' @param on `"h"` for the coefficients, `"w"` for the basis, or `"both"`. The first in the usage is
#'   the default.
#' @param form `"scale_invariant"` (default, except for the ridge) or `"raw"`, see above.
#' @param exact `TRUE` makes components exactly orthogonal; `lambda` and `form` are then ignored.
#'   `FALSE` is the default.
#' @param step With `exact = TRUE`: `"hard"` (default) or `"choi"`.
#' @param ... Must be empty. An unknown argument is an error that suggests the nearest one.
#' @return A list of class `nmf_penalty`, for the `penalty` argument of [nmf()], alone or
#'   in a list.
#' @section Which solver and loss: See the table in [nmf()].
#' @section Errors: Class `metanmf_error` for a negative `lambda` or an unknown choice; from
#'   [nmf()], for a combination with a solver or loss that the table does not have.
#' @references Khan, A. A. (2025). *Meta-Unsupervised Learning: Application to
#'   Non-negative Matrix Factorization*. Bishop's University. Chapter 2.1.4.
#'
#'   Choi, S. (2008). Algorithms for orthogonal nonnegative matrix factorization.
#'   *IJCNN 2008*, 1828-1832. \doi{10.1109/IJCNN.2008.4634046}
#' @seealso [penalty_graph()], [nmf()]
#' @examples
#' # Sparse coefficients: each digit uses few of the components
#' x <- scale_minmax(digits$x[, 1:200])
#' set.seed(1)
#' start <- init_random(x, 10)
#' plain <- nmf(x, 10, init = start)
#' sparse <- nmf(x, 10, init = start, penalty = penalty_sparse(0.1))
#' mean(coef(plain) == 0)
#' mean(coef(sparse) == 0)
#'
#' # Smooth spectra: noise on two peaks over 60 wavelengths, in 40 samples
#' at <- seq(0, 1, length.out = 60)
#' peaks <- cbind(exp(-((at - 0.3) / 0.1)^2), exp(-((at - 0.6) / 0.15)^2))
#' y <- pmax(peaks %*% matrix(rexp(80), 2) + rnorm(2400, sd = 0.1), 0)
#' smooth <- nmf(y, 2, penalty = penalty_smooth(1, on = "w"))
#' plot(smooth, "profile", axis = at)
#'
#' # Two penalties
#' nmf(x, 10, init = start, penalty = list(penalty_sparse(0.05), penalty_ridge(0.01)))
#' @name penalties
NULL

#' @rdname penalties
#' @export
penalty_sparse <- function(lambda = 0.1, on = c("h", "w", "both"),
                           form = c("scale_invariant", "raw"), ...) {
  check_dots(list(...), "penalty_sparse")
  new_penalty("sparse", lambda, form, on, sides = c("h", "w", "both"))
}

#' @rdname penalties
#' @export
penalty_ridge <- function(lambda = 0.01, on = c("both", "h", "w"),
                          form = c("raw", "scale_invariant"), ...) {
  check_dots(list(...), "penalty_ridge")
  form <- check_choice(form, "form", c("raw", "scale_invariant"))
  new_penalty("ridge", lambda, form, on, sides = c("both", "h", "w"))
}

#' @rdname penalties
#' @export
penalty_smooth <- function(lambda = 1, on = c("h", "w"), form = c("scale_invariant", "raw"), ...) {
  check_dots(list(...), "penalty_smooth")
  new_penalty("smooth", lambda, form, on, step = "root")
}

#' @rdname penalties
#' @export
penalty_orthogonal <- function(lambda = 1, on = c("w", "h"), form = c("scale_invariant", "raw"),
                               exact = FALSE, step = c("hard", "choi"), ...) {
  check_dots(list(...), "penalty_orthogonal")
  exact <- check_flag(exact, "exact")
  step <- check_choice(step, "step", c("hard", "choi"))
  penalty <- new_penalty("orthogonal", lambda, form, on, exact = exact, step = step,
                         sides = c("w", "h"))
  if (exact && step == "choi" && penalty$on == "h") {
    stop_input("step", "\"hard\" with on = \"h\"", "\"choi\"",
               "Choi's update is on W: factorise t(x) and exchange the factors.")
  }
  penalty
}

#' @export
print.nmf_penalty <- function(x, ...) {
  cat("<nmf_penalty> ", format(x), "\n", sep = "")
  invisible(x)
}

#' @export
format.nmf_penalty <- function(x, ...) {
  paste0(x$kind, if (isTRUE(x$exact)) paste0(" (", x$step, ")"),
         if (!isTRUE(x$exact)) paste0(", lambda ", lambda_text(x), ", ", x$form),
         if (x$on != "h") paste(", on", x$on),
         if (identical(x$step, "ratio")) ", plain ratio")
}

# A weight, and the rule that found it.
lambda_text <- function(penalty) {
  if (is.na(penalty$lambda)) return("from its neighbours")
  if (is.null(penalty$rule)) return(paste("=", format(penalty$lambda)))
  paste0("= ", format(penalty$lambda, digits = 3), " from its ", penalty$rule)
}
