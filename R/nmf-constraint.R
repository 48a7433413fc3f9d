#' Constraints on the factors
#'
#' Limits that W and H obey in [nmf()] besides being non-negative: columns of H that sum to one, as
#' abundances do, and largest values. A list combines them.
#'
#' - `constraint_simplex()`: \eqn{h_{kj} \ge 0}{h_kj >= 0} and
#'   \eqn{\sum_k h_{kj} = 1}{sum_k h_kj = 1} for every sample j. Each sample is then a mixture of
#'   the columns of W, which are in the units of X.
#' - `constraint_upper()`: \eqn{w_{ik} \le u_{ik}}{w_ik <= u_ik} and
#'   \eqn{h_{kj} \le v_{kj}}{h_kj <= v_kj}.
#'
#' @section Simplex: With least squares and a known W, `known = list(w = )`, this is the fully
#'   constrained unmixing of spectra (Heinz and Chang, 2001). It is solved exactly by an active set,
#'   sample by sample, and so is [predict()]. If W is not known, `solver = "hals"` takes pairs
#'   \eqn{k < l}{k < l} of components in each column of H. With the gradient
#'   \eqn{g = W'Wh - W'x}{g = W'W h - W'x} and G = W'W it sets
#'   \deqn{d = (g_l - g_k) / (G_{kk} + G_{ll} - 2 G_{kl}), \quad h_k \leftarrow h_k + d, \quad
#'         h_l \leftarrow h_l - d,}{
#'         d = (g_l - g_k) / (G_kk + G_ll - 2 G_kl),  h_k <- h_k + d,  h_l <- h_l - d,}
#'   where d is cut if an entry would leave its range, so F never rises. `solver = "bpp"` solves
#'   each column exactly. The sum fixes the scale that W and H otherwise share, so the columns of W
#'   are not scaled at the end. The columns of H of a start are divided by their sums.
#'
#'   For Kullback-Leibler the model is \eqn{X \approx W P\, diag(s)}{X ~ W P diag(s)}, where the
#'   columns of W and of P sum to one and s are the column sums of X. These are the topics and
#'   proportions of probabilistic latent semantic analysis (Hofmann, 1999), whose EM iteration
#'   \deqn{p \leftarrow p a / \sum p a, \quad w \leftarrow w c / \sum w c,}{
#'         p <- p a / sum(p a),  w <- w c / sum(w c),}
#'   with a = W'(X / Z), c = (X / Z) (P diag(s))' and Z = W P diag(s), is the normalised
#'   multiplicative update (Ding, Li and Peng, 2008). This constraint costs nothing: when a fit
#'   without it has converged, the columns of W H have the sums of those of X. So this is that fit,
#'   scaled to columns of W that sum to one (`scale = "sum"` in [nmf_control()]), and H = P diag(s)
#'   to the precision of the fit. `coef(fit)` is H, whose columns sum to s, so that W H is on the
#'   scale of the counts. `coef(fit, type = "proportion")` is P, whose columns sum to one exactly. A
#'   sample of zeros has h = 0 and no proportions (`NA`).
#'
#' @section Bounds: Multiplicative updates (all losses) and coordinate descent compute their step
#'   without bounds and then take \eqn{\min(u, \cdot)}{min(u, .)} of it; F never rises with this
#'   either. `solver = "bpp"`, and [predict()] with least squares, solve the bounded problem
#'   exactly, by an active set in which a component is at 0, free, or at its bound. A start above a
#'   bound is cut to it.
#'
#'   A bound on one factor has no effect while the other factor is free, because (W c, H / c) has
#'   the same W H for every c. Such a bound is refused. There are four ways out: bound both factors;
#'   give the other factor (`known`); give the other factor a raw penalty, such as
#'   `penalty_ridge(on = "w", form = "raw")` for a bound on H; or put H on the simplex, which fixes
#'   the scale for a bound on W. The columns of W are not scaled at the end.
#'
#' @section What goes together: A constraint goes with sparse data, missing values, ratings, weights
#'   and known components. The following are refused, with a message that says what to use:
#'   - exact orthogonality, the presets, and `smoothing`, `revive_dead = TRUE` or `scale = "l2"` of
#'     [nmf_control()];
#'   - with the simplex and least squares, `solver = "mu"`, sparse and orthogonal penalties on H
#'     (the L1 norm of its columns is constant), known rows of H, and samples of zeros, which are
#'     not a mixture;
#'   - with the simplex and Kullback-Leibler, penalties, known components and bounds;
#'   - the simplex with other losses;
#'   - known components above a bound;
#'   - constraints in [meta_nmf()].
#'
#'   The fit keeps its constraint as `fit$model$constraint`, and [predict()] and [adapt()] obey it.
#'   A matrix of bounds on H belongs to the samples of the fit, so these two refuse it. `fit$kkt` is
#'   the residual of the constrained problem: an entry at its bound may have a negative gradient,
#'   and on the simplex gradients are relative to the Lagrange multiplier of their column,
#'   \eqn{\nu_j = \sum_k h_{kj} g_{kj}}{nu_j = sum_k h_kj g_kj}.
#'
#' @param w,h The largest values of W and H: a number of at least 0 for all entries, a vector of r
#'   numbers for the components, or a matrix of the shape of the factor. `Inf`, the default, is no
#'   bound.
#' @param ... Must be empty.
#' @return A list of class `nmf_constraint`, for the `constraint` argument of [nmf()], alone or in a
#'   list.
#' @section Errors: Class `metanmf_error` for bounds that are negative, missing or of another shape,
#'   and, from [nmf()], for combinations that are refused.
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
#' # Only this is known: samples are mixtures
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

# Makes NULL or a list from NULL, one constraint or a list. Bounds that are all infinite are
# dropped.
check_constraint <- function(constraint) {
  if (is.null(constraint)) return(NULL)
  given <- if (inherits(constraint, "nmf_constraint")) list(constraint) else constraint
  if (!is.list(given) || !all(vapply(given, inherits, NA, "nmf_constraint"))) {
    stop_input("constraint", "NULL, made by a constraint_*() function, or a list of such",
               describe(constraint), "Use constraint = constraint_simplex().")
  }
  kinds <- vapply(given, `[[`, "", "kind")
  if (anyDuplicated(kinds)) {
    stop_input("constraint", "one of each kind at most",
               paste("two of kind", kinds[duplicated(kinds)][[1L]]),
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
