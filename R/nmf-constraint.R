#' Constraints on the factors
#'
#' What W and H must keep to in [nmf()], beside being non-negative: columns of H that sum to one
#' (abundances), and largest values. A list of them combines.
#'
#' - `constraint_simplex()`: \eqn{h_{kj} \ge 0}{h_kj >= 0} and
#'   \eqn{\sum_k h_{kj} = 1}{sum_k h_kj = 1} for every sample j, so that each is a mixture of the
#'   columns of W, in the units of X.
#' - `constraint_upper()`: \eqn{w_{ik} \le u_{ik}}{w_ik <= u_ik} and
#'   \eqn{h_{kj} \le v_{kj}}{h_kj <= v_kj}.
#'
#' @section Simplex: In least squares, with every column of W known, `known = list(w = )`, this is
#'   the fully constrained unmixing of spectra (Heinz and Chang, 2001), solved exactly by an active
#'   set, sample by sample, and so is [predict()]. Otherwise `solver = "hals"` takes pairs
#'   \eqn{k < l}{k < l} of components in each column of H, with the gradient
#'   \eqn{g = W'Wh - W'x}{g = W'W h - W'x} and G = W'W,
#'   \deqn{d = (g_l - g_k) / (G_{kk} + G_{ll} - 2 G_{kl}), \quad h_k \leftarrow h_k + d, \quad
#'         h_l \leftarrow h_l - d,}{
#'         d = (g_l - g_k) / (G_kk + G_ll - 2 G_kl),  h_k <- h_k + d,  h_l <- h_l - d,}
#'   with d cut where an entry would leave its range, so that F never rises; `solver = "bpp"` solves
#'   each column to its end. The sum fixes the scale that W and H else share, so the columns of
#'   W are not scaled in the end. A start is brought to sums of one by dividing each column of H.
#'
#'   For Kullback-Leibler the model is \eqn{X \approx W P\, diag(s)}{X ~ W P diag(s)} with the
#'   columns of W and of P summing to one and s the column sums of X: topics and their proportions
#'   in probabilistic latent semantic analysis (Hofmann, 1999), whose EM iteration
#'   \deqn{p \leftarrow p a / \sum p a, \quad w \leftarrow w c / \sum w c,}{
#'         p <- p a / sum(p a),  w <- w c / sum(w c),}
#'   with a = W'(X / Z), c = (X / Z) (P diag(s))', Z = W P diag(s), is the multiplicative one,
#'   normalised (Ding, Li and Peng, 2008). It costs nothing: where a plain fit has converged, the
#'   columns of W H have the sums of those of X. So this is the plain fit, scaled to columns of W
#'   that sum to one (`scale = "sum"` in [nmf_control()]): H = P diag(s), to the precision of the
#'   fit. `coef(fit)` is H, whose columns sum to s, so that W H is on the scale of the counts;
#'   `coef(fit, type = "proportion")` is P, whose columns sum to one exactly. A sample of zeros has
#'   h = 0 and no proportions (`NA`).
#'
#' @section Bounds: Multiplicative updates (all losses) and coordinate descent take
#'   \eqn{\min(u, \cdot)}{min(u, .)} of what they give without bounds, after which F never rises
#'   either; `solver = "bpp"`, and [predict()] with least squares, solve the bounded problem
#'   exactly, by an active set in which a component is at 0, free, or at its bound. A start above a
#'   bound is cut to it.
#'
#'   A bound on one factor alone says nothing while the other is free: (W c, H / c) has the same W H
#'   for every c. So bound both; or give the other factor (`known`); or give it a raw penalty, such
#'   as `penalty_ridge(on = "w", form = "raw")` for a bound on H; or put H on the simplex, which
#'   fixes the scale for a bound on W. All else is refused. The columns of W are not scaled in
#'   the end.
#'
#' @section What goes together: A constraint goes with sparse data, missing values, ratings, weights
#'   and known parts. Refused, with a message that says what to use: exact orthogonality;
#'   `nmf_control(smoothing = , revive_dead = TRUE, scale = "l2")` and the presets; with the simplex
#'   also, in least squares, `solver = "mu"`, sparse and orthogonal penalties on H (the L1 norm of
#'   its columns is constant), known rows of H, and samples of zeros, which are no mixture; with
#'   Kullback-Leibler penalties, known parts and bounds beside it; other losses. Known parts above
#'   a bound are refused too. Algorithm 1 takes no constraint.
#'
#'   A constraint stays with the fit, as `fit$model$constraint`: [predict()] and [adapt()] keep to
#'   it. A matrix of bounds on H belongs to the fit's own samples, so these two refuse it.
#'   `fit$kkt` is the residual of the constrained problem: an entry at its bound may have a
#'   negative gradient, and on the simplex gradients are taken relative to Lagrange's multiplier
#'   of their column, \eqn{\nu_j = \sum_k h_{kj} g_{kj}}{nu_j = sum_k h_kj g_kj}.
#'
#' @param w,h The largest values of W and H: a number of at least 0 for all entries (`Inf`, the
#'   default: no bound), a vector of r numbers for the components, or a matrix of the shape of the
#'   factor.
#' @param ... Must be empty.
#' @return A list of class `nmf_constraint`, for the `constraint` argument of [nmf()], alone or in a
#'   list.
#' @section Errors: Class `metanmf_error` for bounds that are negative, missing or of another shape,
#'   and, from [nmf()], for what does not go together.
#' @references Heinz, D. C. and Chang, C.-I. (2001). Fully constrained least squares linear spectral
#'   mixture analysis method for material quantification in hyperspectral imagery. *IEEE
#'   Transactions on Geoscience and Remote Sensing* 39(3), 529-545. \doi{10.1109/36.911111}
#'
#'   Hofmann, T. (1999). Probabilistic latent semantic indexing. *SIGIR '99*, 50-57.
#'   \doi{10.1145/312624.312649}
#'
#'   Ding, C., Li, T. and Peng, W. (2008). On the equivalence between non-negative matrix
#'   factorization and probabilistic latent semantic indexing. *Computational Statistics & Data
#'   Analysis* 52(8), 3913-3927. \doi{10.1016/j.csda.2008.01.011}
#' @seealso [nmf()], [penalties]
#' @examples
#' # Three spectra, and samples that are mixtures of them
#' bands <- seq(0, 1, length.out = 50)
#' spectra <- sapply(c(0.2, 0.5, 0.8), function(at) exp(-((bands - at) / 0.15)^2) + 0.1)
#' shares <- cbind(c(1, 0, 0), c(0.5, 0.5, 0), c(0.2, 0.3, 0.5))
#' x <- spectra %*% shares
#' known <- nmf(x, known = list(w = spectra), constraint = constraint_simplex())
#' coef(known)
#'
#' # Nothing is known but that samples are mixtures
#' set.seed(1)
#' x <- spectra %*% sapply(1:100, function(i) prop.table(rexp(3)))
#' fit <- nmf(x, 3, constraint = constraint_simplex())
#' range(colSums(coef(fit)))
#'
#' # Neither factor above 1
#' bounded <- nmf(x, 3, constraint = constraint_upper(w = 1, h = 1))
#' range(basis(bounded))
#'
#' # Topics of counts, and their proportions
#' counts <- matrix(rpois(200, 3), 10)
#' topics <- nmf(counts, 2, loss = "kl", constraint = constraint_simplex())
#' colSums(basis(topics))
#' coef(topics, type = "proportion")[, 1:3]
#' @name constraints
NULL

#' @rdname constraints
#' @export
constraint_simplex <- function(...) {
  check_dots(list(...), "constraint_simplex")
  structure(list(kind = "simplex"), class = "nmf_constraint")
}

#' @rdname constraints
#' @export
constraint_upper <- function(w = Inf, h = Inf, ...) {
  check_dots(list(...), "constraint_upper", c("w", "h"))
  structure(list(kind = "upper", w = check_upper(w, "w"), h = check_upper(h, "h")),
            class = "nmf_constraint")
}

check_upper <- function(upper, argument) {
  shape <- is.numeric(upper) && length(upper) && (is.matrix(upper) || is.null(dim(upper)))
  wrong <- if (shape) which(is.na(upper) | upper < 0)
  if (shape && !length(wrong)) return(upper + 0)
  stop_input(argument, paste("a number of at least 0, a vector of them for the components, or a",
                             "matrix like the factor; Inf is no bound"),
             if (length(wrong)) paste("an entry of", format(upper[[wrong[[1L]]]]))
             else describe(upper))
}

#' @export
print.nmf_constraint <- function(x, ...) {
  cat("<nmf_constraint> ", format(x), "\n", sep = "")
  invisible(x)
}

#' @export
format.nmf_constraint <- function(x, ...) {
  if (x$kind == "simplex") return("columns of H sum to 1")
  side <- function(name, bound) {
    if (all(bound == Inf)) return(NULL)
    range <- unique(format(range(bound), trim = TRUE))
    paste0(name, " at most ", paste(range, collapse = " to "))
  }
  said <- c(side("W", x$w), side("H", x$h))
  if (length(said)) paste(said, collapse = ", ") else "no bound"
}

# NULL, one constraint or a list of them: NULL or a list. Bounds that are all infinite are none.
check_constraint <- function(constraint) {
  if (is.null(constraint)) return(NULL)
  given <- if (inherits(constraint, "nmf_constraint")) list(constraint) else constraint
  if (!is.list(given) || !all(vapply(given, inherits, NA, "nmf_constraint"))) {
    stop_input("constraint", "NULL, made by a constraint_*() function, or a list of such",
               describe(constraint), "Use constraint = constraint_simplex().")
  }
  kinds <- vapply(given, `[[`, "", "kind")
  if (anyDuplicated(kinds)) {
    stop_input("constraint", "of a kind once", paste("twice", kinds[duplicated(kinds)][[1L]]),
               "Use constraint_upper(w = , h = ) with the bounds of both factors.")
  }
  bounds <- function(one) one$kind == "simplex" || any(one$w < Inf) || any(one$h < Inf)
  given <- Filter(bounds, given)
  if (length(given)) given
}

find_constraint <- function(constraints, kind) {
  found <- Filter(function(one) one$kind == kind, constraints)
  if (length(found)) found[[1L]]
}
